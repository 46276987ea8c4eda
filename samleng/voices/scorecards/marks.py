"""What has to be corrected on a card and what was: marks read together with the lines that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from uuid import UUID

from samleng.voices.scorecards.models import Mark, Photo, Scorecard
from samleng.voices.scorecards.pinned import instant, lines_of
from samleng.voices.scorecards.rules.lines import Card, Line, fold
from samleng.voices.scorecards.rules.marks import Answered, answered


@dataclass(frozen=True)
class Marked:
    """A mark with what answers it so far, and the card before it and as corrected."""

    mark: Mark
    answer: Answered | None
    before: Card = field(repr=False)
    after: Card = field(repr=False)

    @property
    def open(self) -> bool:
        """Whether the card cannot be sent in before it is answered; a word to the whole card may stay."""
        return self.answer is None and self.mark.field != ""


def returned(card: Scorecard) -> list[Marked]:
    """The marks of the last time the card was sent back, in the order they were made."""
    marks = list(card.marks.select_related("sheet").order_by("at", "pk"))
    return read_together(card, [mark for mark in marks if mark.sheet_id == marks[-1].sheet_id])


def history(card: Scorecard) -> list[list[Marked]]:
    """All marks of a card, one list for each time it was sent back, the newest first."""
    times: dict[UUID, list[Mark]] = {}
    for mark in card.marks.select_related("sheet").order_by("at", "pk"):
        times.setdefault(mark.sheet_id, []).append(mark)
    rounds = list(times.values())
    ends = [following[0].after for following in rounds[1:]]
    told = [read_together(card, marks, until=end) for marks, end in zip_longest(rounds, ends)]
    return told[::-1]


def read_together(card: Scorecard, marks: Sequence[Mark], until: int | None = None) -> list[Marked]:
    """Marks made at one time with what came after them, up to the line at which they were looked at anew."""
    if not marks:
        return []
    after = marks[0].after
    ids = dict(card.lines.values_list("uid", "pk"))
    lines = [line for line in lines_of(card) if until is None or ids[UUID(line.uid)] <= until]
    earlier = [line for line in lines if ids[UUID(line.uid)] <= after]
    later = [line for line in lines if ids[UUID(line.uid)] > after]
    before, now = fold(earlier), fold(lines)
    known = {line.uid: line for line in lines}
    photos = list(card.photos.order_by("at"))
    return [
        Marked(mark, kept(mark) or found(mark, before, later, known, photos), before, now) for mark in marks
    ]


def kept(mark: Mark) -> Answered | None:
    """What was written down as the answer when the card was sent in again."""
    if mark.answered_at is None:
        return None
    return Answered(mark.answered_by, instant(mark.answered_at), mark.answer)


def found(
    mark: Mark, before: Card, later: Sequence[Line], known: dict[str, Line], photos: Sequence[Photo]
) -> Answered | None:
    """What answers a mark now: a line on its field, a photo laid beside the card since, or words."""
    by_line = answered(str(mark.pk), mark.field, before, later, known)
    if mark.field.startswith("photo"):
        newer = [photo for photo in photos if photo.at > mark.at]
        if newer:
            return Answered(str(newer[-1].pk), instant(newer[-1].at), by_line.words if by_line else "")
    return by_line


def marks_of(card: Scorecard) -> list[dict[str, Any]]:
    """The marks of the last time a card was sent back, as plain JSON for a facilitator's device.

    `after` is the id of the card's last line then; `open` says that it has to be answered before sending.
    """
    return [
        {
            "id": str(one.mark.pk),
            "field": one.mark.field,
            "reason": one.mark.reason,
            "at": instant(one.mark.at),
            "after": one.mark.after,
            "sheet": one.mark.sheet.number,
            "open": one.open,
            "answered": None
            if one.answer is None
            else {"by": one.answer.by, "at": one.answer.at, "words": one.answer.words},
        }
        for one in returned(card)
    ]
