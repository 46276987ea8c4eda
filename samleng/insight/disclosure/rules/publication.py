"""What may be published about people. This page is meant to be read by a lawyer.

1. *Few people are never counted.* A published number of people is 0 or more than `small` (five).
2. *Few voters, no figure.* A community's middle score needs `community_n` voters (ten), a
   provider's own needs `provider_n` (six).
3. *The distribution is shown as far as rule 1 allows*: every point of the scale; else a few wider
   classes; else only the middle score and the number of voters.
4. *All of one mind is hidden, however many*: if everybody gave the same score or stands in the
   same class, that shows what each one said.
5. *Nothing hidden comes back by arithmetic.* Sums and differences over rows, levels (a facility in
   its commune in its district), formats and earlier releases are worked out as a reader could;
   where a number under rule 1 or 4 follows, something published with it is held back as well.
6. *Nothing follows from comparing two days.* A figure that changed by one to five people keeps its
   former value until enough has changed.
7. *A small team speaks for itself.* Where too few staff scored for a figure, their middle score
   stands as the facility's stated position, only if the interface meeting agreed to that.

Only people are protected so: promises, facilities and meetings are no secrets and are counted openly.
A hidden figure never says which of rules 3 to 6 hid it, for that alone would tell something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from samleng.insight.disclosure.rules.attack import Asked, Count, Knowledge, leftovers
from samleng.insight.evidence.rules import Scale

FULL, CLASSES, MEDIAN, STATED, HIDDEN = "full", "classes", "median", "stated", "hidden"
FORMS = (FULL, CLASSES, MEDIAN, HIDDEN)
# Why a figure is hidden: too few voters, or one of the rules about what could be worked out.
FEW, PROTECTED = "few", "protected"
# A scale with more points is a ruler, not a choice of faces: its points are never shown one by one.
MOST_POINTS = 11


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The numbers a framework's publication section sets; `classes` are (lowest, highest) score."""

    small: int = 5
    community_n: int = 10
    provider_n: int = 6
    classes: tuple[tuple[int, int], ...] = ()

    def least(self, side: str) -> int:
        return self.provider_n if side == "provider" else self.community_n


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What would be published: votes on one criterion by one side, summed over these meetings' sheets.

    `key` says of what (place, facility); `level` grows downwards, so that what is held back is held
    back as low as possible. `pooled` is false when the middle score is not that of the histogram.
    """

    key: tuple[object, ...]
    level: int
    side: str
    atoms: frozenset[str]
    histogram: tuple[int, ...]
    pooled: bool = True
    agreed: bool = False

    @property
    def n(self) -> int:
        return sum(self.histogram)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A cell in the form it is published in; `held` when its former figure goes on speaking."""

    cell: Cell
    form: str
    reason: str = ""
    held: bool = False

    @property
    def telling(self) -> bool:
        return self.form in (FULL, CLASSES, MEDIAN)


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A number that nobody may learn and that follows from what is published; `origins` are indexes."""

    rule: str
    atoms: frozenset[str]
    weights: tuple[int, ...]
    value: int
    origins: frozenset[int] = field(default_factory=frozenset)


def weights_of_classes(scale: Scale, thresholds: Thresholds) -> list[tuple[int, ...]]:
    """For each wider class, 1 at the points in it."""
    return [tuple(int(low <= v <= high) for v in scale.values) for low, high in thresholds.classes]


def forms_for(scale: Scale, thresholds: Thresholds) -> tuple[str, ...]:
    """The forms a figure on this scale can take, most telling first."""
    points = len(scale.values)
    full = (FULL,) if points <= MOST_POINTS else ()
    wider = (CLASSES,) if 1 < len(thresholds.classes) < points else ()
    return (*full, *wider, MEDIAN)


def told(shown: Shown, scale: Scale, thresholds: Thresholds) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every number a published figure gives away, as weights over the points and its value."""
    if not shown.telling:
        return
    histogram, width = shown.cell.histogram, len(scale.values)
    weights: list[tuple[int, ...]] = [(1,) * width]
    if shown.form == FULL:
        weights += [tuple(int(i == point) for i in range(width)) for point in range(width)]
    elif shown.form == CLASSES:
        weights += weights_of_classes(scale, thresholds)
    weights += told_by_centre(shown.cell, scale)
    for one in dict.fromkeys(weights):
        yield one, dot(one, histogram)


