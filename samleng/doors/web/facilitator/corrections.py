"""What the reviewer asks to be corrected: in words, where it is put right, and the value it had and has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from samleng.doors.web.templatetags.placed import profile_words
from samleng.doors.web.templatetags.said import dated, median, say, say_html
from samleng.ground.frameworks.rules import Method
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, method_of
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.tally import participation, raised_order, tally, told_apart

if TYPE_CHECKING:
    from samleng.doors.web.facilitator.room import Room

NAMES = {
    "": _("The whole scorecard"),
    "setup:held_on": _("Day of the meeting"),
    "setup:language": _("Language spoken in the meeting"),
    "setup:voting": _("How votes were written down"),
    "setup:heads": _("Heads counted"),
    "people": _("Who was here"),
    "raised": _("What was raised"),
    "priorities": _("The criteria chosen"),
    "ballots": _("All the votes"),
    "photos": _("Photos of the flip-chart"),
}
ABOUT_CRITERION = {
    "counts": _("Votes on: {}"),
    "reflect": _("Reasons and solutions for: {}"),
    "custom": _("The room's own words: {}"),
}
VOTING = {"people": _("Person by person"), "counts": _("By counting who stands at each face")}


@dataclass
class Naming:
    """The words of one card: its method, and what its criteria are called."""

    card: Scorecard
    written: Card

    @cached_property
    def method(self) -> Method:
        return method_of(self.card)

    @cached_property
    def criteria(self) -> dict[str, dict[str, str]]:
        listed = self.method.criteria_for(self.card.service.code, self.card.side, self.card.place.kind.code)
        return {c.code: c.text for c in listed} | self.written.custom

    def name(self, field: str, before: Card | None = None) -> Any:
        """What a field is called: "Votes on: Waiting time"; `before` knows whom the card has lost since."""
        kind, _colon, what = field.partition(":")
        if field in NAMES:
            return NAMES[field]
        if kind == "person":
            person = self.written.people.get(what) or (before.people.get(what) if before else None)
            return format_html(_("Number {}"), person.number if person else "–")
        if kind == "photo":
            return _("A photo of the flip-chart")
        return format_html(ABOUT_CRITERION[kind], say_html(self.criteria.get(what, what)))

    def value(self, field: str, card: Card) -> list[Any]:
        """What stands in a field of the card, a line each; empty where nothing does."""
        kind, _colon, what = field.partition(":")
        said: dict[str, Callable[[], list[Any]]] = {
            "setup": lambda: self.set_up(what, card),
            "people": lambda: self.people(card),
            "person": lambda: [profile_words(p, self.method)] if (p := card.people.get(what)) else [],
            "raised": lambda: [format_html("{} ({})", self.said(code), n) for code, n in raised_order(card)],
            "custom": lambda: [say_html(card.custom[what])] if what in card.custom else [],
            "priorities": lambda: [self.said(code) for code in card.priorities],
            "ballots": lambda: [self.votes(code, card) for code in card.priorities],
            "counts": lambda: self.faces(what, card),
            "reflect": lambda: self.reflection(what, card),
        }
        return said[kind]() if kind in said else []

    def said(self, criterion: str) -> Any:
        return say_html(self.criteria.get(criterion, criterion))

    def set_up(self, key: str, card: Card) -> list[Any]:
        value = card.setup.get(key)
        if not value:
            return []
        if key == "held_on":
            return [dated(date.fromisoformat(value))]
        if key == "language":
            return [say(self.method.language_names.get(value, value))]
        if key == "voting":
            return [VOTING.get(value, value)]
        return self.people(Card(setup={"heads": value}))

    def people(self, card: Card) -> list[Any]:
        counted = participation(card)
        sexes, bands = told_apart(self.method.profile, counted.cells)
        rows = [(name, sum(heads)) for name, heads in (*sexes, *bands)]
        rows += [(s.name, counted.special.get(s.code, 0)) for s in self.method.specials_for(self.card.side)]
        whole = ngettext("%(n)s person", "%(n)s people", counted.people) % {"n": counted.people}
        return [whole, *(format_html("{}: {}", say_html(name), n) for name, n in rows if n)]

    def votes(self, criterion: str, card: Card) -> Any:
        counted = tally(card, criterion, counting_of(self.card))
        people = ngettext("%(n)s person voted", "%(n)s people voted", counted.n) % {"n": counted.n}
        return format_html("{}: {} ({})", self.said(criterion), median(counted.centre), people)

    def faces(self, criterion: str, card: Card) -> list[Any]:
        counted = tally(card, criterion, counting_of(self.card))
        scale = self.method.scale
        names = {point.value: point.name for point in scale.points}
        shown = [
            format_html("{}: {}", say_html(names.get(value, value)), n)
            for value, n in zip(scale.values, counted.histogram, strict=True)
            if n
        ]
        return [format_html("{}: {}", _("Result"), median(counted.centre)), *shown] if counted.n else []

    def reflection(self, criterion: str, card: Card) -> list[Any]:
        said = card.reflections.get(criterion)
        if said is None:
            return []
        signs: Mapping[str, tuple[str, ...]] = {"+": said.strengths, "–": said.weaknesses}
        texts = [format_html("{} {}", sign, text) for sign, many in signs.items() for text in many]
        return texts + [
            format_html("{} {}", "☑" if chosen else "☐", text) for text, chosen in said.suggestions
        ]


@dataclass(frozen=True)
class ToDo:
    """One mark as the room shows it: `page` is the step it stands on, `open` that it waits."""

    id: UUID
    field: str
    name: Any
    reason: str
    words: str
    open: bool
    answered: bool
    page: str
    url: str


def todo_of(room: Room) -> list[ToDo]:
    """Everything the reviewer asked for, what waits first, in the order of the meeting."""
    naming = Naming(room.card, room.written)
    order = [code for code, _name in room.pages]
    made = [
        ToDo(
            id=one.mark.pk,
            field=one.mark.field,
            name=naming.name(one.mark.field, one.before),
            reason=one.mark.reason,
            words=one.answer.words if one.answer else "",
            open=one.open,
            answered=one.answer is not None,
            page=page_of(one.mark.field),
            url=place_of(room, one.mark.field),
        )
        for one in room.returned
    ]
    return sorted(made, key=lambda one: (one.answered, order.index(one.page) if one.page in order else 99))


PAGES = {
    "setup": "setup",
    "people": "people",
    "person": "people",
    "raised": "raise",
    "custom": "raise",
    "priorities": "choose",
    "ballots": "vote",
    "counts": "vote",
    "reflect": "reflect",
    "photos": "photos",
    "photo": "photos",
}


def page_of(field: str) -> str:
    """The step of the meeting on which a field is written."""
    return "people" if field == "setup:heads" else PAGES.get(field.partition(":")[0], "finish")


def place_of(room: Room, field: str) -> str:
    """The address at which a field is put right."""
    kind, _colon, what = field.partition(":")
    if field == "setup:heads":
        return room.url("heads")
    if kind == "person" and what in room.written.people:
        return room.url("person", what)
    if kind == "reflect" and what in room.written.priorities:
        return room.url("reflect_on", room.written.priorities.index(what) + 1)
    if kind in ("counts", "ballots") and room.written.setup.get("voting") == "counts" and room.countable:
        return room.url("counts")
    return room.url(page_of(field))
