"""The machinery under the releases: sheets become cells, former figures what a reader already knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from samleng.ground.frameworks.rules import Method
from samleng.ground.places.models import Place
from samleng.insight.disclosure.models import Counted, Figure, Release
from samleng.insight.disclosure.rules.publication import Cell, Shown, Thresholds
from samleng.insight.evidence.rules import Scale, added
from samleng.kit.ledger.rules import fingerprint
from samleng.voices.scorecards.models import Result, Sheet

MEETING, SUMS = "meeting", "sums"
# Facilities stand below every place, so what must be held back is held back there first.
FACILITY_LEVEL = 99


class Family(NamedTuple):
    """Figures that add up: one service, side, criterion and scale, in a programme's year."""

    service: str
    side: str
    criterion: str
    scale: str


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What one sheet says on one criterion. Two sheets that say the same are the same to a reader."""

    sheet_id: UUID
    scorecard_id: UUID
    facility_id: UUID
    place_ids: tuple[int, ...]
    family: Family
    order: int
    text: Mapping[str, str]
    custom: bool
    histogram: tuple[int, ...]
    central_milli: int | None

    @property
    def atom(self) -> str:
        return f"{self.scorecard_id}:{fingerprint(self.histogram)[:12]}"


@dataclass
class Sum:
    """Votes added up for one thing, on the way to being a cell."""

    votes: list[Vote] = field(default_factory=list)

    @property
    def histogram(self) -> tuple[int, ...]:
        total: list[int] = []
        for vote in self.votes:
            total = added(total, vote.histogram)
        return tuple(total)

    def cell(self, key: tuple[object, ...], level: int, agreed: bool = False) -> Cell:
        scale = Scale.from_key(self.votes[0].family.scale)
        histogram = self.histogram
        centre = self.central_milli(scale)
        return Cell(
            key=key,
            level=level,
            side=self.votes[0].family.side,
            atoms=frozenset(vote.atom for vote in self.votes),
            histogram=histogram,
            pooled=centre == scale.centre_milli(histogram),
            agreed=agreed,
        )

    def central_milli(self, scale: Scale) -> int | None:
        """One sheet's own middle score; several sheets' votes pooled."""
        if len(self.votes) == 1:
            return self.votes[0].central_milli
        return scale.centre_milli(self.histogram)


def scale_of(method: Method) -> Scale:
    return Scale(method.aggregate, tuple(method.scale.values))


def thresholds_of(method: Method) -> Thresholds:
    said = method.publication
    return Thresholds(
        small=said.small_count,
        community_n=said.min_voters,
        provider_n=said.min_staff,
        classes=tuple(method.scale.bounds),
    )


def votes_of(
    sheets: QuerySet[Sheet] | Collection[UUID],
    scales: Mapping[UUID, str],
    criteria: Collection[str] | None = None,
) -> Iterator[Vote]:
    """What these sheets say (on these criteria); `scales` gives the scale's key by framework."""
    said = Result.objects.filter(sheet__in=sheets)
    if criteria is not None:
        said = said.filter(criterion__in=criteria)
    rows = said.order_by("sheet_id", "order").values_list(
        *("sheet_id", "sheet__scorecard_id", "sheet__scorecard__facility_id"),
        *("sheet__scorecard__place__path", "sheet__scorecard__service__code", "sheet__scorecard__side"),
        *("sheet__scorecard__round__framework_id", "criterion", "order", "text", "custom"),
        *("histogram", "central_milli"),
    )
    for sheet, card, facility, path, service, side, framework, criterion, *rest in rows.iterator(2000):
        order, text, custom, histogram, central_milli = rest
        yield Vote(
            sheet_id=sheet,
            scorecard_id=card,
            facility_id=facility,
            place_ids=tuple(int(part) for part in path.strip("/").split("/")),
            family=Family(service, side, criterion, scales[framework]),
            order=order,
            text=text,
            custom=custom,
            histogram=tuple(histogram),
            central_milli=central_milli,
        )


def scales_by_framework(frameworks: Iterable[UUID]) -> dict[UUID, str]:
    from samleng.ground.frameworks.models import Framework

    found = Framework.objects.filter(pk__in=set(frameworks))
    return {framework.pk: scale_of(framework.method).key for framework in found}


def latest_sheets() -> QuerySet[Sheet]:
    """The last sheet of every card."""
    newer = Sheet.objects.filter(scorecard=OuterRef("scorecard")).order_by("-number").values("pk")[:1]
    return Sheet.objects.filter(pk=Subquery(newer))


def by_family(votes: Iterable[Vote]) -> dict[Family, list[Vote]]:
    families: dict[Family, list[Vote]] = defaultdict(list)
    for vote in votes:
        families[vote.family].append(vote)
    return families


def key_of(figure: Figure) -> tuple[object, ...]:
    return (figure.place_id, figure.facility_id and str(figure.facility_id))


@dataclass(frozen=True, kw_only=True)
class Former:
    """A figure that was public, as the reader knows it; `figure` is its row."""

    shown: Shown
    figure: Figure


def formers(
    releases: QuerySet[Release], scales: Mapping[UUID, str], criteria: Collection[str] | None = None
) -> dict[Family, list[Former]]:
    """Everything these releases ever told (on these criteria), by family.

    Withdrawn ones too: what was read stays known.
    """
    sheets_of: dict[UUID, set[UUID]] = defaultdict(set)
    for release_id, sheet_id in Counted.objects.filter(release__in=releases).values_list(
        "release_id", "sheet_id"
    ):
        sheets_of[release_id].add(sheet_id)
    whole = Sheet.objects.filter(pk__in=Counted.objects.filter(release__in=releases).values("sheet_id"))
    votes: dict[tuple[Family, int], list[Vote]] = defaultdict(list)
    for vote in votes_of(whole, scales, criteria):
        for place_id in vote.place_ids:
            votes[vote.family, place_id].append(vote)
    levels = dict(Place.objects.values_list("pk", "level")) if sheets_of else {}
    found: dict[Family, list[Former]] = defaultdict(list)
    telling = Figure.objects.filter(release__in=releases, held_from=None).exclude(
        form__in=["hidden", "stated"]
    )
    if criteria is not None:
        telling = telling.filter(criterion__in=criteria)
    for figure in telling.order_by("release__at", "id"):
        family = Family(figure.service, figure.side, figure.criterion, figure.scale)
        sheets = sheets_of[figure.release_id]
        counted = [vote for vote in votes[family, figure.place_id] if vote.sheet_id in sheets]
        if counted:
            level = FACILITY_LEVEL if figure.facility_id else levels.get(figure.place_id, 0)
            cell = Sum(counted).cell(key_of(figure), level)
            found[family].append(Former(shown=Shown(cell=cell, form=figure.form), figure=figure))
    return found
