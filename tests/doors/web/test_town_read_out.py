"""What a town said by tickets, read out to a room that was not there: by the rules of what is public."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.polling import close_poll
from tests.doors.web.facilitated import Meeting, client_of
from tests.voices.scorecards.polled import codes_of, drawn, opened, vote_of, voted

APART = "Apart from this room: the vote in town"


@pytest.fixture
def meeting(world) -> Meeting:
    made = Meeting(client_of(world.sophea), world.plan_card())
    made.begin()
    made.post("setup", held_on=timezone.localdate().isoformat(), language="en")
    made.choose(*codes_of(Scorecard.objects.with_context().get(pk=made.card.pk)))
    return made


def town(world, meeting: Meeting, votes: Sequence[int], *, closed: bool = True) -> str:
    """The room's page of results after a town has voted so, from the town's heading on."""
    card, today = Scorecard.objects.with_context().get(pk=meeting.card.pk), timezone.localdate()
    poll = opened(world, card, kind="week", places=len(votes), opens_on=today, closes_on=today + timedelta(6))
    for value, one in zip(votes, drawn(world, poll, len(votes)), strict=True):
        voted(one.token, vote_of(card, value))
    if closed:
        close_poll(by=world.by(world.sophea), poll=poll)
    page = meeting.get("results")
    return page[page.index(APART) :] if APART in page else page


def test_it_tells_no_score_of_few_nor_of_all_of_one_mind(world, meeting):
    for votes in ([5] * 3, [1, 2, 3, 4, 5, 1, 2, 3, 4], [4] * 12):
        page = town(world, meeting, votes)
        assert page.count("Too few people to show a number") == 3, votes
        assert 'class="figure"' not in page and "voted</span>" not in page
        Scorecard.objects.get(pk=meeting.card.pk).lines.filter(kind="ballot").delete()


def test_it_tells_the_middle_where_the_spread_would_point_at_someone(world, meeting):
    page = town(world, meeting, [1, 2, *[3] * 6, *[4] * 6])
    assert re.search(r'class="figure">3</span>|class="figure">3\.', page) and "14 people voted" in page
    assert page.count("some groups have too few people") == 3


def test_it_shows_the_spread_of_many(world, meeting):
    page = town(world, meeting, [value for value in range(1, 6) for _ in range(7)])
    assert "35 people voted" in page and "some groups have too few people" not in page


def test_it_tells_nothing_while_the_town_still_votes(world, meeting):
    page = town(world, meeting, [value for value in range(1, 6) for _ in range(7)], closed=False)
    assert APART not in page and "still goes on" in page and "35 people" not in page


def test_it_tells_nothing_more_after_a_second_vote_of_a_few(world, meeting):
    many = [value for value in range(1, 6) for _ in range(7)]
    assert "35 people voted" in town(world, meeting, many)
    page = town(world, meeting, [1])
    assert page.count("Too few people to show a number") == 3 and "people voted" not in page
