"""A method as data, parsed and checked: what a framework version says, and everything wrong with one.

No axis is a branch in code: countries and methods differ only in the values here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from samleng.ground.frameworks.plan_form import Part, PlanForm
from samleng.ground.frameworks.vocabulary import (
    AGGREGATES,
    CHECK_KINDS,
    COMBINES,
    RAISINGS,
    REFLECTIONS,
    SCALES,
    SIDES,
    STEPS,
    Code,
    Count,
    Named,
    OneOf,
    SideCode,
    Some,
    SomeWords,
    Sounds,
    Words,
)


@dataclass(frozen=True)
class Sector(Named):
    # Kinds of office that a matter climbs, lowest first.
    ladder: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Variant:
    """What a service is called at places of other kinds: a sangkat is not a commune."""

    place_kinds: tuple[Code, ...]
    name: Words
    provider: Words = field(default_factory=dict)


@dataclass(frozen=True)
class ServiceKind(Named):
    sector: Code = ""
    # The level of places at which a facility stands (the country is 0).
    stands_at: Count = 3
    serves_many: bool = False
    # What the other side is called: "staff of the health centre".
    provider: Words = field(default_factory=dict)
    # Kinds of place where this service is offered; empty means everywhere.
    place_kinds: tuple[Code, ...] = ()
    variants: tuple[Variant, ...] = ()

    def at(self, place_kind: str) -> ServiceKind:
        """The service as it is called at a place of this kind."""
        for variant in self.variants:
            if place_kind in variant.place_kinds:
                return replace(self, name=variant.name, provider=variant.provider or self.provider)
        return self


@dataclass(frozen=True)
class Point:
    value: int
    name: Words
    # The key of a drawn face, such as "face-1".
    picture: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Band:
    """A wider class of the scale, both ends included."""

    code: Code
    name: Words
    low: int
    high: int
    picture: str = ""


@dataclass(frozen=True)
class Scale:
    kind: Annotated[str, OneOf(SCALES)]
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
    """`own_criteria`: this side scores criteria of its own, not the other side's."""

    code: SideCode
    name: Words
    own_criteria: bool = False
    card: Words = field(default_factory=dict)


@dataclass(frozen=True)
class AgeBand(Named):
    """Ages from `start` to `end`, both included; no end: and older."""

    start: Count = 0
    end: Count | None = None
    # Counts as youth where the country counts them.
    youth: bool = False


@dataclass(frozen=True)
class Sex(Named):
    shown: bool = True


@dataclass(frozen=True)
class Special(Named):
    """A trait that is counted, on the sides that are asked for it: of six nurses it would name one."""

    sides: tuple[SideCode, ...] = SIDES


@dataclass(frozen=True)
class Profile:
    sexes: tuple[Sex, ...]
    age_bands: tuple[AgeBand, ...]
    special_groups: tuple[Special, ...] = ()
    # The code among sexes that "of whom women" counts.
    women: Code = "female"


@dataclass(frozen=True)
class Group(Named):
    """A group that meets on its own before the plenary; `plenary` is the whole room."""

    plenary: bool = False
    sides: tuple[SideCode, ...] = SIDES


@dataclass(frozen=True)
class Reflection:
    """A question asked about each priority, and how many answers it needs before the card is finished."""

    code: Annotated[str, OneOf(REFLECTIONS)]
    name: Words
    required: Count = 0


@dataclass(frozen=True)
class Raising:
    methods: tuple[Annotated[str, OneOf(RAISINGS)], ...] = RAISINGS
    priorities_min: Some = 1
    priorities_max: Some = 6
    priorities_advised: Some = 5
    custom_allowed: bool = True
    reflection: tuple[Reflection, ...] = ()

    @property
    def suggestions_required(self) -> int:
        """How many suggested actions every priority needs before the card is finished."""
        return next((r.required for r in self.reflection if r.code == "suggestions"), 0)


@dataclass(frozen=True)
class Meeting:
    """Who has to be in the room; fewer is warned about, never blocked."""

    people: Count = 0
    staff: Count = 0
    facilitators_min: Count = 1
    facilitators_max: Some = 4
    # A day further from the planned ones than this is asked about.
    days_off_plan: Count = 14


