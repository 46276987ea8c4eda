"""A meeting held on paper: the ballots typed in, held against the strokes counted on the flip-chart."""

from __future__ import annotations

from dataclasses import dataclass

from samleng.voices.scorecards.rules.checks import Flag
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.tally import Counting, tally


@dataclass(frozen=True)
class Compared:
    """A criterion's votes as typed in and as the flip-chart says them, a count for each face."""

    criterion: str
    typed: tuple[int, ...]
    chart: tuple[int, ...]

    @property
    def differs(self) -> bool:
        return self.typed != self.chart

    @property
    def missing(self) -> tuple[int, ...]:
        """How many more the flip-chart has at each face; fewer are below zero."""
        return tuple(there - here for here, there in zip(self.typed, self.chart, strict=True))


def compared(card: Card, counting: Counting) -> list[Compared]:
    """The chosen criteria whose flip-chart was typed in too, in their order."""
    chart = card.setup.get("chart") or {}
    return [
        Compared(
            criterion=criterion,
            typed=tuple(tally(card, criterion, counting).histogram),
            chart=tuple(int(n) for n in chart[criterion]),
        )
        for criterion in card.priorities
        if criterion in chart
    ]


def flags(card: Card, counting: Counting) -> list[Flag]:
    """That the two do not agree; it asks the reviewer to look at the photo, it accuses nobody."""
    both = compared(card, counting)
    apart = sum(one.differs for one in both)
    return [Flag("chart_differs", f"{apart}/{len(both)}")] if apart else []
