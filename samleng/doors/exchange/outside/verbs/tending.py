"""An office's outside system: named, changed, switched off and on, and what a person decides for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.models import HandedOver, OutsideSystem, PassedOn
from samleng.doors.exchange.open311.offered import catalogue, open_to_all
from samleng.doors.exchange.outside.keyed import sealed
from samleng.doors.exchange.outside.rules import number_fits
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import REGISTRY
from samleng.kit.calls.rules import address_fault
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean

LONGEST_KEY = 400
MOST_FIXED = 20
FORMS = ("xml", "json")
ATTRIBUTE = re.compile(r"[A-Za-z0-9_.-]{1,60}")


@dataclass(frozen=True, kw_only=True, repr=False)
class Wanted:
    """What is said of a system; `key` None leaves the one that is kept."""

    name: str
    address: str
    services: Mapping[str, str]
    form: str = "xml"
    jurisdiction: str = ""
    key: str | None = None
    photos: str = OutsideSystem.Photos.FILE
    number_field: str = "external_id"
    takes_once: bool = False
    since: date | None = None
    # Answers of their own questions that go with every report.
    fixed: Mapping[str, str] = field(default_factory=dict)


def owners(office: Office) -> tuple[str, str]:
    """Whoever may: the office's head, and who keeps the register of offices."""
    return office.owner_key, REGISTRY


@verb
def connect_system(*, by: Actor, office: Office, wanted: Wanted) -> OutsideSystem:
    """Name the system that answers for an office, or say anew how it is reached."""
    require(by, "exchange.give_key", owner=owners(office))
    check(wanted)
    system = OutsideSystem.objects.select_for_update(of=("self",)).filter(office=office).first()
    fresh = system is None
    system = system or OutsideSystem(office=office)
    moved = not fresh and system.address != wanted.address
    system.name, system.address, system.form = clean(wanted.name), wanted.address.rstrip("/"), wanted.form
    system.jurisdiction, system.photos = wanted.jurisdiction.strip(), wanted.photos
    system.number_field, system.takes_once = wanted.number_field, wanted.takes_once
    system.fixed = dict(wanted.fixed)
    system.services = {ours: theirs.strip() for ours, theirs in wanted.services.items() if theirs.strip()}
    system.since = wanted.since or system.since or timezone.localdate()
    if wanted.key is not None:
        system.key = sealed(wanted.key.strip())
    system.tells_news, system.fails, system.trouble, system.next_at = None, 0, "", None
    system.heard_until = system.heard_until or timezone.now()
    if moved and system.handed.exclude(number="").exists():
        raise Refusal(
            _("Reports of this office are at the address until now."),
            field="address",
            remedy=_("Numbers there mean nothing at another one. Ask whoever runs this site."),
            code="moved",
        )
    system.save()
    record(
        by=by, verb="exchange.connect_system", thing=system, owner=office.owner_key,
        facts={"services": len(system.services), "fresh": fresh}, tell=(),
    )  # fmt: skip
    return system


def check(wanted: Wanted) -> None:
    """Refuse what cannot be right, at its field."""
    if not clean(wanted.name) or len(clean(wanted.name)) > 80:
        raise Refusal(_("Say in at most eighty letters which system it is."), field="name")
    if fault := address_fault(wanted.address, plain=settings.OUTSIDE_PRIVATE):
        raise Refusal(
            _("This address does not keep secrets.")
            if fault == "not_secret"
            else _("This is no address of an Open311 server."),
            field="address",
            remedy=_("Write what stands before /requests.xml, such as https://city.example/open311/v2."),
            code=fault,
        )
    if wanted.form not in FORMS or wanted.photos not in OutsideSystem.Photos.values:
        raise Refusal(_("Choose one of the two forms."), field="form")
    if not ATTRIBUTE.fullmatch(wanted.number_field):
        raise Refusal(
            _("The name of a field has letters, digits and low lines."),
            field="number_field",
            remedy=_("Leave external_id where nobody told you another one."),
        )
    if len(wanted.jurisdiction) > 100 or len(wanted.key or "") > LONGEST_KEY:
        raise Refusal(_("This is too long."), field="key" if wanted.key else "jurisdiction")
    if len(wanted.fixed) > MOST_FIXED or not all(
        ATTRIBUTE.fullmatch(code) and 0 < len(value) <= 200 and value.isprintable()
        for code, value in wanted.fixed.items()
    ):
        raise Refusal(
            _("Fields that go with every report have a name and a value each."),
            field="fixed",
            remedy=_("Write one on each line, such as: team=North"),
            code="fixed",
        )
    check_services(wanted.services)


