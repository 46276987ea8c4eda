"""What a client asks for, read from its parameters: every fault is told at once, an empty one is absent."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.open311.faults import WRONG, Fault, together
from samleng.insight.disclosure.rules.areas import Box, Near
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.text import filled

SPAN = timedelta(days=90)
# Without a page the answer ends here, as the specification has it.
MOST, LAST_PAGE = 1000, 100_000
MOST_IDS = 200
# No piece of news has a greater number.
FARTHEST = 2**62
# Of what somebody wrote.
LONGEST = 4000
YES, NO = ("true", "1"), ("false", "0")
OPEN, CLOSED = "open", "closed"
# Of a point without a radius.
NEAR_METRES, FAR_METRES = 1000, 50_000
# What alone counts as nothing, and goes from both ends.
SPACE = " \t\n\v\f\r"
# The earliest and the latest year that every database knows.
YEARS = range(1970, 9999)
EARLIEST, LATEST = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1], 12, 31, tzinfo=UTC)
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+\- ]\d\d:?\d\d)", re.IGNORECASE)
MARK = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From when to when is sought. Where that is less than was asked for, `since` is what was asked for."""

    start: datetime | None = None
    end: datetime | None = None
    since: datetime | None = None

    @property
    def earlier(self) -> Stretch | None:
        """What was left out of what was asked for; both ends of a stretch count."""
        if self.since is None or self.start is None or self.since >= self.start:
            return None
        return Stretch(start=self.since, end=self.start - timedelta(microseconds=1))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which requests a client wants to see. Ids go before everything else."""

    ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    when: Stretch = Stretch()
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    box: Box | None = None
    near: Near | None = None
    # Where the page before ended: its last moment and id. It goes before the page's number.
    after: tuple[datetime, int] | None = None
    page: int = 1
    page_size: int = MOST
    extensions: bool = False

    @property
    def first(self) -> int:
        return (self.page - 1) * self.page_size


class Reading:
    """One look at the parameters, which gathers what is wrong with them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = {name: value.strip(SPACE) for name, value in given.items() if value.strip(SPACE)}
        self.faults: list[Fault] = []

    def wrong(self, name: str, sentence: Any) -> None:
        self.faults.append(
            Fault(code=WRONG, description=filled("%(name)s: %(said)s", name=name, said=sentence))
        )

    def listed(self, name: str) -> tuple[str, ...]:
        parts = (part.strip() for part in self.given.get(name, "").split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def moment(self, name: str) -> datetime | None:
        given = self.given.get(name)
        if given is None:
            return None
        found = sought(given)
        if found is None:
            self.wrong(name, _("Write a time with its zone, such as 2026-05-24T00:00:00Z."))
        return found

    def whole(self, name: str, otherwise: int, most: int) -> int:
        given = self.given.get(name)
        if given is None:
            return otherwise
        if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:20]) <= most:
            self.wrong(name, filled(_("Write a whole number from 1 to %(most)d."), most=most))
            return otherwise
        return int(given)

    def number(self, name: str, least: float, most: float) -> float | None:
        given = self.given.get(name)
        if given is None:
            return None
        found = number_of(given)
        if found is None or not least <= found <= most:
            said = _("Write a number from %(least)g to %(most)g.")
            self.wrong(name, filled(said, least=least, most=most))
            return None
        return found

    def mark(self, name: str) -> tuple[datetime, int] | None:
        """Where a page ended, as `mark_of` writes it."""
        given = self.given.get(name)
        if given is None:
            return None
        found = MARK.fullmatch(given)
        try:
            if found:
                micro, pk = int(found.group(1)), int(found.group(2))
                return EARLIEST + timedelta(microseconds=micro), pk
        except OverflowError:
            pass
        self.wrong(name, _("Take it as the address of the next page has it."))
        return None

    def flag(self, name: str) -> bool:
        given = self.given.get(name, "false")
        if given not in YES + NO:
            self.wrong(name, _("Write true or false."))
        return given in YES


def mark_of(at: datetime, pk: int) -> str:
    """Where a page ended, so that the next one begins behind it whatever comes or goes meanwhile."""
    return f"{(at - EARLIEST) // timedelta(microseconds=1)}-{pk}"


def number_of(given: str) -> float | None:
    """The number, if it is a plain one: Python also reads "1_0", "nan" and many other scripts' digits.

    Telephones write it as their land does: in Khmer digits, with a comma before the parts, with a long minus.
    """
    plain = to_latin(given).replace("\u2212", "-")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    if not re.fullmatch(r"[+-]?\d{1,20}(\.\d{0,40})?(e[+-]?\d{1,3})?", plain, re.ASCII | re.IGNORECASE):
        return None
    found = float(plain)
    return found if math.isfinite(found) else None


