"""A plan as it is printed and signed: plain data, the same for PDF, Word, Excel and machines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Plan, PlanItem
from samleng.answers.plans.reading import items_of
from samleng.ground.frameworks.plan_form import Column, Part
from samleng.kit.words.khmer import to_khmer
from samleng.kit.words.text import say

Cell = str | int | Decimal | date | None
PLACEHOLDER = re.compile(r"\{(\w+)\}")
BLANK = "……………"
# Where each kind of file puts its own page numbers into the words.
PAGES = {"page": "{page}", "pages": "{pages}"}


@dataclass(frozen=True, kw_only=True)
class Heading:
    """One column: its code, its name, the heading it shares with its neighbours, kind, relative width."""

    code: str
    name: str
    under: str
    kind: str
    width: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """One action: its number within its group as written, and one cell per column; `id` for machines."""

    id: str
    number: str
    cells: Mapping[str, Cell]
    status: str = ""
    carried_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The actions of one provider; without a name the part is not grouped."""

    number: str
    name: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the plan (A or B) with its sign, its groups and what it costs."""

    code: str
    sign: str
    name: str
    groups: Sequence[Group]
    count: int
    cost: int
    total: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole plan in one language. `head` is centred, `office` stands at the left under it."""

    id: str
    language: str
    title: str
    place: str
    year: int
    number: str
    currency: str
    head: Sequence[str]
    office: Sequence[str]
    columns: Sequence[Heading]
    sections: Sequence[Section]
    signatures: Sequence[str]
    count: int
    cost: int
    words: Mapping[str, str] = field(default_factory=dict)
    adopted_on: date | None = None
    sample: str = ""


WIDTHS = {"date": 1.8, "money": 2.2, "count": 1.5, "number": 1.2, "place": 2.2}


def document_of(plan: Plan, language: str) -> Document:
    """The plan as printed in a language of its framework."""
    form = plan.framework.method.plan
    with translation.override(language):
        sections = [section(part, items, language) for part, items in by_part(plan, form.parts)]
        lines = [filled(say(line, language), plan, language) for line in form.header]
        fixed = ["{" not in say(line, language) for line in form.header]
        return Document(
            id=str(plan.pk),
            language=language,
            title=say(form.name, language),
            place=plan.place.label(language),
            year=plan.year,
            number=plan.number,
            currency=form.currency,
            head=[line for line, same in zip(lines, fixed, strict=True) if same],
            office=[line for line, same in zip(lines, fixed, strict=True) if not same and line],
            columns=[heading(column, language) for column in form.columns],
            sections=sections,
            signatures=[say(words, language) for words in form.signatures],
            count=sum(one.count for one in sections),
            cost=sum(one.cost for one in sections),
            words=words(plan, sections),
            adopted_on=plan.adopted_on,
            sample=both_sample(language) if plan.programme.sample else "",
        )


def words(plan: Plan, sections: Sequence[Section]) -> dict[str, str]:
    """What is printed besides the framework's own words, in the active language."""
    return {
        "year": _("Year %(year)s") % {"year": plan.year},
        "total": plan_total(sum(one.count for one in sections)),
        "page": _("Page %(page)s of %(pages)s") % PAGES,
        "date": pgettext("to be written in by hand", "Date %(blank)s") % {"blank": "……/……/…………"},
        "adopted": _("Adopted on %(day)s") % {"day": shown(plan.adopted_on)} if plan.adopted_on else "",
        "none": _("No action was agreed in this part."),
        "carried": _("carried over from %(year)s"),
    }


def plan_total(count: int) -> str:
    return ngettext("Total: %(n)s action", "Total: %(n)s actions", count) % {"n": count}


def part_total(count: int) -> str:
    told = ngettext("Total of this part: %(n)s action", "Total of this part: %(n)s actions", count)
    return told % {"n": count}


def both_sample(language: str) -> str:
    """The mark of a demonstration in the reader's language and in English, so that nobody misses it."""
    with translation.override("en"):
        plain = _("SAMPLE")
    own = _("SAMPLE")
    return own if own == plain else f"{own} · {plain}"


