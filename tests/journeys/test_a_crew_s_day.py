"""A crew's day on a small phone: the link, the way there, photos on a bad line, and what it cannot do."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from samleng.answers.cases.models import Case, Order
from samleng.answers.cases.verbs.working import form_crew
from samleng.answers.cases.verbs.working import order as give_order
from samleng.voices.reports.rules.filing import Point
from tests.answers.land import picture
from tests.browser import overflow, serious_issues, visit
from tests.town import Town, town

__all__ = ["town"]
pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
LONG = "ក្រុមប្រមូលសំរាមពេលព្រឹកប្រចាំសង្កាត់ទាំងប្រាំពីរបស់រដ្ឋបាលខណ្ឌនិងរថយន្តលេខបី"
TASK = "សូមយកបាវពីរ និងប៉ែលវែង ព្រោះសំរាមនៅក្រោមស្ពាន។ កុំដុត។"


def looked_at(page: Page, name: str, *, scripts: bool = True) -> None:
    """Nothing reaches beyond a small phone, and nobody is shut out; that is asked by a script."""
    assert overflow(page) == 0, name
    if scripts:
        assert serious_issues(page) == [], name
    if folder := os.environ.get("SAMLENG_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def files(*colours: str) -> list[dict[str, object]]:
    return [{"name": f"{one}.png", "mimeType": "image/png", "buffer": picture(one)} for one in colours]


def test_it_is_led_to_its_work_and_sends_it_on_a_bad_line(live_server, browser: Browser, town: Town):
    boss = town.by(town.boss)
    crew, token = form_crew(by=boss, office=town.sweepers, name=LONG)
    for step in range(3):
        case = town.file("dump", point=Point(12.34 + step / 100, 104.5)).case
        give_order(by=boss, case=case, crew=crew, day=timezone.localdate(), task=TASK)
    with visit(browser) as page:
        page.goto(f"{live_server.url}/km/crew/{token}/")
        assert page.locator(".jobs li").count() == 3
        looked_at(page, "crew-day")
        # From the far end the last is the nearest; where the phone is stays on the phone.
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": 12.365, "longitude": 104.5})
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.locator("[data-near]").click()
        expect(page.locator("[data-far]").first).not_to_be_empty()
        assert page.locator(".jobs li").first.get_attribute("data-at") == "12.36000,104.50000"
        assert asked == []
        page.locator(".jobs a").first.click()
        page.wait_for_selector("a[href^='geo:12.36']")
        looked_at(page, "crew-job")
        page.locator("summary").first.click()
        page.set_input_files("#after-file", files("green"))
        page.set_input_files("#before-file", files("red"))
        looked_at(page, "crew-done")
        page.context.set_offline(True)
        page.locator("details[open] button").click()
        expect(page.locator("details[open] .status-line")).to_have_text(re.compile(".{20}"))
        assert not Order.objects.exclude(state="given").exists()
        page.context.set_offline(False)
        page.wait_for_url("**?sent=1")
        done = Order.objects.get(state="done").case
        assert done.latitude == 12.36 and done.evidence.count() == 2
        looked_at(page, "crew-sent")
    without_script(browser, f"{live_server.url}/km/crew/{token}/")
    assert Case.objects.filter(state="answered").count() == 1


def without_script(browser: Browser, address: str) -> None:
    """The same link on a phone that runs no script: why it could not be done."""
    with visit(browser, javascript=False) as page:
        page.goto(address)
        page.locator(".jobs a").first.click()
        page.locator("summary").nth(1).click()
        page.locator("input[name=reason]").nth(3).check()
        looked_at(page, "crew-could-not", scripts=False)
        page.locator("details[open] button").click()
        page.wait_for_url("**?sent=1")
        assert page.locator(".jobs li").count() == 1
    assert Order.objects.get(state="not_done").reason == "needs_truck"
