"""What people answered as CSV, packed CSV files or a workbook: from kept answers, piece by piece."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.openrosa.central import read_form
from samleng.doors.exchange.openrosa.said import instant
from samleng.doors.exchange.openrosa.visit import Visit
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.forms.models import Form, SubmissionQuerySet
from samleng.voices.forms.rules.tables import Table, repeated, tables_of
from samleng.voices.forms.taking_out import Taken, records
from samleng.voices.forms.verbs.reviewing import readable

BOM = "\ufeff"
RISKY = frozenset("=+-@\t\r")
# So many lines leave together.
AT_ONCE = 500
# A workbook is whole before its first byte leaves; beyond this a CSV serves better.
MOST_IN_BOOK = 200_000
LONGEST_CELL = 32_767
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def tables(form: Form) -> list[Table]:
    """The tables of a form over all its versions."""
    rows = form.versions.published().order_by("-published_at").values_list("fields", "repeats")
    return tables_of(rows, form.xml_id)


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{text}" if text[:1] in RISKY and not NUMBER.fullmatch(text) else text


def lines(table: Table, rows: Iterable[Taken]) -> Iterator[list[str]]:
    """The lines of one table for these records."""
    cells = [column.of for column in table.columns]
    for row in rows:
        if table.path:
            for turn, own, above in repeated(row.answers, table.path, row.key):
                yield [*(cell(turn) for cell in cells), own, above]
            continue
        yield [
            instant(row.first_at) or "",
            *(cell(row.answers) for cell in cells),
            row.key,
            row.sender,
            row.version,
            "yes" if row.supersedes_id else "",
            row.found or "received",
            row.place,
            str(row.here),
            str(row.named),
        ]


def csv_text(table: Table, rows: Iterable[Taken]) -> Iterator[bytes]:
    """CSV in UTF-8 with the mark by which spreadsheet programs know it; headings leave at once."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write(BOM)
    writer.writerow(table.headings)
    yield taken(out)
    for count, line in enumerate(lines(table, rows), start=1):
        writer.writerow([plain(cell) if cell and cell[0] in RISKY else cell for cell in line])
        if count % AT_ONCE == 0:
            yield taken(out)
    yield taken(out)


def taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data


def csv_of(form: Form, table: Table, read: SubmissionQuerySet) -> HttpResponse:
    answer = StreamingHttpResponse(csv_text(table, records(read)), content_type="text/csv; charset=utf-8")
    return named(answer, form, f"{table.name}.csv")


def named(answer: Any, form: Form, name: str) -> Any:
    """Downloaded under this name, never opened in the page, kept by no cache."""
    if form.programme.sample:
        name = f"SAMPLE-{name}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


class Passing(io.RawIOBase):
    """Where a packed file is written and at once read away."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self.parts = b"".join(self.parts), []
        return data


def packed(form: Form, read: SubmissionQuerySet) -> Iterator[bytes]:
    """Every table as a CSV in one packed file, sent while it is made."""
    out = Passing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for table in tables(form):
            with book.open(f"{table.name}.csv", "w", force_zip64=True) as file:
                for piece in csv_text(table, records(read)):
                    file.write(piece)
                    yield out.taken()
    yield out.taken()


def zip_of(form: Form, read: SubmissionQuerySet) -> HttpResponse:
    return named(
        StreamingHttpResponse(packed(form, read), content_type="application/zip"), form, f"{form.xml_id}.zip"
    )


def book_of(form: Form, read: SubmissionQuerySet) -> HttpResponse:
    """A workbook with a sheet for each table; its rows go through a file on disk, not through memory."""
    if read.standing().count() > MOST_IN_BOOK:
        raise Refusal(
            filled(_("A workbook holds at most %(most)d records here."), most=MOST_IN_BOOK),
            remedy=_("Take the CSV file: it has no end."),
            code="too_many",
        )
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        names: set[str] = set()
        for table in tables(form):
            page = book.add_worksheet(sheet_name(table, names))
            page.freeze_panes(1, 0)
            page.write_row(0, 0, table.headings)
            for at, line in enumerate(lines(table, records(read)), start=1):
                for column, cell in enumerate(line):
                    write(page, at, column, cell)
    out.seek(0)
    return named(FileResponse(out, content_type=WORKBOOK), form, f"{form.xml_id}.xlsx")


def write(page: Any, row: int, column: int, cell: str) -> None:
    """Numbers as numbers where a number says the same; what begins with a zero is a code and stays text."""
    exact = NUMBER.fullmatch(cell) and len(cell) <= 15 and not re.match(r"-?0\d", cell)
    if exact:
        page.write_number(row, column, float(cell))
    elif cell:
        page.write_string(row, column, cell[:LONGEST_CELL])


def sheet_name(table: Table, taken: set[str]) -> str:
    """A name a workbook allows: short, without its special signs, each once."""
    plain = re.sub(r"[\[\]:*?/\\']", "_", table.name)[-28:] or "answers"
    name, count = plain, 1
    while name.lower() in taken:
        count += 1
        name = f"{plain}{count}"
    taken.add(name.lower())
    return name


# --- for programs ----------------------------------------------------------------------------------------


def submissions_csv(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """The main table."""
    form = read_form(visit, form_id, "csv")
    return csv_of(form, tables(form)[0], readable(visit.by, form))


def submissions_zip(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """Every table."""
    form = read_form(visit, form_id, "csv")
    return zip_of(form, readable(visit.by, form))
