"""Areas on the ground that pins are asked for by: a box between two meridians, a circle around a point."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from samleng.insight.disclosure.rules.windows import DEEPEST, Window, tile

METRES_A_DEGREE = 111_320
# An area is looked up in at most about so many squares of the map.
SQUARES = 64


@dataclass(frozen=True, kw_only=True)
class Box:
    """An area between two meridians and two parallels. Where west lies east of east it crosses 180°."""

    west: float
    south: float
    east: float
    north: float

    def parts(self) -> list[Box]:
        """The same in boxes that cross nothing; none where it is upside down."""
        if self.south > self.north:
            return []
        if self.west > self.east:
            return [replace(self, east=180.0), replace(self, west=-180.0)]
        return [self]

    def window(self) -> Window:
        """The squares of the finest level of which few hold the box."""
        for level in range(DEEPEST, -1, -1):
            left, top = tile(self.west, self.north, level)
            right, bottom = tile(self.east, self.south, level)
            if (right - left + 1) * (bottom - top + 1) <= SQUARES or level == 0:
                break
        return Window(level, level, left, top, right, bottom)


@dataclass(frozen=True, kw_only=True)
class Near:
    """Everything so many metres around a point; flat, which is right to a metre in so small a circle."""

    latitude: float
    longitude: float
    metres: float

    @property
    def narrow(self) -> float:
        """A degree to the east, in degrees to the north."""
        return max(math.cos(math.radians(self.latitude)), 0.01)

    @property
    def reach(self) -> float:
        """The radius in degrees to the north."""
        return self.metres / METRES_A_DEGREE

    def box(self) -> Box:
        aside = self.reach / self.narrow
        return Box(
            west=max(self.longitude - aside, -180),
            east=min(self.longitude + aside, 180),
            south=max(self.latitude - self.reach, -90),
            north=min(self.latitude + self.reach, 90),
        )
