"""A vote in town over some days: counted and kept apart, so that nothing takes it for the room's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.insight.evidence.models import ScoreCell, ScoreFact
from samleng.insight.evidence.verbs import project
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Poll, Ticket, WeekResult
from samleng.voices.scorecards.models import Scorecard, Sheet
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.verbs.polling import close_poll
from samleng.voices.scorecards.verbs.review import complete, erase_due, submit, tick
from samleng.voices.scorecards.verbs.writing import write
from tests.voices.scorecards.polled import codes_of, drawn, opened, vote_of, voted

pytestmark = pytest.mark.django_db
TOWN = 12


def with_town(world, *, closed: bool = True) -> Scorecard:
    """A room of 14 that votes 3 to 5, and a town of 12 that gives nothing but the lowest face."""
    card = world.running_card()
    codes = codes_of(card)
    votes = {code: [3 + (i + k) % 3 for i in range(14)] for k, code in enumerate(codes)}
    write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card, votes))
    today = timezone.localdate()
    poll = opened(world, card, kind="week", places=TOWN, opens_on=today, closes_on=today + timedelta(days=6))
    for i, one in enumerate(drawn(world, poll, TOWN)):
        about = {"sex": "female", "band": "15-30", "special": ("poor",)} if i % 2 else {}
        voted(one.token, vote_of(card, 1, **about))
    if closed:
        close_poll(by=world.by(world.sophea), poll=poll)
    return Scorecard.objects.with_context().get(pk=card.pk)


def test_it_stays_out_of_the_room(world):
    card = with_town(world)
    written = folded(card)
    assert (len(written.ballots), len(written.week.ballots)) == (14, TOWN)
    assert (participation(written).people, participation(written, "week").people) == (14, TOWN)
    assert all(tally.n == 14 and tally.histogram[0] == 0 for tally in tallies(written, counting_of(card)))


def test_it_is_kept_beside_the_room_s_results(world):
    card = with_town(world)
    sheet = submit(by=world.by(world.sophea), scorecard=card)
    assert sheet.participation["people"] == 14
    assert all(result.n == 14 and result.histogram[0] == 0 for result in sheet.results.all())
    week = list(sheet.week_results.order_by("order"))
    assert [one.criterion for one in week] == codes_of(card)
    for one in week:
        assert (one.n, one.histogram, one.central_milli) == (TOWN, [TOWN, 0, 0, 0, 0], 1000)
        assert one.cells == {"all": [6, 0, 0, 0, 0], "female/15-30": [6, 0, 0, 0, 0]}
        assert one.groups == {"poor": [6, 0, 0, 0, 0]}


def test_it_moves_no_public_sum(world):
    card = with_town(world)
    submit(by=world.by(world.sophea), scorecard=card)
    complete(by=world.by(world.officer), scorecard=card)
    project()
    assert {fact.n for fact in ScoreFact.objects.all()} == {14}
    assert {cell.n for cell in ScoreCell.objects.all()} == {14}
    assert all(cell.histogram[0] == 0 for cell in ScoreCell.objects.all())


def test_it_is_said_again_by_a_sheet_that_only_ticks(world):
    card = with_town(world)
    first = submit(by=world.by(world.sophea), scorecard=card)
    code = codes_of(card)[0]
    second = tick(by=world.by(world.officer), scorecard=card, ticked={code: []})
    assert second != first and second.week_results.count() == first.week_results.count() == 3
    assert WeekResult.objects.filter(sheet=second, n=TOWN).count() == 3


def test_it_keeps_a_card_from_being_sent_while_it_is_open(world):
    card = with_town(world, closed=False)
    with pytest.raises(Refusal, match="town is still open"):
        submit(by=world.by(world.sophea), scorecard=card)
    assert not Sheet.objects.exists()
    now = timezone.now()
    Poll.objects.update(opens_at=now - timedelta(days=8), closes_at=now)
    assert submit(by=world.by(world.sophea), scorecard=card).week_results.count() == 3


def test_it_waits_for_its_first_day(world):
    card = world.running_card()
    write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card))
    later = timezone.localdate() + timedelta(days=2)
    poll = opened(world, card, kind="week", places=5, opens_on=later, closes_on=later)
    # Tickets are printed and handed out before.
    one = drawn(world, poll, 5)[0]
    with pytest.raises(Refusal) as caught:
        voted(one.token, vote_of(card))
    assert caught.value.code == "early" and "Keep your ticket" in str(caught.value.remedy)
    with pytest.raises(Refusal, match="Only 0 more"):
        drawn(world, poll, 1)


def test_it_ends_with_the_room_s_vote_when_the_card_is_sent_and_leaves_no_ticket_when_it_is_forgotten(world):
    card = with_town(world)
    poll = opened(world, card)
    submit(by=world.by(world.sophea), scorecard=card)
    assert Poll.objects.get(pk=poll.pk).closed_at is not None
    complete(by=world.by(world.officer), scorecard=card)
    Scorecard.objects.update(completed_at=timezone.now() - timedelta(days=4000))
    assert erase_due() == 1
    assert not Ticket.objects.exists() and WeekResult.objects.filter(n=TOWN).count() == 3
