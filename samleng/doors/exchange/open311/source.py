"""Where what is shown comes from: the pins that everyone may see, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.doors.exchange.open311.asking import CLOSED, OPEN, Asked, Box, Near
from samleng.doors.exchange.open311.faults import wrong
from samleng.doors.exchange.open311.said import Note, Shown
from samleng.doors.exchange.open311.wording import state_words, theirs
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.insight.disclosure.categories import Categories
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.reports import answers_of, steps_of
from samleng.insight.disclosure.rules.blurring import E5
from samleng.insight.disclosure.rules.pins import LATE, others
from samleng.insight.disclosure.rules.windows import DEEPEST, Window, tile
from samleng.kit.words.text import say

METRES_A_DEGREE = 111_320
# A box is looked up in at most about so many squares of the map.
SQUARES = 64
# News of more cases than this is asked for in shorter times.
MOST_CHANGED = 20_000


def found(asked: Asked) -> QuerySet[Pin]:
    """The pins that fit, newest first; nothing else about them is read here."""
    pins = Pin.objects.newest_first()
    if asked.ids:
        return pins.filter(reference__in=[one.upper() for one in asked.ids])
    pins = pins.filter(within(asked))
    if asked.services:
        pins = pins.filter(category__in=asked.services)
    if asked.statuses in ({OPEN}, {CLOSED}):
        pins = pins.filter(closed_at__isnull=asked.statuses == {OPEN})
    if asked.box:
        pins = in_box(pins, asked.box)
    if asked.near:
        pins = near(pins, asked.near)
    return pins


def within(asked: Asked) -> Q:
    """The times that were asked for; both ends count."""
    wish = Q()
    for name, value in (
        ("requested_at__gte", asked.when.start),
        ("requested_at__lte", asked.when.end),
        ("updated_at__gte", asked.updated_after),
        ("updated_at__lte", asked.updated_before),
    ):
        if value is not None:
            wish &= Q(**{name: value})
    return wish


def in_box(pins: QuerySet[Pin], box: Box) -> QuerySet[Pin]:
    """Those whose shown point lies in the box, looked up by the squares of the map that it touches."""
    if box.south > box.north:
        return pins.none()
    if box.west > box.east:
        return pins.filter(inside(replace(box, east=180)) | inside(replace(box, west=-180)))
    return pins.filter(inside(box))


def inside(box: Box) -> Q:
    squares = Q()
    for first, after in window_of(box).ranges():
        squares |= Q(spot__gte=first, spot__lt=after)
    return squares & Q(
        lat_e5__gte=math.ceil(box.south * E5),
        lat_e5__lte=math.floor(box.north * E5),
        lon_e5__gte=math.ceil(box.west * E5),
        lon_e5__lte=math.floor(box.east * E5),
    )


def window_of(box: Box) -> Window:
    """The squares of the finest level of which few hold the box."""
    for level in range(DEEPEST, -1, -1):
        left, top = tile(box.west, box.north, level)
        right, bottom = tile(box.east, box.south, level)
        if (right - left + 1) * (bottom - top + 1) <= SQUARES or level == 0:
            break
    return Window(level, level, left, top, right, bottom)


def near(pins: QuerySet[Pin], point: Near) -> QuerySet[Pin]:
    """Those whose shown point lies in the circle; flat, which is right to a metre in so small a one."""
    narrow = max(math.cos(math.radians(point.latitude)), 0.01)
    up, aside = point.metres / METRES_A_DEGREE, point.metres / METRES_A_DEGREE / narrow
    box = Box(
        west=max(point.longitude - aside, -180),
        east=min(point.longitude + aside, 180),
        south=max(point.latitude - up, -90),
        north=min(point.latitude + up, 90),
    )
    north = Cast(F("lat_e5"), FloatField()) / E5 - point.latitude
    east = (Cast(F("lon_e5"), FloatField()) / E5 - point.longitude) * narrow
    return in_box(pins, box).annotate(away=north * north + east * east).filter(away__lte=up * up)


def shown(pins: Iterable[Pin], language: str, base: str, *, extensions: bool = False) -> list[Shown]:
    """The rows with their places, offices and words, in four queries; history only with `extensions`."""
    rows = list(pins)
    offices = Office.objects.in_bulk({one.office_id for one in rows if one.office_id})
    areas = {area for one in rows for area in (one.place_id, one.third_area, one.second_area, one.first_area)}
    places = Place.objects.select_related("kind").in_bulk({one for one in areas if one})
    categories, names = Categories(), dict[str, str]()
    for one in rows:
        if one.category not in names:
            category = categories.of(one.category)
            names[one.category] = say(category.name, language) if category else ""
    return [shown_of(one, language, base, names, offices, places, extensions) for one in rows]


def without_history(pins: QuerySet[Pin]) -> QuerySet[Pin]:
    """The same without what only the extensions tell: it is most of a row's bytes."""
    return pins.defer("steps", "answers")


