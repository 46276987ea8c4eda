"""Members see and confirm just the plan they are named on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.answers.actions.models import Step
from samleng.answers.actions.verbs.following import claim
from samleng.answers.plans.models import Member, Plan
from samleng.answers.plans.reading import actions_seen_by, plans_seen_by
from samleng.answers.plans.verbs.planning import agree
from samleng.answers.plans.verbs.watching import appoint, confirm, dismiss, dispute
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.kit.words.refusals import Refusal
from tests.answers.land import Land, some_terms


@pytest.fixture
def plan(land: Land) -> Plan:
    plan = land.plan()
    item = agree(by=land.sophea, plan=plan, terms=some_terms(), office=land.offices["clinic"])
    claim(by=land.vuthy, action=item.action, reason="done")
    return plan


@pytest.fixture
def watcher(land: Land) -> Acting:
    return land.somebody("watcher", "committee")


def test_it_opens_one_plan_and_its_actions_to_a_member(land: Land, plan: Plan, watcher: Acting) -> None:
    other = land.plan(year=plan.year + 1)
    agree(by=land.sophea, plan=other, terms=some_terms(), office=land.offices["clinic"])
    assert not plans_seen_by(watcher).exists() and not actions_seen_by(watcher).exists()
    appoint(by=land.officer, plan=plan, person=land.people["watcher"], role="committee")
    assert list(plans_seen_by(watcher)) == [plan]
    assert actions_seen_by(watcher).count() == 1


def test_it_lets_a_member_confirm_and_says_as_whom(land: Land, plan: Plan, watcher: Acting) -> None:
    action = plan.items.get().action
    with pytest.raises(Denied):
        confirm(by=watcher, action=action)
    appoint(by=land.officer, plan=plan, person=land.people["watcher"], role="ambassador")
    step = confirm(by=watcher, action=action)
    assert (step.party, step.by) == ("ambassador", watcher.key)
    dispute(by=watcher, action=action, reason="It broke")
    action.refresh_from_db()
    assert action.confirmed_on is None


def test_it_lets_no_member_confirm_another_plans_action(land: Land, plan: Plan, watcher: Acting) -> None:
    appoint(by=land.officer, plan=plan, person=land.people["watcher"], role="committee")
    foreign = land.promise()
    claim(by=land.vuthy, action=foreign, reason="x")
    with pytest.raises(Denied):
        confirm(by=watcher, action=foreign)


def test_it_lets_no_member_confirm_what_their_own_office_claimed(land: Land, plan: Plan) -> None:
    nurse = land.somebody("nurse", "clerk", office="clinic")
    appoint(by=land.officer, plan=plan, person=land.people["nurse"], role="committee")
    with pytest.raises(Refusal) as refused:
        confirm(by=nurse, action=plan.items.get().action)
    assert refused.value.code == "own_claim"
    assert not Step.objects.filter(kind="verdict").exists()


def test_it_ends_with_the_membership(land: Land, plan: Plan, watcher: Acting) -> None:
    member = appoint(by=land.officer, plan=plan, person=land.people["watcher"], role="committee")
    dismiss(by=land.officer, member=member)
    assert not plans_seen_by(watcher).exists()
    with pytest.raises(Denied):
        confirm(by=watcher, action=plan.items.get().action)


def test_it_has_not_begun_before_its_day(land: Land, plan: Plan, watcher: Acting) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    appoint(by=land.officer, plan=plan, person=land.people["watcher"], role="committee", since=tomorrow)
    assert not plans_seen_by(watcher).exists()
    assert plans_seen_by(watcher, tomorrow).exists()


def test_it_appoints_once_and_changes_roles_by_a_new_membership(
    land: Land, plan: Plan, watcher: Acting
) -> None:
    person = land.people["watcher"]
    first = appoint(by=land.officer, plan=plan, person=person, role="committee")
    assert appoint(by=land.officer, plan=plan, person=person, role="committee") == first
    appoint(by=land.officer, plan=plan, person=person, role="ambassador")
    assert list(Member.objects.filter(until=None).values_list("role", flat=True)) == ["ambassador"]
    with pytest.raises(Refusal) as refused:
        appoint(by=land.officer, plan=plan, person=person, role="king")
    assert refused.value.field == "role"
    for by in (land.stranger, land.sophea, watcher):
        with pytest.raises(Denied):
            appoint(by=by, plan=plan, person=person, role="committee")
