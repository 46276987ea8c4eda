"""Promises by rule: terms, numbers in both digits, standing, clocks and rates; no database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.answers.actions.rules import (
    ASKED,
    TAKEN_UP,
    Dated,
    Misstep,
    Rate,
    Standing,
    Terms,
    checked,
    claiming,
    climbing,
    kept_within,
    late,
    may_claim,
    may_confirm,
    may_dispute,
    may_report,
    measure,
    months_after,
    next_owner,
    rate,
    rates,
    refuse_own,
    starting,
    stopping,
    under_way,
    whole,
)
from samleng.ground.frameworks.plan_form import Status
from samleng.ground.people.rules import Acting, SeatFact
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import to_khmer

DAY = date(2026, 11, 23)


def status(code: str, kind: str = "open", **how: bool) -> Status:
    return Status(code=code, name={"en": code}, kind=kind, **how)


STATUSES = [
    status("in_progress"),
    status("not_started", start=True),
    status("higher", climbs=True, needs_reason=True),
    status("late", needs_reason=True),
    status("partly", "done"),
    status("done", "done", claims_done=True),
    status("dropped", "stopped", needs_reason=True),
]


def terms(**how: object) -> Terms:
    base = {"part": "A", "text": {"en": "x"}, "starts_on": DAY, "due_on": DAY}
    return Terms(**(base | how))  # type: ignore[arg-type]


def broken(**how: object) -> Misstep:
    with pytest.raises(Misstep) as wrong:
        checked(terms(**how), ["A", "B"], ["water"])
    return wrong.value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("១២៥០០", 12500),
        ("12,500", 12500),
        ("៤៨ ០០០ ០០០", 48_000_000),
        (7, 7),
        ("\u200b៧", 7),
        ("6400000៛", 6_400_000),
    ],
)
def test_it_reads_counts_in_both_digits(typed: object, meant: int) -> None:
    assert whole(typed, "n") == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("many", "not_a_number"),
        ("1,5", "not_a_number"),
        ("1.5", "not_whole"),
        ("-3", "out_of_range"),
        ("9" * 20, "out_of_range"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        (True, "not_a_number"),
        ("=1+1", "not_a_number"),
    ],
)
def test_it_refuses_what_is_no_count(typed: object, code: str) -> None:
    with pytest.raises(Misstep) as wrong:
        whole(typed, "cost")
    assert (wrong.value.code, wrong.value.field) == (code, "cost")


def test_it_leaves_an_empty_number_empty() -> None:
    assert whole("", "n") is None
    assert measure(None, "n") is None
    assert measure("១.៥", "n") == Decimal("1.5")


@given(st.integers(0, 999_999_999_999))
def test_it_reads_every_count_the_same_in_khmer_digits_and_with_commas(n: int) -> None:
    assert whole(to_khmer(n), "n") == whole(f"{n:,}", "n") == whole(str(n), "n") == n


def test_it_checks_the_terms_field_by_field() -> None:
    assert broken(part="C").field == "part"
    assert broken(category="roads").field == "category"
    assert (broken(due_on=DAY - timedelta(days=1)).code, broken(due_on=DAY - timedelta(days=1)).field) == (
        "dates",
        "due_on",
    )
    wrong = broken(beneficiaries="១០", beneficiaries_women="១១")
    assert (wrong.code, wrong.field, wrong.params) == (
        "women",
        "beneficiaries_women",
        {"women": 11, "people": 10},
    )
    assert broken(beneficiaries="3000000000").field == "beneficiaries"
    assert broken(cost="-1").field == "cost"


def test_it_takes_terms_as_typed() -> None:
    fields = checked(terms(cost="៦៤០០០០០", quantity="2", category="water"), ["A"], ["water"])
    assert fields["cost"] == 6_400_000
    assert fields["quantity"] == Decimal("2.00")


def test_it_finds_the_statuses_by_what_they_mean_and_not_by_their_names() -> None:
    assert starting(STATUSES).code == "not_started"
    assert under_way(STATUSES).code == "in_progress"
    assert claiming(STATUSES).code == "done"
    assert stopping(STATUSES).code == "dropped"
    found = climbing(STATUSES)
    assert found is not None and found.code == "higher"
    assert climbing([status("a")]) is None


@pytest.mark.parametrize(
    ("code", "reason", "wrong"),
    [
        ("done", "", "claim_it"),
        ("partly", "", "claim_it"),
        ("dropped", "x", "drop_it"),
        ("late", " ", "reason"),
    ],
)
def test_it_reports_open_statuses_only(code: str, reason: str, wrong: str) -> None:
    to = next(s for s in STATUSES if s.code == code)
    with pytest.raises(Misstep) as step:
        may_report(Standing(kind="open"), to, reason)
    assert step.value.code == wrong


def test_it_goes_to_a_higher_office_only_by_asking_it() -> None:
    higher = next(s for s in STATUSES if s.climbs)
    with pytest.raises(Misstep):
        may_report(Standing(kind="open"), higher, "why")
    may_report(Standing(kind="open", escalation=ASKED), higher, "why")


def test_it_lets_nothing_follow_an_end() -> None:
    for end in (
        Standing(kind="stopped"),
        Standing(kind="open", superseded=True),
        Standing(kind="done", claimed_on=DAY, confirmed_on=DAY),
    ):
        with pytest.raises(Misstep):
            may_claim(end, 1, "")
        with pytest.raises(Misstep):
            may_confirm(end, "fixed", "")


def test_it_wants_a_proof_or_words() -> None:
    with pytest.raises(Misstep) as wrong:
        may_claim(Standing(kind="open"), 0, "  ")
    assert wrong.value.field == "proofs"
    may_claim(Standing(kind="open"), 0, "Everybody can see the road")
    may_claim(Standing(kind="open"), 1, "")


def test_it_wants_a_reason_for_any_verdict_but_fixed() -> None:
    claimed = Standing(kind="done", claimed_on=DAY)
    may_confirm(claimed, "fixed", "")
    for verdict in ("half", "not"):
        with pytest.raises(Misstep) as wrong:
            may_confirm(claimed, verdict, "")
        assert wrong.value.field == "reason"
    with pytest.raises(Misstep) as wrong:
        may_confirm(claimed, "splendid", "")
    assert wrong.value.field == "verdict"


def test_it_may_be_disputed_even_after_it_was_confirmed() -> None:
    may_dispute(Standing(kind="done", claimed_on=DAY, confirmed_on=DAY), "The pump broke again")
    with pytest.raises(Misstep):
        may_dispute(Standing(kind="open"), "why")


def test_it_never_lets_the_same_party_claim_and_confirm() -> None:
    seat = SeatFact(role="clerk", office="1")
    for by in (
        Actor(key="person:a"),
        Actor(key="person:b", owner="office:1"),
        Acting(key="person:b", owner="programme:2", person="b", seats=(seat,)),
    ):
        with pytest.raises(Misstep):
            refuse_own("person:a", by, {"office:1"})
    refuse_own("person:a", Actor(key="person:b", owner="programme:2"), {"office:1"})


def test_it_knows_who_has_to_do_something_next() -> None:
    assert next_owner(Standing(kind="open")) == "office"
    assert next_owner(Standing(kind="open", escalation=ASKED)) == "higher_office"
    assert next_owner(Standing(kind="open", escalation=TAKEN_UP)) == "higher_office"
    assert next_owner(Standing(kind="done", claimed_on=DAY)) == "people"
    assert next_owner(Standing(kind="done", claimed_on=DAY, confirmed_on=DAY)) == ""
    assert next_owner(Standing(kind="stopped")) == ""


def test_it_is_late_only_while_the_office_has_not_claimed() -> None:
    assert late(DAY - timedelta(days=1), Standing(kind="open"), DAY)
    assert not late(DAY, Standing(kind="open"), DAY)
    assert not late(DAY - timedelta(days=9), Standing(kind="done", claimed_on=DAY), DAY)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_it_counts_months_as_a_calendar_does(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 36), st.integers(0, 36))
def test_it_never_counts_fewer_days_for_more_months(start: date, a: int, b: int) -> None:
    assert (months_after(start, a) <= months_after(start, b)) == (a <= b)


def test_it_keeps_a_promise_within_its_months_to_the_day() -> None:
    assert kept_within(DAY, DAY, 0)
    assert not kept_within(DAY, DAY + timedelta(days=1), 0)
    assert kept_within(date(2026, 1, 31), date(2026, 7, 31), 6)
    assert not kept_within(date(2026, 1, 31), date(2026, 8, 1), 6)
    assert not kept_within(DAY, None, 12)


def test_it_judges_only_promises_old_enough() -> None:
    old, young = date(2026, 1, 1), date(2026, 10, 1)
    promises = [
        Dated(agreed_on=old, claimed_on=old, confirmed_on=date(2026, 3, 1)),
        Dated(agreed_on=old, claimed_on=date(2026, 6, 30), confirmed_on=date(2026, 9, 1)),
        Dated(agreed_on=old, claimed_on=date(2026, 9, 1), confirmed_on=date(2026, 9, 2)),
        Dated(agreed_on=old, claimed_on=date(2026, 2, 1)),
        Dated(agreed_on=young, claimed_on=young, confirmed_on=young),
    ]
    same_day, six, twelve = rates(promises, DAY)
    assert (same_day.promised, same_day.claimed, same_day.confirmed) == (5, 2, 2)
    assert (six.promised, six.claimed, six.confirmed, six.percent) == (4, 3, 2, 50)
    assert (twelve.promised, twelve.percent) == (0, None)


def test_it_rounds_halves_up() -> None:
    assert Rate(months=6, promised=8, claimed=5, confirmed=5).percent == 63


@given(
    st.lists(
        st.tuples(
            st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(0, 500), st.booleans(), st.booleans()
        )
    )
)
def test_it_never_confirms_more_than_was_claimed_nor_claims_more_than_was_promised(rows: list) -> None:
    promises = [
        Dated(
            agreed_on=agreed,
            claimed_on=agreed + timedelta(days=after) if claimed else None,
            confirmed_on=agreed + timedelta(days=after + 1) if claimed and confirmed else None,
        )
        for agreed, after, claimed, confirmed in rows
    ]
    six, twelve = rate(promises, 6, DAY), rate(promises, 12, DAY)
    for one in (six, twelve):
        assert 0 <= one.confirmed <= one.claimed <= one.promised
    assert twelve.promised <= six.promised
