"""Look whether a site is whole: settings, tables, files, and the ledger's queue."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from samleng.ground.places.models import Place
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import address


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--files", action="store_true", help="read every kept file and compare its hash")


def run(given: argparse.Namespace) -> int:
    found = look(files=given.files)
    if given.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")
    return 0 if not found["wrong"] else 1


def look(*, files: bool = False) -> dict[str, object]:
    """What was found, by name; `wrong` lists what somebody has to mend."""
    wrong: list[str] = []
    try:
        call_command("check", verbosity=0, stdout=io.StringIO())
    except SystemCheckError as error:
        wrong.append(str(error))
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        wrong.append(f"{len(waiting)} migrations are not applied: start the site once")
        return {"wrong": wrong}
    if not Place.objects.exists():
        wrong.append("no places are loaded: start the site once")
    missing = [
        sha for sha in Blob.objects.filter(erased_at=None).values_list("sha256", flat=True) if bad(sha, files)
    ]
    if missing:
        wrong.append(f"{len(missing)} kept files are missing or damaged")
    return {
        "engine": connection.vendor,
        "places": Place.objects.count(),
        "ledger_rows": Entry.objects.count(),
        "ledger_digest": Entry.objects.digest(),
        "waiting_for_the_worker": Due.objects.count(),
        "wrong": wrong,
    }


def bad(sha: str, thoroughly: bool) -> bool:
    path = Path(settings.MEDIA_ROOT) / address(sha)
    if not path.is_file():
        return True
    return thoroughly and hashlib.sha256(path.read_bytes()).hexdigest() != sha
