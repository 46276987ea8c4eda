"""A ballot cast with a ticket: once, whoever sends it how often, and only what the room allows."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.kit.ledger.models import Entry
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.turnout import turnout
from samleng.voices.scorecards.verbs.polling import close_poll
from samleng.voices.scorecards.verbs.writing import write
from tests.voices.scorecards.polled import WOMAN, chosen_room, codes_of, drawn, opened, uids, vote_of, voted
from tests.world import line

pytestmark = pytest.mark.django_db


def refused(token: str, vote) -> Refusal:
    with pytest.raises(Refusal) as caught:
        voted(token, vote)
    return caught.value


def test_it_becomes_a_person_and_a_ballot_where_nobody_is_listed(world):
    card = chosen_room(world)
    poll = opened(world, card, places=3)
    for one, value in zip(drawn(world, poll, 3), (5, 4, 3), strict=True):
        voted(one.token, vote_of(card, value, **WOMAN, special=("poor",)))

    written = folded(card)
    assert participation(written).people == 3
    assert sorted(p.number for p in written.people.values()) == [1, 2, 3]
    for tally in tallies(written, counting_of(card)):
        assert tally.histogram == [0, 0, 1, 1, 1]
        assert tally.cells == {"female/15-30": [0, 0, 1, 1, 1]}
        assert tally.special == {"poor": [0, 0, 1, 1, 1]}
    assert {row.body["door"] for row in card.lines.filter(kind="ballot")} == {"qr"}


def test_it_is_the_listed_person_s_ballot_and_nobody_new_comes_into_the_room(world):
    card = chosen_room(world, people=4)
    poll = opened(world, card)
    people = uids(card)
    ticket = drawn(world, poll, 0, people=people[:1])[0]
    voted(ticket.token, vote_of(card, 5))
    loose = drawn(world, poll, 1)[0]
    voted(loose.token, vote_of(card, 2, number=2))

    written = folded(card)
    assert participation(written).people == 4
    assert {ballot.person for ballot in written.ballots.values()} == set(people[:2])
    assert turnout(poll).missing == (3, 4)


def test_it_is_one_ballot_however_often_it_is_sent(world):
    card = chosen_room(world)
    poll = opened(world, card, places=2)
    token = drawn(world, poll)[0].token
    first = voted(token, vote_of(card, 5, **WOMAN))
    rows = Entry.objects.count()
    # Lower case, without the strokes, read wrongly: the same ticket all the same.
    again = voted(f"{token[:4]}-{token[4:]}".lower(), vote_of(card, 5, **WOMAN))
    assert again.pk == first.pk and Entry.objects.count() == rows
    assert folded(card).voters == 1


def test_it_tells_a_second_person_with_the_same_ticket_whom_to_ask(world):
    card = chosen_room(world)
    poll = opened(world, card, places=2)
    token = drawn(world, poll)[0].token
    voted(token, vote_of(card, 5, **WOMAN))
    refusal = refused(token, vote_of(card, 1, **WOMAN))
    assert refusal.code == "used" and "ask the person who leads the meeting" in str(refusal.remedy)
    assert next(iter(folded(card).ballots.values())).scores == dict.fromkeys(codes_of(card), 5)


def test_it_wants_an_answer_to_every_priority_and_none_beyond_the_scale(world):
    card = chosen_room(world)
    poll = opened(world, card, places=2)
    token = drawn(world, poll)[0].token
    first, second, third = codes_of(card)
    half = vote_of(card, 5, **WOMAN)
    object.__setattr__(half, "scores", {first: 6, second: 4, "own-elsewhere": 3})
    refusals = refused(token, half)
    assert isinstance(refusals, Refusals)
    assert {(one.field, one.code) for one in refusals} == {
        (f"vote:{first}", "out_of_range"),
        (f"vote:{third}", "unanswered"),
        ("scores", "unknown"),
    }
    assert not card.lines.filter(kind="ballot").exists()


def test_it_asks_for_sex_and_age_only_where_people_count_themselves(world):
    uncounted = chosen_room(world)
    token = drawn(world, opened(world, uncounted, places=2))[0].token
    assert {one.field for one in refused(token, vote_of(uncounted))} == {"sex", "band"}

    counted = chosen_room(world, heads={"female/15-30": 2})
    token = drawn(world, opened(world, counted))[0].token
    voted(token, vote_of(counted))
    assert participation(folded(counted)).people == 2


def test_it_leaves_a_room_of_counted_heads_as_counted_and_knows_its_votes_by_sex_and_age(world):
    card = chosen_room(world, heads={"female/15-30": 2, "male/60+": 1})
    poll = opened(world, card)
    for one, about in zip(drawn(world, poll, 3), (WOMAN, {"sex": "male"}, {}), strict=True):
        voted(one.token, vote_of(card, 5, **about))
    written = folded(card)
    assert participation(written).people == 3 and not written.people
    for tally in tallies(written, counting_of(card)):
        assert tally.cells == {"female/15-30": [0, 0, 0, 0, 1], "all": [0, 0, 0, 0, 2]}


def test_it_knows_a_forged_ticket_from_a_true_one(world):
    card = chosen_room(world)
    poll = opened(world, card, places=2)
    drawn(world, poll)
    for forged in ("0000000000000000", "", "x", "7K3M-9QXD-04TB-R2WN", "7" * 4000, "១២៣"):
        assert refused(forged, vote_of(card, 5, **WOMAN)).code == "no_ticket"


def test_it_takes_no_more_ballots_than_people_are_present(world):
    card = chosen_room(world, people=3)
    poll = opened(world, card)
    tickets = drawn(world, poll, 3)
    people = uids(card)
    # One of the three votes on the facilitator's phone meanwhile: that ballot counts too.
    ballot = {"person": people[0], "scores": dict.fromkeys(codes_of(card), 3)}
    write(by=world.by(world.sophea), scorecard=card, lines=[line("ballot", ballot)])
    voted(tickets[0].token, vote_of(card, number=2))
    voted(tickets[1].token, vote_of(card, number=3))
    assert refused(tickets[2].token, vote_of(card)).code == "full"
    assert folded(card).voters == 3


def test_it_takes_nobody_s_number_twice(world):
    card = chosen_room(world, people=3)
    poll = opened(world, card)
    tickets = drawn(world, poll, 3)
    voted(tickets[0].token, vote_of(card, number=2))
    refusal = refused(tickets[1].token, vote_of(card, number=2))
    assert refusal.code == "voted" and "Number 2 has voted" in str(refusal)
    assert refused(tickets[1].token, vote_of(card, number=77)).code == "missing"


def test_it_refuses_kindly_once_the_vote_is_closed_or_its_time_is_over(world):
    card = chosen_room(world)
    poll = opened(world, card, places=5)
    one, two = drawn(world, poll, 2)
    now = timezone.now()
    Poll.objects.filter(pk=poll.pk).update(opens_at=now - timedelta(hours=9), closes_at=now)
    assert refused(one.token, vote_of(card, **WOMAN)).code == "closed"
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now() + timedelta(hours=1))
    voted(one.token, vote_of(card, **WOMAN))
    close_poll(by=world.by(world.sophea), poll=poll)
    assert refused(two.token, vote_of(card, **WOMAN)).code == "closed"
    # Sent once more by who had voted: still the same thank-you.
    assert voted(one.token, vote_of(card, **WOMAN)).used_at is not None


def test_it_keeps_nothing_of_the_secret_nor_of_the_phone(world):
    card = chosen_room(world)
    poll = opened(world, card, places=2)
    draw = uuid.uuid4()
    one = drawn(world, poll, 1, draw=draw)[0]
    voted(one.token, vote_of(card, **WOMAN))
    ticket = Ticket.objects.get()
    kept = " ".join(str(value) for value in ticket.__dict__.values())
    assert one.token not in kept and str(draw) not in kept
    assert len(one.token) == 16 and len(set(one.token) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) == 0
    written = " ".join(str(entry.facts) + entry.actor for entry in Entry.objects.all())
    assert one.token not in written and "127.0.0.1" not in written
