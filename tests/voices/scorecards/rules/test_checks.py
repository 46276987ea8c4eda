"""Quality checks say passed, failed or not yet; flags ask the reviewer to look."""

from __future__ import annotations

from datetime import date

import pytest

from samleng.voices.scorecards.rules.checks import Facts, checked, flags, seconds_per_score
from samleng.voices.scorecards.rules.lines import fold
from samleng.voices.scorecards.rules.tally import Participation
from tests.voices.scorecards.rules.drawn import ballot, made, person


def facts(**more):
    room = Participation(
        people=20,
        cells={"female/15-30": 7, "female/31+": 2, "male/31+": 11},
        special={"disability": 1},
        groups={},
    )
    given = {
        "side": "community", "participation": room, "priorities": ["c1", "c2"],
        "with_suggestion": frozenset({"c1", "c2"}),
        "held_on": date(2026, 3, 4), "submitted_on": date(2026, 3, 5),
    }  # fmt: skip
    return Facts(**{**given, **more})


@pytest.mark.parametrize(
    ("kind", "params", "more", "passed", "found"),
    [
        ("min_participants", {"people": 20}, {}, True, "20"),
        ("min_participants", {"people": 21}, {}, False, "20"),
        ("min_participants", {"people": 21}, {"side": "provider"}, None, ""),
        ("min_staff", {"people": 6}, {"side": "provider"}, True, "20"),
        ("min_staff", {"people": 6}, {}, None, ""),
        ("min_women_share", {"percent": 45}, {}, True, "45%"),
        ("min_women_share", {"percent": 46}, {}, False, "45%"),
        ("min_group", {"group": "disability", "people": 1}, {}, True, "1"),
        ("min_group", {"group": "minority", "people": 1}, {}, False, "0"),
        ("action_per_priority", {}, {}, True, ""),
        ("action_per_priority", {}, {"with_suggestion": frozenset({"c2"})}, False, "c1"),
        ("action_per_priority", {}, {"priorities": []}, False, ""),
        ("entered_within_days", {"days": 1}, {}, True, "1"),
        ("entered_within_days", {"days": 0}, {}, False, "1"),
        ("entered_within_days", {"days": 1}, {"held_on": None}, None, ""),
        ("information_given_before", {}, {}, None, ""),
        ("information_given_before", {}, {"information_given_on": date(2026, 3, 5)}, False, "2026-03-05"),
    ],
)
def test_it_holds_facts_against_a_check(kind, params, more, passed, found):
    [one] = checked(facts(**more), [("a", kind, params)])
    assert (one.code, one.passed, one.found) == ("a", passed, found)


def test_it_leaves_checks_of_later_steps_to_them():
    assert checked(facts(), [("a", "plan_signed", {})]) == []


def room(scores, *, seconds=60.0):
    lines = [person(n) for n in range(1, len(scores) + 1)]
    return fold(lines + [ballot(n, s, seconds=n * seconds) for n, s in enumerate(scores, 1)])


def codes(card):
    return [flag.code for flag in flags(card)]


def test_it_flags_a_room_that_voted_as_one():
    assert codes(room([{"c1": 4, "c2": 3}] * 6)) == ["uniform_votes"]


def test_it_does_not_flag_four_who_agree():
    assert codes(room([{"c1": 4, "c2": 3}] * 4)) == []


def test_it_flags_nearly_everybody_giving_one_face_to_everything():
    votes = [{"c1": n % 5 + 1, "c2": n % 5 + 1} for n in range(9)] + [{"c1": 1, "c2": 2}]
    assert codes(room(votes)) == ["same_face_for_everything"]


def test_it_flags_votes_written_faster_than_anyone_can_ask():
    votes = [{"c1": n % 5 + 1, "c2": (n + 1) % 5 + 1} for n in range(8)]
    assert (codes(room(votes, seconds=3)), codes(room(votes, seconds=12))) == (["votes_too_fast"], [])


def test_it_flags_counts_that_stand_on_one_face():
    card = fold([made("counts", 1, criterion="c1", group="", counts=[0, 0, 33, 0, 0]),
                 made("counts", 2, criterion="c2", group="", counts=[0, 1, 32, 0, 0])])  # fmt: skip
    assert [(f.code, f.found) for f in flags(card)] == [("unanimous_counts", "c1")]


def test_it_takes_the_pace_of_each_table_by_itself_and_none_of_voters_on_their_own():
    # Three tables ask at once, each in its own unhurried time.
    votes = [{"c1": n % 5 + 1, "c2": (n + 1) % 5 + 1} for n in range(12)]

    def asked(**more):
        people = [person(n) for n in range(1, 13)]
        return fold(people + [ballot(n, s, seconds=n * 3, **more) for n, s in enumerate(votes, 1)])

    tables = [ballot(n, s, seconds=n * 3, table=f"t{n % 3}") for n, s in enumerate(votes, 1)]
    assert codes(asked()) == ["votes_too_fast"]
    assert codes(fold(tables)) == codes(asked(door="qr")) == codes(asked(door="paper")) == []


def test_it_says_no_pace_of_a_single_ballot():
    assert seconds_per_score(list(room([{"c1": 1}]).ballots.values())) is None
