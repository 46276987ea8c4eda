"""The public reads about single reports and the offices that answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.utils import timezone

from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.insight.disclosure.models import Joined, OfficeCount, Pin
from samleng.insight.disclosure.reading import lineage
from samleng.insight.disclosure.rules.pins import Clock, answers_in, clock_of, percent, steps_in
from samleng.insight.disclosure.rules.windows import Window
from samleng.insight.disclosure.verbs.counting import OFFICE
from samleng.insight.disclosure.wishes import Wish
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import open_small
from samleng.kit.words.refusals import Refusal

A_PAGE = 20
MARK = "SAMPLE"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Some pins of a list, newest first; `next` is the reference after which the list goes on."""

    pins: tuple[Pin, ...]
    next: str
    began: bool


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How an office, or all of them, answers public reports: every share with what it is a share of."""

    office_id: UUID | None
    office: Office | None
    reports: int
    open: int
    late: int
    fixed: int
    closed: int
    owed: int
    in_time: int
    review_waits: int
    review_late: int

    @property
    def in_time_percent(self) -> int | None:
        return percent(self.in_time, self.owed)


def listed(wish: Wish, after: str = "", size: int = A_PAGE) -> Listed:
    """A page of the list by its key: the reference of the last report on the page before."""
    pins = wish.of(Pin.objects.all())
    key = Pin.objects.filter(reference=after).values_list("requested_at", "id").first() if after else None
    if key:
        pins = pins.after(key)
    rows = list(pins.select_related("place__kind").newest_first()[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Listed(pins=tuple(rows), next=rows[-1].reference if more else "", began=key is None)


def newest_in(window: Window, wish: Wish, size: int) -> list[Pin]:
    """The newest pins of a window, for feeds."""
    found: list[Pin] = []
    for first, after in window.ranges():
        pins = wish.of(Pin.objects.filter(spot__gte=first, spot__lt=after))
        found += pins.select_related("place__kind").newest_first()[:size]
    return sorted(found, key=lambda one: (one.requested_at, one.pk), reverse=True)[:size]


def report(reference: str) -> Pin | None:
    """The pin of a reference, or of the case it was joined to; None where there is none, or no longer."""
    found = Pin.objects.select_related("place__kind", "place__parent__kind", "photo")
    asked = reference.strip().upper()
    own = found.filter(reference=asked).first()
    if own is None:
        own = found.filter(case_id__in=Joined.objects.filter(reference=asked).values("case_id")).first()
    return own


def today_of(pin: Pin, today: date | None = None) -> Clock:
    """How a pin stands today, whether or not its counts have been turned already."""
    return clock_of(
        today=today or timezone.localdate(),
        requested_on=timezone.localtime(pin.requested_at).date(),
        closed=pin.closed_at is not None,
        outcome=pin.outcome,
        due_on=pin.due_on,
        answered_on=timezone.localtime(pin.answered_at).date() if pin.answered_at else None,
        answer_due_on=pin.answer_due_on,
        reviewed=pin.reviewed_at is not None,
        review_due_on=pin.review_due_on,
    )


def steps_of(pin: Pin) -> list[tuple[datetime, str]]:
    """When it came into which state, oldest first."""
    return steps_in(pin.steps)


def answers_of(pin: Pin) -> list[tuple[datetime, Mapping[str, str]]]:
    """What offices said to everybody, oldest first."""
    return answers_in(pin.answers)


def photo_of(pin: Pin) -> bytes | None:
    """The small reviewed photo; None where there is none, or its file is gone."""
    blob: Blob | None = pin.photo
    if blob is None or blob.erased_at is not None or pin.reviewed_at is None:
        return None
    try:
        return open_small(blob, MARK if pin.sample else "")
    except Refusal:
        return None


def rates_of(office_id: UUID) -> Rates | None:
    """An office's rates; None where it has no public report and is no office."""
    office = Office.objects.select_related("kind", "place__kind").filter(pk=office_id).first()
    row = OfficeCount.objects.filter(office_id=office_id).values(*OFFICE).first()
    if office is None:
        return None
    return Rates(office_id=office_id, office=office, **(row or dict.fromkeys(OFFICE, 0)))


def rates_of_all() -> Rates:
    """The sums over every office, and over the reports that none has taken yet."""
    sums: dict[str, Any] = OfficeCount.objects.aggregate(**{name: Sum(name) for name in OFFICE})
    return Rates(office_id=None, office=None, **{name: int(sums[name] or 0) for name in OFFICE})


def rates_listed(place: Place | None = None) -> list[Rates]:
    """Every office with public reports, by its code: who reports differs by place, so this ranks nobody."""
    counts = OfficeCount.objects.filter(reports__gt=0).values("office_id", *OFFICE)
    rows = {row.pop("office_id"): row for row in counts}
    offices = Office.objects.select_related("kind", "place__kind").filter(pk__in=list(rows))
    if place is not None:
        under = Q()
        for one in Place.objects.filter(pk__in=list(lineage([place]))):
            under |= Q(place__path__startswith=one.path)
        offices = offices.filter(under)
    return [Rates(office_id=one.pk, office=one, **rows[one.pk]) for one in offices.order_by("code")]
