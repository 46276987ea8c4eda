"""Opening a vote: on what the room has chosen, by who holds the meeting, for a room or for days."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Poll
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.turnout import turnout
from samleng.voices.scorecards.verbs.polling import close_poll, count, open_poll
from samleng.voices.scorecards.verbs.writing import write
from tests.voices.scorecards.polled import chosen_room, codes_of, drawn, opened, vote_of, voted
from tests.world import line

pytestmark = pytest.mark.django_db


def test_it_freezes_what_was_chosen(world):
    card = chosen_room(world, people=2)
    poll = opened(world, card)
    write(
        by=world.by(world.sophea), scorecard=card, lines=[line("priorities", {"order": codes_of(card)[:1]})]
    )
    assert Poll.objects.get(pk=poll.pk).criteria == codes_of(card)
    # Whoever opened the page before answers what was asked then.
    voted(drawn(world, poll)[0].token, vote_of(card, number=1))


def test_it_is_for_those_who_may_hold_the_meeting(world):
    card = chosen_room(world, people=2)
    for person in (world.stranger, world.unassigned, world.vuthy):
        with pytest.raises(Denied):
            open_poll(by=world.by(person), scorecard=card)
    poll = opened(world, card)
    with pytest.raises(Denied):
        count(world.by(world.stranger), poll)
    assert count(world.by(world.sophea), poll).present == 2


def test_it_is_sent_twice_and_opened_once(world):
    card = chosen_room(world, people=2)
    request = uuid.uuid4()
    first, again = (opened(world, card, request=request) for _ in range(2))
    assert first == again and Poll.objects.count() == 1
    with pytest.raises(Refusal, match="open already"):
        opened(world, card)


def test_it_wants_criteria_a_running_meeting_and_a_room_that_is_counted(world):
    planned = world.plan_card()
    with pytest.raises(Refusal, match="not begun"):
        opened(world, Scorecard.objects.with_context().get(pk=planned.pk))
    with pytest.raises(Refusal, match="No criterion"):
        opened(world, world.running_card())
    card = chosen_room(world)
    with pytest.raises(Refusal) as caught:
        opened(world, card)
    assert caught.value.field == "places"
    for places in (-1, 501, 10**9):
        with pytest.raises(Refusal, match="1 to 500"):
            opened(world, card, places=places)
    assert turnout(opened(world, card, places=12)).present == 12


def test_it_opens_a_week_from_its_first_day_to_the_end_of_its_last(world):
    card = chosen_room(world, people=2)
    today = timezone.localdate()
    poll = opened(world, card, kind="week", places=40, opens_on=today, closes_on=today + timedelta(days=6))
    assert (poll.closes_at - poll.opens_at).days == 7 and poll.is_open
    # Beside the room's own vote, never instead of it.
    assert opened(world, card).kind == "room"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (None, 3, "opens_on"),
        (0, None, "closes_on"),
        (3, 1, "closes_on"),
        (-9, -2, "closes_on"),
        (0, 90, "closes_on"),
    ],
)
def test_it_names_what_is_wrong_with_the_days(world, first, last, field):
    card = chosen_room(world, people=2)
    days = [None if n is None else timezone.localdate() + timedelta(days=n) for n in (first, last)]
    with pytest.raises(Refusal) as caught:
        opened(world, card, kind="week", places=40, opens_on=days[0], closes_on=days[1])
    assert caught.value.field == field


def test_it_may_open_again_after_one_that_nobody_closed(world):
    card = chosen_room(world, people=2)
    now = timezone.now()
    poll = opened(world, card)
    Poll.objects.filter(pk=poll.pk).update(opens_at=now - timedelta(days=1), closes_at=now)
    assert opened(world, card) != poll
    assert Poll.objects.get(pk=poll.pk).closed_at == now


def test_it_closes_once_and_for_those_who_may(world):
    card = chosen_room(world, people=2)
    poll = opened(world, card)
    with pytest.raises(Denied):
        close_poll(by=world.by(world.unassigned), poll=poll)
    closed = close_poll(by=world.by(world.sophea), poll=poll)
    assert close_poll(by=world.by(world.sophea), poll=poll).closed_at == closed.closed_at
