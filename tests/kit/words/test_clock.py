from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.kit.words.clock import (
    Calendar,
    add_working_days,
    calendar_from,
    day_ends,
    in_zone,
    local_day,
    working_days_between,
)

KH = Calendar(country_code="KH")
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
calendars = st.builds(
    Calendar,
    country_code=st.sampled_from(["", "KH", "TH"]),
    extra_days=st.frozensets(days, max_size=5),
    weekend=st.sampled_from([frozenset({5, 6}), frozenset({6}), frozenset({4, 5}), frozenset()]),
)


def test_it_steps_over_khmer_new_year_and_weekends():
    assert add_working_days(date(2026, 4, 10), 5, KH) == date(2026, 4, 22)


def test_it_counts_a_moved_holiday_as_worked_and_its_new_day_as_off():
    pack = {
        "country": "KH",
        "moved_days": [["2026-04-16", "2026-04-17"]],
        "extra_days": ["2026-04-20"],
    }
    calendar = calendar_from(pack)
    assert calendar.works(date(2026, 4, 16))
    assert not calendar.works(date(2026, 4, 17))
    assert not calendar.works(date(2026, 4, 20))
    assert KH.works(date(2026, 4, 20))


def test_it_refuses_a_setting_it_does_not_know():
    with pytest.raises(ValueError, match="holiday"):
        calendar_from({"holiday": ["2026-04-16"]})


def test_it_knows_no_holidays_of_an_invented_land():
    assert Calendar(country_code="XX").works(date(2026, 1, 1))


@given(days, st.integers(0, 60), calendars)
def test_it_counts_back_exactly_what_it_added(start, n, calendar):
    end = add_working_days(start, n, calendar)
    assert working_days_between(start, end, calendar) == n
    assert n == 0 or calendar.works(end)


@given(days, st.integers(1, 60), calendars)
def test_it_goes_back_by_the_same_days(start, n, calendar):
    end = add_working_days(start, -n, calendar)
    assert calendar.works(end)
    assert working_days_between(end - timedelta(days=1), start - timedelta(days=1), calendar) == n


@given(days, days, days, calendars)
def test_it_adds_up_over_parts(one, two, three, calendar):
    assert working_days_between(one, two, calendar) + working_days_between(two, three, calendar) == (
        working_days_between(one, three, calendar)
    ) or not (one <= two <= three)


def test_it_refuses_a_week_without_working_days():
    with pytest.raises(ValueError, match="weekend"):
        add_working_days(date(2026, 1, 1), 1, Calendar(weekend=frozenset(range(7))))


def test_it_gives_the_day_of_the_people_there():
    moment = datetime(2026, 5, 1, 18, 30, tzinfo=UTC)
    assert local_day(moment, "Asia/Phnom_Penh") == date(2026, 5, 2)
    assert in_zone(moment, "Asia/Phnom_Penh").hour == 1
    assert day_ends(date(2026, 5, 2), "Asia/Phnom_Penh") == datetime(2026, 5, 2, 17, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2026, 5, 1), "Asia/Phnom_Penh")
