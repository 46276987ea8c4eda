"""Tables that people send (CSV, XLSX), read safely: every fault named with row, column and remedy."""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.cells import Column, Unreadable, read_cell
from samleng.doors.exchange.guards import Cells, check_extent, look_at_cells, read_text, sort_of
from samleng.kit.words.khmer import searchable
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

__all__ = ["Column", "Row", "Sheet", "Table", "read_table", "sheet_names", "sheets_of"]

MOST_ROWS = 200_000
ALL = "*"
NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (the heading is usually 1), its sheet, its values by column."""

    number: int
    values: Mapping[str, Any]
    sheet: str = ""

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str, default: Any = None) -> Any:
        value = self.values.get(column)
        return default if value in (None, "") else value


@dataclass
class Table:
    """The sound rows of a file and the problems of the others; `labels`: how the file heads our columns."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def sound(self, *, only_good: bool = False) -> list[Row]:
        """The rows to load: none while there is a problem (Refusals), unless the good ones are wanted."""
        if self.problems and (not only_good or not self.rows):
            raise Refusals(self.problems)
        return self.rows


@dataclass
class Sheet:
    name: str
    lines: Sequence[tuple[int, Sequence[Any]]]
    cells: Cells | None = None


def fold(heading: object) -> str:
    """A heading as it is compared: no case, spaces, underscores, accents or invisible signs."""
    return NOT_WORD.sub("", searchable(str(heading)))


def sheet_names(path: Path | str) -> list[str]:
    """The names of a workbook's sheets; one empty name for a CSV file."""
    path = Path(path)
    if sort_of(path) == "text":
        return [""]
    return list(_book(path).sheet_names)


def sheets_of(path: Path, sheet: str | None = None) -> list[Sheet]:
    """The sheets of a file as numbered lines, looked at for bombs and macros; for tables of odd shape."""
    return _csv(path) if sort_of(path) == "text" else _xlsx(path, sheet)


def read_table(
    path: Path | str, columns: Mapping[str, Column], *, sheet: str | None = None, heading_row: int = 1
) -> Table:
    """Read the wanted columns of a CSV or XLSX file, found by heading in any order and number.

    `sheet` is a sheet's name, "*" for all, None for the first. Refuses a file that is no sound table;
    faults of rows are in the table's `problems`.
    """
    sheets = sheets_of(Path(path), sheet)
    table = Table()
    several = len(sheets) > 1
    for one in sheets:
        _read_sheet(one, columns, table, heading_row, several)
    if not table.rows and not table.problems:
        table.problems.append(
            Refusal(
                _("The table has no rows under its headings."),
                field="file",
                code="no_rows",
                remedy=_("Fill in the rows, or choose another sheet."),
            )
        )
    return table


def _read_sheet(
    sheet: Sheet, columns: Mapping[str, Column], table: Table, heading_row: int, several: bool
) -> None:
    headings = next((line for number, line in sheet.lines if number == heading_row), [])
    shown = [str(cell).strip() for cell in headings]
    table.headings = table.headings or shown
    found, missing = _find(columns, shown)
    if missing:
        table.problems += [
            missing_column(columns[name], name, shown, heading_row, sheet.name) for name in missing
        ]
        return
    table.labels |= {name: shown[at] for name, at in found.items()}
    seen: dict[tuple[str, Any], int] = {}
    for number, line in sheet.lines:
        if number <= heading_row or not any(str(cell).strip() for cell in line):
            continue
        values: dict[str, Any] = {}
        faults: list[Refusal] = []
        for name, column in columns.items():
            at = found.get(name)
            raw = line[at] if at is not None and at < len(line) else None
            label = name if at is None else f"{sheet.name}: {shown[at]}" if several else shown[at]
            try:
                _check_cell(sheet.cells, number, at, column.shown)
                values[name] = read_cell(raw, column)
                _check_once(seen, name, column, values[name], number)
            except Unreadable as bad:
                faults.append(Refusal(bad.message, field=label, row=number, remedy=bad.remedy, code=bad.code))
        if len(line) > len(shown) and any(str(cell).strip() for cell in line[len(shown) :]):
            faults.append(_overflow(number, len(line), len(shown)))
        if faults:
            table.problems += faults
        else:
            table.rows.append(Row(number, values, sheet.name))


