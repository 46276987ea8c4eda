"""A filled-in plan form as rows: a tree in JSON, or a table with the form's own headings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import read_text, sort_of
from samleng.doors.exchange.tables import Sheet, fold, sheets_of
from samleng.ground.frameworks.plan_form import PlanForm
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

MOST_ROWS = 2000
CHILDREN = "_children"
# How other tools name the columns of the form in JSON.
KEYS = {
    "no": "number",
    "priority_activity": "text",
    "activity": "text",
    "target_response": "goal",
    "result_quantity": "quantity",
    "result_unit": "unit",
    "start_date": "starts_on",
    "end_date": "due_on",
    "beneficiary_total": "beneficiaries",
    "beneficiary_female": "beneficiaries_women",
    "estimated_cost": "cost",
    "implementer": "lead",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """One action as written: its row, where it stands ("ខ/១/១"), its part, provider and cells.

    `labels` are the columns' headings in this file, so that a fault is named as its writer knows it.
    """

    row: int
    path: str
    part: str
    provider: str
    cells: Mapping[str, Any]
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, column: str) -> str:
        return f"{self.path} {self.labels.get(column, column)}".strip()


@dataclass
class Form:
    """Every action found in a file, and what is wrong with the others."""

    rows: list[Written] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)


def read_form(path: Path, form: PlanForm) -> Form:
    """The actions in a JSON tree or an XLSX/CSV table; Refusal for a file that is neither."""
    if sort_of(path) == "text" and read_text(path)[:1].lstrip() in ("[", "{"):
        found = read_tree(path, form)
    else:
        found = read_sheet(sheets_of(path)[0], form)
    if len(found.rows) > MOST_ROWS:
        raise Refusal(
            filled(_("A plan with more than %(most)d actions is not read."), most=MOST_ROWS),
            field="file",
            code="too_long",
            remedy=_("Divide it into smaller files."),
        )
    if not found.rows and not found.problems:
        raise Refusal(
            _("The file holds no action."), field="file", code="no_rows", remedy=_("Fill in the plan first.")
        )
    return found


def part_of(sign: object, form: PlanForm) -> str | None:
    """The part a sign stands for ("ក", "A"), or None."""
    wanted = fold(sign).strip()
    for part in form.parts:
        signs = part.sign.values() if isinstance(part.sign, Mapping) else [part.sign]
        if wanted and wanted in {fold(one) for one in (part.code, *signs)}:
            return part.code
    return None


def unknown_part(sign: object, row: int, form: PlanForm) -> Refusal:
    known = ", ".join(part.code for part in form.parts)
    return Refusal(
        filled(_("“%(sign)s” is not a part of the plan."), sign=str(sign)[:60]),
        field="number",
        row=row,
        remedy=filled(_("Begin with the rows of the parts: %(known)s."), known=known),
        code="part",
    )


# --- a tree -----------------------------------------------------------------------------------------------


def read_tree(path: Path, form: PlanForm) -> Form:
    """A list of parts, each with its rows under `_children`, at most as deep as the form."""
    try:
        roots = json.loads(read_text(path))
    except json.JSONDecodeError as bad:
        raise Refusal(
            filled(_("The JSON breaks off or is wrong in line %(line)d."), line=bad.lineno),
            field="file",
            row=bad.lineno,
            code="json",
            remedy=_("Export the plan again."),
        ) from bad
    except (RecursionError, ValueError) as bad:
        raise Refusal(
            _("The JSON is nested too deeply or holds an impossible number."),
            field="file",
            code="json",
            remedy=_("Export the plan again."),
        ) from bad
    if not isinstance(roots, list) or not all(isinstance(one, Mapping) for one in roots):
        raise Refusal(
            _("The JSON is not a list of the plan's parts."),
            field="file",
            code="json",
            remedy=_("Export the plan again."),
        )
    found = Form()
    for root in roots:
        part = part_of(root.get("no", root.get("number", "")), form)
        if part is None:
            found.problems.append(unknown_part(root.get("no", ""), len(found.rows) + 1, form))
            continue
        for leaf in leaves(root, form, found, [str(root.get("no", part))], ""):
            found.rows.append(Written(row=len(found.rows) + 1, part=part, **leaf))
    return found


def leaves(
    node: Mapping[str, Any], form: PlanForm, found: Form, path: Sequence[str], provider: str
) -> Iterator[dict[str, Any]]:
    """The actions under a node: what has no children and is no part."""
    children = node.get(CHILDREN) or []
    if not isinstance(children, list) or not all(isinstance(one, Mapping) for one in children):
        found.problems.append(misplaced(path, len(found.rows) + 1, form))
        return
    for child in children:
        here = [*path, str(child.get("no", child.get("number", "")))]
        if len(here) > form.depth:
            found.problems.append(misplaced(here, len(found.rows) + 1, form))
        elif child.get(CHILDREN):
            yield from leaves(child, form, found, here, text_of(child))
        else:
            cells = {KEYS.get(key, key): value for key, value in child.items() if key != CHILDREN}
            labels = {KEYS.get(key, key): key for key in child}
            yield {"path": "/".join(here), "provider": provider, "cells": cells, "labels": labels}


def text_of(node: Mapping[str, Any]) -> str:
    return str(node.get("priority_activity") or node.get("text") or "")


def misplaced(path: Sequence[str], row: int, form: PlanForm) -> Refusal:
    return Refusal(
        filled(
            _("The rows under %(path)s are deeper than %(depth)d levels."),
            path="/".join(path),
            depth=form.depth,
        ),
        field="/".join(path),
        row=row,
        remedy=_("Put the action directly under its part or provider."),
        code="depth",
    )


# --- a table ----------------------------------------------------------------------------------------------


def read_sheet(sheet: Sheet, form: PlanForm) -> Form:
    """A table under the form's headings, wherever these stand; rows of parts and providers between."""
    at, places, labels = headings(sheet, form)
    found, part, provider, group = Form(), None, "", ""
    for number, line in sheet.lines:
        if number <= at:
            continue
        cells = {code: line[where] for code, where in places.items() if where < len(line)}
        sign, said = str(cells.get("number") or "").strip(), str(cells.get("text") or "").strip()
        others = [v for code, v in cells.items() if code not in ("number", "text") and str(v).strip()]
        if not others and (opened := part_of(sign, form)) is not None:
            part, provider, group = opened, "", sign
        elif is_number(sign) and (bad := formulas(sheet, number, places, labels)):
            # What a formula shows may be nothing at all, so it is looked for before the row is passed over.
            found.problems += bad
        elif (not said and not others) or not is_number(sign):
            # Totals, signatures and empty lines: no number of a row, or nothing to be done.
            if said and others:
                found.problems.append(no_number(number, labels))
        elif not others:
            provider, group = said, f"{part}/{sign}"
        elif part is None:
            found.problems.append(unknown_part(sign, number, form))
        else:
            path = f"{group}/{sign}" if provider else f"{part}/{sign}"
            found.rows.append(
                Written(row=number, path=path, part=part, provider=provider, cells=cells, labels=labels)
            )
    return found


