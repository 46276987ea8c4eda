import pytest

from samleng.ground.places.rules import label, without_kind
from samleng.ground.places.search import search
from tests.ground.places.land import at, plant


def codes(text, **more):
    return [place.code for place in search(text, **more)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Banteay Neang", "010101"),
        ("banteay", "010101"),
        ("Khum Banteay Neang", "010101"),
        ("Banteay Neang khum", "010101"),
        ("ឃុំបន្ទាយនាង", "010101"),
        ("បន្ទាយ\u200bនាង", "010101"),
        ("នាង", "010101"),
        ("Bantey Nieng", "010101"),
        ("អូរសែនជ័យ", "01010101"),
        ("Krachéh", "01"),
        ("Kratié", "01"),
        ("Tuol Ta Ek", "010201"),
        ("ភូមិថ្មី", "01010102"),
        ("០១០១០២", "010102"),
        ("Province Kratie", "01"),
    ],
)
def test_it_finds_a_place_in_either_script_however_it_is_typed(text, first):
    plant()
    assert codes(text)[0] == first


@pytest.mark.django_db
def test_it_puts_the_whole_name_before_the_beginning_of_one():
    plant()
    assert codes("Svay") == ["01010201", "01020101"]
    assert codes("ស្វាយ") == ["01010201", "01020101"]


@pytest.mark.django_db
def test_it_keeps_to_the_level_and_the_area_asked_for():
    plant()
    assert codes("Svay", within=at("0102")) == ["01020101"]
    assert codes("Svay", level=3) == []
    assert codes("01", level=1) == ["01"]
    assert codes("Svay", limit=1) == ["01010201"]
    assert codes("Svay", country="yy") == []


@pytest.mark.django_db
def test_it_takes_hostile_text_for_text():
    plant()
    for text in ("%", "_", "\\", "'; --", "", "   ", "\x00", "ក" * 5000):
        assert codes(text) == []


def test_it_says_the_kind_that_the_unit_has():
    kind = {"km": "សង្កាត់", "en": "Sangkat"}
    name = {"km": "បឹងកក់", "en": "Boeng Kak"}
    assert label(name=name, kind=kind, pattern={}, language="en") == "Sangkat Boeng Kak"
    assert label(name=name, kind=kind, pattern={}, language="km") == "សង្កាត់បឹងកក់"
    assert label(name=name, kind=kind, pattern={"en": "{} (sangkat)"}, language="en") == "Boeng Kak (sangkat)"
    assert label(name={"en": "Phum Thmei"}, kind={"en": "Phum"}, pattern={}, language="en") == "Phum Thmei"


def test_it_takes_away_a_kind_only_where_a_name_is_left():
    assert without_kind("Khum", ["Khum"]) == "khum"
    assert without_kind("Khumrong", ["Khum"]) == "khumrong"
    assert without_kind("ឃុំស្វាយ", ["ឃុំ"]) == "ស្វាយ"
