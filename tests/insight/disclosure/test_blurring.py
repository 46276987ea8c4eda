"""A report is shown near where it is, always at one spot, so that no number of reports tells the true one."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from samleng.insight.disclosure.rules.blurring import E5, METRES_IN_DEGREE, blurred, square_of

KEY = "a key of this site"
LATITUDES, LONGITUDES = st.floats(-80, 80), st.floats(-179, 179)


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    north = (a[0] - b[0]) * METRES_IN_DEGREE
    east = (a[1] - b[1]) * METRES_IN_DEGREE * math.cos(math.radians(a[0]))
    return math.hypot(north, east)


@given(LATITUDES, LONGITUDES, st.sampled_from([0, 50, 70, 100, 500, 3000]))
def test_it_stays_within_its_square(latitude: float, longitude: float, metres: int):
    shown = [part / E5 for part in blurred(latitude, longitude, metres, KEY)]
    # Longitudes are as long as in the middle of the largest squares' row: a little off at its edges.
    assert metres_between((latitude, longitude), (shown[0], shown[1])) < square_of(metres) * 1.46


def test_it_shows_all_reports_of_a_square_at_one_spot_however_many_come():
    chance = random.Random(4)
    true = (11.5512, 104.9231)
    near = [
        (true[0] + chance.uniform(-1, 1) * 2e-5, true[1] + chance.uniform(-1, 1) * 2e-5) for _n in range(500)
    ]
    shown = {blurred(*one, 200, KEY) for one in near}
    # A handful of metres may cross a line, so at most four squares meet; no two reports average.
    assert len(shown) <= 4


def test_it_hangs_on_the_key_where_squares_lie():
    points = [(11.5 + n / 97, 104.9 + n / 89) for n in range(40)]
    ours = [blurred(*one, 100, KEY) for one in points]
    theirs = [blurred(*one, 100, "another key") for one in points]
    assert sum(a == b for a, b in zip(ours, theirs, strict=True)) == 0


@given(LATITUDES, LONGITUDES)
def test_it_lays_larger_squares_on_the_lines_of_smaller_ones(latitude: float, longitude: float):
    # Two points of one small square share every larger one: two categories together tell no more than one.
    here = blurred(latitude, longitude, 50, KEY)
    spot = (here[0] / E5, here[1] / E5)
    for metres in (100, 400, 1600, 25_600):
        assert blurred(latitude, longitude, metres, KEY) == blurred(*spot, metres, KEY)


def test_it_never_shows_the_very_point_even_where_no_blur_is_asked_for():
    assert square_of(0) == 50
    assert square_of(51) == 100
