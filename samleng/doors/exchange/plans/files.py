"""A plan as a file to take away: PDF, Word, Excel or JSON, each logged as it leaves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from samleng.answers.plans.models import Plan
from samleng.answers.plans.reading import plans_seen_by
from samleng.doors.exchange.plans import pdf, sheet, word
from samleng.doors.exchange.plans.document import Document, document_of
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
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


@verb
def give_out(*, by: Actor, plan: Plan, form: str, language: str) -> File:
    """The plan as a file for somebody who may see it; that it left is written down."""
    seen = plans_seen_by(by).with_context().filter(pk=plan.pk).first()
    if seen is None:
        raise Denied
    made = draw_plan(seen, form, language)
    record(
        by=by,
        verb="plans.give_out",
        thing=seen,
        owner=seen.owner_key,
        facts={"form": form, "language": language, "size": len(made.data)},
        tell=(),
    )
    return made
