"""GET requests in XML or JSON, row by row; each row is written once and kept until anything in it changes.

A row is kept under its pin's stamp and that of all names, which the database moves on at every change: so
nothing kept is ever stale, whoever changes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.doors.exchange.open311 import documents
from samleng.doors.exchange.open311.asking import LONGEST
from samleng.doors.exchange.open311.documents import JSON, plain, printable, tag
from samleng.doors.exchange.open311.kept import KEPT
from samleng.doors.exchange.open311.said import extended, status
from samleng.doors.exchange.open311.source import moment_of, more_of, notes_of
from samleng.doors.exchange.open311.visit import Visit
from samleng.doors.exchange.open311.wording import state_words
from samleng.ground.places.rules import label
from samleng.insight.disclosure.categories import Categories
from samleng.insight.disclosure.rules.blurring import E5
from samleng.insight.disclosure.told import Found, Names, Told, names_of, told
from samleng.kit.words.text import say

ROOT = "service_requests"
HEAD = f'<?xml version="1.0" encoding="utf-8"?>\n<{ROOT}'.encode()


def document(visit: Visit, some: Sequence[Found], names: tuple[Hashable, ...], *, extensions: bool) -> bytes:
    """The whole answer; `names` says as what they stood before these rows were found."""
    form, language, base = visit.form, visit.language, visit.base
    zone, today = timezone.get_default_timezone(), timezone.localdate().isoformat()
    # Only the history says what is late by now.
    shelf = KEPT.shelf(*names, form, language, base, zone, today if extensions else "")
    rows = [KEPT.get((shelf, one.id, one.stamp)) for one in some]
    if missing := [one for one, row in zip(some, rows, strict=True) if row is None]:
        fresh = told((one.id for one in missing), history=extensions)
        writer = Rows(form, language, base, names_of(fresh.values()), zone, today, extensions=extensions)
        for place, one in enumerate(some):
            if rows[place] is None and one.id in fresh:
                rows[place] = row = writer.row(fresh[one.id])
                KEPT.put((shelf, one.id, one.stamp), row)
    whole = (b"," if form == JSON else b"").join([row for row in rows if row is not None])
    if form == JSON:
        return b"[%b]" % whole
    return b"%b>%b</%b>" % (HEAD, whole, ROOT.encode()) if whole else b"%b/>" % HEAD


class Rows:
    """Writes the rows of one answer, in one form and language."""

    def __init__(
        self,
        form: str,
        language: str,
        base: str,
        names: Names,
        zone: tzinfo,
        today: str,
        *,
        extensions: bool = False,
    ) -> None:
        self.form, self.language, self.base = form, language, base
        self.names, self.extensions = names, extensions
        self.zone, self.today = zone, today
        self.categories: Categories | None = None
        self.called = {pk: called(language, *words) for pk, (_code, *words) in names.places.items()}
        # Within one answer what is said of the same state, office or place is written out once.
        self.services: dict[str, str] = {}
        self.states: dict[tuple[str, str, str, bool], str] = {}
        self.offices: dict[tuple[str | None, bool, bool], str] = {}
        self.addresses: dict[tuple[int | None, ...], str] = {}
        self.no_description = piece(form, "description", None)
        self.no_media = piece(form, "media_url", None)
        self.no_end = piece(form, "expected_datetime", None)

    def row(self, one: Told) -> bytes:
        """One request, as it stands in the answer."""
        pieces = self.pieces(one)
        if self.extensions:
            pieces += self.more(one)
        if self.form == JSON:
            return f"{{{','.join(pieces)}}}".encode()
        return f"<request>{''.join(pieces)}</request>".encode()

    def pieces(self, one: Told) -> tuple[str, ...]:
        form, closed, words = self.form, one.closed, one.words
        state = one.category, one.state, one.outcome, closed is None
        office = one.office_id, one.sample, words is None and one.review_due_on is not None
        place = one.place_id, one.third_area, one.second_area, one.first_area
        return (
            plain_text(form, "service_request_id", one.reference),
            self.states.get(state) or self.state(*state),
            self.described(words) if words else self.no_description,
            self.offices.get(office) or self.office(*office),
            moments(form, one.requested, closed or one.updated, self.zone),
            self.no_end if closed or one.due_on is None else end_of(form, one.due_on, self.zone),
            self.addresses.get(place) or self.address(*place),
            point(form, one.lat_e5, one.lon_e5),
            self.photographed(one.reference) if one.photo else self.no_media,
        )

    def state(self, code: str, state: str, outcome: str, is_open: bool) -> str:
        """How it stands, in Open311's word and in ours, and what it is about."""
        name = self.services.get(code)
        if name is None:
            self.categories = self.categories or Categories()
            category = self.categories.of(code)
            name = self.services[code] = say(category.name, self.language) if category else ""
        found = stands(self.form, in_words(self.language, state, outcome), is_open, code, name)
        self.states[code, state, outcome, is_open] = found
        return found

    def described(self, words: str) -> str:
        shown = say(orjson.loads(words), self.language)[:LONGEST]
        return plain_text(self.form, "description", shown) if shown else self.no_description

    def office(self, pk: str | None, sample: bool, waits: bool) -> str:
        """Who answers, and what is to be known of the row itself."""
        said = [_("SAMPLE")] if sample else []
        if waits:
            said.append(_("Words and photo are shown once somebody has looked at them."))
        name = say(orjson.loads(self.names.offices.get(pk or "", "{}")), self.language)
        found = self.offices[pk, sample, waits] = answering(self.form, name, ". ".join(said))
        return found

    def address(self, *ids: int | None) -> str:
        """The place and what it lies in, the smallest first."""
        name = ", ".join([self.called[pk] for pk in dict.fromkeys(ids) if pk in self.called])
        code = self.names.places[ids[0]][0] if ids[0] in self.called else ""
        found = self.addresses[ids] = lying(self.form, name, code)
        return found

    def photographed(self, reference: str) -> str:
        address = f"{self.base}/open311/v2/requests/{reference}/photo.webp"
        return plain_text(self.form, "media_url", address)

    def more(self, one: Told) -> tuple[str, ...]:
        """What `extensions=true` adds."""
        said = extended(more_of(one, self.today), notes_of(one, self.language))
        return tuple(piece(self.form, name, value) for name, value in said.items())


