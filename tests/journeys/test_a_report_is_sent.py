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

AT_HAND = """new Promise((done) => { const asked = indexedDB.open("samleng-speak", 1);
asked.onsuccess = () => { const one = asked.result.transaction("draft").objectStore("draft").get("ahead");
one.onsuccess = () => { asked.result.close(); done(Boolean(one.result && one.result.pages.exposure)); };
}; })"""


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
    steps_at_hand(page)
    page.context.set_offline(True)
    away(page)
    assert page.evaluate(KEPT) and page.locator("[name=exposure]").count() == 2
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


def away(page: Page) -> None:
    """The next step is shown without a signal, and says so."""
    page.locator(".onward button").first.click()
    page.wait_for_selector(".status-line:not(:empty)")
    assert browsing.overflow(page) == 0
    assert not browsing.serious_issues(page), browsing.serious_issues(page)


def steps_at_hand(page: Page) -> None:
    """Until the steps ahead are on the phone."""
    for _try in range(100):
        if page.evaluate(AT_HAND):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the steps ahead never came")


def begun(page: Page, address: str, town: Town) -> None:
    page.goto(f"{address}/en/speak/report/")
    onward(page, "button[value=dump]")
    page.locator("#q").fill(Place.objects.get(code="010101", valid_to=None).name["en"])
    page.wait_for_selector("#suggested button")
    steps_at_hand(page)
    onward(page, "#suggested button >> nth=0")


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_goes_through_the_steps_without_a_signal_and_sends_itself_on(browser: Browser) -> None:
    town = build_town()
    with served() as address, browsing.visit(browser, size="phone", language="en") as page:
        begun(page, address, town)
        page.context.set_offline(True)
        page.locator("[name=answer][value=no]").check()
        away(page)
        assert "How much?" in page.inner_text("h1")
        page.locator("[name=answer][value=bag]").check()
        away(page)
        page.locator("#words-in").fill(WORDS)
        page.locator("#photos-in").set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo().read()}
        )
        away(page)
        assert page.locator("[name=exposure]").count() == 2
        # One step back, without a signal as well: nothing is lost.
        page.locator("button[value=back]").click()
        assert page.locator("#words-in").input_value() == WORDS
        assert page.evaluate("document.getElementById('photos-in').files.length") == 1
        away(page)
        page.locator("[name=exposure][value=public]").check()
        away(page)
        # What lies near and who answers is known to the site alone: it says so, and waits.
        assert "cannot be shown without one" in page.inner_text(".status-line")
        with page.expect_navigation():
            page.context.set_offline(False)
        look(page)
        assert "Is it right like this?" in page.inner_text("h1")
        assert WORDS in page.inner_text("main") and "A bag" in page.inner_text("main")
        assert page.locator("img.small").count() == 1 and not Report.objects.exists()
        page.context.set_offline(True)
        page.locator("button[value=send]").click()
        page.wait_for_selector(".status-line:not(:empty)")
        with page.expect_navigation():
            page.context.set_offline(False)
        assert len("".join(page.locator(".groups").inner_text().split())) == 18
    assert Case.objects.get().heard.get().report.files.count() == 1


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_shows_the_list_of_help_without_a_signal_and_keeps_what_was_only_typed(browser: Browser) -> None:
    town = build_town()
    with served() as address, browsing.visit(browser, size="phone", language="en") as page:
        begun(page, address, town)
        page.context.set_offline(True)
        page.locator("[name=answer][value=yes]").check()
        page.locator(".onward button").first.click()
        page.wait_for_selector(".contacts")
        with page.expect_navigation():
            page.context.set_offline(False)
        assert page.locator(".contacts").count() == 1 and not Report.objects.exists()
        begun(page, address, town)
        page.locator("[name=answer][value=no]").check()
        onward(page)
        page.locator("[name=answer][value=truck]").check()
        page.wait_for_timeout(900)
        # The phone dies before anything is pressed.
        page.goto(f"{address}/en/speak/")
        page.wait_for_selector("#kept:not([hidden])")
        with page.expect_navigation():
            page.locator("#kept [data-do=go-on]").click()
        assert "Since when?" in page.inner_text("h1")
