"""Keys for phones and programs: given to one person, never more than they may, gone when revoked."""

from __future__ import annotations

import pytest

from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.models import Key
from samleng.voices.forms.verbs.keys import give_key, holder, key_of, revoke_key
from tests.voices.forms.asked import data_key, phone_key
from tests.world import World


def test_it_keeps_no_token_and_opens_by_it(world: World) -> None:
    given = phone_key(world)
    assert key_of(given.token) == given.key
    assert given.token not in str(Key.objects.values())
    assert given.token not in str(Entry.objects.values())
    assert key_of("") is None and key_of(given.token + "x") is None


def test_it_lets_a_phone_s_key_send_and_nothing_else(world: World) -> None:
    owner = world.programme.owner_key
    phone = holder(
        give_key(by=world.by(world.admin), programme=world.programme, person=world.admin).key, via="x"
    )
    assert phone.may("forms.send", owner=owner)
    assert not phone.may("forms.read", owner=owner) and not phone.may("forms.manage", owner=owner)
    assert not phone.may("people.see", owner=owner)
    program = holder(data_key(world).key, via="x")
    assert program.may("forms.read", owner=owner) and not program.may("people.see", owner=owner)
    assert not program.may("forms.read", owner=world.other_programme.owner_key)


def test_it_gives_no_more_than_the_person_has(world: World) -> None:
    owner = world.programme.owner_key
    program = give_key(
        by=world.by(world.officer), programme=world.programme, person=world.officer, purpose="data"
    )
    assert holder(program.key, via="x").may("forms.read", owner=owner)
    world.officer.seats.update(until="2026-01-02")
    assert not holder(program.key, via="x").may("forms.send", owner=owner)


def test_it_is_revoked_at_once_and_by_whom_it_may(world: World) -> None:
    given = phone_key(world)
    for who in (world.stranger, world.unassigned, world.vuthy):
        with pytest.raises(Denied):
            revoke_key(by=world.by(who), key=given.key)
    revoke_key(by=world.by(world.sophea), key=given.key)
    assert key_of(given.token) is None


def test_it_gives_keys_only_to_people_of_the_programme_that_fill_in_forms(world: World) -> None:
    with pytest.raises(Denied):
        give_key(by=world.by(world.stranger), programme=world.programme, person=world.sophea)
    with pytest.raises(Denied):
        give_key(by=world.by(world.sophea), programme=world.programme, person=world.unassigned)
    with pytest.raises((Denied, Refusal)):
        give_key(by=world.by(world.admin), programme=world.programme, person=world.vuthy)
    with pytest.raises(Denied):
        give_key(by=world.by(world.admin), programme=world.programme, person=world.officer, purpose="data")
