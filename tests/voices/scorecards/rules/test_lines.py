"""Lines from several phones give one card, in whatever order and however often they arrive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from samleng.voices.scorecards.rules.lines import fold, slot, standing
from tests.voices.scorecards.rules.drawn import at, ballot, cards, made, person


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
