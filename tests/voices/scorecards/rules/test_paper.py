"""Ballots typed in from paper held against the flip-chart."""

from __future__ import annotations

from samleng.voices.scorecards.rules.checks import Flag
from samleng.voices.scorecards.rules.lines import fold
from samleng.voices.scorecards.rules.paper import compared, flags
from samleng.voices.scorecards.rules.tally import Counting, tallies
from tests.voices.scorecards.rules.drawn import ballot, made

COUNTING = Counting(values=(1, 2, 3, 4, 5))


def card(**chart: list[int]):
    votes = [ballot(1, {"c1": 5, "c2": 1}), ballot(2, {"c1": 5, "c2": 2})]
    setup = made("setup", 1, held_on="2026-03-04", chart=chart)
    return fold([setup, made("priorities", 2, order=["c1", "c2", "c3"]), *votes])


def test_it_compares_the_criteria_whose_flip_chart_was_typed_in():
    (one,) = compared(card(c2=[2, 0, 0, 0, 0]), COUNTING)
    assert (one.criterion, one.typed, one.chart) == ("c2", (1, 1, 0, 0, 0), (2, 0, 0, 0, 0))
    assert one.differs and one.missing == (1, -1, 0, 0, 0)


def test_it_never_counts_the_flip_chart():
    with_chart, without = card(c1=[9, 9, 9, 9, 9]), card()
    assert tallies(with_chart, COUNTING) == tallies(without, COUNTING)


def test_it_asks_the_reviewer_to_look_where_they_differ_and_says_nothing_where_they_agree():
    assert flags(card(c1=[0, 0, 0, 0, 2]), COUNTING) == []
    assert flags(card(c1=[0, 0, 0, 0, 2], c2=[2, 0, 0, 0, 0]), COUNTING) == [Flag("chart_differs", "1/2")]
    assert flags(card(), COUNTING) == []
