"""Taking a file in, opening it again, and forgetting it on its day."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import SYSTEM, Actor, fresh_id
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob, Upload, UploadState
from samleng.kit.media.parts import (
    Busy,
    Checksum,
    Garbled,
    TooLong,
    folder,
    forget_part,
    free_bytes,
    held,
    last_heard,
    path_of_part,
    settled,
    write_on,
)
from samleng.kit.media.rules import (
    HEAD_BYTES,
    LIMITS,
    Cleaned,
    Fit,
    Unsound,
    address,
    clean,
    guessed,
    old_enough,
    plainly_other,
)
from samleng.kit.media.small import forget_small, small_copy
from samleng.kit.media.wording import (
    busy,
    garbled,
    go_on_at,
    no_room,
    not_here,
    other_file,
    told_before,
    too_long,
    unfit,
    worth_sending,
)
from samleng.kit.words.refusals import Refusal

# Pictures unfold in memory; one after the other they need no more of it than one.
ONE_AT_A_TIME = threading.Lock()
# What an upload leaves free on the disk, so that files never stop the database.
SPARE_BYTES = 128 * 1024 * 1024
# A phone may be weeks without signal; it keeps its file and begins anew when this was too short.
UNFINISHED = timedelta(days=14)


def read_whole(file: Any, limit: int) -> bytes:
    """The bytes of a file or of bytes given as such; never more than one byte beyond the limit."""
    if isinstance(file, bytes | bytearray):
        return bytes(file)
    if hasattr(file, "seek"):
        with contextlib.suppress(OSError, ValueError):
            file.seek(0)
    return bytes(file.read(limit + 1))


def cleaned(kind: str, data: bytes, field: str | None) -> Cleaned:
    try:
        with ONE_AT_A_TIME:
            return clean(kind, data)
    except Unsound as unsound:
        raise unfit(unsound.code, field, **unsound.params) from unsound


@verb
def keep(
    *, by: Actor, file: Any, kind: str, owner: str, expires_at: datetime | None = None, field: str = "file"
) -> Blob:
    """Keep a "photo", "scan", "sound" or "file" for its owner: cleaned, written to disk, then known.

    `file` is bytes or has `read`. The same file brought twice is the same blob. The caller has
    already asked who may bring it. Raises Refusal naming `field`.
    """
    data = read_whole(file, LIMITS[kind])
    source = hashlib.sha256(data).hexdigest()
    fit = at_hand(owner, kind, source) or Fit(cleaned(kind, data, field), source)
    return fit if isinstance(fit, Blob) else lay_down(by, fit, kind, owner, expires_at, field)


def at_hand(owner: str, kind: str, source: str) -> Blob | None:
    """The blob kept of these very bytes, if it is still there."""
    known = Blob.objects.filter(owner=owner, kind=kind, source_sha256=source).first()
    return known if known and known.erased_at is None and path_of(known).exists() else None


def lay_down(
    by: Actor, found: Fit, kind: str, owner: str, expires_at: datetime | None = None, field: str = "file"
) -> Blob:
    """A cleaned file on the disk and known; inside the transaction of the verb that brings it."""
    fit = found.cleaned
    write(fit.data, fit.sha256, field)
    facts = {
        "media_type": fit.media_type,
        "size": len(fit.data),
        "sha256": fit.sha256,
        "width": fit.width,
        "height": fit.height,
        "expires_at": expires_at,
        "erased_at": None,
    }
    blob, _made = Blob.objects.update_or_create(
        owner=owner, kind=kind, source_sha256=found.source, defaults=facts
    )
    record(
        by=by,
        verb="media.keep",
        thing=blob,
        owner=owner,
        facts={"kind": kind, "media_type": fit.media_type, "size": len(fit.data), "sha256": fit.sha256},
        tell=(),
    )
    return blob


def path_of(blob: Blob) -> Path:
    """Where the blob's bytes lie on disk."""
    return Path(settings.MEDIA_ROOT) / address(blob.sha256)


