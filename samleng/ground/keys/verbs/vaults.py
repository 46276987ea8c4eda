"""An office's vaults: opened, held, handed over by two custodians together, and given a new key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.keys.models import Half, PersonKey, Purpose, Share, Vault
from samleng.ground.keys.rules import CUSTODIANS, HOLDS, MANAGES
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied, require
from samleng.ground.people.rules import may
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.sealing.rules import Opener, fresh_keypair, halves, keypair_of, unwrap, wrap
from samleng.kit.sealing.verbs import is_reader, pass_on, withdraw
from samleng.kit.words.refusals import Refusal

# So many keys are passed on in one transaction, so that nobody else waits long.
AT_A_TIME = 500


@verb
def open_vault(
    *, by: Actor, office: Office, purpose: str, holders: Sequence[Person], custodians: Sequence[Person] = ()
) -> Vault:
    """Give an office a key for a purpose ("cases", "identity"), its holders and its two custodians.

    Custodians may be named later, by a holder; until then nobody can help who forgets a passphrase.
    """
    require(by, "keys.open_vault", owner=office.owner_key)
    # The office's row decides between two who open its vault at once.
    Office.objects.select_for_update().get(pk=office.pk)
    check_opening(office, purpose, holders)
    made = fresh_keypair()
    vault = Vault.objects.create(
        office=office,
        purpose=purpose,
        version=Vault.objects.filter(office=office, purpose=purpose).count() + 1,
        public=made.public,
        opened_at=timezone.now(),
    )
    for key in keys_of(vault, holders, HOLDS[purpose], "holders"):
        give(vault, key, made.private)
    if custodians:
        halve(vault, custodians, made.private)
    facts = {
        "purpose": purpose,
        "holders": sorted(str(one.pk) for one in holders),
        "custodians": sorted(str(one.pk) for one in custodians),
    }
    record(by=by, verb="keys.open_vault", thing=vault, owner=vault.owner_key, facts=facts, tell=())
    return vault


def check_opening(office: Office, purpose: str, holders: Sequence[Person]) -> None:
    """Refuse an unknown purpose, a second vault for the same one, and one that nobody would hold."""
    if purpose not in Purpose.values:
        raise Refusal(
            _("“%(value)s” is not one of the choices.") % {"value": purpose},
            field="purpose",
            remedy=_("Use one of these codes: %(known)s.") % {"known": ", ".join(Purpose.values)},
            code="choice",
        )
    if Vault.objects.of(office, purpose):
        raise Refusal(
            _("This office has such a vault already."),
            field="purpose",
            remedy=_("Ask one of its holders to add you."),
            code="conflict",
        )
    if not holders:
        raise Refusal(
            _("A vault needs somebody who holds its key."),
            field="holders",
            remedy=_("Choose at least one person."),
            code="missing",
        )


def keys_of(vault: Vault, people: Sequence[Person], verb_name: str, field: str) -> list[PersonKey]:
    """The keys of people who may have this of the vault; a Refusal that says who may not, or has none yet."""
    kept = {key.person_id: key for key in PersonKey.objects.live().filter(person__in=list(people))}
    for person in people:
        if not may(person.acting(), verb_name, owner=vault.owner_key):
            raise Refusal(
                _("%(name)s has no role at this office for which this is meant.") % {"name": person.name},
                field=field,
                remedy=_("Give them the role first, or choose somebody else."),
                code="role",
            )
        if person.pk not in kept:
            raise Refusal(
                _("%(name)s has not chosen a passphrase yet.") % {"name": person.name},
                field=field,
                remedy=_("Ask them to sign in and choose one first."),
                code="missing",
            )
    return [kept[person.pk] for person in people]


def give(vault: Vault, key: PersonKey, private: bytes) -> None:
    Share.objects.get_or_create(vault=vault, key=key, defaults={"sealed": wrap(private, bytes(key.public))})


def halve(vault: Vault, custodians: Sequence[Person], private: bytes) -> None:
    """Two new halves, one to each of two different people; the former ones say nothing beside them."""
    if len({one.pk for one in custodians}) != CUSTODIANS or len(custodians) != CUSTODIANS:
        raise Refusal(
            _("A vault has two custodians, who are two people."),
            field="custodians",
            remedy=_("Choose two different people."),
            code="two",
        )
    keys = keys_of(vault, custodians, "keys.hand_over", "custodians")
    vault.halves.all().delete()
    for key, part in zip(keys, halves(private), strict=True):
        Half.objects.create(vault=vault, key=key, sealed=wrap(part, bytes(key.public)))


def require_opener(by: Actor, vault: Vault, opener: Opener) -> None:
    """Raise Denied unless one may say who holds the vault, and has its key at hand."""
    require(by, MANAGES[vault.purpose], owner=vault.owner_key)
    if vault.retired_at or opener.key != vault.reader_key:
        raise Denied
    if keypair_of(opener.private).public != bytes(vault.public):
        raise Denied


@verb
def add_holder(*, by: Actor, vault: Vault, person: Person, opener: Opener) -> Vault:
    """Give a vault's key to one more person of its office; again changes nothing."""
    require_opener(by, vault, opener)
    (key,) = keys_of(vault, [person], HOLDS[vault.purpose], "person")
    if not Share.objects.filter(vault=vault, key=key).exists():
        give(vault, key, opener.private)
        on_record(by, "keys.add_holder", vault, person)
    return vault


