"""Where something lies that another system reports: by outline, by the nearest point, by code or name."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.utils.translation import gettext as _

from samleng.doors.exchange.open311.faults import wrong
from samleng.ground.offices.zones import holds
from samleng.ground.places.models import Boundary, Place
from samleng.ground.places.search import search
from samleng.kit.commit.asking import Things
from samleng.voices.reports.rules.filing import Point

# Where no outline is loaded the nearest place is taken, unless even that is farther away than this.
FARTHEST_DEGREES = 0.3


def place_of(given: Mapping[str, str], point: Point | None) -> Place:
    """The smallest place that fits: the point goes before the code, the code before the words."""
    if point is not None:
        found = holding(point) or nearest(point)
        if found is None:
            raise wrong(_("lat, long: This point lies outside the country that this site serves."))
        return found
    if given.get("address_id"):
        known = places_coded.first(given["address_id"])
        if known is None:
            raise wrong(_("address_id: There is no place with this code."))
        return known
    if given.get("address_string"):
        named = search(given["address_string"], limit=1)
        if not named:
            raise wrong(_("address_string: No place here is called so. Give lat and long, or address_id."))
        return named[0]
    raise wrong(_("Say where it is: lat and long, address_string or address_id."))


# The deepest first: one code may be a commune's and a village's.
places_coded: Things[Place] = Things(
    lambda code: Place.objects.current().filter(code=code).order_by("-level", "pk")[:1]
)


def holding(point: Point) -> Place | None:
    """The smallest place whose outline holds the point."""
    around = Boundary.objects.filter(
        west__lte=point.longitude,
        east__gte=point.longitude,
        south__lte=point.latitude,
        north__gte=point.latitude,
        place__valid_to=None,
    )
    rows = around.select_related("place__kind").order_by("-place__level", "place__code")
    return next((row.place for row in rows if holds(row.geometry, (point.latitude, point.longitude))), None)


def nearest(point: Point) -> Place | None:
    """The nearest of the smallest places whose middle is known."""
    narrow = max(math.cos(math.radians(point.latitude)), 0.01)
    places = Place.objects.current().filter(
        latitude__range=(point.latitude - FARTHEST_DEGREES, point.latitude + FARTHEST_DEGREES),
        longitude__range=(
            point.longitude - FARTHEST_DEGREES / narrow,
            point.longitude + FARTHEST_DEGREES / narrow,
        ),
    )
    rows = list(places.values_list("pk", "level", "latitude", "longitude"))
    if not rows:
        # A land whose places have no points: what is reported is routed from the top.
        return None if Place.objects.current().exclude(latitude=None).exists() else whole()
    deepest = max(level for _pk, level, _lat, _lon in rows)
    apart = {
        pk: math.hypot(lat - point.latitude, (lon - point.longitude) * narrow)
        for pk, level, lat, lon in rows
        if level == deepest
    }
    return Place.objects.select_related("kind").get(pk=min(apart, key=lambda pk: (apart[pk], pk)))


def whole() -> Place | None:
    return Place.objects.whole_country()
