"""What a client asks for: an empty parameter is absent, all faults are told at once, ninety days a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.doors.exchange.open311.asking import Box, Near, Stretch, moment_of, read
from samleng.doors.exchange.open311.faults import Wrong

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def asked(**given: str):
    return read(given, now=NOW)


def faults(**given: str) -> list[str]:
    with pytest.raises(Wrong) as caught:
        asked(**given)
    assert caught.value.status == 400
    return [str(fault.description) for fault in caught.value.faults]


def test_it_takes_the_last_ninety_days_and_a_thousand_where_nothing_is_said() -> None:
    everything = asked(start_date="", status=" ", service_code="")
    assert (everything.when.start, everything.when.end) == (NOW - timedelta(days=90), None)
    assert (everything.page, everything.page_size, everything.first) == (1, 1000, 0)
    assert everything.statuses == frozenset()


def test_it_lets_ids_override_everything_that_can_be_read() -> None:
    wide = {"start_date": "2020-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z", "status": "open"}
    one = asked(service_request_id="A-1, B-2,A-1,", **wide)
    assert one.ids == ("A-1", "B-2")
    assert (one.statuses, one.when) == (frozenset(), Stretch())
    assert len(faults(service_request_id="A-1", status="nonsense", start_date="never", page="-1")) == 3


def test_it_completes_a_window_with_one_end_and_takes_the_last_ninety_days_of_a_wide_one() -> None:
    day, span = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=90)
    assert asked(start_date="2026-01-01T00:00:00Z").when.end == day + span
    assert asked(end_date="2026-01-01T00:00:00Z").when.start == day - span
    whole = asked(start_date="2026-01-01T00:00:00Z", end_date="2026-04-01T00:00:00Z").when
    assert (whole.start, whole.end, whole.earlier) == (day, day + span, None)
    wide = asked(start_date="2026-01-01T00:00:00Z", end_date="2026-04-01T00:00:01Z").when
    second = timedelta(seconds=1)
    assert (wide.start, wide.end) == (day + second, day + span + second)
    # Both ends count, so what is left ends just before.
    assert wide.earlier == Stretch(start=day, end=day + second - timedelta(microseconds=1))
    # Of a window that ends in days to come, the last ninety that there have been.
    assert asked(start_date="2020-01-01", end_date="2099-01-01").when.start == NOW - span
    # Nothing lies in one that ends before it begins.
    turned = asked(start_date="2026-01-02T00:00:00Z", end_date="2026-01-01T00:00:00Z").when
    assert turned.start > turned.end and turned.earlier is None


def test_it_takes_any_time_before_the_first_year_and_after_the_last_for_the_edge() -> None:
    for early in (
        "0001-01-01T00:00:00+14:00",
        "0000-02-29T12:00:00Z",
        "1969-12-31",
        "1970-01-01T00:00:00+07:00",
    ):
        assert asked(updated_after=early).updated_after == datetime(1970, 1, 1, tzinfo=UTC), early
    assert asked(updated_before="9999-12-31T23:59:59-12:00").updated_before.year == 9998
    assert "updated_after" in faults(updated_after="0023-02-29T00:00:00Z")[0]
    assert "updated_after" in faults(updated_after="0023-01-01T00:00:00")[0]


def test_it_asks_for_a_zone_and_reads_all_the_ways_of_writing_one() -> None:
    at = datetime(2010, 5, 24, 0, 0, tzinfo=UTC)
    for written in (
        "2010-05-24T00:00:00Z",
        "2010-05-24t00:00z",
        "2010-05-24T07:00:00+07:00",
        "2010-05-24T07:00:00 07:00",  # a plus that nobody encoded
        "2010-05-24T07:00:00.000+0700",
        "2010-05-23 17:00:00-07:00",
        "2010-05-24T00:00:00.000000000000Z",
    ):
        assert moment_of(written) == at, written
    for wrong in ("2010-05-24T00:00:00", "2010-13-01T00:00:00Z", "0001-01-01T00:00:00Z", "yesterday", "٢"):
        assert moment_of(wrong) is None, wrong
    assert moment_of("2010-05-24") is not None
    # A leap second is no fault of whoever writes it.
    assert moment_of("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_it_tells_every_fault_at_once() -> None:
    said = faults(start_date="x", status="lost", page="0", page_size="1001", bbox="1,2", lat="91", radius="5")
    assert sorted(one.partition(":")[0] for one in said) == sorted(
        ["start_date", "status", "page", "page_size", "bbox", "lat", "long"]
    )


def test_it_reads_lists_pages_and_areas() -> None:
    given = asked(
        status="Open,closed",
        service_code="a,b",
        page="3",
        page_size="50",
        bbox="104.8,11.5,105,11.6",
        lat="11.55",
        long="104.9",
        radius="500",
        extensions="true",
    )
    assert given.statuses == {"open", "closed"} and given.services == ("a", "b")
    assert given.first == 100 and given.extensions
    assert given.box == Box(west=104.8, south=11.5, east=105, north=11.6)
    assert given.near == Near(latitude=11.55, longitude=104.9, metres=500)
    assert asked(lat="1", long="2").near == Near(latitude=1, longitude=2, metres=1000)
    assert asked(bbox="179,-1,-179,1").box == Box(west=179, south=-1, east=-179, north=1)
    assert asked(bbox="1e1,-2.5E-3,11,1").box == Box(west=10, south=-0.0025, east=11, north=1)
    assert "bbox" in faults(bbox="105,11,181,12")[0] and "bbox" in faults(bbox="105,11,106,91")[0]
    # Only what is a space to everybody is as good as nothing.
    assert asked(page=" \t").page == 1 and "page" in faults(page="\x1c")[0]
    assert "radius" in faults(radius="10")[0]


def test_it_looks_no_ninety_days_back_for_what_changed_since() -> None:
    changed = asked(updated_after="2020-01-01T00:00:00Z")
    assert changed.when == Stretch()


@given(st.dictionaries(st.sampled_from(["start_date", "page", "bbox", "lat", "long", "status"]), st.text()))
def test_it_reads_or_refuses_whatever_is_sent(given: dict[str, str]) -> None:
    try:
        read(given, now=NOW)
    except Wrong as wrong:
        assert wrong.status == 400 and wrong.faults