def shown_of(
    pin: Pin,
    language: str,
    base: str,
    names: dict[str, str],
    offices: dict[Any, Office],
    places: dict[int, Place],
    extensions: bool,
) -> Shown:
    office, place = offices.get(pin.office_id), places.get(pin.place_id)
    return Shown(
        reference=pin.reference,
        service=pin.category,
        service_name=names[pin.category],
        open=pin.closed_at is None,
        requested=pin.requested_at,
        updated=pin.closed_at or pin.updated_at,
        expected=end_of(pin) if pin.closed_at is None else None,
        status_notes=state_words(pin.state, pin.outcome),
        office=say(office.name, language) if office else "",
        notice=notice_of(pin),
        words=say(pin.words, language),
        place_code=place.code if place else "",
        place_name=address(pin, places, language),
        latitude=None if pin.lat_e5 is None else pin.lat_e5 / E5,
        longitude=None if pin.lon_e5 is None else pin.lon_e5 / E5,
        media_url=photo_url(pin, base),
        notes=tuple(notes_of(pin, language)) if extensions else (),
        more=more_of(pin) if extensions else {},
    )


def end_of(pin: Pin) -> datetime | None:
    """The end of the day that the case's clock waits for."""
    if pin.due_on is None:
        return None
    return datetime.combine(pin.due_on, time(23, 59, 59), timezone.get_default_timezone())


def notice_of(pin: Pin) -> str:
    said = [_("SAMPLE")] if pin.sample else []
    if pin.words is None and pin.review_due_on:
        said.append(_("Words and photo are shown once somebody has looked at them."))
    return ". ".join(said)


def address(pin: Pin, places: dict[int, Place], language: str) -> str:
    """The place and what it lies in, the smallest first."""
    ids = dict.fromkeys((pin.place_id, pin.third_area, pin.second_area, pin.first_area))
    return ", ".join(places[one].label(language) for one in ids if one in places)


def photo_url(pin: Pin, base: str) -> str | None:
    if pin.photo_id is None or pin.reviewed_at is None:
        return None
    return f"{base}/open311/v2/requests/{pin.reference}/photo.webp"


def more_of(pin: Pin) -> dict[str, Any]:
    """What GeoReport has no field for: what everyone may know of the case beside."""
    return {
        "state": pin.state,
        "outcome": pin.outcome or None,
        "late": pin.group == LATE,
        "me_too": others(pin.me_too),
        "answer_due_on": pin.answer_due_on.isoformat() if pin.answer_due_on else None,
        "reviewed": pin.reviewed_at is not None,
        "sample": pin.sample,
    }


def notes_of(pin: Pin, language: str) -> list[Note]:
    """The steps of a case and what its office said to everybody, oldest first."""
    steps = steps_of(pin)
    closed = pin.closed_at
    notes = [
        note(pin, at, state, state_words(state, pin.outcome), open_at=closed is None or at < closed)
        for at, state in steps
    ]
    for at, text in answers_of(pin):
        state = next((code for when, code in reversed(steps) if when <= at), pin.state)
        one = note(pin, at, state, say(text, language), open_at=closed is None or at < closed)
        notes.append(Note(**{**one.__dict__, "id": f"{one.id}.answer"}))
    return sorted(notes, key=lambda one: (one.at, one.id))


def note(pin: Pin, at: datetime, state: str, words: str, *, open_at: bool) -> Note:
    return Note(
        at=at,
        kind=state,
        words=words,
        id=f"{pin.reference}.{int(at.timestamp() * 1000)}.{state}",
        open=open_at,
        state=theirs(state, pin.outcome, open_at),
        reference=pin.reference,
    )


def anything_by(moment: datetime) -> bool:
    """Whether there was anything public by then that there could be news of."""
    return Pin.objects.filter(requested_at__lte=moment).exists()


def news(start: datetime, end: datetime, language: str) -> list[Note]:
    """What happened to public cases between two moments, oldest first."""
    pins = list(Pin.objects.filter(updated_at__gte=start).order_by("updated_at")[: MOST_CHANGED + 1])
    if len(pins) > MOST_CHANGED:
        raise wrong(_("Too much has happened since then. Ask for news of a later start_date."))
    notes = [one for pin in pins for one in notes_of(pin, language) if start <= one.at <= end]
    return sorted(notes, key=lambda one: (one.at, one.id))
