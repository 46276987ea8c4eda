"""The style guide in a real browser: both languages, a small phone and a desk, large text, no script."""

import pytest

from samleng.doors.web.look import build, drawing
from tests import browser as browsing

# The page reads nothing.
pytestmark = pytest.mark.once


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()
    yield
    drawing.child.end()


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_it_has_no_serious_issue_and_fits_its_window(browser, live_server, language, size):
    with browsing.visit(browser, size=size, language=language) as page:
        page.goto(f"{live_server.url}/{language}/styleguide/?sample=1")
        page.wait_for_load_state("networkidle")
        assert browsing.overflow(page) == 0
        assert browsing.serious_issues(page) == []


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_fits_with_text_twice_as_large(browser, live_server, language):
    with browsing.visit(browser, language=language) as page:
        page.goto(f"{live_server.url}/{language}/styleguide/")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert browsing.overflow(page) == 0


def test_it_draws_khmer_with_its_own_font_and_room_between_lines(browser, live_server):
    with browsing.visit(browser) as page:
        page.goto(f"{live_server.url}/km/styleguide/?charts=0")
        page.wait_for_load_state("networkidle")
        loaded = page.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.weight).sort()"
        )
        assert loaded == ["400", "600"]
        size, line, spacing = page.evaluate(
            "(s => [parseFloat(s.fontSize), parseFloat(s.lineHeight), s.letterSpacing])"
            "(getComputedStyle(document.querySelector('main p')))"
        )
        assert line / size >= 1.75 and spacing in ("normal", "0px")


def test_it_has_targets_a_thumb_can_hit(browser, live_server):
    with browsing.visit(browser) as page:
        page.goto(f"{live_server.url}/km/styleguide/?charts=0")
        small = page.evaluate(
            "[...document.querySelectorAll('.button, .top a, .pages a, .faces label, .sound button, "
            ".field label.choice, .field input:not([type=radio]):not([type=checkbox]), summary')]"
            ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        assert small == []


def test_it_works_without_script(browser, live_server):
    with browsing.visit(browser, javascript=False) as page:
        page.goto(f"{live_server.url}/km/styleguide/?charts=0")
        assert page.locator("audio[controls]").first.is_visible()
        page.locator(".faces label").nth(1).click()
        assert page.locator(".faces input").nth(1).is_checked()
        page.locator("a.lang").click()
        assert page.locator("html").get_attribute("lang") == "en"


def test_it_moves_to_the_errors_first(browser, live_server):
    with browsing.visit(browser) as page:
        page.goto(f"{live_server.url}/en/styleguide/?charts=0")
        assert page.evaluate("document.activeElement.className") == "errors"
        page.locator(".errors a").first.click()
        assert page.evaluate("document.activeElement.id") == "id_name"


def test_it_shows_a_chosen_face_to_phones_that_know_no_has(browser, live_server):
    with browsing.visit(browser) as page:

        def as_it_was(route):
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().replace(":has(", ":has-not-been-invented("))

        page.route("**/*.css", as_it_was)
        page.goto(f"{live_server.url}/en/styleguide/?charts=0")
        face = page.locator(".faces input[type=radio]").first
        ring = "one => [getComputedStyle(one).opacity, getComputedStyle(one).borderTopWidth]"
        assert face.evaluate(ring)[0] == "0"
        face.check()
        assert face.evaluate(ring) == ["1", "4px"]
