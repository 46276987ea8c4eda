"""The plan as an Excel file: numbers are numbers, dates are dates, and no text is ever a formula."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from samleng.doors.exchange.plans.document import Cell, Document, Heading, Line
from samleng.kit.words.khmer import grapheme_length, word_breaks

FONTS = {"km": "Khmer OS Siemreap"}
LINE_HEIGHT = 17
# A currency's own format; amounts stay numbers that can be summed.
MONEY = {"KHR": '#,##0"៛"'}
NUMBERS = {"count": "#,##0.##", "date": "dd/mm/yyyy"}
SHEET = "plan"


def write(document: Document) -> bytes:
    """The plan as .xlsx."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": document.title, "comments": document.sample})
    sheet = book.add_worksheet(SHEET)
    formats = styles(book, document)
    prepare(sheet, document)
    row = write_head(sheet, document, formats)
    row = write_headings(sheet, document, formats, row)
    write_sections(sheet, document, formats, row)
    book.close()
    return out.getvalue()


def styles(book: Any, document: Document) -> dict[str, Any]:
    """The formats by what they are for."""
    font = FONTS.get(document.language, "Calibri")
    base = {"font_name": font, "font_size": 9, "valign": "top", "text_wrap": True, "border": 1}
    plain = {"font_name": font, "font_size": 11}
    made = {
        "text": book.add_format(base),
        "number": book.add_format(base | {"align": "center"}),
        "bold": book.add_format(base | {"bold": True, "bg_color": "#EEEEEE"}),
        "head": book.add_format(
            base | {"bold": True, "bg_color": "#EEEEEE", "align": "center", "valign": "vcenter"}
        ),
        "title": book.add_format(plain | {"bold": True, "align": "center"}),
        "line": book.add_format(plain),
        "sample": book.add_format(
            plain | {"bold": True, "font_size": 18, "font_color": "#93283F", "align": "center"}
        ),
    }
    kinds = {"money": MONEY.get(document.currency, "#,##0"), **NUMBERS}
    for kind, pattern in kinds.items():
        made[kind] = book.add_format(base | {"num_format": pattern})
    made["total"] = book.add_format(base | {"num_format": kinds["money"], "bold": True})
    return made


def prepare(sheet: Any, document: Document) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    footer = "&R&P / &N"
    if document.sample:
        # Printed on every page, beside the row of the sheet that cannot be scrolled away.
        sheet.set_header(f"&C&20{document.sample}")
        footer = f"&C&14{document.sample}{footer}"
    sheet.set_footer(footer)
    for at, column in enumerate(document.columns):
        sheet.set_column(at, at, letters(column))


def letters(column: Heading) -> float:
    """How wide a column is, in letters."""
    return max(6.0, 6.0 * column.width)


def across(sheet: Any, row: int, text: str, document: Document, style: Any) -> int:
    sheet.merge_range(row, 0, row, len(document.columns) - 1, "", style)
    sheet.write_string(row, 0, word_breaks(text), style)
    return row + 1


def write_head(sheet: Any, document: Document, formats: Mapping[str, Any]) -> int:
    row = 0
    if document.sample:
        row = across(sheet, row, document.sample, document, formats["sample"])
    for line in document.head:
        row = across(sheet, row, line, document, formats["title"])
    for line in document.office:
        row = across(sheet, row, line, document, formats["line"])
    row = across(sheet, row, document.title, document, formats["title"])
    return across(sheet, row, document.words["year"], document, formats["title"])


def write_headings(sheet: Any, document: Document, formats: Mapping[str, Any], row: int) -> int:
    """Two rows: shared headings above, each column's own below; frozen and repeated in print."""
    at, columns = 0, document.columns
    while at < len(columns):
        end = at
        if columns[at].under:
            while end + 1 < len(columns) and columns[end + 1].under == columns[at].under:
                end += 1
            if end > at:
                sheet.merge_range(row, at, row, end, "", formats["head"])
            sheet.write_string(row, at, columns[at].under, formats["head"])
            for one in range(at, end + 1):
                sheet.write_string(row + 1, one, columns[one].name, formats["head"])
        else:
            sheet.merge_range(row, at, row + 1, at, "", formats["head"])
            sheet.write_string(row, at, columns[at].name, formats["head"])
        at = end + 1
    sheet.freeze_panes(row + 2, 0)
    sheet.repeat_rows(row, row + 1)
    return row + 2


def write_sections(sheet: Any, document: Document, formats: Mapping[str, Any], row: int) -> int:
    last = len(document.columns) - 1
    for section in document.sections:
        row = band(sheet, row, section.sign, section.name, last, formats["bold"])
        for group in section.groups:
            if group.name:
                row = band(sheet, row, group.number, group.name, last, formats["text"])
            for line in group.lines:
                write_line(sheet, row, line, document, formats)
                row += 1
        row = total(sheet, row, section.total, section.cost, document, formats)
    row = total(sheet, row, document.words["total"], document.cost, document, formats)
    for text in document.signatures:
        row = across(sheet, row + 1, text, document, formats["line"])
    return row


def band(sheet: Any, row: int, sign: str, name: str, last: int, style: Any) -> int:
    sheet.write_string(row, 0, sign, style)
    sheet.merge_range(row, 1, row, last, "", style)
    sheet.write_string(row, 1, word_breaks(name), style)
    return row + 1


def write_line(sheet: Any, row: int, line: Line, document: Document, formats: Mapping[str, Any]) -> None:
    sheet.set_row(row, LINE_HEIGHT * lines_needed(line, document))
    for at, column in enumerate(document.columns):
        style = formats.get(column.kind, formats["text"])
        put(sheet, row, at, line.cells.get(column.code), style, formats["text"])


def lines_needed(line: Line, document: Document) -> int:
    """How high a row must be: not every program makes room for text that wraps."""
    needed = [1]
    for column in document.columns:
        text = line.cells.get(column.code)
        if isinstance(text, str):
            needed.append(math.ceil(grapheme_length(text) * 1.1 / letters(column)))
    return min(max(needed), 20)


def put(sheet: Any, row: int, at: int, value: Cell, style: Any, text: Any) -> None:
    """One cell by its type; texts are written as texts, whatever they begin with."""
    if value is None or value == "":
        sheet.write_blank(row, at, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), style)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, at, value, style)
    else:
        sheet.write_string(row, at, value, text if style is text else style)


def total(sheet: Any, row: int, label: str, cost: int, document: Document, formats: Mapping[str, Any]) -> int:
    codes = [column.code for column in document.columns]
    at = codes.index("cost") if "cost" in codes else len(codes) - 1
    if at > 1:
        sheet.merge_range(row, 0, row, at - 1, "", formats["bold"])
    sheet.write_string(row, 0, label, formats["bold"])
    sheet.write_number(row, at, cost, formats["total"])
    return row + 1
