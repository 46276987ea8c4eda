"""The register of a day or a month: number, day, kind, matter, how it came and where it stands; no names."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.timing import left_of
from samleng.doors.exchange.papers.content import Paper
from samleng.doors.exchange.papers.draw import draw_paper
from samleng.doors.web.cases.wording import KINDS, STATES
from samleng.doors.web.counter.door import counter_of, unkept
from samleng.doors.web.plans.links import private
from samleng.doors.web.templatetags.cased import left_words
from samleng.doors.web.templatetags.said import dated
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import say

# A month of a busy office; more than this is no paper.
MOST = 2000
DOORS = {
    "counter": _("At the counter"),
    "letter": _("By letter"),
    "web": _("On the web"),
    "open311": _("From another system"),
    "telegram": _("By Telegram"),
    "messenger": _("By Messenger"),
    "phone": _("By telephone"),
    "sms": _("By SMS"),
    "import": _("From a former list"),
}


@unkept
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register on the screen; with `print` in the address the PDF in that language."""
    by, offices = counter_of(request, "cases.see")
    office = next((one for one in offices if str(one.pk) == request.GET.get("office")), offices[0])
    errors: list[tuple[str, str]] = []
    try:
        first, last = span_of(request.GET.get("day", ""), request.GET.get("month", ""))
    except Refusal as refusal:
        errors = [(f"{refusal.message} {refusal.remedy}", f"#{refusal.field}")]
        first = last = timezone.localdate()
    cases = entries(by, office, first, last)
    language = request.GET.get("print", "")
    if language in ("km", "en") and not errors:
        return printed(office, cases, first, last, language)
    heads, rows = table(cases)
    context = {
        "offices": offices,
        "office": office,
        "day": first.isoformat() if first == last else "",
        "month": first.strftime("%Y-%m") if first != last else "",
        "span": span_words(first, last),
        "heads": heads,
        "rows": [list(zip(heads, row, strict=True)) for row in rows],
        "errors": errors,
        "sample": office.sample,
        "trail": [(gettext("At the counter"), reverse("counter")), (gettext("The register"), "")],
    }
    return private(render(request, "counter/register.html", context, status=422 if errors else 200))


def span_of(day: str, month: str) -> tuple[date, date]:
    """The first and the last day asked for; the month so far where nothing is."""
    day, month = to_latin(day).strip(), to_latin(month).strip()
    try:
        if day:
            return date.fromisoformat(day), date.fromisoformat(day)
        first = date.fromisoformat(f"{month}-01") if month else timezone.localdate().replace(day=1)
    except ValueError:
        raise Refusal(
            gettext("This is no day and no month."), field="day" if day else "month",
            remedy=gettext("Write a day as 2026-11-30 and a month as 2026-11."), code="unreadable",
        ) from None  # fmt: skip
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def span_words(first: date, last: date) -> str:
    return dated(first) if first == last else dated(first, "month")


@dataclass(frozen=True)
class Entry:
    """One line: a case, whether its matter may be named here, and whether it is still with this office."""

    case: Case
    named: bool
    here: bool


def entries(by: Acting, office: Office, first: date, last: date) -> list[Entry]:
    """What came in those days, in that order: all that this office took in itself, and what else of its
    cases somebody may see. Of what is sealed from them a line tells number, day, kind and state.
    """
    days = Case.objects.filter(opened_on__range=(first, last))
    seen = set(days.seen_by(by).filter(office=office).values_list("pk", flat=True)[: MOST + 1])
    taken = set(days.taken_in_at(office, by).values_list("pk", flat=True)[: MOST + 1])
    found = Case.objects.filter(pk__in=seen | taken).with_context().select_related("letter")
    return [
        Entry(one, one.pk in seen, one.office_id == office.pk)
        for one in found.order_by("opened_on", "opened_at", "pk")[:MOST]
    ]


def table(lines: list[Entry]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows in the language that is spoken now."""
    language = (translation.get_language() or "km")[:2]
    opened = Heard.objects.filter(case__in=[one.case for one in lines], how="opened").select_related("report")
    doors = {one.case_id: one.report.door for one in opened}
    heads = [
        gettext("Number"),
        gettext("Came on"),
        gettext("Kind"),
        gettext("Matter"),
        gettext("How it came"),
        gettext("Stands"),
        gettext("Due"),
        gettext("Clock"),
    ]
    return heads, [row_of(one, doors.get(one.case.pk, ""), language) for one in lines]


def row_of(line: Entry, door: str, language: str) -> list[str]:
    case = line.case
    letter = getattr(case, "letter", None)
    came = str(DOORS.get(door, door))
    if letter is not None:
        came += " · " + gettext("%(n)s sheets") % {"n": letter.sheets}
    state = STATES.get(case.state)
    stands = str(state[2]) if state else case.state
    return [
        case.reference,
        f"{letter.came_on if letter else case.opened_on:%d/%m/%Y}",
        str(KINDS.get(case.kind, case.kind)),
        say(case.of.name, language) if line.named else gettext("sealed"),
        came,
        stands if line.here else gettext("Handed to another office"),
        f"{case.resolve_by:%d/%m/%Y}" if line.here else "",
        clock_words(case) if line.here else "",
    ]


def clock_words(case: Case) -> str:
    """The clock's own days, as the desk says them; empty where nothing is due."""
    today = timezone.localdate()
    left = left_of(case, today)
    if left is not None and case.next_due is not None:
        return left_words(left, case.next_due, today)
    return gettext("stands since %(day)s") % {"day": f"{case.paused_on:%d/%m/%Y}"} if case.paused_on else ""


def printed(office: Office, cases: list[Entry], first: date, last: date, language: str) -> HttpResponse:
    with translation.override(language):
        heads, rows = table(cases)
        paper = Paper(
            layout="register", office=office, language=language, title=gettext("Register of cases"),
            to=span_words(first, last), heads=heads, rows=rows, day=timezone.localdate(),
            signatures=(gettext("Kept by"), gettext("Seen by the head of the office")),
            note=gettext(
                "No names and no words stand in it. What came to the counter or by letter stands in it "
                "even where it is sealed: by number, day, kind and state."
            ),
            sample=office.sample,
        )  # fmt: skip
    return as_pdf(draw_paper(paper), f"register-{first:%Y-%m}", office.sample)


def as_pdf(body: bytes, name: str, sample: bool) -> HttpResponse:
    """A paper on its way to whoever asked for it; no browser keeps it."""
    mark = "SAMPLE-" if sample else ""
    headers: dict[str, Any] = {"Content-Disposition": f'inline; filename="{mark}{name}.pdf"'}
    return private(HttpResponse(body, content_type="application/pdf", headers=headers))
