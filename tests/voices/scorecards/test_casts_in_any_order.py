"""Whatever order ballots come in and however often each is sent, the room comes out the same."""

from __future__ import annotations

import threading
import uuid
from collections import Counter

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.polls import Vote
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.verbs.polling import close_poll
from tests.voices.scorecards.polled import chosen_room, codes_of, drawn, opened, voted
from tests.world import build

SEXES, BANDS = ("female", "male"), ("15-30", "31-59", "60+")
TICKETS = 7
votes = st.builds(
    lambda scores, sex, band: (scores, sex, band),
    st.lists(st.integers(1, 5), min_size=3, max_size=3),
    st.sampled_from(SEXES),
    st.sampled_from(BANDS),
)
# (which ticket, which of two ballots somebody might send with it)
sendings = st.lists(st.tuples(st.integers(0, TICKETS - 1), st.integers(0, 1)), max_size=30)


class TestCasts(TestCase):
    def vote(self, card: Scorecard, drawn_vote) -> Vote:
        scores, sex, band = drawn_vote
        return Vote(scores=dict(zip(codes_of(card), scores, strict=True)), sex=sex, band=band)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(ballots=st.lists(st.tuples(votes, votes), min_size=TICKETS, max_size=TICKETS), sent=sendings)
    def test_it_counts_the_first_ballot_of_each_ticket_and_no_other(self, ballots, sent):
        world = build()
        card = chosen_room(world)
        poll = opened(world, card, places=TICKETS)
        tokens = [one.token for one in drawn(world, poll, TICKETS)]
        first: dict[int, Vote] = {}
        for ticket, which in sent:
            vote = self.vote(card, ballots[ticket][which])
            same = first.setdefault(ticket, vote).content == vote.content
            try:
                voted(tokens[ticket], vote)
                assert same
            except Refusal as refusal:
                assert refusal.code == "used" and not same
        written = folded(card)
        assert written.voters == len(first) == Ticket.objects.filter(used_at__isnull=False).count()
        assert participation(written).cells == Counter(f"{v.sex}/{v.band}" for v in first.values())
        for tally in tallies(written, counting_of(card)):
            scores = [vote.scores[tally.criterion] for vote in first.values()]
            assert tally.histogram == [scores.count(n) for n in range(1, 6)]
        numbers = [person.number for person in written.people.values()]
        assert sorted(numbers) == list(range(1, len(first) + 1))


@pytest.mark.django_db(transaction=True)
def test_it_takes_thirty_ballots_at_once_each_sent_twice():
    world = build()
    card = chosen_room(world)
    poll = opened(world, card, places=30)
    tokens = [one.token for one in drawn(world, poll, 30)]
    codes, failed = codes_of(card), []

    def send(at: int) -> None:
        try:
            vote = Vote(scores=dict.fromkeys(codes, at % 5 + 1), sex=SEXES[at % 2], band=BANDS[at % 3])
            voted(tokens[at], vote)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(at,)) for at in range(30) for _twice in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    written = folded(card)
    assert written.voters == 30
    assert sorted(p.number for p in written.people.values()) == list(range(1, 31))
    assert all(tally.histogram == [6] * 5 for tally in tallies(written, counting_of(card)))


@pytest.mark.django_db(transaction=True)
def test_it_lets_no_more_in_than_are_present_when_all_come_at_once_and_the_vote_closes():
    world = build()
    card = chosen_room(world)
    poll = opened(world, card, places=9)
    tokens = [one.token for one in drawn(world, poll, 9)]
    codes, answers = codes_of(card), []

    def send(token: str) -> None:
        try:
            voted(token, Vote(scores=dict.fromkeys(codes, 3), sex="male", band="60+"))
            answers.append("in")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    def close() -> None:
        close_poll(by=world.by(world.sophea), poll=poll)
        connection.close()

    threads = [threading.Thread(target=send, args=(token,)) for token in tokens]
    threads.insert(4, threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = Counter(answers)
    assert set(counted) <= {"in", "closed"}
    # Whoever was thanked is counted, and nobody else.
    assert folded(card).voters == counted["in"]
    with pytest.raises(Refusal):
        drawn(world, poll, 1, draw=uuid.uuid4())
