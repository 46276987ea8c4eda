"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser

from tests import browser as browsing
from tests.dawn import dawn
from tests.world import world

__all__ = ["dawn", "world"]

# How fast something is, the bench says. A clock inside a property test fails with the machine, not the code:
# the first look at a country's holidays takes longer than the next thousand.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Tests read refusals in English, whatever the site's first language; pages speak their address's."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files made by others, beside the clone and never in it; a clone without them skips."""
    for place in (os.environ.get("SAMLENG_SHARED_DATA"), ROOT.parent / "shared" / "data"):
        if place and Path(place).is_dir():
            return Path(place)
    pytest.skip("no ../shared/data beside this clone")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """SQLite in a file, as a site has it: in memory it is one connection, and two phones need two."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.HOME / "tests.sqlite3")
    # pytest-django's own, which gives each worker a database.
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def engine() -> str:
    """Which engine is under test; asked for by what opens a database on it from a process of its own."""
    return connection.vendor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, one a worker; use it with `tests.browser.visit`."""
    with browsing.launched() as launched:
        yield launched


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    elsewhere = pytest.mark.skip(reason="its site is on SQLite: it runs with the tests on SQLite")
    for item in items:
        if item.get_closest_marker("own_site") and connection.vendor != "sqlite":
            item.add_marker(elsewhere)
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
