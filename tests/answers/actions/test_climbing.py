"""A promise climbs the ladder of its own service."""

from __future__ import annotations

import pytest

from samleng.answers.actions.models import Action
from samleng.answers.actions.verbs.climbing import answer_escalation, escalate
from samleng.answers.actions.verbs.following import claim, report_progress
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting, scope_of
from samleng.kit.words.refusals import Refusal
from tests.answers.land import Land


@pytest.fixture
def board(land: Land) -> Acting:
    return land.somebody("board", "district_officer", office="health_board")


def test_it_climbs_the_line_of_health_and_not_of_the_administration(land: Land, board: Acting) -> None:
    action = land.promise()
    escalate(by=land.vuthy, action=action, reason="We have no budget for a nurse")
    action.refresh_from_db()
    assert action.escalated_to == land.offices["health_board"]
    assert action.status == "needs_higher_level"
    assert list(Action.objects.waiting_for(land.offices["health_board"])) == [action]
    assert not Action.objects.waiting_for(land.offices["clinic"]).exists()
    assert not Action.objects.waiting_for(land.offices["shire"]).exists()
    assert list(Action.objects.within(scope_of(board))) == [action]


@pytest.mark.parametrize(
    ("office", "facility", "above"), [("school", "school", "school_board"), ("parish", None, "shire")]
)
def test_it_takes_each_service_up_its_own_line(
    land: Land, office: str, facility: str | None, above: str
) -> None:
    from samleng.ground.offices.models import Duty
    from samleng.ground.services.models import Service

    Duty.objects.create(
        office=land.offices["parish"],
        service=Service.objects.get(code="PA"),
        area=land.parish,
        since="2020-01-01",
    )
    action = land.promise(office=land.offices[office], facility=getattr(land, facility) if facility else None)
    escalate(by=land.sophea, action=action, reason="why")
    action.refresh_from_db()
    assert action.escalated_to == land.offices[above]


def test_it_needs_a_reason_and_asks_one_office_at_a_time(land: Land) -> None:
    action = land.promise()
    with pytest.raises(Refusal) as refused:
        escalate(by=land.vuthy, action=action, reason="")
    assert refused.value.field == "reason"
    escalate(by=land.vuthy, action=action, reason="why")
    with pytest.raises(Refusal) as refused:
        escalate(by=land.vuthy, action=action, reason="why")
    assert refused.value.code == "asked_already"


def test_it_is_answered_by_the_office_asked_and_no_other(land: Land, board: Acting) -> None:
    action = land.promise()
    escalate(by=land.vuthy, action=action, reason="why")
    for by in (
        land.vuthy,
        land.stranger,
        land.sophea,
        land.somebody("shire", "district_officer", office="shire"),
    ):
        with pytest.raises(Denied):
            answer_escalation(by=by, action=action, answer="taken_up")
    answer_escalation(by=board, action=action, answer="taken_up")
    action.refresh_from_db()
    assert action.escalation == "taken_up"
    report_progress(by=board, action=action, percent=30)
    claim(by=board, action=action, reason="The nurse is there")
    action.refresh_from_db()
    assert action.claimed_on


def test_it_comes_back_with_a_reason(land: Land, board: Acting) -> None:
    action = land.promise()
    escalate(by=land.vuthy, action=action, reason="why")
    with pytest.raises(Refusal) as refused:
        answer_escalation(by=board, action=action, answer="returned")
    assert refused.value.field == "reason"
    answer_escalation(by=board, action=action, answer="returned", reason="Use your own budget")
    action.refresh_from_db()
    assert (action.escalated_to, action.escalation, action.status) == (None, "", "in_progress")
    assert list(Action.objects.waiting_for(land.offices["clinic"])) == [action]


def test_it_climbs_further_after_a_refusal_until_there_is_no_higher_office(land: Land, board: Acting) -> None:
    action = land.promise()
    escalate(by=land.vuthy, action=action, reason="why")
    answer_escalation(by=board, action=action, answer="refused", reason="No money here either")
    assert list(Action.objects.waiting_for(land.offices["clinic"])) == [action]
    escalate(by=land.vuthy, action=action, reason="why")
    action.refresh_from_db()
    assert action.escalated_to == land.offices["ministry"]
    ministry = land.somebody("ministry", "district_officer", office="ministry")
    answer_escalation(by=ministry, action=action, answer="refused", reason="Next year")
    with pytest.raises(Refusal) as refused:
        escalate(by=land.vuthy, action=action, reason="why")
    assert refused.value.code == "top"
    with pytest.raises(Refusal) as refused:
        answer_escalation(by=ministry, action=action, answer="taken_up")
    assert refused.value.code == "not_asked"
