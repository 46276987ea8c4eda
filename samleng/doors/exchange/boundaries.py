"""Outlines from other people's maps: matched by code, or by name within the area they lie in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from samleng.doors.exchange.facilities import shown
from samleng.doors.exchange.geojson import Feature, read_features
from samleng.doors.exchange.matching import EQUAL, LIKE, OTHER, SPELT, Tree, likeness
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.ground.places.models import Place
from samleng.ground.places.verbs import outline
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

LARGEST_MAP = 64 * 1024 * 1024
# Degrees by which a line may stray: 300 m for a province, 70 m for a commune.
TOLERANCE = {0: 0.005, 1: 0.003, 2: 0.001, 3: 0.0007}
MANY_POINTS, MOST_POINTS = 20_000, 100_000
LEVEL_IN = re.compile(r"adm(\d)", re.IGNORECASE)
CODES = re.compile(r"(?:adm\d_)?pcode", re.IGNORECASE)
NAMES = ("shapeName", "ADM{level}_EN", "name_en", "name", "NAME_{level}")
RANK = {EQUAL: 0, SPELT: 1, LIKE: 2, OTHER: 3}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One outline of the file with what it says about itself."""

    row: int
    level: int
    code: str
    name: str
    area: BaseGeometry


def import_boundaries(
    *,
    by: Actor,
    path: Path | str,
    level: int | None = None,
    country: str | None = None,
    source: str = "",
    licence: str = "",
    as_of: str = "",
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Store the outlines in a GeoJSON file with the places they are of, simplified.

    Matched by P-code where the file has one, else by name within the outline of the area above, so
    load from the top downwards. `level` is needed only where the file does not tell it. What matches
    no place, or several, raises Refusals, or with `only_good` is the report's `rejected`.
    """
    path = Path(path)
    matcher = Matcher(country or settings.COUNTRY_PACK)

    def work() -> Report:
        features = read_features(path, LARGEST_MAP)
        found = matcher.match(features, level, progress)
        if matcher.rejected and (not only_good or not found):
            raise Refusals(matcher.rejected)
        outlines = {place.pk: simplified(one.area, place.level) for place, one in found.items()}
        changed = outline(by=by, outlines=outlines, source=source or path.name, licence=licence, as_of=as_of)
        return Report(
            kind="boundaries",
            loaded=changed,
            unchanged=len(outlines) - changed,
            rejected=matcher.rejected,
            warnings=matcher.warnings,
            counts={**matcher.counts, "rows": len(features), "refused": len(matcher.rejected)},
        )

    return take_in(kind="boundaries", by=by, path=path, work=work, dry_run=dry_run)


def simplified(area: BaseGeometry, level: int) -> dict[str, Any]:
    """The outline with fewer points, as GeoJSON with five decimals (a metre)."""
    plain = area.simplify(TOLERANCE.get(level, TOLERANCE[3]), preserve_topology=True)
    rounded = shapely.set_precision(plain, 0.00001)
    kept = rounded if not rounded.is_empty else area
    return {"type": kept.geom_type, "coordinates": _lists(mapping(kept)["coordinates"])}


def _lists(part: Any) -> Any:
    return [_lists(one) for one in part] if isinstance(part, tuple | list) else round(part, 5)


class Matcher:
    """Finds the place of each outline; `rejected` and `warnings` tell the rest."""

    def __init__(self, country: str) -> None:
        self.tree = Tree(country)
        self.claims: dict[Place, list[tuple[int, Shape]]] = defaultdict(list)
        self.rejected: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self.counts: Counter[str] = Counter()

    def match(
        self, features: list[Feature], level: int | None, progress: Progress | None
    ) -> dict[Place, Shape]:
        """The outline of each place found in the file."""
        for number, feature in enumerate(features, 1):
            self.look(feature, level)
            if progress and (number % 100 == 0 or number == len(features)):
                progress(number, len(features))
        return self.settle()

    def look(self, feature: Feature, level: int | None) -> None:
        """Match one feature by code or name, or note why not."""
        one = self._read(feature, level)
        if one is None:
            return
        coded = self.tree.by_code.get(one.code) if one.code else None
        if coded is not None and coded.level == one.level:
            if one.name and likeness(coded, one.name) == OTHER:
                self._warn(
                    one, coded, _("The outline of %(code)s is called “%(name)s”; today it is %(shown)s.")
                )
            self.counts["by_code"] += 1
            self.claims[coded].append((0, one))
            return
        found = self._named(one)
        if len(found) == 1:
            place, fit = found[0]
            self.counts["by_name"] += 1
            self.claims[place].append((RANK[fit], one))
            if fit == LIKE:
                self._warn(one, place, _("“%(name)s” is taken for %(shown)s (%(code)s)."))
        elif found:
            several = ", ".join(sorted(place.code for place, _fit in found))
            told = filled(_("“%(name)s” may be any of %(codes)s."), name=one.name, codes=several)
            self._refuse(one, told, "ambiguous")
        else:
            told = filled(_("No place of today is called “%(name)s” where this outline lies."), name=one.name)
            self._refuse(one, told, "unknown")

    def settle(self) -> dict[Place, Shape]:
        """One outline for each place: the one whose name fits best; equal claims are refused."""
        found = {}
        for place, claims in self.claims.items():
            claims.sort(key=lambda claim: claim[0])
            best = [one for rank, one in claims if rank == claims[0][0]]
            if len(best) == 1:
                found[place] = best[0]
            for one in [c for _rank, c in claims if len(best) > 1 or c is not best[0]]:
                told = filled(
                    _("“%(name)s” and another outline (row %(other)d) both look like %(shown)s (%(code)s)."),
                    name=one.name,
                    other=next(c.row for _rank, c in claims if c is not one),
                    shown=shown(place),
                    code=place.code,
                )
                self._refuse(one, told, "ambiguous")
        return found

    def _read(self, feature: Feature, level: int | None) -> Shape | None:
        given = feature.properties
        at = level if level is not None else _level(given)
        if at is None:
            raise Refusal(
                _("The file does not say of which level its outlines are."),
                field="level",
                row=feature.number,
                code="level",
                remedy=_(
                    "Give their level as a number: 1 for the highest, 2 for those inside them, and so on."
                ),
            )
        name = next((str(given[key]) for key in (n.format(level=at) for n in NAMES) if given.get(key)), "")
        codes = [str(value) for key, value in given.items() if CODES.fullmatch(key) and value]
        own = [value for key, value in given.items() if key.lower() == f"adm{at}_pcode"] or codes
        code = re.sub(r"^[A-Za-z]+", "", str(own[0])) if own else ""
        area = _area(feature.geometry, TOLERANCE.get(at, TOLERANCE[3]))
        if area is None:
            told = filled(_("The outline of “%(name)s” is not an area."), name=name or code)
            refused = Refusal(
                told, field="geometry", row=feature.number, code="no_area", remedy=_("Draw it again.")
            )
            self.rejected.append(refused)
            return None
        return Shape(row=feature.number, level=at, code=code, name=name, area=area)

    def _named(self, one: Shape) -> list[tuple[Place, str]]:
        """Places that the name fits, in the area above; in the one above that only if so called."""
        point = one.area.representative_point()
        for above in range(one.level - 1, -1, -1):
            around = self.tree.at_point(point.x, point.y, above)
            if around is None and above > 0:
                continue
            near = [
                p for p in self.tree.by_level[one.level] if around is None or p.path.startswith(around.path)
            ]
            fits = [(place, likeness(place, one.name)) for place in near]
            for fit in (EQUAL, SPELT, LIKE):
                found = [(place, seen) for place, seen in fits if seen == fit]
                # Far from the area above, a likeness alone proves nothing.
                if found and (fit != LIKE or above == one.level - 1):
                    return found
        return []

    def _warn(self, one: Shape, place: Place, told: Any) -> None:
        said = filled(told, code=place.code, name=one.name, shown=shown(place))
        self.warnings.append(Refusal(said, field="name", row=one.row, code="other_name"))

    def _refuse(self, one: Shape, told: Any, code: str) -> None:
        self.counts[code] += 1
        remedy = _("Write today's name or code into the file, or draw the outline by hand.")
        self.rejected.append(Refusal(told, field="name", row=one.row, remedy=remedy, code=code))


def _level(given: Mapping[str, Any]) -> int | None:
    if found := LEVEL_IN.fullmatch(str(given.get("shapeType", ""))):
        return int(found.group(1))
    levels = [
        int(found.group(1)) for key in given if (found := re.fullmatch(r"adm(\d)_pcode", key, re.IGNORECASE))
    ]
    return max(levels, default=None)


def _area(geometry: Mapping[str, Any] | None, tolerance: float) -> BaseGeometry | None:
    if geometry is None or geometry["type"] not in {"Polygon", "MultiPolygon"}:
        return None
    try:
        area = shape(geometry)
        if shapely.get_num_coordinates(area) > MANY_POINTS:
            # Mending a tangle costs the square of its crossings; most of its points are dropped later anyway.
            area = area.simplify(tolerance / 2, preserve_topology=False)
        if shapely.get_num_coordinates(area) > MOST_POINTS:
            return None
        area = shapely.make_valid(area)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        return None
    if area.geom_type == "GeometryCollection":
        parts = [part for part in area.geoms if part.geom_type in {"Polygon", "MultiPolygon"}]
        area = shapely.union_all(parts)
    return area if area.geom_type in {"Polygon", "MultiPolygon"} and not area.is_empty else None
