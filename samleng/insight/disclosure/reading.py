"""What a public page is made of: figures as released, and counts of promises; nothing else is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.utils import timezone

from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.ground.offices.models import Programme
from samleng.ground.places.models import Place, Succession
from samleng.insight.disclosure.models import Figure, Release
from samleng.insight.disclosure.rules.publication import FULL, HIDDEN, MOST_POINTS, STATED
from samleng.insight.evidence.models import PromiseCell

Words = Mapping[str, str]
# Under these a place goes on being the same place, so its former figures stand on its page.
SAME_PLACE = ("renamed", "upgraded", "moved", "carried")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A point or class of the scale: what it is called and its face."""

    value: str
    label: Words
    picture: str


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """The scale a figure stands on, as a page draws it."""

    points: tuple[Mark, ...]
    classes: tuple[Mark, ...]
    low: int
    high: int
    aggregate: str
    sides: Mapping[str, Words]
    small: int
    voters: int
    staff: int

    def marks(self, form: str) -> tuple[Mark, ...]:
        """What the counts of a distribution in this form stand for."""
        return self.points if form == FULL else self.classes


_kept: dict[tuple[str, str], Yardstick] = {}


def yardstick(method: Method) -> Yardstick:
    """The scale of a framework version, made once a process, since a version never changes."""
    key = (method.code, method.version)
    if key not in _kept:
        _kept[key] = made_yardstick(method)
    return _kept[key]


def made_yardstick(method: Method) -> Yardstick:
    scale = method.scale
    points = [Mark(value=str(p.value), label=p.name, picture=p.picture) for p in scale.points]
    if not points and len(scale.values) <= MOST_POINTS:
        points = [Mark(value=str(v), label={"en": str(v)}, picture="bar") for v in scale.values]
    shares = method.aggregate in ("share_yes", "met_standard")
    return Yardstick(
        points=tuple(points),
        classes=tuple(
            Mark(
                value=f"{b.low}–{b.high}" if b.low != b.high else str(b.low), label=b.name, picture=b.picture
            )
            for b in scale.classes
        ),
        low=0 if shares else scale.values[0],
        high=1 if shares else scale.values[-1],
        aggregate=method.aggregate,
        sides={side.code: side.name for side in method.sides},
        small=method.publication.small_count,
        voters=method.publication.min_voters,
        staff=method.publication.min_staff,
    )


@dataclass(frozen=True, kw_only=True)
class View:
    """One side's published figure on a criterion; `held_since` when it waits for more people."""

    form: str
    n: int | None
    cards: int | None
    central: Fraction | None
    distribution: tuple[int, ...]
    reason: str
    held: bool

    @property
    def hidden(self) -> bool:
        return self.form == HIDDEN

    @property
    def stated(self) -> bool:
        return self.form == STATED