@dataclass(frozen=True)
class Step(Named):
    code: Annotated[str, OneOf(STEPS)]
    tip: Words = field(default_factory=dict)
    optional: bool = False
    # Steps that must be done before.
    gate: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standard:
    """What can be counted: "latrines, at least 2"; `at_most`: the target is a ceiling."""

    text: Words
    unit: Words
    target: Count
    at_most: bool = False

    def met(self, counted: int) -> bool:
        """Whether a count keeps the standard."""
        return counted <= self.target if self.at_most else counted >= self.target


@dataclass(frozen=True)
class Wording:
    """A criterion's words at places of other kinds; its code, and so its figures, stay the same."""

    place_kinds: tuple[Code, ...]
    text: Words
    hint: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    code: Code
    service: Code
    text: SomeWords
    hint: SomeWords = field(default_factory=dict)
    # Taken from a list in one language; the other texts are still to be written.
    untranslated: bool = False
    theme: str = ""
    sides: tuple[SideCode, ...] = SIDES
    standard: Standard | None = None
    # Kinds of place where it is asked; empty means everywhere.
    place_kinds: tuple[Code, ...] = ()
    wordings: tuple[Wording, ...] = ()
    sounds: Sounds = field(default_factory=dict)
    # A printed in the field, B standard, C needs a native check.
    checked: Annotated[str, OneOf(("A", "B", "C"))] = "C"

    def at(self, place_kind: str) -> Criterion:
        """The criterion in the words used at a place of this kind."""
        for wording in self.wordings:
            if place_kind in wording.place_kinds:
                return replace(self, text=wording.text, hint=wording.hint or self.hint)
        return self


@dataclass(frozen=True)
class Check(Named):
    kind: Annotated[str, OneOf(tuple(CHECK_KINDS))] = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Publication:
    """Thresholds of people, see disclosure: counts of 1..small_count are never shown."""

    small_count: Count = 5
    min_voters: Some = 10
    min_staff: Some = 6
    min_group: Some = 10
    hide_unanimous: bool = True


@dataclass(frozen=True)
class Method:
    code: Code
    version: Code
    name: Words
    languages: tuple[str, ...]
    audio_languages: tuple[str, ...]
    cycle_months: Some
    sectors: tuple[Sector, ...]
    services: tuple[ServiceKind, ...]
    scale: Scale
    aggregate: Annotated[str, OneOf(AGGREGATES)]
    combine: Annotated[str, OneOf(COMBINES)]
    sides: tuple[SideOf, ...]
    profile: Profile
    groups: tuple[Group, ...]
    raising: Raising
    steps: tuple[Step, ...]
    themes: tuple[Named, ...]
    criteria: tuple[Criterion, ...]
    checks: tuple[Check, ...]
    plan: PlanForm
    publication: Publication
    meeting: Meeting = field(default_factory=Meeting)
    retention_days: Some = 90
    auto_complete_days: Some = 15
    # Read aloud before anybody speaks.
    consent: Words = field(default_factory=dict)
    terms: Mapping[str, Words] = field(default_factory=dict)
    # What text and audio languages are called.
    language_names: Mapping[str, Words] = field(default_factory=dict)
    # What other people's files call the audio languages.
    audio_aliases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Method:
        """The method in the data; BadFramework with everything wrong, each with its path."""
        from samleng.ground.frameworks.reading import read

        return read(body)

    def criteria_for(self, service: str, side: str, place_kind: str = "") -> tuple[Criterion, ...]:
        """The criteria that a side scores a service by, in the framework's order.

        With the kind of the card's place, those asked there in the words used there; without it, all.
        """
        return tuple(
            c.at(place_kind)
            for c in self.criteria
            if c.service == service
            and side in c.sides
            and (not place_kind or not c.place_kinds or place_kind in c.place_kinds)
        )

    def specials_for(self, side: str) -> tuple[Special, ...]:
        """The traits that are counted on a side."""
        return tuple(one for one in self.profile.special_groups if side in one.sides)

    def groups_for(self, side: str) -> tuple[Group, ...]:
        """The groups in which a side may meet."""
        return tuple(one for one in self.groups if side in one.sides)

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