def _find(columns: Mapping[str, Column], shown: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    places: dict[str, int] = {}
    for at, heading in enumerate(shown):
        places.setdefault(fold(heading), at)
    found: dict[str, int] = {}
    missing: list[str] = []
    for name, column in columns.items():
        place = next(
            (places[fold(one)] for one in (column.heading or name, *column.aliases) if fold(one) in places),
            None,
        )
        if place is not None:
            found[name] = place
        elif column.required:
            missing.append(name)
    return found, missing


def missing_column(column: Column, name: str, shown: Sequence[str], row: int = 1, sheet: str = "") -> Refusal:
    """What is said where a column is not among the headings shown."""
    name = column.heading or name
    headings = ", ".join(f"“{one}”" for one in shown if one)[:300] or "–"
    return Refusal(
        filled(
            _("The column “%(name)s” is missing. The headings found are: %(headings)s."),
            name=name,
            headings=headings,
        ),
        field=f"{sheet}: {name}" if sheet else name,
        row=row,
        remedy=filled(_("Add a column with the heading “%(name)s”."), name=name),
        code="missing_column",
    )


def _overflow(row: int, cells: int, headings: int) -> Refusal:
    return Refusal(
        filled(_("The row has %(cells)d cells under %(headings)d headings."), cells=cells, headings=headings),
        field="file",
        row=row,
        remedy=_("Put text that holds a comma between quotation marks."),
        code="overflow",
    )


def _check_cell(cells: Cells | None, row: int, at: int | None, shown: bool) -> None:
    if cells is None or at is None:
        return
    if (row, at + 1) in cells.formulas and not shown:
        raise Unreadable(
            _("The cell holds a formula."), _("Copy the column and paste it as values."), "formula"
        )
    if (row, at + 1) in cells.errors:
        raise Unreadable(_("The cell shows an error."), _("Write the value in its place."), "error")


def _check_once(seen: dict[tuple[str, Any], int], name: str, column: Column, value: Any, row: int) -> None:
    if not column.unique or value in (None, ""):
        return
    first = seen.setdefault((name, value), row)
    if first != row:
        raise Unreadable(
            filled(_("“%(value)s” already stands in row %(first)d."), value=value, first=first),
            filled(
                _("Keep one of the rows %(first)d and %(row)d, or correct the code."), first=first, row=row
            ),
            "duplicate",
        )


def _csv(path: Path) -> list[Sheet]:
    text = read_text(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    check_extent(1, first.count(delimiter) + 1)
    lines = list(_csv_lines(text, delimiter))
    return [Sheet("", lines)]


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    cells = 0
    try:
        for number, line in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise _too_long()
            cells += len(line)
            check_extent(number, max(len(line), cells // number))
            yield number, line
    except csv.Error as error:
        raise Refusal(
            filled(
                _("The table breaks off after line %(line)d: a quotation mark is open or a cell too long."),
                line=reader.line_num,
            ),
            field="file",
            row=reader.line_num,
            code="broken",
            remedy=_("Save it again from the spreadsheet program."),
        ) from error


def _too_long() -> Refusal:
    return Refusal(
        filled(_("The table has more than %(most)d rows."), most=MOST_ROWS),
        field="file",
        code="too_long",
        remedy=_("Divide it into smaller files."),
    )


def _book(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:
        raise Refusal(
            _("The workbook is damaged."), field="file", code="damaged", remedy=_("Save it again.")
        ) from error


def _xlsx(path: Path, wanted: str | None) -> list[Sheet]:
    xml = _sheet_files(path)
    looked = {
        name: look_at_cells(_part(path, part)) for name, part in xml.items() if wanted in (None, ALL, name)
    }
    book = _book(path)
    names = list(book.sheet_names)
    if wanted not in (None, ALL) and wanted not in names:
        raise Refusal(
            filled(
                _("There is no sheet “%(sheet)s”; there are: %(sheets)s."),
                sheet=wanted,
                sheets=", ".join(names),
            ),
            field="sheet",
            code="no_sheet",
            remedy=_("Name one of these sheets."),
        )
    chosen = names if wanted == ALL else [wanted or names[0]]
    sheets = []
    for name in chosen:
        try:
            rows = book.get_sheet_by_name(str(name)).to_python(skip_empty_area=False)
        except Exception as error:
            raise Refusal(
                filled(_("The sheet “%(sheet)s” cannot be read."), sheet=name),
                field="sheet",
                code="damaged",
                remedy=_("Save it again."),
            ) from error
        if len(rows) > MOST_ROWS:
            raise _too_long()
        sheets.append(Sheet(str(name), list(enumerate(rows, 1)), looked.get(str(name))))
    return sheets


SHEET = re.compile(r"<(?:\w{1,12}:)?sheet ([^>]*)>")
RELATION = re.compile(r"<(?:\w{1,12}:)?Relationship ([^>]*)>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


def _sheet_files(path: Path) -> dict[str, str]:
    """The XML part of each sheet by the sheet's name."""
    relations = {}
    for found in RELATION.finditer(_part(path, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        given = dict(ATTRIBUTE.findall(found.group(1)))
        target = given.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        relations[given.get("Id", "")] = full
    sheets = {}
    for found in SHEET.finditer(_part(path, "xl/workbook.xml").decode("utf-8", "replace")):
        given = dict(ATTRIBUTE.findall(found.group(1)))
        part = next((relations.get(value) for key, value in given.items() if key.endswith(":id")), None)
        if part:
            sheets[_unescaped(given.get("name", ""))] = part
    return sheets


def _unescaped(text: str) -> str:
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return text


def _part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as book:
        try:
            return book.read(name)
        except KeyError:
            return b""
