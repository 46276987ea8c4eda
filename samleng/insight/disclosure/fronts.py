"""The public reads: the front of a place and the story of a facility. A page asks only these."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q

from samleng.ground.offices.models import Programme
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, FacilityLink
from samleng.insight.disclosure.models import Figure, PublicPlace, Release
from samleng.insight.disclosure.pledges import Pledge, frameworks_of, pledges, settled_at, settled_of
from samleng.insight.disclosure.proofs import proofs_moved
from samleng.insight.disclosure.reading import (
    Board,
    Promises,
    boards,
    lineage,
    promise_counts,
    publishing,
)
from samleng.insight.evidence.models import PromiseCell, PromiseFact
from samleng.kit.words.order import by_name

A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Part:
    """A place inside another with its two headline numbers."""

    place: Place
    facilities: int
    promises: Promises


@dataclass(frozen=True, kw_only=True)
class Home:
    """A facility in a list: whether its figures are public, and what became of its promises."""

    facility: Facility
    released: bool
    promises: Promises


@dataclass(frozen=True, kw_only=True)
class PlaceFront:
    """Everything the page of a place shows."""

    place: Place
    above: tuple[Place, ...]
    parts: tuple[Part, ...]
    boards: tuple[Board, ...]
    years: tuple[int, ...]
    year: int | None
    promises: Promises
    facilities: int
    meetings: int
    homes: tuple[Home, ...]
    pledges: tuple[Pledge, ...]
    page: Page[PromiseFact] | None
    programmes: tuple[Programme, ...]
    sample: bool


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything the page of a facility shows: nothing but that it exists until a meeting is released."""

    facility: Facility
    above: tuple[Place, ...]
    serves: tuple[Place, ...]
    boards: tuple[Board, ...]
    promises: Promises = field(default_factory=Promises)
    pledges: tuple[Pledge, ...] = ()
    page: Page[PromiseFact] | None = None
    sample: bool = False

    @property
    def public(self) -> bool:
        return bool(self.boards)


def country_front() -> PlaceFront | None:
    """The whole country's front; None where no place has been loaded yet."""
    root = Place.objects.whole_country()
    return place_front(root) if root else None


def part_of(place: Place, fronts: Mapping[str, tuple[int, int]], counts: Mapping[str, Promises]) -> Part:
    """What a page above says of a place inside."""
    facilities, _meetings = fronts.get(str(place.pk), (0, 0))
    return Part(place=place, facilities=facilities, promises=counts.get(str(place.pk), Promises()))


def place_front(place: Place, *, year: int | None = None, page: str | int = 1) -> PlaceFront:
    """What is public about a place and, in two numbers each, about its parts."""
    programmes = publishing()
    parts = list(Place.objects.current().filter(parent=place).select_related("kind").in_order())
    ids = lineage([place, *parts])
    here = [one for one, present in ids.items() if present == place.pk]
    named = {one: str(present) for one, present in ids.items()}
    counts = promise_counts(named, programmes)
    fronts = public_counts(named, programmes)
    lowest = not parts or parts[0].kind.level > SHOWN_LEVEL
    releases = sums_for(programmes, year)
    figures = Figure.objects.filter(release__in=releases, place_id__in=here, facility_id=None)
    shown = boards(releases, figures.order_by("service", "order"), programmes)
    homes = homes_at(here, programmes) if lowest or place.level >= SHOWN_LEVEL - 1 else ()
    listed = Paginator(settled_at(here, programmes), A_PAGE).get_page(page) if lowest else None
    facts = list(listed.object_list) if listed else []
    inside = () if lowest else tuple(part_of(part, fronts, counts) for part in parts)
    mine = counts.get(str(place.pk), Promises())
    facilities, meetings = fronts.get(str(place.pk), (0, 0))
    present = present_programmes(here, programmes)
    return PlaceFront(
        place=place,
        above=tuple(Place.objects.above(place).select_related("kind")),
        parts=inside,
        boards=shown,
        years=years_of(programmes),
        year=shown[0].year if shown else year,
        promises=mine,
        facilities=facilities,
        meetings=meetings,
        homes=homes,
        pledges=tuple(pledges(facts, frameworks_of(facts))) if facts else (),
        page=listed,
        programmes=present,
        sample=any(one.sample for one in present)
        or any(board.sample for board in shown)
        or any(home.facility.sample for home in homes),
    )


# Plans are made, and promises listed one by one, at this level and below; above it they are counted.
SHOWN_LEVEL = 3


def present_programmes(here: Collection[int], programmes: Mapping[UUID, Programme]) -> tuple[Programme, ...]:
    """Of the publishing programmes those with something public in this place."""
    seen = set(PublicPlace.objects.filter(place_id__in=list(here)).values_list("programme_id", flat=True))
    seen |= set(PromiseCell.objects.filter(place_id__in=list(here)).values_list("programme_id", flat=True))
    return tuple(one for pk, one in programmes.items() if pk in seen)


