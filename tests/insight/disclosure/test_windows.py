"""Windows on the map are whole squares; what no screen can show is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.insight.disclosure.rules.windows import (
    DEEPEST,
    Unreadable,
    edges,
    spot_of,
    square_at,
    window,
)


@given(st.integers(9_000_00, 15_000_00), st.integers(102_000_00, 108_000_00), st.integers(5, 19))
def test_it_holds_every_spot_that_lies_in_it(lat_e5: int, lon_e5: int, zoom: int):
    lat, lon, half = lat_e5 / 1e5, lon_e5 / 1e5, 200 / 2**zoom
    shown = window(f"{lon - half},{lat - half},{lon + half},{lat + half}", str(zoom))
    spot = spot_of(lat_e5, lon_e5)
    assert any(first <= spot < after for first, after in shown.ranges())
    west, south, east, north = edges(shown)
    assert west <= lon <= east and south <= lat <= north


def test_it_is_the_same_window_for_two_readers_a_little_apart():
    assert window("104.1,11.1,104.9,11.6", "9") == window("104.12,11.08,104.92,11.58", "9")


def test_it_tells_every_zoom_from_kept_counts_until_pins_themselves_are_few():
    kept = [window(f"104.9,11.5,{104.9 + 70 / 2**z},11.501", str(z)).kept for z in range(20)]
    assert [level for level in kept if level] == [6] * 6 + [8, 8, 10, 10, 12, 12, 14, 14, 16, 16]
    assert square_at(spot_of(1155000, 10492000), 0) == 0
    assert spot_of(1155000, 10492000) < 4**DEEPEST


@pytest.mark.parametrize(
    ("bbox", "zoom", "code"),
    [
        ("", "9", "four"),
        ("1,2,3", "9", "four"),
        ("1,2,3,4,5", "9", "four"),
        ("a,b,c,d", "9", "number"),
        ("nan,1,2,3", "9", "number"),
        ("-inf,1,inf,3", "9", "number"),
        ("1e999,1,2,3", "9", "number"),
        ("-181,0,1,1", "9", "degrees"),
        ("0,-91,1,1", "9", "degrees"),
        ("2,1,1,3", "9", "order"),
        ("1,3,2,3", "9", "order"),
        ("-180,-90,180,90", "9", "large"),
        ("104,11,105,12", "", "number"),
        ("104,11,105,12", "-1", "number"),
        ("104,11,105,12", "٣", "number"),
        ("104,11,105,12", "20", "range"),
        ("104,11,105,12", "99999999999", "number"),
        ("1" * 500, "9", "four"),
    ],
)
def test_it_refuses_what_no_screen_shows(bbox: str, zoom: str, code: str):
    with pytest.raises(Unreadable) as refused:
        window(bbox, zoom)
    assert refused.value.code == code