def check_services(services: Mapping[str, str]) -> None:
    """Only what everybody may know of goes out: never a sealed category, nor one about officials."""
    known = catalogue()
    for ours, theirs in services.items():
        category = known.category(ours) if known else None
        if known is None or category is None or not open_to_all(known, category):
            raise Refusal(
                _("Nothing of this category is sent anywhere."), field="services", code="not_public"
            )
        if len(theirs) > 100 or not theirs.isprintable():
            raise Refusal(_("This is none of their service codes."), field="services", code="their_code")


@verb
def switch_system(*, by: Actor, system: OutsideSystem, on: bool) -> OutsideSystem:
    """Nothing goes there and nothing is asked there while it is off; what was missed is caught up later."""
    require(by, "exchange.give_key", owner=owners(system.office))
    if system.on != on:
        system.on, system.fails, system.next_at = on, 0, None
        system.save(update_fields=["on", "fails", "next_at"])
        record(
            by=by, verb="exchange.switch_system", thing=system, owner=system.owner_key,
            facts={"on": on}, tell=(),
        )  # fmt: skip
    return system


@verb
def settle(*, by: Actor, handed: HandedOver, number: str = "") -> HandedOver:
    """A person looked there: the report has this number, or it did not arrive and is sent again."""
    rows = HandedOver.objects.select_for_update(of=("self",)).select_related("system__office")
    handed = rows.get(pk=handed.pk)
    require(by, "exchange.give_key", owner=owners(handed.system.office))
    if handed.state not in (HandedOver.ASKS, HandedOver.REFUSED, HandedOver.DUE):
        raise Refusal(_("Nothing is to be decided about this report any more."), code="settled")
    number = number.strip()
    if number and not number_fits(number):
        raise Refusal(_("This is none of their numbers."), field="number", code="their_number")
    if number and HandedOver.objects.filter(system=handed.system, number=number).exists():
        raise Refusal(_("Another report has this number there."), field="number", code="number_taken")
    handed.number, handed.next_at, handed.trouble, handed.said = number, None, "", ""
    handed.state = HandedOver.HELD if number else HandedOver.DUE
    handed.sent_at = timezone.now() if number else None
    handed.save(update_fields=["number", "next_at", "trouble", "said", "state", "sent_at"])
    record(
        by=by, verb="exchange.settle", thing=handed, owner=handed.system.owner_key,
        facts={"arrived": bool(number)}, tell=(),
    )  # fmt: skip
    return handed


@verb
def pass_once_more(*, by: Actor, passed: PassedOn) -> PassedOn:
    """What they did not take is sent again: somebody mended what stood in the way."""
    rows = PassedOn.objects.select_for_update(of=("self",)).select_related("handed__system__office")
    passed = rows.get(pk=passed.pk)
    system = passed.handed.system
    require(by, "exchange.give_key", owner=owners(system.office))
    if passed.done_at is None or not passed.trouble:
        raise Refusal(_("This arrived, or is on its way."), code="settled")
    passed.done_at, passed.trouble, passed.said, passed.next_at, passed.tries = None, "", "", None, 0
    passed.save(update_fields=["done_at", "trouble", "said", "next_at", "tries"])
    if passed.handed.state == HandedOver.OVER:
        passed.handed.state = HandedOver.HELD
        passed.handed.save(update_fields=["state"])
    record(by=by, verb="exchange.pass_once_more", thing=passed, owner=system.owner_key, tell=())
    return passed
