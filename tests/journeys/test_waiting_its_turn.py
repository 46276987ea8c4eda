"""In Chromium at a bad moment: the page works for its turn and sends by itself; and away by three keys."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route

from samleng.doors.web.guard.doors import RATING, RECEIPT
from samleng.doors.web.look import build
from samleng.voices.reports.models import Rating
from tests import browser as browsing
from tests.doors.web.guard.busy import attacked
from tests.journeys.hands import sign_in
from tests.town import Town, build_town
from tests.world import build as build_world

ELSEWHERE = "elsewhere"


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build.build()


def look(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert browsing.overflow(page) == 0, (page.url, browsing.too_wide(page))
    assert not browsing.serious_issues(page), (page.url, browsing.serious_issues(page))
    assert page.locator("main h1").count() == 1, page.url


def left(route: Route) -> None:
    """Let the site say its farewell; where it leads to is not reached from here."""
    said = route.fetch(max_redirects=0)
    assert said.status == 302 and said.headers["location"] == settings.EXIT_ADDRESS
    cookies = {"set-cookie": said.headers["set-cookie"]}
    route.fulfill(status=200, headers=cookies, body=ELSEWHERE, content_type="text/html")


def rated(page: Page, address: str, town: Town, language: str) -> None:
    """A rating that meets a bad moment; a quick page of waiting may be gone before anybody sees it."""
    page.goto(f"{address}/{language}/rate/{town.sweepers.code}/")
    page.locator("[name=value][value='2']").check(force=True)
    with page.expect_navigation():
        page.locator("form.form button.button").last.click()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_works_for_its_turn_and_sends_by_itself(browser: Browser, live_server) -> None:
    town = build_town()
    attacked(RATING, bits=14)
    with browsing.visit(browser, size="phone", language="km") as page:
        rated(page, live_server.url, town, "km")
        # The clock of the site stands: only work lets it in.
        page.wait_for_url("**/thanks/", timeout=60_000)
        assert Rating.objects.count() == 1


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "language"), [("phone", "km"), ("desk", "en")])
def test_it_waits_without_a_script_and_goes_on_by_its_button(
    browser: Browser, live_server, size: str, language: str
) -> None:
    town = build_town()
    _gate, clock = attacked(RATING)
    with browsing.visit(browser, size=size, language=language, javascript=False) as page:
        rated(page, live_server.url, town, language)
        assert page.locator(".work").is_hidden()
        clock.now += 60
        with page.expect_navigation():
            page.locator("form[data-guard] button").click()
        assert page.url.endswith("/thanks/") and Rating.objects.count() == 1


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_shows_how_far_it_is_while_it_works(browser: Browser, live_server) -> None:
    town = build_town()
    # More work than there is time for.
    _gate, clock = attacked(RECEIPT, bits=34)
    receipt = town.receipts[town.file("dump").report.pk]
    for size, language in (("phone", "km"), ("desk", "en")):
        with browsing.visit(browser, size=size, language=language) as page:
            page.goto(f"{live_server.url}/{language}/follow/")
            page.fill("#receipt", receipt)
            with page.expect_navigation():
                page.locator("form[data-receipt] button").click()
            page.wait_for_timeout(1500)
            assert page.locator("progress").evaluate("bar => bar.value") > 5
            look(page)
            assert page.locator("form[data-guard] [name=receipt]").input_value() == receipt
            clock.now += 60
            page.wait_for_url("**/follow/case/", timeout=60_000)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_is_away_after_escape_three_times_and_cannot_be_gone_back_to(
    browser: Browser, live_server
) -> None:
    town = build_town()
    receipt = town.receipts[town.file("dump").report.pk]
    with browsing.visit(browser, size="phone", language="km") as page:
        page.route("**/speak/leave/", left)
        page.goto(f"{live_server.url}/km/follow/")
        page.fill("#receipt", receipt)
        with page.expect_navigation():
            page.locator("form[data-receipt] button").click()
        page.wait_for_load_state("networkidle")
        assert page.title() == "សំឡេង"
        for key in ("Escape", "a", "Escape", "Escape"):
            page.keyboard.press(key)
        page.wait_for_timeout(700)
        assert "/follow/case/" in page.url
        with page.expect_navigation():
            page.keyboard.press("Escape")
        assert page.inner_text("body") == ELSEWHERE
        assert not [one for one in page.context.cookies() if one["name"] == "samleng_follow"]
        page.goto(f"{live_server.url}/km/follow/case/")
        assert page.url.endswith("/km/follow/")


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_opens_pages_with_scripts_of_others_and_breaks_no_policy(browser: Browser, live_server) -> None:
    world = build_world()
    said: list[str] = []
    with browsing.visit(browser, size="desk", language="en") as page:
        page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
        sign_in(page, live_server.url, world.admin)
        for path in (
            "desk/",
            "account/2fa/",
            "account/2fa/webauthn/",
            "account/2fa/webauthn/add/",
            "account/2fa/totp/activate/",
            "people/",
            "speak/",
            "follow/",
            "map/",
            "about/",
        ):
            page.goto(f"{live_server.url}/en/{path}")
            page.wait_for_load_state("networkidle")
            assert not said, (page.url, said)
