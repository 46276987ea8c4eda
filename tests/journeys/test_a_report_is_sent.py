"""A report with a photo, in Khmer on a small phone whose signal goes and comes; then its answer is read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from samleng.answers.cases.models import Case
from samleng.answers.cases.verbs.answering import answer
from samleng.doors.web.look import build
from samleng.ground.places.models import Place
from samleng.voices.reports.models import Report
from tests import browser as browsing
from tests.doors.web.speak.walker import photo
from tests.served import served
from tests.town import Town, build_town

WORDS = "គំនរសំរាមធំនៅក្បែរស្ពាន"
KEPT = """new Promise((done) => { const asked = indexedDB.open("samleng-speak", 1);
asked.onsuccess = () => { const one = asked.result.transaction("draft").objectStore("draft").get("one");
one.onsuccess = () => { asked.result.close(); done(Boolean(one.result)); }; }; })"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build.build()


def look(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert browsing.overflow(page) == 0, (page.url, browsing.too_wide(page))
    assert not browsing.serious_issues(page), (page.url, browsing.serious_issues(page))
    assert page.locator("main h1").count() == 1, page.url


def onward(page: Page, button: str = ".onward button >> nth=0") -> None:
    with page.expect_navigation():
        page.locator(button).click()
    look(page)


def told(page: Page, address: str) -> None:
    """From the first page to the words, answered as a person would tap."""
    page.goto(f"{address}/km/speak/")
    look(page)
    with page.expect_navigation():
        page.locator("a.tile[href$='/report/']").click()
    look(page)
    onward(page, "button[value=dump]")
    page.locator("#q").fill(Place.objects.get(code="010101", valid_to=None).name["km"])
    page.wait_for_selector("#suggested button")
    look(page)
    onward(page, "#suggested button >> nth=0")
    page.locator("[name=answer][value=no]").check()
    onward(page)
    page.locator("[name=answer][value=bag]").check()
    onward(page)


def sent(page: Page, town: Town) -> str:
    """From the words to the receipt; the signal goes before they are sent on, and comes back."""
    page.locator("#words-in").fill(WORDS)
    file = photo()
    page.locator("#photos-in").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": file.read()}
    )
    page.context.set_offline(True)
    page.locator(".onward button").first.click()
    page.wait_for_function("document.querySelector('.status-line').textContent")
    assert page.evaluate(KEPT) and WORDS in page.locator("#words-in").input_value()
    with page.expect_navigation():
        page.context.set_offline(False)
    look(page)
    onward(page)
    assert WORDS in page.locator("main").inner_text() and not Report.objects.exists()
    assert page.locator("img.small").count() == 1
    onward(page)
    digits = "".join(page.locator(".groups").inner_text().split())
    assert len(digits) == 18 and not page.evaluate(KEPT)
    page.locator("#last").fill(digits[-3:])
    onward(page, "button[value=saved]")
    assert digits[-3:] not in page.content().replace("\n", "") or digits not in page.content()
    return digits


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_sends_a_report_from_a_small_phone_and_reads_the_answer(browser: Browser) -> None:
    town = build_town()
    with served() as address, browsing.visit(browser, size="phone", language="km") as page:
        told(page, address)
        digits = sent(page, town)
        case = Case.objects.get()
        assert case.heard.get().report.files.count() == 1
        answer(by=town.by(town.boss), case=case, outcome="resolved_itself", words="ស្អាតហើយ")
        page.goto(f"{address}/km/follow/#{digits}")
        page.wait_for_function("document.getElementById('receipt').value")
        assert digits not in page.url
        look(page)
        onward(page, "form[data-receipt] button")
        assert "ស្អាតហើយ" in page.locator("main").inner_text()
        page.goto(f"{address}/km/follow/case/verdict/")
        look(page)
        page.locator("[name=verdict][value=fixed]").check()
        onward(page)
        assert town.again(case).state == "closed"


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_wipes_the_draft_of_whoever_leaves_at_once(browser: Browser) -> None:
    build_town()
    with served() as address, browsing.visit(browser, size="phone", language="km") as page:
        page.route("**/speak/leave/", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
        told(page, address)
        assert page.evaluate(KEPT)
        with page.expect_navigation():
            page.locator("[data-leave]").click()
        assert page.inner_text("body") == "elsewhere"
        page.goto(f"{address}/km/speak/")
        page.wait_for_load_state("networkidle")
        assert page.locator("#kept").is_hidden() and not page.evaluate(KEPT)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_offers_a_draft_that_was_left_and_goes_on_with_it(browser: Browser) -> None:
    build_town()
    with served() as address, browsing.visit(browser, size="desk", language="en") as page:
        told(page, address)
        page.locator("#words-in").fill(WORDS)
        onward(page)
        page.goto(f"{address}/en/speak/")
        page.wait_for_selector("#kept:not([hidden])")
        look(page)
        with page.expect_navigation():
            page.locator("#kept [data-do=go-on]").click()
        assert page.locator("[name=exposure]").count() == 2
        page.goto(f"{address}/en/speak/")
        page.locator("#kept [data-do=delete]").click()
        page.wait_for_selector("#kept", state="hidden")
        assert not page.evaluate(KEPT)
