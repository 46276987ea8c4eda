"""How a site gets its first administrator and a programme its first manager, each by a link handed over."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Office, Programme
from samleng.ground.offices.verbs import name_office_kind, register_office
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.permission import Denied, require
from samleng.ground.people.rules import is_system
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.ground.people.verbs.keys import Invited, fresh_invitation
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.words.refusals import Refusal

REGISTERS = "registers"
# The kind of the office and its own name; both can be corrected later in the register.
REGISTER_KEEPER = _("Keeper of the registers")


@verb
def found_site(
    *, by: Actor, name: str, username: str, country: Place, language: str = settings.LANGUAGE_CODE
) -> Invited:
    """Make somebody the site's administrator: they keep the registers and open programmes.

    Only whoever runs the machine may; the same sign-in name again gives a fresh link.
    """
    if not is_system(by):
        raise Denied
    person = account(by, name, username, language)
    office = registers(by, country)
    seat(by=by, person=person, role="registrar", office=office, area=country)
    return fresh_invitation(by, person)


@verb
def found_manager(
    *,
    by: Actor,
    programme: Programme,
    name: str,
    username: str,
    country: Place,
    language: str = settings.LANGUAGE_CODE,
) -> Invited:
    """Give a programme its first manager, who works in the whole country, and a link for them.

    Whoever runs the machine may also add a manager to one whose managers cannot get in any more.
    """
    require(by, "offices.open_programme", owner="")
    if not is_system(by) and managers(programme):
        raise Refusal(
            _("This programme has a manager already."),
            remedy=_("Managers give further roles themselves, on the page of people."),
            code="state",
        )
    person = account(by, name, username, language)
    # Before the seat: from then on the manager's keys are theirs alone.
    invited = fresh_invitation(by, person)
    seat(by=by, person=person, role="programme_admin", programme=programme, area=country)
    return invited


@verb
def invite_first_manager_again(*, by: Actor, programme: Programme) -> Invited:
    """A fresh link for the only manager of a programme, who has never come in by the first one."""
    require(by, "offices.open_programme", owner="")
    found = managers(programme)
    if len(found) != 1 or found[0].has_usable_password():
        raise Denied
    return fresh_invitation(by, found[0])


def managers(programme: Programme) -> list[Person]:
    """Who manages a programme now, by name."""
    seats = Seat.objects.live().filter(programme=programme, role="programme_admin")
    return list(Person.objects.filter(pk__in=seats.values("person_id")).order_by("sort_key"))


def account(by: Actor, name: str, username: str, language: str) -> Person:
    """A new account; for whoever runs the machine also one that is there already."""
    kept = Person.objects.filter(username=username.strip().lower()).first() if is_system(by) else None
    return kept or welcome(by=by, name=name, username=username, language=language)


def registers(by: Actor, country: Place) -> Office:
    """The office that keeps the registers: that of the administrators there are, else a new one."""
    seats = Seat.objects.live().filter(role="registrar", area=country).select_related("office")
    kept = seats.order_by("since", "id").first()
    if kept is not None and kept.office is not None:
        return kept.office
    words = {}
    for tag, _language in settings.LANGUAGES:
        with translation.override(tag):
            words[tag] = str(REGISTER_KEEPER)
    kind = name_office_kind(by=by, code=REGISTERS, name=words, level=0)
    return register_office(by=by, code=REGISTERS, kind=kind, name=words, place=country)