def write(data: bytes, sha256: str, field: str = "file") -> Path:
    """Put content at its address so that it is there whole or not at all, also after a power cut."""
    target = Path(settings.MEDIA_ROOT) / address(sha256)
    spare: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, spare = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(spare, target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as failed:
        if spare:
            Path(spare).unlink(missing_ok=True)
        raise no_room(field) from failed
    return target


def open_blob(blob: Blob) -> BinaryIO:
    """The blob's bytes as an open binary file; Refusal "missing" once it is erased."""
    if blob.erased_at is None:
        with contextlib.suppress(FileNotFoundError):
            return path_of(blob).open("rb")
    raise Refusal(_("This file is no longer kept."), code="missing")


def open_small(blob: Blob, mark: str = "") -> bytes:
    """The blob's small copy with a mark drawn over it; Refusal once it is erased or cannot be drawn."""
    with open_blob(blob) as file:
        return small_copy(blob, file.read(), mark)


@verb
def erase(*, by: Actor, blob: Blob) -> Blob:
    """Forget a file now: its row stays as a fact, its bytes go unless another row needs them."""
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    if blob.erased_at is not None:
        return blob
    blob.erased_at = timezone.now()
    blob.save(update_fields=["erased_at"])
    shared = Blob.objects.filter(sha256=blob.sha256, erased_at=None).exists()
    if not shared:
        # Before the commit: a crash in between leaves a row to erase again, never a forgotten file.
        path_of(blob).unlink(missing_ok=True)
        forget_small(blob.sha256)
    record(by=by, verb="media.erase", thing=blob, owner=blob.owner, facts={"shared": shared}, tell=())
    return blob


def erase_due(*, by: Actor = SYSTEM, now: datetime | None = None) -> int:
    """Erase every file whose day has come; how many. One transaction each, so it may be stopped."""
    now = now or timezone.now()
    due = Blob.objects.filter(erased_at=None, expires_at__lte=now).order_by("expires_at")
    count = 0
    for blob in due.iterator():
        path = path_of(blob)
        if path.exists() and not old_enough(datetime.fromtimestamp(path.stat().st_mtime, UTC), now):
            continue
        erase(by=by, blob=blob)
        count += 1
    return count


@verb
def begin(
    *,
    by: Actor,
    thing: Model,
    owner: str,
    uid: UUID,
    kind: str,
    length: int,
    checksum: str = "",
    part: str = "",
) -> Upload:
    """A "photo" or "sound" of `length` bytes is to come for a thing of its owner, under the client's `uid`.

    `checksum` is the SHA-256 of the whole in hex. The same uid with the same is the same upload, with
    other content a conflict; one that was refused is refused again. The caller has asked who may.
    """
    worth_sending(kind, length)
    announced = {
        "thing_kind": thing._meta.label_lower,
        "thing_id": str(thing.pk),
        "part": part,
        "kind": kind,
        "length": length,
        "checksum": checksum,
    }
    upload, made = Upload.objects.get_or_create(
        owner=owner, uid=uid, defaults={**announced, "by": by.key, "id": fresh_id()}
    )
    if upload.announced != tuple(announced.values()):
        raise other_file()
    if upload.state == UploadState.REFUSED:
        raise told_before(upload)
    if made:
        if free_bytes() < length + SPARE_BYTES:
            raise no_room()
        facts = {"uid": str(uid), "kind": kind, "length": length}
        record(by=by, verb="media.begin", thing=upload, owner=owner, facts=facts, tell=())
    return upload


def append(*, upload: Upload, offset: int, blocks: Iterable[bytes], checksum: Checksum | None = None) -> int:
    """Write bytes behind those that are here, which must be `offset` many; how many are here then.

    They are on the disk before this returns. An empty block says that nothing came just now. Neither a
    transaction nor a ledger row: bytes come slowly, and the file itself tells how many there are. The
    caller has asked who may.
    """
    if upload.state != UploadState.OPEN:
        return go_on_at(offset, stands_at(upload))
    try:
        with held(upload.pk) as handle:
            upload.refresh_from_db()
            if upload.state != UploadState.OPEN:
                return go_on_at(offset, stands_at(upload))
            go_on_at(offset, os.fstat(handle).st_size)
            here = write_on(upload.pk, handle, upload.length - offset, blocks, checksum)
            head = os.pread(handle, HEAD_BYTES, 0)
    except Upload.DoesNotExist:
        forget_part(upload.pk)
        raise not_here() from None
    except Busy:
        raise busy() from None
    except TooLong:
        raise too_long() from None
    except Garbled:
        raise garbled() from None
    except OSError as failed:
        raise no_room() from failed
    if plainly_other(upload.kind, head):
        # Said now, before somebody pays for sending the rest.
        refuse(by=SYSTEM, upload=upload, code="type", found=guessed(head))
        raise told_before(upload)
    return here


def stands_at(upload: Upload) -> int:
    """How many bytes are here and on the disk: where the sender goes on. Raises why it was refused."""
    if upload.state == UploadState.REFUSED:
        raise told_before(upload)
    if upload.state == UploadState.FINISHED:
        return upload.length
    try:
        return settled(upload.pk)
    except Busy:
        raise busy() from None
    except OSError as failed:
        raise no_room() from failed


def looked_at(*, by: Actor, upload: Upload) -> Fit:
    """A file that has arrived whole, cleaned; outside any transaction, since that may take a second.

    Raises Refusal: "checksum" when it is not what its sender has, and then it begins anew; or what is
    wrong with it for good.
    """
    try:
        data = path_of_part(upload.pk).read_bytes()
    except FileNotFoundError:
        raise not_here() from None
    source = hashlib.sha256(data).hexdigest()
    if upload.checksum and upload.checksum != source:
        forget_part(upload.pk)
        raise garbled()
    try:
        with ONE_AT_A_TIME:
            return Fit(clean(upload.kind, data), source)
    except Unsound as unsound:
        refuse(by=by, upload=upload, code=unsound.code, **unsound.params)
        raise told_before(upload) from unsound


@verb
def finish(*, by: Actor, upload: Upload, fit: Fit) -> Blob:
    """Keep a file that has arrived whole, as `looked_at` gave it; finished again it is the same blob."""
    kept = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if kept is None:
        raise not_here()
    if kept.blob is not None:
        return kept.blob
    if kept.state == UploadState.REFUSED:
        raise told_before(kept)
    blob = at_hand(kept.owner, kept.kind, fit.source) or lay_down(by, fit, kept.kind, kept.owner)
    ended(kept, state=UploadState.FINISHED, blob=blob)
    record(by=by, verb="media.finish", thing=kept, owner=kept.owner, facts={"blob": str(blob.pk)}, tell=())
    return blob


@verb
def refuse(*, by: Actor, upload: Upload, code: str, **params: Any) -> Upload:
    """A file is not what it should be: its bytes go, and whoever sends it again is told why."""
    upload.refused = {"code": code, **{name: value for name, value in params.items() if value}}
    ended(upload, state=UploadState.REFUSED)
    record(by=by, verb="media.refuse", thing=upload, owner=upload.owner, facts={"code": code}, tell=())
    return upload


def ended(upload: Upload, *, state: UploadState, blob: Blob | None = None) -> None:
    upload.state, upload.blob, upload.ended_at = state, blob, timezone.now()
    upload.save(update_fields=["state", "blob", "refused", "ended_at"])
    # After the commit: a crash in between leaves bytes for the next sweep, never a row without them.
    transaction.on_commit(lambda: forget_part(upload.pk))


@verb
def abandon(*, by: Actor, upload: Upload) -> None:
    """The sender gives an unfinished file up; nothing of it stays, and its uid may be used anew."""
    if upload.state == UploadState.FINISHED:
        raise Refusal(_("This file has arrived and is kept."), field="file", code="state")
    record(
        by=by, verb="media.abandon", thing=upload, owner=upload.owner, facts={"uid": str(upload.uid)}, tell=()
    )
    gone = upload.pk
    upload.delete()
    transaction.on_commit(lambda: forget_part(gone))


def forget_stale(*, by: Actor = SYSTEM, now: datetime | None = None) -> int:
    """Give up uploads of which nothing has come for `UNFINISHED_DAYS`; how many.

    Also bytes left behind by a process that was killed between its commit and their removal.
    """
    now = now or timezone.now()
    count = 0
    for upload in Upload.objects.open().filter(begun_at__lt=now - UNFINISHED).iterator():
        if expiry(upload) < now:
            abandon(by=by, upload=upload)
            count += 1
    for path in folder().glob("*"):
        stem = path.name.partition(".")[0]
        settled_down = old_enough(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)
        if settled_down and not Upload.objects.open().filter(pk=stem).exists():
            path.unlink(missing_ok=True)
    return count


def expiry(upload: Upload) -> datetime:
    """The moment at which an unfinished upload is given up, if nothing more comes."""
    return (last_heard(upload.pk) or upload.begun_at) + UNFINISHED
