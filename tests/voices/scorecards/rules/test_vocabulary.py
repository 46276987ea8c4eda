"""What may be written: codes of the framework, profiles without names, and nothing that breaks the card."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.voices.scorecards.rules.lines import KINDS, Line, fold
from samleng.voices.scorecards.rules.vocabulary import Vocabulary, is_instant, wrongs
from tests.voices.scorecards.rules.drawn import bodies, moments

WORDS = Vocabulary(
    values=(1, 2, 3, 4, 5),
    criteria=frozenset({"c1", "c2", "c3"}),
    sexes=frozenset({"female", "male"}),
    bands=frozenset({"15-30", "31+"}),
    special=frozenset({"disability", "minority"}),
    groups=frozenset({"women", "youth"}),
    most_priorities=3,
)
PERSON = {"number": 1, "sex": "female", "band": "15-30"}

scraps = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3000)
    | st.sampled_from(["", "c1", "own-1", "ក", "female/15-30"])
)
junk = (
    scraps
    | st.lists(scraps, max_size=3)
    | st.dictionaries(st.sampled_from(["text", "cells", "km"]), scraps, max_size=2)
)
KEYS = (
    "number sex band special group counted criterion order scores counts cell line text code heads "
    "table door replaces person sound photo about strengths suggestions chart mark words held_on"
).split()


def codes(kind, body, words=WORDS):
    return [wrong.code for wrong in wrongs(kind, body, words)]


@given(bodies)
def test_it_finds_nothing_wrong_with_what_a_phone_writes(drawn):
    kind, body = drawn
    assert wrongs(kind, body, WORDS) == []


@pytest.mark.parametrize("about", ["name", "age", "phone", "village", "id_number", "birthday"])
def test_it_refuses_anything_more_about_a_person(about):
    assert codes("person", {**PERSON, about: "x"}) == ["too_much_about_a_person"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sex": "F"}, "unknown"),
        ({"band": "37"}, "unknown"),
        ({"band": 37}, "unknown"),
        ({"special": ["red-hair"]}, "unknown"),
        ({"group": "elders"}, "unknown"),
        ({"number": 0}, "out_of_range"),
        ({"number": 501}, "out_of_range"),
        ({"number": "one"}, "unreadable"),
    ],
)
def test_it_names_what_is_wrong_with_a_profile(change, code):
    assert codes("person", {**PERSON, **change}) == [code]


@pytest.mark.parametrize(
    ("scores", "code"),
    [({}, "empty"), ({"c1": 6}, "out_of_range"), ({"c1": 0}, "out_of_range"), ({"c1": True}, "out_of_range"),
     ({"c9": 3}, "unknown"), ({"c1": "3"}, "out_of_range")],
)  # fmt: skip
def test_it_refuses_votes_off_the_scale(scores, code):
    assert codes("ballot", {"scores": scores}) == [code]


def test_it_takes_criteria_of_one_s_own_whichever_phone_sends_first():
    words = replace(WORDS, custom=frozenset({"own-1"}))
    assert codes("raise", {"criterion": "own-1"}) == codes("raise", {"criterion": "own-1"}, words) == []
    closed = replace(WORDS, custom_allowed=False)
    assert codes("raise", {"criterion": "own-1"}, closed) == ["unknown"]
    assert codes("raise", {"criterion": "own-" + "x" * 57}) == ["unknown"]


def test_it_refuses_criteria_of_one_s_own_where_the_framework_does():
    words = replace(WORDS, custom_allowed=False)
    assert "own_criteria_not_allowed" in codes("custom", {"code": "own-1", "text": {"km": "ក"}}, words)


@pytest.mark.parametrize(
    ("order", "code"), [(["c1", "c1"], "twice"), (["c1", "c2", "c3", "c1"], "too_many"), (["c9"], "unknown")]
)
def test_it_refuses_priorities_that_are_no_order(order, code):
    assert code in codes("priorities", {"order": order})


@pytest.mark.parametrize(
    "counts", [[1, 2, 3], [1, 2, 3, 4, -1], [1, 2, 3, 4, 2001], [1, 2, 3, 4, True], [1, 2, 3, 4, "5"]]
)
def test_it_refuses_counts_that_are_no_counts(counts):
    assert codes("counts", {"criterion": "c1", "group": "", "counts": counts})


@pytest.mark.parametrize(
    ("table", "found"),
    [("t1", []), ("", []), ("women-2", []), ("T1", ["unreadable"]), ("a" * 21, ["unreadable"]),
     ("t 1", ["unreadable"]), ("ក", ["unreadable"]), (1, ["unreadable"])],
)  # fmt: skip
def test_it_wants_a_short_code_of_a_table(table, found):
    assert codes("raise", {"criterion": "c1", "table": table}) == found
    assert codes("person", {**PERSON, "table": table}) == found


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("ballot", {"scores": {"c1": 1}, "door": "week"}, []),
        ("ballot", {"scores": {"c1": 1}, "door": "window"}, ["unknown"]),
        ("person", {**PERSON, "door": "qr"}, []),
        ("counts", {"criterion": "c1", "group": "", "counts": [0] * 5, "door": "week"}, ["unknown"]),
    ],
)
def test_it_lets_only_voters_come_through_a_door_it_knows(kind, body, found):
    assert codes(kind, body) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"code": "own-1", "sound": "0f8fad5b-d9cb-469f-a165-70867728950e"}, []),
        ({"code": "own-1", "text": {}}, ["empty"]),
        ({"code": "own-1", "text": {"km": " "}}, ["empty"]),
        ({"code": "own-1", "sound": "../../etc/passwd"}, ["unreadable"]),
    ],
)
def test_it_takes_a_criterion_of_one_s_own_by_text_or_by_voice(body, found):
    assert codes("custom", body) == found


@pytest.mark.parametrize("body", [{"strengths": ["a\0b"]}, {"note": {"a": ["\0"]}}, {"note": {"\0": 1}}])
def test_it_refuses_what_no_database_keeps_in_a_text(body):
    assert codes("reflect", {"criterion": "c1", **body}) == ["unreadable"]


def test_it_refuses_a_text_longer_than_anyone_says():
    assert codes("reflect", {"criterion": "c1", "strengths": ["ក" * 2001]}) == ["too_long"]


@st.composite
def spoilt(draw):
    """What a phone writes, with one part of it replaced by something else."""
    kind, body = draw(bodies | st.tuples(st.just("custom"), st.just({"code": "own-1", "text": {"km": "ក"}})))
    return kind, {**body, draw(st.sampled_from(KEYS)): draw(junk)}


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(KEYS), junk, max_size=4))
def test_it_answers_any_content_without_failing(kind, body):
    assert all(wrong.code for wrong in wrongs(kind, body, WORDS))


@given(spoilt(), moments)
def test_it_lets_nothing_through_that_would_break_the_card(drawn, moment):
    kind, body = drawn
    if not wrongs(kind, body, WORDS):
        fold([Line(uid="1", kind=kind, body=body, written_at=moment)])


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-03-04T08:00:00+00:00", True),
        ("2026-03-04T08:00:00", False),
        ("4 March", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-10:00", False),
        ("2099-12-31T23:59:59.999999-10:00", True),
        ("", False),
        (None, False),
    ],
)
def test_it_wants_a_moment_with_its_zone(text, good):
    assert is_instant(text) is good


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"mark": "0f8fad5b-d9cb-469f-a165-70867728950e", "words": "It is right as it is"}, []),
        ({"mark": "0f8fad5b-d9cb-469f-a165-70867728950e", "words": " "}, ["empty"]),
        ({"mark": "mark 1", "words": "x"}, ["unreadable"]),
        ({"words": "x"}, ["unreadable"]),
    ],
)
def test_it_takes_an_answer_in_words_to_a_mark(body, found):
    assert codes("answer", body) == found


@pytest.mark.parametrize(
    ("chart", "found"),
    [
        ({"c1": [0, 1, 2, 3, 4]}, []),
        ({"c9": [0, 1, 2, 3, 4]}, ["unknown"]),
        ({"c1": [0, 1]}, ["wrong_length"]),
        ({"c1": [0, 1, 2, 3, -4]}, ["out_of_range"]),
    ],
)
def test_it_takes_what_the_flip_chart_of_a_meeting_on_paper_says(chart, found):
    assert codes("setup", {"chart": chart}) == found