def moment_of(given: str) -> datetime | None:
    """A time of W3C with its zone; a day alone begins at the land's midnight."""
    given = given.strip()
    try:
        if DAY.fullmatch(given):
            day = datetime.strptime(given, "%Y-%m-%d").date()
            found = datetime.combine(day, time(), timezone.get_default_timezone())
        elif TIME.fullmatch(given):
            found = datetime.fromisoformat(regular(given))
        else:
            return None
        return found.astimezone(UTC) if found.year in YEARS else None
    except (ValueError, OverflowError):
        return None


def sought(given: str) -> datetime | None:
    """The same of a search: before the first year and after the last lies nothing, so that any will do."""
    year = given[:4]
    if not (year.isascii() and year.isdigit()) or YEARS[0] < int(year) < YEARS[-1]:
        return moment_of(given)
    readable = moment_of(("1972" if calendar.isleap(int(year)) else "1971") + given[4:])
    return readable and (EARLIEST if int(year) <= YEARS[0] else LATEST)


def regular(given: str) -> str:
    """The same time as Python reads it: a plus that an address turned into a space is one again."""
    day, rest = given[:10], given[11:].upper().replace("Z", "+00:00")
    found = re.fullmatch(r"(\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?\s?([+\- ])(\d\d):?(\d\d)", rest)
    if found is None:
        raise ValueError(given)
    clock, part, sign, hours, minutes = found.groups()
    clock = clock if len(clock) == 8 else f"{clock}:00"
    # A leap second, which Python does not know.
    clock = clock.replace(":60", ":59")
    sign = "-" if sign == "-" else "+"
    return f"{day}T{clock}.{(part or '0')[:6]:0<6}{sign}{hours}:{minutes}"


def read(given: Mapping[str, str], *, now: datetime) -> Asked:
    """What GET requests asks for; raises Wrong with everything that cannot be understood."""
    look = Reading(given)
    ids = look.listed("service_request_id")
    if len(ids) > MOST_IDS:
        look.wrong("service_request_id", filled(_("Ask for %(most)d at a time at most."), most=MOST_IDS))
    extensions = look.flag("extensions")
    page, page_size = look.whole("page", 1, LAST_PAGE), look.whole("page_size", MOST, MOST)
    mark = look.mark("after")
    after, before = look.moment("updated_after"), look.moment("updated_before")
    # With numbers of requests nothing is sought in time, however wide.
    when = window(look, now, open_ended=bool(after or before))
    statuses = frozenset(status.lower() for status in look.listed("status"))
    if statuses - {OPEN, CLOSED}:
        look.wrong("status", _("Write open, closed or both with a comma between them."))
    services = look.listed("service_code")
    if len(services) > MOST_IDS:
        look.wrong("service_code", filled(_("Ask for %(most)d at a time at most."), most=MOST_IDS))
    box, near = box_of(look), near_of(look)
    together(look.faults)
    if ids:
        # They override all other arguments; what cannot be read is said all the same.
        return Asked(ids=ids, extensions=extensions)
    return Asked(
        services=services,
        statuses=statuses,
        when=when,
        updated_after=after,
        updated_before=before,
        box=box,
        near=near,
        after=mark,
        page=page,
        page_size=page_size,
        extensions=extensions,
    )


def window(look: Reading, now: datetime, *, open_ended: bool = False) -> Stretch:
    """From when to when: the last ninety days of what is asked for, or of all where nothing is said."""
    start, end = look.moment("start_date"), look.moment("end_date")
    if start and end:
        if end - start <= SPAN:
            return Stretch(start=start, end=end)
        end = min(end, now)
        return Stretch(start=max(start, end - SPAN), end=end, since=start)
    if start:
        return Stretch(start=start, end=start + SPAN)
    if end:
        return Stretch(start=end - SPAN, end=end)
    return Stretch() if open_ended else Stretch(start=now - SPAN)


def box_of(look: Reading) -> Box | None:
    """`bbox=west,south,east,north`, as CitySDK has it."""
    given = look.given.get("bbox")
    if given is None:
        return None
    sides = [number_of(part.strip()) for part in given.split(",")]
    if len(sides) == 4 and None not in sides:
        west, south, east, north = (float(side or 0) for side in sides)
        if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
            return Box(west=west, south=south, east=east, north=north)
    look.wrong("bbox", _("Write west,south,east,north in degrees."))
    return None


def near_of(look: Reading) -> Near | None:
    """`lat`, `long` and, in metres, `radius`."""
    latitude, longitude = look.number("lat", -90, 90), look.number("long", -180, 180)
    metres = look.number("radius", 1, FAR_METRES)
    if latitude is not None and longitude is not None:
        return Near(latitude=latitude, longitude=longitude, metres=metres or NEAR_METRES)
    if ("lat" in look.given) != ("long" in look.given):
        look.wrong("lat" if "long" in look.given else "long", _("Give lat and long together."))
    elif "radius" in look.given and "lat" not in look.given:
        look.wrong("radius", _("Give lat and long with it."))
    return None
