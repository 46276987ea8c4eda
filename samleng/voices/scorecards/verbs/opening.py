"""From kept parcels to lines on the card: soon after they came, and before the card is read or sent in.

Whoever sent a parcel acts again, so that what they may no longer do is not done in their name. Whatever goes
wrong stays with the parcel and is told to the phone and the reviewer; nothing that was acknowledged is lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from samleng.ground.people import site_key
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.kit.words.refusals import Refusal, each
from samleng.voices.scorecards.models import Parcel, Scorecard, State
from samleng.voices.scorecards.verbs.review import submit
from samleng.voices.scorecards.verbs.writing import start, write

log = logging.getLogger("samleng.parcels")
# Refused today, and tomorrow perhaps not although nothing new was sent: the card runs again, a seat is given,
# the site's key is back, a fault of ours is mended.
AGAIN = frozenset({"state", "denied", "sealed", "failed"})
QUIET, PATIENCE = timedelta(seconds=1), timedelta(seconds=10)
GAP = 0.005


def open_parcels(*, limit: int = 500, seconds: float = 0.5, now: datetime | None = None) -> int:
    """The worker's pass: open what came since the last one, oldest first; how many cards were opened.

    Phones come first, for on SQLite they wait for the same lock: while they send, opening waits, though not
    for ever; and between two cards there is a gap in which one of them may have it.
    """
    now, began, done = now or timezone.now(), time.monotonic(), 0
    fresh = Parcel.objects.waiting().filter(refused_at=None).order_by("received_at")
    oldest, newest = fresh.first(), fresh.last()
    if oldest is None or newest is None:
        return 0
    if newest.received_at > now - QUIET and oldest.received_at > now - PATIENCE:
        return 0
    for card in dict.fromkeys(fresh.values_list("scorecard_id", flat=True)[:limit]):
        open_card(card)
        done += 1
        if time.monotonic() - began > seconds:
            break
        time.sleep(GAP)
    return done


def open_again() -> int:
    """Try those again that were refused for what may have passed since; how many cards were tried."""
    late = Parcel.objects.waiting().filter(refused_at__isnull=False, scorecard__state=State.RUNNING)
    cards = {card for card, refused in late.values_list("scorecard_id", "refused") if passing(refused)}
    for card in cards:
        open_card(card)
    return len(cards)


def open_waiting(*, scorecard: Scorecard) -> bool:
    """Before a card is read or sent in: put its own kept parcels on it; whether there were any.

    A card that was read before must be read again then.
    """
    waiting = Parcel.objects.waiting().filter(scorecard=scorecard).values_list("refused_at", "refused")
    if not any(due(refused_at, refused, scorecard.state) for refused_at, refused in waiting):
        return False
    open_card(scorecard.pk)
    return True


def passing(refused: Sequence[Mapping[str, Any]]) -> bool:
    return any(one["code"] in AGAIN for one in refused)


def due(refused_at: object, refused: Sequence[Mapping[str, Any]], state: str) -> bool:
    """Whether opening it may come to something now."""
    return refused_at is None or (state == State.RUNNING and passing(refused))


def open_card(card_id: UUID) -> None:
    """Open all parcels of one card in one transaction, and send it in where one of them asks for that."""
    with transaction.atomic():
        card = Scorecard.objects.select_for_update().get(pk=card_id)
        # Read once the card is held: of two that open the same card the second finds nothing.
        waiting = list(card.parcels.waiting().select_related("writer").order_by("received_at", "id"))
        # Something new may be just what an older one lacked.
        if not any(due(one.refused_at, one.refused, card.state) for one in waiting):
            return
        # All lines first: a card is sent in with everything that came for it.
        for parcel in [one for one in waiting if attempt(one, partial(put, one, card))]:
            if not asks(parcel) or attempt(parcel, partial(submit, by=sender(parcel), scorecard=card)):
                opened(parcel)


def asks(parcel: Parcel) -> bool:
    """Whether the parcel asks that the card be sent in, knowing how it stands.

    Whoever asked for it before the card was sent back did not know of the correction.
    """
    late = any(one["code"] == "state" for one in parcel.refused)
    return content(parcel).get("submit") is True and not late


def content(parcel: Parcel) -> dict[str, Any]:
    """What was sent; a Refusal when it was sealed to a key that is not this site's."""
    body = bytes(parcel.body)
    if parcel.key:
        body = unsealed(body)
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise cannot() from None
    if not isinstance(told, dict) or not isinstance(told.get("lines", []), list):
        raise cannot()
    return told


def unsealed(body: bytes) -> bytes:
    try:
        return site_key.open_bytes(body)
    except site_key.NotForUs:
        raise Refusal(
            _("This was sealed for another site, or was damaged on its way. It is kept."),
            remedy=_("Open the app where there is a signal and send it again."),
            code="sealed",
        ) from None


def put(parcel: Parcel, card: Scorecard) -> None:
    by, lines = sender(parcel), content(parcel).get("lines", [])
    if lines:
        if card.state == State.PLANNED:
            # The meeting began where there was no signal.
            start(by=by, scorecard=card, holder=f"phone:{parcel.device_id}")
            card.refresh_from_db(fields=["state"])
        write(by=by, scorecard=card, lines=lines)


def sender(parcel: Parcel) -> Acting:
    """Whoever sent it, with the seats they hold now; from a phone only those that need no second step."""
    person: Person = parcel.writer
    by = person.acting(via="field")
    return by.on_device() if parcel.device_id else by


def attempt(parcel: Parcel, do: Callable[[], object]) -> bool:
    """Whether it was done, whole; if not, the reasons stay with the parcel and nothing of it was done."""
    try:
        with transaction.atomic():
            do()
    except Refusal as refusal:
        refuse(parcel, each(refusal))
        return False
    except Exception:
        # One parcel that cannot be opened must not keep those behind it.
        log.exception("parcel %s cannot be opened", parcel.pk)
        refuse(parcel, [cannot()])
        return False
    return True


def cannot() -> Refusal:
    return Refusal(
        _("This could not be put on the scorecard. It is kept."),
        remedy=_("Tell the person who manages your programme."),
        code="failed",
    )


def opened(parcel: Parcel) -> None:
    """It is all on the card: the lines hold it from now on, the parcel only that it came."""
    parcel.opened_at, parcel.refused_at, parcel.refused, parcel.body = timezone.now(), None, [], b""
    parcel.save(update_fields=["opened_at", "refused_at", "refused", "body"])


def refuse(parcel: Parcel, refusals: Sequence[Refusal]) -> None:
    parcel.refused_at, parcel.refused = timezone.now(), [in_every_language(one) for one in refusals]
    parcel.save(update_fields=["refused_at", "refused"])


def refusals_of(card: Scorecard) -> list[dict[str, Any]]:
    """Parcels of a card that could not be opened, with the reasons in every language."""
    return [
        {"uid": str(parcel.uid), "device": str(parcel.device_id or ""), "refusals": parcel.refused}
        for parcel in card.parcels.refused()
    ]


def in_every_language(refusal: Refusal) -> dict[str, Any]:
    """The refusal as it can be kept: who will read it, and in which language, is not known yet."""
    message, remedy = {}, {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            message[tag], remedy[tag] = str(refusal.message), str(refusal.remedy)
    return {
        "message": message,
        "remedy": remedy,
        "field": refusal.field,
        "row": refusal.row,
        "code": refusal.code,
    }