@dataclass(frozen=True, kw_only=True)
class Row:
    """A criterion with what both sides say of it; None where a side said nothing."""

    criterion: str
    text: Words
    community: View | None
    provider: View | None

    @property
    def gap(self) -> Fraction | None:
        """How far both sides are apart, when both may be shown."""
        ours = self.community.central if self.community else None
        theirs = self.provider.central if self.provider else None
        return None if ours is None or theirs is None else abs(ours - theirs)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The scores of one service (and of one meeting, for a facility), as released on a day."""

    service: str
    service_name: Words
    rows: tuple[Row, ...]
    yardstick: Yardstick
    year: int
    released_at: datetime
    programme: Words
    sample: bool
    held_on: date | None = None
    reply: Words = field(default_factory=dict)
    place_id: int | None = None
    # Whose meeting it was, by which version of the method: what is heard beside the figures hangs on both.
    owner: str = ""
    framework_id: str = ""

    @property
    def anything_shown(self) -> bool:
        return any(
            view.central is not None for row in self.rows for view in (row.community, row.provider) if view
        )


@dataclass(frozen=True, kw_only=True)
class Promises:
    """What became of promises, as counts; `kept` are those that people confirmed."""

    promised: int = 0
    kept: int = 0
    claimed: int = 0
    overdue: int = 0
    escalated: int = 0
    stopped: int = 0
    kept_within_12_months: int = 0

    @property
    def running(self) -> int:
        """Under way and not late."""
        return max(0, self.promised - self.kept - self.claimed - self.overdue - self.stopped)

    def __add__(self, other: Promises) -> Promises:
        names = self.__dataclass_fields__
        return Promises(**{name: getattr(self, name) + getattr(other, name) for name in names})


COUNTS = ("promises", "confirmed", "claimed", "overdue", "escalated", "stopped", "within_12_months")


def promise_counts(places: Mapping[int, str], programmes: Collection[UUID]) -> dict[str, Promises]:
    """The promises counted at these place ids, added up by the name each is given."""
    cells = PromiseCell.objects.filter(place_id__in=list(places), programme_id__in=list(programmes))
    sums: dict[str, list[int]] = {}
    for place_id, *counts in cells.values_list("place_id", *COUNTS):
        name = places[place_id]
        sums[name] = [a + b for a, b in zip(sums.get(name, [0] * len(COUNTS)), counts, strict=True)]
    names = list(Promises.__dataclass_fields__)
    return {name: Promises(**dict(zip(names, counts, strict=True))) for name, counts in sums.items()}


def publishing(today: date | None = None) -> dict[UUID, Programme]:
    """The programmes that publish now."""
    day = today or timezone.localdate()
    return {one.pk: one for one in Programme.objects.filter(publishes_since__lte=day)}


def find_place(code: str, country: str = "") -> Place | None:
    """The place a public address names: its version in force, else the last there was."""
    named = Place.objects.filter(code=code).select_related("kind", "parent__kind")
    if country:
        named = named.filter(country=country)
    return named.filter(valid_to=None).order_by("country").first() or named.order_by("-valid_from").first()


def lineage(places: Iterable[Place]) -> dict[int, int]:
    """Ids of these places and of the versions before them that were the same place -> the present id."""
    found = {place.pk: place.pk for place in places}
    fresh = dict(found)
    # A place has been renamed or upgraded a few times at most; each round goes one version back.
    for _round in range(4):
        rows = Succession.objects.filter(after_id__in=list(fresh), how__in=SAME_PLACE)
        fresh = {
            before: found[after]
            for before, after in rows.values_list("before_id", "after_id")
            if before not in found
        }
        if not fresh:
            break
        found.update(fresh)
    return found


def view_of(figure: Figure) -> View:
    return View(
        form=figure.form,
        n=figure.n,
        cards=figure.cards,
        central=None if figure.central_milli is None else Fraction(figure.central_milli, 1000),
        distribution=tuple(figure.distribution),
        reason=figure.reason,
        held=figure.held_from_id is not None,
    )


def rows_of(figures: Iterable[Figure]) -> tuple[Row, ...]:
    """Figures of one service laid side by side, criterion by criterion, the community's order first."""
    sides: dict[str, dict[str, Figure]] = {}
    for figure in sorted(figures, key=lambda f: (f.side != "community", f.order, f.criterion)):
        sides.setdefault(figure.criterion, {})[figure.side] = figure
    return tuple(
        Row(
            criterion=criterion,
            text=next((f.text for f in both.values() if f.text), {}),
            community=view_of(both["community"]) if "community" in both else None,
            provider=view_of(both["provider"]) if "provider" in both else None,
        )
        for criterion, both in sides.items()
    )


def methods_of(releases: Iterable[Release]) -> dict[str, Method]:
    """The framework versions that these releases stand on, by id."""
    ids = {release.framework_id for release in releases if release.framework_id}
    return {str(one.pk): one.method for one in Framework.objects.filter(pk__in=ids)} if ids else {}


def boards(
    releases: Sequence[Release], figures: Iterable[Figure], programmes: Mapping[UUID, Programme]
) -> tuple[Board, ...]:
    """The released figures as boards, one for each release and service."""
    by_release: dict[tuple[UUID, str], list[Figure]] = {}
    for figure in figures:
        by_release.setdefault((figure.release_id, figure.service), []).append(figure)
    methods = methods_of(releases)
    known = {release.pk: release for release in releases}
    made: list[Board] = []
    for (release_id, service), some in by_release.items():
        release = known[release_id]
        method = methods[release.framework_id]
        kind: Any = method.service(service)
        made.append(
            Board(
                service=service,
                service_name=kind.name if kind else {"en": service},
                rows=rows_of(some),
                yardstick=yardstick(method),
                year=release.year,
                released_at=release.at,
                programme=programmes[release.programme_id].name,
                sample=release.sample,
                held_on=release.held_on,
                reply=release.reply,
                place_id=release.place_id,
                owner=programmes[release.programme_id].owner_key,
                framework_id=release.framework_id,
            )
        )
    order = {release.pk: number for number, release in enumerate(releases)}
    placed = {key: order[key[0]] for key in by_release}
    return tuple(
        board
        for _key, board in sorted(zip(placed.items(), made, strict=True), key=lambda p: (p[0][1], p[0][0][1]))
    )