def piece(form: str, name: str, value: Any) -> str:
    """One field with all that is in it."""
    return f'"{name}":{orjson.dumps(plain(value)).decode()}' if form == JSON else tag(name, value)


def joined(form: str, **values: Any) -> str:
    return ("," if form == JSON else "").join([piece(form, *one) for one in values.items()])


def plain_text(form: str, name: str, value: str) -> str:
    """The same for a text that is there."""
    value = printable(value)
    return f'"{name}":{orjson.dumps(value).decode()}' if form == JSON else f"<{name}>{escape(value)}</{name}>"


@lru_cache(maxsize=1000)
def in_words(language: str, state: str, outcome: str) -> str:
    """The state in words; the language is the one that is spoken now."""
    return state_words(state, outcome)


@lru_cache(maxsize=4000)
def stands(form: str, words: str, is_open: bool, code: str, name: str) -> str:
    known = {"status": status(is_open), "status_notes": words or None}
    return joined(form, **known, service_name=name or None, service_code=code)


@lru_cache(maxsize=4000)
def answering(form: str, office: str, notice: str) -> str:
    return joined(form, agency_responsible=office or None, service_notice=notice or None)


@lru_cache(maxsize=4000)
def lying(form: str, name: str, code: str) -> str:
    return joined(form, address=name or None, address_id=code or None, zipcode=None)


def point(form: str, lat_e5: int | None, lon_e5: int | None) -> str:
    if lat_e5 is None or lon_e5 is None:
        return joined(form, lat=None, long=None)
    lat, lon = lat_e5 / E5, lon_e5 / E5
    return f'"lat":{lat!r},"long":{lon!r}' if form == JSON else f"<lat>{lat!r}</lat><long>{lon!r}</long>"


def moments(form: str, requested: str, updated: str, zone: tzinfo) -> str:
    first, last = on_clock(requested, zone), on_clock(updated, zone)
    if form == JSON:
        return f'"requested_datetime":"{first}","updated_datetime":"{last}"'
    return f"<requested_datetime>{first}</requested_datetime><updated_datetime>{last}</updated_datetime>"


def on_clock(text: str, zone: tzinfo) -> str:
    """A moment on the land's clock, as W3C writes it."""
    day = shifted(text[:10], zone)
    if day is None:
        return documents.moment(moment_of(text).astimezone(zone))
    hour = int(text[11:13]) + day.hours
    return f"{day.days[1 + hour // 24]}T{hour % 24:02}{text[13:19]}{day.offset}"


class Shifted(NamedTuple):
    """A day of UTC on the land's clock: by how many hours, the days around it, and its zone."""

    hours: int
    days: tuple[str, str, str]
    offset: str


@lru_cache(maxsize=4000)
def shifted(day: str, zone: tzinfo) -> Shifted | None:
    """None for a day on which clocks are changed, or in a zone that is not whole hours away."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    ways = {(start + timedelta(hours=hour)).astimezone(zone).utcoffset() for hour in (0, 24)}
    way = ways.pop() or timedelta()
    if ways or way % timedelta(hours=1):
        return None
    before, same, after = ((start + timedelta(days=n)).date().isoformat() for n in (-1, 0, 1))
    return Shifted(way // timedelta(hours=1), (before, same, after), start.astimezone(zone).isoformat()[-6:])


@lru_cache(maxsize=2000)
def end_of(form: str, day: str, zone: tzinfo) -> str:
    """The end of the day that the case's clock waits for."""
    ends = datetime.combine(datetime.fromisoformat(day), time(23, 59, 59), zone)
    return piece(form, "expected_datetime", ends)


@lru_cache(maxsize=4000)
def called(language: str, name: str, kind: str, pattern: str) -> str:
    """A place with its kind, from the words of its table."""
    words = (orjson.loads(one) for one in (name, kind, pattern))
    return label(**dict(zip(("name", "kind", "pattern"), words, strict=True)), language=language)
