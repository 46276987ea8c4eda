"""What a projected figure is: the scale it stands on, its sums, and what a promise counts as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from samleng.answers.actions.rules import STOPPED, kept_within
from samleng.voices.scorecards.rules import statistics


class Grant(Protocol):
    """One programme's rows within an area, opened for reading."""

    @property
    def programme(self) -> str | None: ...
    @property
    def area_path(self) -> str: ...


class Scope(Protocol):
    """What a reader's seats open; people make it, insight only asks it."""

    @property
    def everything(self) -> bool: ...
    @property
    def grants(self) -> Iterable[Grant]: ...


@dataclass(frozen=True)
class Scale:
    """The points a histogram counts on, in ascending order, and how its middle is found."""

    aggregate: str
    values: tuple[int, ...]

    @property
    def key(self) -> str:
        """One text for the same scale, wherever it is used: "median:1..5", "mean:0,25,50"."""
        low, high = self.values[0], self.values[-1]
        run = self.values == tuple(range(low, high + 1))
        return f"{self.aggregate}:" + (f"{low}..{high}" if run else ",".join(map(str, self.values)))

    @classmethod
    def from_key(cls, key: str) -> Scale:
        """The scale a key stands for; ValueError when it is none."""
        aggregate, _, points = key.partition(":")
        if ".." in points:
            low, high = points.split("..")
            return cls(aggregate, tuple(range(int(low), int(high) + 1)))
        return cls(aggregate, tuple(int(point) for point in points.split(",")))

    def centre_milli(self, histogram: Sequence[int]) -> int | None:
        """The central value of pooled votes, in thousandths; None without a vote."""
        return statistics.milli(statistics.centre(self.aggregate, histogram, self.values))


def added(sums: Sequence[int], more: Sequence[int], sign: int = 1) -> list[int]:
    """A histogram with another one put in (sign 1) or taken out (-1)."""
    width = max(len(sums), len(more))
    padded = [*sums, *[0] * (width - len(sums))]
    return [old + sign * (more[i] if i < len(more) else 0) for i, old in enumerate(padded)]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What counts of a promise on a day; `kind` is its status's own: open, done or stopped."""

    kind: str
    agreed_on: date
    due_on: date
    claimed_on: date | None = None
    confirmed_on: date | None = None
    escalated: bool = False

    @property
    def owed(self) -> bool:
        """Still to be done: neither claimed nor confirmed nor given up."""
        return not (self.claimed_on or self.confirmed_on or self.kind == STOPPED)

    def overdue(self, today: date) -> bool:
        return self.owed and self.due_on < today

    def counts(self, *, overdue: bool) -> dict[str, int]:
        """What it adds to a cell of promises."""
        kept = self.confirmed_on is not None
        return {
            "promises": 1,
            "claimed": int(self.claimed_on is not None and not kept),
            "confirmed": int(kept),
            "overdue": int(overdue),
            "escalated": int(self.escalated and self.owed),
            "stopped": int(self.kind == STOPPED),
            "within_6_months": int(kept and kept_within(self.agreed_on, self.claimed_on, 6)),
            "within_12_months": int(kept and kept_within(self.agreed_on, self.claimed_on, 12)),
        }
