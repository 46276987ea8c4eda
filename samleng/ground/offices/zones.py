"""Outlines of contract zones: what a sound one is, and whether a point lies in it. No database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

AREAS = ("Polygon", "MultiPolygon")
MOST_POINTS = 20_000
# Five decimals are a metre.
GRID = 0.00001
NOT_AREA, OUTSIDE, CROSSED, TOO_MANY = "not_area", "outside", "crossed", "too_many"

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]


class BadZone(Exception):
    """Why an outline cannot be a zone: one of the codes above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sound_zone(given: Mapping[str, Any]) -> tuple[dict[str, Any], Bounds]:
    """The outline as plain GeoJSON geometry to a metre, with its bounds (west, south, east, north).

    A GeoJSON feature is taken for its geometry; so is a collection of one. Raises BadZone.
    """
    area = area_of(geometry_in(given))
    if shapely.get_num_coordinates(area) > MOST_POINTS:
        raise BadZone(TOO_MANY)
    west, south, east, north = area.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadZone(OUTSIDE)
    if not area.is_valid:
        raise BadZone(CROSSED)
    kept = shapely.set_precision(area, GRID)
    if kept.is_empty or kept.geom_type not in AREAS:
        raise BadZone(NOT_AREA)
    plain = {"type": kept.geom_type, "coordinates": lists(mapping(kept)["coordinates"])}
    return plain, bounds_of(kept)


def geometry_in(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The geometry in a geometry, a feature, or a collection of one feature."""
    found: Any = given
    if isinstance(found, Mapping) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        found = features[0] if isinstance(features, list) and len(features) == 1 else None
    if isinstance(found, Mapping) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, Mapping) or found.get("type") not in AREAS:
        raise BadZone(NOT_AREA)
    return found


def area_of(geometry: Mapping[str, Any]) -> BaseGeometry:
    try:
        area = shape(geometry)
        empty = area.is_empty
    except (ValueError, TypeError, IndexError, KeyError, shapely.errors.ShapelyError) as error:
        raise BadZone(NOT_AREA) from error
    if empty or not shapely.is_valid_input(area):
        raise BadZone(NOT_AREA)
    return area


def bounds_of(area: BaseGeometry) -> Bounds:
    west, south, east, north = (round(edge, 5) for edge in area.bounds)
    return west, south, east, north


def lists(part: Any) -> Any:
    return [lists(one) for one in part] if isinstance(part, tuple | list) else round(part, 5)


@lru_cache(maxsize=512)
def prepared(text: bytes) -> BaseGeometry:
    area = shape(orjson.loads(text))
    shapely.prepare(area)
    return area


def holds(zone: Mapping[str, Any], point: Point) -> bool:
    """Whether the point (latitude, longitude) lies in the zone or on its edge."""
    latitude, longitude = point
    return bool(prepared(orjson.dumps(zone)).intersects(shapely.Point(longitude, latitude)))


def size(zone: Mapping[str, Any]) -> float:
    """How large a zone is, in square degrees: only to tell the smaller of two."""
    return float(prepared(orjson.dumps(zone)).area)


def within(zone: Mapping[str, Any]) -> Point:
    """A point (latitude, longitude) that surely lies in the zone."""
    inside = prepared(orjson.dumps(zone)).representative_point()
    return inside.y, inside.x
