"""What a site needs before it can serve: tables, static files, and the pack's ground."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from samleng.doors.exchange.places import import_places
from samleng.ground.channels.verbs import load as load_channels
from samleng.ground.frameworks.verbs import load as load_frameworks
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import SYSTEM

Say = Callable[[str], None]


def pack_folder(pack: str | None = None) -> Path:
    return Path(settings.PACKS) / (pack or settings.COUNTRY_PACK)


def prepare(say: Say = lambda text: None) -> None:
    """Bring database, static files and the pack's ground up to date; safe to run at every start."""
    call_command("migrate", verbosity=0, interactive=False)
    # The sources of the styles are built into one sheet; only that is served.
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["look"])
    ground(say)
    count_rows()


def count_rows() -> None:
    """Let SQLite know how large its tables are: without that it guesses which index to take."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 400")
            cursor.execute("ANALYZE")


def ground(say: Say = lambda text: None) -> None:
    """Load the pack's places, kinds of office, frameworks and channels where they are missing or changed."""
    folder = pack_folder()
    if not Place.objects.filter(country=folder.name).exists():
        report = import_places(by=SYSTEM, path=folder / "country.toml")
        say(f"places: {report.loaded} loaded, {len(report.rejected)} refused with a reason")
    load_frameworks(by=SYSTEM, folder=folder)
    load_channels(by=SYSTEM, folder=folder)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def bar(done: int, total: int) -> None:
    """Progress at the terminal, one line that fills."""
    width = 30
    full = width * done // max(total, 1)
    print(f"\r[{'#' * full}{'.' * (width - full)}] {done}/{total}", end="", file=sys.stderr, flush=True)
    if done >= total:
        print(file=sys.stderr)
