"""Sealing, opening and forgetting, inside the transaction of whoever seals; they write the ledger themselves.

None of these takes a name or says what is sealed: the caller has asked who may, and records it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.commit.rows import put
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.sealing.models import Sealed, Wrap
from samleng.kit.sealing.rules import (
    KEY_BYTES,
    Opener,
    Reader,
    Unreadable,
    open_blocks,
    open_body,
    seal_blocks,
    seal_text,
    unwrap,
    wrap,
)
from samleng.kit.words.refusals import Refusal

# A sealed file this young may belong to a row that is not committed yet.
GRACE = timedelta(hours=1)
# When few are about, the tables may be written anew; the worker looks every hour.
NIGHT = range(1, 4)
A_DAY = timedelta(hours=25)


class NotReadable(Refusal):
    """It is not sealed to this reader, or was forgotten: which of the two, nobody can tell."""

    def __init__(self) -> None:
        super().__init__(
            _("This cannot be opened with the key at hand."),
            remedy=_("Ask somebody who holds the key of the office it was written to."),
            code="not_readable",
        )


def seal(text: str, readers: Iterable[Reader]) -> Sealed:
    """Seal a text to everybody who may read it; nobody else ever can, whoever writes this included."""
    prepared = sealed_ahead(text, readers)
    keep_prepared([prepared])
    return prepared.sealed


@dataclass(frozen=True)
class Prepared:
    """A sealed text or file before its rows are written: what is slow about it is done."""

    sealed: Sealed
    wraps: tuple[Wrap, ...]


def sealed_ahead(text: str, readers: Iterable[Reader]) -> Prepared:
    """Seal a text before the transaction in which it is kept (`keep_prepared`)."""
    name, key = fresh_id(), os.urandom(KEY_BYTES)
    sealed = Sealed(id=name, body=seal_text(text, key, name))
    return Prepared(sealed, wraps_of(sealed, key, readers))


def file_ahead(data: bytes, media_type: str, readers: Iterable[Reader]) -> Prepared:
    """Seal a cleaned file before the transaction in which it is kept; its bytes lie there already.

    Where its rows are never written the bytes go by themselves (`sweep`).
    """
    name, key = fresh_id(), os.urandom(KEY_BYTES)
    sealed = Sealed(id=name, is_file=True)
    wraps = wraps_of(sealed, key, readers)
    lay_down(name, seal_blocks(data, media_type, key, name))
    return Prepared(sealed, wraps)


def keep_prepared(many: Sequence[Prepared]) -> None:
    """Write the rows of what was sealed, in two statements for all."""
    put([one.sealed for one in many])
    put([wrap for one in many for wrap in one.wraps])


def seal_many(many: Sequence[tuple[str, Iterable[Reader]]]) -> list[Sealed]:
    """Seal many texts, each to its own readers, in their order: two statements for all."""
    prepared = [sealed_ahead(text, readers) for text, readers in many]
    keep_prepared(prepared)
    return [one.sealed for one in prepared]


def seal_file(data: bytes, media_type: str, readers: Iterable[Reader]) -> Sealed:
    """Seal a cleaned file; its bytes lie under the media folder by the row's id and say nothing."""
    prepared = file_ahead(data, media_type, readers)
    keep_prepared([prepared])
    return prepared.sealed


def wrap_for(sealed: Sealed, key: bytes, readers: Iterable[Reader]) -> None:
    """Wrap the key to each reader once; those who have it keep theirs."""
    Wrap.objects.bulk_create(wraps_of(sealed, key, readers), ignore_conflicts=True)


def wraps_of(sealed: Sealed, key: bytes, readers: Iterable[Reader]) -> tuple[Wrap, ...]:
    """The key wrapped to each reader once."""
    made = {reader.key: reader for reader in readers}
    if not made:
        raise ValueError("sealed to nobody, it could never be read")
    return tuple(Wrap(sealed=sealed, reader=one.key, wrapped=wrap(key, one.public)) for one in made.values())


def key_of(sealed: Sealed, opener: Opener) -> bytes:
    kept = sealed.wraps.filter(reader=opener.key).values_list("wrapped", flat=True).first()
    if kept is None or sealed.forgotten_at:
        raise NotReadable
    try:
        return unwrap(bytes(kept), opener.private)
    except Unreadable as error:
        raise NotReadable from error


def open_text(sealed: Sealed, opener: Opener) -> str:
    """The text, for whoever holds the key of one of its readers; raises NotReadable."""
    try:
        return open_body(bytes(sealed.body), key_of(sealed, opener), sealed.pk)
    except Unreadable as error:
        raise NotReadable from error


def open_many(many: Iterable[Sealed], opener: Opener) -> Mapping[UUID, str]:
    """The texts that this key opens, by id, with one query; the others are missing from it."""
    rows = {one.pk: one for one in many if not one.forgotten_at and not one.is_file}
    found: dict[UUID, str] = {}
    ids = list(rows)
    for start in range(0, len(ids), 500):
        wraps = Wrap.objects.filter(reader=opener.key, sealed__in=ids[start : start + 500])
        for name, wrapped in wraps.values_list("sealed_id", "wrapped"):
            try:
                found[name] = open_body(bytes(rows[name].body), unwrap(bytes(wrapped), opener.private), name)
            except Unreadable:
                continue
    return found


