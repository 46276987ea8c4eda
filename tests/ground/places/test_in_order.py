"""Lists of places stand in the order in which readers of the page's language look things up."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from samleng.ground.places.models import Place
from tests.world import ground, place

pytestmark = pytest.mark.django_db


def english(places) -> list[str]:
    return [one.name["en"] for one in places]


def test_it_goes_from_a_to_z_on_an_english_page_and_by_khmer_letters_on_a_khmer_one() -> None:
    ground()
    parishes = Place.objects.current().filter(country="demo", level=3)
    with translation.override("en"):
        assert english(parishes.in_order()) == sorted(english(parishes), key=str.casefold)
    with translation.override("km"):
        assert [one.sort_key for one in parishes.in_order()] == sorted(one.sort_key for one in parishes)
        assert english(parishes.in_order()) != sorted(english(parishes), key=str.casefold)
    assert english(parishes.in_order("en")) == sorted(english(parishes), key=str.casefold)


def test_it_sorts_spaces_before_letters_and_passes_over_capitals() -> None:
    ground()
    for code, name in (("0101", "ta Khmau"), ("0102", "Takeo"), ("0201", "TA PROHM"), ("0202", "Tbong")):
        Place.objects.filter(country="demo", code=code).update(name={"km": "ក", "en": name})
    shires = Place.objects.current().filter(country="demo", level=2)
    assert english(shires.in_order("en")) == ["ta Khmau", "TA PROHM", "Takeo", "Tbong"]


def test_it_leaves_a_place_without_an_english_name_in_the_list_after_the_others() -> None:
    ground()
    Place.objects.filter(country="demo", code="0101").update(name={"km": "ព្រៃស្រស់"})
    shires = [one.code for one in Place.objects.current().filter(country="demo", level=2).in_order("en")]
    assert shires[-1] == "0101"
    assert len(shires) == 4


def test_it_orders_the_places_inside_one_on_its_public_page() -> None:
    ground()
    inside = ["Boeng Chhuk", "Ou Tnaot", "Srae Leu"]
    for one in inside:
        Place.objects.filter(name__en=one).update(sort_key="z" if one == "Boeng Chhuk" else "a")
    told = Client().get(f"/en/places/{place('0101').code}/?country=demo").content.decode()
    assert [told.index(one) for one in inside] == sorted(told.index(one) for one in inside)
    told = Client().get(f"/km/places/{place('0101').code}/?country=demo").content.decode()
    assert told.index("បឹងឈូក") > told.index("ស្រែលើ")
