"""Bring a site back on an empty machine, and prove by the ledger that it is the same site."""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from samleng.doors.console.backup import FORMAT, NO_ROOM, columns_of, ledger_in, settle, tables
from samleng.doors.console.prepare import progress
from samleng.kit.ledger.models import Entry
from samleng.kit.media.rules import address
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

# The disk that is unpacked on is full, refuses, or may hold no file so large.
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(given: argparse.Namespace) -> int:
    try:
        manifest = restore(given.file, progress)
    except NO_ROOM as error:
        print(_("The backup could not be restored, and nothing was changed: %s") % error, file=sys.stderr)
        return 1
    rows = manifest["ledger"]["rows"]
    print(json.dumps(manifest) if given.json else f"restored and checked: {rows} ledger rows agree")
    return 0


def restore(source: Path, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Restore into an empty site; Refusal, nothing changed, when it is not empty or the file not whole.

    Files come before the database: until that stands, the site is as empty as it was.
    """
    refuse_unless_empty()
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        inside = Path(folder)
        manifest = unpack(source, inside)
        say("backup is whole")
        with files_put(inside, manifest, say):
            if connection.vendor == "sqlite":
                put_sqlite(inside, manifest)
            else:
                put_postgres(inside, manifest)
        # On SQLite the tables came along and may be older; elsewhere there is nothing left to do.
        call_command("migrate", verbosity=0, interactive=False)
        say("database restored")
    return manifest


def compare(digest: str, manifest: dict[str, Any]) -> None:
    """Refusal unless the ledger that was restored is the one that was kept."""
    if digest != manifest["ledger"]["digest"]:
        raise Refusal(_("The restored ledger differs from the one that was kept."), code="ledger")


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
        manifest = dict(json.loads((inside / "manifest.json").read_text()))
        engine, parts = manifest["engine"], dict(manifest["parts"])
        blobs = set(manifest["blobs"]) - set(manifest["missing_blobs"])
        files = {**parts, **{f"media/{address(sha)}": sha for sha in blobs}}
        files |= {f"media/{name}": sha for name, sha in manifest.get("sealed", {}).items()}
        migrations, _kept = set(manifest["migrations"]), manifest["ledger"]["digest"]
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, EOFError) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        raise Refusal(
            _("This is not a whole backup."), field=str(source), remedy=_("Take another copy of the file.")
        ) from error
    if manifest.get("format") != FORMAT or engine != connection.vendor:
        raise Refusal(
            _("The backup was made by another kind of database."),
            field="engine",
            remedy=filled(
                _("Set DATABASE_URL to the kind of database it was made with: %(kind)s."), kind=str(engine)
            ),
        )
    refuse_other_version(migrations, str(manifest.get("samleng")))
    for name, sha in files.items():
        path = inside / name
        if not path.is_file() or hash_of(path) != sha:
            raise Refusal(
                _("A file in the backup is damaged."), field=name, remedy=_("Take another copy of the file.")
            )
    return manifest


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_other_version(migrations: set[str], version: str) -> None:
    """SQLite brings its tables along, which may be older; PostgreSQL's rows need the same tables here."""
    here = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if migrations - here or (connection.vendor != "sqlite" and migrations != here):
        raise Refusal(
            _("The backup was made by another version of Samleng."),
            field="samleng",
            remedy=filled(
                _("Restore it with version %(version)s, then bring that up to date."), version=version
            ),
        )


def put_sqlite(inside: Path, manifest: dict[str, Any]) -> None:
    compare(ledger_in(inside / "database.sqlite3")[0], manifest)
    target = Path(settings.DATABASES["default"]["NAME"])
    connections["default"].close()
    staged = target.with_name(target.name + ".restored")
    try:
        shutil.copyfile(inside / "database.sqlite3", staged)
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        for beside in ("-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
        staged.replace(target)
    finally:
        staged.unlink(missing_ok=True)
    settle(target.parent)


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
        compare(Entry.objects.digest(), manifest)


def all_models() -> list[Any]:
    from django.apps import apps

    return list(apps.get_models(include_auto_created=True))


@contextmanager
def files_put(inside: Path, manifest: dict[str, Any], say: Callable[[str], None]) -> Iterator[None]:
    """Bring the kept files in; when they or the database cannot be, take those out that were not here."""
    root, put = Path(settings.MEDIA_ROOT), []
    names = [address(sha) for sha in sorted(set(manifest["blobs"]) - set(manifest["missing_blobs"]))]
    names += sorted(manifest.get("sealed", {}))
    try:
        for number, name in enumerate(names, start=1):
            path = root / name
            if not path.is_file():
                put.append(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(inside / "media" / name, path)
                with path.open("rb") as file:
                    os.fsync(file.fileno())
            if number % 1000 == 0:
                say(f"{number} of {len(names)} files restored")
        yield
    except Exception:
        for path in put:
            path.unlink(missing_ok=True)
        raise
