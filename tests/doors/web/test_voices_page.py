"""Beside the scorecards lies what people reported: a facilitator makes an action of it, or says which has."""

from __future__ import annotations

from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Plan, PlanItem, TakenUp
from samleng.insight.disclosure.pledges import frameworks_of, pledges
from samleng.insight.evidence.models import PromiseFact
from samleng.insight.evidence.verbs import project_all
from tests.doors.web.agreed import agreed, met, page, plan_of, post, terms
from tests.doors.web.facilitated import at, client_of
from tests.town import Town, town
from tests.world import World, world

__all__ = ["town", "world"]


def test_it_is_made_a_new_action_from_the_meeting_that_opens_the_plan(world: World, town: Town) -> None:
    case = town.file("dump").case
    meeting, client = met(world), client_of(world.sophea)
    html = page(client, "meeting_voices", meeting.pk)
    assert case.reference in html and "1 person speaks in it" in html
    mark = f"case-{case.pk}"
    assert f"{at('meeting_agree', meeting.pk)}?voice={mark}" in html
    url = f"{at('meeting_agree', meeting.pk)}?voice={mark}"
    assert case.reference in client.get(url).content.decode()
    answer = client.post(url, {"token": "1b4e28ba-2fa1-11d2-883f-0016d3cca427", **terms(world)})
    assert answer.status_code == 302
    assert TakenUp.objects.get().case == case
    assert Plan.objects.get().items.get().action == TakenUp.objects.get().action


def test_it_is_answered_by_an_action_the_plan_has(world: World, town: Town) -> None:
    case, action = town.file("dump").case, agreed(world)
    plan, client = plan_of(action), client_of(world.sophea)
    assert at("plan_voices", plan.pk) in page(client, "plan", plan.pk)
    item = PlanItem.objects.get(action=action)
    answer = post(client, "plan_voices", plan.pk, item=item.pk, voice=f"case-{case.pk}")
    assert answer.status_code == 302
    assert at("action", action.pk) in page(client, "plan_voices", plan.pk)
    assert TakenUp.objects.get().action == action


def test_it_is_empty_where_nobody_reported_and_never_shows_a_sealed_case(world: World, town: Town) -> None:
    sealed = town.file("slow").case
    plan = plan_of(agreed(world))
    html = page(client_of(world.sophea), "plan_voices", plan.pk)
    assert "Nobody has reported anything here yet" in html and sealed.reference not in html
    answer = post(
        client_of(world.sophea), "plan_voices", plan.pk, item=plan.items.get().pk, voice=f"case-{sealed.pk}"
    )
    assert answer.status_code in (403, 404) and not TakenUp.objects.exists()
    url = f"{at('plan_agree', plan.pk)}?voice=case-{sealed.pk}"
    before = Action.objects.count()
    assert client_of(world.sophea).post(url, terms(world)).status_code in (403, 404)
    assert Action.objects.count() == before


def test_it_is_for_those_who_agree_on_plans(world: World, town: Town) -> None:
    meeting = met(world)
    plan = plan_of(agreed(world, meeting))
    for name, pk in (("plan_voices", plan.pk), ("meeting_voices", meeting.pk)):
        assert client_of(town.stranger).get(at(name, pk)).status_code in (403, 404)


def test_it_is_told_in_public_how_many_reports_a_promise_answers(world: World, town: Town) -> None:
    case, action = town.file("dump").case, agreed(world)
    plan = plan_of(action)
    post(client_of(world.sophea), "plan_voices", plan.pk, item=plan.items.get().pk, voice=f"case-{case.pk}")
    project_all(today=timezone.localdate())
    facts = list(PromiseFact.objects.all())
    (pledge,) = pledges(facts, frameworks_of(facts))
    assert (pledge.reports, pledge.few) == (None, True)
    for _n in range(5):
        town.file("dump", joins=case)
    (pledge,) = pledges(facts, frameworks_of(facts))
    assert (pledge.reports, pledge.few) == (6, False)
