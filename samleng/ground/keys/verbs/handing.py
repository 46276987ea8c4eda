"""Two custodians hand an office's key to its next holder: each gives a half, only that holder joins them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from samleng.ground.keys.models import Handed, PersonKey, Vault
from samleng.ground.keys.rules import CUSTODIANS, HOLDS
from samleng.ground.keys.verbs.phrases import Unlocked
from samleng.ground.keys.verbs.vaults import give, keys_of, on_record
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied, require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.sealing.rules import Unreadable, joined, keypair_of, unwrap, wrap
from samleng.kit.words.refusals import Refusal


@verb
def hand_over(*, by: Actor, vault: Vault, to: Person, unlocked: Unlocked) -> Handed:
    """A custodian gives their half of a vault's key to its next holder; alone it opens nothing.

    The custodian reads nothing by it, and never sees the other half. Again, or to somebody else,
    replaces what they gave before.
    """
    require(by, "keys.hand_over", owner=vault.owner_key)
    half = vault.halves.filter(key=unlocked.key, key__retired_at=None).first()
    if half is None or vault.retired_at or by.key != unlocked.by.key:
        raise Denied
    if by.key == to.key:
        raise Refusal(
            _("A custodian does not hand the key to themselves."),
            field="to",
            remedy=_("Choose the next head of the office, or ask for other custodians."),
            code="self",
        )
    (key,) = keys_of(vault, [to], HOLDS[vault.purpose], "to")
    try:
        part = unwrap(bytes(half.sealed), unlocked.private)
    except Unreadable as error:
        raise Denied from error
    handed, _fresh = Handed.objects.update_or_create(
        half=half, defaults={"to": key, "sealed": wrap(part, bytes(key.public))}
    )
    on_record(by, "keys.hand_over", vault, to)
    return handed


def waiting_for(key: PersonKey) -> list[Vault]:
    """The vaults of which both halves have been handed to this person's key and are not yet joined."""
    found: dict[object, tuple[Vault, int]] = {}
    for one in Handed.objects.filter(to=key, half__vault__retired_at=None).select_related(
        "half__vault__office__place__kind"
    ):
        vault = one.half.vault
        found[vault.pk] = (vault, found.get(vault.pk, (vault, 0))[1] + 1)
    return [vault for vault, count in found.values() if count == CUSTODIANS]


@verb
def take_up(*, by: Actor, vault: Vault, unlocked: Unlocked) -> Vault:
    """The next holder joins the two halves handed to them and holds the vault's key from now on."""
    require(by, HOLDS[vault.purpose], owner=vault.owner_key)
    if by.key != unlocked.by.key or vault.retired_at:
        raise Denied
    mine = list(Handed.objects.filter(half__vault=vault, to=unlocked.key, to__retired_at=None))
    if len(mine) != CUSTODIANS:
        raise Refusal(
            _("Both custodians must hand over their halves first."),
            field="vault",
            remedy=_("Ask the other custodian to do so."),
            code="half",
        )
    try:
        first, second = (unwrap(bytes(one.sealed), unlocked.private) for one in mine)
    except Unreadable as error:
        raise Denied from error
    private = joined(first, second)
    if keypair_of(private).public != bytes(vault.public):
        raise Denied
    give(vault, PersonKey.objects.get(pk=unlocked.key), private)
    Handed.objects.filter(pk__in=[one.pk for one in mine]).delete()
    record(by=by, verb="keys.take_up", thing=vault, owner=vault.owner_key, facts={}, tell=())
    return vault