def open_file(sealed: Sealed, opener: Opener) -> tuple[bytes, str]:
    """The file's bytes and media type; raises NotReadable."""
    key = key_of(sealed, opener)
    try:
        return open_blocks(path_of(sealed.pk).read_bytes(), key, sealed.pk)
    except (Unreadable, FileNotFoundError) as error:
        raise NotReadable from error


def share_with(sealed: Sealed, opener: Opener, readers: Iterable[Reader]) -> None:
    """Let more readers read it, by somebody who can; the text itself is not touched. Raises NotReadable."""
    wrap_for(sealed, key_of(sealed, opener), readers)


def share_many(many: Iterable[UUID], opener: Opener, readers: Iterable[Reader]) -> int:
    """The same for many at once; how many keys this opener could pass on."""
    to, ids, passed = list(readers), list(many), 0
    for start in range(0, len(ids), 500):
        wraps = Wrap.objects.filter(
            reader=opener.key, sealed__in=ids[start : start + 500], sealed__forgotten_at=None
        )
        made: list[Wrap] = []
        for name, wrapped in wraps.values_list("sealed_id", "wrapped"):
            try:
                key = unwrap(bytes(wrapped), opener.private)
            except Unreadable:
                continue
            passed += 1
            made += [Wrap(sealed_id=name, reader=one.key, wrapped=wrap(key, one.public)) for one in to]
        Wrap.objects.bulk_create(made, ignore_conflicts=True)
    return passed


def pass_on(opener: Opener, reader: Reader, after: int = 0, most: int = 500) -> int | None:
    """Give a reader the key of what this opener can read, so many at a time.

    How far it came, to go on from there; None when all is passed on.
    """
    has = Wrap.objects.filter(sealed=OuterRef("sealed"), reader=reader.key)
    mine = Wrap.objects.filter(reader=opener.key, pk__gt=after, sealed__forgotten_at=None)
    waiting = list(mine.filter(~Exists(has)).order_by("pk").values_list("pk", "sealed_id")[:most])
    share_many([name for _pk, name in waiting], opener, [reader])
    return waiting[-1][0] if waiting else None


def is_reader(key: str) -> bool:
    """Whether anything is sealed to this reader."""
    return Wrap.objects.filter(reader=key).exists()


def withdraw(reader: str) -> None:
    """Take away every wrap of a reader that is no more."""
    wipe_on_delete()
    Wrap.objects.filter(reader=reader).delete()


def forget(sealed: Sealed) -> None:
    """Delete what was sealed and every key to it; the row stays and says when. Again changes nothing."""
    if sealed.forgotten_at:
        return
    wipe_on_delete()
    sealed.wraps.all().delete()
    sealed.body, sealed.forgotten_at = b"", timezone.now()
    sealed.save(update_fields=["body", "forgotten_at"])
    if sealed.is_file:
        path = path_of(sealed.pk)
        # After the commit: a transaction that fails must not have lost the file.
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def wipe_on_delete() -> None:
    """From here on SQLite writes zeros over what this connection deletes, instead of only letting it go."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def scrub() -> None:
    """Take the last copies of what was forgotten off the database's own files; outside any transaction.

    SQLite keeps them in its journal until it is folded in, PostgreSQL in the tables until they are
    written anew. The worker does it after a day's forgetting.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM (FULL) sealing_sealed, sealing_wrap")


def scrub_due(now: datetime | None = None) -> bool:
    """Scrub at night where anything was forgotten since the last one; whether it did."""
    now = now or timezone.now()
    lately = Sealed.objects.filter(forgotten_at__gt=now - A_DAY)
    if timezone.localtime(now).hour not in NIGHT or not lately.exists():
        return False
    scrub()
    return True


def sweep() -> int:
    """Delete sealed files whose row never came to be; how many."""
    gone, young = 0, (timezone.now() - GRACE).timestamp()
    for path in sorted(folder().glob("*/*")):
        if path.stat().st_mtime < young and not is_known(path.name):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def is_known(name: str) -> bool:
    try:
        return Sealed.objects.filter(pk=UUID(name), forgotten_at=None).exists()
    except ValueError:
        return False


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "sealed"


def path_of(name: UUID) -> Path:
    """Where a sealed file's bytes lie."""
    return folder() / name.hex[-2:] / str(name)


def lay_down(name: UUID, blocks: Iterable[bytes]) -> None:
    """Write the sealed bytes so that they outlive a power cut before anybody is told that they were taken."""
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb", opener=lambda file, flags: os.open(file, flags, 0o600)) as handle:
        for block in blocks:
            handle.write(block)
        handle.flush()
        os.fsync(handle.fileno())
    settled = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(settled)
    finally:
        os.close(settled)
