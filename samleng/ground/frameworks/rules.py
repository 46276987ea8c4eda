"""A method as data, parsed and checked: what a framework version says, and everything wrong with one.

No axis is a branch in code: countries and methods differ only in the values here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Words = dict[str, str]
SIDES = ("community", "provider")
SCALES = ("points", "range", "yes_no", "count_vs_standard")
AGGREGATES = ("median", "mean", "share_yes", "met_standard")
COMBINES = ("pool", "median_of_medians")
STATUS_KINDS = ("open", "done", "stopped")
CHECK_KINDS = (
    "min_participants",
    "min_women_share",
    "min_group",
    "min_staff",
    "both_sides_present",
    "community_before_interface",
    "action_per_priority",
    "plan_adopted_within_days",
    "entered_within_days",
    "information_given_before",
)


@dataclass(frozen=True)
class Problem:
    """What is wrong at which path of the data, e.g. "scale.points[2].value"."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class BadFramework(Exception):
    """Everything wrong with a framework's data, together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Named:
    """Something with a stable code and a name in the framework's languages."""

    code: str
    name: Words


@dataclass(frozen=True)
class Sector(Named):
    # Kinds of office that a matter climbs, lowest first.
    ladder: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceKind(Named):
    sector: str = ""
    stands_at: int = 3
    serves_many: bool = False
    # What the other side is called: "staff of the health centre".
    provider: Words = field(default_factory=dict)
    # Kinds of place where this service is offered in this form; empty means everywhere.
    place_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    value: int
    name: Words
    picture: str = ""
    sounds: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Band:
    """A wider class of the scale, both ends included."""

    code: str
    name: Words
    low: int
    high: int
    picture: str = ""


@dataclass(frozen=True)
class Scale:
    kind: str
    points: tuple[Point, ...] = ()
    low: int = 1
    high: int = 5
    step: int = 1
    classes: tuple[Band, ...] = ()

    @property
    def values(self) -> tuple[int, ...]:
        """Every value a vote may have, in ascending order."""
        if self.kind == "range":
            return tuple(range(self.low, self.high + 1, self.step))
        return tuple(point.value for point in self.points)

    @property
    def bounds(self) -> tuple[tuple[int, int], ...]:
        """Lowest and highest value of each wider class."""
        return tuple((band.low, band.high) for band in self.classes)


@dataclass(frozen=True)
class SideOf:
    """One side of the card; `own_criteria`: it scores criteria of its own, not the other side's."""

    code: str
    name: Words
    own_criteria: bool = False
    card: Words = field(default_factory=dict)


@dataclass(frozen=True)
class AgeBand(Named):
    start: int = 0
    end: int | None = None


@dataclass(frozen=True)
class Profile:
    sexes: tuple[Named, ...]
    age_bands: tuple[AgeBand, ...]
    special_groups: tuple[Named, ...] = ()
    # The code among sexes that "of whom women" counts.
    women: str = "female"


@dataclass(frozen=True)
class Raising:
    methods: tuple[str, ...] = ("by_person", "by_criterion")
    priorities_min: int = 1
    priorities_max: int = 6
    priorities_advised: int = 5
    custom_allowed: bool = True
    suggestions_required: int = 1


@dataclass(frozen=True)
class Step(Named):
    tip: Words = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True)
class Standard:
    """What can be counted: "latrines per class, at least 1"."""

    text: Words
    unit: Words
    target: int


@dataclass(frozen=True)
class Criterion:
    code: str
    service: str
    text: Words
    hint: Words = field(default_factory=dict)
    theme: str = ""
    sides: tuple[str, ...] = SIDES
    standard: Standard | None = None
    sounds: Words = field(default_factory=dict)
    # How sure we are of the wording: A printed in the field, B standard, C needs a native check.
    checked: str = "C"


@dataclass(frozen=True)
class Check(Named):
    kind: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part(Named):
    """A part of the plan; `outside`: it needs resources from outside and goes to the investment programme."""

    outside: bool = False
    by_provider: bool = False
    sign: str = ""


@dataclass(frozen=True)
class Column(Named):
    kind: str = "text"
    width: int = 1
    # Columns under one heading share it.
    under: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Status(Named):
    kind: str = "open"
    needs_reason: bool = False
    claims_done: bool = False
    climbs: bool = False
    start: bool = False
    tone: str = ""
    shape: str = ""


@dataclass(frozen=True)
class PlanForm:
    name: Words
    parts: tuple[Part, ...]
    columns: tuple[Column, ...]
    statuses: tuple[Status, ...]
    depth: int = 3
    level: int = 3
    header: tuple[Words, ...] = ()
    signatures: tuple[Words, ...] = ()
    categories: tuple[Named, ...] = ()
    cost_bands: tuple[int, ...] = ()
    rate_months: tuple[int, ...] = (6, 12)
    remind_days: tuple[int, ...] = (-14, 0, 14)
    currency: str = ""

    def status(self, code: str) -> Status:
        return next(status for status in self.statuses if status.code == code)

    @property
    def first_status(self) -> Status:
        return next((s for s in self.statuses if s.start), self.statuses[0])


@dataclass(frozen=True)
class Publication:
    """Thresholds of people, see disclosure: counts of 1..small_count are never shown."""

    small_count: int = 5
    min_voters: int = 10
    min_staff: int = 6
    min_group: int = 10
    hide_unanimous: bool = True


@dataclass(frozen=True)
class Method:
    """One framework version, whole."""

    code: str
    version: str
    name: Words
    languages: tuple[str, ...]
    audio_languages: tuple[str, ...]
    cycle_months: int
    sectors: tuple[Sector, ...]
    services: tuple[ServiceKind, ...]
    scale: Scale
    aggregate: str
    combine: str
    sides: tuple[SideOf, ...]
    profile: Profile
    groups: tuple[Named, ...]
    raising: Raising
    steps: tuple[Step, ...]
    themes: tuple[Named, ...]
    criteria: tuple[Criterion, ...]
    checks: tuple[Check, ...]
    plan: PlanForm
    publication: Publication
    retention_days: int = 90
    auto_complete_days: int = 15
    consent: Words = field(default_factory=dict)
    terms: Mapping[str, Words] = field(default_factory=dict)

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Method:
        """The method in the data; BadFramework with everything wrong, each with its path."""
        from samleng.ground.frameworks.reading import read

        return read(body)

    def criteria_for(self, service: str, side: str) -> tuple[Criterion, ...]:
        """The criteria that a side scores a service by, in the framework's order."""
        return tuple(c for c in self.criteria if c.service == service and side in c.sides)

    def criterion(self, code: str) -> Criterion | None:
        return next((c for c in self.criteria if c.code == code), None)

    def service(self, code: str) -> ServiceKind | None:
        return next((s for s in self.services if s.code == code), None)

    def side(self, code: str) -> SideOf:
        return next(s for s in self.sides if s.code == code)

    def part(self, code: str) -> Part | None:
        return next((p for p in self.plan.parts if p.code == code), None)

    def term(self, key: str) -> Words:
        """What this framework calls a thing ("scorecard", "plan"); empty when it has no word of its own."""
        return dict(self.terms.get(key, {}))

