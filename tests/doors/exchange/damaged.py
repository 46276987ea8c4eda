"""Damaged files made on the spot, so that none has to be kept."""

import zipfile

import openpyxl

HEADINGS = ["code", "name_en", "name_km"]
ROWS = [["0101", "North", "ជើង"], ["0102", "South", "ត្បូង"]]


def workbook(path, rows=ROWS, headings=HEADINGS, sheet="list", more=None):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for line in [headings, *rows]:
        page.append(line)
    for name, lines in (more or {}).items():
        other = book.create_sheet(name)
        for line in lines:
            other.append(line)
    book.save(path)
    return path


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def with_part(path, name, content, *, compress=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "a", compress) as book:
        book.writestr(name, content)
    return path


def with_sheet_xml(path, xml):
    """The workbook with another first sheet in it."""
    with zipfile.ZipFile(path) as book:
        parts = {part.filename: book.read(part) for part in book.infolist()}
    parts["xl/worksheets/sheet1.xml"] = xml
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path
