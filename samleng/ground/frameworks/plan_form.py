"""The form of a plan as a framework says it: parts, columns, statuses and days. Pure data, as rules.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from samleng.ground.frameworks.vocabulary import (
    COLUMN_KINDS,
    COLUMNS,
    PARTIES,
    STATUS_KINDS,
    TONES,
    Count,
    Named,
    OneOf,
    Some,
    Words,
)


@dataclass(frozen=True)
class Part(Named):
    """A part of the plan; `outside`: it needs resources from outside and goes to the investment programme."""

    outside: bool = False
    # Its actions are listed under the provider that does them.
    by_provider: bool = False
    sign: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Column(Named):
    code: Annotated[str, OneOf(COLUMNS)]
    kind: Annotated[str, OneOf(COLUMN_KINDS)] = "text"
    width: Some = 1
    under: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Status(Named):
    """Where a promise stands; `climbs`: it needs a higher level, `start`: a new promise begins here."""

    kind: Annotated[str, OneOf(STATUS_KINDS)] = "open"
    needs_reason: bool = False
    claims_done: bool = False
    climbs: bool = False
    start: bool = False
    tone: Annotated[str, OneOf(TONES)] = "neutral"
    # The sign that stands beside the colour, for those who do not see it.
    shape: str = ""


@dataclass(frozen=True)
class PlanForm:
    name: Words
    parts: tuple[Part, ...]
    columns: tuple[Column, ...]
    statuses: tuple[Status, ...]
    depth: Some = 3
    # The level of places at which one plan is made.
    level: Count = 3
    header: tuple[Words, ...] = ()
    signatures: tuple[Words, ...] = ()
    categories: tuple[Named, ...] = ()
    cost_bands: tuple[Count, ...] = ()
    rate_months: tuple[Some, ...] = (6, 12)
    remind_days: tuple[int, ...] = (-14, 0, 14)  # before (minus) and after the due day
    check_months: Some = 3
    confirmed_by: tuple[Annotated[str, OneOf(PARTIES)], ...] = PARTIES
    currency: str = ""

    def status(self, code: str) -> Status:
        return next(status for status in self.statuses if status.code == code)

    @property
    def first_status(self) -> Status:
        return next((s for s in self.statuses if s.start), self.statuses[0])
