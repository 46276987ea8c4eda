from datetime import date

import pytest

from samleng.ground.places.models import Boundary, Place, Succession
from samleng.ground.places.search import place_at
from samleng.ground.places.verbs import merge, move, outline, rename, split, upgrade
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals
from tests.ground.places.land import DAY, at, branch, plant

pytestmark = pytest.mark.django_db
LATER = date(2026, 6, 1)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}


@pytest.fixture(autouse=True)
def land():
    plant()


def whole():
    """Every current place hangs on current places only, and its path tells so."""
    for place in Place.objects.current().select_related("parent"):
        assert place.parent is None or place.parent.valid_to is None
        assert place.path == f"{place.parent.path if place.parent else '/'}{place.pk}/"


def test_it_keeps_the_former_name_as_an_alias():
    after = rename(by=SYSTEM, place=at("010102"), name={"km": "បត់វែង", "en": "Bat Veng"}, on=LATER)
    assert "Bat Trang" in after.aliases
    assert Entry.objects.filter(verb="rename").count() == 1
    whole()


def test_it_upgrades_a_khum_to_a_sangkat_on_a_day():
    outline(by=SYSTEM, outlines={at("010101").pk: SQUARE}, source="test")
    upgrade(by=SYSTEM, place=at("0101"), kind="krong", children={"khum": "sangkat"}, on=LATER)
    assert at("010101").label("en") == "Sangkat Banteay Neang"
    assert place_at("010101", DAY, country="xx").label("en") == "Khum Banteay Neang"
    assert Boundary.objects.filter(place=at("010101")).count() == 1
    whole()


def test_it_refuses_a_kind_of_another_level_and_an_unknown_one():
    for kind in ("province", "hamlet"):
        with pytest.raises(Refusal) as caught:
            upgrade(by=SYSTEM, place=at("010101"), kind=kind, on=LATER)
        assert caught.value.field == "kind"


def test_it_moves_a_commune_with_new_codes():
    codes = {"010102": "010202", "01010201": "01020201"}
    move(by=SYSTEM, place=at("010102"), parent=at("0102"), on=LATER, codes=codes)
    assert at("01020201").parent.code == "010202"
    assert at("010202").parent.code == "0102"
    assert not Place.objects.current().filter(code="01010201").exists()
    assert Succession.objects.get(after=at("01020201")).before.code == "01010201"
    whole()


def test_it_splits_a_commune_and_every_village_finds_its_side():
    into = [
        branch("010103", "khum", "0101", "ខាងជើង", "North"),
        branch("010104", "khum", "0101", "ខាងត្បូង", "South"),
    ]
    sides = {"01010101": "010103", "01010102": "010104"}
    with pytest.raises(Refusals) as caught:
        split(by=SYSTEM, place=at("010101"), into=into, on=LATER, children={"01010101": "010103"})
    assert "01010102" in str(caught.value)
    split(by=SYSTEM, place=at("010101"), into=into, on=LATER, children=sides)
    assert at("01010102").parent.code == "010104"
    assert not Place.objects.current().filter(code="010101").exists()
    assert Succession.objects.filter(how="split").count() == 2
    whole()


def test_it_merges_communes_and_finds_them_by_their_former_names():
    into = branch("010105", "khum", "0101", "រួម", "Joined")
    after = merge(by=SYSTEM, places=[at("010101"), at("010102")], into=into, on=LATER)
    assert {part.code for part in Place.objects.current().filter(parent=after)} == {
        "01010101", "01010102", "01010201",
    }  # fmt: skip
    assert "Bat Trang" in after.aliases
    assert after.origins.count() == 2
    whole()


def test_it_refuses_a_code_that_another_place_has_or_had():
    with pytest.raises(Refusal) as caught:
        move(by=SYSTEM, place=at("010102"), parent=at("0102"), on=LATER, codes={"010102": "010201"})
    assert caught.value.field == "code"
    assert place_at("010102", LATER, country="xx") is not None


def test_it_refuses_a_day_before_the_version_began():
    with pytest.raises(Refusal) as caught:
        rename(by=SYSTEM, place=at("010102"), name={"en": "X"}, on=DAY)
    assert caught.value.field == "on"


def test_it_stores_an_outline_once():
    pk = at("010101").pk
    assert outline(by=SYSTEM, outlines={pk: SQUARE}, source="test") == 1
    assert outline(by=SYSTEM, outlines={pk: SQUARE}, source="test") == 0
    assert Boundary.objects.get(place_id=pk).east == 1
