"""The meeting's table as pages draw it: both sides' scores and words, and what was agreed about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from samleng.answers.plans.models import Meeting, PlanItem
from samleng.answers.plans.reading import results_at, table_of
from samleng.answers.plans.rules import View
from samleng.voices.scorecards.models import Result


@dataclass(frozen=True)
class Agreed:
    """The actions that a meeting put into the plan."""

    items: list[PlanItem]

    @classmethod
    def at(cls, meeting: Meeting) -> Agreed:
        rows = PlanItem.objects.filter(meeting=meeting, action__superseded_by=None).select_related(
            "plan", "action__office", "action__framework"
        )
        return cls(list(rows.order_by("action__part", "order", "id")))

    @property
    def plan(self) -> Any:
        return self.items[0].plan if self.items else None

    def about(self, criterion: str) -> list[PlanItem]:
        return [item for item in self.items if item.action.criterion == criterion]

    def elsewhere(self, criteria: set[str]) -> list[PlanItem]:
        """Those that answer no criterion of the table."""
        return [item for item in self.items if item.action.criterion not in criteria]

    def holds(self, criterion: str, text: str) -> bool:
        """Whether a suggestion was taken in as it was said."""
        return any(text in item.action.text.values() for item in self.about(criterion))


def centre(view: View | None) -> Fraction | None:
    known = view is not None and view.central_milli is not None
    return Fraction(view.central_milli, 1000) if known else None  # type: ignore[union-attr, arg-type]


def rows_of(meeting: Meeting, agreed: Agreed) -> list[dict[str, Any]]:
    """Each criterion as the score component takes it, with both sides' words and what was agreed."""
    method = meeting.round.framework.method
    names = {side.code: side.name for side in method.sides}
    said: dict[str, list[Result]] = {}
    for result in results_at(meeting):
        said.setdefault(result.criterion, []).append(result)
    rows = []
    for row in table_of(meeting):
        ours, theirs = row.views.get("community"), row.views.get("provider")
        rows.append(
            {
                "criterion": row.criterion,
                "title": row.text,
                "median": centre(ours),
                "n": ours.n if ours else None,
                "counts": ours.histogram if ours else None,
                "providers": centre(theirs),
                "providers_n": theirs.n if theirs else None,
                "ours_label": names.get("community", ""),
                "theirs_label": names.get("provider", ""),
                "ours": ours is not None,
                "voices": [voice(result, names, agreed) for result in said.get(row.criterion, [])],
                "agreed": agreed.about(row.criterion),
            }
        )
    return rows


def voice(result: Result, names: Mapping[str, Any], agreed: Agreed) -> dict[str, Any]:
    """What one side said about a criterion; each suggestion with the mark by which it is taken in."""
    side = result.sheet.scorecard.side
    return {
        "side": side,
        "name": names.get(side, side),
        "strengths": result.strengths,
        "weaknesses": result.weaknesses,
        "suggestions": [
            {
                "text": one["text"],
                "chosen": one.get("chosen", False),
                "mark": mark_of(result, at),
                "taken": agreed.holds(result.criterion, one["text"]),
            }
            for at, one in enumerate(result.suggestions)
        ],
    }


def mark_of(result: Result, at: int) -> str:
    """What names one suggestion of a table in an address."""
    return f"{result.pk}-{at}"


def suggestions_open(rows: list[dict[str, Any]]) -> int:
    """How many chosen suggestions are not in the plan yet."""
    return sum(
        1
        for row in rows
        for said in row["voices"]
        for one in said["suggestions"]
        if one["chosen"] and not one["taken"]
    )


def suggestion_of(meeting: Meeting, mark: str) -> tuple[Result, str] | None:
    """The result and words that a mark names, if they lie on this table."""
    for result in results_at(meeting):
        for at, one in enumerate(result.suggestions):
            if mark == mark_of(result, at):
                return result, str(one["text"])
    return None
