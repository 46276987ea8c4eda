"""What a reader of the map, the list or a feed asks for, read from an address and never trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import public_categories, sectors
from samleng.insight.disclosure.models import PinQuerySet
from samleng.insight.disclosure.reading import find_place, lineage
from samleng.insight.disclosure.rules.pins import AGES, CLOSED, FIXED, LATE, OPEN
from samleng.kit.words.refusals import Refusal

# What can be asked for -> the groups that are counted for it.
STATES = {"open": (OPEN, LATE), "overdue": (LATE,), "fixed": (FIXED,), "closed": (FIXED, CLOSED)}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which pins are wanted; empty parts want all."""

    category: str = ""
    sector: str = ""
    state: str = ""
    # Reported within so many days, today being the first; 0: at any time.
    within: int = 0
    place: Place | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        return STATES.get(self.state, ())

    @property
    def key(self) -> str:
        place = self.place.pk if self.place else ""
        return f"{self.category}|{self.sector}|{self.state}|{self.within}|{place}"

    @property
    def ages(self) -> tuple[int, ...]:
        """The ages counted one by one; none: all at once."""
        return tuple(range(1, AGES.index(self.within) + 2)) if self.within else ()

    def of(self, pins: PinQuerySet) -> PinQuerySet:
        """These of the pins, as a page lists them."""
        if self.category:
            pins = pins.filter(category=self.category)
        if self.sector:
            pins = pins.filter(sector=self.sector)
        if self.groups:
            pins = pins.filter(group__in=self.groups)
        if self.within:
            pins = pins.filter(requested_at__gte=begin(self.within))
        if self.place:
            pins = pins.in_any_of(lineage([self.place]), self.place.level)
        return pins


def begin(days: int) -> datetime:
    """When so many days began, with today as the last of them."""
    day = timezone.localdate() - timedelta(days=days - 1)
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def wish_of(asked: Mapping[str, str]) -> Wish:
    """The wish that an address tells; refuses what no site has, and says what there is."""
    return Wish(
        category=one_of(asked, "category", {one.code for one in public_categories()}),
        sector=one_of(asked, "sector", {code for code, _name in sectors()}),
        state=one_of(asked, "state", set(STATES)),
        within=int(one_of(asked, "within", {str(days) for days in AGES}) or 0),
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
