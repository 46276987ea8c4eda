"""An office with a head, a clerk and two custodians, and another office beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from samleng.ground.keys.models import Vault
from samleng.ground.keys.verbs.phrases import Unlocked, choose_passphrase, unlock
from samleng.ground.keys.verbs.vaults import open_vault
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.kit.sealing.rules import Opener
from tests.frozen import frozen
from tests.ground.people.land import Land, make_land

PHRASE = "four words of {name} here"


@dataclass
class Office:
    """People by their names; `unlocked` opens one's key with the passphrase chosen at the start."""

    land: Land
    people: dict[str, Person]
    vault: Vault

    def by(self, name: str) -> Acting:
        return self.people[name].acting()

    def unlocked(self, name: str) -> Unlocked:
        return unlock(by=self.by(name), person=self.people[name], passphrase=PHRASE.format(name=name))

    def opener(self, name: str, vault: Vault | None = None) -> Opener:
        return self.unlocked(name).opener(vault or self.vault)


ROLES = {
    "Dara": ("office_head", "hill"),
    "Vuthy": ("clerk", "hill"),
    "Sophea": ("custodian", "hill"),
    "Chan": ("custodian", "hill"),
    "Next": ("office_head", "hill"),
    "Stranger": ("office_head", "coast"),
}


@pytest.fixture
def land(db: None, request: pytest.FixtureRequest) -> Land:
    """The office's own, where the test has one."""
    return request.getfixturevalue("office").land if "office" in request.fixturenames else make_land()


@frozen
def open_office() -> Office:
    """Everybody's passphrase is held against their sign-in once, and that is slow on purpose."""
    land, people = make_land(), {}
    for name, (role, where) in ROLES.items():
        person, by = land.somebody(name, role, office=land.offices[where])
        choose_passphrase(by=by, person=person, passphrase=PHRASE.format(name=name))
        people[name] = person
    vault = open_vault(
        by=people["Dara"].acting(),
        office=land.offices["hill"],
        purpose="cases",
        holders=[people["Dara"]],
        custodians=[people["Sophea"], people["Chan"]],
    )
    return Office(land, people, vault)


@pytest.fixture
def office(db: None) -> Office:
    return open_office()