def told_by_centre(cell: Cell, scale: Scale) -> list[tuple[int, ...]]:
    """What the middle score itself gives away beside n."""
    width = len(scale.values)
    if not cell.pooled or not cell.n:
        return []
    if scale.aggregate == "mean":
        return [scale.values]
    if scale.aggregate != "median":
        return [tuple(int(i == width - 1) for i in range(width))]
    below, lower = 0, 0
    for point, count in enumerate(cell.histogram):
        below += count
        lower = point
        if 2 * below >= cell.n:
            break
    # The median lies between two points only if exactly half the votes lie below it.
    return [tuple(int(i <= lower) for i in range(width))] if 2 * below == cell.n else []


def dot(weights: Sequence[int], histogram: Sequence[int]) -> int:
    return sum(w * h for w, h in zip(weights, histogram, strict=False))


def safe_alone(shown: Shown, scale: Scale, thresholds: Thresholds) -> bool:
    """Whether no number of the figure, nor the difference of two of them, counts too few people.

    Nor may everybody stand at one point or in one class.
    """
    numbers = [pair for pair in told(shown, scale, thresholds) if set(pair[0]) <= {0, 1}]
    few = range(1, thresholds.small + 1)
    if any(value in few for _weights, value in numbers):
        return False
    apart = (
        large - small
        for weights, large in numbers
        for inner, small in numbers
        if inner != weights and all(i <= w for i, w in zip(inner, weights, strict=True))
    )
    if any(value in few for value in apart):
        return False
    alike = alike_weights(scale, thresholds)
    if shown.form in (FULL, CLASSES):
        return all(dot(weights, shown.cell.histogram) < shown.cell.n for weights in alike)
    return all(value < shown.cell.n for weights, value in numbers if weights in alike)


def alike_weights(scale: Scale, thresholds: Thresholds) -> list[tuple[int, ...]]:
    """Where nobody may know that everybody stands: each single point, each class."""
    width = len(scale.values)
    points = [tuple(int(i == point) for i in range(width)) for point in range(width)]
    return [*(points if width <= MOST_POINTS else []), *weights_of_classes(scale, thresholds)]


def best_form(cell: Cell, scale: Scale, thresholds: Thresholds) -> Shown:
    """The most telling form that is safe by itself (rules 1 to 4 and 7)."""
    if cell.n >= thresholds.least(cell.side):
        for form in forms_for(scale, thresholds):
            shown = Shown(cell=cell, form=form)
            if max(cell.histogram) < cell.n and safe_alone(shown, scale, thresholds):
                return shown
    if cell.agreed and cell.side == "provider" and cell.n:
        return Shown(cell=cell, form=STATED)
    return Shown(cell=cell, form=HIDDEN, reason=FEW if cell.n < thresholds.least(cell.side) else PROTECTED)


def lower_form(shown: Shown, scale: Scale, thresholds: Thresholds) -> Shown:
    """The same figure telling one step less."""
    forms = [*forms_for(scale, thresholds), HIDDEN]
    form = forms[forms.index(shown.form) + 1]
    if form == HIDDEN and shown.cell.agreed and shown.cell.side == "provider":
        form = STATED
    return replace(shown, form=form, reason=PROTECTED if form == HIDDEN else "")


def counts_of(published: Sequence[Shown], scale: Scale, thresholds: Thresholds) -> list[Count]:
    return [
        Count(shown.cell.atoms, weights, value, origin)
        for origin, shown in enumerate(published)
        for weights, value in told(shown, scale, thresholds)
    ]


