"""Keys of other systems: only their hash is kept, a head gives an office's own, a lost one opens nothing."""

from __future__ import annotations

import json

import pytest

from samleng.doors.console.main import main
from samleng.doors.exchange.models import ApiKey
from samleng.doors.exchange.open311.verbs import give_key, key_of, revoke_key
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from tests.world import World


def test_it_gives_an_office_s_head_a_key_of_which_only_the_hash_is_kept(world: World) -> None:
    given = give_key(by=world.by(world.vuthy), owner=world.clinic_office, label=" City site ")
    assert key_of(given.token) == given.key
    assert given.key.owner_key == world.clinic_office.owner_key and given.key.label == "City site"
    row = ApiKey.objects.filter(pk=given.key.pk).values().get()
    assert given.token not in json.dumps(row, default=str)
    entry = Entry.objects.get(verb="exchange.give_key")
    assert entry.owner == world.clinic_office.owner_key and "City" not in json.dumps(entry.facts)


def test_it_gives_a_key_to_nobody_for_what_is_not_theirs(world: World) -> None:
    for who, owner in (
        (world.vuthy, world.hall_office),
        (world.sophea, world.programme),
        (world.stranger, world.programme),
        (world.officer, world.programme),
    ):
        with pytest.raises(Denied):
            give_key(by=world.by(who), owner=owner, label="x")
    assert give_key(by=world.by(world.admin), owner=world.programme, label="x").key.programme


def test_it_asks_what_the_key_is_for(world: World) -> None:
    for label in ("", " \x07", "x" * 81):
        with pytest.raises(Refusal) as refused:
            give_key(by=world.by(world.vuthy), owner=world.clinic_office, label=label)
        assert refused.value.field == "label"


def test_it_takes_a_key_back_once_and_only_by_its_own(world: World) -> None:
    given = give_key(by=world.by(world.vuthy), owner=world.clinic_office, label="x")
    with pytest.raises(Denied):
        revoke_key(by=world.by(world.chief), key=given.key)
    revoke_key(by=world.by(world.vuthy), key=given.key)
    revoke_key(by=world.by(world.vuthy), key=given.key)
    assert key_of(given.token) is None
    assert Entry.objects.filter(verb="exchange.revoke_key").count() == 1


@pytest.mark.django_db
def test_it_knows_no_key_that_was_never_given() -> None:
    assert [key_of(token) for token in ("", "\x00", "x" * 5000)] == [None] * 3


def test_it_gives_lists_and_takes_back_keys_at_the_terminal(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["api-key", "give", "--office", "clinic-1", "--label", "City", "--json"]) == 0
    (given,) = json.loads(capsys.readouterr().out)
    assert key_of(given["token"]) is not None
    assert main(["api-key", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["owner"] == "clinic-1"
    assert main(["api-key", "revoke", "--key", given["key"]]) == 0
    assert key_of(given["token"]) is None
    assert main(["api-key", "revoke", "--key", given["key"]]) == 2
    assert main(["api-key", "give", "--office", "nowhere", "--label", "City"]) == 2
    assert main(["api-key", "give", "--label", "City"]) == 2
