"""What a patient reader can work out from published counts: exact sums and differences, nothing left out.

Every published number is a linear equation about how many people of which meeting chose which point
of the scale. Whoever reads them all may add and subtract them. `Knowledge` is that reader: it solves
the equations in whole fractions and says which further counts follow.

Limit: it finds what follows *exactly*. Bounds ("between 2 and 4 people") need linear programming and
are not searched here; nor are sums over sets of meetings that nobody would name (every subset).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

Column = tuple[int, int]
Number = int | Fraction
# A question: how many people of these meetings, weighted by point.
Asked = tuple[frozenset[str], tuple[int, ...]]


@dataclass(frozen=True)
class Count:
    """A published number: over these meetings' sheets, so many people weighted by point; who published it."""

    atoms: frozenset[str]
    weights: tuple[int, ...]
    value: int
    origin: int


@dataclass(frozen=True)
class Known:
    """A count that follows, and from which publications."""

    value: Number
    origins: frozenset[int]


@dataclass
class Row:
    """A solved equation: its columns (once learned, 1 at its pivot), its value, what it came from."""

    columns: dict[Column, Number]
    value: Number
    origins: frozenset[int]
    pivot: Column = (-1, -1)


class Knowledge:
    """Everything that follows from the published counts by adding and subtracting."""

    def __init__(self, counts: Sequence[Count], never: set[Asked] | None = None) -> None:
        """`never` holds what is known not to follow, and learns it: who is told less knows no more."""
        self.never: set[Asked] = set() if never is None else never
        # What stands in print needs no working out; of two that print it the first counts.
        self.printed = {(count.atoms, count.weights): count for count in reversed(counts)}
        self.group_of, self.group_size = grouped_atoms([count.atoms for count in counts])
        self.of_point = grouped_points([count.weights for count in counts])
        self.known_groups: dict[frozenset[str], tuple[int, ...] | None] = {}
        self.known_parts: dict[tuple[int, ...], tuple[tuple[int, int], ...] | None] = {}
        self.answers: dict[Asked, Known] = {}
        self.rows: list[Row] = []
        self.pivots: dict[Column, int] = {}
        solved = [
            Row(columns, count.value, frozenset([count.origin]))
            for count in counts
            if (columns := self.columns(count.atoms, count.weights)) is not None
        ]
        # Small sets first: what holds them then reduces to what is left beside them.
        for row in sorted(solved, key=lambda one: len(one.columns)):
            self.learn(row)

    def columns(self, atoms: frozenset[str], weights: tuple[int, ...]) -> dict[Column, Number] | None:
        """The count as columns of merged meetings and points; None when it cuts through one of them."""
        chosen = self.parts_of(weights)
        taken = self.groups_of(atoms) if chosen is not None else None
        if chosen is None or taken is None:
            return None
        return {(group, part): weight for group in taken for part, weight in chosen}

    def groups_of(self, atoms: frozenset[str]) -> tuple[int, ...] | None:
        """The groups these meetings make up, or None when they are only a part of one."""
        if atoms not in self.known_groups:
            taken: dict[int, int] = defaultdict(int)
            for atom in atoms:
                taken[self.group_of.get(atom, -1)] += 1
            whole = all(group >= 0 and size == self.group_size[group] for group, size in taken.items())
            self.known_groups[atoms] = tuple(taken) if whole else None
        return self.known_groups[atoms]

    def parts_of(self, weights: tuple[int, ...]) -> tuple[tuple[int, int], ...] | None:
        """The groups of points with their weight, or None when the question tells a group's points apart."""
        if weights not in self.known_parts:
            chosen: dict[int, int] = {}
            whole = len(weights) <= len(self.of_point) and all(
                chosen.setdefault(point, weight) == weight
                for point, weight in zip(self.of_point, weights, strict=False)
            )
            self.known_parts[weights] = tuple((p, w) for p, w in chosen.items() if w) if whole else None
        return self.known_parts[weights]

    def reduce(self, row: Row) -> Row:
        """The row with everything already known taken out."""
        pivots, columns, value = self.pivots, dict(row.columns), row.value
        waiting = [pivots[column] for column in columns if column in pivots]
        heapify(waiting)
        used = [row]
        while waiting:
            known = self.rows[heappop(waiting)]
            factor = columns.get(known.pivot)
            if not factor:
                continue
            used.append(known)
            for column, weight in known.columns.items():
                held = columns.get(column)
                if held is None:
                    if column in pivots:
                        heappush(waiting, pivots[column])
                    columns[column] = -factor * weight
                elif left := held - factor * weight:
                    columns[column] = left
                else:
                    del columns[column]
            value -= factor * known.value
        return Row(columns, value, frozenset().union(*(one.origins for one in used)))

    def learn(self, row: Row) -> None:
        left = self.reduce(row)
        if not left.columns:
            return
        pivot = min(left.columns)
        if (by := left.columns[pivot]) != 1:
            left.columns = {column: ratio(weight, by) for column, weight in left.columns.items()}
            left.value = ratio(left.value, by)
        left.pivot = pivot
        self.pivots[pivot] = len(self.rows)
        self.rows.append(left)

    def value(self, atoms: frozenset[str], weights: tuple[int, ...]) -> Known | None:
        """The count over these meetings, when it follows from what is published; else None."""
        asked = (atoms, weights)
        if asked in self.never:
            return None
        if asked not in self.answers:
            found = self.worked_out(asked)
            if found is None:
                self.never.add(asked)
                return None
            self.answers[asked] = found
        return self.answers[asked]

    def worked_out(self, asked: Asked) -> Known | None:
        if (printed := self.printed.get(asked)) is not None:
            return Known(printed.value, frozenset([printed.origin]))
        columns = self.columns(*asked)
        if columns is None:
            return None
        left = self.reduce(Row(columns, 0, frozenset()))
        return None if left.columns else Known(-left.value, left.origins)


