"""Keys for phones with Collect or Kobo and for programs: given to one person, revoked at any time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting, may_see
from samleng.ground.people.sealing import fresh_token, token_hash
from samleng.kit.ledger.permission import Denied, require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.models import Key, Purpose
from samleng.voices.forms.rules.keys import DATA, SEND, ByKey, by_key


@dataclass(frozen=True, kw_only=True)
class Given:
    """A key to hand over now: its token is nowhere else."""

    key: Key
    token: str


@verb
def give_key(
    *, by: Actor, programme: Programme, person: Person, purpose: str = SEND, label: str = ""
) -> Given:
    """Give somebody of the programme a key; one that reads answers only for oneself."""
    require(by, "forms.give_key", owner=programme.owner_key)
    if purpose not in Purpose.values:
        raise Refusal(_("This is no kind of key."), field="purpose", remedy=_("Choose one of the list."))
    facts = tuple(seat for seat in person.seat_facts() if seat.owner == programme.owner_key)
    if by.key != person.key and (purpose == DATA or not may_see(by, facts, "forms.give_key")):
        raise Denied
    if not person.acting().may("forms.send", owner=programme.owner_key):
        raise Refusal(
            _("This person has no role in the programme that fills in forms."),
            field="person",
            remedy=_("Give them a role as facilitator first."),
            code="role",
        )
    token = fresh_token()
    key = Key.objects.create(
        programme=programme,
        person=person,
        purpose=purpose,
        token_hash=token_hash(token),
        label=label.strip()[:80],
    )
    record(
        by=by,
        verb="forms.give_key",
        thing=key,
        owner=programme.owner_key,
        facts={"person": str(person.pk), "purpose": purpose},
        tell=(),
    )
    return Given(key=key, token=token)


@verb
def revoke_key(*, by: Actor, key: Key) -> Key:
    """The phone is lost, or the person fills in forms no more: the key opens nothing from now on."""
    facts = tuple(seat for seat in key.person.seat_facts() if seat.owner == key.owner_key)
    gone = not facts and by.may("forms.give_key", owner=key.owner_key)
    if by.key != key.person.key and not gone and not may_see(by, facts, "forms.give_key"):
        raise Denied
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        facts_told = {"person": str(key.person_id)}
        record(by=by, verb="forms.revoke_key", thing=key, owner=key.owner_key, facts=facts_told, tell=())
    return key


def key_of(token: str) -> Key | None:
    """The live key with this token, or None: unknown, revoked, or of somebody whose account is closed."""
    if not token:
        return None
    found = Key.objects.live().select_related("programme", "person").filter(token_hash=token_hash(token))
    return found.filter(person__is_active=True).first()


def holder(key: Key, *, via: str) -> ByKey:
    """Who acts by the key, with the seats they hold now; the day it is used is noted."""
    today = timezone.localdate()
    if key.last_used_on != today:
        Key.objects.filter(pk=key.pk).update(last_used_on=today)
    acting: Acting = key.person.acting(via=via, owner=key.owner_key)
    return by_key(acting, key.owner_key, key.purpose)
