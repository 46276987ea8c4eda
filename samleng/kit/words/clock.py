"""Working days and time zones: deadlines as an office counts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 code) in a year; none for "" or an unknown country."""
    if not country or country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Which days are worked: the weekend, the country's holidays, and what the pack adds or moves.

    `weekend` counts Monday as 0; `extra_days` are days off besides; `moved_days` maps a holiday,
    which is then worked, to the day taken instead.
    """

    country_code: str = ""
    extra_days: frozenset[date] = frozenset()
    moved_days: Mapping[date, date] = field(default_factory=dict)
    weekend: frozenset[int] = frozenset({5, 6})

    def works(self, day: date) -> bool:
        """Whether offices work on the day."""
        if day in self.moved_days:
            return True
        if day.weekday() in self.weekend or day in self.extra_days or day in self.moved_days.values():
            return False
        return day not in public_holidays(self.country_code, day.year)


def calendar_from(pack: Mapping[str, Any]) -> Calendar:
    """The calendar of a pack's [calendar]: country, weekend (Monday is 0), extra_days, moved_days.

    `extra_days` lists ISO dates; `moved_days` maps, or lists in pairs, a holiday and the day taken
    instead. ValueError for a setting that is not known, since a deadline would silently be wrong.
    """
    if unknown := set(pack) - {"country", "weekend", "extra_days", "moved_days"}:
        raise ValueError(f"[calendar] knows no {', '.join(sorted(unknown))}")
    moved = pack.get("moved_days", {})
    pairs: Iterable[tuple[Any, Any]] = moved.items() if isinstance(moved, Mapping) else moved
    return Calendar(
        country_code=str(pack.get("country", "")),
        extra_days=frozenset(_day(one) for one in pack.get("extra_days", ())),
        moved_days={_day(old): _day(new) for old, new in pairs},
        weekend=frozenset(int(one) for one in pack.get("weekend", (5, 6))),
    )


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def add_working_days(start: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after the start (before it, if n is negative); n = 0 is the start itself."""
    step = timedelta(days=1 if n > 0 else -1)
    if len(calendar.weekend) >= 7:
        raise ValueError("a calendar whose whole week is weekend has no working day")
    day, left = start, abs(n)
    while left:
        day += step
        left -= calendar.works(day)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after the start up to and including the end; negative if end is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.works(start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))


def local_day(moment: datetime, zone: str) -> date:
    """The date on which the moment (with zone) falls for people living in the zone."""
    return in_zone(moment, zone).date()


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment on the zone's clock; a moment without a zone is a mistake and is refused."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZoneInfo(zone))


def day_ends(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which the day is over in the zone: deadlines hold until then."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)
