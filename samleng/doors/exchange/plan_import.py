"""Somebody else's joint plan (a JSON tree, or the form filled in as a table) taken into ours, row by row."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import icu
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.plans.models import Plan, PlanItem
from samleng.answers.plans.verbs.planning import agree, open_plan, reword
from samleng.doors.exchange.cells import DATE, TEXT, Column, Unreadable, read_cell
from samleng.doors.exchange.matching import called
from samleng.doors.exchange.plan_place import office_of, place_in, year_in
from samleng.doors.exchange.plans.rows import Form, Written, read_form
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.permission import require
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import INVISIBLE, KHMER_RUN, normalise, searchable, skeleton, to_latin
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.kit.words.text import filled

MONTH_YEAR = re.compile(r"(\D+?)[\s\-/]*(\d{4})")
YEAR_MONTH = re.compile(r"(\d{1,2})[/\-.](\d{4})")
COMPARED = (
    "starts_on", "due_on", "proposer", "location", "partners", "quantity", "unit",
    "beneficiaries", "beneficiaries_women", "cost",
)  # fmt: skip
# Fields of a promise that share a column of the form.
COLUMN_OF = {"role": "lead", "partners": "lead", "part": "number"}


@dataclass
class Taking:
    """What one import works with: whose plan, who leads by default, and where things may lie."""

    by: Actor
    plan: Plan
    languages: tuple[str, ...]
    facilities: list[Facility]
    offices: Mapping[Any, Office]
    agreed_on: date
    report: Report


def import_plan(
    *,
    by: Actor,
    path: Path | str,
    programme: Programme,
    place: Place | None = None,
    year: int | None = None,
    office: Office | None = None,
    framework: Framework | None = None,
    agreed_on: date | None = None,
    dry_run: bool = False,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Load a place's plan of a year. The same file again changes nothing; a changed row changes its action.

    Refusals name row, column and remedy, and nothing is loaded, unless `only_good` is given: then they
    are the report's `rejected`. `office` leads what no facility of the place does; `agreed_on` is the day
    the plan was agreed, else its first start. Place and year are read from the rows where none is given.
    """
    path = Path(path)
    require(by, "exchange.import", owner=programme.owner_key, path=place.path if place else None)
    pinned = framework or framework_for(programme)

    def work() -> Report:
        form = read_form(path, pinned.method.plan)
        plan = opened(by, programme, pinned, form, (place, year, office))
        taking = prepared(by, plan, form, agreed_on)
        if place is None:
            taking.report.warnings.append(whose_plan(plan.place))
        take_rows(taking, form.rows, progress)
        if taking.report.rejected and not only_good:
            raise Refusals(taking.report.rejected)
        return taking.report

    return take_in(kind="plan", by=by, path=path, work=work, dry_run=dry_run)


def opened(
    by: Actor,
    programme: Programme,
    framework: Framework,
    form: Form,
    given: tuple[Place | None, int | None, Office | None],
) -> Plan:
    """The plan the file is of; place, year and leading office are found where they are not given."""
    place, year, office = given
    whose = place or place_in(locations(form.rows), framework.method.plan.level)
    return open_plan(
        by=by,
        programme=programme,
        framework=framework,
        place=whose,
        office=office or office_of(whose),
        year=year or year_in(one.year for one in starts(form.rows, framework.method.languages)),
    )


def framework_for(programme: Programme) -> Framework:
    """The framework the programme's newest round pins, else the newest one published."""
    from samleng.voices.scorecards.models import Round

    last = Round.objects.filter(programme=programme).order_by("-year", "-cycle").first()
    found = last.framework if last else Framework.objects.order_by("-published_at").first()
    if found is None:
        raise Refusal(
            _("No framework is published yet."),
            field="framework",
            remedy=_("Publish one first."),
            code="missing",
        )
    return found


def prepared(by: Actor, plan: Plan, form: Form, agreed_on: date | None) -> Taking:
    """Everything the rows need, read once."""
    facilities = list(Facility.objects.serving(plan.place).open().order_by("sort_key"))
    offices = {o.facility_id: o for o in Office.objects.filter(facility__in=facilities)}
    method = plan.framework.method
    first = min([*starts(form.rows, method.languages), timezone.localdate()])
    return Taking(
        by=by,
        plan=plan,
        languages=method.languages,
        facilities=facilities,
        offices=offices,
        agreed_on=agreed_on or first,
        report=Report(
            kind="plan",
            rejected=list(form.problems),
            counts={"rows": len(form.rows) + len(form.problems), "year": plan.year},
        ),
    )