def questions(scale: Scale, thresholds: Thresholds) -> list[tuple[int, ...]]:
    """What a curious reader asks for: everybody, each class, each point, up to and from each point."""
    width = len(scale.values)
    asked = [(1,) * width, *weights_of_classes(scale, thresholds)]
    if width <= MOST_POINTS:
        asked += [tuple(int(i == point) for i in range(width)) for point in range(width)]
        asked += [tuple(int(i <= point) for i in range(width)) for point in range(width - 1)]
        asked += [tuple(int(i > point) for i in range(width)) for point in range(width - 1)]
    return list(dict.fromkeys(asked))


def suspects(
    published: Sequence[Shown], hidden: Iterable[frozenset[str]], told_of: Iterable[list[frozenset[str]]]
) -> list[frozenset[str]]:
    """The sets of meetings to ask about: what is published, what is hidden, and what is left between.

    `told_of` lists, for each question, the published sets whose answer is known.
    """
    sets: dict[frozenset[str], None] = {shown.cell.atoms: None for shown in published}
    sets.update(dict.fromkeys(hidden))
    for known in told_of:
        sets.update(dict.fromkeys(leftovers(known)))
    by_key: dict[tuple[object, ...], dict[frozenset[str], None]] = {}
    for shown in published:
        by_key.setdefault(shown.cell.key, {})[shown.cell.atoms] = None
    for versions in by_key.values():
        for one in versions:
            sets.update(dict.fromkeys(one - other for other in versions if one - other and other != one))
    return [one for one in sets if one]


def breaches(
    published: Sequence[Shown],
    scale: Scale,
    thresholds: Thresholds,
    hidden: Iterable[frozenset[str]] = (),
    never: set[Asked] | None = None,
) -> list[Breach]:
    """Every count of one to five people, and every group all of one mind, that follows exactly."""
    if len(published) == 1:
        return breaches_alone(published[0], scale, thresholds)
    knowledge = Knowledge(counts_of(published, scale, thresholds), never)
    asked = questions(scale, thresholds)
    everybody, alike = (1,) * len(scale.values), set(alike_weights(scale, thresholds))
    whole_sets = list(dict.fromkeys(shown.cell.atoms for shown in published))
    told_of = [[atoms for atoms in whole_sets if knowledge.value(atoms, weights)] for weights in asked]
    found = []
    for atoms in suspects(published, hidden, told_of):
        whole = knowledge.value(atoms, everybody)
        for weights in asked:
            known = knowledge.value(atoms, weights)
            if known is None:
                continue
            if 0 < known.value <= thresholds.small:
                found.append(breach("small", atoms, weights, known.value, known.origins))
            elif weights in alike and whole and 0 < known.value == whole.value:
                found.append(breach("one_mind", atoms, weights, known.value, known.origins | whole.origins))
    return [*found, *changes(published, scale, thresholds)]


def breaches_alone(shown: Shown, scale: Scale, thresholds: Thresholds) -> list[Breach]:
    """The same of a single figure: which questions it answers depends only on the form it has."""
    weights = tuple(one for one, _value in told(shown, scale, thresholds))
    follow = follow_from(weights, tuple(questions(scale, thresholds)))
    alike, found = alike_weights(scale, thresholds), []
    for one in follow:
        value = dot(one, shown.cell.histogram)
        if 0 < value <= thresholds.small:
            found.append(breach("small", shown.cell.atoms, one, value, frozenset({0})))
        elif one in alike and 0 < value == shown.cell.n:
            found.append(breach("one_mind", shown.cell.atoms, one, value, frozenset({0})))
    return found


