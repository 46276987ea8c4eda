"""The map as a browser draws it: marks that a keyboard reaches, outlines, and the list where it is lost."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser

from samleng.ground.places.models import Boundary
from tests.browser import overflow, serious_issues, visit
from tests.insight.pinned import LATITUDE, LONGITUDE, days, public_land, put

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_it_draws_reports_that_open_and_tells_the_same_without_a_script(live_server, browser: Browser):
    caches["map"].clear()
    land = public_land()
    sides = {"west": 104.4, "south": 11.1, "east": 105.4, "north": 12.0}
    ring = [[104.4, 11.1], [105.4, 11.1], [105.4, 12.0], [104.4, 12.0], [104.4, 11.1]]
    Boundary.objects.create(
        place=land.north, geometry={"type": "Polygon", "coordinates": [ring]}, source="a survey", **sides
    )
    for number in range(1, 9):
        late = {"due_on": days(-number)} if number % 2 else {}
        put(land, number, latitude=LATITUDE + number / 20, longitude=LONGITUDE + number / 500, **late)
    with visit(browser, language="en") as page:
        broken: list[str] = []
        page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
        page.goto(f"{live_server.url}/en/map/")
        page.wait_for_selector("#map .pin.late")
        # Those that would lie on each other share a mark.
        assert 2 <= page.locator("#map .pin").count() <= 8
        page.wait_for_selector("#map path.leaflet-interactive, #map svg path")
        assert "8 reports in this part of the map, 4 of them overdue" in page.inner_text("#map-said")
        pin = page.locator("#map .pin.late").first
        assert "Dump: Overdue" in pin.get_attribute("aria-label")
        pin.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup a[href*='/en/map/reports/RUBB-']")
        assert serious_issues(page) == []
        assert overflow(page) == 0
        page.locator(".leaflet-popup-content a").first.click()
        page.wait_for_selector("h1:has-text('Dump')")
        # The strict policy of the site was kept by Leaflet and by its style.
        assert broken == []
    with visit(browser, javascript=False) as page:
        page.goto(f"{live_server.url}/km/map/")
        assert page.locator("#map").is_hidden()
        assert page.locator(".report").count() == 8
        assert overflow(page) == 0