def take_rows(taking: Taking, rows: list[Written], progress: Progress | None) -> None:
    for number, row in enumerate(rows, 1):
        take_row(taking, row)
        if progress:
            progress(number, len(rows))


def starts(rows: Iterable[Written], languages: tuple[str, ...]) -> list[date]:
    """The days on which the rows begin, as far as they can be read."""
    found = []
    for row in rows:
        try:
            if (start := day(row.cells.get("starts_on"), languages, last=False)) is not None:
                found.append(start)
        except Unreadable:
            continue  # said at its row
    return found


def locations(rows: Iterable[Written]) -> list[str]:
    return [str(row.cells.get("location") or "") for row in rows]


def whose_plan(place: Place) -> Refusal:
    return Refusal(
        filled(_("This was taken for the plan of %(place)s."), place=called((place,))),
        field="--place",
        remedy=_("Name another place if that is wrong."),
        code="assumed",
    )


def take_row(taking: Taking, row: Written) -> None:
    """One row into the plan, or why not, at its column."""
    try:
        terms, facility = terms_of(taking, row)
        with transaction.atomic():
            settle(taking, row, terms, facility)
    except Unreadable as bad:
        taking.report.rejected.append(
            Refusal(bad.message, field=bad.code, row=row.row, remedy=bad.remedy, code="cell")
        )
    except Refusal as refused:
        for one in each(refused):
            column = COLUMN_OF.get(one.field or "", one.field or "")
            taking.report.rejected.append(
                Refusal(one.message, field=row.label(column), row=row.row, remedy=one.remedy, code=one.code)
            )


def settle(taking: Taking, row: Written, terms: Terms, facility: Facility | None) -> None:
    """Agree a new action, leave a known one as it is, or word it as the file now has it."""
    office = taking.offices.get(facility.pk if facility else None, taking.plan.office)
    known = standing_item(taking.plan, terms, facility, office)
    if known is None:
        agree(
            by=taking.by,
            plan=taking.plan,
            terms=terms,
            office=office,
            facility=facility,
            agreed_on=taking.agreed_on,
        )
        taking.report.loaded += 1
    elif same(known.action, terms):
        taking.report.unchanged += 1
    else:
        reword(by=taking.by, item=known, terms=terms, reason=str(_("Corrected in the imported plan")))
        taking.report.loaded += 1


def standing_item(plan: Plan, terms: Terms, facility: Facility | None, office: Office) -> PlanItem | None:
    """The item that holds this action already: same part, office, facility and wording."""
    wanted = {normalise(text) for text in terms.text.values()}
    found = plan.items.select_related("action", "plan").filter(
        action__part=terms.part, action__office=office, action__facility=facility
    )
    return next((i for i in found if wanted & {normalise(t) for t in i.action.text.values()}), None)


def same(action: Action, terms: Terms) -> bool:
    """Whether the action says what the terms say."""
    role = dict(action.role) == dict(terms.role) and dict(action.goal) == dict(terms.goal)
    return role and all(plain(getattr(action, name)) == plain(getattr(terms, name)) for name in COMPARED)


def plain(value: Any) -> str:
    if value is None or isinstance(value, date):
        return str(value or "")
    text = to_latin(str(value)).strip()
    bare = text.replace(",", "").replace(" ", "")
    try:
        return f"{float(bare):.2f}"
    except ValueError:
        return text


def terms_of(taking: Taking, row: Written) -> tuple[Terms, Facility | None]:
    """A row's cells as the terms of a promise, and the facility its place names."""
    location = text(row, "location", 200)
    facility = named(taking.facilities, location) or named(taking.facilities, row.provider)
    starts_on, due_on = days(taking, row)
    said = text(row, "text", 600)
    if not said:
        raise Unreadable(_("It is not said what will be done."), _("Write the action."), row.label("text"))
    terms = Terms(
        part=row.part,
        text=words(said, taking.languages),
        starts_on=starts_on,
        due_on=due_on,
        goal=words(text(row, "goal", 300), taking.languages),
        proposer=text(row, "proposer", 120),
        location=location,
        role=words(text(row, "lead", 200), taking.languages),
        quantity=number(row, "quantity"),
        unit=text(row, "unit", 60),
        beneficiaries=number(row, "beneficiaries"),
        beneficiaries_women=number(row, "beneficiaries_women"),
        cost=number(row, "cost"),
    )
    return terms, facility


