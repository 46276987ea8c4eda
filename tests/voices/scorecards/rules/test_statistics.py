"""The middle of a room, exact; the vectors are what the phone's code must give too."""

from __future__ import annotations

import json
import statistics as plain
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.voices.scorecards.rules import statistics as ours

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "statistics.json").read_text())
FIVE = (1, 2, 3, 4, 5)

rooms = st.lists(st.integers(0, 40), min_size=5, max_size=5)


@st.composite
def scaled(draw):
    """A scale of ascending values and a histogram over it."""
    values = tuple(sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=11))))
    return draw(st.lists(st.integers(0, 30), min_size=len(values), max_size=len(values))), values


def votes(histogram, values):
    return [Fraction(v) for v, n in zip(values, histogram, strict=True) for _ in range(n)]


@given(scaled())
def test_it_finds_the_median_that_its_definition_gives(room):
    histogram, values = room
    each = votes(histogram, values)
    assert ours.median(histogram, values) == (plain.median(each) if each else None)


@given(scaled())
def test_it_finds_the_mean_that_its_definition_gives(room):
    histogram, values = room
    each = votes(histogram, values)
    assert ours.mean(histogram, values) == (sum(each) / len(each) if each else None)


@given(scaled())
def test_it_says_which_share_stands_at_the_top(room):
    histogram, values = room
    each = votes(histogram, values)
    expected = Fraction(sum(1 for v in each if v == values[-1]), len(each)) if each else None
    assert ours.share_top(histogram, values) == expected


@given(st.lists(rooms, min_size=1, max_size=4))
def test_it_pools_groups_as_if_all_had_sat_in_one_room(groups):
    each = [v for group in groups for v in votes(group, FIVE)]
    expected = plain.median(each) if each else None
    assert ours.combined("median", "pool", groups, FIVE) == expected


@given(st.lists(rooms, min_size=1, max_size=4))
def test_it_takes_the_median_of_the_groups_own_medians(groups):
    own = [plain.median(votes(g, FIVE)) for g in groups if sum(g)]
    assert ours.combined("median", "median_of_medians", groups, FIVE) == (plain.median(own) if own else None)


@given(scaled())
def test_it_keeps_halves_exact_in_thousandths(room):
    middle = ours.median(*room)
    kept = ours.milli(middle)
    assert kept is None if middle is None else Fraction(kept, 1000) == middle


@given(st.fractions(min_value=-10, max_value=100))
def test_it_rounds_thousandths_halves_up(value):
    kept = Fraction(ours.milli(value), 1000)
    assert -Fraction(1, 2000) < kept - value <= Fraction(1, 2000)


@given(rooms)
def test_it_counts_everybody_once_in_wider_classes(histogram):
    assert sum(ours.classes(histogram, FIVE, [(1, 2), (3, 3), (4, 5)])) == sum(histogram)


@given(st.lists(rooms, max_size=4))
def test_it_adds_class_by_class(histograms):
    assert ours.add([0] * 5, *histograms) == [sum(h[i] for h in histograms) for i in range(5)]


@pytest.mark.parametrize("vector", VECTORS["centres"], ids=lambda v: v["name"])
def test_it_gives_the_shared_vectors(vector):
    found = ours.centre(vector["aggregate"], vector["histogram"], vector["values"])
    assert (ours.milli(found), ours.size(vector["histogram"])) == (vector["milli"], vector["n"])


@pytest.mark.parametrize("vector", VECTORS["combined"], ids=lambda v: v["name"])
def test_it_combines_groups_as_the_shared_vectors_say(vector):
    found = ours.combined(vector["aggregate"], vector["combine"], vector["groups"], vector["values"])
    assert ours.milli(found) == vector["milli"]


@pytest.mark.parametrize("vector", VECTORS["classes"], ids=lambda v: v["name"])
def test_it_widens_classes_as_the_shared_vectors_say(vector):
    bounds = [tuple(pair) for pair in vector["bounds"]]
    assert ours.classes(vector["histogram"], vector["values"], bounds) == vector["counts"]


@pytest.mark.parametrize("vector", VECTORS["milli"], ids=lambda v: v["value"])
def test_it_rounds_as_the_shared_vectors_say(vector):
    assert ours.milli(Fraction(vector["value"])) == vector["milli"]
