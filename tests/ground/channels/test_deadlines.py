"""The clock of a case: in working days, pushed by pauses, lengthened once, shortened by nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.ground.channels import deadlines
from samleng.ground.channels.deadlines import (
    Left,
    Pause,
    Run,
    due_on,
    dues,
    escalates,
    escalates_on,
    left_until,
)
from samleng.ground.channels.rules import Profile
from samleng.ground.frameworks.vocabulary import Named
from samleng.kit.words.clock import Calendar, add_working_days, working_days_between

pytestmark = pytest.mark.once

WORDS = {"km": "ខ្មែរ", "en": "English"}
PROFILE = Profile(
    code="complaint",
    name=WORDS,
    acknowledge=3,
    admissibility=7,
    resolve=30,
    extension=15,
    ladder=("hall",),
    pauses=(Named("papers", WORDS), Named("flood", WORDS)),
)
MONDAY = date(2026, 3, 2)
PLAIN = Calendar()
LAND = Calendar(country_code="KH")
FAR = date(2035, 1, 1)

days = st.dates(min_value=date(2025, 12, 1), max_value=date(2027, 3, 1))
numbers = st.integers(min_value=0, max_value=45)
calendars = st.sampled_from([PLAIN, LAND, Calendar(weekend=frozenset({4})), Calendar(weekend=frozenset())])


@st.composite
def a_pause(draw: st.DrawFn) -> Pause:
    since = draw(days)
    return Pause(since=since, until=since + timedelta(days=draw(st.integers(1, 40))), reason="papers")


some_pauses = st.lists(a_pause(), max_size=4).map(tuple)


def test_it_counts_working_days_from_the_day_after_receipt():
    found = dues(PROFILE, Run(received=MONDAY), PLAIN, today=MONDAY)
    assert found.acknowledge == date(2026, 3, 5)
    assert found.admissibility == date(2026, 3, 11)
    assert found.resolve == found.last == date(2026, 4, 13)


def test_it_knows_the_lands_holidays():
    # Khmer New Year is from the fourteenth to the sixteenth of April.
    eve = date(2026, 4, 13)
    assert dues(PROFILE, Run(received=eve), LAND, today=eve).acknowledge == date(2026, 4, 21)


def test_a_message_of_a_holiday_counts_from_the_next_working_day():
    saturday, sunday = date(2026, 3, 7), date(2026, 3, 8)
    assert due_on(1, saturday, PLAIN, today=saturday) == due_on(1, sunday, PLAIN, today=sunday)


def test_a_procedure_may_have_no_admissibility():
    assert (
        dues(replace(PROFILE, admissibility=0), Run(received=MONDAY), PLAIN, today=MONDAY).admissibility
        is None
    )


def test_a_pause_pushes_what_is_still_due_and_not_what_was_due_before():
    pause = Pause(since=date(2026, 3, 9), until=date(2026, 3, 16), reason="papers")
    found = dues(PROFILE, Run(received=MONDAY, pauses=(pause,)), PLAIN, today=date(2026, 3, 20))
    assert found.acknowledge == date(2026, 3, 5)
    assert found.admissibility == date(2026, 3, 18)
    assert found.resolve == date(2026, 4, 20)


def test_a_pause_that_lasts_pushes_by_what_is_known_today():
    run = deadlines.stopped(Run(received=MONDAY), reason="papers", day=date(2026, 3, 9))
    assert dues(PROFILE, run, PLAIN, today=date(2026, 3, 9)).resolve == date(2026, 4, 14)
    assert dues(PROFILE, run, PLAIN, today=date(2026, 3, 13)).resolve == date(2026, 4, 20)
    assert deadlines.paused(run, date(2026, 3, 13)) and not deadlines.paused(run, date(2026, 3, 6))
    again = deadlines.resumed(run, day=date(2026, 3, 16))
    assert dues(PROFILE, again, PLAIN, today=FAR).resolve == date(2026, 4, 20)
    assert not deadlines.paused(again, date(2026, 3, 16))


def test_a_pause_ended_on_its_own_day_never_was():
    run = deadlines.stopped(Run(received=MONDAY), reason="papers", day=MONDAY)
    assert deadlines.resumed(run, day=MONDAY) == Run(received=MONDAY)


def test_it_is_late_only_when_the_last_day_is_over():
    due = dues(PROFILE, Run(received=MONDAY), PLAIN, today=MONDAY).acknowledge
    assert not deadlines.overdue(due, due) and deadlines.overdue(due, due + timedelta(days=1))


def test_it_climbs_by_itself_after_the_last_day_and_never_while_it_stands_still():
    run = Run(received=MONDAY)
    first = escalates_on(PROFILE, run, PLAIN, today=MONDAY)
    assert first == date(2026, 4, 14)
    assert not escalates(PROFILE, run, PLAIN, today=first - timedelta(days=1))
    assert escalates(PROFILE, run, PLAIN, today=first) and escalates(PROFILE, run, PLAIN, today=FAR)
    still = deadlines.stopped(run, reason="flood", day=date(2026, 4, 10))
    assert not escalates(PROFILE, still, PLAIN, today=date(2026, 5, 4))
    patient = replace(PROFILE, escalate_after=5)
    assert escalates_on(patient, run, PLAIN, today=MONDAY) == date(2026, 4, 20)


def test_it_is_lengthened_once_with_a_reason_and_not_after_it_ran_out():
    run, due = Run(received=MONDAY), date(2026, 4, 13)

    def fault(**given: object) -> str:
        told = {"run": run, "reason": "papers come late", "today": due} | given
        return deadlines.extension_fault(PROFILE, told.pop("run"), PLAIN, **told)

    assert fault() == ""
    assert fault(reason=" ") == deadlines.NO_REASON
    assert fault(today=due + timedelta(days=1)) == deadlines.TOO_LATE
    longer = deadlines.extended(run)
    assert fault(run=longer) == deadlines.USED_UP
    assert dues(PROFILE, longer, PLAIN, today=due).resolve == date(2026, 5, 4)
    assert dues(PROFILE, replace(run, extended=9), PLAIN, today=due).resolve == date(2026, 5, 4)
    none = replace(PROFILE, extensions=0)
    assert deadlines.extension_fault(none, run, PLAIN, reason="x", today=due) == deadlines.USED_UP


def test_it_is_stopped_only_for_a_reason_of_its_procedure_and_only_while_it_runs():
    run, due = Run(received=MONDAY), date(2026, 4, 13)

    def fault(**given: object) -> str:
        told = {"run": run, "reason": "flood", "today": due} | given
        return deadlines.pause_fault(PROFILE, told.pop("run"), PLAIN, **told)

    assert fault() == ""
    assert fault(reason="") == deadlines.NO_REASON
    assert fault(reason="holiday") == deadlines.NO_SUCH_REASON
    assert fault(today=MONDAY - timedelta(days=1)) == deadlines.BEFORE_START
    assert fault(run=deadlines.stopped(run, reason="flood", day=due)) == deadlines.STANDS_STILL
    assert fault(today=due + timedelta(days=1)) == deadlines.TOO_LATE


def test_a_calendar_or_a_pause_without_an_end_is_refused():
    never = Calendar(weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="weekend"):
        due_on(1, MONDAY, never, (Pause(since=MONDAY),), today=MONDAY)
    with pytest.raises(ValueError, match="no day"):
        due_on(1, MONDAY, PLAIN, (Pause(since=MONDAY, until=date(2100, 1, 1)),), today=MONDAY)


@given(days, numbers, calendars, some_pauses)
def test_it_is_pushed_by_exactly_the_working_days_paused(start, n, calendar, pauses):
    due = due_on(n, start, calendar, pauses, today=FAR)
    span = (start + timedelta(days=ahead) for ahead in range(1, (due - start).days + 1))
    lost = sum(calendar.works(day) and any(one.covers(day, FAR) for one in pauses) for day in span)
    assert working_days_between(start, due, calendar) == n + lost
    assert n == 0 or (calendar.works(due) and not any(one.covers(due, FAR) for one in pauses))


@given(days, numbers, calendars, some_pauses, a_pause())
def test_one_more_pause_never_shortens_and_their_order_never_matters(start, n, calendar, pauses, more):
    before = due_on(n, start, calendar, pauses, today=FAR)
    after = due_on(n, start, calendar, (more, *pauses), today=FAR)
    assert add_working_days(start, n, calendar) <= before <= after
    assert after == due_on(n, start, calendar, (*pauses[::-1], more, more), today=FAR)
    if more.since > before:
        assert after == before


@given(days, numbers, st.integers(0, 20), calendars, some_pauses)
def test_more_days_or_a_later_start_never_end_earlier(start, n, more, calendar, pauses):
    assert due_on(n, start, calendar, pauses, today=FAR) <= due_on(
        n + more, start, calendar, pauses, today=FAR
    )
    later = start + timedelta(days=more)
    assert due_on(n, start, calendar, pauses, today=FAR) <= due_on(n, later, calendar, pauses, today=FAR)


@given(days, calendars, some_pauses, st.integers(0, 3), st.integers(0, 200))
def test_its_days_stand_in_order_and_the_next_office_comes_last(start, calendar, pauses, extended, on):
    run, today = Run(received=start, pauses=pauses, extended=extended), start + timedelta(days=on)
    found = dues(PROFILE, run, calendar, today=today)
    assert start < found.acknowledge <= found.admissibility <= found.resolve
    assert found.resolve < escalates_on(PROFILE, run, calendar, today=today)
    if extended:
        assert found.resolve > dues(PROFILE, replace(run, extended=0), calendar, today=today).resolve


@given(days, calendars, st.integers(0, 60), st.integers(0, 60))
def test_a_pause_that_lasts_pushes_a_day_further_each_day_it_lasts(start, calendar, before, lasts):
    run = deadlines.stopped(Run(received=start), reason="flood", day=start + timedelta(days=before))
    today = start + timedelta(days=before + lasts)
    now, later = (
        dues(PROFILE, run, calendar, today=day).resolve for day in (today, today + timedelta(days=1))
    )
    assert now <= later
    ended = deadlines.resumed(run, day=today + timedelta(days=1))
    assert dues(PROFILE, ended, calendar, today=FAR).resolve == now


@given(days, numbers, calendars, some_pauses, st.integers(-5, 90))
def test_what_is_left_or_over_is_counted_as_the_clock_counts(start, n, calendar, pauses, on):
    due = due_on(n, start, calendar, pauses, today=FAR)
    today = due + timedelta(days=on - 60)
    left = left_until(due, calendar, today=today)
    assert left.over == deadlines.overdue(due, today)
    first, last = sorted((today, due))
    span = [first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1)]
    assert left.days == sum(calendar.works(day) for day in span)
    if not left.over and calendar.works(due):
        # So many working days more, from today, and its day is there.
        assert due_on(left.days, today, calendar, today=FAR) == due
    later = left_until(due, calendar, today=today + timedelta(days=1))
    assert (later.days - left.days) * (1 if later.over else -1) in (0, 1)


def test_over_a_new_year_of_the_land_few_days_are_left():
    # Sunday to Thursday: three days of the new year between two working days.
    due, today = date(2026, 4, 17), date(2026, 4, 10)
    assert left_until(due, LAND, today=today) == Left(days=2, over=False)
    assert left_until(today, LAND, today=date(2026, 4, 12)) == Left(days=0, over=True)
    assert left_until(today, LAND, today=due) == Left(days=2, over=True)
