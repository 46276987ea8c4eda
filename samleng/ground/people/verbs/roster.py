"""A programme's list of people taken in as one: found again by number, contact or name, never doubled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.models import Badge, Contact, Person, Seat, Training
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import SeatFact, is_system, may_give, may_see, seats_for
from samleng.ground.people.sealing import blind_index, seal
from samleng.ground.people.verbs.accounts import fresh_username
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, record_many, verb
from samleng.kit.words.khmer import searchable
from samleng.kit.words.refusals import Refusal, Refusals

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One row of a list: who, which role where, for whom, what they passed, how they are reached.

    `contacts` maps kind ("phone", "email") to the one form `sealing.plain_contact` gives; `modules`
    maps a module to the day it was passed, or None when the day is not known.
    """

    row: int
    name: str
    role: str
    base: Place
    areas: tuple[Place, ...]
    implementer: Implementer | None = None
    code: str = ""
    sex: str = ""
    schooling: str = ""
    language: str = settings.LANGUAGE_CODE
    contacts: dict[str, str] = field(default_factory=dict)
    modules: dict[str, date | None] = field(default_factory=dict)

    @property
    def indexes(self) -> list[tuple[str, str]]:
        return [(kind, blind_index(kind, plain)) for kind, plain in self.contacts.items()]

    @property
    def likeness(self) -> tuple[str, int, str]:
        """By what somebody without number and contact is found again."""
        return searchable(self.name), self.base.pk, str(self.implementer.pk) if self.implementer else ""


@dataclass(kw_only=True)
class Enlisted:
    """What became of a list: the person of each row, and how many are new, changed, as they were."""

    people: dict[int, Person] = field(default_factory=dict)
    made: int = 0
    changed: int = 0
    unchanged: int = 0


class Roster:
    """Whom a programme knows already, by everything a list can name them by."""

    def __init__(self, programme: Programme) -> None:
        self.seats: dict[tuple[str, str, int], Seat] = {}
        self.people: dict[str, Person] = {}
        self.alike: dict[tuple[str, int, str], list[str]] = defaultdict(list)
        live = Seat.objects.live().filter(programme=programme).select_related("person", "area")
        for seat in live.iterator(chunk_size=2000):
            person = self.people.setdefault(str(seat.person_id), seat.person)
            self.seats[str(person.pk), seat.role, seat.area_id] = seat
            key = (person.search, person.base_id or 0, str(seat.implementer_id or ""))
            if str(person.pk) not in self.alike[key]:
                self.alike[key].append(str(person.pk))
        self.badges = {
            badge.code: badge for badge in Badge.objects.filter(programme=programme).select_related("person")
        }
        for badge in self.badges.values():
            self.people.setdefault(str(badge.person_id), badge.person)
        self.numbered = {str(badge.person_id) for badge in self.badges.values()}
        self.contacts: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.trained: dict[str, dict[str, Training]] = defaultdict(dict)
        ids = list(self.people)
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            for contact in Contact.objects.filter(person_id__in=some).defer("sealed"):
                self.contacts[contact.kind, contact.blind_index].add(str(contact.person_id))
            for training in Training.objects.filter(person_id__in=some):
                self.trained[str(training.person_id)][training.module] = training

    def find(self, one: Listed) -> Person | None:
        """The person a row means; a Refusal when the row names two."""
        if one.code:
            badge = self.badges.get(one.code)
            if badge is not None:
                return badge.person
        for key in one.indexes:
            known = self.contacts.get(key, set()) - (self.numbered if one.code else set())
            if len(known) == 1 and not one.code:
                return self.people[next(iter(known))]
            if len(known) == 1 and searchable(one.name) == self.people[next(iter(known))].search:
                return self.people[next(iter(known))]
        alike = self.alike.get(one.likeness, [])
        if one.code:
            alike = [key for key in alike if key not in self.numbered]
        if len(alike) > 1:
            raise Refusal(
                _("Several people of this name live there."),
                field="name",
                row=one.row,
                remedy=_("Give each of them a number in the column “code”."),
                code="ambiguous",
            )
        return self.people[alike[0]] if alike else None


