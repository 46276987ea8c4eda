"""GeoJSON from outside: size, shape and reference system checked, coordinates turned to degrees."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyproj
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import LARGEST_FILE, read_text
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

EPSG = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
# Every value in Python takes ten times its room in the file.
MOST_NUMBERS = 1_500_000
DEGREES = re.compile(r"(?:urn:ogc:def:crs:)?(?:OGC:(?:[\d.]*:)?CRS84|EPSG:(?:[\d.]*:)?4326)", re.IGNORECASE)


@dataclass(frozen=True)
class Feature:
    """One feature: its number in the file from 1, its properties, its geometry in degrees (or None)."""

    number: int
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any] | None


def read_features(path: Path | str, largest: int = LARGEST_FILE) -> list[Feature]:
    """The features of a GeoJSON collection in WGS84 degrees; a Refusal names what is wrong and where."""
    text = read_text(Path(path), largest)
    if text.count(",") > MOST_NUMBERS:
        raise Refusal(
            filled(_("The map holds more than %(most)d numbers."), most=MOST_NUMBERS),
            field="geometry",
            code="too_large",
            remedy=_("Simplify its lines, or divide it into smaller files."),
        )
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refusal(
            filled(
                _("The file breaks off or is wrong at line %(line)d, sign %(sign)d."),
                line=error.lineno,
                sign=error.colno,
            ),
            field="file",
            row=error.lineno,
            code="broken",
            remedy=_("Export it again as GeoJSON."),
        ) from error
    except RecursionError as error:
        raise _broken(_("The file is nested deeper than any map.")) from error
    except ValueError as error:
        raise _broken(_("The file holds an impossible number.")) from error
    del text
    if not isinstance(data, dict) or not isinstance(data.get("features"), list) or not data["features"]:
        raise _not_a_collection()
    turn = _turner(data.get("crs"))
    features, given = [], data.pop("features")
    for at in range(len(given)):
        # Each is let go once it is turned, so that the largest map is not held twice.
        one, given[at] = given[at], None
        features.append(_feature(at + 1, one, turn))
    return features


def _broken(message: Any) -> Refusal:
    return Refusal(message, field="file", code="broken", remedy=_("Export it again as GeoJSON."))


def _not_a_collection() -> Refusal:
    return Refusal(
        _("This is not a GeoJSON collection of features."),
        field="file",
        code="not_geojson",
        remedy=_("Export it as GeoJSON (FeatureCollection)."),
    )


def _turner(crs: Any) -> Callable[[float, float], tuple[float, float]] | None:
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if DEGREES.fullmatch(name):
        return None
    found = EPSG.fullmatch(name)
    try:
        if found is None:
            raise pyproj.exceptions.CRSError(name)
        return pyproj.Transformer.from_crs(int(found.group(1)), 4326, always_xy=True).transform
    except pyproj.exceptions.ProjError as error:
        raise Refusal(
            filled(_("The reference system “%(name)s” is not known."), name=name[:80]),
            field="crs",
            code="crs",
            remedy=_("Export it in degrees (WGS84), or name an EPSG system."),
        ) from error


def _feature(number: int, given: Any, turn: Callable[[float, float], tuple[float, float]] | None) -> Feature:
    if not isinstance(given, dict) or not isinstance(given.get("properties") or {}, dict):
        raise Refusal(
            _("This feature has no properties."), field="features", row=number, code="not_geojson",
            remedy=_("Export it again as GeoJSON."),
        )  # fmt: skip
    geometry = given.get("geometry")
    if isinstance(geometry, dict) and "coordinates" in geometry:
        try:
            geometry = {
                "type": str(geometry.get("type")),
                "coordinates": _turned(geometry["coordinates"], turn),
            }
        except (TypeError, ValueError, IndexError, RecursionError) as error:
            raise Refusal(
                _("The coordinates of this feature are not on earth."),
                field="geometry",
                row=number,
                code="point",
                remedy=_("Check the coordinates, and that the file names its reference system (crs)."),
            ) from error
    else:
        geometry = None
    return Feature(number, given.get("properties") or {}, geometry)


def _turned(part: Sequence[Any], turn: Callable[[float, float], tuple[float, float]] | None) -> list[Any]:
    if isinstance(part[0], list):
        return [_turned(one, turn) for one in part]
    x, y = float(part[0]), float(part[1])
    if turn is not None:
        x, y = turn(x, y)
    if not (math.isfinite(x) and math.isfinite(y) and -180 <= x <= 180 and -90 <= y <= 90):
        raise ValueError("not in degrees")
    # Seven decimals are a centimetre.
    return [round(x, 7), round(y, 7)]
