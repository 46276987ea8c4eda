"""One file that holds the whole site but its keys: database, files people brought, and the ledger's digest.

The keys stay out on purpose: a stolen backup must not open a contact. Keep SAMLENG_HOME/keys apart.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.doors.console.prepare import progress
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import COLUMNS, whole_digest
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import address
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import path_of
from samleng.kit.words.refusals import Refusal

FORMAT = 1
# What the system says when a disk is full or refuses to write.
NO_ROOM = (OSError, sqlite3.OperationalError)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to write, e.g. samleng.tar")


def run(given: argparse.Namespace) -> int:
    if not given.file.absolute().parent.is_dir():
        raise Refusal(
            _("There is no such folder."), field=str(given.file), remedy=_("Make it, or name another file.")
        )
    try:
        manifest = backup(given.file, progress)
    except NO_ROOM as error:
        print(_("The backup could not be written, so there is none: %s") % error, file=sys.stderr)
        return 1
    print(
        json.dumps(manifest) if given.json else f"{given.file}: {manifest['ledger']['rows']} ledger rows kept"
    )
    return 0


def backup(target: Path, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Write the site to one tar file while it goes on serving; returns the manifest.

    The file appears under its name only when it is whole.
    """
    part = target.with_name(target.name + ".part")
    try:
        with tarfile.open(part, "w") as tar:
            manifest = keep_sqlite(tar, say) if connection.vendor == "sqlite" else keep_postgres(tar, say)
            keep_files(tar, manifest, say)
            put(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        settle(target.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def settle(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(content), int(timezone.now().timestamp())
    tar.addfile(member, io.BytesIO(content))


def put_part(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> str:
    """Put a file of the database in, from its beginning; its hash."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    member = tarfile.TarInfo(name)
    member.size, member.mtime = file.tell(), int(timezone.now().timestamp())
    file.seek(0)
    tar.addfile(member, file)
    return found


def about(
    digest: str, rows: int, shas: list[str], sealed: list[Any], parts: dict[str, str]
) -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "samleng": version("samleng"),
        "made_at": timezone.now().isoformat(),
        "engine": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "ledger": {"rows": rows, "digest": digest},
        "parts": parts,
        "blobs": sorted(set(shas)),
        # Sealed files by their place under media/, with the hash of their sealed bytes once they are kept.
        "sealed": {placed(UUID(str(one))): "" for one in sealed},
    }


def placed(name: UUID) -> str:
    """Where a sealed file lies under the media folder."""
    return path_of(name).relative_to(settings.MEDIA_ROOT).as_posix()


def keep_sqlite(tar: tarfile.TarFile, say: Callable[[str], None]) -> dict[str, Any]:
    """SQLite's own online copy: consistent, while others go on writing."""
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        copy = Path(folder) / "database.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as into:
            connection.connection.backup(into)
        say("database copied")
        with copy.open("rb") as file:
            parts = {"database.sqlite3": put_part(tar, "database.sqlite3", file)}
        digest, count = ledger_in(copy)
        with closing(sqlite3.connect(copy)) as kept:
            shas = kept.execute("SELECT sha256 FROM media_blob WHERE erased_at IS NULL").fetchall()
            sealed = kept.execute(
                "SELECT id FROM sealing_sealed WHERE is_file AND forgotten_at IS NULL"
            ).fetchall()
        return about(digest, count, [sha for (sha,) in shas], [one for (one,) in sealed], parts)


def ledger_in(copy: Path) -> tuple[str, int]:
    """The ledger's digest in a copied database file, and its rows."""
    with closing(sqlite3.connect(copy)) as kept:
        rows = kept.execute(f"SELECT {', '.join(COLUMNS)} FROM ledger_entry ORDER BY id")  # noqa: S608  our columns
        digest = whole_digest(as_kept(row) for row in rows)
        return digest, kept.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]


def as_kept(row: Sequence[Any]) -> list[Any]:
    """A row of the copied file as Django would read it: moments in UTC, facts as data."""
    read = dict(zip(COLUMNS, row, strict=True))
    read["at"] = datetime.fromisoformat(read["at"]).replace(tzinfo=UTC)
    read["facts"] = json.loads(read["facts"])
    return list(read.values())


def keep_postgres(tar: tarfile.TarFile, say: Callable[[str], None]) -> dict[str, Any]:
    """Every table by COPY in one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        parts = {}
        for table in tables():
            name = f"tables/{table}.copy"
            with tempfile.TemporaryFile(dir=settings.HOME) as file:
                with cursor.cursor.copy(f'COPY "{table}" ({columns_of(table)}) TO STDOUT') as copy:
                    for block in copy:
                        file.write(block)
                parts[name] = put_part(tar, name, file)
        say("database copied")
        shas = Blob.objects.filter(erased_at=None).values_list("sha256", flat=True)
        sealed = Sealed.objects.filter(is_file=True, forgotten_at=None).values_list("pk", flat=True)
        return about(Entry.objects.digest(), Entry.objects.count(), list(shas), list(sealed), parts)


def tables() -> list[str]:
    """The site's tables, without Django's own record of migrations."""
    return sorted(set(connection.introspection.table_names()) - {"django_migrations"})


def columns_of(table: str) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    return ", ".join(f'"{column.name}"' for column in found)


def keep_files(tar: tarfile.TarFile, manifest: dict[str, Any], say: Callable[[str], None]) -> None:
    root = Path(settings.MEDIA_ROOT)
    missing = []
    for number, sha in enumerate(manifest["blobs"], start=1):
        path = root / address(sha)
        if path.is_file():
            tar.add(path, f"media/{address(sha)}")
        else:
            missing.append(sha)
        if number % 1000 == 0:
            say(f"{number} of {len(manifest['blobs'])} files kept")
    for name in list(manifest["sealed"]):
        if (path := root / name).is_file():
            tar.add(path, f"media/{name}")
            with path.open("rb") as file:
                manifest["sealed"][name] = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            # Forgotten between the copy of the rows and now.
            missing.append(name)
            del manifest["sealed"][name]
    manifest["missing_blobs"] = missing