def refused_rows(by: Actor, programme: Programme, listed: Sequence[Listed]) -> list[Refusal]:
    """The rows that stand twice in the list, or name a seat the actor may not give."""
    seen: dict[Any, int] = {}
    problems = []
    for one in listed:
        keys = [("code", one.code)] if one.code else [*one.indexes, ("name", one.likeness)]
        first = min((seen[key] for key in keys if key in seen), default=None)
        if first is not None:
            problems.append(
                Refusal(
                    _("This person stands in row %(first)d already.") % {"first": first},
                    field="code" if one.code else "name",
                    row=one.row,
                    remedy=_("Remove one of the rows, or give both people a number in the column “code”."),
                    code="duplicate",
                )
            )
        for key in keys:
            seen.setdefault(key, one.row)
        if not all(may_give(by, fact(programme, one, area)) for area in one.areas):
            problems.append(
                Refusal(
                    _("This role, area or implementer is not yours to give."),
                    field="role",
                    row=one.row,
                    remedy=_("Correct the row, or let a programme manager load it."),
                    code="denied",
                )
            )
    return problems


def fact(programme: Programme, one: Listed, area: Place) -> SeatFact:
    return SeatFact(
        role=one.role,
        programme=str(programme.pk),
        implementer=str(one.implementer.pk) if one.implementer else None,
        area_path=area.path,
    )


@verb
def enlist(
    *,
    by: Actor,
    programme: Programme,
    listed: Sequence[Listed],
    progress: Callable[[int, int], None] | None = None,
) -> Enlisted:
    """Take in a programme's list: accounts, seats, numbers, contacts and training, all or nothing.

    Rows found again are brought up to date; nobody is removed. Refusals name the rows that cannot be.
    """
    if not is_system(by) and not (seats_for(by, "people.welcome") and seats_for(by, "people.seat")):
        raise Denied
    problems = refused_rows(by, programme, listed)
    roster = Roster(programme)
    found: dict[int, Person | None] = {}
    for one in listed:
        try:
            found[one.row] = roster.find(one)
        except Refusal as refusal:
            problems.append(refusal)
    problems += unseen(by, found)
    if problems:
        raise Refusals(sorted(problems, key=lambda refusal: refusal.row or 0))
    return Load(by, programme, roster).all(listed, found, progress)


def unseen(by: Actor, found: dict[int, Person | None]) -> list[Refusal]:
    """The rows that name somebody the actor may not see; who sits nowhere now is the programme's to find."""
    if is_system(by):
        return []
    people = [person for person in found.values() if person is not None]
    seats = Seat.objects.live().facts_of(people)
    return [
        Refusal(Denied().message, row=row, field="code", remedy=Denied().remedy, code="denied")
        for row, person in found.items()
        if person is not None and seats[person.pk] and not may_see(by, seats[person.pk])
    ]


