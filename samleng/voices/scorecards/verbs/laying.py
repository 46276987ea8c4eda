"""Photos and recordings that come piece by piece and are laid beside a card under the phone's own uid."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Upload, UploadState
from samleng.kit.media.parts import Checksum, arrived, last_heard
from samleng.kit.media.rules import Fit
from samleng.kit.media.verbs import abandon, append, begin, erase, finish, looked_at, stands_at
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.models import Photo, Recording, Scorecard, State
from samleng.voices.scorecards.verbs.writing import allow, locked, not_running

# What may be laid on a card, and the right it takes.
RIGHTS = {"photo": "scorecards.add_photo", "sound": "scorecards.write_line"}
MOST_FILES = 200
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_.-]{0,59}")
# A file that has arrived whole while nobody finished it: the process that received it was killed.
LEFT_BEHIND = timedelta(minutes=1)


def right_to(kind: str) -> str:
    if kind not in RIGHTS:
        raise Refusal(
            _("A scorecard takes photos and sounds."),
            field="kind",
            remedy=_("Say “photo” or “sound”."),
            code="type",
        )
    return RIGHTS[kind]


@verb
def announce(
    *,
    by: Actor,
    scorecard: Scorecard,
    uid: UUID,
    kind: str,
    length: int,
    checksum: str = "",
    criterion: str = "",
) -> Upload:
    """A "photo" or "sound" of `length` bytes will come for this card, named by the phone's `uid`.

    `checksum` is the SHA-256 of the whole in hex; `criterion` the code a sound was recorded for. The
    same again is the same upload, whatever has become of the card; other content is a conflict.
    """
    card = locked(scorecard)
    allow(by, card, right_to(kind))
    if criterion and not CODE.fullmatch(criterion):
        raise Refusal(
            _("This cannot be the code of a criterion."),
            field="about",
            remedy=_("Leave it out, or name the code."),
        )
    if not Upload.objects.about(card).filter(uid=uid).exists():
        room_for_another(card)
    return begin(
        by=by,
        thing=card,
        owner=card.owner_key,
        uid=uid,
        kind=kind,
        length=length,
        checksum=checksum,
        part=criterion,
    )


def room_for_another(card: Scorecard) -> None:
    """Refuses a new file on a card that is closed or has enough of them."""
    if card.state in (State.COMPLETED, State.CANCELLED):
        raise not_running(card)
    if Upload.objects.about(card).count() >= MOST_FILES:
        raise Refusal(
            filled(_("A scorecard takes at most %(value)s files."), value=MOST_FILES), code="too_many"
        )


def card_of(upload: Upload) -> Scorecard:
    """The card a file was announced for."""
    return Scorecard.objects.with_context().get(pk=upload.thing_id)


def find(*, by: Actor, uid: UUID) -> Upload:
    """The upload of this uid on a card somebody may write on; anybody else's is as if absent."""
    label = Scorecard._meta.label_lower
    for upload in Upload.objects.filter(uid=uid, thing_kind=label).order_by("id"):
        try:
            allow(by, card_of(upload), right_to(upload.kind))
        except Denied:
            continue
        return upload
    raise Denied


def receive(
    *, by: Actor, uid: UUID, offset: int, blocks: Iterable[bytes], checksum: Checksum | None = None
) -> int:
    """Write bytes behind those that are here; how many are here then. The last ones lay it on the card."""
    upload = find(by=by, uid=uid)
    here = append(upload=upload, offset=offset, blocks=blocks, checksum=checksum)
    if here == upload.length:
        lay_whole(by=by, upload=upload)
    return here


def where_it_stands(*, by: Actor, uid: UUID) -> tuple[Upload, int]:
    """A file with the bytes that are here: where to go on. One that is whole is laid on the card first."""
    upload = find(by=by, uid=uid)
    here = stands_at(upload)
    if here == upload.length:
        lay_whole(by=by, upload=upload)
    return upload, here


def lay_whole(*, by: Actor, upload: Upload) -> None:
    """Look at a file that has arrived whole and lay it on its card; done again it changes nothing."""
    now = Upload.objects.filter(pk=upload.pk).first()
    if now is not None and now.state != UploadState.FINISHED:
        lay(by=by, upload=now, fit=looked_at(by=by, upload=now))


@verb
def lay(*, by: Actor, upload: Upload, fit: Fit) -> Photo | Recording:
    """Lay a file that was looked at beside its card; the same again is the same one."""
    card = locked(card_of(upload))
    allow(by, card, right_to(upload.kind))
    if card.lines_erased_at is not None:
        raise not_running(card)
    blob = finish(by=by, upload=upload, fit=fit)
    laid: Photo | Recording
    if upload.kind == "photo":
        # The same picture under two names is shown once.
        laid, made = Photo.objects.get_or_create(scorecard=card, blob=blob, defaults={"uid": upload.uid})
    else:
        laid, made = Recording.objects.get_or_create(
            scorecard=card, uid=upload.uid, defaults={"blob": blob, "criterion": upload.part}
        )
    if made:
        facts = {"uid": str(upload.uid), "kind": upload.kind, "blob": str(blob.pk)}
        record(by=by, verb="scorecards.lay", thing=card, owner=card.owner_key, facts=facts, tell=())
    return laid


@verb
def withdraw(*, by: Actor, uid: UUID) -> None:
    """Give up a file that has not arrived whole; its uid may be used anew."""
    abandon(by=by, upload=find(by=by, uid=uid))


def may_hear(by: Actor, card: Scorecard) -> bool:
    """Whether somebody may hear what was said into a phone: who reviews the card or may write on it."""
    given: dict[str, Any] = {"path": card.place.path, "implementer": card.implementer_id}
    if by.may("scorecards.review", owner=card.owner_key, **given):
        return True
    try:
        allow(by, card, "scorecards.write_line")
    except Denied:
        return False
    return True


@verb
def listen(*, by: Actor, recording: Recording) -> Recording:
    """Somebody who may hears a recording; each time is on record."""
    card = Scorecard.objects.with_context().get(pk=recording.scorecard_id)
    if not may_hear(by, card):
        raise Denied
    facts = {"recording": str(recording.pk)}
    record(by=by, verb="scorecards.listen", thing=card, owner=card.owner_key, facts=facts, tell=())
    return recording


@verb
def take_away(*, by: Actor, scorecard: Scorecard) -> None:
    """Erase what lies beside a card whose days have passed, unless another row still shows it."""
    if by != SYSTEM:
        raise Denied
    blobs = {
        one.blob for rows in (scorecard.photos, scorecard.recordings) for one in rows.select_related("blob")
    }
    scorecard.photos.all().delete()
    scorecard.recordings.all().delete()
    for blob in sorted(blobs, key=lambda one: one.pk):
        if not blob.needed:
            erase(by=by, blob=blob)
    for upload in Upload.objects.about(scorecard).open():
        abandon(by=by, upload=upload)


def lay_left_behind(*, by: Actor = SYSTEM) -> int:
    """Lay files that arrived whole just before their process was killed; how many."""
    laid = 0
    before = timezone.now() - LEFT_BEHIND
    waiting = Upload.objects.open().filter(thing_kind=Scorecard._meta.label_lower, begun_at__lt=before)
    for upload in waiting.iterator(chunk_size=200):
        heard = last_heard(upload.pk)
        if heard is None or heard > before or arrived(upload.pk) != upload.length:
            continue
        try:
            lay_whole(by=by, upload=upload)
        except Refusal:
            # It stands with the upload, and its sender is told when they ask.
            continue
        laid += 1
    return laid
