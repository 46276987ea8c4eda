"""No page holds a script or a style of its own, and scripts make parts of pages only where that is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.browser import visit
from tests.insight.pinned import public_land, put
from tests.journeys.hands import sign_in
from tests.served import served
from tests.world import World, build

SCRIPT = re.compile(r"<script\b([^>]*)>")
STYLED = re.compile(r"<style\b|\sstyle=|\son[a-z]+=[\"']|href=[\"']javascript:")
PUBLIC = ("/km/", "/en/", "/en/about/", "/en/map", "/en/account/login/", "/app/", "/en/vote/")
MAKING = "(() => { try { document.body.innerHTML = '<b>x</b>'; return 'made' } catch { return 'kept' } })()"
DESK = ("/en/desk/", "/en/scorecards/", "/en/people/")


def strict(answer: object, path: str) -> None:
    policy = answer["Content-Security-Policy"]  # type: ignore[index]
    rules = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["script-src"] == rules["style-src"] == "'self'", path
    assert rules["require-trusted-types-for"] == "'script'" and rules["object-src"] == "'none'"
    assert "unsafe" not in policy and "nonce" not in policy
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert not STYLED.search(page), (path, STYLED.search(page))
    for attributes in SCRIPT.findall(page):
        # What is only read has a type of its own; it never runs.
        assert "src=" in attributes or 'type="application/json"' in attributes, (path, attributes)


def test_it_serves_every_page_under_a_strict_policy(world: World) -> None:
    client = Client()
    seen = 0
    for path in PUBLIC:
        answer = client.get(path, follow=True)
        if answer.status_code == 200:
            strict(answer, path)
            seen += 1
    assert seen >= 5
    client.force_login(world.admin, backend="django.contrib.auth.backends.ModelBackend")
    for path in DESK:
        answer = client.get(path, follow=True)
        if answer.status_code == 200:
            strict(answer, path)


@contextmanager
def watched(browser: Browser, size: str = "phone") -> Iterator[Page]:
    """A page on which a breach of the policy fails the test."""
    said: list[str] = []
    with visit(browser, size=size, language="en") as page:
        page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
        yield page
        breaches = [one for one in said if "Content Security Policy" in one or "Trusted" in one]
        assert not breaches, breaches


@pytest.mark.once
def test_it_runs_its_scripts_under_that_policy(transactional_db: None, browser: Browser) -> None:
    world = build()
    with served() as address, watched(browser) as page:
        for path in ("/en/", "/app/", "/en/account/login/"):
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
        assert page.evaluate("typeof trustedTypes") == "object"
        sign_in(page, address, world.admin)
        page.goto(f"{address}/en/desk/")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("htmx.config.allowEval") is False
        # What comes by htmx is read as it reads it.
        assert (
            page.evaluate("new DOMParser().parseFromString('<b>x</b>', 'text/html').body.innerHTML")
            == "<b>x</b>"
        )


@pytest.mark.once
def test_it_lets_a_public_page_make_no_html_of_a_text(transactional_db: None, browser: Browser) -> None:
    with served() as address, visit(browser, language="en", breaches=True) as page:
        page.goto(f"{address}/en/")
        assert page.evaluate(MAKING) == "kept"


@pytest.mark.once
def test_it_draws_the_map_under_that_policy(transactional_db: None, browser: Browser) -> None:
    put(public_land())
    with served() as address, watched(browser, "desk") as page:
        page.goto(f"{address}/en/map/")
        page.wait_for_load_state("networkidle")
        page.wait_for_selector(".leaflet-container")
