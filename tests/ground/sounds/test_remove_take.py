"""A wrong recording is taken away: nobody hears it, its bytes go, and that it was there stays known."""

from __future__ import annotations

import pytest

from samleng.ground.sounds.models import Shelf, Take
from samleng.ground.sounds.verbs import keep_take, remove_take
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.verbs import path_of
from tests.recorded import slots, spoken
from tests.world import World

pytestmark = pytest.mark.django_db


def recorded(world: World, code: str = "consent", seed: int = 1) -> Take:
    return keep_take(
        by=world.by(world.admin), owner=world.programme.owner_key, slot=slots(world.framework)[code],
        language="km", file=spoken(seed),
    )  # fmt: skip


def state(world: World, code: str = "consent") -> str:
    slot = slots(world.framework)[code]
    return Shelf(world.programme.owner_key, [slot]).state(slot, "km").code


def test_it_is_missing_again_and_its_bytes_are_gone(world: World) -> None:
    take = recorded(world)
    assert take.blob
    path = path_of(take.blob)
    assert path.exists()
    remove_take(by=world.by(world.officer), take=take)
    assert state(world) == "missing" and not path.exists()
    assert Entry.objects.filter(verb="sounds.remove", thing_id=str(take.pk)).count() == 1
    assert Take.objects.get().until is not None


def test_it_does_not_bring_an_older_take_back(world: World) -> None:
    recorded(world)
    remove_take(by=world.by(world.admin), take=recorded(world, seed=2))
    assert state(world) == "missing"


def test_it_leaves_the_bytes_that_another_text_was_recorded_with(world: World) -> None:
    take, twin = recorded(world), recorded(world, "point-1")
    assert take.blob == twin.blob and twin.blob
    remove_take(by=world.by(world.admin), take=take)
    assert path_of(twin.blob).exists() and state(world, "point-1") == "recorded"


def test_it_may_be_asked_twice(world: World) -> None:
    take = recorded(world)
    remove_take(by=world.by(world.admin), take=take)
    remove_take(by=world.by(world.admin), take=take)
    assert Entry.objects.filter(verb="sounds.remove").count() == 1


def test_it_can_be_recorded_anew_with_the_very_same_file(world: World) -> None:
    remove_take(by=world.by(world.admin), take=recorded(world))
    again = recorded(world)
    assert again.blob and path_of(again.blob).exists() and state(world) == "recorded"


@pytest.mark.parametrize("who", ["sophea", "stranger"])
def test_it_is_not_for_others(world: World, who: str) -> None:
    take = recorded(world)
    with pytest.raises(Denied):
        remove_take(by=world.by(getattr(world, who)), take=take)
    assert state(world) == "recorded"