def ratio(top: Number, bottom: Number) -> Number:
    if type(top) is int and type(bottom) is int and top % bottom == 0:
        return top // bottom
    exact = Fraction(top) / Fraction(bottom)
    return exact.numerator if exact.denominator == 1 else exact


def grouped_atoms(sets: Sequence[frozenset[str]]) -> tuple[dict[str, int], dict[int, int]]:
    """Meetings that stand in exactly the same publications cannot be told apart: one group each."""
    signature: dict[str, list[int]] = defaultdict(list)
    for index, atoms in enumerate(dict.fromkeys(sets)):
        for atom in atoms:
            signature[atom].append(index)
    numbers: dict[tuple[int, ...], int] = {}
    group_of: dict[str, int] = {}
    sizes: dict[int, int] = defaultdict(int)
    for atom in sorted(signature):
        group = numbers.setdefault(tuple(signature[atom]), len(numbers))
        group_of[atom] = group
        sizes[group] += 1
    return group_of, sizes


def grouped_points(weights: Sequence[tuple[int, ...]]) -> list[int]:
    """For each point of the scale its group: points that no publication tells apart are one."""
    distinct = list(dict.fromkeys(weights))
    width = max((len(one) for one in distinct), default=0)
    numbers: dict[tuple[int, ...], int] = {}
    return [
        numbers.setdefault(tuple(one[point] if point < len(one) else 0 for one in distinct), len(numbers))
        for point in range(width)
    ]


def leftovers(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """For each set what stands in it beside the largest published sets inside it: found by subtraction."""
    top: dict[str, frozenset[str]] = {}
    found = []
    for whole in sorted(dict.fromkeys(sets), key=len):
        inside: dict[frozenset[str], int] = defaultdict(int)
        for atom in whole:
            if atom in top:
                inside[top[atom]] += 1
        parts = [part for part, size in inside.items() if size == len(part)]
        rest = whole.difference(*parts) if parts else whole
        if rest and rest != whole:
            found.append(rest)
        for atom in whole:
            top[atom] = whole
    return found
