"""Where the texts of a card's method are heard: in the meeting's own language, else in the reader's."""

from __future__ import annotations

from functools import cached_property

from samleng.doors.web.played import heard_at, reader
from samleng.ground.frameworks.rules import Criterion, Point
from samleng.ground.sounds.models import Shelf
from samleng.ground.sounds.rules import Slot, consent_slots, point_slot, slot_at, slots_at
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import method_of


class Spoken:
    """The recordings for one card, looked up once; `languages` in the order in which they are wanted."""

    def __init__(self, card: Scorecard, *languages: str) -> None:
        self.card, self.method = card, method_of(card)
        wanted = (*languages, reader(), card.language, *self.method.audio_languages[:1])
        self.languages = [tag for tag in dict.fromkeys(wanted) if tag]

    @cached_property
    def shelf(self) -> Shelf:
        card = self.card
        slots = slots_at(self.method, card.service.code, card.side, card.place.kind.code)
        return Shelf(card.programme.owner_key, slots)

    def address(self, slot: Slot | None) -> str:
        """Where a slot is heard; "" where no recording says its words."""
        return heard_at(self.shelf, slot, self.languages) if slot else ""

    def consent(self) -> str:
        return next((self.address(slot) for slot in consent_slots(self.method)), "")

    def criterion(self, criterion: Criterion) -> str:
        return self.address(slot_at(self.method, criterion.code, self.card.place.kind.code))

    def point(self, point: Point) -> str:
        return self.address(point_slot(self.method, point))
