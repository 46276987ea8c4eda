"""A promise moves, is claimed, and is judged by another party."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from samleng.answers.actions.models import Action, Proof, Step
from samleng.answers.actions.verbs.following import claim, confirm, dispute, drop, report_progress, show_proof
from samleng.answers.actions.verbs.giving import bind, supersede
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import erase, keep
from samleng.kit.words.refusals import Refusal
from tests.answers.land import Land, picture, some_terms
from tests.dawn import TODAY


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_it_reports_progress_with_a_picture(land: Land) -> None:
    action, photo = land.promise(), land.photo()
    step = report_progress(
        by=land.vuthy, action=action, status="in_progress", percent="៤០", note="Half way", proofs=[photo]
    )
    action.refresh_from_db()
    assert (action.status, action.percent, step.party) == ("in_progress", 40, "office")
    assert Proof.objects.get(step=step).shown is False
    assert "Half" not in str(Entry.objects.get(verb="actions.report_progress").facts)
    assert report_progress(by=land.sophea, action=action, percent=50).party == "facilitator"


def test_it_says_what_is_wrong_with_a_report(land: Land) -> None:
    action = land.promise()
    report = lambda **how: lambda: report_progress(by=land.vuthy, action=action, **how)  # noqa: E731
    assert code_of(report(status="done")) == "claim_it"
    assert code_of(report(status="dropped", note="x")) == "drop_it"
    assert code_of(report(status="delayed")) == "reason"
    assert code_of(report(status="needs_higher_level", note="x")) == "escalate_it"
    assert code_of(report(status="flying")) == "status"
    assert code_of(report(percent=101)) == "percent"
    assert code_of(report(on=timezone.localdate() + timedelta(days=3))) == "day"
    assert code_of(report(on=action.agreed_on - timedelta(days=1))) == "day"
    assert not Step.objects.exists()


def test_it_is_claimed_by_the_office_and_confirmed_by_another_party(land: Land) -> None:
    action = land.promise()
    assert code_of(lambda: confirm(by=land.sophea, action=action)) == "unclaimed"
    assert code_of(lambda: claim(by=land.vuthy, action=action)) == "proof"
    claim(by=land.vuthy, action=action, proofs=[land.photo()])
    action.refresh_from_db()
    assert (action.status, action.percent, action.confirmed_on) == ("done", 100, None)
    step = confirm(by=land.sophea, action=action, party="citizens")
    action.refresh_from_db()
    assert (step.verdict, step.party) == ("fixed", "citizens")
    assert action.claimed_on and action.confirmed_on
    assert code_of(lambda: confirm(by=land.sophea, action=action)) == "confirmed"


def test_it_never_lets_the_claimant_confirm(land: Land) -> None:
    action = land.promise()
    claim(by=land.vuthy, action=action, reason="You can see it")
    with pytest.raises(Denied):
        confirm(by=land.vuthy, action=action)
    both = land.sophea.__class__(
        key=land.vuthy.key, owner=land.sophea.owner, person=land.vuthy.person, seats=land.sophea.seats
    )
    assert code_of(lambda: confirm(by=both, action=action)) == "own_claim"
    colleague = land.somebody("nurse", "clerk", office="clinic")
    two_hats = land.sophea.__class__(
        key=colleague.key,
        owner=land.sophea.owner,
        person=colleague.person,
        seats=(*land.sophea.seats, *colleague.seats),
    )
    assert code_of(lambda: confirm(by=two_hats, action=action)) == "own_claim"
    system = land.promise()
    claim(by=SYSTEM, action=system, reason="x")
    assert code_of(lambda: confirm(by=SYSTEM, action=system)) == "own_claim"


def test_it_lets_only_members_of_its_plan_confirm_as_members(land: Land) -> None:
    action = land.promise()
    claim(by=land.vuthy, action=action, reason="done")
    with pytest.raises(Denied):
        confirm(by=land.somebody("watcher", "committee"), action=action)
    with pytest.raises(Denied):
        dispute(by=land.somebody("watcher", "ambassador"), action=action, reason="no")


def test_it_refuses_strangers_everything(land: Land) -> None:
    action = land.promise()
    for call in (
        lambda: report_progress(by=land.stranger, action=action, percent=1),
        lambda: claim(by=land.stranger, action=action, reason="x"),
        lambda: drop(by=land.stranger, action=action, reason="x"),
        lambda: claim(by=land.sophea, action=action, reason="x"),
        lambda: drop(by=land.sophea, action=action, reason="x"),
    ):
        with pytest.raises(Denied):
            call()


def test_it_opens_again_when_people_say_it_is_not_fixed(land: Land) -> None:
    action = land.promise()
    report_progress(by=land.vuthy, action=action, status="partly_done", percent=60)
    claim(by=land.vuthy, action=action, reason="done")
    assert code_of(lambda: confirm(by=land.sophea, action=action, verdict="not")) == "reason"
    confirm(by=land.sophea, action=action, verdict="half", reason="One door is missing")
    action.refresh_from_db()
    assert (action.status, action.claimed_on, action.confirmed_on) == ("partly_done", None, None)
    assert action.steps.filter(kind="claim").count() == 1
    claim(by=land.vuthy, action=action, reason="now both")
    confirm(by=land.sophea, action=action)
    action.refresh_from_db()
    assert action.confirmed_on


def test_it_is_under_way_after_a_dispute_when_it_had_not_begun_before(land: Land) -> None:
    action = land.promise()
    claim(by=land.vuthy, action=action, reason="done")
    confirm(by=land.sophea, action=action)
    dispute(by=land.officer, action=action, reason="It fell down")
    action.refresh_from_db()
    assert (action.status, action.claimed_on, action.confirmed_on) == ("in_progress", None, None)


def test_it_is_dropped_with_a_reason_and_stays_dropped(land: Land) -> None:
    action = land.promise()
    assert code_of(lambda: drop(by=land.vuthy, action=action, reason=" ")) == "reason"
    drop(by=land.vuthy, action=action, reason="The building is torn down")
    action.refresh_from_db()
    assert (action.status, bool(action.stopped_on)) == ("dropped", True)
    assert code_of(lambda: claim(by=land.vuthy, action=action, reason="x")) == "stopped"


def test_it_takes_no_proof_of_another_owner_nor_an_erased_one(land: Land) -> None:
    action = land.promise()
    other = keep(by=SYSTEM, file=picture(), kind="photo", owner=land.other.owner_key)
    with pytest.raises(Denied):
        claim(by=land.vuthy, action=action, proofs=[other])
    gone = erase(by=SYSTEM, blob=land.photo("red"))
    with pytest.raises(Denied):
        claim(by=land.vuthy, action=action, proofs=[gone])
    action.refresh_from_db()
    assert action.claimed_on is None and not Step.objects.exists()


def test_it_shows_a_proof_only_after_somebody_looked(land: Land) -> None:
    step = claim(by=land.vuthy, action=land.promise(), proofs=[land.photo()])
    proof = step.proofs.get()
    with pytest.raises(Denied):
        show_proof(by=land.vuthy, proof=proof)
    assert show_proof(by=land.officer, proof=proof).shown


def test_it_shows_no_proof_of_a_wording_that_was_replaced(land: Land) -> None:
    action = bind(by=SYSTEM, action=land.promise(), on=timezone.localdate())
    step = report_progress(by=land.vuthy, action=action, percent=10, proofs=[land.photo(), land.photo("red")])
    seen, unseen = step.proofs.order_by("pk")
    show_proof(by=land.officer, proof=seen)
    supersede(by=land.sophea, action=action, terms=some_terms(), reason="Two doors")
    with pytest.raises(Refusal) as refused:
        show_proof(by=land.officer, proof=unseen)
    assert refused.value.code == "superseded"
    assert not show_proof(by=land.officer, proof=seen, shown=False).shown


def test_it_counts_a_claim_sent_twice_once(land: Land) -> None:
    action, request = land.promise(), uuid4()
    first = claim(by=land.vuthy, action=action, reason="done", request=request)
    assert claim(by=land.vuthy, action=action, reason="done", request=request) == first
    assert Entry.objects.filter(verb="actions.claim").count() == 1


def test_it_is_overdue_from_the_day_after_and_waits_for_its_office(land: Land) -> None:
    today = timezone.localdate()
    action = land.promise(starts_on=today - timedelta(days=20), due_on=today)
    assert list(Action.objects.waiting_for(land.offices["clinic"])) == [action]
    assert not Action.objects.overdue(today).exists()
    assert list(Action.objects.overdue(today + timedelta(days=1))) == [action]
    claim(by=land.vuthy, action=action, reason="done")
    assert not Action.objects.overdue(today + timedelta(days=1)).exists()
    assert not Action.objects.waiting_for(land.offices["clinic"]).exists()
    assert list(Action.objects.to_confirm()) == [action]


def test_it_holds_its_order_in_the_database_too(land: Land) -> None:
    action = land.promise()
    for wrong in (
        {"confirmed_on": timezone.localdate()},
        {"due_on": action.starts_on - timedelta(days=1)},
        {"beneficiaries": 1, "beneficiaries_women": 2},
        {"escalation": "asked"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(**wrong)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call gave (or raised), all started together, each with its own connection."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int, call: Callable[[], object]) -> None:
        try:
            gate.wait()
            answers[index] = call()
        except Exception as raised:
            answers[index] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_it_lets_one_of_two_claims_at_once_win(shared_land: Land) -> None:
    action, one, two = (
        shared_land.promise(),
        shared_land.vuthy,
        shared_land.somebody("nurse", "clerk", office="clinic"),
    )
    answers = at_once(
        lambda: claim(by=one, action=action, reason="done"),
        lambda: claim(by=two, action=action, reason="done"),
    )
    assert sum(isinstance(a, Step) for a in answers) == 1
    assert [a.code for a in answers if isinstance(a, Refusal)] == ["claimed"]
    assert Entry.objects.filter(verb="actions.claim").count() == 1


def test_it_counts_one_request_from_two_phones_at_once_once(shared_land: Land) -> None:
    action, by, request = shared_land.promise(), shared_land.vuthy, uuid4()
    answers = at_once(
        *[lambda: claim(by=by, action=action, reason="done", request=request) for _ in range(2)]
    )
    assert answers[0] == answers[1] and isinstance(answers[0], Step)


def test_it_is_overdue_when_its_day_is_over_in_the_land(dawn: datetime, land: Land) -> None:
    """Half past six in the morning of the day after: in UTC its last day still runs."""
    action = land.promise(starts_on=TODAY - timedelta(days=20), due_on=TODAY - timedelta(days=1))
    assert list(Action.objects.overdue(timezone.localdate())) == [action]
