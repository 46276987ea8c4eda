"""Cases as a table for a spreadsheet: streamed, written down as an export, and safe to open."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from samleng.answers.cases.models import Case
from samleng.answers.cases.reading import filtered
from samleng.answers.cases.timing import left_of
from samleng.answers.cases.verbs.looking import take_away
from samleng.doors.web.cases.files import NO_STORE
from samleng.doors.web.cases.queue import given_in, wanted
from samleng.doors.web.cases.seen import require_desk
from samleng.doors.web.public.files import safe
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in

HEAD = (
    *("reference", "office", "exposure", "kind", "category", "state", "outcome", "verdict", "jurisdiction"),
    *("opened_on", "acknowledged_on", "admitted_on", "answered_on", "closed_on", "next_due", "resolve_by"),
    # As the clock counts them: one of the two where a day counts now, else none.
    *("working_days_left", "working_days_over"),
    *("paused_on", "urgent_why", "reopened", "reports", "place_code", "latitude", "longitude"),
    "public_words",
)
# Of a sealed case nothing leaves but codes and dates: no category, place, count or word.
OPEN_TO_ALL = ("category", "reopened", "reports", "place_code", "latitude", "longitude", "public_words")
A_TIME = 2000


class Line:
    """Takes one written row and hands it on, so that no table is ever held whole."""

    def write(self, text: str) -> str:
        return text


def row_of(case: Case, today: date) -> list[Any]:
    known: dict[str, Any] = {name: getattr(case, name, "") for name in HEAD}
    left = left_of(case, today)
    if left is not None:
        known["working_days_over" if left.over else "working_days_left"] = left.days
    known["office"], known["place_code"] = case.office.code, case.place.code
    if case.sealed:
        known |= dict.fromkeys(OPEN_TO_ALL, "")
    return [safe("" if known[name] is None else known[name]) for name in HEAD]


def rows(found: Any) -> Iterator[list[Any]]:
    """Every case, some thousands at a time by key: no cursor is held open, whatever the engine."""
    last, today = None, timezone.localdate()
    while True:
        some = found if last is None else found.filter(pk__gt=last)
        many = list(some.select_related("office", "place").order_by("pk")[:A_TIME])
        yield from (row_of(one, today) for one in many)
        if len(many) < A_TIME:
            return
        last = many[-1].pk


def lines(found: Any, sample: bool) -> Iterator[str]:
    write = csv.writer(Line()).writerow
    # The mark at the start tells spreadsheets that this is Unicode; without it Khmer turns to rubbish.
    yield "\ufeff" + write([_("NOT FOR PUBLICATION: for the work of this office alone.")])
    if sample:
        yield write([_("SAMPLE: the facilities, people and figures in this file are invented.")])
    yield write(HEAD)
    for row in rows(found):
        yield write(row)


@require_safe
@never_cache
@signed_in
def export(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters find of the desks one may export from."""
    by = acting_for(request)
    offices = require_desk(by, "cases.export")
    given = given_in(request.GET)
    seen = Case.objects.seen_by(by, "cases.export")
    found = filtered(seen, wanted(by, given), timezone.localdate())
    asked = {name: value for name, value in given.items() if value}
    for office in offices:
        take_away(by=by, office=office, asked=asked, cases=found.filter(office=office).count())
    sample = any(office.sample for office in offices)
    answer = StreamingHttpResponse(lines(found, sample), content_type="text/csv; charset=utf-8")
    name = f"{'SAMPLE-' if sample else ''}cases-{timezone.localdate():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = NO_STORE
    return answer
