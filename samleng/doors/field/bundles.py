"""Many parcels in one request, so that a phone that was away for a week need not wait for each answer alone.

Each parcel is kept or refused for itself, as if it had come alone, and answered in its place. What was
written on a card stays in its order: a parcel behind a refused one of the same card is not looked at (424),
so that no card is handed in without the lines that were to come before.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

import orjson

from samleng.doors.field.parcels import (
    BEHIND,
    Answer,
    allow,
    answered,
    handed,
    unreadable,
    wrong,
)
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.rules.parcels import Unreadable, read_bundle, read_object
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed

Place = tuple[int, Handed]


class Bundle:
    """The parcels of one request and what became of them."""

    def __init__(self, hashed: str, raw: bytes) -> None:
        """Raises a Refusal when it is no bundle, or more than its phone may send now."""
        try:
            given = read_bundle(raw)
        except Unreadable as bad:
            raise unreadable(bad) from None
        # One was taken off when the request came.
        allow(hashed, len(given) - 1)
        self.uids = [uid for uid, _one in given]
        self.outcomes: list[Delivered | Exception | None] = [None] * len(given)
        self.waiting: list[Place] = []
        self.refused: set[UUID] = set()
        unread: set[str] = set()
        for place, (uid, one) in enumerate(given):
            card = one.get("card") if isinstance(one, dict) else None
            if isinstance(card, str) and card in unread:
                continue
            try:
                self.waiting.append((place, ready(hashed, uid, one)))
            except Refusal as refusal:
                self.outcomes[place] = refusal
                unread.add(str(card))

    def next(self) -> list[Place]:
        """The next parcel of each card, to be written together; none when all are done."""
        first: dict[UUID, Place] = {}
        for place, one in self.waiting:
            if one.sent.card not in self.refused:
                first.setdefault(one.sent.card, (place, one))
        taken = {place for place, _one in first.values()}
        self.waiting = [
            (place, one)
            for place, one in self.waiting
            if place not in taken and one.sent.card not in self.refused
        ]
        return list(first.values())

    def told(self, some: Iterable[Place], outcomes: Iterable[Delivered | Exception]) -> None:
        """What the writer answered to `some`."""
        for (place, one), outcome in zip(some, outcomes, strict=True):
            self.outcomes[place] = outcome
            if not isinstance(outcome, Delivered):
                self.refused.add(one.sent.card)

    def answer(self, accepted: str) -> Answer:
        """200 with an answer for each parcel in its place, its refusals in the language asked for."""
        parts = [told(uid, outcome, accepted) for uid, outcome in zip(self.uids, self.outcomes, strict=True)]
        return Answer(200, b'{"answers":[%s]}' % b",".join(parts))


def ready(hashed: str, uid: UUID | None, one: object) -> Handed:
    if uid is None:
        raise wrong("uid", "unreadable")
    return handed(hashed, partial(read_object, uid, one))


def told(uid: UUID | None, outcome: Delivered | Exception | None, accepted: str) -> bytes:
    """One parcel's answer: its uid, the status it would have had alone, and what was refused."""
    name = str(uid) if uid else None
    if outcome is None:
        return orjson.dumps({"uid": name, "status": BEHIND})
    alone = answered(outcome, accepted)
    refusals = {} if isinstance(outcome, Delivered) else orjson.loads(alone.body)
    return orjson.dumps({"uid": name, "status": alone.status, **refusals})
