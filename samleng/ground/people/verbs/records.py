"""What is kept about people besides their seats: training passed, and contacts under seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from samleng.ground.people.models import Contact, Person, Training
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import LEADS_MEETING, LEADS_SCORECARD, MODULES, missing_modules
from samleng.ground.people.sealing import blind_index, plain_contact, seal, unseal
from samleng.ground.people.verbs.accounts import require_over
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal


@dataclass(frozen=True, kw_only=True)
class Warning:
    """Something to know about a person before they lead a meeting; it never stops the meeting."""

    module: str
    message: Any


@verb
def record_training(*, by: Actor, person: Person, module: str, passed_on: date | None = None) -> Training:
    """The person passed a module, on a day if it is known; again corrects the day."""
    require_over(by, person, "people.record_training")
    if module not in MODULES:
        raise Refusal(
            _("“%(module)s” is not a training module.") % {"module": module},
            field="module",
            remedy=_("Use one of these codes: %(known)s.") % {"known": ", ".join(MODULES)},
            code="choice",
        )
    kept = Training.objects.filter(person=person, module=module).first()
    if kept and (kept.passed_on == passed_on or passed_on is None):
        return kept
    kept, _made = Training.objects.update_or_create(
        person=person, module=module, defaults={"passed_on": passed_on}
    )
    record(
        by=by,
        verb="people.record_training",
        thing=person,
        facts={"module": module, "passed_on": passed_on.isoformat() if passed_on else None},
        tell=(),
    )
    return kept


def warnings_for(passed: set[str]) -> list[Warning]:
    """What the missing modules mean for a meeting, the weightiest first."""
    missing = missing_modules(passed)
    said = {
        LEADS_SCORECARD: _("Has not passed M3 yet, which teaches leading a scorecard."),
        LEADS_MEETING: _("Has not passed M4 yet, which teaches the interface meeting and the plan."),
    }
    order = sorted(missing, key=lambda module: (module not in said, module))
    return [
        Warning(
            module=module, message=said.get(module, _("Has not passed %(module)s yet.") % {"module": module})
        )
        for module in order
    ]


def eligibility(person: Person) -> list[Warning]:
    """What to know before this person leads a meeting; empty when all modules are passed."""
    return warnings_for(set(person.trainings.values_list("module", flat=True)))


@verb
def keep_contact(*, by: Actor, person: Person, kind: str, value: str, region: str | None = None) -> Contact:
    """Keep a "phone" or "email" under seal; numbers without a country are read in the pack's."""
    if by.key != person.key:
        require_over(by, person, "people.welcome")
    plain = plain_contact(kind, value, region)
    contact, made = Contact.objects.get_or_create(
        person=person, kind=kind, blind_index=blind_index(kind, plain), defaults={"sealed": seal(plain)}
    )
    if made:
        record(by=by, verb="people.keep_contact", thing=person, facts={"kind": kind}, tell=())
    return contact


@verb
def forget_contact(*, by: Actor, contact: Contact) -> None:
    """Erase a contact."""
    if by.key != contact.person.key:
        require_over(by, contact.person, "people.welcome")
    record(by=by, verb="people.forget_contact", thing=contact.person, facts={"kind": contact.kind}, tell=())
    contact.delete()


@verb
def read_contact(*, by: Actor, contact: Contact) -> str:
    """Open the seal for somebody entitled; each look is written down."""
    if by.key != contact.person.key:
        require_over(by, contact.person, "people.read_contact")
    record(by=by, verb="people.read_contact", thing=contact.person, facts={"kind": contact.kind}, tell=())
    return unseal(bytes(contact.sealed))


def find_by_contact(*, by: Actor, kind: str, value: str, region: str | None = None) -> list[Person]:
    """The people who gave this contact, among those the actor may see."""
    index = blind_index(kind, plain_contact(kind, value, region))
    found = Person.objects.filter(contacts__kind=kind, contacts__blind_index=index).distinct()
    return [person for person in found if may_be_found(by, person)]


def may_be_found(by: Actor, person: Person) -> bool:
    try:
        require_over(by, person, "people.see")
    except Denied:
        return False
    return True
