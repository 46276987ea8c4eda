"""A method's texts are recorded on a phone at the desk, and heard in the app where there is no signal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from samleng.ground.people.models import Person
from samleng.ground.sounds.models import Take
from samleng.ground.sounds.verbs import keep_take
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Scorecard
from tests.browser import PHONE, overflow, serious_issues
from tests.journeys.app_phone import AppPhone
from tests.journeys.hands import sign_in
from tests.recorded import slots, spoken
from tests.world import World

FIRST = ["consent", "point-1", "point-2"]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    look.build()
    field.build()


@pytest.fixture(autouse=True)
def kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.COUNTRY_PACK = tmp_path / "media", "demo"


def at(page: str, *args: object) -> str:
    with translation.override("km"):
        return reverse(page, args=args)


def desk(browser: Browser, address: str, person: Person, *allowed: str) -> Iterator[Page]:
    """A phone in whose browser somebody has signed in; its microphone beeps where it is allowed."""
    context = browser.new_context(viewport=PHONE, locale="km", permissions=allowed)
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, address, person)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def record(page: Page, *, again: bool = False) -> None:
    """Tap, read aloud for a second, tap, listen to it, keep it."""
    page.click("[data-do=record]")
    for _ in range(1 + again):
        expect(page.locator("[data-do=stop]")).to_be_visible()
        page.wait_for_timeout(1100)
        page.click("[data-do=stop]")
        expect(page.locator("[data-do=keep]")).to_be_visible()
        if again:
            page.click("[data-do=again]")
            again = False
    page.wait_for_function("() => document.querySelector('.recorder audio').readyState > 0")
    assert overflow(page) == 0
    before = page.url
    page.click("[data-do=keep]")
    page.wait_for_url(lambda url: url != before)


def heard_on(page: Page) -> dict[str, Any]:
    """Tap the page's first sound and hear it for a moment: where it came from and how far it got."""
    page.evaluate(
        """() => {
            const play = HTMLMediaElement.prototype.play;
            HTMLMediaElement.prototype.play = function () { window.heard = this; return play.call(this); };
        }"""
    )
    page.locator(".sound:not(.none) button").first.click()
    page.wait_for_function("() => window.heard && window.heard.currentTime > 0.1")
    return page.evaluate("() => ({ src: new URL(heard.src).pathname, seconds: heard.currentTime })")


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_loses_no_recording_when_the_line_breaks(world: World, live_server: Any, browser: Browser) -> None:
    for page in desk(browser, live_server.url, world.admin, "microphone"):
        page.goto(live_server.url + at("sounds_slot", world.programme.pk, world.framework.pk, "km", FIRST[0]))
        page.click("[data-do=record]")
        page.wait_for_timeout(1100)
        page.click("[data-do=stop]")
        page.context.set_offline(True)
        page.click("[data-do=keep]")
        expect(page.locator(".said")).to_have_text(page.get_attribute("[data-recorder]", "data-lost") or "")
        page.context.set_offline(False)
        # Half a day has passed; the same person signs in anew in another window.
        page.context.clear_cookies()
        page.click("[data-do=keep]")
        expect(page.locator(".said")).to_have_text(page.get_attribute("[data-recorder]", "data-out") or "")
        sign_in(page, live_server.url, world.admin)
        page.click("[data-do=keep]")
        page.wait_for_url(f"**/slot/{FIRST[1]}/")
    assert Take.objects.get().slot == FIRST[0]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_offers_a_file_where_the_microphone_is_refused(
    world: World, live_server: Any, browser: Browser
) -> None:
    for page in desk(browser, live_server.url, world.admin):
        page.goto(live_server.url + at("sounds_slot", world.programme.pk, world.framework.pk, "km", FIRST[0]))
        expect(page.locator("#file")).to_be_hidden()
        page.click("[data-do=record]")
        expect(page.locator(".said")).to_have_text(page.get_attribute("[data-recorder]", "data-denied") or "")
        page.set_input_files("#file", {"name": "a.wav", "mimeType": "audio/wav", "buffer": spoken()})
        page.locator("details.file button").click()
        page.wait_for_url(f"**/slot/{FIRST[1]}/")
    assert Take.objects.get().slot == FIRST[0]


def address(take: Take) -> str:
    return f"/sounds/{take.filename}"


def fetch_sounds(phone: AppPhone) -> None:
    phone.page.locator("section:has(ul.ready) button").last.click()


def kept_on(phone: AppPhone, wanted: set[str]) -> None:
    """Wait until these sounds are on the phone, and no others."""
    end, found = time.monotonic() + 20, None
    while found != wanted:
        assert time.monotonic() < end, (found, wanted)
        names = "caches.open('samleng-sounds').then((kept) => kept.keys())"
        found = set(
            phone.page.evaluate(f"{names}.then((all) => all.map(({{ url }}) => new URL(url).pathname))")
        )


@pytest.mark.django_db(transaction=True)
def test_it_is_recorded_at_the_desk_and_heard_in_the_village(
    world: World, live_server: Any, browser: Browser
) -> None:
    start = at("sounds_list", world.programme.pk, world.framework.pk, "km")
    for page in desk(browser, live_server.url, world.admin, "microphone"):
        page.goto(live_server.url + start)
        assert serious_issues(page) == []
        page.locator(".next a.button").click()
        assert serious_issues(page) == []
        for number, code in enumerate(FIRST):
            assert page.url.endswith(f"/slot/{code}/")
            record(page, again=number == 1)
        page.goto(live_server.url + at("sounds_slot", world.programme.pk, world.framework.pk, "km", FIRST[0]))
        assert heard_on(page)["src"].startswith("/sounds/")
    takes = {one.slot: one for one in Take.objects.select_related("blob")}
    assert sorted(takes) == sorted(FIRST)
    assert all(one.millis and 500 < one.millis < 5000 for one in takes.values())

    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    phone.take(card.code)
    phone.ready()
    fetch_sounds(phone)
    kept_on(phone, {address(one) for one in takes.values()})
    # What the browser keeps by itself may be gone tomorrow; what the app has taken along may not.
    phone.context.new_cdp_session(phone.page).send("Network.clearBrowserCache")
    phone.cut()
    phone.kill()
    phone.at("information")
    heard = heard_on(phone.page)
    assert heard["src"] == address(takes["consent"])
    # Safari plays nothing that does not come in the parts it asks for, also from what is kept.
    part = phone.page.evaluate(
        """src => fetch(src, { headers: { Range: "bytes=0-1" } }).then(async (answer) =>
            [answer.status, answer.headers.get("Content-Range"), (await answer.blob()).size])""",
        heard["src"],
    )
    assert takes["consent"].blob
    assert part == [206, f"bytes 0-1/{takes['consent'].blob.size}", 2]

    # The consent is recorded anew, a face for the first time; the phone has a signal once more.
    with_more = slots(world.framework)
    newer, new = (
        keep_take(
            by=SYSTEM, owner=world.programme.owner_key, slot=with_more[code], language="km", file=spoken(n)
        )
        for n, code in enumerate(("consent", "point-5"))
    )
    phone.signal()
    phone.at()
    phone.page.locator("main p.row > button").last.click()
    # The size of what is still to be fetched stands on the button.
    assert newer.blob and new.blob
    size = f"{round((newer.blob.size + new.blob.size) / 1000)} kB"
    expect(phone.page.locator("section:has(ul.ready) button").last).to_contain_text(size)
    fetch_sounds(phone)
    kept_on(phone, {address(one) for one in (newer, new, takes["point-1"], takes["point-2"])})
    assert not phone.errors
    phone.close()
