"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import SimpleTestCase
from django.utils import translation
from playwright.sync_api import Browser

from samleng.doors.exchange.open311.kept import KEPT
from samleng.doors.web.guard.doors import open_anew
from tests import browser as browsing
from tests.dawn import dawn
from tests.sites import copied_to
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


@pytest.fixture(autouse=True)
def nobody_came_before() -> None:
    """Limits forget whoever called in the test before; nothing that was written then is kept."""
    open_anew()
    KEPT.forget()


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
        # No test cuts the power; what must outlive a kill runs in sites and servers of its own.
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    # pytest-django's own, which gives each worker a database.
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
    copied_to(connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database of a worker is there before Django looks: copied from one whose tables stand."""
    return True


@pytest.fixture(scope="session")
def engine() -> str:
    """Which engine is under test; asked for by what opens a database on it from a process of its own."""
    return connection.vendor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, one a worker; use it with `tests.browser.visit`."""
    with browsing.launched() as launched:
        yield launched


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    turns: Counter[str] = Counter()
    elsewhere = []
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if not runs_here(item, turns):
            elsewhere.append(item)
            # What is walked on the other engine in `make test` is walked on this one in `make soak`.
            item.add_marker(pytest.mark.soak)
    if connection.vendor != "sqlite" and elsewhere:
        items[:] = [item for item in items if item not in set(elsewhere)]
        config.hook.pytest_deselected(items=elsewhere)


def runs_here(item: pytest.Item, turns: Counter[str]) -> bool:
    """Whether `make test` runs it on this engine: all that opens no database runs with SQLite alone."""
    on_sqlite = connection.vendor == "sqlite"
    if item.get_closest_marker("shared_out") and not item.get_closest_marker("soak"):
        turn = turns[name := item.nodeid.partition("[")[0]]
        turns[name] += 1
        return (turn % 2 == 0) == on_sqlite
    return on_sqlite or (opens_a_database(item) and not item.get_closest_marker("once"))


def opens_a_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "live_server", "engine"} & set(getattr(item, "fixturenames", ()))
    case = getattr(item, "cls", None)
    return bool(asked) or item.get_closest_marker("django_db") or (case and issubclass(case, SimpleTestCase))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A folder that opens no database has nothing to run on another engine, and nothing has failed."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and connection.vendor != "sqlite":
        session.exitstatus = pytest.ExitCode.OK
