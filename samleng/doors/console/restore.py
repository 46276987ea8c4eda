"""Bring a site back on an empty machine, and prove by the ledger that it is the same site."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from samleng.doors.console.backup import FORMAT, columns_of, tables
from samleng.doors.console.prepare import progress
from samleng.kit.ledger.models import Entry
from samleng.kit.media.rules import address
from samleng.kit.words.refusals import Refusal


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(given: argparse.Namespace) -> int:
    manifest = restore(given.file, progress)
    rows = manifest["ledger"]["rows"]
    print(json.dumps(manifest) if given.json else f"restored and checked: {rows} ledger rows agree")
    return 0


def restore(source: Path, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Restore into an empty site; Refusal, nothing changed, when it is not empty or the file not whole."""
    refuse_unless_empty()
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        inside = Path(folder)
        manifest = unpack(source, inside)
        say("backup is whole")
        if connection.vendor == "sqlite":
            put_sqlite(inside)
        else:
            put_postgres(inside, manifest)
        put_files(inside)
    found = Entry.objects.digest()
    if found != manifest["ledger"]["digest"]:
        raise Refusal(_("The restored ledger differs from the one that was kept."), code="ledger")
    return manifest


def refuse_unless_empty() -> None:
    if "ledger_entry" in connection.introspection.table_names() and Entry.objects.exists():
        raise Refusal(
            _("This site is not empty."),
            field="site",
            remedy=_("Restore into a new SAMLENG_HOME or an empty database."),
        )


def unpack(source: Path, inside: Path) -> dict[str, Any]:
    """The backup's parts in a folder, checked; its manifest."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(inside, filter="data")
        manifest = json.loads((inside / "manifest.json").read_text())
    except (tarfile.TarError, OSError, ValueError) as error:
        raise Refusal(
            _("This is not a whole backup."), field=str(source), remedy=_("Take another copy of the file.")
        ) from error
    if manifest.get("format") != FORMAT or manifest.get("engine") != connection.vendor:
        raise Refusal(
            _("The backup was made by another kind of database."),
            field="engine",
            remedy=_("Set DATABASE_URL to the kind of database it was made with: ")
            + str(manifest.get("engine")),
        )
    for sha in set(manifest["blobs"]) - set(manifest.get("missing_blobs", ())):
        path = inside / "media" / address(sha)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha:
            raise Refusal(
                _("A file in the backup is damaged."), field=sha, remedy=_("Take another copy of the file.")
            )
    return dict(manifest)


def put_sqlite(inside: Path) -> None:
    target = Path(settings.DATABASES["default"]["NAME"])
    connections["default"].close()
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    staged = target.with_name(target.name + ".restored")
    shutil.copyfile(inside / "database.sqlite3", staged)
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    staged.replace(target)
    call_command("migrate", verbosity=0, interactive=False)


def put_postgres(inside: Path, manifest: dict[str, Any]) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    present = tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in present))
        for table in present:
            path = inside / "tables" / f"{table}.copy"
            if not path.is_file():
                continue
            with (
                path.open("rb") as file,
                cursor.cursor.copy(f'COPY "{table}" ({columns_of(table)}) FROM STDIN') as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
        for statement in connection.ops.sequence_reset_sql(no_style(), all_models()):
            cursor.execute(statement)


def all_models() -> list[Any]:
    from django.apps import apps

    return list(apps.get_models(include_auto_created=True))


def put_files(inside: Path) -> None:
    if (inside / "media").is_dir():
        shutil.copytree(inside / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)
