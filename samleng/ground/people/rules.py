"""Who may do what, where: the one question every verb asks first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from samleng.ground.offices.rules import EVERYTHING, NOTHING, Grant, Scope
from samleng.ground.people.roles import FIELD as FIELD
from samleng.ground.people.roles import ROLES as ROLES
from samleng.ground.people.roles import STAFF as STAFF
from samleng.ground.people.roles import VERBS as VERBS
from samleng.ground.people.roles import WATCHERS as WATCHERS
from samleng.ground.people.roles import Role as Role
from samleng.kit.ledger.rules import SYSTEM, Actor

# The owner of what belongs to the whole country: places, facilities, offices, shared frameworks.
REGISTRY = ""


@dataclass(frozen=True, kw_only=True)
class SeatFact:
    """One live seat: a role in a programme or an office, within an area (a place path "/1/12/")."""

    role: str
    programme: str | None = None
    office: str | None = None
    implementer: str | None = None
    area_path: str = "/"

    @property
    def owner(self) -> str:
        """The owner's key, "programme:<uuid>" or "office:<uuid>"."""
        return f"programme:{self.programme}" if self.programme else f"office:{self.office}"

    @property
    def rights(self) -> Role:
        return ROLES[self.role]

    def covers(self, path: str | None, implementer: str | None = None) -> bool:
        """Whether the place lies in the seat's area and the implementer is not another one's."""
        if path is not None and not path.startswith(self.area_path):
            return False
        return not (implementer and self.implementer and str(implementer) != self.implementer)


@dataclass(frozen=True, kw_only=True)
class Acting(Actor):
    """A signed-in person with the seats they hold now; `owner` is the one they act for at the moment."""

    person: str
    seats: tuple[SeatFact, ...] = ()

    @property
    def staff(self) -> bool:
        """Whether any seat asks for a second step at sign-in."""
        return any(seat.rights.staff for seat in self.seats)

    def may(self, verb: str, *, owner: str | Iterable[str], path: str | None = None, **more: Any) -> bool:
        """Whether a seat of theirs allows the verb on a thing of this owner at this place."""
        return may(self, verb, owner=owner, path=path, **more)

    def on_device(self) -> Acting:
        """The same person signed in by PIN: without the seats that ask for a second step."""
        seats = tuple(seat for seat in self.seats if not seat.rights.staff)
        owners = [seat.owner for seat in seats]
        owner = self.owner if self.owner in owners else (owners[0] if owners else "")
        return replace(self, seats=seats, owner=owner)

    def acting_for(self, owner: str) -> Acting:
        """The same person acting in the name of another of their owners."""
        return replace(self, owner=owner)


def known(verb: str) -> str:
    """The verb itself; ValueError for one that no role holds, so that a misspelling never passes."""
    if verb not in VERBS:
        raise ValueError(f"no role may {verb!r}: add it to people.roles.ROLES")
    return verb


def is_system(by: Actor) -> bool:
    """Whether the site itself acts: the console, the worker, the demo."""
    return by.key == SYSTEM.key


def seats_for(by: Actor, verb: str) -> tuple[SeatFact, ...]:
    """The seats by which somebody may do the verb at all."""
    seats = by.seats if isinstance(by, Acting) else ()
    return tuple(seat for seat in seats if known(verb) in seat.rights.verbs)


def may(
    by: Actor,
    verb: str,
    *,
    owner: str | Iterable[str],
    path: str | None = None,
    implementer: Any = None,
) -> bool:
    """Whether somebody may do the verb to a thing of this owner (or of any of these) at this place.

    `owner` is a key "programme:<uuid>" / "office:<uuid>", or REGISTRY for what belongs to the
    country; `path` is the thing's place path, None for a thing without a place. The system may all.
    """
    known(verb)
    if is_system(by):
        return True
    owners = {owner} if isinstance(owner, str) else set(owner)
    return any(
        seat.covers(path, implementer)
        and (seat.owner in owners or (REGISTRY in owners and seat.rights.registry))
        for seat in seats_for(by, verb)
    )


def may_give(by: Actor, seat: SeatFact) -> bool:
    """Whether somebody may hand out this seat: only roles below theirs, inside what is theirs."""
    if is_system(by):
        return True
    if seat.role not in ROLES:
        return False
    return any(
        seat.role in mine.rights.seats
        and mine.covers(seat.area_path)
        and (mine.implementer is None or mine.implementer == seat.implementer)
        and (mine.owner == seat.owner or (mine.rights.registry and seat.office is not None))
        for mine in seats_for(by, "people.seat")
    )


def may_manage(by: Actor, theirs: Iterable[SeatFact]) -> bool:
    """Whether somebody may hold another's keys (invite, enrol): only if every seat is theirs to give.

    Otherwise a new slip for a person with two programmes would open the other programme's desk.
    """
    return all(may_give(by, seat) for seat in theirs)


def may_see(by: Actor, theirs: Iterable[SeatFact], verb: str = "people.see") -> bool:
    """Whether somebody may see a person (or do the verb to one): a seat of theirs lies in what they may."""
    if is_system(by):
        return True
    return any(
        mine.covers(seat.area_path)
        and (mine.implementer is None or mine.implementer == seat.implementer)
        and (mine.owner == seat.owner or (mine.rights.registry and seat.office is not None))
        for mine in seats_for(by, verb)
        for seat in theirs
    )


def scope_of(by: Actor, verb: str | None = None) -> Scope:
    """What somebody may read, by all seats or only by those that hold the verb (e.g. "people.see")."""
    if is_system(by):
        return EVERYTHING
    if not isinstance(by, Acting):
        return NOTHING
    seats = by.seats if verb is None else seats_for(by, verb)
    return Scope(
        grants=tuple(
            Grant(
                programme=seat.programme,
                office=seat.office,
                implementer=seat.implementer,
                area_path=seat.area_path,
                registry=seat.rights.registry,
            )
            for seat in seats
        )
    )


MODULES = ("M1", "M2", "M3", "M4")
# What each step of a round is taught in: without the module one may still do it, and is told so.
LEADS_SCORECARD, LEADS_MEETING = "M3", "M4"


def missing_modules(passed: Iterable[str]) -> tuple[str, ...]:
    """The modules not yet passed, in order."""
    done = set(passed)
    return tuple(module for module in MODULES if module not in done)


PIN_LENGTH = 6
PIN_TRIES = 10
LOCK_MINUTES = 15
INVITATION_DAYS = 7
SLIP_DAYS = 60


def weak_pin(pin: str) -> bool:
    """Whether a PIN is among the first anybody would try: one digit, one pair or one step repeated."""
    if len(set(pin)) <= 2:
        return True
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1 or pin[:3] == pin[3:] or pin[:2] * 3 == pin