class Load:
    """One list on its way into the database, in few statements."""

    def __init__(self, by: Actor, programme: Programme, roster: Roster) -> None:
        self.by, self.programme, self.roster = by, programme, roster
        self.done = Enlisted()
        self.new: list[Person] = []
        self.renamed: list[Person] = []
        self.seats: list[Seat] = []
        self.moved: list[Seat] = []
        self.badges: list[Badge] = []
        self.contacts: list[Contact] = []
        self.trainings: list[Training] = []
        self.dated: list[Training] = []

    def all(
        self,
        listed: Sequence[Listed],
        found: dict[int, Person | None],
        progress: Callable[[int, int], None] | None,
    ) -> Enlisted:
        for number, one in enumerate(listed, 1):
            self.take(one, found[one.row])
            if progress and (number % 100 == 0 or number == len(listed)):
                progress(number, len(listed))
        self.write()
        return self.done

    def take(self, one: Listed, known: Person | None) -> None:
        """Gather what one row makes or changes."""
        person, touched = known, False
        if person is None:
            person = Person(username=fresh_username())
            person.set_unusable_password()
        details = {
            "sex": one.sex,
            "schooling": one.schooling,
            "language": one.language,
            "base_id": one.base.pk,
        }
        if (
            known is None
            or known.name != one.name
            or any(getattr(known, key) != value for key, value in details.items() if value)
        ):
            person.named(one.name)
            for key, value in details.items():
                if value:
                    setattr(person, key, value)
            (self.new if known is None else self.renamed).append(person)
            touched = known is not None
        touched = any([self.seat(one, person), self.number(one, person), self.reach(one, person),
                       self.train(one, person), touched])  # fmt: skip
        self.done.people[one.row] = person
        if known is None:
            self.done.made += 1
        elif touched:
            self.done.changed += 1
        else:
            self.done.unchanged += 1

    def seat(self, one: Listed, person: Person) -> bool:
        before = len(self.seats) + len(self.moved)
        for area in one.areas:
            kept = self.roster.seats.get((str(person.pk), one.role, area.pk))
            if kept is None:
                self.seats.append(
                    Seat(
                        person=person,
                        role=one.role,
                        programme=self.programme,
                        implementer=one.implementer,
                        area=area,
                        since=timezone.localdate(),
                    )
                )
            elif one.implementer and kept.implementer_id != one.implementer.pk:
                if not may_give(self.by, kept.facts()[0]):
                    raise Denied
                kept.implementer = one.implementer
                self.moved.append(kept)
        return len(self.seats) + len(self.moved) > before

    def number(self, one: Listed, person: Person) -> bool:
        if not one.code or one.code in self.roster.badges:
            return False
        self.badges.append(Badge(person=person, programme=self.programme, code=one.code))
        return True

    def reach(self, one: Listed, person: Person) -> bool:
        before = len(self.contacts)
        for (kind, index), plain in zip(one.indexes, one.contacts.values(), strict=True):
            if str(person.pk) not in self.roster.contacts.get((kind, index), set()):
                self.contacts.append(Contact(person=person, kind=kind, blind_index=index, sealed=seal(plain)))
        return len(self.contacts) > before

    def train(self, one: Listed, person: Person) -> bool:
        before = len(self.trainings) + len(self.dated)
        known = self.roster.trained.get(str(person.pk), {})
        for module, day in one.modules.items():
            kept = known.get(module)
            if kept is None:
                self.trainings.append(Training(person=person, module=module, passed_on=day))
            elif day is not None and kept.passed_on != day:
                kept.passed_on = day
                self.dated.append(kept)
        return len(self.trainings) + len(self.dated) > before

    def write(self) -> None:
        fields = ["name", "search", "sort_key", "sex", "schooling", "language", "base"]
        Person.objects.bulk_create(self.new, batch_size=BATCH)
        Person.objects.bulk_update(self.renamed, fields, batch_size=100)
        Seat.objects.bulk_create(self.seats, batch_size=BATCH)
        Seat.objects.bulk_update(self.moved, ["implementer"], batch_size=BATCH)
        Badge.objects.bulk_create(self.badges, batch_size=BATCH)
        Contact.objects.bulk_create(self.contacts, batch_size=BATCH)
        Training.objects.bulk_create(self.trainings, batch_size=BATCH)
        Training.objects.bulk_update(self.dated, ["passed_on"], batch_size=BATCH)
        owner = self.programme.owner_key
        record_many(
            by=self.by,
            rows=[("people.welcome", person, owner, {"base": person.base_id}) for person in self.new]
            + [("people.correct", person, owner, {"base": person.base_id}) for person in self.renamed]
            + [
                (
                    "people.seat",
                    seat,
                    owner,
                    {
                        "person": str(seat.person_id),
                        "role": seat.role,
                        "area": seat.area_id,
                        "implementer": str(seat.implementer_id) if seat.implementer_id else None,
                    },
                )
                for seat in self.seats + self.moved
            ],
        )
        if not (self.done.made or self.done.changed):
            return
        record(
            by=self.by,
            verb="people.enlist",
            thing=self.programme,
            owner=owner,
            facts={"made": self.done.made, "changed": self.done.changed, "modules": len(self.trainings)},
            tell=(),
        )
