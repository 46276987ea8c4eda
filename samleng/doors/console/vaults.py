"""Keys of the demo's offices, so that what is sealed can be read there; a real office opens its own."""

from __future__ import annotations

import secrets

from samleng.doors.console.setting import Setting
from samleng.ground.keys.models import PersonKey, Vault
from samleng.ground.keys.rules import CASES, CUSTODIANS, HOLDS, IDENTITY
from samleng.ground.keys.verbs.phrases import choose_passphrase, may_have_key
from samleng.ground.keys.verbs.vaults import open_vault
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.people.rules import may
from samleng.kit.ledger.rules import SYSTEM


def open_vaults(story: Setting) -> dict[str, str]:
    """A passphrase for everybody in the story who reads sealed things, and their offices' vaults; by name."""
    people = story.people()
    chosen = {}
    for person in people:
        by = person.acting()
        if may_have_key(by) and not PersonKey.objects.live().filter(person=person).exists():
            chosen[person.username] = secrets.token_urlsafe(15)
            choose_passphrase(by=by, person=person, passphrase=chosen[person.username])
    for office in story.offices():
        custodians = allowed(people, office, "keys.hand_over")[:CUSTODIANS]
        for purpose in (CASES, IDENTITY):
            holders = allowed(people, office, HOLDS[purpose])
            if holders and not Vault.objects.of(office, purpose):
                open_vault(by=SYSTEM, office=office, purpose=purpose, holders=holders, custodians=custodians)
    return chosen


def allowed(people: list[Person], office: Office, verb: str) -> list[Person]:
    """Those of the people who may do the verb in the office."""
    return [one for one in people if may(one.acting(), verb, owner=office.owner_key)]
