"""Who has an account, what it says about them, and which seats they hold."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Implementer, Office, Programme
from samleng.ground.people.models import Badge, Person, RoleName, Schooling, Seat, Sex
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import ROLES, SeatFact, is_system, may_give, may_see, seats_for
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.codes import make_receipt
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean

USERNAME = re.compile(r"[a-z0-9][a-z0-9@._+-]{2,79}")


def fresh_username() -> str:
    """A sign-in name for somebody who signs in by PIN and never types it."""
    return "p-" + make_receipt().lower()


def checked_username(username: str) -> str:
    plain = username.strip().lower()
    if not USERNAME.fullmatch(plain):
        raise Refusal(
            _("This cannot be a sign-in name."),
            field="username",
            remedy=_("Use at least three Latin letters or digits, or an e-mail address."),
            code="username",
        )
    if Person.objects.filter(username=plain).exists():
        raise Refusal(
            _("This sign-in name is taken."),
            field="username",
            remedy=_("Choose another one."),
            code="conflict",
        )
    return plain


def checked_person_name(name: str) -> str:
    plain = clean(name)
    if not plain or len(plain) > 120:
        raise Refusal(
            _("The name is missing or too long."),
            field="name",
            remedy=_("Write the name in at most 120 letters."),
            code="missing",
        )
    return plain


def checked_details(sex: str, schooling: str, language: str) -> None:
    """Refuse codes that no list knows."""
    for field, value, known in (
        ("sex", sex, ("", *Sex.values)),
        ("schooling", schooling, ("", *Schooling.values)),
        ("language", language, [code for code, _name in settings.LANGUAGES]),
    ):
        if value not in known:
            raise Refusal(
                _("“%(value)s” is not one of the choices.") % {"value": value},
                field=field,
                remedy=_("Use one of these codes: %(known)s.") % {"known": ", ".join(k for k in known if k)},
                code="choice",
            )


@verb
def welcome(
    *,
    by: Actor,
    name: str,
    username: str = "",
    sex: str = "",
    schooling: str = "",
    base: Place | None = None,
    language: str = settings.LANGUAGE_CODE,
) -> Person:
    """Open an account for somebody. It opens nothing until it is given a seat, and no door until invited."""
    if not is_system(by) and not seats_for(by, "people.welcome"):
        raise Denied
    checked_details(sex, schooling, language)
    person = Person(
        username=checked_username(username) if username else fresh_username(),
        sex=sex,
        schooling=schooling,
        base=base,
        language=language,
    ).named(checked_person_name(name))
    person.set_unusable_password()
    person.save(force_insert=True)
    return described(by, "people.welcome", person)


def described(by: Actor, verb: str, person: Person) -> Person:
    """The ledger's row of what an account says about its person; what it says only as a salted hash."""
    record(
        by=by,
        verb=verb,
        thing=person,
        facts={"base": person.base_id},
        content={"name": person.name, "sex": person.sex, "schooling": person.schooling},
        tell=(),
    )
    return person


@verb
def correct(
    *, by: Actor, person: Person, name: str, sex: str = "", schooling: str = "", base: Place | None = None
) -> Person:
    """Set right what an account says about its person."""
    require_over(by, person, "people.welcome")
    checked_details(sex, schooling, person.language)
    person.named(checked_person_name(name))
    person.sex, person.schooling, person.base = sex, schooling, base
    person.save(update_fields=["name", "search", "sort_key", "sex", "schooling", "base"])
    return described(by, "people.correct", person)


@verb
def choose_language(*, by: Actor, person: Person, language: str) -> Person:
    """A person chooses the language the site and its messages speak to them."""
    if by.key != person.key:
        raise Denied
    checked_details("", "", language)
    person.language = language
    person.save(update_fields=["language"])
    record(by=by, verb="people.choose_language", thing=person, facts={"language": language}, tell=())
    return person


@verb
def number(*, by: Actor, person: Person, programme: Programme, code: str) -> Badge:
    """Keep the number by which a programme's own lists know the person; again changes it."""
    require_over(by, person, "people.welcome")
    if not by.may("people.welcome", owner=programme.owner_key):
        raise Denied
    code = code.strip()[:40]
    if Badge.objects.filter(programme=programme, code=code).exclude(person=person).exists():
        raise Refusal(
            _("Another person of this programme has this number."),
            field="code",
            remedy=_("Correct the number."),
            code="conflict",
        )
    badge, _made = Badge.objects.update_or_create(person=person, programme=programme, defaults={"code": code})
    record(by=by, verb="people.number", thing=person, owner=programme.owner_key, content=code, tell=())
    return badge


