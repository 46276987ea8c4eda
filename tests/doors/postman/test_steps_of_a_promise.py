"""Each step of a promise reaches whoever owns the next one, exactly once, and nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.actions.verbs import climbing, following, giving
from samleng.answers.plans.models import Plan
from samleng.answers.plans.verbs.planning import adopt, agree, open_plan
from samleng.answers.plans.verbs.watching import appoint, dismiss
from samleng.doors.postman.models import Notice
from samleng.doors.postman.rules import due_reminder
from samleng.doors.postman.verbs.telling import remind, tell
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import keep
from tests.answers.land import picture
from tests.world import World

TODAY = timezone.localdate


class Street:
    """The world with a plan, one promise of the clinic in it, and people who watch over it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dara = self.watcher("dara", "ambassador")
        self.sok = self.watcher("sok", "committee")
        # Holds the same kind of seat in the same place, but is named on no plan.
        self.idle = self.watcher("idle", "committee")
        self.board = welcome(by=SYSTEM, name="board", username="board")
        seat(by=SYSTEM, person=self.board, role="district_officer", office=world.health_board)
        self.plan: Plan = open_plan(
            by=SYSTEM,
            programme=world.programme,
            framework=world.framework,
            place=world.commune,
            office=world.hall_office,
            year=TODAY().year,
        )
        for person, role in ((self.dara, "ambassador"), (self.sok, "committee")):
            appoint(by=SYSTEM, plan=self.plan, person=person, role=role)
        item = agree(
            by=SYSTEM,
            plan=self.plan,
            office=world.clinic_office,
            facility=world.clinic,
            agreed_on=TODAY() - timedelta(days=200),
            terms=Terms(
                part="B",
                text={"en": "Put up the price list"},
                starts_on=TODAY() - timedelta(days=200),
                due_on=TODAY() + timedelta(days=30),
            ),
        )
        self.action: Action = item.action
        told(clear=True)

    def watcher(self, name: str, role: str) -> Person:
        person: Person = welcome(by=SYSTEM, name=name, username=name)
        seat(by=SYSTEM, person=person, role=role, programme=self.world.programme, area=self.world.commune)
        return person

    def by(self, person: Person) -> Any:
        return self.world.by(person)

    def moved(self, **fields: Any) -> None:
        Action.objects.filter(pk=self.action.pk).update(**fields)
        self.action.refresh_from_db()


def told(clear: bool = False) -> set[tuple[str, str]]:
    """(person, kind) of every notice since the last time; each must stand there once."""
    for _again in range(2):
        tell()
    rows = list(Notice.objects.values_list("person__username", "person__name", "kind"))
    assert len(rows) == len(set(rows)), rows
    Notice.objects.all().delete()
    return set() if clear else {(name, kind) for _username, name, kind in rows}


@pytest.fixture
def street(world: World, settings: Any, tmp_path: Any) -> Street:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Street(world)


def judges(street: Street) -> set[str]:
    """Everybody who may look whether a claim is true."""
    return {
        one.name
        for one in (street.world.sophea, street.world.admin, street.world.officer, street.dara, street.sok)
    }


def test_it_brings_a_promise_to_the_office_that_gave_it(street: Street) -> None:
    giving.promise(
        by=SYSTEM,
        programme=street.world.programme,
        framework=street.world.framework,
        place=street.world.commune,
        office=street.world.clinic_office,
        agreed_on=TODAY(),
        terms=Terms(part="B", text={"en": "Open at seven"}, starts_on=TODAY(), due_on=TODAY()),
    )
    assert told() == {(street.world.vuthy.name, "promise_given_to_you")}


def test_it_brings_a_claim_to_those_who_may_judge_it_and_to_no_idle_watcher(street: Street) -> None:
    following.claim(by=street.by(street.world.vuthy), action=street.action, reason="done")
    assert told() == {(name, "claim_to_confirm") for name in judges(street)}


def test_it_brings_every_verdict_and_dispute_back_to_the_office(street: Street) -> None:
    world, action = street.world, street.action
    following.claim(by=street.by(world.vuthy), action=action, reason="done")
    told(clear=True)
    following.confirm(by=street.by(world.sophea), action=action, verdict="half", reason="only one")
    assert told() == {(world.vuthy.name, "claim_answered")}
    following.claim(by=street.by(world.vuthy), action=action, reason="now both")
    assert told() == {(name, "claim_to_confirm") for name in judges(street)}
    following.confirm(by=street.by(world.sophea), action=action)
    assert told() == {(world.vuthy.name, "claim_answered")}
    following.dispute(by=street.by(world.sophea), action=action, reason="it fell down")
    assert told() == {(world.vuthy.name, "claim_disputed")}


