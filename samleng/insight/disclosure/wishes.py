"""What a reader of the map, the list or a feed asks for, read from an address and never trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import public_categories, sectors
from samleng.insight.disclosure.models import PinQuerySet
from samleng.insight.disclosure.reading import find_place, lineage
from samleng.insight.disclosure.rules.pins import CLOSED, FIXED, LATE, OPEN
from samleng.kit.words.refusals import Refusal

# What can be asked for -> the groups that are counted for it.
STATES = {"open": (OPEN, LATE), "overdue": (LATE,), "fixed": (FIXED,), "closed": (FIXED, CLOSED)}
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which pins are wanted; empty parts want all."""

    category: str = ""
    sector: str = ""
    state: str = ""
    # The first and last month wanted, 202611; 0: no bound.
    since: int = 0
    until: int = 0
    place: Place | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        return STATES.get(self.state, ())

    @property
    def key(self) -> str:
        place = self.place.pk if self.place else ""
        return f"{self.category}|{self.sector}|{self.state}|{self.since}|{self.until}|{place}"

    def months(self) -> tuple[int, ...]:
        """The months counted one by one; none: all time at once."""
        if not (self.since or self.until):
            return ()
        today = timezone.localdate()
        last = min(self.until or 999912, today.year * 100 + today.month)
        first = max(self.since, FIRST_MONTH)
        return tuple(
            year * 100 + month
            for year in range(first // 100, last // 100 + 1)
            for month in range(1, 13)
            if first <= year * 100 + month <= last
        )

    def of(self, pins: PinQuerySet) -> PinQuerySet:
        """These of the pins, as a page lists them."""
        if self.category:
            pins = pins.filter(category=self.category)
        if self.sector:
            pins = pins.filter(sector=self.sector)
        if self.groups:
            pins = pins.filter(group__in=self.groups)
        if self.since:
            pins = pins.filter(requested_at__gte=begin(self.since))
        if self.until:
            pins = pins.filter(requested_at__lt=begin(following(self.until)))
        if self.place:
            pins = pins.in_any_of(lineage([self.place]), self.place.level)
        return pins


# Nothing is older than the site's first year.
FIRST_MONTH = 202001


def begin(month: int) -> datetime:
    return timezone.make_aware(datetime(month // 100, month % 100, 1))


def following(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def wish_of(asked: Mapping[str, str]) -> Wish:
    """The wish that an address tells; refuses what no site has, and says what there is."""
    return Wish(
        category=one_of(asked, "category", {one.code for one in public_categories()}),
        sector=one_of(asked, "sector", {code for code, _name in sectors()}),
        state=one_of(asked, "state", set(STATES)),
        since=month_of(asked, "since"),
        until=month_of(asked, "until"),
        place=place_of(asked),
    )


def one_of(asked: Mapping[str, str], field: str, known: set[str]) -> str:
    value = asked.get(field, "")
    if value and value not in known:
        raise Refusal(
            _("There is no such choice."),
            field=field,
            remedy=_("Choose one of the list, or leave it out."),
            code="unknown",
        )
    return value


def month_of(asked: Mapping[str, str], field: str) -> int:
    value = asked.get(field, "")
    found = MONTH.fullmatch(value)
    if value and not found:
        raise Refusal(
            _("This is no month."),
            field=field,
            remedy=_("Write year and month, such as 2026-11."),
            code="unreadable",
        )
    return int(found.group(1) + found.group(2)) if found else 0


def place_of(asked: Mapping[str, Any]) -> Place | None:
    code = str(asked.get("place", ""))
    found = find_place(code[:20]) if code else None
    if code and found is None:
        raise Refusal(
            _("There is no place with this code."),
            field="place",
            remedy=_("Find the place by its name and take its code from there."),
            code="unknown",
        )
    return found
