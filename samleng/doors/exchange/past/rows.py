"""Another system's rows, read by its mapping; every fault is told with row, field and remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.rules.former import ENDED
from samleng.answers.cases.verbs.taking_over import FormerCase
from samleng.doors.exchange.cells import Column
from samleng.doors.exchange.past.land import Land
from samleng.doors.exchange.past.mapping import SECONDS, SEVERAL, THOUSANDTHS, Past
from samleng.doors.exchange.past.packed import readable
from samleng.doors.exchange.tables import Row, Table, fold, read_table
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.reports.rules.filing import LONGEST_WORDS, Point, Unfit

DEGREES = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
# The map ends there (Mercator).
FARTHEST_NORTH = 85


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the mapping names of this site, looked up once."""

    catalogue: CatalogueVersion
    categories: dict[str, Category]
    office: Office | None
    place: Place | None


@dataclass(frozen=True, kw_only=True, repr=False)
class Found:
    """A sound row: its number in the file, the other system's own number, and what it was."""

    row: int
    theirs: str
    former: FormerCase


def columns(past: Past) -> dict[str, Column]:
    """The columns that the mapping names, as tables are read."""
    found: dict[str, Column] = {}
    for name, headings in past.columns.items():
        for at, heading in enumerate(headings):
            key = f"{name}.{at}" if name in SEVERAL else name
            needed = name == "id" or (name == "opened" and len(headings) == 1)
            found[key] = Column(
                heading=heading, filled=needed, unique=name == "id",
                longest=80 if name == "id" else LONGEST_WORDS,
            )  # fmt: skip
    return found


