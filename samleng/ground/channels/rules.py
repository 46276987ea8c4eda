"""What people may say and what then happens, as data: categories, their questions, clocks, ratings, replies.

No category is a branch in code: countries and sectors differ only in the values here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from samleng.ground.frameworks.rules import Sector, ServiceKind
from samleng.ground.frameworks.vocabulary import Code, Count, Named, OneOf, Problem, Some, Sounds, Words

KINDS = ("complaint", "support", "question", "rating", "suggestion", "report")
EXPOSURES = ("public", "confidential", "anonymous")
# What a message is about: a thing in a place, an office's work, or what a person in office did.
ABOUT = ("thing", "office", "official")
OFFICIAL = "official"
# That only staff report it, that it is asked for no more, that it belongs to a site of its own.
FOR_SYSTEMS = ("staff", "inactive", "waste_only")
# How the place is said: a point on the map, a place by its name, or the office itself.
WHERE = ("point", "place", "office")
PHOTOS = ("none", "welcome", "needed")
EVIDENCE = ("none", "photo", "document")
ANSWERS = ("text", "number", "date", "yes_no", "choice", "choices")
CHOSEN = ("yes_no", "choice", "choices")
YES_NO = ("yes", "no")
DANGERS = ("emergency", "violence", "trafficking", "children")
# What an office tells about a case; every one has words that fit any category.
STATES = (
    "received",
    "acknowledged",
    "asked",
    "admitted",
    "working",
    "planned",
    "mediating",
    "transferred",
    "extended",
    "paused",
    "escalated",
    "resolved",
    "settled",
    "upheld_no_means",
    "not_upheld",
    "refused",
    "other_body",
    "withdrawn",
    "duplicate",
    "reopened",
)
# What the words of a reply may have filled in.
FILLED = ("reference", "office", "due", "reason", "category", "phone")


class BadCatalogue(Exception):
    """Everything wrong with a catalogue's data, together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class MessageKind:
    """One of the kinds of message a citizen chooses from: complain, seek support, ask, rate and so on."""

    code: Annotated[str, OneOf(KINDS)]
    name: Words
    hint: Words = field(default_factory=dict)
    icon: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Group(Named):
    """Categories that stand together on the page: rubbish, the one-window office, health."""

    icon: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Option(Named):
    """An answer to choose; one that `stops` ends the form and shows that list of help instead."""

    stops: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question comes only after one of these answers to an earlier one."""

    question: Code
    answers: tuple[Code, ...]


@dataclass(frozen=True)
class Question(Named):
    """An extra question; its `name` is the question itself. What is typed freely is always sealed."""

    kind: Annotated[str, OneOf(ANSWERS)] = "text"
    hint: Words = field(default_factory=dict)
    required: bool = False
    options: tuple[Option, ...] = ()
    after: Asked | None = None
    # For a yes-no question: the list of help that "yes" shows instead of going on.
    yes_stops: str = ""
    sounds: Sounds = field(default_factory=dict)

    @property
    def answers(self) -> tuple[str, ...]:
        """The codes it can be answered with; empty where the answer is typed."""
        return YES_NO if self.kind == "yes_no" else tuple(one.code for one in self.options)

    def stopped_by(self, given: str | Sequence[str]) -> str:
        """The list of help that this answer shows instead of going on; "" when the form goes on."""
        chosen = [given] if isinstance(given, str) else list(given)
        if self.kind == "yes_no":
            return self.yes_stops if "yes" in chosen else ""
        return next((one.stops for one in self.options if one.stops and one.code in chosen), "")

    def is_asked(self, answers: Mapping[str, Any]) -> bool:
        """Whether it comes, with what was answered before it."""
        if self.after is None:
            return True
        given = answers.get(self.after.question, ())
        return bool(set([given] if isinstance(given, str) else given) & set(self.after.answers))


@dataclass(frozen=True)
class Category(Named):
    """One thing people may report, with everything that follows from it."""

    kind: Annotated[str, OneOf(KINDS)] = "report"
    group: Code = ""
    hint: Words = field(default_factory=dict)
    # Words by which it is found when somebody types, in each language, parted by commas.
    keywords: dict[str, str] = field(default_factory=dict)
    # What programs that hold a key are told of it by Open311, in mySociety's words.
    for_systems: tuple[Annotated[str, OneOf(FOR_SYSTEMS)], ...] = ()
    about: Annotated[str, OneOf(ABOUT)] = "thing"
    exposure: Annotated[str, OneOf(EXPOSURES)] = "confidential"
    # Exposures the reporter may choose; the default alone where none is named.
    allowed: tuple[Annotated[str, OneOf(EXPOSURES)], ...] = ()
    # Code of the service whose Duty says who answers; "" where the place's own office does.
    service: str = ""
    clock: Code = ""
    where: Annotated[str, OneOf(WHERE)] = "place"
    questions: tuple[Question, ...] = ()
    photo: Annotated[str, OneOf(PHOTOS)] = "welcome"
    # What the office must show before it says that the matter is settled.
    evidence: Annotated[str, OneOf(EVIDENCE)] = "none"
    icon: str = ""
    # How far the shown point may lie from the true one; only public categories have a point at all.
    blur_metres: Count = 0
    # How near two reports of the category are one matter.
    near_metres: Count = 0
    # Life or health may be in danger: it stands above the rest at the desk, and its list of help comes first.
    urgent: bool = False
    # A list of help that is shown, and can be heard, before anything is stored.
    referral: str = ""
    # Nothing is taken in here at all: only the list of help is shown.
    only_referral: bool = False
    rating_form: str = ""
    sounds: Sounds = field(default_factory=dict)

    @property
    def exposures(self) -> tuple[str, ...]:
        """What the reporter may choose from, the safe default first."""
        return (self.exposure, *(one for one in self.allowed if one != self.exposure))

    @property
    def public(self) -> bool:
        """Whether its reports stand on the map unless the reporter wants otherwise."""
        return self.exposure == "public"

    @property
    def sealed_always(self) -> bool:
        """Whether none of its reports can ever be public."""
        return "public" not in self.exposures

    @property
    def about_official(self) -> bool:
        """Whether it goes past the office complained of, to an ombudsman."""
        return self.about == OFFICIAL


@dataclass(frozen=True)
class Profile(Named):
    """A procedure's clock in working days, and the kinds of office a matter climbs, lowest first."""

    acknowledge: Some = 3
    admissibility: Count = 7
    resolve: Some = 30
    # Working days that one extension adds, and how many extensions there may be.
    extension: Count = 15
    extensions: Count = 1
    # Working days after the due day before the next office is told by itself.
    escalate_after: Count = 1
    ladder: tuple[Code, ...] = ()
    pauses: tuple[Named, ...] = ()
    # Days (of the calendar) within which the reporter may reopen what was closed.
    reopen_days: Count = 60
    # False: a placeholder until the ministry confirms it, and shown so.
    confirmed: bool = False
    source: Words = field(default_factory=dict)


