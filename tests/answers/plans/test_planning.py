"""One plan a commune and year: filled, joined, ordered, adopted, carried over."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from samleng.answers.actions.models import Action, Reach
from samleng.answers.actions.verbs.following import claim, confirm, drop
from samleng.answers.plans.models import Plan, PlanItem
from samleng.answers.plans.reading import items_of, plan_rates, plans_seen_by
from samleng.answers.plans.verbs.meeting import close_meeting
from samleng.answers.plans.verbs.planning import adopt, agree, carry_over, join_action, place_item, reword
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import keep
from samleng.kit.words.refusals import Refusal
from tests.answers.actions.test_following import at_once
from tests.answers.land import Land, picture, some_terms

TODAY = timezone.localdate


def agreed(land: Land, plan: Plan, **how) -> PlanItem:
    terms = some_terms(**{k: how.pop(k) for k in list(how) if k in ("part", "text", "due_on", "cost")})
    given = {"by": land.sophea, "plan": plan, "terms": terms, "office": land.offices["clinic"]}
    return agree(**(given | {"agreed_on": TODAY() - timedelta(days=5)} | how))


def test_it_is_one_plan_a_place_and_year(land: Land) -> None:
    first = land.plan(by=land.clerk)
    assert land.plan(by=land.officer) == first
    assert land.plan(year=TODAY().year + 1).pk != first.pk
    assert Entry.objects.filter(verb="plans.open_plan").count() == 2
    with pytest.raises(Refusal) as refused:
        land.plan(place=land.places["shire"])
    assert refused.value.field == "place"
    for by in (land.stranger, land.somebody("teacher", "clerk", office="school")):
        with pytest.raises(Denied):
            land.plan(by=by)


def test_it_takes_a_suggestion_with_its_criterion_and_both_scores(land: Land) -> None:
    meeting, plan = land.meeting(), land.plan()
    item = agreed(land, plan, meeting=meeting, criterion="CL02", agreed_on=None)
    action = item.action
    assert (action.criterion, action.facility, action.agreed_on) == ("CL02", land.clinic, meeting.held_on)
    assert action.community_result == land.results["community/CL02"]
    assert action.provider_result == land.results["provider/CL02"]
    only_one = agreed(land, plan, meeting=meeting, criterion="own-1")
    assert only_one.action.provider_result is None
    with pytest.raises(Refusal) as refused:
        agreed(land, plan, meeting=meeting, criterion="CL99")
    assert refused.value.field == "criterion"


def test_it_takes_nothing_into_a_meeting_that_has_closed(land: Land) -> None:
    meeting, plan, request = land.meeting(), land.plan(), uuid4()
    first = agreed(land, plan, meeting=meeting, criterion="CL02", agreed_on=None, request=request)
    close_meeting(by=land.sophea, meeting=meeting)
    with pytest.raises(Refusal, match="closed") as refused:
        agreed(land, plan, meeting=meeting, criterion="CL02", agreed_on=None)
    assert refused.value.remedy
    assert Action.objects.count() == 1
    # The phone that sent it before, and did not hear the answer, hears it now.
    assert agreed(land, plan, meeting=meeting, criterion="CL02", agreed_on=None, request=request) == first


def test_it_agrees_once_when_sent_twice(land: Land) -> None:
    plan, request = land.plan(), uuid4()
    assert agreed(land, plan, request=request) == agreed(land, plan, request=request)
    assert Action.objects.count() == 1


def test_it_refuses_a_meeting_of_elsewhere_and_people_of_elsewhere(land: Land) -> None:
    meeting = land.meeting(place=land.places["neighbour"], cards=[land.cards["provider"]])
    with pytest.raises(Refusal) as refused:
        agreed(land, land.plan(), meeting=meeting, criterion="CL01")
    assert refused.value.field == "meeting"
    for by in (land.stranger, land.somebody("member", "committee")):
        with pytest.raises(Denied):
            agreed(land, land.plan(), by=by)


def test_it_orders_items_within_their_part(land: Land) -> None:
    plan = land.plan()
    items = [
        agreed(land, plan, part=part, text={"en": name})
        for part, name in (("B", "1"), ("A", "a"), ("B", "2"), ("B", "3"))
    ]
    place_item(by=land.sophea, item=items[3], order=1)
    assert [item.action.text["en"] for item in items_of(plan)] == ["a", "3", "1", "2"]
    place_item(by=land.sophea, item=items[3], order=99)
    assert [item.action.text["en"] for item in items_of(plan)] == ["a", "1", "2", "3"]


def test_it_joins_an_action_that_serves_two_communes_once(land: Land) -> None:
    here, there = land.plan(), land.plan(place=land.places["neighbour"], office=land.offices["neighbour"])
    action = agreed(land, here).action
    first = join_action(by=land.officer, plan=there, action=action)
    assert join_action(by=land.officer, plan=there, action=action) == first
    assert Action.objects.count() == 1
    assert Reach.objects.get().place == land.places["neighbour"]
    claim(by=land.vuthy, action=action, reason="done")
    confirm(by=land.somebody("far", "facilitator", area="neighbour"), action=action)
    with pytest.raises(Refusal) as refused:
        join_action(by=land.officer, plan=land.plan(year=TODAY().year + 1), action=action)
    assert refused.value.code == "finished"


def test_it_adopts_with_the_stamped_scan_and_binds_every_promise(land: Land) -> None:
    plan, scan = land.plan(), land.scan()
    with pytest.raises(Refusal) as refused:
        adopt(by=land.clerk, plan=plan, scan=scan, adopted_on=TODAY())
    assert refused.value.code == "empty_plan"
    item = agreed(land, plan)
    for wrong, field in (
        ({"scan": None}, "scan"),
        ({"scan": land.photo()}, "scan"),
        ({"adopted_on": TODAY() + timedelta(days=9)}, "adopted_on"),
        ({"adopted_on": TODAY() - timedelta(days=90)}, "adopted_on"),
    ):
        with pytest.raises(Refusal) as refused:
            adopt(**({"by": land.clerk, "plan": plan, "scan": scan, "adopted_on": TODAY()} | wrong))
        assert refused.value.field == field
    plan = adopt(by=land.clerk, plan=plan, scan=scan, adopted_on=TODAY())
    item.action.refresh_from_db()
    assert plan.adopted_on == item.action.adopted_on == TODAY()
    adopt(by=land.clerk, plan=plan, scan=scan, adopted_on=TODAY() - timedelta(days=1))
    assert Entry.objects.filter(verb="plans.adopt").count() == 1


def test_it_refuses_another_programmes_scan_and_adopters(land: Land) -> None:
    plan = land.plan()
    agreed(land, plan)
    theirs = keep(by=SYSTEM, file=picture(), kind="scan", owner=land.other.owner_key)
    with pytest.raises(Denied):
        adopt(by=land.clerk, plan=plan, scan=theirs, adopted_on=TODAY())
    for by in (land.stranger, land.sophea):
        with pytest.raises(Denied):
            adopt(by=by, plan=plan, scan=land.scan(), adopted_on=TODAY())


def test_it_adopts_later_what_was_agreed_later_and_keeps_the_first_day(land: Land) -> None:
    plan = land.plan()
    first = agreed(land, plan)
    adopt(by=land.clerk, plan=plan, scan=land.scan(), adopted_on=TODAY() - timedelta(days=2))
    later = agreed(land, plan, text={"en": "Also this"})
    plan = adopt(by=land.clerk, plan=plan, scan=land.scan("grey"), adopted_on=TODAY())
    days = [Action.objects.get(pk=item.action_id).adopted_on for item in (first, later)]
    assert days == [TODAY() - timedelta(days=2), TODAY()]
    assert plan.adopted_on == TODAY() - timedelta(days=2)


def test_it_words_an_adopted_item_by_a_successor_in_every_plan(land: Land) -> None:
    plan = land.plan()
    other = land.plan(place=land.places["neighbour"], office=land.offices["neighbour"])
    item = agreed(land, plan)
    join_action(by=land.officer, plan=other, action=item.action)
    item = reword(by=land.officer, item=item, terms=some_terms(text={"en": "First wording"}))
    assert Action.objects.count() == 1
    adopt(by=land.clerk, plan=plan, scan=land.scan(), adopted_on=TODAY())
    with pytest.raises(Refusal) as refused:
        reword(by=land.officer, item=item, terms=some_terms(text={"en": "Second"}))
    assert refused.value.field == "reason"
    item = reword(by=land.officer, item=item, terms=some_terms(text={"en": "Second"}), reason="Clearer")
    assert item.action.supersedes.text == {"en": "First wording"}
    assert {i.action_id for i in PlanItem.objects.all()} == {item.action_id}


def test_it_carries_over_only_what_is_unfinished_and_only_once(land: Land) -> None:
    plan = land.plan()
    kept, dropped, claimed, started = [agreed(land, plan, text={"en": str(n)}) for n in range(4)]
    claim(by=land.vuthy, action=kept.action, reason="x")
    confirm(by=land.sophea, action=kept.action)
    drop(by=land.vuthy, action=dropped.action, reason="x")
    claim(by=land.vuthy, action=claimed.action, reason="x")
    following = carry_over(by=land.clerk, plan=plan)
    assert carry_over(by=land.clerk, plan=plan) == following
    assert (following.year, following.carried_from) == (plan.year + 1, plan)
    items = items_of(following)
    assert {item.action_id for item in items} == {claimed.action_id, started.action_id}
    assert {item.carried_from for item in items} == {plan}
    assert Action.objects.count() == 4
    assert Entry.objects.filter(verb="plans.carry_over").count() == 1
    with pytest.raises(Denied):
        carry_over(by=land.stranger, plan=plan)


def test_it_gives_rates_of_kept_promises(land: Land) -> None:
    plan = land.plan()
    old = TODAY() - timedelta(days=400)
    items = [agreed(land, plan, agreed_on=old, text={"en": str(n)}) for n in range(4)]
    same_day, slow, unconfirmed, _never = [item.action for item in items]
    claim(by=land.vuthy, action=same_day, reason="x", on=old)
    claim(by=land.vuthy, action=slow, reason="x", on=old + timedelta(days=300))
    claim(by=land.vuthy, action=unconfirmed, reason="x", on=old + timedelta(days=20))
    for action in (same_day, slow):
        confirm(by=land.sophea, action=action)
    found = {rate.months: (rate.confirmed, rate.claimed, rate.promised) for rate in plan_rates(plan)}
    assert found == {0: (1, 1, 4), 6: (1, 2, 4), 12: (2, 3, 4)}


def test_it_is_seen_by_its_people_only(land: Land) -> None:
    plan = land.plan()
    for by in (land.sophea, land.clerk, land.officer):
        assert list(plans_seen_by(by)) == [plan]
    for by in (
        land.stranger,
        land.somebody("member", "committee"),
        land.somebody("far", "facilitator", area="neighbour"),
    ):
        assert not plans_seen_by(by).exists()


def test_it_opens_one_plan_for_two_people_at_once(shared_land: Land) -> None:
    land, one, two = shared_land, shared_land.clerk, shared_land.officer
    answers = at_once(lambda: land.plan(by=one), lambda: land.plan(by=two))
    assert answers[0] == answers[1] and Plan.objects.count() == 1
