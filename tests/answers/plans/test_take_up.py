"""What people reported becomes an action of the plan; whoever reported it reads so, and that it was kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.actions.verbs.following import claim, confirm, drop
from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.reading import thread
from samleng.answers.cases.verbs.clustering import gather, take_back
from samleng.answers.cases.verbs.moving import merge
from samleng.answers.plans.models import PlanItem, TakenUp
from samleng.answers.plans.reading import people_behind, voices_at
from samleng.answers.plans.verbs.planning import agree, open_plan, reword
from samleng.answers.plans.verbs.taking import take_up, tell_ends
from samleng.doors.postman.verbs.nudging import send_nudges
from samleng.doors.postman.verbs.telling import tell
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.town import Town, town
from tests.world import World, world

__all__ = ["town", "world"]
TODAY = timezone.localdate


@pytest.fixture
def item(world: World, town: Town) -> PlanItem:
    """An action of the commune's plan."""
    plan = open_plan(
        by=SYSTEM, programme=world.programme, framework=world.framework, place=town.commune,
        office=world.hall_office, year=TODAY().year,
    )  # fmt: skip
    made: PlanItem = agree(by=SYSTEM, plan=plan, office=world.hall_office, terms=terms("Clear the dump"))
    return made


def terms(text: str) -> Terms:
    return Terms(part="A", text={"en": text}, starts_on=TODAY(), due_on=TODAY() + timedelta(days=30))


def kinds(case: Case) -> list[str]:
    return list(case.steps.order_by("at").values_list("kind", flat=True))


def kept(item: PlanItem) -> None:
    action = Action.objects.get(pk=item.action_id)
    Action.objects.filter(pk=action.pk).update(claimed_on=TODAY(), confirmed_on=TODAY())


def sent() -> list[Any]:
    while tell():
        pass
    send_nudges()
    out, mail.outbox = mail.outbox, []
    return [one.to for one in out]


def clustered(town: Town, many: int = 6) -> Any:
    """Confidential complaints that came together, each in a wording its reporter let go."""
    cases = [town.file("slow", approved="They are slow", may_climb=True).case for _n in range(many)]
    return gather(
        by=town.by(town.boss), office=town.sweepers, place=town.commune, cases=cases, words="Sweeping is slow"
    )


def test_it_lets_an_action_answer_a_public_report_once(item: PlanItem, town: Town, world: World):
    case = town.file("dump").case
    by = world.by(world.sophea)
    first = take_up(by=by, item=item, case=case)
    assert take_up(by=by, item=item, case=case) == first
    assert kinds(case) == ["receive", "promised"]


def test_it_tells_every_reporter_when_it_is_taken_up_and_when_the_promise_is_kept(item: PlanItem, town: Town):
    first = town.file("dump", notice_to="dara@example.org")
    second = town.file("dump", notice_to="sok@example.org", joins=first.case)
    take_up(by=SYSTEM, item=item, case=first.case)
    assert sorted(sent()) == [["dara@example.org"], ["sok@example.org"]]
    assert tell_ends() == 0 and sent() == []
    kept(item)
    assert (tell_ends(), tell_ends()) == (1, 0)
    assert sorted(sent()) == [["dara@example.org"], ["sok@example.org"]]
    for one in (first, second):
        steps = thread(Heard.of(one.report)).steps
        assert [step.kind for step in steps if step.kind.startswith("promise")] == [
            "promised",
            "promise_kept",
        ]


def test_it_is_kept_only_when_people_confirmed_it(item: PlanItem, town: Town, world: World):
    case = town.file("dump").case
    take_up(by=SYSTEM, item=item, case=case)
    claim(by=SYSTEM, action=item.action, reason="done")
    assert tell_ends() == 0
    confirm(by=world.by(world.sophea), action=item.action)
    assert tell_ends() == 1 and kinds(case)[-1] == "promise_kept"


def test_it_says_so_when_the_promise_is_given_up(item: PlanItem, town: Town):
    case = town.file("dump").case
    take_up(by=SYSTEM, item=item, case=case)
    drop(by=SYSTEM, action=item.action, reason="No money")
    assert tell_ends() == 1 and kinds(case)[-1] == "promise_dropped"
    with pytest.raises(Refusal):
        take_up(by=SYSTEM, item=PlanItem.objects.get(pk=item.pk), case=town.file("dump").case)


def test_it_takes_sealed_reports_in_a_cluster_alone(item: PlanItem, town: Town):
    cluster = clustered(town)
    with pytest.raises(Denied):
        take_up(by=SYSTEM, item=item, case=cluster.cases.first())
    take_up(by=SYSTEM, item=item, cluster=cluster)
    kept(item)
    tell_ends()
    assert all(kinds(one)[-1] == "promise_kept" for one in cluster.cases.all())


def test_it_goes_on_with_the_case_another_was_joined_to(item: PlanItem, town: Town):
    first, second = (town.file("dump").case for _n in range(2))
    take_up(by=SYSTEM, item=item, case=first)
    merge(by=town.by(town.boss), case=second, others=[first])
    kept(item)
    tell_ends()
    assert kinds(second)[-1] == "promise_kept"
    assert kinds(first)[-1] == "merged"


def test_it_stays_with_an_action_that_is_worded_anew(item: PlanItem, town: Town):
    take_up(by=SYSTEM, item=item, case=town.file("dump").case)
    Action.objects.filter(pk=item.action_id).update(adopted_on=TODAY())
    again = reword(by=SYSTEM, item=item, terms=terms("Clear it twice"), reason="Clearer")
    assert TakenUp.objects.get().action_id == again.action_id != item.action_id


def test_it_refuses_what_is_of_elsewhere_or_taken_back(item: PlanItem, town: Town, world: World):
    far = town.file("dump", place=town.other_commune).case
    with pytest.raises(Denied):
        take_up(by=SYSTEM, item=item, case=far)
    with pytest.raises(Denied):
        take_up(by=town.by(town.stranger), item=item, case=town.file("dump").case)
    cluster = clustered(town)
    take_back(by=town.by(town.boss), cluster=cluster)
    with pytest.raises(Refusal) as refused:
        take_up(by=SYSTEM, item=item, cluster=cluster)
    assert refused.value.code == "taken_back"
    with pytest.raises(Refusal):
        take_up(by=SYSTEM, item=item)
    with pytest.raises(IntegrityError), transaction.atomic():
        TakenUp.objects.create(action=item.action)


def test_it_shows_what_offices_put_forward_and_counts_each_report_once(item: PlanItem, town: Town):
    case = town.file("dump").case
    town.file("dump", joins=case)
    town.file("slow")
    cluster = clustered(town)
    both = gather(
        by=town.by(town.boss),
        office=town.sweepers,
        place=town.commune,
        cases=[town.again(case)],
        words="Dump",
    )
    town.file("dump", place=town.other_commune)
    voices = voices_at(town.commune)
    assert [(one.people, bool(one.cluster)) for one in voices] == [(6, True), (2, True), (2, False)]
    for thing in ({"case": case}, {"cluster": both}, {"cluster": cluster}):
        take_up(by=SYSTEM, item=item, **thing)
    assert people_behind([item.action_id]) == {item.action_id: 8}
    assert [len(one.actions) for one in voices_at(town.commune)] == [1, 1, 1]
