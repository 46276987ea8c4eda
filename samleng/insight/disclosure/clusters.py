"""What a window of the map shows: counts of its squares, or the pins themselves where they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from samleng.insight.disclosure.models import MapCount, Pin
from samleng.insight.disclosure.rules.blurring import E5
from samleng.insight.disclosure.rules.pins import LATE
from samleng.insight.disclosure.rules.windows import DEEPEST, Window
from samleng.insight.disclosure.wishes import Wish

# So many pins are drawn one by one.
MOST_PINS = 120


@dataclass(frozen=True)
class Cluster:
    """Pins of one square drawn as one mark in their middle."""

    latitude: float
    longitude: float
    n: int
    late: int


@dataclass(frozen=True)
class Mark:
    """One pin on the map."""

    reference: str
    latitude: float
    longitude: float
    category: str
    group: str


@dataclass(frozen=True)
class Shown:
    """A window's marks; where `pins` stand, the clusters are empty."""

    total: int
    late: int
    clusters: tuple[Cluster, ...] = ()
    pins: tuple[Mark, ...] = ()


def shown_in(window: Window, wish: Wish) -> Shown:
    """Everything drawn in a window. Places filter the list, not the map: there the window is the place."""
    found = counted(window, wish)
    total, late = sum(one.n for one in found), sum(one.late for one in found)
    if total <= MOST_PINS:
        return Shown(total, late, pins=marks(window, wish))
    return Shown(total, late, clusters=found)


def counted(window: Window, wish: Wish) -> tuple[Cluster, ...]:
    """The squares of a window that hold anything, each with the middle of what it holds."""
    quote = connection.ops.quote_name
    group = quote("group")
    level = window.kept
    if level is not None:
        table, spot = quote(MapCount._meta.db_table), "square"
        n, lat, lon = "n", "lat", "lon"
        fixed, given = ["level = %s"], [level]
        fixed.append(one_of("age", wish.ages or (0,), given))
        width = 2 * (DEEPEST - level)
    else:
        table, spot = pins_by_spot(), "spot"
        n, lat, lon = "1", "lat_e5", "lon_e5"
        fixed, given = [], []
        if wish.ages:
            fixed.append(one_of("age", wish.ages, given))
        width = 0
    fixed += conditions(wish, given)
    step = 2 * ((level or DEEPEST) - window.fine)
    parts: list[str] = []
    values: list[object] = []
    for first, after in window.ranges():
        where = " AND ".join([*fixed, f"{spot} >= %s", f"{spot} < %s"])
        parts.append(
            f"SELECT {spot} >> {step} AS cell, {n} AS n, {lat} AS lat, {lon} AS lon, {group} AS stands "  # noqa: S608
            f"FROM {table} WHERE {where}"
        )
        values += [*given, first >> width, after >> width]
    statement = (
        f"SELECT SUM(n), SUM(lat), SUM(lon), SUM(CASE WHEN stands = '{LATE}' THEN n ELSE 0 END) "  # noqa: S608
        f"FROM ({' UNION ALL '.join(parts)}) AS found GROUP BY cell HAVING SUM(n) > 0 ORDER BY cell"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return tuple(
        Cluster(middle(lats, many), middle(lons, many), int(many), int(late))
        for many, lats, lons, late in rows
    )


def middle(total: int, many: int) -> float:
    """The mean in degrees; engines give sums as numbers of several kinds."""
    return round(int(total) / int(many) / E5, 5)


def marks(window: Window, wish: Wish) -> tuple[Mark, ...]:
    """The pins of a window one by one, as many as are ever drawn."""
    quote = connection.ops.quote_name
    group = quote("group")
    given: list[object] = []
    fixed = [one_of("age", wish.ages, given)] if wish.ages else []
    fixed += conditions(wish, given)
    parts: list[str] = []
    values: list[object] = []
    for first, after in window.ranges():
        where = " AND ".join([*fixed, "spot >= %s", "spot < %s"])
        parts.append(
            f"SELECT reference, lat_e5, lon_e5, category, {group} AS stands "  # noqa: S608
            f"FROM {pins_by_spot()} WHERE {where}"
        )
        values += [*given, first, after]
    statement = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS found ORDER BY reference LIMIT {MOST_PINS}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return tuple(
            Mark(reference, lat / E5, lon / E5, category, stands)
            for reference, lat, lon, category, stands in cursor.fetchall()
        )


def pins_by_spot() -> str:
    """The pins, found by where they lie: left to itself SQLite looks for all of a sector first."""
    table = connection.ops.quote_name(Pin._meta.db_table)
    return f"{table} INDEXED BY pin_on_map" if connection.vendor == "sqlite" else table


def conditions(wish: Wish, given: list[object]) -> list[str]:
    """The wish as conditions that fit both tables; their values are added to those given."""
    found = []
    for name, value in (("category", wish.category), ("sector", wish.sector)):
        if value:
            found.append(one_of(name, (value,), given))
    if wish.groups:
        found.append(one_of(connection.ops.quote_name("group"), wish.groups, given))
    return found


def one_of(column: str, values: Sequence[object], given: list[object]) -> str:
    given += values
    return f"{column} IN ({', '.join(['%s'] * len(values))})"