@dataclass(frozen=True)
class RatingPoint:
    value: int
    name: Words
    picture: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Aspect(Named):
    """A part of a service that is rated by itself: the price, the time, how one was received."""

    hint: Words = field(default_factory=dict)
    icon: str = ""
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class RatingForm(Named):
    """How a service is rated: the whole, its parts, and questions that ask what women and men meet apart."""

    points: tuple[RatingPoint, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    questions: tuple[Question, ...] = ()
    # Codes of services it fits; empty: every service.
    services: tuple[Code, ...] = ()
    sounds: Sounds = field(default_factory=dict)

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(point.value for point in self.points)


@dataclass(frozen=True)
class Template:
    """Words an officer may send or change: for a category, a group, a kind of message, or any of them."""

    state: Annotated[str, OneOf(STATES)]
    text: Words
    category: str = ""
    group: str = ""
    kind: str = ""

    @property
    def for_any(self) -> bool:
        return not (self.category or self.group or self.kind)

    def fits(self, category: Category | None) -> bool:
        """Whether it is meant for cases of the category."""
        if category is None:
            return self.for_any
        return (
            self.category in ("", category.code)
            and self.group in ("", category.group)
            and self.kind in ("", category.kind)
        )


@dataclass(frozen=True)
class Contact(Named):
    """Where help is found. A number that nobody has entered yet is shown as not yet entered."""

    phone: str = ""
    hint: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Referral(Named):
    """A list of help for one danger: what is said first, and where to turn."""

    danger: Annotated[str, OneOf(DANGERS)] = "emergency"
    text: Words = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    sounds: Sounds = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """Everything a country's channel says: one published version of it."""

    code: Code
    version: Code
    name: Words
    languages: tuple[str, ...]
    kinds: tuple[MessageKind, ...]
    groups: tuple[Group, ...]
    categories: tuple[Category, ...]
    profiles: tuple[Profile, ...]
    referrals: tuple[Referral, ...]
    rating_forms: tuple[RatingForm, ...]
    templates: tuple[Template, ...]
    # Kinds of office that hear complaints about officials, lowest first.
    ombudsmen: tuple[Code, ...]
    sectors: tuple[Sector, ...] = ()
    services: tuple[ServiceKind, ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Catalogue:
        """The catalogue in the data; BadCatalogue with everything wrong, each with its path."""
        from samleng.ground.channels.reading import read

        return read(data)

    def category(self, code: str) -> Category | None:
        return next((one for one in self.categories if one.code == code), None)

    def of_kind(self, kind: str) -> tuple[Category, ...]:
        """The categories of one kind of message, in the catalogue's order."""
        return tuple(one for one in self.categories if one.kind == kind)

    def profile(self, code: str) -> Profile | None:
        return next((one for one in self.profiles if one.code == code), None)

    def profile_of(self, category: Category) -> Profile | None:
        """The clock of a category; None where nothing is answered (a rating, a list of help)."""
        return self.profile(category.clock)

    def referral(self, code: str) -> Referral | None:
        return next((one for one in self.referrals if one.code == code), None)

    def rating_form(self, code: str) -> RatingForm | None:
        return next((one for one in self.rating_forms if one.code == code), None)

    def kind(self, code: str) -> MessageKind | None:
        return next((one for one in self.kinds if one.code == code), None)

    def group(self, code: str) -> Group | None:
        return next((one for one in self.groups if one.code == code), None)

    def templates_for(self, category: str, state: str) -> tuple[Template, ...]:
        """Words for a case of the category in the state: its own, its group's, its kind's, then for any."""
        found = self.category(category)
        fitting = [one for one in self.templates if one.state == state and one.fits(found)]
        return tuple(sorted(fitting, key=lambda one: (not one.category, not one.group, not one.kind)))


def parse(data: Mapping[str, Any]) -> Catalogue:
    """The catalogue in the data; BadCatalogue with everything wrong, each with its path."""
    return Catalogue.parse(data)
