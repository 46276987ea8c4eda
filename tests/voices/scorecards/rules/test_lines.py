"""Lines from several phones give one card, in whatever order and however often they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.voices.scorecards.rules.lines import Line, dated, fold, numbered, slot, standing
from samleng.voices.scorecards.rules.tally import participation
from tests.voices.scorecards.rules.drawn import at, ballot, bodies, cards, made, moments, person, uids

CLOCKS = ["2001-01-01T00:00:00.000000+00:00", "2099-12-31T23:59:59.000000+00:00"]


@given(cards(), st.randoms(use_true_random=False))
def test_it_reads_the_same_card_in_any_order(lines, chance):
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(lines)


@given(cards(), st.data())
def test_it_counts_a_line_sent_again_once(lines, data):
    again = data.draw(st.lists(st.sampled_from(lines), max_size=20)) if lines else []
    assert fold([*lines, *again]) == fold(lines)


@given(cards())
def test_it_keeps_one_line_for_each_thing(lines):
    kept = [slot(line) for line in standing(lines)]
    assert len(kept) == len(set(kept))


@given(cards(), cards())
def test_it_adds_up_two_phones_whichever_sends_first(ours, theirs):
    known = {line.uid for line in ours}
    theirs = [line for line in theirs if line.uid not in known]
    assert fold([*ours, *theirs]) == fold([*theirs, *ours])


def test_it_lets_a_replacing_line_win_over_a_clock_that_runs_ahead():
    first = person(1)
    fixed = made("person", 1, number=1, sex="male", band="31+", person=first.uid, replaces=first.uid)
    assert fixed.written_at <= first.written_at
    assert fold([first, fixed]).people[first.uid].sex == "male"


def test_it_takes_the_later_ballot_of_a_person():
    first, second = ballot(1, {"c1": 2}), ballot(1, {"c1": 5})
    second = type(second)(uid=at(0), kind="ballot", body=second.body, written_at=at(9999))
    card = fold([second, first])
    assert [dict(b.scores) for b in card.ballots.values()] == [{"c1": 5}]


def test_it_takes_a_removed_person_out():
    first = person(1)
    assert fold([first, made("void", 9, line=first.uid)]).people == {}


def test_it_takes_a_line_out_that_was_voided_before_it_arrived():
    first = person(1)
    assert fold([made("void", 9, line=first.uid), first]).people == {}


def test_it_keeps_the_order_of_priorities_and_drops_repeats():
    card = fold([made("priorities", 1, order=["c2", "c1", "c2"])])
    assert card.priorities == ["c2", "c1"]


def test_it_lets_the_room_raise_a_criterion_more_than_once():
    card = fold([made("raise", n, criterion="c1") for n in (1, 2, 3)])
    assert card.raised == {"c1": ["", "", ""]}


def test_it_keeps_what_was_said_of_a_criterion_and_what_was_chosen():
    body = {
        "criterion": "c1",
        "strengths": ["a"],
        "suggestions": [{"text": "b", "chosen": True}, {"text": "c"}],
    }
    reflection = fold([made("reflect", 1, **body)]).reflections["c1"]
    assert (reflection.strengths, reflection.suggestions) == (("a",), (("b", True), ("c", False)))


# --- several phones in one meeting: tables -----------------------------------------------------------------


def at_table(table, kind, n, **body):
    return made(kind, n, table=table, **body)


def test_it_reads_the_set_up_key_by_key():
    card = fold(
        [
            at_table("t1", "setup", 1, held_on="2026-03-04", voting="people"),
            at_table("t2", "setup", 2, language="km"),
            at_table("t1", "setup", 3, voting="counts"),
        ]
    )
    assert card.setup == {"held_on": "2026-03-04", "voting": "counts", "language": "km"}


def test_it_adds_up_heads_of_tables_and_takes_the_last_count_of_each():
    def heads(table, n, cells, special=0):
        return at_table(table, "setup", n, heads={"cells": cells, "special": {"disability": special}})

    card = fold(
        [
            heads("t1", 1, {"female/15-30": 5}),
            heads("t1", 2, {"female/15-30": 6}, 1),
            heads("t2", 3, {"female/15-30": 2, "male/31+": 3}, 1),
        ]
    )
    assert card.setup["heads"] == {
        "cells": {"female/15-30": 8, "male/31+": 3},
        "special": {"disability": 2},
    }
    assert participation(card).people == 11


def test_it_keeps_the_same_count_of_different_tables_apart():
    def counted(table, n, first):
        return at_table(table, "counts", n, criterion="c1", group="", counts=[first, 0, 0, 0, 0])

    card = fold([counted("t1", 1, 3), counted("t2", 2, 4), counted("t1", 3, 5)])
    assert {(c.table, c.counts[0]) for c in card.counts} == {("t1", 5), ("t2", 4)}


def test_it_lets_what_tables_said_stand_one_after_the_other():
    def reflected(table, n, strengths, *suggestions):
        ideas = [{"text": text, "chosen": chosen} for text, chosen in suggestions]
        return at_table(table, "reflect", n, criterion="c1", strengths=strengths, suggestions=ideas)

    card = fold(
        [
            reflected("t2", 1, ["clean", "near"], ("a tap", True), ("a fence", False)),
            reflected("t10", 2, ["near", "cheap"], ("a door", False), ("a tap", False)),
            reflected("t10", 3, ["cheap"], ("a fence", False), ("a tap", False)),
        ]
    )
    assert card.reflections["c1"].strengths == ("cheap", "clean", "near")
    assert card.reflections["c1"].suggestions == (("a fence", False), ("a tap", True))
    assert set(card.said["c1"]) == {"t10", "t2"}


def test_it_takes_priorities_for_the_room_s_one_decision():
    card = fold(
        [at_table("t1", "priorities", 1, order=["c1"]), at_table("t2", "priorities", 2, order=["c2"])]
    )
    assert card.priorities == ["c2"]


def test_it_shows_the_table_where_two_tables_gave_the_same_number():
    lines = [person(1, table="t1"), person(2, table="t1"), made("person", 9, number=1, sex="male", band="31+",
                                                                table="t2")]  # fmt: skip
    shown = numbered(fold(lines).people.values())
    assert sorted(shown.values()) == [(1, "t1"), (1, "t2"), (2, "")]


def test_it_keeps_a_criterion_that_was_only_spoken():
    sound = "0f8fad5b-d9cb-469f-a165-70867728950e"
    card = fold([made("custom", 1, code="own-1", sound=sound)])
    assert (card.custom, card.spoken) == ({"own-1": {}}, {"own-1": sound})


# --- ballots of the week -----------------------------------------------------------------------------------


def test_it_never_lets_a_ticket_of_the_week_touch_a_ballot_of_the_room():
    ours = ballot(1, {"c1": 2})
    theirs = Line(uid=at(0), kind="ballot", written_at=at(9999), body={**ours.body, "scores": {"c1": 5}})
    ticket = Line(uid=at(1), kind="ballot", written_at=at(9999), body={**theirs.body, "door": "week"})
    card = fold([ours, ticket])
    assert [dict(b.scores) for b in card.ballots.values()] == [{"c1": 2}]
    assert [dict(b.scores) for b in card.week.ballots.values()] == [{"c1": 5}]
    assert [dict(b.scores) for b in fold([ours, theirs]).ballots.values()] == [{"c1": 5}]


# --- clocks that are wrong ---------------------------------------------------------------------------------


@given(cards(20), bodies, st.sampled_from(CLOCKS), st.sampled_from(CLOCKS), uids)
def test_it_never_lets_a_line_beat_its_own_correction(others, drawn, first_clock, second_clock, uid):
    kind, body = drawn
    body = {key: value for key, value in body.items() if key != "replaces"}
    first = Line(uid=uid, kind=kind, body=body, written_at=first_clock)
    fixed = Line(uid="fixed", kind=kind, body={**body, "replaces": uid}, written_at=second_clock)
    others = [line for line in others if line.uid != uid]
    assert fold([*others, first, fixed]) == fold([*others, fixed, first]) == fold([*others, fixed])


@given(cards(20), bodies, moments)
def test_it_dates_a_line_so_that_it_counts_over_all_its_writer_knew(known, drawn, now):
    kind, body = drawn
    fresh = Line(
        uid="fresh", kind=kind, body={k: v for k, v in body.items() if k != "replaces"}, written_at=now
    )
    known = [line for line in known if line.kind != "void"]
    fresh = Line(uid="fresh", kind=kind, body=fresh.body, written_at=dated(fresh, known))
    assert fresh.written_at >= now
    assert kind == "void" or fresh in standing([*known, fresh])


@pytest.mark.parametrize("clock", CLOCKS)
def test_it_corrects_one_key_of_a_set_up_whose_clock_was_wrong(clock):
    first = Line(uid="1", kind="setup", body={"voting": "people", "held_on": "2026-03-04"}, written_at=clock)
    fixed = Line(uid="2", kind="setup", body={"voting": "counts"}, written_at=at(0))
    fixed = Line(uid="2", kind="setup", body=fixed.body, written_at=dated(fixed, [first]))
    assert fold([fixed, first]).setup == {"voting": "counts", "held_on": "2026-03-04"}
