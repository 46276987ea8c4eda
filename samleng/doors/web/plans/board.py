"""A plan's rows as its form has them: the framework's columns, grouped by part and provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from samleng.answers.plans.models import Plan, PlanItem
from samleng.doors.exchange.plans.document import heading, section
from samleng.doors.web.plans.seen import language
from samleng.doors.web.templatetags.said import dated, digits
from samleng.ground.frameworks.plan_form import Part

# The cell that leads to the promise, and the one that its row number stands in.
TITLE, NUMBER = "text", "number"


def parts_of(plan: Plan, items: Sequence[PlanItem]) -> list[dict[str, Any]]:
    """Each part with its groups, and each row with its cells and where it may move to."""
    columns = [heading(column, language()) for column in plan.framework.method.plan.columns]
    found = []
    for part in plan.framework.method.plan.parts:
        rows = [item for item in items if item.action.part == part.code]
        found.append({"part": part, "columns": columns, "groups": groups_of(part, rows, columns)})
    return found


def groups_of(part: Part, items: Sequence[PlanItem], columns: Sequence[Any]) -> list[dict[str, Any]]:
    by_action = {str(item.action_id): item for item in items}
    place = {item.pk: at for at, item in enumerate(items, start=1)}
    groups = []
    for group in section(part, items, language()).groups:
        rows = [row(by_action[line.id], line, columns) for line in group.lines]
        # A row moves past its neighbour of the same group; the order itself runs through the whole part.
        for before, after in pairwise(rows):
            before["moves"].append((place[after["item"].pk], _("Move down"), "arrow-down"))
            after["moves"].insert(0, (place[before["item"].pk], _("Move up"), "arrow-up"))
        groups.append({"name": group.name, "number": group.number, "rows": rows})
    return groups


def row(item: PlanItem, line: Any, columns: Sequence[Any]) -> dict[str, Any]:
    cells = [
        {
            "code": column.code,
            "label": f"{column.under}: {column.name}" if column.under else column.name,
            "text": written(line.cells.get(column.code)),
            "number": column.kind in ("count", "money"),
        }
        for column in columns
        if column.code not in (TITLE, NUMBER)
    ]
    return {
        "item": item,
        "number": line.number,
        "title": line.cells.get(TITLE, ""),
        "cells": cells,
        "carried_from": line.carried_from,
        "moves": [],
    }


def written(value: Any) -> str:
    """A cell as the page shows it; empty where nothing was said."""
    if value is None:
        return ""
    if isinstance(value, date):
        return dated(value, "short")
    return digits(value) if isinstance(value, int | Decimal) else str(value)
