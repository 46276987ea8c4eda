"""Public reports for other systems: their rows as the engine gives them, without an object for each.

Nothing is asked for that everybody may not know: words and photos stand in a pin once they were reviewed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place, PlaceKind
from samleng.insight.disclosure.models import Happening, Naming, Pin
from samleng.insight.disclosure.rules.areas import Box, Near
from samleng.insight.disclosure.rules.blurring import E5

# Of more than so many times what is asked for, walking back in time finds enough sooner than sorting them.
DENSE = 40
# From this level on squares are so small (300 m) that nobody has to ask how many lie in a few.
SMALL = 17
# Ids go to the engine in rows of these lengths, so that it knows the statement again.
LENGTHS = (8, 32, 128, 512, 2048, 8192)


class Told(NamedTuple):
    """A pin's columns; times, days and words as text, read only where they are shown for the first time."""

    id: int
    reference: str
    category: str
    state: str
    outcome: str
    requested: str
    updated: str
    closed: str | None
    due_on: str | None
    lat_e5: int | None
    lon_e5: int | None
    place_id: int
    third_area: int | None
    second_area: int | None
    first_area: int | None
    office_id: str | None
    words: str | None
    photo: bool
    reviewed: bool
    review_due_on: str | None
    sample: bool
    # What only the history tells; None where it was not asked for.
    steps: str | None = None
    answers: str | None = None
    me_too: int | None = None
    answer_due_on: str | None = None