def test_it_takes_a_matter_up_and_its_answer_down(street: Street) -> None:
    world, action = street.world, street.action
    climbing.escalate(by=street.by(world.vuthy), action=action, reason="no budget")
    assert told() == {("board", "put_to_you")}
    climbing.answer_escalation(by=street.by(street.board), action=action, answer="taken_up")
    assert told() == {(world.vuthy.name, "matter_answered")}
    # The higher office owns it now: it is told what people say of what it did.
    following.claim(by=street.by(street.board), action=action, reason="bought")
    told(clear=True)
    following.confirm(by=street.by(world.sophea), action=action, verdict="not", reason="nothing came")
    assert told() == {("board", "claim_answered"), (world.vuthy.name, "claim_answered")}


def test_it_tells_of_more_time_of_the_end_and_of_adoption(street: Street) -> None:
    world, action = street.world, street.action
    giving.extend(
        by=street.by(world.vuthy), action=action, due_on=TODAY() + timedelta(days=60), reason="rain"
    )
    assert told() == {("dara", "more_time"), ("sok", "more_time")}
    scan = keep(by=SYSTEM, file=picture(), kind="scan", owner=world.programme.owner_key)
    adopt(by=SYSTEM, plan=street.plan, scan=scan, adopted_on=TODAY())
    assert told() == {(name, "plan_adopted") for name in ("dara", "sok", world.chief.name)}
    following.drop(by=street.by(world.vuthy), action=action, reason="the building is closed")
    assert told() == {(name, "promise_dropped") for name in judges(street)}


def test_it_asks_only_the_one_appointed(street: Street) -> None:
    appoint(by=SYSTEM, plan=street.plan, person=street.idle, role="committee")
    assert told() == {("idle", "you_watch_a_plan")}


def test_it_tells_a_dismissed_watcher_nothing_more(street: Street) -> None:
    dismiss(by=SYSTEM, member=street.plan.members.get(person=street.sok))
    told(clear=True)
    following.claim(by=street.by(street.world.vuthy), action=street.action, reason="done")
    assert ("sok", "claim_to_confirm") not in told()


@pytest.mark.parametrize(
    ("days", "kind"), [(-14, "promise_falls_due"), (0, "promise_falls_due"), (14, "promise_is_late")]
)
def test_it_reminds_the_office_on_each_day_once_also_when_the_worker_came_late(
    street: Street, days: int, kind: str
) -> None:
    street.moved(due_on=TODAY() - timedelta(days=days))
    assert remind() == 1
    assert remind() == 0
    street.moved(due_on=TODAY() - timedelta(days=days + 3))
    Notice.objects.all().delete()
    assert remind() == 1
    assert set(Notice.objects.values_list("person__name", "kind")) == {(street.world.vuthy.name, kind)}


def test_it_reminds_the_higher_office_of_what_it_has_not_answered(street: Street) -> None:
    climbing.escalate(by=street.by(street.world.vuthy), action=street.action, reason="no budget")
    assert remind() == 0
    street.moved(status_on=TODAY() - timedelta(days=14), due_on=TODAY())
    assert remind() == 1
    assert list(Notice.objects.values_list("person__name", "kind")) == [("board", "matter_unanswered")]


def test_it_reminds_those_who_may_judge_and_not_the_office_once_it_is_claimed(street: Street) -> None:
    following.claim(by=street.by(street.world.vuthy), action=street.action, reason="done")
    street.moved(claimed_on=TODAY() - timedelta(days=14), due_on=TODAY())
    assert remind() == len(judges(street))
    assert remind() == 0
    found = set(Notice.objects.values_list("person__name", "kind"))
    assert found == {(name, "claim_unconfirmed") for name in judges(street)}


def test_it_reminds_nobody_of_what_is_kept_given_up_or_worded_anew(street: Street) -> None:
    street.moved(due_on=TODAY())
    following.drop(by=street.by(street.world.vuthy), action=street.action, reason="closed")
    assert remind() == 0


def test_it_knows_which_day_it_is() -> None:
    since, days = date(2026, 5, 20), (-14, 0, 14, 30)
    assert [
        due_reminder(since, days, since + timedelta(days=n)) for n in (-15, -14, -8, -7, 0, 6, 7, 14, 36, 37)
    ] == [*(None, -14, -14, None, 0, 0, None, 14, 30, None)]
