"""Nothing becomes late unseen: when a day has passed, what was due on it is counted late without any news."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.insight.disclosure.models import OfficeCount, Pin
from samleng.insight.disclosure.rules.pins import others, percent
from samleng.insight.disclosure.verbs.pinning import turn_pins
from tests.ground.people.land import Land
from tests.insight.pinned import days, hours, public_land, put


@pytest.fixture
def land(db: None) -> Land:
    return public_land()


def told() -> dict[str, int]:
    names = ("open", "late", "owed", "in_time", "review_waits", "review_late")
    return OfficeCount.objects.values(*names).get()


def test_it_counts_late_from_the_day_after(land: Land):
    put(land)
    assert turn_pins(today=days(1)) == 0
    assert told() == {"open": 1, "late": 0, "owed": 0, "in_time": 0, "review_waits": 1, "review_late": 0}
    assert turn_pins(today=days(2)) == 1
    assert told() == {"open": 0, "late": 1, "owed": 1, "in_time": 0, "review_waits": 1, "review_late": 0}
    assert turn_pins(today=days(3)) == 1
    assert told()["review_late"] == 1
    # What is due no more only grows older.
    assert [turn_pins(today=days(day)) for day in (19, 20, 21, 80, 355, 999)] == [0, 1, 0, 1, 1, 0]
    assert (Pin.objects.get().turns_on, Pin.objects.get().age) == (None, 4)


def test_it_counts_an_answer_in_time_by_the_day_it_was_promised_for(land: Land):
    put(land, 1, answered_at=hours(-2), answer_due_on=timezone.localdate())
    put(land, 2, answered_at=hours(-2), answer_due_on=days(-3), due_on=days(5))
    put(land, 3, answer_due_on=None, due_on=None)
    assert told()["owed"] == 2
    assert told()["in_time"] == 1


def test_it_goes_on_where_a_limit_cut_it(land: Land):
    for number in range(1, 6):
        put(land, number, requested_at=timezone.now() - timedelta(days=number))
    assert [turn_pins(today=days(2), limit=2) for _n in range(4)] == [2, 2, 1, 0]
    assert told()["late"] == 5


def test_it_says_no_number_of_very_few_people_and_no_rate_of_very_few_cases():
    assert [others(n) for n in (0, 1, 5, 6)] == [None, None, None, 6]
    assert [percent(1, 2), percent(8, 9), percent(8, 10), percent(999, 1000)] == [None, None, 80, 99]
