"""Words, numbers, money and dates in the reader's language."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from samleng.doors.web.templatetags import said

BOTH = {"km": "មណ្ឌលសុខភាព", "en": "Health centre"}


def shown(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


@pytest.mark.parametrize(("language", "text"), [("km", "មណ្ឌលសុខភាព"), ("en", "Health centre")])
def test_it_says_words_in_the_readers_language(language, text):
    with translation.override(language):
        assert said.say(BOTH) == text


def test_it_says_words_in_any_language_rather_than_nothing():
    with translation.override("en"):
        assert said.say({"km": "ឃុំ", "en": ""}) == "ឃុំ"
        assert said.say({}) == said.say(None) == ""
        assert said.say("plain") == "plain"


def test_it_marks_the_language_only_where_it_differs():
    with translation.override("en"):
        assert said.say_html({"km": "ឃុំ"}) == '<span lang="km">ឃុំ</span>'
        assert said.say_html(BOTH) == "Health centre"


def test_it_escapes_what_people_wrote():
    with translation.override("km"):
        assert "<b>" not in said.say_html({"en": "<b>"}) and "<b>" not in said.say_html("<b>")
        assert shown("{{ words|khmer_breaks }}", words="<b>ឃុំ</b>").startswith("&lt;b&gt;")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12500000, "12,500,000"),
        (1234.5, "1,234.5"),
        (0, "0"),
        (Decimal("0.50"), "0.5"),
        (None, ""),
        ("a", "a"),
    ],
)
def test_it_writes_numbers_with_latin_digits_in_both_languages(value, text):
    for language in ("km", "en"):
        with translation.override(language):
            assert said.digits(value) == text


def test_it_writes_khmer_digits_when_asked():
    assert said.digits(1203, "khmer") == "១,២០៣"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (Decimal("3.50"), "3.5"), (Fraction(13, 4), "3.25"), ("2.5", "2.5"), (None, "–"), (0, "0")],
)
def test_it_shows_a_median_exactly(value, text):
    assert said.median(value) == text


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_it_loses_no_half_step(halves):
    assert Fraction(said.median(Fraction(halves, 2)).replace(",", "")) == Fraction(halves, 2)


def test_it_names_the_currency_in_the_readers_language():
    with translation.override("km"):
        assert said.riel(12500000) == "12,500,000 រៀល"
    with translation.override("en"):
        assert said.riel(12500000) == "12,500,000 KHR"
        assert said.money(10, {"en": "shells"}) == "10 shells"
        assert said.riel(None) == "–"


def test_it_dates_in_the_readers_language_and_zone():
    day = dt.date(2026, 6, 5)
    with translation.override("km"):
        assert said.dated(day) == "5 មិថុនា 2026"
    with translation.override("en"):
        assert said.dated(day) == "5 June 2026"
        assert said.dated(day, "short") == "05/06/2026"
        assert said.dated(None) == "–"
        late = dt.datetime(2026, 6, 5, 20, 30, tzinfo=dt.UTC)
        with timezone.override("Asia/Phnom_Penh"):
            assert said.dated(late, "time") == "6 June 2026, 03:30"


def test_it_breaks_khmer_between_words_and_leaves_the_rest():
    text = "ផែនការសកម្មភាពរួមគណនេយ្យភាពសង្គម (JAAP) ២០២៦"
    broken = said.broken_khmer(text)
    assert broken.replace("\u200b", "") == text
    assert 3 <= broken.count("\u200b") <= 12
    # Never inside a stacked letter: no piece begins with a sign that hangs on the one before.
    assert all(
        "\u1780" <= piece[0] <= "\u17b3" or not "\u1780" <= piece[0] <= "\u17dd"
        for piece in broken.split("\u200b")
    )


@given(st.text(alphabet="កខគងរលា ិុ្ំe1<&\u200b", max_size=40))
def test_it_changes_nothing_but_the_breaks(text):
    assert said.broken_khmer(text).replace("\u200b", "") == text.replace("\u200b", "")
