"""Files from outside, looked at before anything parses them: size, sort, bombs, macros, encoding."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 48 * 1024 * 1024
MOST_PARTS = 2000
# Real sheets shrink ten- to thirtyfold; only made-up ones shrink this much.
STEEPEST = 200
# A nation's villages have fourteen thousand rows; what is looked at lies whole in memory.
MOST_CELLS, MOST_COLUMNS = 1_500_000, 1000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
OTHER_SORTS = (
    (ZIP, _("a packed file or workbook (.zip, .xlsx)")),
    (OLE, _("an old workbook (.xls)")),
    (b"%PDF", _("a PDF")),
    (b"\x89PNG", _("a picture (PNG)")),
    (b"\xff\xd8\xff", _("a picture (JPEG)")),
    (b"\x1f\x8b", _("a packed file (.gz)")),
)
SAVE_AS_UTF8 = _("Save it again as “CSV UTF-8”, or as .xlsx.")
SAVE_AGAIN = _(
    "Open it in a spreadsheet program and save it as .xlsx without macros and password, or as CSV."
)


def check_size(path: Path, largest: int = LARGEST_FILE) -> None:
    """Refuse what is no file, is empty, or is too large, before a byte of it is read."""
    if not path.is_file():
        raise Refusal(
            filled(_("There is no file %(name)s."), name=path.name),
            field="file",
            code="no_file",
            remedy=_("Check the name and the folder."),
        )
    size = path.stat().st_size
    if size == 0:
        raise Refusal(_("The file is empty."), field="file", code="empty", remedy=_("Choose another file."))
    if size > largest:
        raise Refusal(
            filled(
                _("The file has %(size)d MB; at most %(most)d MB are read."),
                size=size // 1024 // 1024,
                most=largest // 1024 // 1024,
            ),
            field="file",
            code="too_large",
            remedy=_("Divide it into smaller files."),
        )


def sort_of(path: Path) -> str:
    """ "xlsx" or "text", by what the file holds and not by its name; others are refused."""
    check_size(path)
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(ZIP):
        check_workbook(path)
        return "xlsx"
    if head.startswith(OLE):
        raise Refusal(
            _("This is an old or password-protected workbook."),
            field="file",
            code="old_workbook",
            remedy=SAVE_AGAIN,
        )
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xls"}:
        raise Refusal(
            _("This is not a workbook, although its name says so."),
            field="file",
            code="not_a_workbook",
            remedy=SAVE_AGAIN,
        )
    return "text"


def check_workbook(path: Path) -> None:
    """Refuse a packed file that is no workbook, hides a program or another archive, or is a bomb."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
            _check_parts(path, parts)
            unpacked = 0
            for part in parts:
                unpacked += _unpacked_size(book, part, LARGEST_UNPACKED - unpacked)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise Refusal(
            _("The workbook is damaged."), field="file", code="damaged", remedy=SAVE_AGAIN
        ) from error


