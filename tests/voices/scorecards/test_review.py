"""What can be done only while a scorecard is in review, and what is said at any other time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samleng.ground.people.rules import Acting
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.planning import cancel
from samleng.voices.scorecards.verbs.review import complete, look, send_back, tick
from tests.world import World

pytestmark = pytest.mark.django_db
Make = Callable[[World], Scorecard]
Act = Callable[[Acting, Scorecard], None]
NOT_SENT = "This scorecard has not been sent in yet. It must be sent in by its facilitator first."
COMPLETED = "This scorecard is completed. Ask for it to be unlocked if something has to be corrected."
CANCELLED = "This scorecard was cancelled. Ask for a new one if the meeting is to be held after all."


def completing(by: Acting, card: Scorecard) -> None:
    complete(by=by, scorecard=card)


def ticking(by: Acting, card: Scorecard) -> None:
    tick(by=by, scorecard=card, ticked={})


def sending_back(by: Acting, card: Scorecard) -> None:
    send_back(by=by, scorecard=card, reason="Count again")


def planned(world: World) -> Scorecard:
    return world.plan_card()


def running(world: World) -> Scorecard:
    return world.running_card()


def completed(world: World) -> Scorecard:
    return world.held_card()


def cancelled(world: World) -> Scorecard:
    return cancel(by=world.by(world.officer), scorecard=world.plan_card(), reason="The road is flooded")


@pytest.mark.parametrize(
    ("make", "act", "said"),
    [
        *(
            (make, act, NOT_SENT)
            for make in (planned, running)
            for act in (completing, ticking, sending_back)
        ),
        *((completed, act, COMPLETED) for act in (ticking, sending_back)),
        *((cancelled, act, CANCELLED) for act in (completing, ticking, sending_back)),
    ],
)
def test_it_says_why_a_card_is_not_in_review_and_what_helps(
    world: World, make: Make, act: Act, said: str
) -> None:
    card = make(world)
    rows = Entry.objects.count()
    with pytest.raises(Refusal) as refused:
        act(world.by(world.officer), card)
    assert (str(refused.value), refused.value.code) == (said, "state")
    assert Scorecard.objects.get(pk=card.pk).state == card.state
    assert Entry.objects.count() == rows


def test_it_completes_what_is_complete_only_once(world: World) -> None:
    card = world.held_card()
    complete(by=world.by(world.officer), scorecard=card)
    assert Entry.objects.about(card).filter(verb="scorecards.complete").count() == 1


def test_it_writes_each_look_at_exact_figures_down(world: World) -> None:
    card = world.held_card()
    reviewer = world.by(world.officer)
    assert look(by=reviewer, scorecard=card) == card.sheets.get()
    look(by=reviewer, scorecard=card)
    rows = Entry.objects.about(card).filter(verb="scorecards.look")
    assert [row.actor for row in rows] == [reviewer.key] * 2


def test_it_shows_exact_figures_also_to_whoever_held_the_meeting_and_to_nobody_else(world: World) -> None:
    card = world.held_card()
    for person in (world.stranger, world.vuthy, world.unassigned):
        with pytest.raises(Denied):
            look(by=world.by(person), scorecard=card)
    assert not Entry.objects.filter(verb="scorecards.look").exists()
    assert look(by=world.by(world.sophea), scorecard=card) is not None


def test_it_has_nothing_to_show_before_a_card_is_sent_in(world: World) -> None:
    assert look(by=world.by(world.officer), scorecard=world.running_card()) is None
    assert not Entry.objects.filter(verb="scorecards.look").exists()
