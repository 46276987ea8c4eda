"""A programme's forms on a phone-sized screen and a desk: everything fits, nothing is out of reach."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser import overflow, too_wide, visit
from tests.journeys.hands import sign_in
from tests.journeys.test_the_loop import WALKS
from tests.voices.forms.asked import opened, record, sent
from tests.world import build


@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), WALKS)
def test_it_fits_and_has_no_serious_issue(
    browser: Browser, transactional_db: None, live_server, language: str, size: str
) -> None:
    world = build()
    form = opened(world)
    sent(world, record())
    desk = f"{live_server.url}/{language}/programmes/{world.programme.pk}/forms/"
    with visit(browser, size=size, language=language) as page:
        sign_in(page, live_server.url, world.admin)
        for where in ("", "new/", "keys/", f"{form.pk}/"):
            page.goto(desk + where)
            looked_over(page, where)
        page.goto(f"{desk}keys/")
        page.locator("select[name=person]").select_option(str(world.sophea.pk))
        page.locator("form.card button").click()
        page.locator(".qr svg").wait_for()
        looked_over(page, "key")


def looked_over(page, where: str) -> None:
    assert overflow(page) == 0, (where, too_wide(page))
    found = Axe().run(page).response["violations"]
    serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
    assert serious == [], where
