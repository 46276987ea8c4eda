"""Heads, faces and tickets in one room: whatever order they come in, nobody is counted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.verbs.review import submit
from samleng.voices.scorecards.verbs.writing import write
from tests.voices.scorecards.polled import WOMAN, chosen_room, codes_of, drawn, opened, uids, vote_of, voted
from tests.world import World, build, line

HEADS = {"female/15-30": 5, "male/31-59": 4}


def heads_of(cells: dict[str, int]) -> dict:
    return line("setup", {"heads": {"cells": cells, "special": {}}})


def put(world: World, card: Scorecard, *lines: dict) -> None:
    write(by=world.by(world.sophea), scorecard=card, lines=list(lines))


def ideas(card: Scorecard) -> list[dict]:
    return [line("reflect", {"criterion": c, "suggestions": [{"text": "x"}]}) for c in codes_of(card)]


class TestOnce(TestCase):
    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(order=st.permutations(["heads", "again", *["ticket"] * 4, "faces"]))
    def test_it_comes_to_the_same_in_any_order(self, order):
        """Five vote with no phone of their own and are typed as faces; four vote with a ticket."""
        world = build()
        card = chosen_room(world)
        poll = opened(world, card, places=sum(HEADS.values()))
        tokens = [one.token for one in drawn(world, poll, 4)]
        said = heads_of(HEADS)
        faces = [
            line("counts", {"criterion": c, "group": "", "counts": [5, 0, 0, 0, 0], "table": "1-a"})
            for c in codes_of(card)
        ]
        for step in order:
            if step == "ticket":
                voted(tokens.pop(), vote_of(card, 5, **WOMAN))
            else:
                put(world, card, *(faces if step == "faces" else [said]))
        written = folded(card)
        assert participation(written).people == 9 and participation(written).cells == HEADS
        for tally in tallies(written, counting_of(card)):
            assert tally.histogram == [5, 0, 0, 0, 4]


PEOPLE = 4
# (who, how, at which minute by the clock of the phone that wrote it); a ticket is cast when its turn comes.
WAYS = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(["ticket", "room", "paper"]), st.integers(-90, 90)),
    max_size=14,
)


class TestChanging(TestCase):
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(ways=WAYS, late=st.randoms(use_true_random=False))
    def test_it_counts_each_listed_person_once_by_whatever_ways_they_voted(self, ways, late):
        """Own phone, the facilitator's, paper; a phone without signal sends in any order, and twice."""
        world = build()
        card = chosen_room(world, people=PEOPLE)
        poll, people = opened(world, card), uids(card)
        waiting: list[dict] = []
        by_ticket = set()
        for who, how, minute in ways:
            if how == "ticket":
                try:
                    token = drawn(world, poll, 0, people=[people[who]])[0].token
                    voted(token, vote_of(card, 5))
                    assert who not in by_ticket
                    by_ticket.add(who)
                except Refusal as refusal:
                    assert refusal.code == "voted" and folded(card).ballots[f"ballot:{people[who]}"]
            else:
                body = {"person": people[who], "scores": dict.fromkeys(codes_of(card), 1), "door": how}
                waiting.append(line("ballot", body, at=timezone.now() + timedelta(minutes=minute)))
                if late.random() < 0.5:
                    late.shuffle(waiting)
                    put(world, card, *waiting, *waiting[:1])
                    waiting = []
        put(world, card, *waiting)
        everybody = {who for who, _how, _minute in ways}
        written = folded(card)
        assert {one.person for one in written.ballots.values()} == {people[who] for who in everybody}
        assert participation(written).people == PEOPLE
        assert all(tally.n == len(everybody) for tally in tallies(written, counting_of(card)))


@pytest.mark.django_db
def test_it_takes_the_heads_that_were_typed_after_the_vote(world):
    card = chosen_room(world)
    poll = opened(world, card, places=3)
    for one in drawn(world, poll, 3):
        voted(one.token, vote_of(card, 4, **WOMAN))
    assert participation(folded(card)).people == 3
    put(world, card, heads_of(HEADS), *ideas(card))
    sheet = submit(by=world.by(world.sophea), scorecard=card)
    assert sheet.participation["people"] == 9 and sheet.participation["cells"] == HEADS
    assert [result.n for result in sheet.results.all()] == [3, 3, 3]


@pytest.mark.django_db
def test_it_refuses_more_votes_than_people_and_says_what_to_do(world):
    card = chosen_room(world)
    poll = opened(world, card, places=3)
    for one in drawn(world, poll, 3):
        voted(one.token, vote_of(card, 4, **WOMAN))
    code = codes_of(card)[0]
    typed = line("counts", {"criterion": code, "group": "", "counts": [0, 0, 0, 3, 0]})
    put(world, card, typed, *ideas(card))
    with pytest.raises(Refusal) as caught:
        submit(by=world.by(world.sophea), scorecard=card)
    assert (caught.value.code, caught.value.field) == ("too_many", f"vote:{code}")
    assert "more votes than there are people" in str(caught.value)
    # There were three more in the room, who had no phone: then both are right.
    put(world, card, heads_of({"female/15-30": 6}))
    assert submit(by=world.by(world.sophea), scorecard=card).participation["people"] == 6


@pytest.mark.django_db
def test_it_refuses_fewer_heads_than_voted(world):
    card = chosen_room(world)
    poll = opened(world, card, places=3)
    for one in drawn(world, poll, 3):
        voted(one.token, vote_of(card, 4, **WOMAN))
    put(world, card, heads_of({"female/15-30": 2}), *ideas(card))
    with pytest.raises(Refusal, match="more votes than there are people"):
        submit(by=world.by(world.sophea), scorecard=card)