PLAIN = (
    *("id", "reference", "category", "state", "outcome", "CAST(requested_at AS TEXT)"),
    *("CAST(updated_at AS TEXT)", "CAST(closed_at AS TEXT)", "CAST(due_on AS TEXT)", "lat_e5"),
    *("lon_e5", "place_id", "third_area", "second_area", "first_area"),
    *("CAST(office_id AS TEXT)", "CAST(words AS TEXT)"),
    *("photo_id IS NOT NULL AND reviewed_at IS NOT NULL", "reviewed_at IS NOT NULL"),
    *("CAST(review_due_on AS TEXT)", "sample"),
)
HISTORY = (*("CAST(steps AS TEXT)", "CAST(answers AS TEXT)", "me_too", "CAST(answer_due_on AS TEXT)"),)


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which pins are asked for, newest first; `after` goes on behind one by its moment and id."""

    references: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    closed: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None
    box: Box | None = None
    near: Near | None = None
    after: tuple[datetime, int] | None = None
    skip: int = 0
    most: int = 1000


class Found(NamedTuple):
    """Which pin, as which it stands: its stamp is another after every change."""

    id: int
    stamp: int
    requested: str


def found(sought: Sought) -> list[Found]:
    """Those that fit, newest first: out of an index alone, unless more than time and place is asked for."""
    look = Look(sought)
    return [Found._make(row) for row in fetched(look.statement(), look.values)]


def told(ids: Iterable[int], *, history: bool = False) -> dict[int, Told]:
    """The rows of these pins by id; their places and offices by `names_of`."""
    columns = ", ".join((*PLAIN, *HISTORY) if history else PLAIN)
    rows = by_key(f"SELECT {columns} FROM {quoted(Pin)} WHERE id", ids)  # noqa: S608
    return {row[0]: Told(*row) for row in rows}


class Happened(NamedTuple):
    """Something that happened to a report, with how the report stands now; `text` is words in JSON."""

    id: int
    at: str
    state: str
    text: str | None
    reference: str
    outcome: str
    closed: str | None


def happened(start: datetime, end: datetime, *, after: int = 0, skip: int = 0, most: int) -> list[Happened]:
    """What happened between two moments, as it came out: whoever goes on `after` one misses none."""
    rows = fetched(
        f"SELECT h.id, CAST(h.at AS TEXT), h.state, CAST(h.text AS TEXT), q.reference, q.outcome, "  # noqa: S608
        f"CAST(q.closed_at AS TEXT) FROM {quoted(Happening)} AS h JOIN {quoted(Pin)} AS q ON q.id = h.pin_id "
        # By the sum no index of numbers is taken: all that ever happened would be walked for one hour's news.
        f"WHERE h.at >= %s AND h.at <= %s AND h.id > %s ORDER BY h.id + 0 LIMIT {most:d} OFFSET {skip:d}",
        [as_moment(start), as_moment(end), after],
    )
    return [Happened._make(row) for row in rows]


def last_happened(start: datetime | None, end: datetime | None) -> str | None:
    """When something last happened between two moments, if it did."""
    found = fetched(
        f"SELECT CAST(MAX(at) AS TEXT) FROM {quoted(Happening)} WHERE at >= %s AND at <= %s",  # noqa: S608
        [as_moment(start or datetime(1970, 1, 1, tzinfo=UTC)), as_moment(end or timezone.now())],
    )
    return found[0][0] if found else None


def naming() -> tuple[int, str, str]:
    """As what names stand: another after every change of a place's or office's name, and of the catalogue."""
    stamp = f"SELECT stamp FROM {quoted(Naming)} WHERE id = 1"  # noqa: S608
    last = f"FROM {quoted(CatalogueVersion)} ORDER BY in_force_since DESC, id DESC LIMIT 1"
    digest, since = f"SELECT digest {last}", f"SELECT CAST(in_force_since AS TEXT) {last}"
    stamped, *catalogue = fetched(f"SELECT ({stamp}), ({digest}), ({since})", ())[0]
    return stamped or 0, catalogue[0] or "", catalogue[1] or ""


class Look:
    """One search for ids, by the index that finds them soonest: left to itself SQLite takes the wrong one.

    What lies in an area is found by its squares (pin_in_area), what changed lately by when (pin_changed),
    and whatever is many by walking back in time (pin_newest) until there are enough.
    """

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self.values: list[Any] = []
        boxes = [one for one in (sought.box, sought.near.box() if sought.near else None) if one]
        self.areas = [one.parts() for one in boxes]

    def statement(self) -> str:
        source, wheres = self.source()
        wheres += self.wheres()
        return (
            f"SELECT q.id, q.stamp, CAST(q.requested_at AS TEXT) FROM {source}"  # noqa: S608
            f"{' WHERE ' if wheres else ''}{' AND '.join(wheres)} "
            f"ORDER BY q.requested_at DESC, q.id DESC LIMIT {self.sought.most:d} OFFSET {self.sought.skip:d}"
        )

    def source(self) -> tuple[str, list[str]]:
        """Where ids are looked for, and the condition that joins it."""
        if self.areas:
            windows = [one.window() for one in self.areas[0]]
            given = [side for window in windows for one in window.ranges() for side in one] or [0, 0]
            if any(one.level < SMALL for one in windows) and self.many_in(given):
                return by("pin_newest"), []
            self.values += given
            joined = "q.spot >= r.column1 AND q.spot < r.column2"
            return f"({pairs(len(given) // 2)}) AS r CROSS JOIN {by('pin_in_area')}", [joined]
        if self.few_changed():
            return by("pin_changed"), []
        return f"{quoted(Pin)} AS q", []

    def wheres(self) -> list[str]:
        """Everything that was asked for, as conditions on one pin."""
        sought = self.sought
        wheres = [self.one_of("q.reference", sought.references)] if sought.references else []
        wheres += [self.one_of("q.category", sought.categories)] if sought.categories else []
        if sought.closed is not None:
            wheres.append(f"q.closed_at IS {'NOT ' if sought.closed else ''}NULL")
        for name, sign, moment in (
            ("requested_at", ">=", sought.since),
            ("requested_at", "<=", sought.until),
            ("updated_at", ">=", sought.changed_since),
            ("updated_at", "<=", sought.changed_until),
        ):
            if moment is not None:
                wheres.append(f"q.{name} {sign} %s")
                self.values.append(as_moment(moment))
        if sought.after:
            at, pk = as_moment(sought.after[0]), sought.after[1]
            wheres.append("q.requested_at <= %s AND (q.requested_at < %s OR q.id < %s)")
            self.values += [at, at, pk]
        wheres += [f"({' OR '.join(map(self.inside, boxes)) or '1 = 0'})" for boxes in self.areas]
        return wheres + ([self.within(sought.near)] if sought.near else [])

    def one_of(self, column: str, values: Sequence[str]) -> str:
        self.values += values
        return f"{column} IN ({', '.join(['%s'] * len(values))})"

    def inside(self, box: Box) -> str:
        self.values += sides(box)
        return "q.lat_e5 BETWEEN %s AND %s AND q.lon_e5 BETWEEN %s AND %s"

    def within(self, near: Near) -> str:
        north = "(CAST(q.lat_e5 AS DOUBLE PRECISION) - %s)"
        east = "(CAST(q.lon_e5 AS DOUBLE PRECISION) - %s)"
        lat, lon = near.latitude * E5, near.longitude * E5
        self.values += [lat, lat, lon, lon, near.narrow**2, (near.reach * E5) ** 2]
        return f"{north} * {north} + {east} * {east} * %s <= %s"

    def many_in(self, given: Sequence[int]) -> bool:
        """Whether these squares hold so many pins that time finds enough of them sooner."""
        source = f"({pairs(len(given) // 2)}) AS r CROSS JOIN {by('pin_in_area')}"
        return self.many(f"{source} WHERE q.spot >= r.column1 AND q.spot < r.column2", given)

    def few_changed(self) -> bool:
        if self.sought.changed_since is None or self.sought.references:
            return False
        source = f"{by('pin_changed')} WHERE q.updated_at >= %s"
        return not self.many(source, [as_moment(self.sought.changed_since)])

    def many(self, source: str, given: Sequence[Any]) -> bool:
        most = DENSE * (self.sought.skip + self.sought.most)
        counted = f"SELECT COUNT(*) FROM (SELECT 1 FROM {source} LIMIT {most + 1}) AS counted"  # noqa: S608
        return bool(fetched(counted, given)[0][0] > most)


def sides(box: Box) -> tuple[int, int, int, int]:
    """South, north, west and east as points are kept; both sides count."""
    return (
        *(math.ceil(box.south * E5), math.floor(box.north * E5)),
        *(math.ceil(box.west * E5), math.floor(box.east * E5)),
    )


@lru_cache(maxsize=200)
def pairs(count: int) -> str:
    """A table of so many ranges, each its first spot and one past the last."""
    return f"VALUES {', '.join(['(%s, %s)'] * count)}"


class Names(NamedTuple):
    """What the places and offices of some rows are called: code and name of each place, name by office.

    Names are as the table has them, words by language tag in JSON: place, kind, and the kind's pattern.
    """

    places: dict[int, tuple[str, str, str, str]]
    offices: dict[str, str]


def names_of(rows: Iterable[Told]) -> Names:
    """As they are called now, in two queries."""
    areas: set[int | None] = set()
    offices: set[str | None] = set()
    for one in rows:
        areas.update((one.place_id, one.third_area, one.second_area, one.first_area))
        offices.add(one.office_id)
    areas.discard(None)
    offices.discard(None)
    place = (
        "SELECT p.id, p.code, CAST(p.name AS TEXT), CAST(k.name AS TEXT), CAST(k.label AS TEXT) "  # noqa: S608
        f"FROM {quoted(Place)} AS p JOIN {quoted(PlaceKind)} AS k ON k.id = p.kind_id WHERE p.id"
    )
    office = f"SELECT CAST(id AS TEXT), CAST(name AS TEXT) FROM {quoted(Office)} WHERE id"  # noqa: S608
    native = connection.features.has_native_uuid_field
    keys = [UUID(one) if native else one for one in offices if one]
    return Names(
        places={pk: (code, name, kind, pattern) for pk, code, name, kind, pattern in by_key(place, areas)},
        offices=dict(by_key(office, keys)),
    )


def by_key(statement: str, keys: Iterable[Any]) -> list[Any]:
    """The rows of these keys."""
    given, rows = list(keys), list[Any]()
    while given:
        some, given = given[: LENGTHS[-1]], given[LENGTHS[-1] :]
        length = next(one for one in LENGTHS if one >= len(some))
        some += [some[-1]] * (length - len(some))
        rows += fetched(f"{statement} IN ({places_for(length)})", some)
    return rows


@lru_cache(maxsize=len(LENGTHS))
def places_for(count: int) -> str:
    return ", ".join(["%s"] * count)


def is_told(category: str) -> bool:
    """Whether anything public was ever reported in a category."""
    return bool(fetched(f"SELECT 1 FROM {quoted(Pin)} WHERE category = %s LIMIT 1", [category]))  # noqa: S608


def fetched(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def quoted(model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def by(index: str) -> str:
    """The pins, found by this index."""
    return (
        f"{quoted(Pin)} AS q INDEXED BY {index}" if connection.vendor == "sqlite" else f"{quoted(Pin)} AS q"
    )


def as_moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
