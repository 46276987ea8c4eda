"""The field app as a phone meets it the first time, on the site as deployed: light, quick, installable."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from tests import browser as browsing
from tests.journeys.cutting import Cutting
from tests.served import served

# What a stranger sees of the app comes from no database.
pytestmark = pytest.mark.once

LIGHTHOUSE = Path(__file__).resolve().parent / "lighthouse" / "node_modules" / "lighthouse"
# What a first visit may cost where a megabyte has its price: all that the site sends, the answers' heads too,
# until the app opens without a signal.
FIRST_VISIT = 150_000


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[str]:
    """One site for all: what a stranger sees of the app asks nothing of the database."""
    look.build()
    field.build()
    with served(deployed=True) as address:
        yield address


def test_it_costs_a_first_visitor_little_until_it_needs_no_signal(site: str, browser: Browser) -> None:
    with Cutting(urlsplit(site).port or 0, seed=1, most=0) as line:
        context = browser.new_context(viewport=browsing.PHONE, locale="km")
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{line.port}/app/")
        page.wait_for_selector("main h1")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_load_state("networkidle")
        brought = line.brought
        context.set_offline(True)
        page.reload()
        page.wait_for_selector("main h1")
        context.close()
    assert 50_000 < brought <= FIRST_VISIT, f"{brought / 1000:.1f} kB"


def test_it_can_be_put_on_the_home_screen(site: str, browser: Browser, tmp_path: Path) -> None:
    # A profile on the disk: a window that keeps nothing has nothing to install either.
    context = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=browsing.chromium_or_skip(),
        args=[*browsing.FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    )
    page = context.new_page()
    page.goto(f"{site}/app/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    asked = context.new_cdp_session(page)
    manifest = asked.send("Page.getAppManifest")
    assert manifest["errors"] == [] and json.loads(manifest["data"])["start_url"] == "/app/"
    assert asked.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    context.close()


KIT = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
INSIDE = {
    "Facebook on Android": f"Mozilla/5.0 (Linux; Android 13; SM-A047F; wv) {KIT} "
    "Chrome/120.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/440.0.0.29.110;]",
    "Messenger on an iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 [FBAN/MessengerForiOS;FBAV/440.0.0.29.110;]",
    "Telegram on Android": f"Mozilla/5.0 (Linux; Android 12; CPH2239; wv) {KIT} "
    "Chrome/118.0.0.0 Mobile Safari/537.36 Telegram-Android/10.2.3",
}


@pytest.mark.parametrize("inside", INSIDE)
def test_it_asks_for_the_phone_s_own_browser_where_nothing_would_be_kept(
    site: str, browser: Browser, inside: str
) -> None:
    context = browser.new_context(
        viewport=browsing.SIZES["phone"],
        locale="km",
        user_agent=INSIDE[inside],
        permissions=["clipboard-write"],
    )
    page = context.new_page()
    page.goto(f"{site}/app/#/join/123456")
    page.wait_for_selector("main h1")
    assert page.locator("input").count() == 0 and "/app/" in page.locator(".read").inner_text()
    chrome = page.locator("a[href^='intent://']")
    assert chrome.count() == ("Android" in inside)
    if chrome.count():
        way = chrome.get_attribute("href") or ""
        assert "/app/#/join/123456#Intent;" in way and way.endswith(";package=com.android.chrome;end")
    page.locator("button").click()
    page.wait_for_function("said => document.querySelector('button').innerText !== said", arg="ចម្លងតំណ")
    assert browsing.overflow(page) == 0
    context.close()


def test_it_is_readable_to_all_before_anybody_has_come_in(site: str, browser: Browser) -> None:
    for size in browsing.SIZES:
        context = browser.new_context(viewport=browsing.SIZES[size], locale="km", reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{site}/app/")
        page.wait_for_selector("main h1")
        assert browsing.serious_issues(page) == []
        assert browsing.overflow(page) == 0
        context.close()


# How far what stands on the page moves while it loads; Lighthouse marks a page down above a tenth.
SHIFTED = """() => new Promise(told => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => told(sum), 1500);
})"""


def test_it_stays_where_it_is_while_it_loads(site: str, browser: Browser) -> None:
    # At this width, Lighthouse's own, another letter breaks the head of the page into another line.
    context = browser.new_context(viewport={"width": 412, "height": 823}, locale="km")
    page = context.new_page()

    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/khmer-600*", slowly)
    page.goto(f"{site}/app/")
    page.wait_for_selector("main h1")
    assert page.evaluate(SHIFTED) < 0.05
    context.close()


def looked_at(address: str, report: Path) -> dict[str, Any]:
    """Lighthouse's report on a page, on its mobile profile with simulated throttling."""
    if not LIGHTHOUSE.is_dir():
        pytest.skip("LIGHTHOUSE IS NOT INSTALLED (`make tools` fetches it): the app is not judged by it")
    node, _npm = field.commands()
    *flags, resolver = browsing.FLAGS
    flags = ["--headless=new", *flags, f"'{resolver}'", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    command = [*node, str(LIGHTHOUSE / "cli" / "index.js"), address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", "--only-categories=performance,accessibility,best-practices"]
    command += ["--no-enable-error-reporting", f"--chrome-flags={' '.join(flags)}"]
    env = {**os.environ, "CHROME_PATH": str(browsing.chromium_or_skip())}
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return dict(json.loads(report.read_text()))


def found(report: dict[str, Any], category: str) -> str:
    """What a category is marked down for, one line each."""
    audits = [report["audits"][one["id"]] for one in report["categories"][category]["auditRefs"]]
    marked = [one for one in audits if one["score"] is not None and one["score"] < 1]
    return "\n".join(f"{one['id']}: {one.get('displayValue') or one['title']}" for one in marked)


@pytest.mark.soak
@pytest.mark.browser
def test_lighthouse_finds_it_quick_and_open_to_all(site: str, tmp_path: Path) -> None:
    reports: list[dict[str, Any]] = []
    for turn in range(3):
        reports.append(looked_at(f"{site}/app/", tmp_path / f"{turn}.json"))
        # A busy machine makes a page slow, never quick: the best of three tells of the page.
        if reports[-1]["categories"]["performance"]["score"] >= 0.95:
            break
    best = max(reports, key=lambda one: float(one["categories"]["performance"]["score"]))
    marks = {name: round(100 * one["score"]) for name, one in best["categories"].items()}
    print(marks)
    assert marks["accessibility"] == 100, found(best, "accessibility")
    assert marks["best-practices"] == 100, found(best, "best-practices")
    assert marks["performance"] >= 95, found(best, "performance")