def is_number(sign: str) -> bool:
    """Whether a cell numbers a row: "3", "៣", 3.0 as spreadsheets keep it."""
    plain = to_latin(sign).rstrip(".").removesuffix(".0")
    return plain.isascii() and plain.isdigit()


def no_number(row: int, labels: Mapping[str, str]) -> Refusal:
    return Refusal(
        _("This row has an action but no number."),
        field=labels.get("number", "number"),
        row=row,
        remedy=_("Number the row, or delete it."),
        code="number",
    )


def formulas(sheet: Sheet, row: int, places: Mapping[str, int], labels: Mapping[str, str]) -> list[Refusal]:
    """A fault for each cell of the row that holds a formula, in the columns that are read."""
    if sheet.cells is None:
        return []
    return [
        Refusal(
            _("The cell holds a formula."),
            field=labels[code],
            row=row,
            remedy=_("Copy the column and paste it as values."),
            code="formula",
        )
        for code, where in places.items()
        if (row, where + 1) in sheet.cells.formulas
    ]


def headings(sheet: Sheet, form: PlanForm) -> tuple[int, dict[str, int], dict[str, str]]:
    """The last row of the headings, where each column stands, and how it is headed in this file."""
    names = {
        fold(name): column.code
        for column in form.columns
        for name in (column.code, *column.name.values(), *(n for key, n in OTHER_NAMES if key == column.code))
    }
    best: tuple[int, dict[str, int], dict[str, str]] = (0, {}, {})
    above: dict[str, int] = {}
    for number, line in sheet.lines[:60]:
        here = {names[fold(cell)]: n for n, cell in enumerate(line) if fold(cell) in names and fold(cell)}
        both = {**above, **here}
        if here and len(both) > len(best[1]):
            labels = {code: label(sheet, number, n) for code, n in both.items()}
            best = (number, both, labels)
        above = here
    missing = [c for c in form.columns if c.code not in best[1]]
    if missing:
        raise Refusals([missing_column(column.name, best[0] or 1) for column in missing])
    return best


# Other tools' names for columns, beside the form's own.
OTHER_NAMES = tuple((code, key) for key, code in KEYS.items())


def label(sheet: Sheet, number: int, at: int) -> str:
    for row, line in reversed(sheet.lines[:number]):
        if row <= number and at < len(line) and str(line[at]).strip():
            return str(line[at]).strip()
    return ""


def missing_column(names: Mapping[str, str], row: int) -> Refusal:
    name = " / ".join(names.values())
    return Refusal(
        filled(_("The column “%(name)s” is missing."), name=name),
        field=name,
        row=row,
        remedy=filled(_("Add a column with the heading “%(name)s”."), name=name),
        code="missing_column",
    )
