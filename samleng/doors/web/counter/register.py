"""The register of a day or a month: number, day, kind, matter, how it came and where it stands; no names."""

from __future__ import annotations

import calendar
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
from samleng.doors.exchange.papers.content import Paper
from samleng.doors.exchange.papers.draw import draw_paper
from samleng.doors.web.cases.wording import KINDS, STATES
from samleng.doors.web.counter.door import counter_of, unkept
from samleng.doors.web.plans.links import private
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


def entries(by: Acting, office: Office, first: date, last: date) -> list[Case]:
    """The office's cases of those days that somebody may see, in the order they came."""
    found = Case.objects.seen_by(by).filter(office=office, opened_on__range=(first, last))
    return list(found.with_context().select_related("letter").order_by("opened_on", "opened_at", "pk")[:MOST])


def table(cases: list[Case]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows in the language that is spoken now."""
    language = (translation.get_language() or "km")[:2]
    opened = Heard.objects.filter(case__in=cases, how="opened").select_related("report")
    doors = {one.case_id: one.report.door for one in opened}
    heads = [
        gettext("Number"),
        gettext("Came on"),
        gettext("Kind"),
        gettext("Matter"),
        gettext("How it came"),
        gettext("Stands"),
        gettext("Due"),
    ]
    return heads, [row_of(one, doors.get(one.pk, ""), language) for one in cases]


def row_of(case: Case, door: str, language: str) -> list[str]:
    letter = getattr(case, "letter", None)
    came = str(DOORS.get(door, door))
    if letter is not None:
        came += " · " + gettext("%(n)s sheets") % {"n": letter.sheets}
    state = STATES.get(case.state)
    return [
        case.reference,
        f"{letter.came_on if letter else case.opened_on:%d/%m/%Y}",
        str(KINDS.get(case.kind, case.kind)),
        say(case.of.name, language),
        came,
        str(state[2]) if state else case.state,
        f"{case.resolve_by:%d/%m/%Y}",
    ]


def printed(office: Office, cases: list[Case], first: date, last: date, language: str) -> HttpResponse:
    with translation.override(language):
        heads, rows = table(cases)
        paper = Paper(
            layout="register", office=office, language=language, title=gettext("Register of cases"),
            to=span_words(first, last), heads=heads, rows=rows, day=timezone.localdate(),
            signatures=(gettext("Kept by"), gettext("Seen by the head of the office")),
            note=gettext(
                "No names and no words stand in it. Sealed cases stand in it for those who may see them."
            ),
            sample=office.sample,
        )  # fmt: skip
    return as_pdf(draw_paper(paper), f"register-{first:%Y-%m}", office.sample)


def as_pdf(body: bytes, name: str, sample: bool) -> HttpResponse:
    """A paper on its way to whoever asked for it; no browser keeps it."""
    mark = "SAMPLE-" if sample else ""
    headers: dict[str, Any] = {"Content-Disposition": f'inline; filename="{mark}{name}.pdf"'}
    return private(HttpResponse(body, content_type="application/pdf", headers=headers))