@lru_cache(maxsize=1024)
def follow_from(
    printed: tuple[tuple[int, ...], ...], asked: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    """Which of the questions about the same people the printed counts answer, whatever the numbers are."""
    atoms = frozenset({"all"})
    knowledge = Knowledge([Count(atoms, weights, 0, 0) for weights in printed])
    return tuple(weights for weights in asked if knowledge.value(atoms, weights))


def breach(
    rule: str, atoms: frozenset[str], weights: tuple[int, ...], value: object, origins: frozenset[int]
) -> Breach:
    return Breach(rule=rule, atoms=atoms, weights=weights, value=int(str(value)), origins=origins)


def changes(published: Sequence[Shown], scale: Scale, thresholds: Thresholds) -> Iterator[Breach]:
    """Rule 6: two figures about the same thing that differ by one to five people."""
    by_key: dict[tuple[object, ...], list[int]] = {}
    for origin, shown in enumerate(published):
        if shown.telling:
            by_key.setdefault(shown.cell.key, []).append(origin)
    for origins in by_key.values():
        tables = [(o, dict(told(published[o], scale, thresholds))) for o in origins]
        for place, (later, new) in enumerate(tables):
            for earlier, old in tables[:place]:
                for weights in set(new) & set(old):
                    apart = abs(new[weights] - old[weights])
                    if set(weights) <= {0, 1} and 0 < apart <= thresholds.small:
                        yield breach(
                            "change", published[later].cell.atoms, weights, apart, frozenset({earlier, later})
                        )


def check_release(
    new: Sequence[Shown],
    former: Sequence[Shown],
    scale: Scale,
    thresholds: Thresholds,
    never: set[Asked] | None = None,
) -> list[Breach]:
    """What would become known if these figures joined all that was ever published: empty means safe.

    What already follows from the former releases alone is not laid at this one's door. `never` is
    what did not even follow when more was told.
    """
    fresh = [shown for shown in new if not shown.held]
    hidden = [shown.cell.atoms for shown in fresh if not shown.telling]
    found = breaches([*former, *fresh], scale, thresholds, hidden, never)
    return [one for one in found if any(origin >= len(former) for origin in one.origins)]


def protect(
    cells: Collection[Cell], former: Sequence[Shown], scale: Scale, thresholds: Thresholds
) -> list[Shown]:
    """The cells, each as telling as rules 1 to 7 allow beside all that was ever published.

    Figures that would give something away together lose a form, the lowest and smallest first;
    one that has a former figure falls back to it.
    """
    last = {shown.cell.key: shown for shown in former if shown.telling}
    new = [best_form(cell, scale, thresholds) for cell in cells]
    # Each round tells less than the one before, so what did not follow once never will.
    never: set[Asked] = set()
    while found := check_release(new, former, scale, thresholds, never):
        fresh = [index for index, shown in enumerate(new) if not shown.held]
        step: set[int] = set()
        for one in found:
            blamed = {fresh[o - len(former)] for o in one.origins if o >= len(former)}
            # What was added and subtracted on the way is harmless without a figure about these people.
            about = {i for i in blamed if not one.atoms.isdisjoint(new[i].cell.atoms)} or blamed
            if not about & step:
                step.add(max(about, key=lambda i: (new[i].cell.level, -new[i].cell.n, i)))
        for index in step:
            new[index] = step_back(new[index], last, scale, thresholds)
    return [fall_back(shown, last) for shown in new]


def step_back(
    shown: Shown, last: dict[tuple[object, ...], Shown], scale: Scale, thresholds: Thresholds
) -> Shown:
    if shown.cell.key in last:
        return hold(shown, last)
    return lower_form(shown, scale, thresholds)


def hold(shown: Shown, last: dict[tuple[object, ...], Shown]) -> Shown:
    return replace(last[shown.cell.key], held=True)


def fall_back(shown: Shown, last: dict[tuple[object, ...], Shown]) -> Shown:
    """A figure that would vanish keeps its former value: hiding what is known protects nobody."""
    return hold(shown, last) if shown.form == HIDDEN and shown.cell.key in last else shown
