"""What was recorded for a method travels with a meeting's pack: each with its size, fetched by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from samleng.ground.sounds.models import COUNTRY
from samleng.ground.sounds.verbs import keep_take, remove_take
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.field.phones import Phone, opened
from tests.recorded import slots, spoken
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.COUNTRY_PACK = tmp_path / "media", "demo"


def record(world: World, code: str, seed: int = 1, owner: str | None = None, language: str = "km") -> Any:
    owner = world.programme.owner_key if owner is None else owner
    slot = slots(world.framework)[code]
    return keep_take(by=SYSTEM, owner=owner, slot=slot, language=language, file=spoken(seed))


def taken(world: World) -> dict[str, Any]:
    card = world.cards[0] if world.cards else world.plan_card()
    world.cards = [card]
    answer = opened(world.sophea).get("field_pack", card.pk)
    assert answer.status_code == 200
    return answer.json()


def test_it_names_each_recording_with_its_size_and_serves_it(world: World) -> None:
    for seed, code in enumerate(("consent", "point-5", "criterion-CL02", "lesson-photos-2")):
        record(world, code, seed)
    found = taken(world)
    method = found["method"]
    heard = {
        "consent": method["consent_sounds"],
        "point": method["scale"]["points"][4]["sounds"],
        "criterion": next(one for one in method["criteria"] if one["code"] == "CL02")["sounds"],
        "lesson": found["lessons"][1]["cards"][1]["sounds"],
    }
    phone = Phone(world.sophea)
    for sounds in heard.values():
        answer = phone.client.get(sounds["km"]["url"])
        assert answer.status_code == 200 and len(answer.content) == sounds["km"]["bytes"]
        assert answer["Content-Type"] == "audio/wav"
    assert len({sounds["km"]["url"] for sounds in heard.values()}) == 4
    assert method["scale"]["points"][0]["sounds"] == {}


def test_it_changes_its_key_when_a_recording_comes_or_goes(world: World) -> None:
    before = taken(world)["key"]
    take = record(world, "consent")
    with_one = taken(world)["key"]
    remove_take(by=SYSTEM, take=take)
    assert before != with_one and taken(world)["key"] == before


def test_it_takes_the_country_s_where_the_programme_has_none_and_never_another_programme_s(
    world: World,
) -> None:
    record(world, "consent", owner=world.other_programme.owner_key)
    assert taken(world)["method"]["consent_sounds"] == {}
    everybody = record(world, "consent", 2, owner=COUNTRY)
    assert everybody.filename in taken(world)["method"]["consent_sounds"]["km"]["url"]
    own = record(world, "consent", 3)
    assert own.filename in taken(world)["method"]["consent_sounds"]["km"]["url"]


def test_it_asks_the_database_once_for_all_of_them(world: World, django_assert_max_num_queries: Any) -> None:
    for seed, code in enumerate(slots(world.framework)):
        record(world, code, seed)
    card = world.plan_card()
    phone = opened(world.sophea)
    with django_assert_max_num_queries(40) as few:
        phone.get("field_pack", card.pk)
    assert sum("sounds_take" in one["sql"] for one in few.captured_queries) == 1
