"""Taking a ballot out: by who holds the meeting, with a reason, and the person votes anew."""

from __future__ import annotations

import pytest

from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules.tally import participation
from samleng.voices.scorecards.verbs.polling import void_ballot
from tests.voices.scorecards.polled import WOMAN, chosen_room, codes_of, drawn, opened, uids, vote_of, voted

pytestmark = pytest.mark.django_db


def test_it_takes_the_ballot_and_who_came_with_it_out(world):
    card = chosen_room(world)
    poll = opened(world, card, places=1)
    token = drawn(world, poll)[0].token
    voted(token, vote_of(card, 1, **WOMAN))
    void_ballot(by=world.by(world.sophea), poll=poll, number=1, reason="a child tapped it")
    written = folded(card)
    assert written.voters == 0 and participation(written).people == 0
    with pytest.raises(Refusal, match="already cast"):
        voted(token, vote_of(card, 1, **WOMAN))
    # Its place is free again.
    voted(drawn(world, poll)[0].token, vote_of(card, 5, **WOMAN))
    assert folded(card).voters == 1


def test_it_lets_a_listed_person_vote_anew(world):
    card = chosen_room(world, people=2)
    poll = opened(world, card)
    one = uids(card)[0]
    voted(drawn(world, poll, 0, people=[one])[0].token, vote_of(card, 1))
    void_ballot(by=world.by(world.sophea), poll=poll, number=1, reason="somebody else used it")
    voted(drawn(world, poll, 0, people=[one])[0].token, vote_of(card, 5))
    assert folded(card).ballots[f"ballot:{one}"].scores == dict.fromkeys(codes_of(card), 5)


def test_it_wants_a_reason_a_cast_ballot_and_the_right(world):
    card = chosen_room(world)
    poll = opened(world, card, places=2)
    one, _two = drawn(world, poll, 2)
    voted(one.token, vote_of(card, **WOMAN))
    sophea = world.by(world.sophea)
    with pytest.raises(Refusal, match="reason"):
        void_ballot(by=sophea, poll=poll, number=1, reason="  ")
    with pytest.raises(Refusal, match="number 2"):
        void_ballot(by=sophea, poll=poll, number=2, reason="x")
    with pytest.raises(Denied):
        void_ballot(by=world.by(world.unassigned), poll=poll, number=1, reason="x")
    assert folded(card).voters == 1
    void_ballot(by=sophea, poll=poll, number=1, reason="secret words")
    entry = Entry.objects.get(verb="scorecards.void_ballot")
    assert entry.facts["number"] == 1 and "secret words" not in str(entry.facts)
