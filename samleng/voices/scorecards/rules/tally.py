"""From a card to what lasts of it: histograms per cell and special group, and who took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from samleng.ground.frameworks.rules import Profile
from samleng.voices.scorecards.rules import statistics
from samleng.voices.scorecards.rules.lines import QR, ROOM_DOOR, WEEK, Ballot, Card, Counts, Present

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


@dataclass(frozen=True)
class Votes:
    """Whose votes are counted together: those of the room, or of the week of tickets."""

    people: Mapping[str, Present]
    ballots: Sequence[Ballot]
    counts: Sequence[Counts] = ()


def votes(card: Card, door: str) -> Votes:
    """The room's votes ("room") or the week's ("week"); neither ever enters the other's figures."""
    if door == ROOM_DOOR:
        return Votes(card.people, list(card.ballots.values()), card.counts)
    if door == WEEK:
        return Votes(card.week.people, list(card.week.ballots.values()))
    raise ValueError(door)


def tallies(card: Card, counting: Counting, door: str = ROOM_DOOR) -> list[Tally]:
    """One tally per priority criterion, in the order chosen: of the room, or of the week of tickets.

    Votes a table typed as counts for a group stand instead of that table's ballots of the group on the
    criterion, so that a room entered both ways is not counted twice; different tables add up. Ballots with a
    ticket are no table's: counts never stand instead of them.
    """
    return [tally(card, criterion, counting, door) for criterion in card.priorities]


def tally(card: Card, criterion: str, counting: Counting, door: str = ROOM_DOOR) -> Tally:
    width = len(counting.values)
    found = Tally(criterion, histogram=[])
    cast = votes(card, door)
    typed = typed_on(cast, criterion)
    count_ballots(found, cast, counting)
    for counts in typed:
        for table, key in ((found.cells, counts.cell or ROOM), (found.by_group, counts.group)):
            table[key] = statistics.add(table.get(key, []), counts.counts)
    found.histogram = statistics.add([0] * width, *found.cells.values())
    found.centre = statistics.combined(
        counting.aggregate, counting.combine, list(found.by_group.values()), counting.values
    )
    return found


def typed_on(cast: Votes, criterion: str) -> list[Counts]:
    return [counts for counts in cast.counts if counts.criterion == criterion]


def ballots_on(cast: Votes, criterion: str) -> Iterator[tuple[Ballot, Present | None]]:
    """The ballots that count on a criterion: not those whose (table, group) is typed as counts."""
    typed = {(counts.table, counts.group) for counts in typed_on(cast, criterion)}
    for ballot in cast.ballots:
        person = cast.people.get(ballot.person)
        if criterion not in ballot.scores or (person is not None and not person.counted):
            continue
        if ballot.door == QR or (ballot.table, group_of(ballot, person)) not in typed:
            yield ballot, person


def group_of(ballot: Ballot, person: Present | None) -> str:
    return ballot.group or (person.group if person else "")


def votes_on(card: Card, criterion: str) -> int:
    """How many votes the room gave on a criterion, one by one and as counts."""
    cast = votes(card, ROOM_DOOR)
    counted = sum(sum(counts.counts) for counts in typed_on(cast, criterion))
    return counted + sum(1 for _ballot in ballots_on(cast, criterion))


def count_ballots(found: Tally, cast: Votes, counting: Counting) -> None:
    """The ballots on the tally's criterion."""
    width = len(counting.values)
    place = {value: i for i, value in enumerate(counting.values)}
    for ballot, person in ballots_on(cast, found.criterion):
        at = place[ballot.scores[found.criterion]]
        cell, special = profile(ballot, person)
        bump(found.cells, cell, at, width)
        bump(found.by_group, group_of(ballot, person), at, width)
        for code in special:
            bump(found.special, code, at, width)


def profile(ballot: Ballot, person: Present | None) -> tuple[str, tuple[str, ...]]:
    """A voter's cell and special groups: as listed, or as said with the ballot."""
    return (person.cell, person.special) if person else (ballot.cell or ROOM, ballot.special)


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


def among_heads(card: Card) -> bool:
    """Whether the room's heads are counted, so that somebody nobody listed is one of them already."""
    return any((card.setup.get("heads") or {}).get("cells", {}).values())


def participation(card: Card, door: str = ROOM_DOOR) -> Participation:
    """Heads by cell, special group and meeting group.

    A room entered by counts has the heads set up; the week of tickets has those who voted. Who is on the card
    only by a ballot with a ticket is one of the heads, whether they were counted before the vote or after it.
    """
    cast = votes(card, door)
    # A room that nobody listed has heads counted at set-up: {"cells": {...}, "special": {...}}.
    heads = (card.setup.get("heads") or {}) if door == ROOM_DOOR else {}
    counted = door == ROOM_DOOR and among_heads(card)
    people = [p for p in cast.people.values() if p.counted and not (counted and p.door == QR)]
    here = [(p.cell, p.special, p.group) for p in people]
    if door == WEEK:
        here += [(*profile(b, None), b.group) for b in cast.ballots if b.person not in cast.people]
    cells = Counter(cell for cell, _special, _group in here)
    special = Counter(code for _cell, codes, _group in here for code in codes)
    groups = Counter(group for _cell, _special, group in here)
    for cell, n in heads.get("cells", {}).items():
        cells[cell] += int(n)
    for code, n in heads.get("special", {}).items():
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


def voters_left(card: Card, criteria: Sequence[str], table: str | None = None) -> list[Present]:
    """Counted people who have no whole ballot yet, by number; with `table`, those listed at that one."""
    whole = {b.person for b in card.ballots.values() if all(criterion in b.scores for criterion in criteria)}
    left = [p for p in card.people.values() if p.counted and p.uid not in whole]
    return sorted((p for p in left if table is None or p.table == table), key=lambda p: p.number)


def by_door(card: Card) -> dict[str, int]:
    """How many ballots came by each door that brought any."""
    return dict(Counter(b.door for b in (*card.ballots.values(), *card.week.ballots.values())))