def _check_parts(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if path.suffix.lower() in {".xlsm", ".xltm", ".xlam"} or any(
        name.endswith("vbaproject.bin") for name in names
    ):
        raise Refusal(
            _("The workbook holds a program (macro)."), field="file", code="macro", remedy=SAVE_AGAIN
        )
    if "xl/workbook.xml" not in names:
        raise Refusal(
            _("This packed file is not a workbook (.xlsx)."),
            field="file",
            code="not_a_workbook",
            remedy=SAVE_AGAIN,
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refusal(
            _("The workbook is protected by a password."), field="file", code="password", remedy=SAVE_AGAIN
        )
    largest = max(part.file_size for part in parts)
    steep = any(
        part.file_size > 1024 * 1024 and part.file_size > STEEPEST * max(part.compress_size, 1)
        for part in parts
    )
    total = sum(part.file_size for part in parts)
    if (
        steep
        or len(parts) > MOST_PARTS
        or len(set(names)) < len(names)
        or max(largest, total) > LARGEST_UNPACKED
    ):
        raise _bomb()


def _bomb() -> Refusal:
    return Refusal(
        _("Unpacked, this file would be far larger than any table."),
        field="file",
        code="bomb",
        remedy=_("Save only the sheet with the table, and send that file."),
    )


def _unpacked_size(book: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    # What the directory says of a part may be a lie, so its true size is counted.
    size = 0
    with book.open(part) as stream:
        while piece := stream.read(1024 * 1024):
            if size == 0 and piece.startswith(ZIP):
                raise Refusal(
                    _("Another packed file is hidden in the workbook."),
                    field="file",
                    code="nested",
                    remedy=SAVE_AGAIN,
                )
            if size == 0 and b"<!DOCTYPE" in piece[:4096]:
                raise Refusal(
                    _("The workbook holds instructions that no spreadsheet program writes."),
                    field="file",
                    code="doctype",
                    remedy=SAVE_AGAIN,
                )
            size += len(piece)
            if size > room:
                raise _bomb()
    return size


def read_text(path: Path, largest: int = LARGEST_FILE) -> str:
    """The text of a file in UTF-8 (with or without mark); any other encoding is refused with its place."""
    check_size(path, largest)
    data = path.read_bytes()
    check_no_other_sort(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            filled(
                _("The file is not written in UTF-8: byte %(byte)d, in row %(row)d, belongs to no letter."),
                byte=error.start,
                row=row,
            ),
            field=heading_at(data, error.start) or "file",
            row=row,
            code="encoding",
            remedy=SAVE_AS_UTF8,
        ) from error
    if "\x00" in text:
        raise Refusal(
            filled(_("The file holds no text: byte %(byte)d is zero."), byte=text.index("\x00")),
            field="file",
            row=text.count("\n", 0, text.index("\x00")) + 1,
            code="binary",
            remedy=SAVE_AS_UTF8,
        )
    return text


def check_no_other_sort(data: bytes) -> None:
    """Refuse what is plainly no text (a workbook, a picture, a PDF), by how it begins."""
    name = next((name for start, name in OTHER_SORTS if data.startswith(start)), "")
    if name:
        raise Refusal(
            filled(_("The file is no text: it begins as %(sort)s does."), sort=name),
            field="file",
            code="other_sort",
            remedy=_("Choose the file that holds the table or the map."),
        )


def heading_at(data: bytes, byte: int) -> str:
    """The heading of the column in which a byte of a table stands; "" where it is no table."""
    first = data.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()
    if first[:1] in ("[", "{"):
        return ""
    delimiter = max(",;\t", key=first.count)
    before = data[data.rfind(b"\n", 0, byte) + 1 : byte].decode("utf-8", "replace")
    try:
        headings = next(csv.reader([first], delimiter=delimiter), [])
        cells = next(csv.reader([before], delimiter=delimiter), [""])
    except csv.Error:
        return ""
    # Inside the headings themselves the byte has no column yet.
    inside = b"\n" in data[:byte] and 1 <= len(cells) <= len(headings)
    return headings[len(cells) - 1] if inside else ""


@dataclass(frozen=True)
class Cells:
    """What a sheet's XML says beside the values: which cells hold formulas and which errors (row, column)."""

    formulas: frozenset[tuple[int, int]]
    errors: frozenset[tuple[int, int]]


CELL = re.compile(rb"<(?:\w{1,12}:)?c[ >]")
REFERENCE = re.compile(rb'[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
ROW = re.compile(rb'<(?:\w{1,12}:)?row [^>]{0,200}?\br="([0-9]{1,7})"')
FORMULA = re.compile(rb"<(?:\w{1,12}:)?f[ />]")
ERROR = re.compile(rb'[^>]{0,200}?\bt="e"')


def look_at_cells(xml: bytes) -> Cells:
    """Find formulas and errors in a sheet; refuse one whose last cell would make a table beyond all use."""
    formulas, errors = set(), set()
    last_row = max((int(found.group(1)) for found in ROW.finditer(xml)), default=0)
    last_column = 0
    for cell in CELL.split(xml)[1:]:
        place = REFERENCE.match(cell)
        if place is None:
            continue
        at = (int(place.group(2)), column_number(place.group(1).decode()))
        last_row, last_column = max(last_row, at[0]), max(last_column, at[1])
        inner = cell[: cell.find(b"</")] if b"</" in cell else cell
        if FORMULA.search(inner):
            formulas.add(at)
        if ERROR.match(cell):
            errors.add(at)
    check_extent(last_row, last_column)
    return Cells(frozenset(formulas), frozenset(errors))


def check_extent(row: int, column: int) -> None:
    """Refuse a table that reaches farther than any of use."""
    if column > MOST_COLUMNS or row * max(column, 1) > MOST_CELLS:
        raise Refusal(
            filled(_("The sheet reaches to row %(row)d, column %(column)d."), row=row, column=column),
            field="file",
            row=row,
            code="too_wide",
            remedy=_("Delete the empty rows and columns after the table."),
        )


def column_number(letters: str) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
