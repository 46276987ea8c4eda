"""What leaves a public page as a file: the released figures as CSV, and the picture of a share card."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samleng.doors.web.look import charts
from samleng.doors.web.look.canvas import lines as lines_of
from samleng.doors.web.look.charts import Chart
from samleng.doors.web.public.charts import board_chart, promises_chart
from samleng.doors.web.public.pages import asked_facility, asked_place, kept, label, language
from samleng.insight.disclosure.fronts import facility_story, place_front, stamp
from samleng.insight.disclosure.proofs import released_proof
from samleng.insight.disclosure.reading import Board, Promises, lineage
from samleng.kit.media.rules import headers
from samleng.kit.words.text import say

HEAD = (
    *("about", "code", "programme", "service", "year", "side", "criterion_code", "criterion"),
    *(
        "form",
        "people",
        "scorecards",
        "middle_score",
        "counted_as",
        "counts",
        "withheld_because",
        "released_on",
        "note",
    ),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SAMPLE_NOTE = "SAMPLE"


def safe(value: object) -> object:
    """A text that a spreadsheet will not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def lines(about: str, code: str, boards: Iterable[Board]) -> Iterator[list[object]]:
    """Every released figure as a row; what is withheld says so and holds no number."""
    for board in boards:
        for row in board.rows:
            for side, view in (("community", row.community), ("provider", row.provider)):
                if view is None:
                    continue
                marks = board.yardstick.marks(view.form) if view.distribution else ()
                yield [
                    about,
                    code,
                    say(board.programme, language(), "en"),
                    board.service,
                    board.year,
                    side,
                    row.criterion,
                    say(row.text, language(), "en"),
                    view.form,
                    view.n,
                    view.cards,
                    None if view.central is None else float(view.central),
                    " | ".join(mark.value for mark in marks),
                    " | ".join(map(str, view.distribution)),
                    view.reason,
                    timezone.localdate(board.released_at).isoformat(),
                    SAMPLE_NOTE if board.sample else "",
                ]


def promise_lines(about: str, code: str, promises: Promises, sample: bool) -> Iterator[list[object]]:
    """The live counts of promises, as rows under the figures."""
    names = ("promised", "kept", "claimed", "overdue", "escalated", "stopped", "kept_within_12_months")
    for name in names:
        blank: list[object] = [""] * len(HEAD)
        blank[0], blank[1], blank[7], blank[8] = about, code, f"promises_{name}", "count"
        blank[13], blank[16] = getattr(promises, name), SAMPLE_NOTE if sample else ""
        yield blank


def csv_answer(name: str, rows: Iterable[list[object]], sample: bool) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    if sample:
        notice = _("SAMPLE: the facilities, people and figures in this file are invented.")
        writer.writerow([notice, *[""] * (len(HEAD) - 2), SAMPLE_NOTE])
    writer.writerows([safe(value) for value in row] for row in rows)
    # The mark at the start tells spreadsheets that this is Unicode; without it Khmer turns to rubbish.
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{"SAMPLE-" if sample else ""}{name}.csv"'
    return answer


@require_safe
def place_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The released figures of a place and the counts of its promises."""
    place = asked_place(request, code)

    def make() -> HttpResponse:
        front = place_front(place)
        name = label(place)
        rows = [
            *lines(name, place.code, front.boards),
            *promise_lines(name, place.code, front.promises, front.sample),
        ]
        return csv_answer(f"samleng-{place.code}", rows, front.sample)

    return kept(request, stamp(list(lineage([place]))), make)


@require_safe
def facility_csv(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """The released figures of a facility and the counts of its promises."""
    facility = asked_facility(facility_id)

    def make() -> HttpResponse:
        story = facility_story(facility)
        name, code = say(facility.name, language(), "en"), str(facility.pk)
        rows = [*lines(name, code, story.boards), *promise_lines(name, code, story.promises, story.sample)]
        return csv_answer(f"samleng-{code[:8]}", rows, story.sample)

    return kept(request, stamp([facility.place_id], facility.pk), make)


def picture(chart: Chart | None) -> HttpResponse:
    if chart is None:
        return HttpResponseRedirect(static("faces/mark.svg"))
    return HttpResponse(charts.png(chart), content_type="image/png")


@require_safe
def place_card(request: HttpRequest, code: str) -> HttpResponse:
    """The picture that stands beside a shared link to a place."""
    place = asked_place(request, code)

    def make() -> HttpResponse:
        front = place_front(place)
        return picture(titled(promises_chart(front.promises, front.sample), label(place)))

    return kept(request, stamp(list(lineage([place]))), make)


@require_safe
def facility_card(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """The picture that stands beside a shared link to a facility: both sides' scores."""
    facility = asked_facility(facility_id)

    def make() -> HttpResponse:
        story = facility_story(facility)
        chart = board_chart(story.boards[0], language()) if story.boards else None
        chart = chart or promises_chart(story.promises, story.sample)
        return picture(titled(chart, say(facility.name, language(), "en")))

    return kept(request, stamp([facility.place_id], facility.pk), make)


@require_safe
def proof(request: HttpRequest, proof_id: int) -> HttpResponse:
    """A small picture that shows a promise kept, while it is released; as if absent before and after."""
    found = released_proof(proof_id)
    body = found.picture() if found else None
    if found is None or body is None:
        raise Http404
    moved = (found.blob.sha256, found.mark, found.at)

    def make() -> HttpResponse:
        return HttpResponse(
            body, headers=headers("image/webp", f"{found.mark}-proof" if found.mark else "proof")
        )

    return kept(request, moved, make)


def titled(chart: Chart | None, name: str) -> Chart | None:
    """The chart under the name of what it is about, since a shared picture stands alone."""
    if chart is None:
        return None
    spec = dict(chart.spec)
    title = dict(spec["title"])
    title["text"] = [*lines_of(name, 15), *title["text"]]
    spec["title"] = title
    return Chart(chart.title, chart.columns, chart.rows, spec)
