"""What of keys and vaults somebody sees, and who of an office can be chosen for what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from samleng.ground.keys.models import Handed, PersonKey, Purpose, Vault
from samleng.ground.keys.rules import CUSTODIANS, HOLDS, MANAGES
from samleng.ground.keys.verbs.handing import waiting_for
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import ROLES, Acting, may, seats_for


def desk_of_keys(by: Acting, key: PersonKey | None) -> dict[str, Any]:
    """The vaults I hold, keep a half of or shall take up, and the offices whose vaults I look after."""
    offices = {seat.office for seat in seats_for(by, "keys.open_vault")}
    with_office = Vault.objects.live().select_related("office")
    return {
        "held": with_office.held_with(key).order_by("office__code") if key else [],
        "kept": with_office.kept_by(key).order_by("office__code") if key else [],
        "waiting": waiting_for(key) if key else [],
        "offices": Office.objects.filter(pk__in=offices).order_by("code"),
    }


def office_seen(by: Acting, office_id: UUID) -> Office:
    """An office whose vaults one looks after; Denied for any other."""
    office = Office.objects.filter(pk=office_id).first()
    if office is None or not by.may("keys.open_vault", owner=office.owner_key):
        raise Denied
    return office


def vault_seen(by: Acting, vault_id: UUID) -> Vault:
    """A vault in use that one looks after, may hold or keeps a half of; Denied for any other."""
    vault = Vault.objects.live().select_related("office").filter(pk=vault_id).first()
    if vault is None or not any(by.may(verb, owner=vault.owner_key) for verb in concerned(vault)):
        raise Denied
    return vault


def concerned(vault: Vault) -> tuple[str, ...]:
    return ("keys.open_vault", HOLDS[vault.purpose], "keys.hand_over")


def those_who_may(office: Office, verb: str) -> tuple[list[Person], list[Person]]:
    """People of an office with a role for this: those who have a passphrase, and those who have none yet."""
    roles = [code for code, role in ROLES.items() if role.owner == "office" and verb in role.verbs]
    seats = Seat.objects.live().filter(office=office, role__in=roles)
    people = Person.objects.filter(pk__in=seats.values("person"), is_active=True)
    people = people.order_by("sort_key", "pk")
    ready = set(PersonKey.objects.live().filter(person__in=people).values_list("person_id", flat=True))
    return [one for one in people if one.pk in ready], [one for one in people if one.pk not in ready]


def purposes_of(office: Office) -> list[dict[str, Any]]:
    """For each purpose: what it is called, the vault in use, and who could hold one."""
    return [
        {
            "code": code,
            "label": label,
            "vault": Vault.objects.of(office, code),
            "people": those_who_may(office, HOLDS[code]),
        }
        for code, label in Purpose.choices
    ]


def about(by: Acting, vault: Vault, key: PersonKey | None) -> dict[str, Any]:
    """Who holds a vault's key and who can hand it on, and what of it is mine to do."""
    shares = list(vault.shares.select_related("key__person").order_by("key__person__sort_key", "pk"))
    halves = list(vault.halves.select_related("key__person").order_by("key__person__sort_key", "pk"))
    handed = {
        one.half_id: one for one in Handed.objects.filter(half__vault=vault).select_related("to__person")
    }
    ready, unready = those_who_may(vault.office, HOLDS[vault.purpose])
    holding = {one.key.person_id for one in shares}
    mine = next((half for half in halves if key and half.key_id == key.pk), None)
    manages = by.may(MANAGES[vault.purpose], owner=vault.owner_key)
    return {
        "vault": vault,
        "holders": [(one, still(one.key.person, HOLDS[vault.purpose], vault)) for one in shares],
        "custodians": [
            (one, still(one.key.person, "keys.hand_over", vault), handed.get(one.pk)) for one in halves
        ],
        "enough": len(halves) == CUSTODIANS,
        "could_hold": [one for one in ready if one.pk not in holding],
        "unready": [one for one in unready if one.pk not in holding],
        "could_keep": those_who_may(vault.office, "keys.hand_over")[0],
        "next": [one for one in ready if one.pk not in holding and one.pk != UUID(by.person)],
        "my_half": mine,
        "handed": handed.get(mine.pk) if mine else None,
        "i_hold": bool(key) and any(one.key_id == key.pk for one in shares),
        "to_take_up": bool(key) and vault in waiting_for(key),
        "manages": manages,
        "may_remove": manages or by.may("keys.open_vault", owner=vault.owner_key),
    }


def still(person: Person, verb: str, vault: Vault) -> bool:
    """Whether a person still has the role for which they were given it."""
    return may(person.acting(), verb, owner=vault.owner_key)
