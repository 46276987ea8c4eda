"""The closed words of a framework's data, how its texts and codes are marked, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

SIDES = ("community", "provider")
SCALES = ("points", "range", "yes_no", "count_vs_standard")
AGGREGATES = ("median", "mean", "share_yes", "met_standard")
COMBINES = ("pool", "median_of_medians")
RAISINGS = ("by_person", "by_criterion")
REFLECTIONS = ("strengths", "weaknesses", "suggestions")
# The screens a step may open; which ones, in which order and behind which gate is the framework's.
STEPS = (
    "information",
    "setup",
    "participants",
    "raise",
    "prioritise",
    "vote",
    "reflect",
    "photos",
    "finish",
)
STATUS_KINDS = ("open", "done", "stopped")
# Who may confirm that a promise was kept.
PARTIES = ("facilitator", "committee", "ambassador", "citizens")
# What a column of the plan can print, and in which manner.
COLUMNS = (
    "number",
    "text",
    "proposer",
    "goal",
    "location",
    "quantity",
    "unit",
    "starts_on",
    "due_on",
    "beneficiaries",
    "beneficiaries_women",
    "cost",
    "lead",
    "office",
    "role",
    "partners",
    "funding_source",
    "category",
    "criterion",
    "status",
)
COLUMN_KINDS = ("number", "text", "place", "date", "count", "money")
TONES = ("neutral", "busy", "good", "warning", "bad")
# Each kind of check and the settings it needs; a list is of the words allowed, `str` any text.
CHECK_KINDS: dict[str, dict[str, Any]] = {
    "min_participants": {"people": int},
    "min_women_share": {"percent": int},
    "min_group": {"group": str, "people": int},
    "min_staff": {"people": int},
    "both_sides_present": {},
    "community_before_interface": {},
    "action_per_priority": {},
    "plan_adopted_within_days": {"days": int},
    "entered_within_days": {"days": int},
    "information_given_before": {},
}


def gettext_noop(text: str) -> str:
    """Marks a sentence for the catalogues; this module itself knows no Django."""
    return text


@dataclass(frozen=True)
class Problem:
    """What is wrong at which path of the data, e.g. "scale.points[2].value"."""

    path: str
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.template % self.facts

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class BadFramework(Exception):
    """Everything wrong with a framework's data, together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class OneOf:
    """A text that is one of these."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class AtLeast:
    """A whole number that is not smaller."""

    least: int


@dataclass(frozen=True)
class Said:
    """Words in every text language of the framework; `some`: in one at least."""

    some: bool = False


@dataclass(frozen=True)
class Coded:
    """A code: Latin letters, digits, dot, dash and underscore."""


Words = Annotated[dict[str, str], Said()]
SomeWords = Annotated[dict[str, str], Said(some=True)]
# A file name or slot by language that is heard; a missing one shows as missing.
Sounds = dict[str, str]
Code = Annotated[str, Coded()]
Count = Annotated[int, AtLeast(0)]
Some = Annotated[int, AtLeast(1)]
SideCode = Annotated[str, OneOf(SIDES)]


@dataclass(frozen=True)
class Named:
    """Something with a stable code and a name in the framework's languages."""

    code: Code
    name: Words
