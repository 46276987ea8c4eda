"""From a card to what lasts of it: histograms per cell and special group, and who took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from samleng.ground.frameworks.rules import Profile
from samleng.voices.scorecards.rules import statistics
from samleng.voices.scorecards.rules.lines import Card, Present

ROOM = "all"
Held = TypeVar("Held")


@dataclass(frozen=True)
class Counting:
    """What of the framework the counting needs: scale values in order, how to combine."""

    values: tuple[int, ...]
    aggregate: str = "median"
    combine: str = "pool"


@dataclass
class Tally:
    """A criterion's votes. `cells` are disjoint and sum to `histogram`; `special` ones overlap."""

    criterion: str
    histogram: list[int]
    cells: dict[str, list[int]] = field(default_factory=dict)
    special: dict[str, list[int]] = field(default_factory=dict)
    by_group: dict[str, list[int]] = field(default_factory=dict)
    centre: Fraction | None = None

    @property
    def n(self) -> int:
        return statistics.size(self.histogram)


def tallies(card: Card, counting: Counting) -> list[Tally]:
    """One tally per priority criterion, in the order chosen.

    Votes typed as counts for a group stand instead of that group's ballots on the criterion, so
    that a room entered both ways is not counted twice.
    """
    return [tally(card, criterion, counting) for criterion in card.priorities]


def tally(card: Card, criterion: str, counting: Counting) -> Tally:
    width = len(counting.values)
    place = {value: i for i, value in enumerate(counting.values)}
    cells: dict[str, list[int]] = {}
    special: dict[str, list[int]] = {}
    by_group: dict[str, list[int]] = {}
    typed = {c.group for c in card.counts if c.criterion == criterion}
    for ballot in card.ballots.values():
        value = ballot.scores.get(criterion)
        person = card.people.get(ballot.person)
        if value is None or (person is not None and not person.counted):
            continue
        group = ballot.group or (person.group if person else "")
        if group in typed:
            continue
        at = place[value]
        bump(cells, person.cell if person else ROOM, at, width)
        bump(by_group, group, at, width)
        for code in person.special if person else ():
            bump(special, code, at, width)
    for counts in card.counts:
        if counts.criterion == criterion:
            cells[counts.cell or ROOM] = statistics.add(cells.get(counts.cell or ROOM, []), counts.counts)
            by_group[counts.group] = statistics.add(by_group.get(counts.group, []), counts.counts)
    histogram = statistics.add([0] * width, *cells.values())
    return Tally(
        criterion=criterion,
        histogram=histogram,
        cells=cells,
        special=special,
        by_group=by_group,
        centre=statistics.combined(
            counting.aggregate, counting.combine, list(by_group.values()), counting.values
        ),
    )


def bump(table: dict[str, list[int]], key: str, at: int, width: int) -> None:
    table.setdefault(key, [0] * width)[at] += 1


@dataclass(frozen=True)
class Participation:
    """Who took part, as counts: never rows."""

    people: int
    cells: Mapping[str, int]
    special: Mapping[str, int]
    groups: Mapping[str, int]

    def women(self, sex: str) -> int:
        return sum(n for cell, n in self.cells.items() if cell.split("/")[0] == sex)


def participation(card: Card) -> Participation:
    """Heads by cell, special group and meeting group; a room entered by counts has the heads set up."""
    people = [p for p in card.people.values() if p.counted]
    cells = Counter(p.cell for p in people)
    special = Counter(code for p in people for code in p.special)
    groups = Counter(p.group for p in people)
    # A room that nobody listed has heads counted at set-up: {"cells": {...}, "special": {...}}.
    heads = card.setup.get("heads") or {}
    for cell, n in (heads.get("cells") or {}).items():
        cells[cell] += int(n)
    for code, n in (heads.get("special") or {}).items():
        special[code] += int(n)
    return Participation(
        people=sum(cells.values()), cells=dict(cells), special=dict(special), groups=dict(groups)
    )


def told_apart(
    profile: Profile, cells: Mapping[str, Held]
) -> tuple[list[tuple[Any, list[Held]]], list[tuple[Any, list[Held]]]]:
    """What the cells hold, each sex by its name and each age band by its name; a whole room is of neither."""
    sexes = [
        (sex.name, [held for cell, held in cells.items() if cell.split("/")[0] == sex.code])
        for sex in profile.sexes
    ]
    bands = [
        (band.name, [held for cell, held in cells.items() if cell.partition("/")[2] == band.code])
        for band in profile.age_bands
    ]
    return sexes, bands


def raised_order(card: Card) -> list[tuple[str, int]]:
    """Criteria with how often each was raised, most first; ties by code so that it never wavers."""
    return sorted(((c, len(who)) for c, who in card.raised.items()), key=lambda pair: (-pair[1], pair[0]))


def voters_left(card: Card, criteria: Sequence[str]) -> list[Present]:
    """Counted people who have no whole ballot yet, by number."""
    whole = {b.person for b in card.ballots.values() if all(criterion in b.scores for criterion in criteria)}
    return sorted(
        (p for p in card.people.values() if p.counted and p.uid not in whole), key=lambda p: p.number
    )
