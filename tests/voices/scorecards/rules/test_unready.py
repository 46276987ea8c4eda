"""What keeps a card from being sent, in the order of the meeting."""

from __future__ import annotations

from samleng.voices.scorecards.rules.lines import fold
from samleng.voices.scorecards.rules.unready import lacking
from samleng.voices.scorecards.wording import LACKING
from tests.voices.scorecards.rules.drawn import ballot, made


def found(*lines, **more):
    return [(lack.code, lack.field) for lack in lacking(fold(lines), **more)]


def test_it_misses_everything_of_an_empty_card_and_has_words_for_it():
    assert found() == [("no_day", "setup"), ("no_priority", "priorities")]
    assert {"no_day", "no_priority", "no_vote", "no_suggestion", "no_words", "too_many"} == set(LACKING)


def test_it_names_the_criterion_that_lacks_a_vote_or_an_idea():
    lines = [
        made("setup", 1, held_on="2026-03-04"),
        made("priorities", 2, order=["c1", "c2"]),
        made("reflect", 3, criterion="c1", suggestions=[{"text": "a"}]),
        ballot(1, {"c1": 2}),
        made("counts", 4, criterion="c2", group="", counts=[0] * 5),
    ]
    assert found(*lines) == [("no_vote", "vote:c2"), ("no_suggestion", "reflect:c2")]
    assert found(*lines, reflections_required=False) == [("no_vote", "vote:c2")]


def test_it_waits_for_the_words_of_a_criterion_that_another_phone_added():
    chosen = [made("setup", 1, held_on="2026-03-04"), made("priorities", 2, order=["own-1"]),
              ballot(1, {"own-1": 2})]  # fmt: skip
    words = made("custom", 3, code="own-1", text={"km": "ក"})
    assert found(*chosen, reflections_required=False) == [("no_words", "priorities:own-1")]
    assert found(*chosen, words, reflections_required=False) == []
    # The week's tickets are no vote of the room.
    week = [*chosen[:2], words, ballot(1, {"own-1": 2}, door="week")]
    assert found(*week, reflections_required=False) == [("no_vote", "vote:own-1")]


def test_it_sees_that_who_voted_with_a_ticket_was_counted_again_by_face():
    held = [made("setup", 1, held_on="2026-03-04", heads={"cells": {"female/15-30": 4}}),
            made("priorities", 2, order=["c1"]),
            *(ballot(n, {"c1": 2}, door="qr") for n in (1, 2, 3))]  # fmt: skip
    rest = made("counts", 3, criterion="c1", group="", counts=[0, 1, 0, 0, 0])
    everybody = made("counts", 4, criterion="c1", group="", counts=[0, 4, 0, 0, 0], replaces=rest.uid)
    assert found(*held, rest, reflections_required=False) == []
    assert found(*held, rest, everybody, reflections_required=False) == [("too_many", "vote:c1")]
    # Whichever of the two came first.
    assert found(everybody, rest, *held, reflections_required=False) == [("too_many", "vote:c1")]
    # A room without tickets is left as it always was.
    spoken = [*held[:2], *(ballot(n, {"c1": 2}, table="t1") for n in (1, 2, 3)), everybody]
    assert found(*spoken, reflections_required=False) == []
