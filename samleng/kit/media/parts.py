"""The bytes of an upload that have arrived so far: a file of its own, written by one request at a time.

Apart from the verbs because nothing here knows a row: only a file that never shrinks below what was
answered, that a lost connection gives back at once and that a killed process leaves usable.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

# How long a request waits for another one that is writing the same file; that one is asked to let go.
PATIENCE_SECONDS = 3.0
BLOCK = 64 * 1024
ALGORITHMS = ("sha256", "sha1")


class Busy(Exception):
    """Another request is writing this file and did not let go in time."""


class TooLong(Exception):
    """More bytes came than were announced."""


class Garbled(Exception):
    """The bytes of this piece are not those the sender took the checksum of."""


@dataclass(frozen=True)
class Checksum:
    """What a piece must come to: an algorithm of `ALGORITHMS` and its digest."""

    algorithm: str
    digest: bytes


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "parts"


def free_bytes() -> int:
    """How much room the disk has where uploads lie."""
    place = folder()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def path_of_part(upload: UUID) -> Path:
    """Where the bytes lie; named by the row's own id, never by anything a client says."""
    return folder() / str(upload)


def arrived(upload: UUID) -> int:
    """How many bytes are here, perhaps still being written."""
    try:
        return path_of_part(upload).stat().st_size
    except FileNotFoundError:
        return 0


def settled(upload: UUID) -> int:
    """How many bytes are here and on the disk, once whoever wrote them has let go; raises Busy."""
    if not path_of_part(upload).exists():
        return 0
    with held(upload) as handle:
        os.fsync(handle)
        return os.fstat(handle).st_size


def last_heard(upload: UUID) -> datetime | None:
    """When bytes came last; None when none ever did."""
    try:
        return datetime.fromtimestamp(path_of_part(upload).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def forget_part(upload: UUID) -> None:
    for suffix in ("", ".piece", ".wanted"):
        path_of_part(upload).with_suffix(suffix).unlink(missing_ok=True)


@contextmanager
def held(upload: UUID) -> Iterator[int]:
    """The open file, for this request alone; raises Busy.

    A phone whose connection broke off is often back before the server notices, so whoever holds the
    file looks for the wish of the next one (`wanted`) and lets go.
    """
    path, wish = path_of_part(upload), path_of_part(upload).with_suffix(".wanted")
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            os.close(handle)
            if time.monotonic() > until:
                raise Busy from None
            wish.touch()
            time.sleep(0.05)
    try:
        wish.unlink(missing_ok=True)
        yield handle
    finally:
        os.close(handle)


def wanted(upload: UUID) -> bool:
    """Whether another request waits for the file that this one holds."""
    return path_of_part(upload).with_suffix(".wanted").exists()


def write_on(
    upload: UUID, handle: int, room: int, blocks: Iterable[bytes], checksum: Checksum | None = None
) -> int:
    """Write blocks behind what is there and put them on the disk; the bytes there then.

    At most `room` bytes; an empty block says that nothing came just now. What cannot be written whole
    (OSError, TooLong) leaves the file as it was. A piece with a checksum counts only when it holds.
    """
    at = os.fstat(handle).st_size
    try:
        if checksum is None:
            copied(upload, handle, at, room, blocks)
        else:
            with checked_piece(upload, room, blocks, checksum) as piece:
                copied(upload, handle, at, room, iter(lambda: piece.read(BLOCK), b""), polite=False)
        os.fsync(handle)
        if at == 0:
            settle(folder())
    except (OSError, TooLong):
        os.ftruncate(handle, at)
        raise
    return os.fstat(handle).st_size


def copied(
    upload: UUID, handle: int, at: int, room: int, blocks: Iterable[bytes], *, polite: bool = True
) -> int:
    """The blocks written from a position on; how many bytes. A polite writer lets go when asked."""
    start = at
    for block in blocks:
        if len(block) > room - (at - start):
            raise TooLong
        left = memoryview(block)
        while left:
            done = os.pwrite(handle, left, at)
            at, left = at + done, left[done:]
        if polite and wanted(upload):
            break
    return at - start


@contextmanager
def checked_piece(upload: UUID, room: int, blocks: Iterable[bytes], checksum: Checksum) -> Iterator[object]:
    """A piece laid aside until its checksum holds, so that a crash never leaves unchecked bytes behind."""
    path = path_of_part(upload).with_suffix(".piece")
    found = hashlib.new(checksum.algorithm, usedforsecurity=False)
    try:
        with path.open("w+b") as piece:
            size = 0
            for block in blocks:
                size += len(block)
                if size > room:
                    raise TooLong
                piece.write(block)
                found.update(block)
                if wanted(upload):
                    break
            if not hmac.compare_digest(found.digest(), checksum.digest):
                raise Garbled
            piece.seek(0)
            yield piece
    finally:
        path.unlink(missing_ok=True)


def settle(place: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
