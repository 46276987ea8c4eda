"""Sites of their own beside the database of the tests, each with a home, on the engine under test."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

MIGRATED = "sites_migrated"


@contextmanager
def site_in(folder: Path, *, fresh: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a site whose tables stand already; a `fresh` one has nothing at all."""
    env = {**os.environ, "SAMLENG_HOME": str(folder / "home"), "SAMLENG_TESTING": "1"}
    env.pop("PYTEST_XDIST_WORKER", None)
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        env.pop("DATABASE_URL", None)
        if not fresh:
            (folder / "home").mkdir(parents=True)
            shutil.copy(migrated(env) / "samleng.sqlite3", folder / "home")
        yield env
        return
    name = f"phones_{uuid.uuid4().hex[:12]}"
    with server() as admin:
        if not fresh:
            migrated(env)
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{"template1" if fresh else MIGRATED}"')
        env["DATABASE_URL"] = address_of(name)
        yield env
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def copied_to(name: str) -> None:
    """Make a database of that name (a file, on SQLite) with all tables and no rows."""
    env = dict(os.environ)
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        shutil.copy(migrated(env) / "samleng.sqlite3", name)
        return
    with server() as admin:
        migrated(env)
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{MIGRATED}"')


def migrated(env: dict[str, str]) -> Path:
    """The home of a site that has its tables and nothing else; made once in a run, then copied."""
    home = Path(settings.HOME) / MIGRATED
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        # Several workers share one home.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            env = {**env, "SAMLENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"}
            if "DATABASE_URL" in env:
                with server() as admin:
                    admin.execute(f'CREATE DATABASE "{MIGRATED}"')
                env["DATABASE_URL"] = address_of(MIGRATED)
            subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
            (home / "done").touch()
    return home


def address_of(name: str) -> str:
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"


@contextmanager
def server() -> Iterator[Any]:
    """A connection that may make databases on the PostgreSQL under test."""
    import psycopg

    given = settings.DATABASES["default"]
    where = {
        "host": given["HOST"],
        "user": given["USER"],
        "port": given["PORT"] or None,
        "password": given["PASSWORD"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as admin:
        yield admin