@dataclass
class Reader:
    """Reads the rows of a file, and keeps what is wrong with them."""

    past: Past
    ground: Ground
    rejected: list[Refusal] = field(default_factory=list)
    table: Table = field(default_factory=Table)

    def __post_init__(self) -> None:
        self.land = Land(self.ground.place)
        self.now = timezone.now()

    def read(self, path: Path) -> list[Found]:
        """The sound rows; the faults of the others are in `rejected`."""
        with readable(path, self.past.encoding) as plain:
            self.table = self.read_whole(plain)
        self.rejected += self.table.problems
        return [found for row in self.table.rows if (found := self.found(row)) is not None]

    def read_whole(self, plain: Path) -> Table:
        try:
            return read_table(plain, columns(self.past))
        except Refusal as refusal:
            if refusal.code == "encoding":
                refusal.remedy = _("Name its encoding in the mapping, or save it again as “CSV UTF-8”.")
            raise

    @property
    def rows(self) -> int:
        return len(self.table.rows) + len({one.row for one in self.table.problems})

    def found(self, row: Row) -> Found | None:
        before = len(self.rejected)
        row = self.known(row)
        former = self.former(row)
        return (
            Found(row=row.number, theirs=row["id"], former=former)
            if former and len(self.rejected) == before
            else None
        )

    def known(self, row: Row) -> Row:
        """The row without what only says that nothing is known; of several days the first that is there."""
        values = {
            name: "" if isinstance(value, str) and fold(value) in self.past.missing else value
            for name, value in row.values.items()
        }
        for name in ("opened", "closed", "due"):
            parts = [f"{name}.{at}" for at in range(len(self.past.columns.get(name, ())))]
            key = next((part for part in parts if values.get(part)), parts[0] if parts else "")
            values[name] = values.get(key, "")
            self.table.labels.setdefault(name, self.table.labels.get(key, name))
        return Row(row.number, values, row.sheet)

    def former(self, row: Row) -> FormerCase | None:
        """What the row says; what cannot be understood is told, all of it."""
        past = self.past
        opened, ended, due = (self.moment(row, name) for name in ("opened", "closed", "due"))
        category = self.category(row)
        status = self.status(row, ended)
        point = self.point(row)
        place = self.place(row, point)
        self.days(row, opened, ended)
        if opened is None or category is None or status is None or place is None:
            return None
        state, outcome = status
        over = state in ENDED
        return FormerCase(
            category=category.code, place=place, point=point, opened_at=opened, state=state, outcome=outcome,
            ended_at=ended if over else None, due_on=timezone.localdate(due) if due else None,
            language=past.language, words=self.words(row), answer=row.get("answer", "") if over else "",
            published=past.published,
        )  # fmt: skip

    def wrong(self, row: Row, name: str, message: Any, remedy: Any, code: str) -> None:
        label = self.table.labels.get(name, name)
        self.rejected.append(Refusal(message, field=label, row=row.number, remedy=remedy, code=code))

    def moment(self, row: Row, name: str) -> datetime | None:
        given = row.get(name, "")
        if not given:
            if name == "opened":
                self.wrong(row, name, _("The cell is empty."), _("Fill it in."), "empty")
            return None
        found = moment_in(given, self.past.times)
        if found is None:
            self.wrong(
                row, name,
                filled(_("“%(value)s” has none of the forms of time in the mapping."), value=given[:60]),
                _("Correct it, or add its form to times in the mapping."), "date",
            )  # fmt: skip
            return None
        return found if found.tzinfo else found.replace(tzinfo=self.past.zone)

    def days(self, row: Row, opened: datetime | None, ended: datetime | None) -> None:
        """Nothing was reported tomorrow, and nothing ended before it began."""
        if opened and opened > self.now:
            self.wrong(row, "opened", _("This day has not come yet."), _("Correct the day."), "future")
        if opened and ended and ended < opened:
            self.wrong(
                row, "closed", _("It ended before it was opened."), _("Correct one of the two."), "order"
            )
        elif ended and ended > self.now:
            self.wrong(row, "closed", _("This day has not come yet."), _("Correct the day."), "future")

    def category(self, row: Row) -> Category | None:
        theirs = row.get("category", "")
        ours = self.past.category_of(theirs)
        if ours is None:
            self.wrong(
                row, "category", filled(_("The mapping knows no category “%(value)s”."), value=theirs[:60]),
                _('Add it to [categories] in the mapping, or "*" for the rest.'), "choice",
            )  # fmt: skip
            return None
        return self.ground.categories[ours]

    def status(self, row: Row, ended: datetime | None) -> tuple[str, str] | None:
        theirs = row.get("status", "")
        found = self.past.status_of(theirs)
        if found is None:
            self.wrong(
                row, "status", filled(_("The mapping knows no status “%(value)s”."), value=theirs[:60]),
                _('Add it to [statuses] in the mapping, or "*" for the rest.'), "choice",
            )  # fmt: skip
        elif found[0] in ENDED and not row.get("closed"):
            self.wrong(
                row, "closed", _("It has ended, and nothing says when."),
                _("Fill the day in, or let its status be one that is open."), "empty",
            )  # fmt: skip
        return found

    def point(self, row: Row) -> Point | None:
        before = len(self.rejected)
        if row.get("point"):
            latitude, longitude = self.both(row)
        else:
            latitude, longitude = self.degrees(row, "latitude"), self.degrees(row, "longitude")
        # Nought and nought is what systems write that know of no point.
        if len(self.rejected) > before or (not latitude and not longitude):
            return None
        name = "point" if row.get("point") else "longitude" if longitude is None else "latitude"
        try:
            point = Point.read(latitude, longitude) if None not in (latitude, longitude) else None
        except Unfit:
            point = None
        if point is None or abs(point.latitude) > FARTHEST_NORTH:
            self.wrong(
                row, name, _("This is half a point, or none on the map."),
                _("Write both numbers in degrees, or leave both empty."), "point",
            )  # fmt: skip
            return None
        return point

    def degrees(self, row: Row, name: str) -> float | None:
        """One number of a point, as the mapping says that numbers are written."""
        given = row.get(name, "")
        if not given:
            return None
        found = number_in(given, self.past.decimal)
        if found is None:
            self.wrong(
                row, name, filled(_("“%(value)s” is not a number."), value=given[:60]),
                _("Write degrees, such as 11.5564; with a comma in it, say so by decimal in the mapping."),
                "number",
            )  # fmt: skip
        return found

    def both(self, row: Row) -> tuple[float | None, float | None]:
        """Latitude and longitude out of one cell: “POINT (long lat)”, or two numbers, the latitude first."""
        given = row["point"]
        numbers = [number_in(one, ".") for one in DEGREES.findall(given)]
        if len(numbers) != 2:
            self.wrong(
                row, "point", filled(_("“%(value)s” is no point."), value=given[:60]),
                _("Write POINT (longitude latitude), or latitude, longitude."), "point",
            )  # fmt: skip
            return None, None
        first, second = numbers
        return (second, first) if given.strip().upper().startswith("POINT") else (first, second)

    def place(self, row: Row, point: Point | None) -> Place | None:
        named = row.get("place", "")
        found = self.land.place_of(point, named)
        if found is None:
            placed = next((one for one in ("latitude", "point") if one in self.table.labels), "place")
            where = "place" if named else placed
            self.wrong(
                row, where, _("It lies in no place that is known here."),
                _("Write a place's code, load the outlines, or name a place for the rest in the mapping."),
                "no_place",
            )  # fmt: skip
        return found

    def words(self, row: Row) -> str:
        """What was said there, and where: the address, and the photo's, which is not fetched."""
        names = [f"words.{at}" for at in range(len(self.past.columns.get("words", ())))]
        lines = [row.get(name, "") for name in (*names, "address")]
        photo = row.get("photo", "")
        if photo and urlsplit(photo).scheme in ("http", "https"):
            lines.append(photo)
        return "\n\n".join(dict.fromkeys(line for line in lines if line))[:LONGEST_WORDS]


def number_in(given: str, decimal: str) -> float | None:
    """The number, with a point or a comma before its parts."""
    text = to_latin(given).strip().replace("\u2212", "-")
    text = text.replace(".", "").replace(",", ".") if decimal == "," else text
    return float(text) if DEGREES.fullmatch(text) else None


@lru_cache(maxsize=100_000)
def moment_in(given: str, forms: tuple[str, ...]) -> datetime | None:
    """The time in the first form that fits; without forms, as ISO 8601 writes it."""
    for form in forms:
        try:
            if form in (SECONDS, THOUSANDTHS):
                return datetime.fromtimestamp(float(given) / (1000 if form == THOUSANDTHS else 1), UTC)
            return datetime.strptime(given, form)
        except (ValueError, OverflowError, OSError):
            continue
    try:
        return None if forms else datetime.fromisoformat(given)
    except ValueError:
        return None
