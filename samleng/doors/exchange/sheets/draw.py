"""The sheets of a meeting as a PDF to print: one sheet, a whole kit, or the kits of several meetings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import fontpkg
import typst
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.sheets.content import Wanted, content
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.models import Scorecard

LAYOUT = Path(__file__).parent.parent / "print" / "meeting.typ"
# A kit has a dozen pages; more than this at once would keep a small machine busy.
MOST_CARDS = 20


def draw_sheets(cards: Sequence[Scorecard], wanted: Wanted, form: str = "pdf") -> Any:
    """The wanted sheets of each card, one card after the other: a PDF, or a PNG for each page."""
    if not cards:
        raise Refusal(_("There is no scorecard to print for."), code="missing")
    if len(cards) > MOST_CARDS:
        raise Refusal(
            filled(_("Sheets are printed for at most %(value)s scorecards at once."), value=MOST_CARDS),
            remedy=_("Use the filters to print fewer, and then the others."),
            code="too_many",
        )
    data = json.dumps({"cards": [content(card, wanted) for card in cards]}, ensure_ascii=False)
    return compiler().compile(format=form, sys_inputs={"data": data})


@lru_cache(maxsize=1)
def compiler() -> Any:
    """One compiler a process: finding the fonts takes longer than drawing a page."""
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(fontpkg.path("Noto Sans Khmer")).parent)]
    )
    return typst.Compiler(str(LAYOUT), root=str(LAYOUT.parent), font_paths=fonts)
