"""Who answers a report: by duty, zone and area, never the office complained of. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from samleng.ground.offices.models import Duty, Office
from samleng.ground.offices.rules import kinds_above
from samleng.ground.offices.zones import Point, holds, size
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.commit.asking import Things


def responders(
    category: str,
    service: Service | None,
    place: Place,
    point: Point | None,
    day: date,
    excluding: Iterable[Office | Any] = (),
    kinds: Sequence[str] = (),
) -> list[Office]:
    """Every office that answers for a category of report at a place, who is nearest to it first.

    With a service, those with a duty for it: a zone that holds the point (latitude, longitude) comes before
    any area, a smaller before a wider one, and a duty for just this category before one for all. Without a
    service, the administration of the smallest place that has one. `kinds` (lowest first) leaves all that
    aside: only offices of these kinds answer, as ombudsmen do for complaints about officials. Offices in
    `excluding` (rows or ids) are passed over.
    """
    passed = ids_of(excluding)
    if kinds:
        return of_kinds(kinds, place, passed)
    if service is None:
        return administrations(place, passed)
    fitting = [
        duty
        for duty in held(service, place, point, day)
        if duty.office_id not in passed
        and (not duty.categories or category in duty.categories)
        and (duty.zone is None or (point is not None and holds(duty.zone, point)))
    ]
    return once(duty.office for duty in sorted(fitting, key=nearness))


def ids_of(offices: Iterable[Office | Any]) -> set[Any]:
    return {one.pk if isinstance(one, Office) else one for one in offices}


def once(offices: Iterable[Office]) -> list[Office]:
    return list({office.pk: office for office in offices}.values())


def held(service: Service, place: Place, point: Point | None, day: date) -> list[Duty]:
    """Duties for the service on a day whose area holds the place, and those whose zone's bounds hold the
    point."""
    if point is None:
        return of_areas(service.pk, day, place.ancestor_ids)
    return of_areas_and_zones(service.pk, day, place.ancestor_ids, *map(float, point))


def on_areas(areas: Sequence[int]) -> Q:
    return Q(zone__isnull=True, area_id__in=areas)


def within(latitude: float, longitude: float) -> Q:
    near = Q(west__lte=longitude, east__gte=longitude, south__lte=latitude, north__gte=latitude)
    return Q(zone__isnull=False) & near


# Asked for every report.
WITH_OFFICE = ("office__kind", "office__place", "area")
of_areas: Things[Duty] = Things(
    lambda service, day, areas: Duty.objects.on(day).filter(on_areas(areas), service=service), *WITH_OFFICE
)
of_areas_and_zones: Things[Duty] = Things(
    lambda service, day, areas, latitude, longitude: Duty.objects.on(day).filter(
        on_areas(areas) | within(latitude, longitude), service=service
    ),
    *WITH_OFFICE,
)
kinds_over: Things[Office] = Things(
    lambda kinds, areas: Office.objects.filter(kind__code__in=kinds, place_id__in=areas), "kind", "place"
)


def nearness(duty: Duty) -> tuple[Any, ...]:
    reach = -duty.area.level if duty.zone is None else size(duty.zone)
    return duty.zone is None, reach, not duty.categories, duty.office.code


def administrations(place: Place, passed: set[Any]) -> list[Office]:
    """The administration of the smallest place, from this one up, that has one which may answer."""
    above = {one.pk: one for one in (place, *Place.objects.above(place))}
    for place_id in reversed(place.ancestor_ids):
        here = above.get(place_id)
        found = here and list(
            Office.objects.administering(here).exclude(pk__in=passed).select_related("kind", "place")
        )
        if found:
            return found
    return []


def of_kinds(kinds: Sequence[str], place: Place, passed: set[Any]) -> list[Office]:
    """Offices of these kinds whose areas hold the place: in the order of the kinds, the smallest first."""
    if not kinds:
        return []
    found = (one for one in kinds_over(list(kinds), place.ancestor_ids) if one.pk not in passed)
    order = {kind: step for step, kind in enumerate(kinds)}
    return sorted(found, key=lambda one: (order[one.kind.code], -one.place.level, one.code))


def ladder_above(
    office: Office, profile_ladder: Sequence[str], place: Place, excluding: Iterable[Office | Any] = ()
) -> list[Office]:
    """The offices above this one on a procedure's ladder that hold the place, the next one first.

    A rung where no office is registered is passed over; an office that does not stand on the ladder hands
    over to its lowest rung.
    """
    above = kinds_above(profile_ladder, office.kind.code)
    return of_kinds(above, place, ids_of(excluding) | {office.pk})
