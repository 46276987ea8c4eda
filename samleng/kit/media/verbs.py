"""Taking a file in, opening it again, and forgetting it on its day."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import LIMITS, Cleaned, Unsound, address, clean, old_enough
from samleng.kit.media.small import forget_small, small_copy
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

WHY: Mapping[str, tuple[Any, Any]] = {
    "empty": (_("The file is empty."), _("Choose it again; it may not have been saved yet.")),
    "too_big": (
        _("The file is larger than %(limit)d MB."),
        _("Send a smaller picture, or scan the paper in black and white."),
    ),
    "type": (
        _("This kind of file is not accepted here (%(found)s)."),
        _("Photos: JPEG, PNG or WebP. Scans: also PDF. Sound: MP3, M4A, Ogg, WebM or WAV."),
    ),
    "damaged": (
        _("The file is damaged or cut off."),
        _("Take the picture, scan or recording again and send it once more."),
    ),
    "too_many_pixels": (
        _("The picture has more than %(limit)d million pixels."),
        _("Set the camera to a smaller picture, or send a screenshot of it."),
    ),
    "active": (
        _("This PDF contains hidden program code, a form or another file."),
        _("Print it and scan the paper, or save it again as a plain PDF."),
    ),
}


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
        return clean(kind, data)
    except Unsound as unsound:
        message, remedy = WHY[unsound.code]
        params = {"found": "?", "limit": 0, **{k: v for k, v in unsound.params.items() if v}}
        raise Refusal(filled(message, **params), field=field, remedy=remedy, code=unsound.code) from unsound


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
    known = Blob.objects.filter(owner=owner, kind=kind, source_sha256=source).first()
    if known and known.erased_at is None and path_of(known).exists():
        return known
    fit = cleaned(kind, data, field)
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
    blob, _made = Blob.objects.update_or_create(owner=owner, kind=kind, source_sha256=source, defaults=facts)
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
        raise Refusal(
            _("The file could not be stored here; nothing was changed."),
            field=field,
            remedy=_("Try again later, and tell whoever runs this site that its disk refuses files."),
            code="storage",
        ) from failed
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
