"""Recording what is heard in a method's meetings, and taking a wrong recording away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.sounds import packed
from samleng.ground.sounds.models import Take
from samleng.ground.sounds.rules import LARGEST_TAKE, MIB, SHORTEST_SECONDS, Slot
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.length import seconds
from samleng.kit.media.verbs import cleaned, erase, keep, read_whole
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.kit.words.text import filled

RIGHT = "sounds.record"
AT_ONCE = 20  # takes of one slot that may come in the same moment


@verb
def keep_take(*, by: Actor, owner: str, slot: Slot, language: str, file: Any, field: str = "file") -> Take:
    """Keep a recording of a slot's words in a spoken language; the one heard so far gives way to it.

    `file` is bytes or has `read`. The same file again is the same take.
    """
    require(by, RIGHT, owner=owner)
    if language not in slot.spoken:
        raise not_spoken(language)
    data = read_whole(file, LARGEST_TAKE)
    millis = listened_to(data, field)
    blob = keep(by=by, file=data, kind="sound", owner=owner, field=field)
    heard = Take.objects.select_for_update().filter(
        owner=owner, about=slot.about, slot=slot.code, language=language,
        words_digest=slot.digest(language), until=None,
    )  # fmt: skip
    now = heard.first()
    if now is not None and now.blob_id == blob.pk:
        return now
    made = put_in_place(heard, Take(
        owner=owner, about=slot.about, slot=slot.code, language=language, words_digest=slot.digest(language),
        blob=blob, millis=millis, by=by.key,
    ))  # fmt: skip
    record(
        by=by,
        verb=RIGHT,
        thing=made,
        owner=owner,
        facts={
            "about": slot.about,
            "slot": slot.code,
            "language": language,
            "words": made.words_digest,
            "blob": str(blob.pk),
            "instead_of": str(now.pk) if now else "",
        },
        tell=(),
    )
    return made


def put_in_place(heard: Any, made: Take) -> Take:
    """The new take in the place of the one that is heard; of phones at once the last to come stays.

    Each refusal of the database means that another take was committed in between, so every go through
    brings one of them to its end.
    """
    for tries_left in reversed(range(AT_ONCE)):
        heard.update(until=timezone.now())
        try:
            with transaction.atomic():
                made.save(force_insert=True)
            break
        except IntegrityError:
            if not tries_left:
                raise
    return made


def listened_to(data: bytes, field: str) -> int | None:
    """How long a recording lasts in milliseconds; refused when it is none, or nothing can be heard in it."""
    if len(data) > LARGEST_TAKE:
        raise too_large(field)
    fit = cleaned("sound", data, field)
    length = seconds(fit.media_type, fit.data)
    if length is not None and length < SHORTEST_SECONDS:
        raise Refusal(
            _("The recording is shorter than half a second."),
            field=field,
            remedy=_("Record again: tap, read aloud, and tap only when you have finished."),
            code="too_short",
        )
    return None if length is None else round(length * 1000)


@verb
def remove_take(*, by: Actor, take: Take) -> Take:
    """Take a wrong recording away: nobody hears it any more, its bytes go, and the ledger remembers."""
    require(by, RIGHT, owner=take.owner)
    take = Take.objects.select_for_update().get(pk=take.pk)
    blob, take.blob = take.blob, None
    if blob is None:
        return take
    take.until = take.until or timezone.now()
    take.save(update_fields=["blob", "until"])
    if not blob.needed:
        erase(by=by, blob=blob)
    record(
        by=by,
        verb="sounds.remove",
        thing=take,
        owner=take.owner,
        facts={"about": take.about, "slot": take.slot, "language": take.language, "blob": str(blob.pk)},
        tell=(),
    )
    return take


@dataclass(frozen=True)
class Many:
    """What became of a ZIP: the takes that are heard now, and the files that were left out."""

    takes: list[Take]
    left_out: list[Refusal]


def keep_many(
    *, by: Actor, owner: str, slots: tuple[Slot, ...], language: str, archive: Any, only_good: bool = False
) -> Many:
    """Keep every recording of a ZIP whose files are called after their slots.

    Refusals name each file that is wrong; then nothing is kept, or with `only_good` the others are. All are
    looked at before the first is kept, and each is kept in a transaction of its own: nobody waits for the
    whole ZIP, and the same ZIP sent again after a crash goes on where it stopped.
    """
    require(by, RIGHT, owner=owner)
    with packed.opened(archive) as whole:
        found, wrong = packed.matched(whole, slots)
        good: dict[str, Slot] = {}
        for name, slot in found.items():
            try:
                listened_to(packed.read(whole, name), packed.short(name))
                good[name] = slot
            except Refusal as refusal:
                wrong += each(refusal)
        if wrong and not (only_good and good):
            raise Refusals(wrong)
        takes = [
            keep_take(
                by=by, owner=owner, slot=slot, language=language, file=packed.read(whole, name),
                field=packed.short(name),
            )
            for name, slot in good.items()
        ]  # fmt: skip
    return Many(takes, wrong)


def not_spoken(language: str) -> Refusal:
    return Refusal(
        filled(_("This method is not heard in “%(language)s”."), language=language[:20]),
        field="language",
        remedy=_("Choose one of the languages on the page."),
        code="language",
    )


def too_large(field: str) -> Refusal:
    return Refusal(
        filled(_("The recording is larger than %(limit)d MB."), limit=LARGEST_TAKE // MIB),
        field=field,
        remedy=_("Record it on this page, or save it as M4A, Ogg or MP3: WAV files are large."),
        code="too_big",
    )
