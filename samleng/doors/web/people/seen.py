"""Whom somebody sees on the people pages, narrowed by what they ask for, and what each row says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from samleng.doors.web.visit import uuid_or_none
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.models import Badge, Device, Enrolment, Person, RoleName, Seat, Training
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import FIELD, MODULES, ROLES, Acting, Scope, scope_of, seats_for
from samleng.ground.people.verbs.records import Warning, warnings_for
from samleng.ground.places.models import Place

FILTERS = ("q", "role", "area", "implementer", "module", "phone", "held")


def scope_for(by: Acting, verb: str = "people.see") -> Scope:
    """What opens the people pages to somebody; Denied when nothing does."""
    if not seats_for(by, verb):
        raise Denied
    return scope_of(by, verb)


def seats_seen(by: Acting) -> QuerySet[Seat]:
    """Seats, live and past, in the programmes, offices and areas one looks after."""
    return Seat.objects.within(scope_for(by))


def live_people(seats: QuerySet[Seat]) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=seats.values("person_id"))


def former_people(by: Acting) -> QuerySet[Person]:
    """People who sat here and sit nowhere now: found again when they come back."""
    gone = live_people(seats_seen(by))
    return gone.exclude(pk__in=Seat.objects.live().values("person_id"))


def person_seen(by: Acting, person_id: UUID) -> Person:
    """One person whom somebody may see; Denied for anybody else's."""
    rows = Person.objects.select_related("base__kind")
    live = Person.objects.seen_in(scope_for(by))
    person = rows.filter(pk=person_id).filter(Q(pk__in=live) | Q(pk__in=former_people(by))).first()
    if person is None:
        raise Denied
    return person


def narrowed(by: Acting, given: Mapping[str, str]) -> QuerySet[Person]:
    """The people one sees that fit what was asked for, in the order of their names."""
    scope = scope_for(by)
    if given.get("held") == "former":
        people = former_people(by)
    else:
        people = live_people(asked_seats(Seat.objects.live().within(scope), given))
    if words := given.get("q", ""):
        people = people.called(words, scope.programmes)
    if given.get("module") in MODULES:
        passed = Training.objects.filter(person=OuterRef("pk"), module=given["module"])
        people = people.filter(~Exists(passed))
    if given.get("phone") in ("yes", "no"):
        people = people.filter(has_phone() if given["phone"] == "yes" else ~has_phone())
    return people.order_by("sort_key", "pk")


def asked_seats(seats: QuerySet[Seat], given: Mapping[str, str]) -> QuerySet[Seat]:
    if role := given.get("role", ""):
        seats = seats.filter(role=role)
    if area := given.get("area", ""):
        place = Place.objects.filter(pk=int(area)).first() if area.isdecimal() else None
        seats = seats.filter(area__path__startswith=place.path) if place else seats.none()
    if implementer := given.get("implementer", ""):
        known = uuid_or_none(implementer)
        seats = seats.filter(implementer=known) if known else seats.none()
    return seats


def has_phone() -> Exists:
    return Exists(Device.objects.filter(person=OuterRef("pk"), revoked_at=None))


def waiting_for_slips(by: Acting, programme: Programme) -> QuerySet[Person]:
    """Who works by phone in the programme and has neither a phone enrolled nor a slip still good."""
    seats = Seat.objects.live().within(scope_for(by, "people.enrol")).filter(programme=programme)
    slip = Enrolment.objects.filter(person=OuterRef("pk"), used_at=None, withdrawn_at=None)
    people = live_people(seats.filter(role__in=FIELD)).filter(~has_phone(), ~Exists(slip))
    return people.order_by("sort_key", "pk")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person in the list: which roles where, the number, what was passed, whether a phone is enrolled."""

    person: Person
    seats: list[tuple[str, Seat]]
    code: str
    passed: list[tuple[str, bool]]
    warnings: list[Warning]
    field: bool
    phone: bool


def with_lines(people: QuerySet[Person], by: Acting) -> QuerySet[Person]:
    """The same people with everything that `line_of` says, in a fixed number of queries."""
    scope = scope_for(by)
    seats = Seat.objects.live().within(scope).in_force()
    seats = seats.select_related("area__kind", "programme", "office", "implementer")
    return people.prefetch_related(
        Prefetch("seats", seats, to_attr="held"),
        Prefetch("badges", Badge.objects.filter(programme__in=scope.programmes), to_attr="numbers"),
        Prefetch("devices", Device.objects.filter(revoked_at=None), to_attr="phones"),
        "trainings",
    )


def line_of(person: Any) -> Line:
    passed = {row.module for row in person.trainings.all()}
    return Line(
        person=person,
        seats=[(role_label(seat.role), seat) for seat in person.held],
        code=", ".join(badge.code for badge in person.numbers),
        passed=[(module, module in passed) for module in MODULES],
        warnings=warnings_for(passed) if leads(seat.role for seat in person.held) else [],
        field=any(not ROLES[seat.role].staff for seat in person.held),
        phone=bool(person.phones),
    )


def leads(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles is sent to lead meetings, so that their training matters."""
    held = [ROLES[role] for role in roles]
    return any(not role.staff and "scorecards.start" in role.verbs for role in held)


def role_label(role: str) -> str:
    return str(RoleName(role).label) if role in RoleName.values else role


def roles_seen(by: Acting) -> list[tuple[str, str]]:
    """The roles that people one sees can hold, for the filter."""
    owners = {"programme" if seat.programme else "office" for seat in seats_for(by, "people.see")}
    return [(code, role_label(code)) for code, role in ROLES.items() if role.owner in owners]


def implementers_seen(by: Acting) -> QuerySet[Implementer]:
    """The implementers whose people one sees."""
    mine = Q(pk=None)
    for grant in scope_for(by).grants:
        if grant.programme:
            only = {"pk": grant.implementer} if grant.implementer else {}
            mine |= Q(programme_id=grant.programme, **only)
    return Implementer.objects.filter(mine).order_by("code")


def areas_seen(by: Acting, chosen: str) -> list[Place]:
    """The places to narrow the list by: those below one's own, and from a chosen one up and down."""
    paths = scope_for(by).area_paths
    tops = {int(path.strip("/").rsplit("/", 1)[-1]) for path in paths if path.strip("/")}
    place = Place.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    current = Place.objects.current().select_related("kind").in_order()
    if place is None or not any(place.path.startswith(path) for path in paths):
        return list(current.filter(parent_id__in=tops))
    above = [pk for pk in place.ancestor_ids[:-1] if pk not in tops and inside(place, pk, tops)]
    way = list(Place.objects.filter(pk__in=[*above, place.pk]).select_related("kind").order_by("level"))
    return way + list(current.filter(parent_id=place.pk))


def inside(place: Place, pk: int, tops: set[int]) -> bool:
    """Whether an ancestor of the place lies below one of the tops."""
    line = list(place.ancestor_ids)
    return any(top in line and line.index(top) < line.index(pk) for top in tops)
