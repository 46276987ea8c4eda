"""An office's papers as PDF: drawn when somebody asks, kept nowhere."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import fontpkg
import segno
import typst

from samleng.doors.exchange.papers.content import Paper, given

LAYOUT = Path(__file__).parent.parent / "print" / "case.typ"


def draw_paper(paper: Paper, form: str = "pdf") -> Any:
    """The paper as a PDF, or a PNG for each page; what it says never touches the disk."""
    data = json.dumps(given(paper), ensure_ascii=False)
    return compiler().compile(format=form, sys_inputs={"data": data})


@lru_cache(maxsize=1)
def compiler() -> Any:
    """One compiler a process: finding the fonts takes longer than drawing a page."""
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(fontpkg.path("Noto Sans Khmer")).parent)]
    )
    return typst.Compiler(str(LAYOUT), root=str(LAYOUT.parent), font_paths=fonts)


def qr_svg(content: str) -> str:
    """The content as an SVG of a QR code that survives a crease."""
    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", border=2, scale=4, xmldecl=False)
    return out.getvalue().decode()
