"""Windows on the map: which squares they show, and which are asked for nothing at all.

The world is cut as every web map cuts it (Mercator); a spot is the number of its square at the deepest
level, written so that all spots of any larger square follow each other: a square is one range of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from samleng.insight.disclosure.rules.blurring import E5

# Squares at level L: 2^L by 2^L. On a map at zoom Z, one of level Z + 1 is 128 pixels wide.
DEEPEST = 20
FINER = 1
# Counts are kept at these levels; in between the next finer one is summed up, beyond them pins are counted.
KEPT = (6, 8, 10, 12, 14, 16)
MOST_ZOOM, LEAST_ZOOM = 19, 0
NORTH = 85.0
# A screen of 2,560 by 2,560 pixels, and one square more on each side.
MOST_SQUARES = 13 * 13


class Unreadable(ValueError):
    """A window that cannot be shown; `code` says why, `field` which part."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True)
class Window:
    """A part of the map as it was asked for, widened to whole squares of 256 pixels."""

    zoom: int
    level: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def squares(self) -> Iterator[tuple[int, int]]:
        return ((x, y) for y in range(self.top, self.bottom + 1) for x in range(self.left, self.right + 1))

    def ranges(self) -> list[tuple[int, int]]:
        """The spots in it as ranges, first and one past the last; neighbours are one range."""
        width = 4 ** (DEEPEST - self.level)
        found: list[tuple[int, int]] = []
        for first in sorted(woven(x, y) * width for x, y in self.squares):
            if found and found[-1][1] == first:
                found[-1] = (found[-1][0], first + width)
            else:
                found.append((first, first + width))
        return found

    @property
    def fine(self) -> int:
        """The level of the squares that are counted one by one."""
        return min(self.zoom + FINER, DEEPEST)

    @property
    def kept(self) -> int | None:
        """The level whose kept counts tell it; None where pins are counted themselves."""
        return next((level for level in KEPT if level >= self.fine), None)


def window(bbox: str, zoom: str) -> Window:
    """The window that an address asks for ("west,south,east,north" in degrees); raises Unreadable."""
    west, south, east, north = corners(bbox)
    if not (zoom.isascii() and zoom.isdecimal() and len(zoom) <= 2):
        raise Unreadable("number", "zoom")
    if not LEAST_ZOOM <= int(zoom) <= MOST_ZOOM:
        raise Unreadable("range", "zoom")
    level = min(int(zoom), DEEPEST)
    left, top = tile(west, north, level)
    right, bottom = tile(east, south, level)
    if (right - left + 1) * (bottom - top + 1) > MOST_SQUARES:
        raise Unreadable("large", "bbox")
    return Window(int(zoom), level, left, top, right, bottom)


def corners(bbox: str) -> tuple[float, float, float, float]:
    """Four numbers in degrees, each where it may be; raises Unreadable."""
    parts = bbox.split(",") if len(bbox) <= 120 else []
    if len(parts) != 4:
        raise Unreadable("four", "bbox")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise Unreadable("number", "bbox") from None
    if not all(math.isfinite(one) for one in (west, south, east, north)):
        raise Unreadable("number", "bbox")
    if abs(west) > 180 or abs(east) > 180 or abs(south) > 90 or abs(north) > 90:
        raise Unreadable("degrees", "bbox")
    if west >= east or south >= north:
        raise Unreadable("order", "bbox")
    return west, south, east, north


def tile(longitude: float, latitude: float, level: int) -> tuple[int, int]:
    """Column and row of the square that holds a point; row 0 is the northernmost."""
    whole = 2**level
    x = (longitude + 180) / 360 * whole
    bent = math.radians(min(NORTH, max(-NORTH, latitude)))
    y = (1 - math.log(math.tan(bent) + 1 / math.cos(bent)) / math.pi) / 2 * whole
    return min(whole - 1, max(0, int(x))), min(whole - 1, max(0, int(y)))


def spot_of(lat_e5: int, lon_e5: int) -> int:
    """The number of the deepest square that holds a shown point."""
    return woven(*tile(lon_e5 / E5, lat_e5 / E5, DEEPEST))


def square_at(spot: int, level: int) -> int:
    """The number of the larger square that holds a spot."""
    return spot >> 2 * (DEEPEST - level)


def woven(x: int, y: int) -> int:
    """Both numbers in one, bit by bit (Morton's order)."""
    return spread(x) | spread(y) << 1


def spread(number: int) -> int:
    """The number's bits with a zero between each and the next."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555


def edges(shown: Window) -> tuple[float, float, float, float]:
    """West, south, east and north of a window, in degrees."""
    whole = 2**shown.level
    return (
        shown.left / whole * 360 - 180,
        latitude_of(shown.bottom + 1, whole),
        (shown.right + 1) / whole * 360 - 180,
        latitude_of(shown.top, whole),
    )


def latitude_of(row: int, whole: int) -> float:
    """The latitude of the northern edge of a row of squares."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / whole))))
