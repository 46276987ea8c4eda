"""Whether a channel is open here: who would answer, under which clock, and in words why not. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from samleng.ground.channels.rules import Catalogue, Category, Profile
from samleng.ground.offices.models import Office
from samleng.ground.offices.routing import ladder_above, responders
from samleng.ground.offices.zones import Point
from samleng.ground.people.models import Seat
from samleng.ground.people.roles import ROLES
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.words.text import filled, say

ANSWERING = tuple(sorted(code for code, role in ROLES.items() if "cases.answer" in role.verbs))
# Roles whose holder leads an office: what they lead elsewhere is passed over with it.
LEADING = ("office_head", "district_officer", "ombudsman")
ONLY_HELP, NO_CLOCK, NOBODY, NO_SEAT, NO_KEYS = "only_help", "no_clock", "nobody", "no_seat", "no_keys"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whether messages of a category are taken in at a place.

    `named` are the offices whose task it is, `offices` those of them that can answer today, who is nearest
    first; `why` says in a sentence why it is not open, `code` the same for programs.
    """

    open: bool
    named: tuple[Office, ...] = ()
    offices: tuple[Office, ...] = ()
    profile: Profile | None = None
    code: str = ""
    why: Any = ""

    @property
    def owner(self) -> Office | None:
        """The office that would own the case."""
        return self.offices[0] if self.offices else None


def passed_over(offices: Iterable[Office]) -> set[Any]:
    """Ids of the offices complained of and of every other one in which their heads hold a seat today."""
    own = {office.pk for office in offices}
    held = Seat.objects.live().filter(office__isnull=False)
    heads = held.filter(office__in=own, role__in=LEADING).values("person")
    return own | set(held.filter(person__in=heads).values_list("office", flat=True))


def answering(
    catalogue: Catalogue,
    category: Category,
    *,
    place: Place,
    point: Point | None = None,
    day: date | None = None,
    about: Office | None = None,
    excluding: Iterable[Office | Any] = (),
) -> list[Office]:
    """The offices whose task a message of the category is, never one that it complains about.

    `about` is the office complained of. Complaints about officials go to ombudsmen, past the office with the
    duty where none is named; those about an office that is named to the others with the duty, and where there
    are none up the ladder of the category's clock. Where none is named the office with the duty hears it.
    """
    day = day or timezone.localdate()
    passed = {one.pk if isinstance(one, Office) else one for one in excluding}
    service = Service.objects.coded(category.service)
    if category.service and service is None:
        return []
    by_duty = responders(category.code, service, place, point, day, passed)
    if category.about == "thing" or not (about or category.about_official):
        return by_duty
    complained = [about] if about else by_duty[:1]
    passed |= passed_over(complained)
    if category.about_official:
        return responders(category.code, service, place, point, day, passed, catalogue.ombudsmen)
    others = [office for office in by_duty if office.pk not in passed]
    profile = catalogue.profile_of(category)
    if others or profile is None or about is None:
        return others
    return ladder_above(about, profile.ladder, place, passed)


def can_answer(offices: Iterable[Office]) -> set[Any]:
    """Ids of the offices in which somebody holds a seat that may answer a case today."""
    wanted = [office.pk for office in offices]
    live = Seat.objects.live().filter(office__in=wanted, role__in=ANSWERING, person__is_active=True)
    return set(live.values_list("office", flat=True))


def channel_open(
    catalogue: Catalogue,
    category: Category,
    *,
    place: Place,
    point: Point | None = None,
    day: date | None = None,
    about: Office | None = None,
    excluding: Iterable[Office | Any] = (),
    exposure: str = "",
    has_vault: Callable[[Office], bool] | None = None,
) -> Opening:
    """Whether the category is open at the place: a named office that can answer, and a clock, or why not.

    What is not public is sealed to the office's keys: `has_vault` tells whether it has any (None: not asked).
    """
    if category.only_referral:
        return Opening(open=False, code=ONLY_HELP, why=_("Nothing is kept here: look at the list of help."))
    profile = catalogue.profile_of(category)
    rated = category.kind == "rating"
    if profile is None and not rated:
        return Opening(open=False, code=NO_CLOCK, why=_("No time limit has been set for this yet."))
    named = answering(
        catalogue, category, place=place, point=point, day=day, about=about, excluding=excluding
    )
    if not named:
        why = _("No office has the task of answering this here yet.")
        return Opening(open=False, profile=profile, code=NOBODY, why=why)
    seated = can_answer(named)
    ready = [office for office in named if office.pk in seated]
    if not ready and not rated:
        why = _("This is a task of %(office)s, but nobody there can answer on this site yet.")
        return closed(named, profile, NO_SEAT, why)
    if has_vault is not None and not rated and (exposure or category.exposure) != "public":
        ready = [office for office in ready if has_vault(office)]
        if not ready:
            why = _("This is a task of %(office)s, which has no keys yet to read sealed messages with.")
            return closed(named, profile, NO_KEYS, why)
    return Opening(open=True, named=tuple(named), offices=tuple(ready), profile=profile)


def closed(named: list[Office], profile: Profile | None, code: str, why: Any) -> Opening:
    """Not open, said with the name of the office whose task it is, in the language of whoever reads it."""
    why = filled(why, office=name_of(named[0].name))
    return Opening(open=False, named=tuple(named), profile=profile, code=code, why=why)


name_of = lazy(lambda words: say(words, get_language() or "en"), str)
