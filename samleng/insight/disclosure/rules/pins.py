"""What everyone may know of a case in a public category, and how it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

PUBLIC = "public"
# How a case stands for the map: within its time, past it, mended, closed without that.
OPEN, LATE, FIXED, CLOSED = "open", "late", "fixed", "closed"
GROUPS = (OPEN, LATE, FIXED, CLOSED)
# So many days are one age: this month, this quarter, this year; older ones are counted with all alone.
AGES = (30, 90, 365)
OLD = len(AGES) + 1
# The outcomes that count as mended.
MENDED = ("fixed", "resolved")
# Fewer people than this are never counted aloud, and no rate is said of fewer cases than the second.
FEW, RATE_FROM = 6, 10


def steps_in(kept: Iterable[Sequence[str]]) -> list[tuple[datetime, str]]:
    """When a pin came into which state, as its row keeps it; oldest first."""
    return sorted((datetime.fromisoformat(at), str(state)) for at, state in kept)


def answers_in(kept: Iterable[Mapping[str, Any]]) -> list[tuple[datetime, Mapping[str, str]]]:
    """What offices said to everybody, as a pin's row keeps it; oldest first."""
    return sorted(((datetime.fromisoformat(one["at"]), one["text"]) for one in kept), key=lambda one: one[0])


def state_at(steps: Sequence[tuple[datetime, str]], at: datetime) -> str:
    """The state in which it was at a moment; "" before the first step."""
    return next((state for when, state in reversed(steps) if when <= at), "")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change of state: which, and when."""

    at: datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class PublicAnswer:
    """What an office said to everybody."""

    at: datetime
    text: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PinFacts:
    """Everything about a case from which its pin is made; the true point is blurred at once and not kept.

    `answer_due_on` is the day until which the first answer was promised, `due_on` the next day that the
    case's clock waits for. `words`, `photo_id` and `answers` are what a reviewer has let go.
    """

    case_id: UUID
    reference: str
    category: str
    exposure: str
    state: str
    requested_at: datetime
    updated_at: datetime
    place_id: int
    service: str = ""
    sector: str = ""
    office_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    blur_metres: int = 0
    outcome: str = ""
    closed_at: datetime | None = None
    answered_at: datetime | None = None
    answer_due_on: date | None = None
    due_on: date | None = None
    me_too: int = 0
    words: Mapping[str, str] | None = None
    photo_id: UUID | None = None
    reviewed_at: datetime | None = None
    review_due_on: date | None = None
    steps: tuple[Step, ...] = ()
    answers: tuple[PublicAnswer, ...] = field(default=())
    sample: bool = False


class Clock(NamedTuple):
    """What the days make of a case."""

    group: str
    # 1 for the last month, 2 for the rest of a quarter, 3 for the rest of a year, 4 for what is older.
    age: int
    # Its first answer is owed by now, or was given; it was given in time.
    owed: bool
    in_time: bool
    review_waits: bool
    review_late: bool
    # The next day on which any of these changes by itself.
    turns_on: date | None


def clock_of(
    *,
    today: date,
    requested_on: date,
    closed: bool,
    outcome: str,
    due_on: date | None,
    answered_on: date | None,
    answer_due_on: date | None,
    reviewed: bool,
    review_due_on: date | None,
) -> Clock:
    """How a case stands on a day. A day that is due is kept until its end."""
    if closed:
        group = FIXED if outcome in MENDED else CLOSED
    else:
        group = LATE if due_on and due_on < today else OPEN
    past = bool(answer_due_on and answer_due_on < today)
    owed = answer_due_on is not None and (answered_on is not None or past)
    review_waits = not reviewed and review_due_on is not None
    ahead = [
        day
        for day, counts in (
            (due_on, not closed),
            (answer_due_on, answered_on is None),
            (review_due_on, review_waits),
            *((requested_on + timedelta(days=days - 1), True) for days in AGES),
        )
        if day and counts and day >= today
    ]
    return Clock(
        group=group,
        age=age_of((today - requested_on).days),
        owed=owed,
        in_time=bool(answer_due_on and answered_on and answered_on <= answer_due_on),
        review_waits=review_waits,
        review_late=bool(review_waits and review_due_on and review_due_on < today),
        turns_on=min(ahead) + timedelta(days=1) if ahead else None,
    )


def age_of(days: int) -> int:
    """Which age so many days are."""
    return next((number for number, most in enumerate(AGES, 1) if days < most), OLD)


def others(me_too: int) -> int | None:
    """How many others said "me too", where they are enough that nobody is told apart; else None."""
    return me_too if me_too >= FEW else None


def percent(part: int, whole: int) -> int | None:
    """A rate in whole per cent, rounded down; None of so few cases that one alone would move it much."""
    return 100 * part // whole if whole >= RATE_FROM else None
