"""The kept counts of the map and of offices: moved by what a pin was and is, or made anew from all pins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import F

from samleng.insight.disclosure.models import MapCount, OfficeCount, Pin
from samleng.insight.disclosure.rules.pins import OLD
from samleng.insight.disclosure.rules.windows import DEEPEST, KEPT, square_at

NOBODY = UUID(int=0)
CELL = ("level", "age", "square", "category", "group")
SUMS = ("n", "lat", "lon")
OFFICE = ("reports", "open", "late", "fixed", "closed", "owed", "in_time", "review_waits", "review_late")
# No engine's limit of values in one statement is reached by so many rows.
TOGETHER = 80


class Moves:
    """What changes in the counts as pins come, change and go; written at once, in one order."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int, int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        self.sectors: dict[tuple[int, int, int, str, str], str] = {}
        self.offices: dict[UUID, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OFFICE, 0))

    def add(self, pin: Pin, sign: int) -> None:
        """Count a pin as it stands (1), or take it out as it stood (-1)."""
        office = self.offices[pin.office_id or NOBODY]
        office["reports"] += sign
        office[pin.group] += sign
        for name in ("owed", "in_time", "review_waits", "review_late"):
            office[name] += sign * int(getattr(pin, name))
        if pin.spot is None or pin.lat_e5 is None or pin.lon_e5 is None:
            return
        for level in KEPT:
            for age in (0, pin.age) if pin.age < OLD else (0,):
                key = (level, age, square_at(pin.spot, level), pin.category, str(pin.group))
                sums = self.cells[key]
                sums[0] += sign
                sums[1] += sign * pin.lat_e5
                sums[2] += sign * pin.lon_e5
                self.sectors[key] = pin.sector

    def write(self) -> None:
        """Write what is left when what was taken out and put back has cancelled out."""
        moved = sorted((key, sums) for key, sums in self.cells.items() if any(sums))
        for start in range(0, len(moved), TOGETHER):
            some = moved[start : start + TOGETHER]
            values: list[str | int] = []
            for key, sums in some:
                values += [*key, self.sectors[key], *sums]
            with connection.cursor() as cursor:
                cursor.execute(adding(len(some)), values)
        for office_id, counts in sorted(self.offices.items()):
            if any(counts.values()):
                OfficeCount.objects.get_or_create(office_id=office_id)
                changes = {name: F(name) + number for name, number in counts.items() if number}
                OfficeCount.objects.filter(office_id=office_id).update(**changes)


def adding(rows: int) -> str:
    """The statement that adds to so many squares; names come from the model, values never stand in it."""
    quote = connection.ops.quote_name
    table = quote(MapCount._meta.db_table)
    names = ", ".join(map(quote, (*CELL, "sector", *SUMS)))
    values = ", ".join(["(" + ", ".join(["%s"] * (len(CELL) + 1 + len(SUMS))) + ")"] * rows)
    sums = ", ".join(f"{quote(one)} = {table}.{quote(one)} + excluded.{quote(one)}" for one in SUMS)
    return (
        f"INSERT INTO {table} ({names}) VALUES {values} "  # noqa: S608
        f"ON CONFLICT ({', '.join(map(quote, CELL))}) DO UPDATE SET sector = excluded.sector, {sums}"
    )


def moved(before: Iterable[Pin], after: Iterable[Pin]) -> None:
    """Count pins as they stand now instead of as they stood."""
    moves = Moves()
    for pin in before:
        moves.add(pin, -1)
    for pin in after:
        moves.add(pin, 1)
    moves.write()


def count_all() -> None:
    """Make every count anew from the pins, in few statements."""
    quote = connection.ops.quote_name
    cells, pins = quote(MapCount._meta.db_table), quote(Pin._meta.db_table)
    group = quote("group")
    names = ", ".join(map(quote, (*CELL, "sector", *SUMS)))
    sums = "COUNT(*), SUM(lat_e5), SUM(lon_e5)"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {cells}")  # noqa: S608
        for level in KEPT:
            square = f"spot >> {2 * (DEEPEST - level)}"
            for age in ("0", "age"):
                by = f"{square}, category, {group}" + ("" if age == "0" else f", {age}")
                order = f"{age}, {square}" if age != "0" else square
                which = "spot IS NOT NULL" + ("" if age == "0" else f" AND age < {OLD}")
                cursor.execute(
                    f"INSERT INTO {cells} ({names}) "  # noqa: S608
                    f"SELECT {level}, {age}, {square}, category, {group}, MAX(sector), {sums} "
                    f"FROM {pins} WHERE {which} GROUP BY {by} ORDER BY {order}"
                )
        offices = quote(OfficeCount._meta.db_table)
        kept = ", ".join(map(quote, ("office_id", *OFFICE)))
        each = ["COUNT(*)"]
        each += [f"SUM(CASE WHEN {group} = '{one}' THEN 1 ELSE 0 END)" for one in OFFICE[1:5]]
        each += [f"SUM(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in OFFICE[5:]]
        cursor.execute(f"DELETE FROM {offices}")  # noqa: S608
        nobody = f"'{NOBODY.hex}'" if connection.vendor == "sqlite" else f"'{NOBODY}'::uuid"
        cursor.execute(
            f"INSERT INTO {offices} ({kept}) SELECT COALESCE(office_id, {nobody}), {', '.join(each)} "  # noqa: S608
            f"FROM {pins} GROUP BY COALESCE(office_id, {nobody})"
        )
