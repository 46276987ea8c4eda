"""Which day it is: that of the people in the room, early in the morning too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.casting import check_ticket
from samleng.voices.scorecards.verbs.review import complete, submit
from samleng.voices.scorecards.verbs.writing import write
from tests.dawn import TODAY
from tests.voices.scorecards.polled import chosen_room, drawn, opened
from tests.world import line

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_opens_a_week_at_the_land_s_midnight_and_closes_it_there(dawn, world):
    card = chosen_room(world, people=2)
    poll = opened(world, card, kind="week", places=3, opens_on=TODAY, closes_on=TODAY + 6 * DAY)
    assert poll.opens_at == datetime(2026, 11, 29, 17, tzinfo=UTC)
    assert poll.closes_at == datetime(2026, 12, 6, 17, tzinfo=UTC)
    # Whoever is up early on the first day votes.
    check_ticket(drawn(world, poll)[0].ticket)


def test_it_knows_that_a_week_of_until_yesterday_is_over(dawn, world):
    card = chosen_room(world, people=2)
    with pytest.raises(Refusal, match="is over"):
        opened(world, card, kind="week", places=3, opens_on=TODAY - 3 * DAY, closes_on=TODAY - DAY)


def test_it_takes_a_meeting_of_this_morning_and_none_of_tomorrow(dawn, world):
    card = world.running_card()
    today = line("setup", {"held_on": TODAY.isoformat()}, at=dawn)
    write(by=world.by(world.sophea), scorecard=card, lines=[today])
    assert Scorecard.objects.get(pk=card.pk).held_on == TODAY
    tomorrow = line("setup", {"held_on": (TODAY + DAY).isoformat()}, at=dawn + timedelta(minutes=1))
    with pytest.raises(Refusal, match="future"):
        write(by=world.by(world.sophea), scorecard=card, lines=[tomorrow])


def test_it_is_not_late_on_the_day_it_was_held_and_a_day_late_on_the_next(dawn, world):
    card = world.running_card()
    lines = world.meeting_lines(card, people=12)
    lines[0]["body"]["held_on"] = (TODAY - DAY).isoformat()
    write(by=world.by(world.sophea), scorecard=card, lines=lines)
    submit(by=world.by(world.sophea), scorecard=card)
    sent = Scorecard.objects.get(pk=card.pk)
    assert (sent.entered_on, sent.days_late) == (TODAY, 1)
    complete(by=world.by(world.officer), scorecard=sent)
    today = world.held_card()
    assert (today.held_on, today.entered_on, today.days_late) == (TODAY, TODAY, 0)