def days(taking: Taking, row: Written) -> tuple[date, date]:
    """The first and the last day; an empty one is the year's, and that is said."""
    found = {}
    for column, last in (("starts_on", False), ("due_on", True)):
        try:
            found[column] = day(row.cells.get(column), taking.languages, last=last)
        except Unreadable as bad:
            raise Unreadable(bad.message, bad.remedy, row.label(column)) from bad
    starts_on, due_on = found["starts_on"], found["due_on"]
    year = taking.plan.year
    if starts_on is None:
        starts_on = date(year, 1, 1)
        assumed(taking, row, "starts_on", starts_on)
    if due_on is None:
        due_on = date(max(year, starts_on.year), 12, 31)
        assumed(taking, row, "due_on", due_on)
    return starts_on, due_on


def assumed(taking: Taking, row: Written, column: str, day: date) -> None:
    taking.report.warnings.append(
        Refusal(
            filled(_("No day is written; %(day)s is taken."), day=day.isoformat()),
            field=row.label(column),
            row=row.row,
            remedy=_("Correct it in the plan if another day was meant."),
            code="assumed",
        )
    )


def day(raw: Any, languages: Iterable[str], *, last: bool) -> date | None:
    """A day from a date, or from a month and year ("មករា២០២៣", "12/2023"): its first or last day."""
    if isinstance(raw, datetime | date):
        return raw.date() if isinstance(raw, datetime) else raw
    plain = to_latin(INVISIBLE.sub("", str(raw or ""))).strip()
    if not plain:
        return None
    month = year = 0
    if found := YEAR_MONTH.fullmatch(plain):
        month, year = int(found.group(1)), int(found.group(2))
    elif found := MONTH_YEAR.fullmatch(plain):
        month, year = months(tuple(languages)).get(searchable(found.group(1)), 0), int(found.group(2))
    if not month:
        found_day: date | None = read_cell(raw, Column(required=False, kind=DATE))
        return found_day
    if not 1 <= month <= 12 or not 1900 <= year <= 2200:
        raise Unreadable(
            filled(_("“%(value)s” is not a month."), value=str(raw)[:60]), _("Write it as 05/2026."), "date"
        )
    return date(year, month, calendar.monthrange(year, month)[1] if last else 1)


@lru_cache(maxsize=8)
def months(languages: tuple[str, ...]) -> dict[str, int]:
    """The months' names, long and short, in the framework's languages and English."""
    names = {}
    for tag in (*languages, "en"):
        symbols = icu.DateFormatSymbols(icu.Locale(tag))
        for style in (icu.DateFormatSymbols.WIDE, icu.DateFormatSymbols.ABBREVIATED):
            listed = symbols.getMonths(icu.DateFormatSymbols.STANDALONE, style)
            names.update({searchable(name): n for n, name in enumerate(listed, 1)})
    return names


def text(row: Written, column: str, longest: int) -> str:
    try:
        return str(read_cell(row.cells.get(column), Column(required=False, kind=TEXT, longest=longest)))
    except Unreadable as bad:
        raise Unreadable(bad.message, bad.remedy, row.label(column)) from bad


def number(row: Written, column: str) -> Any:
    """A figure as written; the promise's own rules read and check it."""
    value = row.cells.get(column)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if isinstance(value, float) else value


def words(said: str, languages: tuple[str, ...]) -> dict[str, str]:
    """The text under the language its letters show."""
    if not said:
        return {}
    if KHMER_RUN.search(said):
        return {"km": said}
    return {next((tag for tag in languages if tag != "km"), "en"): said}


def named(facilities: Iterable[Facility], name: str) -> Facility | None:
    """The facility whose name stands in the text, spelling variants forgiven; the longest name wins."""
    wanted = skeleton(name)
    if not wanted:
        return None
    found = [
        (len(own), facility)
        for facility in facilities
        for own in map(skeleton, facility.name.values())
        if own and own in wanted
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None
