"""Where the requests of a whole file lie: every outline is read once, every code looked up once."""

from __future__ import annotations

from functools import cached_property

import shapely
from shapely.geometry import shape

from samleng.ground.places.models import Boundary, Place
from samleng.kit.words.khmer import searchable
from samleng.voices.reports.rules.filing import Point


class Land:
    """The places of the day, by outline and by code."""

    def __init__(self, fallback: Place | None) -> None:
        self.fallback = fallback

    @cached_property
    def outlines(self) -> tuple[shapely.STRtree, list[Place]]:
        rows = list(Boundary.objects.filter(place__valid_to=None).select_related("place__kind"))
        return shapely.STRtree([shape(row.geometry) for row in rows]), [row.place for row in rows]

    @cached_property
    def named(self) -> dict[str, list[Place]]:
        """Places by code, and by name in every language where one alone is called so."""
        found: dict[str, list[Place]] = {}
        for place in Place.objects.current().select_related("kind"):
            for name in {place.code, *place.name.values()}:
                found.setdefault(searchable(str(name)), []).append(place)
        return found

    def holding(self, point: Point) -> Place | None:
        """The smallest place whose outline holds the point."""
        tree, places = self.outlines
        at = tree.query(shapely.Point(point.longitude, point.latitude), predicate="intersects")
        return max((places[one] for one in at), key=lambda one: (one.level, one.code), default=None)

    def called(self, name: str) -> Place | None:
        """The place of a code or a name; None where several are called so."""
        some = self.named.get(searchable(name), [])
        exact = [one for one in some if one.code == name] or some
        return exact[0] if len(exact) == 1 else None

    def place_of(self, point: Point | None, name: str) -> Place | None:
        """The outline goes before the code or name, and these before what the mapping says of all."""
        found = self.holding(point) if point is not None else None
        return found or (self.called(name) if name else None) or self.fallback