def on_record(by: Actor, verb_name: str, vault: Vault, person: Person) -> None:
    facts = {"person": str(person.pk)}
    record(by=by, verb=verb_name, thing=vault, owner=vault.owner_key, facts=facts, tell=())


@verb
def remove_holder(*, by: Actor, vault: Vault, person: Person) -> Vault:
    """A person no longer holds the key; give the vault a new one if they may have kept a copy.

    The last holder stays, or nobody could read what is sealed to the office.
    """
    if not by.may("keys.open_vault", owner=vault.owner_key):
        require(by, MANAGES[vault.purpose], owner=vault.owner_key)
    mine = vault.shares.filter(key__person=person)
    if not mine.exists():
        return vault
    if not vault.shares.exclude(key__person=person).exists():
        raise Refusal(
            _("This is the only person who holds the key."),
            field="person",
            remedy=_("Give it to somebody else first."),
            code="last",
        )
    mine.delete()
    on_record(by, "keys.remove_holder", vault, person)
    return vault


@verb
def name_custodians(*, by: Actor, vault: Vault, custodians: Sequence[Person], opener: Opener) -> Vault:
    """Name the two who together can hand the vault to its next holder; the former two no longer can."""
    require_opener(by, vault, opener)
    halve(vault, custodians, opener.private)
    facts = {"custodians": sorted(str(one.pk) for one in custodians)}
    record(by=by, verb="keys.name_custodians", thing=vault, owner=vault.owner_key, facts=facts, tell=())
    return vault


def rotate(*, by: Actor, vault: Vault, opener: Opener) -> Vault:
    """Give a vault a new key: all that the old one opens is passed on to it, then the old one opens nothing.

    Its holders and custodians who still sit at the office stay so. May be stopped at any moment and
    begun again: until the last step the old key is the one in use.
    """
    with transaction.atomic():
        require_opener(by, vault, opener)
        after, private = prepared(vault, opener)
    passed_on(opener, after)
    with transaction.atomic():
        kept = Vault.objects.select_for_update().get(pk=vault.pk)
        if kept.retired_at:
            raise Denied
        passed_on(opener, after)
        close(kept)
        people = hand_on(kept, after, private)
        Vault.objects.filter(pk=after.pk).update(opened_at=timezone.now())
        after.refresh_from_db()
        facts = {"before": str(vault.pk), "version": after.version, **people}
        record(by=by, verb="keys.rotate", thing=after, owner=after.owner_key, facts=facts, tell=())
    return after


def passed_on(opener: Opener, after: Vault) -> None:
    """All that this opener can read, for the vault as well."""
    reached: int | None = 0
    while reached is not None:
        reached = pass_on(opener, after.reader, reached, AT_A_TIME)


def prepared(vault: Vault, opener: Opener) -> tuple[Vault, bytes]:
    """A vault not yet in use, with a fresh key; what an earlier, broken-off try prepared is thrown away."""
    for left in Vault.objects.filter(office=vault.office_id, purpose=vault.purpose, opened_at=None):
        withdraw(left.reader_key)
        left.delete()
    made = fresh_keypair()
    after = Vault.objects.create(
        office_id=vault.office_id,
        purpose=vault.purpose,
        version=vault.version + 1,
        public=made.public,
        former=wrap(opener.private, made.public),
    )
    return after, made.private


def catch_up(vault: Vault, opener: Opener) -> None:
    """Take over what somebody still sealed to the former key while it was being changed; mostly nothing."""
    before = Vault.objects.filter(
        office=vault.office_id, purpose=vault.purpose, version=vault.version - 1
    ).first()
    if before is None or not is_reader(before.reader_key):
        return
    with transaction.atomic():
        passed_on(Opener(key=before.reader_key, private=unwrap(bytes(vault.former), opener.private)), vault)
        withdraw(before.reader_key)


def close(vault: Vault) -> None:
    """A vault's key opens nothing any more."""
    withdraw(vault.reader_key)
    vault.retired_at = timezone.now()
    vault.save(update_fields=["retired_at"])


def hand_on(before: Vault, after: Vault, private: bytes) -> dict[str, list[str]]:
    """The new key to those who held the old one and still may; who they are, for the record."""
    holders = people_still(before.shares, before, HOLDS[before.purpose])
    for key in holders:
        give(after, key, private)
    custodians = people_still(before.halves, before, "keys.hand_over")
    if len(custodians) == CUSTODIANS:
        halve(after, [key.person for key in custodians], private)
    if not holders:
        raise Denied
    before.shares.all().delete()
    before.halves.all().delete()
    return {"holders": sorted(str(key.person_id) for key in holders)}


def people_still(rows: Any, vault: Vault, verb_name: str) -> list[PersonKey]:
    """The keys of those whose seats still allow it."""
    keys = [row.key for row in rows.select_related("key__person").order_by("pk")]
    return [
        key
        for key in keys
        if key.retired_at is None and may(key.person.acting(), verb_name, owner=vault.owner_key)
    ]
