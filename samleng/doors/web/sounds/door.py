"""Whose recordings a page is about: a programme's own, or those the whole country hears."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from samleng.doors.web.programme.door import seen_programme
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.speak.spoken import SECTIONS, Book, Spoken, spoken_channel
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.ground.materials.lessons import lessons
from samleng.ground.materials.rules import Lesson
from samleng.ground.offices.models import Programme
from samleng.ground.people.rules import Acting
from samleng.ground.sounds.models import COUNTRY, Shelf
from samleng.ground.sounds.rules import CONSENT, CRITERION, LESSON, Progress, Slot, State, progress, slots_of
from samleng.ground.sounds.verbs import RIGHT
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.models import Round


@dataclass(frozen=True)
class Desk:
    """Who records, and for whom; without a programme for every meeting of the country."""

    by: Acting
    programme: Programme | None

    @property
    def owner(self) -> str:
        return self.programme.owner_key if self.programme else COUNTRY

    def url(self, page: str, *more: object) -> str:
        """A page of this desk: "sounds", "sounds_list" and so on."""
        return reverse(page, args=[*([self.programme.pk] if self.programme else []), *more])

    def trail(self, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
        above = []
        if self.programme:
            above = [(self.programme.name, reverse("programme", args=[self.programme.pk]))]
        return [*above, (_("Sounds"), self.url("sounds") if more else ""), *more]

    @property
    def methods(self) -> list[Framework | Spoken]:
        """The versions this desk records for: those its rounds pin, and the newest of each method.

        Whoever records for the whole country also records what people hear who speak on their own.
        """
        every = list(Framework.objects.order_by("code", "-published_at", "-version"))
        newest = {one.code: one for one in reversed(every)}
        if self.programme is None:
            channel = spoken_channel()
            return [*newest.values(), *([channel] if channel else [])]
        pinned = set(Round.objects.filter(programme=self.programme).values_list("framework_id", flat=True))
        used = {one.code for one in every if one.pk in pinned} or set(newest)
        return [
            one for one in every if one.code in used and (one.pk in pinned or one.pk == newest[one.code].pk)
        ]


def desk_for(request: HttpRequest, programme_id: UUID | None) -> Desk:
    """The desk of somebody who may record here; Denied, as if absent, to everybody else."""
    by = acting_for(request)
    desk = Desk(by, seen_programme(by, programme_id) if programme_id else None)
    if not by.may(RIGHT, owner=desk.owner):
        raise Denied
    return desk


@dataclass(frozen=True)
class Booth:
    """One method in one spoken language: every text of it and how far its recordings are."""

    desk: Desk
    framework: Framework | Spoken
    language: str
    # Read once for all languages of a method.
    shelf: Shelf

    @property
    def method(self) -> Method | Book:
        return self.framework.method

    @property
    def name(self) -> Any:
        """What the spoken language is called."""
        known = dict(settings.LANGUAGES)
        return self.method.language_names.get(self.language) or known.get(self.language, self.language)

    @property
    def slots(self) -> tuple[Slot, ...]:
        return self.shelf.slots

    def fresh(self) -> Booth:
        """As it stands after something was kept."""
        return Booth(self.desk, self.framework, self.language, shelf_of(self.desk, self.framework))

    @cached_property
    def states(self) -> list[State]:
        return [self.shelf.state(slot, self.language) for slot in self.slots]

    @property
    def progress(self) -> Progress:
        return progress(self.states)

    def url(self, page: str, *more: object) -> str:
        return self.desk.url(page, self.framework.pk, self.language, *more)

    def state(self, code: str) -> State:
        found = next((one for one in self.states if one.slot.code == code), None)
        if found is None:
            raise Denied
        return found

    def sections(self) -> list[tuple[Any, list[State]]]:
        """The slots in the parts in which people meet them, each with its name."""
        known: dict[str, Lesson] = {one.code: one for one in lessons()}
        made: dict[tuple[str, str], list[State]] = {}
        for one in self.states:
            made.setdefault((one.slot.kind, one.slot.part), []).append(one)
        return [(self.section(kind, part, known), states) for (kind, part), states in made.items()]

    def section(self, kind: str, part: str, known: dict[str, Lesson]) -> Any:
        if kind in SECTIONS and isinstance(self.framework, Spoken):
            return SECTIONS[kind]
        if kind == CONSENT:
            return _("Read aloud first")
        if kind == LESSON:
            return known[part].title
        service = self.method.service(part) if kind == CRITERION else None
        return service.name if service else _("Scores")


def booth_for(request: HttpRequest, programme_id: UUID | None, framework_id: UUID, language: str) -> Booth:
    """A method and language of the asker's own desk, or Denied."""
    desk = desk_for(request, programme_id)
    found = next((one for one in desk.methods if one.pk == framework_id), None)
    if found is None or language not in found.method.audio_languages:
        raise Denied
    return Booth(desk, found, language, shelf_of(desk, found))


def shelf_of(desk: Desk, framework: Framework | Spoken) -> Shelf:
    if isinstance(framework, Spoken):
        return Shelf(desk.owner, framework.method.slots)
    return Shelf(desk.owner, slots_of(framework.method, lessons()))


def booths(
    desk: Desk, frameworks: Iterable[Framework | Spoken]
) -> list[tuple[Framework | Spoken, list[Booth]]]:
    """Every method of a desk with its spoken languages."""
    made = []
    for one in frameworks:
        shelf = shelf_of(desk, one)
        made.append((one, [Booth(desk, one, tag, shelf) for tag in one.method.audio_languages]))
    return made
