"""Debian's own Chromium driven by Playwright: one browser a worker, one context a test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # A microphone that beeps; a page still has to be allowed to use it.
    "--use-fake-device-for-media-stream",
    # The guard of tests.session does not reach into another process; this does.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
# The two sizes every journey is walked at: a small phone and a desk.
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
SIZES = {"phone": PHONE, "desk": DESK}


def find_chromium() -> Path | None:
    """Where Chromium is: CHROMIUM and nothing else if that is set, or the usual places; None if nowhere."""
    named = os.environ.get("CHROMIUM")
    for place in (named,) if named else (*PLACES, shutil.which("chromium")):
        if place and os.access(place, os.X_OK):
            return Path(place)
    return None


@cache
def missing() -> str:
    """What a browser test lacks on this machine, in words; empty when it can run."""
    if find_chromium() is None:
        return "no Chromium (apt-get install chromium, or CHROMIUM=/path/to/it)"
    # Playwright's driver is a Node that wants a library which a bare Debian lacks.
    node, _script = compute_driver_executable()
    if subprocess.run([node, "--version"], capture_output=True).returncode:
        return "Playwright's driver does not start (apt-get install libatomic1)"
    return ""


def chromium_or_skip() -> Path:
    """The path of Chromium; without it the test is skipped, or fails where SAMLENG_REQUIRE_BROWSER is set."""
    found = find_chromium()
    if found and not missing():
        return found
    reason = f"BROWSER TEST NOT RUN: {missing()}"
    if os.environ.get("SAMLENG_REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser, closed at the end; skips the test where there is no Chromium."""
    path = chromium_or_skip()
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser,
    *,
    size: str = "phone",
    language: str = "km",
    javascript: bool = True,
    breaches: bool = False,
) -> Iterator[Page]:
    """A fresh visitor's page; `size` is "phone" or "desk".

    A script error fails the test, and so does a breach of the page's policies unless `breaches` are tried.
    """
    context: BrowserContext = browser.new_context(
        viewport=SIZES[size],
        locale=language,
        java_script_enabled=javascript,
        reduced_motion="reduce",
        service_workers="block",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if breach(line.text) and not breaches else None)
    try:
        yield page
    finally:
        context.close()
    assert not errors, f"scripts failed: {errors}"


def breach(line: str) -> bool:
    """Whether a line of the console says that the page did what its policies do not allow."""
    return "Content Security Policy" in line or "Trusted" in line or "ermissions-Policy" in line


def overflow(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window; 0 is right."""
    return max(
        0, page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def too_wide(page: Page) -> list[str]:
    """What reaches beyond the window, the innermost: elements as they are written, and words."""
    return page.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth + 0.5, found = [];
            const kinds = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
            const all = document.createTreeWalker(document.body, kinds);
            for (let one = all.nextNode(); one; one = all.nextNode()) {
                const range = document.createRange();
                range.selectNodeContents(one);
                const box = one.nodeType === Node.TEXT_NODE ? range : one;
                if (box.getBoundingClientRect().right > edge) found.push(one.outerHTML || one.data);
            }
            return found.slice(-3).map(text => text.slice(0, 200));
        }"""
    )


def serious_issues(page: Page) -> list[str]:
    """What axe finds serious or critical (WCAG 2.2 A and AA), one line for each element concerned."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [
        f"{issue['id']} ({issue['impact']}): {issue['help']}: {node['html'][:160]}"
        for issue in found.response["violations"]
        if issue["impact"] in ("serious", "critical")
        for node in issue["nodes"]
    ]
