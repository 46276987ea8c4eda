"""The plan on paper: landscape A4, the heading on every page, Khmer broken between its words."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import fontpkg
import typst

from samleng.doors.exchange.plans.document import Document, Heading, Line, shown
from samleng.kit.words.khmer import word_breaks

LAYOUT = Path(__file__).with_name("plan.typ")
RIGHT = frozenset({"count", "money"})


def draw(document: Document) -> bytes:
    """The plan as a PDF."""
    data = json.dumps(given(document), ensure_ascii=False)
    return bytes(compiler().compile(format="pdf", sys_inputs={"data": data}))


@lru_cache(maxsize=1)
def compiler() -> Any:
    """One compiler a process: finding the fonts takes longer than drawing a page."""
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(fontpkg.path("Noto Sans Khmer")).parent)]
    )
    return typst.Compiler(str(LAYOUT), root=str(LAYOUT.parent), font_paths=fonts)


def given(document: Document) -> dict[str, Any]:
    """What the layout draws: texts only, already written out."""
    return {
        "language": document.language.split("-")[0],
        "title": word_breaks(document.title),
        "year": document.words["year"],
        "head": [word_breaks(line) for line in document.head],
        "office": [word_breaks(line) for line in document.office],
        "columns": [column(heading) for heading in document.columns],
        "tops": tops(document.columns),
        "sections": [
            {
                "sign": one.sign,
                "name": word_breaks(one.name),
                "count": one.count,
                "total": word_breaks(one.total),
                "cost": shown(one.cost),
                "groups": [
                    {
                        "number": group.number,
                        "name": word_breaks(group.name),
                        "lines": [cells(line, document) for line in group.lines],
                    }
                    for group in one.groups
                ],
            }
            for one in document.sections
        ],
        "signatures": [word_breaks(text) for text in document.signatures],
        "cost": shown(document.cost),
        "words": {key: word_breaks(text) for key, text in document.words.items()},
        "sample": document.sample,
    }


def column(heading: Heading) -> dict[str, Any]:
    align = "right" if heading.kind in RIGHT else "center" if heading.kind in ("number", "date") else "left"
    return {
        "code": heading.code,
        "name": word_breaks(heading.name),
        "width": heading.width,
        "align": align,
        "grouped": bool(heading.under),
    }


def tops(columns: Any) -> list[dict[str, Any]]:
    """The upper row of headings: a shared heading spans its neighbours, the others span both rows."""
    upper: list[dict[str, Any]] = []
    for heading in columns:
        if heading.under and upper and upper[-1]["under"] == heading.under:
            upper[-1]["span"] += 1
        else:
            name = heading.under or heading.name
            upper.append({"under": heading.under, "name": word_breaks(name), "span": 1})
    return upper


def cells(line: Line, document: Document) -> list[str]:
    written = [shown(line.cells.get(column.code)) for column in document.columns]
    kinds = [column.kind for column in document.columns]
    written = [
        word_breaks(text) if kind in ("text", "place") else text
        for text, kind in zip(written, kinds, strict=True)
    ]
    if line.carried_from:
        at = next((n for n, column in enumerate(document.columns) if column.code == "text"), 0)
        written[at] += f" ({word_breaks(document.words['carried'] % {'year': line.carried_from})})"
    return written
