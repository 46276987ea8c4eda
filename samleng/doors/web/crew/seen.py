"""What there is to do, as crews and their offices read it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case, Crew, Evidence, Order
from samleng.answers.cases.rules.story import OPEN
from samleng.answers.cases.verbs.working import DONE, GIVEN, NOT_DONE
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting, seats_for

MOST = 50
METRES_A_DEGREE = 111_320.0
REASONS = {
    "not_our_zone": _("Not our zone"),
    "not_found": _("Nothing found there"),
    "no_access": _("We could not get there"),
    "needs_truck": _("Needs a truck or a machine"),
    "too_dangerous": _("Too dangerous"),
}


@dataclass(frozen=True)
class Job:
    """One piece of work as its crew reads it."""

    order: Order
    case: Case
    late: bool

    @property
    def point(self) -> str:
        """Where it is, as every map program of a phone reads it; "" where only a place is known."""
        if self.case.latitude is None or self.case.longitude is None:
            return ""
        return f"{self.case.latitude:.5f},{self.case.longitude:.5f}"

    @property
    def geo(self) -> str:
        return f"geo:{self.point}?q={self.point}" if self.point else ""


def orders_of(crew: Crew) -> QuerySet[Order]:
    """A crew's orders for cases that its office still has."""
    found = Order.objects.filter(crew=crew, case__office=F("office"))
    return found.select_related("case__catalogue", "case__place__kind", "case__place__parent__kind")


def to_do(crew: Crew) -> list[Job]:
    """What a crew has to do today and has not done yet, each nearest to the one before.

    It begins where the crew was last, else with what is due first.
    """
    today = timezone.localdate()
    rows = orders_of(crew).filter(state=GIVEN, day__lte=today, case__state__in=OPEN)
    jobs = [Job(one, one.case, one.case.overdue(today)) for one in rows.order_by("day", "at")[:MOST]]
    done = orders_of(crew).filter(state=DONE, done_at__date=today).order_by("-done_at").first()
    return walked(jobs, done.case if done else None)


def walked(jobs: Sequence[Job], start: Case | None) -> list[Job]:
    """The jobs as one walks from each to the nearest of the rest; those without a point come last."""
    left = [one for one in jobs if one.point]
    without = [one for one in jobs if not one.point]
    way: list[Job] = []
    here = start if start is not None and start.latitude is not None else None
    while left:
        nearest = left[0] if here is None else min(left, key=lambda one: metres(here, one.case))
        left.remove(nearest)
        way.append(nearest)
        here = nearest.case
    return way + without


def metres(one: Case, other: Case) -> float:
    """How far two cases with points lie apart, on the flat."""
    lat, lon = float(one.latitude or 0), float(one.longitude or 0)
    north = (float(other.latitude or 0) - lat) * METRES_A_DEGREE
    east = (float(other.longitude or 0) - lon) * METRES_A_DEGREE * math.cos(math.radians(lat))
    return math.hypot(north, east)


def finished_today(crew: Crew) -> list[Order]:
    """What the crew said of its work today, newest first."""
    rows = Order.objects.filter(crew=crew, done_at__date=timezone.localdate()).exclude(state=GIVEN)
    rows = rows.select_related("case__catalogue", "case__place__kind").order_by("-done_at")
    return list(rows[:MOST])


def reviewed_photos(case: Case) -> list[Evidence]:
    """The pictures of the thing as it was found that somebody of the office let pass."""
    shown = Evidence.objects.filter(case=case, moment="before", shown=True, blob__erased_at=None)
    return list(shown.order_by("-at")[:3])


def offices_of(by: Acting, *verbs: str) -> list[Office]:
    """The offices in which somebody holds one of the rights."""
    held = {seat.office for verb in verbs for seat in seats_for(by, verb) if seat.office}
    return list(Office.objects.filter(pk__in=held).order_by("code"))


def could_not(offices: Iterable[Office | Any]) -> QuerySet[Order]:
    """Work that a crew could not do and that nobody has given anew; the newest first."""
    since = Order.objects.filter(case=OuterRef("case"), at__gt=OuterRef("at"))
    rows = Order.objects.filter(office__in=list(offices), state=NOT_DONE, case__state__in=OPEN)
    rows = rows.filter(case__office=F("office")).filter(~Exists(since))
    return rows.select_related("crew", "case__catalogue", "case__place__kind").order_by("-done_at")


def to_give(by: Acting, offices: Iterable[Office]) -> list[Case]:
    """Public open cases of the offices that no crew has, what is due first."""
    given = Order.objects.filter(case=OuterRef("pk"), state=GIVEN)
    found = Case.objects.seen_by(by, "cases.work").open().filter(office__in=list(offices), exposure="public")
    found = found.filter(~Exists(given)).filter(Q(kind="report") | Q(latitude__isnull=False))
    return list(found.with_context().order_by("next_due", "pk")[:MOST])