def public_counts(named: Mapping[int, str], programmes: Collection[UUID]) -> dict[str, tuple[int, int]]:
    """Facilities and meetings with public figures, by the name each place id is given."""
    found: dict[str, tuple[int, int]] = {}
    rows = PublicPlace.objects.filter(place_id__in=list(named), programme_id__in=list(programmes))
    for place_id, facilities, meetings in rows.values_list("place_id", "facilities", "meetings"):
        before = found.get(named[place_id], (0, 0))
        found[named[place_id]] = (before[0] + facilities, before[1] + meetings)
    return found


def sums_for(programmes: Collection[UUID], year: int | None) -> list[Release]:
    """Each publishing programme's newest sums, of the year asked for or of its last."""
    standing = Release.objects.standing().filter(kind="sums", programme_id__in=list(programmes))
    if year:
        standing = standing.filter(year=year)
    newest: dict[UUID, Release] = {}
    for release in standing.newest_first():
        newest.setdefault(release.programme_id, release)
    return list(newest.values())


def years_of(programmes: Collection[UUID]) -> tuple[int, ...]:
    """The years of which sums are public, newest first."""
    standing = Release.objects.standing().filter(kind="sums", programme_id__in=list(programmes))
    return tuple(sorted(set(standing.values_list("year", flat=True)), reverse=True))


def homes_at(here: Collection[int], programmes: Collection[UUID]) -> tuple[Home, ...]:
    """The facilities that stand in a place or serve it, with what is public about each."""
    served = FacilityLink.objects.filter(place_id__in=list(here), until=None).values("facility_id")
    # As two lists of ids, each found by its index; one condition over both tables would read them all.
    below = Place.objects.filter(Q(pk__in=list(here)) | Q(parent_id__in=list(here), level__gt=SHOWN_LEVEL))
    rows = Facility.objects.open().filter(Q(place_id__in=below.values("pk")) | Q(pk__in=served))
    found = list(rows.select_related("service").order_by("service__code", by_name())[:400])
    ids = [one.pk for one in found]
    released = Release.objects.standing().filter(facility_id__in=ids, programme_id__in=list(programmes))
    public = set(released.values_list("facility_id", flat=True))
    sums: dict[UUID | None, Promises] = {}
    facts = PromiseFact.objects.filter(facility_id__in=ids, settled=True, programme_id__in=list(programmes))
    for fact in facts:
        sums[fact.facility_id] = sums.get(fact.facility_id, Promises()) + counted(fact)
    return tuple(
        Home(facility=one, released=one.pk in public, promises=sums.get(one.pk, Promises())) for one in found
    )


def counted(fact: PromiseFact) -> Promises:
    """One promise as counts."""
    kept = fact.confirmed_on is not None
    return Promises(
        promised=1,
        kept=int(kept),
        claimed=int(fact.claimed_on is not None and not kept),
        overdue=int(fact.overdue),
        escalated=int(fact.escalated and fact.owed),
        stopped=int(fact.kind == "stopped"),
    )


def facility_story(facility: Facility, *, page: str | int = 1) -> Story:
    """What is public about a facility: only what its closed meetings released, and its promises."""
    programmes = publishing()
    standing = Release.objects.standing().filter(
        facility_id=facility.pk, kind="meeting", programme_id__in=list(programmes)
    )
    newest: dict[UUID | None, Release] = {}
    for release in standing.order_by("-year", "-cycle", "-held_on", "-number"):
        newest.setdefault(release.meeting_id, release)
    releases = list(newest.values())
    shown = boards(releases, Figure.objects.filter(release__in=releases).order_by("order"), programmes)
    facts = settled_of(facility.pk, programmes)
    total = sum((counted(fact) for fact in facts), Promises())
    listed = Paginator(facts, A_PAGE).get_page(page)
    rows = list(listed.object_list)
    links = FacilityLink.objects.filter(facility=facility, until=None).values("place_id")
    return Story(
        facility=facility,
        above=tuple(
            Place.objects.filter(pk__in=facility.place.ancestor_ids).select_related("kind").order_by("level")
        ),
        serves=tuple(Place.objects.filter(pk__in=links).select_related("kind").in_order()),
        boards=shown,
        promises=total,
        pledges=tuple(pledges(rows, frameworks_of(rows))) if rows else (),
        page=listed,
        sample=facility.sample or any(release.sample for release in releases),
    )


def stamp(
    places: Collection[int], facility_id: UUID | None = None
) -> tuple[datetime | int | date | None, ...]:
    """Changes whenever something public about these places, or this facility, changes; for caches."""
    fronts = PublicPlace.objects.filter(place_id__in=list(places)).aggregate(at=Max("at"))
    cells = PromiseCell.objects.filter(place_id__in=list(places)).aggregate(at=Max("moved_at"), n=Count("id"))
    found: tuple[datetime | int | date | None, ...] = (fronts["at"], cells["at"], cells["n"])
    found += proofs_moved(places, facility_id)
    if facility_id:
        facts = PromiseFact.objects.filter(facility_id=facility_id)
        mine = facts.aggregate(at=Max("moved_at"), n=Count("action_id"))
        releases = Release.objects.filter(facility_id=facility_id)
        out = releases.aggregate(at=Max("at"), withdrawn=Max("withdrawn_at"))
        found += (mine["at"], mine["n"], out["at"], out["withdrawn"])
    return found