def area_of_seat(area: Place | None, office: Office | None) -> Place:
    """Where a seat holds: as said, or where its office stands."""
    area = area or (office.place if office else None)
    if area is None:
        raise Refusal(_("The area is missing."), field="area", remedy=_("Choose a place."), code="missing")
    return area


def seat_fact(
    role: str,
    programme: Programme | None,
    office: Office | None,
    implementer: Implementer | None,
    area: Place,
) -> SeatFact:
    """The seat as the rules of who may what read it."""
    return SeatFact(
        role=role,
        programme=str(programme.pk) if programme else None,
        office=str(office.pk) if office else None,
        implementer=str(implementer.pk) if implementer else None,
        area_path=area.path,
    )


@verb
def seat(
    *,
    by: Actor,
    person: Person,
    role: str,
    programme: Programme | None = None,
    office: Office | None = None,
    area: Place | None = None,
    implementer: Implementer | None = None,
    since: date | None = None,
) -> Seat:
    """Give a person a role in a programme (within an area) or in an office; again gives the same seat."""
    owner = seat_owner(role, programme, office, implementer)
    area = area_of_seat(area, office)
    fact = seat_fact(role, programme, office, implementer, area)
    if not opens_programme(by, role, programme):
        require_giving(by, person, fact)
    given, made = Seat.objects.get_or_create(
        person=person,
        role=role,
        programme=programme,
        office=office,
        until=None,
        **({"area": area} if programme else {}),
        defaults={"implementer": implementer, "area": area, "since": since or timezone.localdate()},
    )
    if not made and (given.implementer, given.area) == (implementer, area):
        return given
    if not made:
        require_giving(by, person, given.facts()[0])
        given.implementer, given.area = implementer, area
        given.save(update_fields=["implementer", "area"])
    facts = {"person": str(person.pk), "role": role, "area": area.pk, "implementer": fact.implementer}
    record(by=by, verb="people.seat", thing=given, owner=owner, facts=facts)
    return given


def require_giving(by: Actor, person: Person, fact: SeatFact) -> None:
    """Raise Denied unless the seat is the actor's to give, to somebody they see or who sits nowhere yet."""
    theirs = person.seat_facts()
    if not may_give(by, fact) or (theirs and by.key != person.key and not may_see(by, theirs)):
        raise Denied


def seat_owner(
    role: str, programme: Programme | None, office: Office | None, implementer: Implementer | None
) -> str:
    """The owner's key, or a Refusal when role, programme, office and implementer do not belong together."""
    if role not in ROLES:
        raise Refusal(
            _("“%(role)s” is not a role.") % {"role": role},
            field="role",
            remedy=_("Use one of these codes: %(known)s.") % {"known": ", ".join(RoleName.values)},
            code="choice",
        )
    owner = programme if ROLES[role].owner == "programme" else office
    if owner is None or (programme and office):
        raise Refusal(
            _("This role belongs to a programme.")
            if ROLES[role].owner == "programme"
            # Translators: of roles such as clerk or head of a facility.
            else _("This role belongs to an office."),
            field=ROLES[role].owner,
            remedy=_("Choose the one it belongs to."),
            code="owner",
        )
    if implementer and (programme is None or implementer.programme_id != programme.pk):
        raise Refusal(
            _("This implementer does not work for this programme."),
            field="implementer",
            remedy=_("Choose one of the programme's implementers."),
            code="owner",
        )
    return owner.owner_key


def opens_programme(by: Actor, role: str, programme: Programme | None) -> bool:
    """Who opens programmes also seats a programme's first manager, and nobody after."""
    return (
        role == "programme_admin"
        and programme is not None
        and by.may("offices.open_programme", owner="")
        and not Seat.objects.live().filter(programme=programme, role=role).exists()
    )


@verb
def unseat(*, by: Actor, seat: Seat) -> Seat:
    """The role ends today; what was done in it stays."""
    if not all(may_give(by, fact) for fact in seat.facts()[:1]):
        raise Denied
    if seat.until is not None:
        return seat
    seat.until = timezone.localdate()
    seat.save(update_fields=["until"])
    owner = seat.programme or seat.office
    record(
        by=by,
        verb="people.unseat",
        thing=seat,
        owner=owner.owner_key if owner else "",
        facts={"person": str(seat.person_id), "role": seat.role},
    )
    return seat


def require_over(by: Actor, person: Person, verb_name: str) -> None:
    """Raise Denied unless the person sits where the actor may do the verb, or sits nowhere yet."""
    theirs = person.seat_facts()
    if may_see(by, theirs, verb_name) or (not theirs and seats_for(by, verb_name)):
        return
    raise Denied
