"""The plan as a Word file that the clerk can finish: a real table, its heading repeated on each page."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from samleng.doors.exchange.plans.document import Document, Line, shown
from samleng.kit.words.khmer import word_breaks

# Clerks' machines have one of these; Word takes the next where the first is missing.
FONT, LATIN = "Khmer OS Siemreap", "Noto Sans Khmer"
WIDTH = 277.0
PAGE_NUMBER = re.compile(r"(\{pages?\})")
NUMBERS = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
ALIGN = {
    "count": WD_ALIGN_PARAGRAPH.RIGHT,
    "money": WD_ALIGN_PARAGRAPH.RIGHT,
    "number": WD_ALIGN_PARAGRAPH.CENTER,
    "date": WD_ALIGN_PARAGRAPH.CENTER,
}


def write(document: Document) -> bytes:
    """The plan as .docx."""
    file = new_document()
    prepare(file, document)
    for line in document.head:
        say(file.add_paragraph(), line, size=12, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    for line in document.office:
        say(file.add_paragraph(), line, size=10)
    say(file.add_paragraph(), document.title, size=13, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    say(file.add_paragraph(), document.words["year"], size=10, align=WD_ALIGN_PARAGRAPH.CENTER)
    fill_table(file, document)
    sign(file, document)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def prepare(file: Any, document: Document) -> None:
    page = file.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(10)
    page.top_margin, page.bottom_margin = Mm(12), Mm(12)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(8)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    fonts(normal.element.get_or_add_rPr())
    file.core_properties.title = document.title
    file.core_properties.author = ""
    if document.sample:
        for part in (page.header, page.footer):
            mark = say(
                part.paragraphs[0], document.sample, size=14, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER
            )
            mark.font.color.rgb = RGBColor(0x93, 0x28, 0x3F)
    number_pages(page.footer.add_paragraph() if document.sample else page.footer.paragraphs[0], document)


def fonts(properties: Any) -> None:
    """Word keeps a font of its own for scripts such as Khmer; without it they fall to a box font."""
    found = properties.find(qn("w:rFonts"))
    chosen = found if found is not None else OxmlElement("w:rFonts")
    if found is None:
        properties.insert(0, chosen)
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", FONT), ("eastAsia", FONT)):
        chosen.set(qn(f"w:{name}"), font)


def say(paragraph: Any, text: str, *, size: float = 8, bold: bool = False, align: Any = None) -> Any:
    """One run of text; complex scripts take their size, weight and language from marks of their own."""
    run = paragraph.add_run(word_breaks(text))
    run.bold, run.font.size = bold, Pt(size)
    properties = run._element.get_or_add_rPr()
    fonts(properties)
    if bold:
        properties.append(OxmlElement("w:bCs"))
    complex_size = OxmlElement("w:szCs")
    complex_size.set(qn("w:val"), str(int(size * 2)))
    properties.append(complex_size)
    language = OxmlElement("w:lang")
    language.set(qn("w:bidi"), "km-KH")
    properties.append(language)
    if align is not None:
        paragraph.alignment = align
    return run


def number_pages(paragraph: Any, document: Document) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text in PAGE_NUMBER.split(document.words["page"]):
        if text in NUMBERS:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), NUMBERS[text])
            paragraph._p.append(field)
        elif text:
            say(paragraph, text, size=7)


def fill_table(file: Any, document: Document) -> None:
    columns = document.columns
    table = file.add_table(rows=2, cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    whole = sum(column.width for column in columns)
    widths = [Mm(WIDTH * column.width / whole) for column in columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    write_headings(table, document)
    for section in document.sections:
        band(table, section.sign, section.name, len(columns))
        for group in section.groups:
            if group.name:
                band(table, group.number, group.name, len(columns), bold=False)
            for line in group.lines:
                write_line(table, line, document)
        if not section.count:
            band(table, "", document.words["none"], len(columns), bold=False)
        else:
            totals(table, section.total, section.cost, document)
    totals(table, document.words["total"], document.cost, document)
    for row in table.rows:
        keep_whole(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def write_headings(table: Any, document: Document) -> None:
    upper, lower = table.rows[0], table.rows[1]
    for row in (upper, lower):
        mark = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(mark)
    at = 0
    while at < len(document.columns):
        column = document.columns[at]
        if not column.under:
            cell = merged(upper.cells[at], lower.cells[at])
            say(cell.paragraphs[0], column.name, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
            at += 1
            continue
        end = at
        while end + 1 < len(document.columns) and document.columns[end + 1].under == column.under:
            end += 1
        cell = merged(upper.cells[at], upper.cells[end])
        say(cell.paragraphs[0], column.under, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        for one in range(at, end + 1):
            say(
                lower.cells[one].paragraphs[0],
                document.columns[one].name,
                bold=True,
                align=WD_ALIGN_PARAGRAPH.CENTER,
            )
        at = end + 1


def merged(first: Any, last: Any) -> Any:
    """Two cells and all between as one, with one paragraph: Word keeps an empty one of each."""
    whole = first.merge(last)
    for empty in whole.paragraphs[1:]:
        empty._p.getparent().remove(empty._p)
    return whole


def band(table: Any, sign: str, name: str, columns: int, *, bold: bool = True) -> None:
    """A row over all columns: a part, a provider, or that nothing was agreed."""
    cells = table.add_row().cells
    say(cells[0].paragraphs[0], sign, bold=bold, align=WD_ALIGN_PARAGRAPH.CENTER)
    wide = merged(cells[1], cells[columns - 1])
    say(wide.paragraphs[0], name, bold=bold)


def write_line(table: Any, line: Line, document: Document) -> None:
    cells = table.add_row().cells
    for cell, column in zip(cells, document.columns, strict=True):
        text = shown(line.cells.get(column.code))
        if column.code == "text" and line.carried_from:
            text += f" ({document.words['carried'] % {'year': line.carried_from}})"
        say(cell.paragraphs[0], text, size=7.5, align=ALIGN.get(column.kind))


def totals(table: Any, label: str, cost: int, document: Document) -> None:
    cells = table.add_row().cells
    codes = [column.code for column in document.columns]
    at = codes.index("cost") if "cost" in codes else len(codes) - 1
    wide = merged(cells[0], cells[at - 1])
    say(wide.paragraphs[0], label, bold=True, align=WD_ALIGN_PARAGRAPH.RIGHT)
    say(cells[at].paragraphs[0], shown(cost), bold=True, align=WD_ALIGN_PARAGRAPH.RIGHT)


def keep_whole(row: Any) -> None:
    """A row is never cut between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def sign(file: Any, document: Document) -> None:
    file.add_paragraph()
    if document.adopted_on:
        say(file.add_paragraph(), document.words["adopted"], size=9)
    if not document.signatures:
        return
    table = file.add_table(rows=1, cols=len(document.signatures))
    keep_whole(table.rows[0])
    for cell, text in zip(table.rows[0].cells, document.signatures, strict=True):
        say(cell.paragraphs[0], text, size=9, align=WD_ALIGN_PARAGRAPH.CENTER)
        under = cell.add_paragraph()
        say(under, document.words["date"] + "\n\n\n\n", size=9, align=WD_ALIGN_PARAGRAPH.CENTER)
