"""The page of alerts in a real browser: what it says where it can and cannot, and what arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from samleng.doors.postman.models import Subscription
from samleng.doors.postman.rules import PUSH
from samleng.doors.postman.verbs.bringing import News
from samleng.doors.postman.verbs.pushing import by_push, said_in
from samleng.doors.web.look import build
from samleng.ground.people.sealing import blind_index
from tests import browser as browsing
from tests.doors.postman.push_service import Browser, push_service
from tests.doors.web.facilitated import at
from tests.town import Town, build_town

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
# No push service can be asked here: this stands for what one gives.
GIVEN = """([endpoint, keys]) => {
  const given = { endpoint, toJSON: () => ({ endpoint, keys }) };
  PushManager.prototype.subscribe = (options) => {
    const key = new Uint8Array(options.applicationServerKey);
    if (!options.userVisibleOnly || key.length !== 65) throw new TypeError("no key");
    return Promise.resolve(given);
  };
}"""
LOST = "PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no', 'AbortError'))"


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build.build()


@pytest.fixture
def town(transactional_db: None) -> Town:
    return build_town()


@contextmanager
def visited(browser: Chromium, address: str, *, allowed: bool, size: str = "phone") -> Iterator[Page]:
    """A visitor whose browser lets this site show messages or does not; a breach fails the test."""
    context = browser.new_context(viewport=browsing.SIZES[size], locale="en")
    context.set_default_timeout(10_000)
    if allowed:
        context.grant_permissions(["notifications"], origin=address)
    page, errors = context.new_page(), []
    if not allowed:
        told = context.new_cdp_session(page).send("Target.getTargetInfo")
        of_page = told["targetInfo"]["browserContextId"]
        said = {"permission": {"name": "notifications"}, "setting": "denied", "origin": address}
        browser.new_browser_cdp_session().send("Browser.setPermission", {**said, "browserContextId": of_page})
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if browsing.breach(line.text) else None)
    try:
        yield page
    finally:
        context.close()
    assert not errors, errors


def delivered(page: Page, address: str, said: dict[str, object]) -> None:
    """Hand a message to the page's worker, as the browser does with one that came."""
    session = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(100)
    (registered,) = {one["registrationId"] for one in found if one["scopeURL"].endswith("/push/")}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": address, "registrationId": registered, "data": json.dumps(said)},
    )


SHOWN = """async () => {
  const all = await (await navigator.serviceWorker.getRegistration('/push/')).getNotifications();
  return all.map(({ title, body, tag, data, actions }) =>
    ({ title, body, tag, data, actions: actions.map((one) => one.action) }));
}"""


def pressed(page: Page) -> list[str]:
    """Where a message leads that is pressed, its button, and a message that says nothing."""
    (worker,) = page.context.service_workers
    return worker.evaluate(
        """async () => {
          const opened = [];
          clients.openWindow = (address) => { opened.push(address); return Promise.resolve(null); };
          const all = await registration.getNotifications();
          const press = (notification, action) =>
            dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
          const [news, other] = all.sort((one, next) => next.body.length - one.body.length);
          press(news, ""); press(news, "end"); press(other, "");
          return opened;
        }"""
    )


def changed(page: Page, old: Browser, new: Browser) -> None:
    (worker,) = page.context.service_workers
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/push/moved")) as told:
        worker.evaluate(
            """([old, endpoint, keys]) => {
              const event = new ExtendableEvent("pushsubscriptionchange");
              event.oldSubscription = { endpoint: old };
              event.newSubscription = { toJSON: () => ({ endpoint, keys }) };
              dispatchEvent(event);
            }""",
            [old.endpoint, new.endpoint, new.keys],
        )
    assert told.value.status == 204


def test_it_begins_on_this_device_and_shows_what_comes(
    town: Town, live_server: Any, browser: Chromium, settings: Any
) -> None:
    settings.PUSH_PRIVATE, settings.SITE_ADDRESS = True, live_server.url
    with push_service() as service, visited(browser, live_server.url, allowed=True) as page:
        device = service.browser()
        page.add_init_script(f"({GIVEN})({json.dumps([device.endpoint, device.keys])})")
        page.goto(f"{live_server.url}{at('alerts')}?place={town.commune.code}")
        page.locator("[data-when=plain]").wait_for(state="hidden")
        page.get_by_role("button", name="Show them on this device").click()
        page.wait_for_url("**/alerts/device/")
        kept = Subscription.objects.get()
        news = News([("Dump, Commune", f"{live_server.url}/en/map/")], 0, f"{live_server.url}/en/x/", "/")
        by_push(kept, news)
        # What the service carried is what the device shows.
        (told,) = service.read_by(device)
        assert told == said_in(news)
        delivered(page, live_server.url, told)
        page.wait_for_function(f"({SHOWN})().then(all => all.length === 1)")
        (shown,) = page.evaluate(SHOWN)
        assert shown["title"] == told["title"] and shown["body"] == "Dump, Commune"
        assert shown["data"] == {"url": told["url"], "end": told["end"]} and shown["actions"] == ["end"]
        delivered(page, live_server.url, told)
        delivered(page, live_server.url, {"title": "x", "url": "https://elsewhere.example/"})
        page.wait_for_function(f"({SHOWN})().then(all => all.length === 2)")
        # Twice the same is shown once, and nothing leads elsewhere.
        assert {one["data"]["url"] for one in page.evaluate(SHOWN)} == {told["url"], f"{live_server.url}/"}
        opened = pressed(page)
        assert opened == [told["url"], told["end"], f"{live_server.url}/"]
        # Its service gives the browser another address: what it watches goes along.
        moved = service.browser("moved")
        changed(page, device, moved)
        assert Subscription.objects.get(pk=kept.pk).blind_index == blind_index(PUSH, moved.endpoint)
        # Its scope holds no page of the site.
        assert page.evaluate("navigator.serviceWorker.controller") is None


def test_it_says_what_is_needed_where_messages_were_refused(
    town: Town, live_server: Any, browser: Chromium
) -> None:
    with visited(browser, live_server.url, allowed=False) as page:
        page.goto(f"{live_server.url}{at('alerts')}?place={town.commune.code}")
        page.locator("[data-when=denied]").wait_for()
        assert "allow notifications" in page.inner_text("[data-when=denied]")
        assert not page.locator("[data-when=can]").is_visible()
        assert page.locator("button[value=email]").is_visible()
        assert browsing.overflow(page) == 0 and browsing.serious_issues(page) == []
    with visited(browser, live_server.url, allowed=True) as page:
        page.add_init_script(LOST)
        page.goto(f"{live_server.url}{at('alerts')}?place={town.commune.code}")
        page.get_by_role("button", name="Show them on this device").click()
        page.locator("[data-when=lost]").wait_for()
        page.add_init_script("delete self.PushManager")
        page.reload()
        page.locator("[data-when=none]").wait_for()
        assert "cannot show" in page.inner_text("[data-when=none]")


def test_it_works_by_letter_without_javascript(town: Town, live_server: Any, browser: Chromium) -> None:
    with browsing.visit(browser, language="en", javascript=False) as page:
        page.goto(f"{live_server.url}{at('alerts')}?place={town.commune.code}")
        assert page.locator("[data-when=plain]").is_visible()
        assert page.locator("button[name=way]:visible").count() == 1
        page.fill("input[name=email]", "dara@example.org")
        page.get_by_role("button", name="Send me letters").click()
        page.wait_for_url("**/alerts/asked/")
    assert Subscription.objects.get().kind == "email"
