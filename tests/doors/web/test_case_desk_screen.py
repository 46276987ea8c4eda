"""The desk of cases in Chromium: keys for quick hands, and black areas drawn with the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from samleng.answers.cases.models import Evidence
from tests.browser import overflow, visit
from tests.doors.web.desked import brought, keyed_client
from tests.town import Town, town

__all__ = ["town"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def signed_in(page: Page, town: Town, address: str) -> None:
    cookies = keyed_client(town.boss).cookies.items()
    page.context.add_cookies([{"name": name, "value": one.value, "url": address} for name, one in cookies])


def test_it_is_worked_by_keys_and_by_drawing(
    town: Town, live_server: Any, browser: Browser, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    photographed = town.file("dump", files=[brought("white", (200, 100))]).case
    other = town.file("dump").case
    sealed = photographed.heard.get().report.files.get().sealed_id
    with visit(browser, size="desk", language="en") as page:
        signed_in(page, town, live_server.url)
        page.goto(f"{live_server.url}/en/desk/cases/")
        assert page.get_by_text("Keys for quick work").is_visible()
        for key in ("j", "x", "j", "x", "?"):
            page.keyboard.press(key)
        assert page.locator("[data-chosen]").inner_text() == "2"
        assert page.get_by_text("next case, the one before").is_visible()
        page.keyboard.press("o")
        page.wait_for_url("**/desk/cases/*/")
        assert other.reference in page.content() or photographed.reference in page.content()

        page.goto(f"{live_server.url}/en/desk/cases/{photographed.pk}/files/{sealed}/black/")
        page.wait_for_function("document.querySelector('[data-black] img').naturalWidth > 0")
        frame = page.locator("[data-black] canvas").bounding_box()
        assert frame
        page.mouse.move(frame["x"] + 2, frame["y"] + 2)
        page.mouse.down()
        page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
        page.mouse.up()
        assert 45 < float(page.locator("#width-0").input_value()) < 51
        page.get_by_role("button", name="Let everyone see this copy").click()
        page.wait_for_url("**/review/")
    assert Evidence.objects.get(case=photographed).shown
    with visit(browser, size="phone", language="km") as page:
        signed_in(page, town, live_server.url)
        page.goto(f"{live_server.url}/km/desk/cases/")
        assert overflow(page) == 0


def here(page: Page) -> str:
    """The number of the case one stands on."""
    return page.locator("tr.here a").first.inner_text()


def test_it_keeps_ones_place_among_many_cases_by_keys_alone(
    town: Town, live_server: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samleng.doors.web.cases.queue.A_PAGE", 3)
    for _n in range(8):
        town.file("dump")
    with visit(browser, size="desk", language="en") as page:
        signed_in(page, town, live_server.url)
        page.goto(f"{live_server.url}/en/desk/cases/?exposure=public")
        page.keyboard.press("n")
        page.wait_for_url("**after=*")
        second = page.url
        for key in ("j", "j"):
            page.keyboard.press(key)
        stood = here(page)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/cases/*-*/")
        assert stood in page.inner_text("h1")
        # A number stands on what posts and opens what leads on; then back, to the same page and row.
        page.keyboard.press("1")
        assert page.evaluate("document.activeElement.textContent").strip() == "Confirm receipt"
        page.keyboard.press("u")
        page.wait_for_url(second)
        assert here(page) == stood
        page.keyboard.press("x")
        page.keyboard.press("k")
        page.keyboard.press("x")
        above = here(page)
        page.keyboard.press("a")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url == second, "many at once, and still on this page"
        assert "2 cases were done." in page.inner_text("main") and here(page) == above
        page.keyboard.press("j")
        assert here(page) == stood
        page.keyboard.press("v")
        page.keyboard.type("Public ones")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Public ones" in page.inner_text(".saved")
        page.goto(second)
        page.keyboard.press("f")
        page.wait_for_url("**/cases/?exposure=public")
