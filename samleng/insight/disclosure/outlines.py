"""The outlines of provinces, districts and communes for a window of the map, as fine as it can show them."""

from __future__ import annotations

from typing import Any

import shapely
from django.db.models import Max
from shapely.geometry import mapping, shape

from samleng.ground.places.models import Boundary, Place
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.windows import Window, edges

# The zooms from which the outlines of each level are drawn, the finest first.
FROM_ZOOM = ((12, 3), (9, 2), (0, 1))
# A line may stray by so many pixels.
STRAY = 1.2
MOST = 400
# A country without outlines is shown where its newest reports lie, with so many degrees about each.
NEWEST, ROOM = 500, 0.02


def outlines(window: Window, language: str) -> dict[str, Any]:
    """GeoJSON of the outlines in a window; of a coarser level where none of the finer were imported."""
    west, south, east, north = edges(window)
    pixel = 360 / (256 * 2**window.zoom)
    for zoom, level in FROM_ZOOM:
        if window.zoom < zoom:
            continue
        rows = Boundary.objects.filter(place__level=level, place__valid_to=None)
        rows = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
        found = list(rows.select_related("place__kind").order_by("place__code")[:MOST])
        if found:
            return {
                "type": "FeatureCollection",
                "level": level,
                "features": [drawn(one.place, one.geometry, pixel * STRAY, language) for one in found],
            }
    return {"type": "FeatureCollection", "level": None, "features": []}


def drawn(place: Place, geometry: dict[str, Any], stray: float, language: str) -> dict[str, Any]:
    """One outline without what the zoom cannot show."""
    thin = shape(geometry).simplify(stray)
    return {
        "type": "Feature",
        "properties": {"code": place.code, "name": place.label(language)},
        "geometry": mapping(shapely.set_precision(thin, 10 ** -decimals(stray), mode="pointwise")),
    }


def decimals(stray: float) -> int:
    """How many decimals of a degree are seen when lines stray by so much."""
    return next((places for places in (2, 3, 4) if 10**-places <= stray), 5)


def country_box() -> tuple[float, float, float, float] | None:
    """West, south, east and north of the whole country: of its outlines, else of its places' points.

    Where the site knows neither, of the newest reports, so that the map opens where something is seen.
    """
    root = Place.objects.whole_country()
    if root is None:
        return None
    rows = Boundary.objects.filter(place__country=root.country, place__level__lte=1, place__valid_to=None)
    boxes = list(rows.values_list("west", "south", "east", "north"))
    if not boxes:
        points = Place.objects.current().filter(country=root.country, level__lte=2, latitude__isnull=False)
        boxes = [(lon, lat, lon, lat) for lat, lon in points.values_list("latitude", "longitude")]
    if not boxes:
        boxes = reported_boxes()
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def reported_boxes() -> list[tuple[float, float, float, float]]:
    """A little square about each of the newest pins."""
    newest = Pin.objects.filter(spot__isnull=False).order_by("-requested_at", "-id")
    points = newest.values_list("lat_e5", "lon_e5")[:NEWEST]
    degrees = [(lat / 1e5, lon / 1e5) for lat, lon in points if lat is not None and lon is not None]
    return [(lon - ROOM, lat - ROOM, lon + ROOM, lat + ROOM) for lat, lon in degrees]


def sources() -> tuple[str, ...]:
    """Whom the outlines come from, to be named beside them."""
    rows = Boundary.objects.filter(place__level__lte=3).values("source").annotate(n=Max("pk"))
    return tuple(sorted(one["source"] for one in rows if one["source"]))[:5]
