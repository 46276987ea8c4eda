"""A plan as a file to take away: PDF, Word, Excel or JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from samleng.answers.plans.models import Plan
from samleng.doors.exchange.plans import pdf, sheet, word
from samleng.doors.exchange.plans.document import Document, document_of
from samleng.kit.words.refusals import Refusal


@dataclass(frozen=True, kw_only=True)
class File:
    """A file made for somebody: its name, media type and bytes."""

    name: str
    media_type: str
    data: bytes


FORMATS: dict[str, tuple[str, Any]] = {
    "pdf": ("application/pdf", pdf.draw),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word.write),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheet.write),
}


def as_json(document: Document) -> bytes:
    """The plan for machines: amounts are whole numbers, quantities texts, days ISO dates."""
    return orjson.dumps(asdict(document), default=_plain, option=orjson.OPT_INDENT_2)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(type(value).__name__)


FORMATS["json"] = ("application/json", as_json)


def draw_plan(plan: Plan, form: str, language: str) -> File:
    """The plan in one of `FORMATS` and one language; asks nobody and writes nothing."""
    if form not in FORMATS:
        raise Refusal(
            _("A plan cannot be given out in this form."),
            field="form",
            remedy=_("Choose PDF, Word, Excel or JSON."),
        )
    media_type, make = FORMATS[form]
    document = document_of(plan, language)
    mark = "SAMPLE-" if document.sample else ""
    name = f"{mark}plan-{plan.place.code}-{plan.year}-{language}.{form}"
    return File(name=name, media_type=media_type, data=make(document))
