"""Where it is: a point's place, places by name, and the offices that may be meant there. Reads only."""

from __future__ import annotations

import math
from typing import Any

from django.utils import timezone
from shapely.geometry import Point as Spot
from shapely.geometry import shape

from samleng.ground.channels.rules import Category
from samleng.ground.offices.models import Office
from samleng.ground.offices.routing import responders
from samleng.ground.places.models import Boundary, Place
from samleng.ground.services.models import Service

# A province is no answer to "where"; a district is, for offices that stand there.
HIGHEST_LEVEL = 2
# Without outlines, the nearest named place within about so many degrees (15 km) is offered.
NEAR_DEGREES = 0.14
MOST_OFFICES = 12


def place_at_point(latitude: float, longitude: float) -> Place | None:
    """The smallest place whose outline holds the point, else the nearest that has a point of its own."""
    boxes = Boundary.objects.filter(
        place__valid_to=None, west__lte=longitude, east__gte=longitude, south__lte=latitude,
        north__gte=latitude,
    )  # fmt: skip
    spot = Spot(longitude, latitude)
    for one in boxes.select_related("place__kind").order_by("-place__level")[:20]:
        if one.place.level >= HIGHEST_LEVEL and shape(one.geometry).covers(spot):
            return one.place
    near = Place.objects.current().filter(
        level__gt=HIGHEST_LEVEL,
        latitude__range=(latitude - NEAR_DEGREES, latitude + NEAR_DEGREES),
        longitude__range=(longitude - NEAR_DEGREES, longitude + NEAR_DEGREES),
    )
    return min(
        near.select_related("kind")[:2000],
        key=lambda one: math.hypot((one.latitude or 0) - latitude, (one.longitude or 0) - longitude),
        default=None,
    )


def below(place: Place | None) -> list[Place]:
    """The places directly in this one, as a reader of the page looks them up; the country's where none."""
    root = place or Place.objects.whole_country()
    if root is None:
        return []
    rows = Place.objects.current().filter(parent=root).select_related("kind")
    return list(rows.in_order())


def exact_enough(place: Place) -> bool:
    """Whether it says where something is, and not only in which part of the country."""
    return place.level >= HIGHEST_LEVEL


def offices_at(category: Category, place: Place) -> list[Office]:
    """Offices that may be meant at a place: those with the task first, then every other that holds it."""
    service = Service.objects.filter(code=category.service).select_related("sector").first()
    tasked = responders(category.code, service, place, None, timezone.localdate()) if service else []
    others = (
        Office.objects.filter(place_id__in=place.ancestor_ids, place__level__gte=1)
        .exclude(pk__in=[one.pk for one in tasked])
        .select_related("kind", "place__kind")
        .order_by("-place__level", "code")
    )
    return [*tasked, *others[: max(0, MOST_OFFICES - len(tasked))]]


def office_among(category: Category, place: Place, key: Any) -> Office | None:
    """The office of this id, if it is one of those that may be meant."""
    return next((one for one in offices_at(category, place) if str(one.pk) == str(key)), None)
