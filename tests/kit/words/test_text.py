import pytest

from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.kit.words.text import check_words, clean, say


def test_it_says_the_words_in_the_language_or_the_next_best():
    words = {"km": "ទឹក", "en": "Water"}
    assert say(words, "en") == "Water"
    assert say(words, "fr", "km") == "ទឹក"
    assert say({"en": "Water"}, "km") == "Water"
    assert say({}, "km") == ""
    assert say(None, "km") == ""


def test_it_keeps_zero_width_spaces_and_drops_signs_that_turn_text_round():
    assert clean(" ទឹក\u200bស្អាត\u202e\x00 ") == "ទឹក\u200bស្អាត"


def test_it_takes_words_in_all_required_languages():
    assert check_words({"km": " ទឹក ", "en": "Water", "cjm": ""}) == {"km": "ទឹក", "en": "Water"}
    assert check_words({"km": "ទឹក"}, required=("km",)) == {"km": "ទឹក"}


@pytest.mark.parametrize(
    "bad", [{"km": "ទឹក"}, {"en": "Water", "km": "  "}, "Water", {"km": 3, "en": "x"}, {"EN ": "x"}]
)
def test_it_refuses_words_that_are_missing_or_not_words(bad):
    with pytest.raises(Refusal) as caught:
        check_words(bad, field="name")
    assert caught.value.field == "name"
    assert caught.value.code == "words"


def test_it_measures_length_as_readers_do():
    assert check_words({"km": "ស្ត្រី" * 10, "en": "x"}, longest=10)
    with pytest.raises(Refusal) as caught:
        check_words({"km": "ស្ត្រី" * 11, "en": "x"}, longest=10)
    assert caught.value.code == "too_long"


def test_it_names_row_field_and_remedy_of_every_refusal():
    many = Refusals(
        [Refusal("No code.", field="code", row=3, remedy="Give one."), Refusal("Too long.", row=9)]
    )
    assert str(many) == "row 3, code: No code. Give one.\nrow 9: Too long."
    assert [one.row for one in many] == [3, 9]
    assert many.row == 3
    assert each(many) == many.many
    assert each(many.many[0]) == [many.many[0]]
    assert many.many[0].as_json()["remedy"] == "Give one."
