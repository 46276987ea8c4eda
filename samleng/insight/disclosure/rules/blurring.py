"""Where a report may be shown: a spot in the same square as the true one, and always the same spot.

Whoever sees every report of a square, over years, sees one spot: nothing averages out to the true place.
Where the squares lie, and where in each the spot stands, hangs on a key that the site keeps to itself.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from functools import lru_cache

# Points are kept as whole hundred-thousandths of a degree (about a metre).
E5 = 100_000
METRES_IN_DEGREE = 111_320.0
# The smallest square; every larger one is whole squares of the one before it, laid on the same lines, so
# that two categories with different squares tell no more together than the smaller one tells alone.
SMALLEST, LARGEST = 50, 25_600
# The spot keeps away from the sides of its square by this share of it.
MARGIN = 0.1


def square_of(metres: int) -> int:
    """The side of the square that blurs by at least so many metres: 50, 100, 200 and so on."""
    side = SMALLEST
    while side < min(metres, LARGEST):
        side *= 2
    return side


def blurred(latitude: float, longitude: float, metres: int, key: str) -> tuple[int, int]:
    """The spot shown for a true point, in hundred-thousandths of a degree (latitude, longitude)."""
    if not (-85 <= latitude <= 85 and -180 <= longitude <= 180):
        raise ValueError("not a point on the map")
    side = square_of(metres)
    secret = key.encode()
    high = side / METRES_IN_DEGREE
    # One shift for all sizes: the largest squares' lines are lines of all smaller ones.
    shift_lat, shift_lon = shares(secret, "shift")
    whole = LARGEST / METRES_IN_DEGREE
    south = -90 - shift_lat * whole
    row = math.floor((latitude - south) / high)
    # A degree of longitude is as long as it is in the middle of the row of largest squares.
    band = row * side // LARGEST
    wide = high / max(0.05, math.cos(math.radians(south + (band + 0.5) * whole)))
    west = -180 - shift_lon * whole
    column = math.floor((longitude - west) / wide)
    up, right = shares(secret, f"{side}:{row}:{column}")
    lat = south + (row + MARGIN + up * (1 - 2 * MARGIN)) * high
    lon = west + (column + MARGIN + right * (1 - 2 * MARGIN)) * wide
    return round(lat * E5), round(min(180.0, max(-180.0, lon)) * E5)


@lru_cache(maxsize=50_000)
def shares(secret: bytes, what: str) -> tuple[float, float]:
    """Two numbers from 0 up to 1 that nobody without the key can tell."""
    made = hmac.new(secret, what.encode(), hashlib.sha256).digest()
    return int.from_bytes(made[:6], "big") / 2**48, int.from_bytes(made[6:12], "big") / 2**48
