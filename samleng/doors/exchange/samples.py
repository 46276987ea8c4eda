"""Workbooks to fill in: the right headings, a sheet that explains each, lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

# As far down as the lists to choose from reach.
ROWS_TO_FILL = 5000


def sample_book(
    sheet: str,
    headings: Sequence[str],
    meanings: Iterable[tuple[str, str]],
    *,
    examples: Iterable[Mapping[str, Any]] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    more: Mapping[str, Sequence[Sequence[str]]] | None = None,
) -> bytes:
    """A workbook with the headings, any example rows, and a sheet "about" that says what each means.

    `choices` are lists offered in a column's cells; `more` are further sheets, the first row a heading.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True})
    # Text, so that no program drops the zero a code begins with.
    text = book.add_format({"num_format": "@"})
    page = add_lines(book, sheet, [headings, *([row.get(h, "") for h in headings] for row in examples)])
    page.set_column(0, len(headings) - 1, 20, text)
    page.set_row(0, None, bold)
    page.freeze_panes(1, 0)
    for at, heading in enumerate(headings):
        if offered := (choices or {}).get(heading):
            rule = {"validate": "list", "source": list(offered), "error_type": "warning"}
            page.data_validation(1, at, ROWS_TO_FILL, at, rule)
    about = add_lines(book, "about", meanings)
    about.set_column(0, 0, 18, bold)
    about.set_column(1, 1, 90)
    for name, lines in (more or {}).items():
        other = add_lines(book, name, lines)
        other.set_column(0, 4, 24, text)
        other.set_row(0, None, bold)
    book.close()
    return out.getvalue()


def add_lines(book: xlsxwriter.Workbook, name: str, lines: Iterable[Sequence[Any]]) -> Any:
    """A new sheet with these lines, every cell as text."""
    page = book.add_worksheet(name)
    for number, line in enumerate(lines):
        for at, cell in enumerate(line):
            page.write_string(number, at, str(cell))
    return page