def heading(column: Column, language: str) -> Heading:
    kind = column.kind or "text"
    least = WIDTHS.get(kind, 0.0)
    return Heading(
        code=column.code,
        name=say(column.name, language),
        under=say(column.under, language),
        kind=kind,
        width=max(float(column.width), least),
    )


def by_part(plan: Plan, parts: Sequence[Part]) -> list[tuple[Part, list[PlanItem]]]:
    items = items_of(plan)
    return [(part, [item for item in items if item.action.part == part.code]) for part in parts]


def section(part: Part, items: Sequence[PlanItem], language: str) -> Section:
    """One part; by provider it is a tree of part, provider and action, as deep as the form goes."""
    if part.by_provider:
        grouped: dict[str, list[PlanItem]] = {}
        for item in items:
            grouped.setdefault(str(item.action.office_id), []).append(item)
        groups = [
            Group(
                number=counted(number, language),
                name=provider(found[0].action, language),
                lines=[line(n, item, language) for n, item in enumerate(found, 1)],
            )
            for number, found in enumerate(grouped.values(), 1)
        ]
    else:
        lines = [line(n, item, language) for n, item in enumerate(items, 1)]
        groups = [Group(number="", name="", lines=lines)] if lines else []
    return Section(
        code=part.code,
        sign=say(part.sign, language) if isinstance(part.sign, Mapping) else str(part.sign),
        name=say(part.name, language),
        groups=groups,
        count=len(items),
        total=part_total(len(items)),
        cost=sum(item.action.cost or 0 for item in items),
    )


def provider(action: Action, language: str) -> str:
    return say(action.office.name, language)


def line(number: int, item: PlanItem, language: str) -> Line:
    action = item.action
    status = next((s for s in action.framework.method.plan.statuses if s.code == action.status), None)
    facility = say(action.facility.name, language) if action.facility else ""
    where = action.location or facility or action.place.label(language)
    lead = say(action.role, language) or say(action.office.name, language)
    written = counted(number, language)
    return Line(
        id=str(action.pk),
        number=written,
        status=say(status.name, language) if status else action.status,
        carried_from=item.carried_from.year if item.carried_from else None,
        cells={
            "number": written,
            "text": say(action.text, language),
            "proposer": action.proposer,
            "goal": say(action.goal, language) or criterion(action, language),
            "location": where,
            "quantity": action.quantity,
            "unit": action.unit,
            "starts_on": action.starts_on,
            "due_on": action.due_on,
            "beneficiaries": action.beneficiaries,
            "beneficiaries_women": action.beneficiaries_women,
            "cost": action.cost,
            "lead": " / ".join(part for part in (lead, action.partners) if part),
        },
    )


def criterion(action: Action, language: str) -> str:
    """The criterion an action answers, where no goal is written: what people scored is what it is for."""
    result = action.community_result or action.provider_result
    return say(result.text, language) if result else ""


def counted(number: int, language: str) -> str:
    """A row's number as the form has it: Khmer forms count in Khmer digits."""
    return to_khmer(number) if language.split("-")[0] == "km" else str(number)


def filled(text: str, plan: Plan, language: str) -> str:
    """A line of the header with its names filled in; a number not yet given leaves room to write it."""
    levels = {place.level: place.label(language) for place in above(plan)}
    known = {
        "province": levels.get(1, ""),
        "district": levels.get(2, ""),
        "commune": plan.place.label(language),
        "place": plan.place.label(language),
        "office": say(plan.office.name, language),
        "year": str(plan.year),
        "number": plan.number or BLANK,
    }
    return PLACEHOLDER.sub(lambda found: known.get(found.group(1), ""), text).strip()


def above(plan: Plan) -> list:
    return list(
        type(plan.place)._default_manager.filter(pk__in=plan.place.ancestor_ids).select_related("kind")
    )


def shown(value: Cell, kind: str = "") -> str:
    """A cell as text: thousands parted, no needless decimals, days as dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return f"{int(value):,}" if whole else f"{value.normalize():,f}"
    return f"{value:,}" if isinstance(value, int) else value
