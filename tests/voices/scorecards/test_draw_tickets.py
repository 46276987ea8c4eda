"""Handing out tickets: to listed people or to whoever comes, on paper, on a screen, by the room's own QR."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.rules import polls
from samleng.voices.scorecards.turnout import turnout
from samleng.voices.scorecards.verbs.casting import ANYBODY, find_ticket, take_ticket, unfold_ticket
from samleng.voices.scorecards.verbs.polling import draw_tickets, open_door, room_code, take_back, ticket_key
from samleng.voices.scorecards.verbs.writing import write
from tests.voices.scorecards.polled import chosen_room, codes_of, drawn, opened, uids, vote_of, voted
from tests.world import line

pytestmark = pytest.mark.django_db


def test_it_gives_the_same_tickets_to_the_same_form(world):
    poll = opened(world, chosen_room(world), places=9)
    draw = uuid.uuid4()
    first = drawn(world, poll, 4, draw=draw)
    again = drawn(world, poll, 4, draw=draw)
    assert [one.token for one in first] == [one.token for one in again]
    assert [one.ticket.number for one in again] == [1, 2, 3, 4]
    assert Ticket.objects.count() == 4


def test_it_makes_secrets_that_are_all_different(world):
    poll = opened(world, chosen_room(world), places=400)
    tokens = {one.token for _ in range(4) for one in drawn(world, poll, 100)}
    assert len(tokens) == 400
    assert len({token[:8] for token in tokens}) == 400


def test_it_hands_out_no_more_than_there_are_people(world):
    poll = opened(world, chosen_room(world), places=3)
    drawn(world, poll, 2)
    with pytest.raises(Refusal) as caught:
        drawn(world, poll, 2)
    assert caught.value.code == "full" and "Only 1 more" in str(caught.value)
    take_back(by=world.by(world.sophea), poll=poll, number=1)
    assert len(drawn(world, poll, 2)) == 2


def test_it_replaces_a_listed_person_s_unused_ticket(world):
    card = chosen_room(world, people=2)
    poll = opened(world, card)
    one = uids(card)[0]
    lost, found = (drawn(world, poll, 0, people=[one])[0] for _ in range(2))
    with pytest.raises(Refusal, match="taken back"):
        voted(lost.token, vote_of(card))
    voted(found.token, vote_of(card))
    with pytest.raises(Refusal, match="Number 1 has voted"):
        drawn(world, poll, 0, people=[one])
    with pytest.raises(Refusal, match="not on the list"):
        drawn(world, poll, 0, people=[str(uuid.uuid4())])


def test_it_skips_a_shown_ticket_that_nobody_opened_and_leaves_one_that_somebody_did(world):
    poll = opened(world, chosen_room(world), places=9)
    skipped = drawn(world, poll, handed="shown")[0]
    shown = drawn(world, poll, handed="shown", instead_of=skipped.ticket)[0]
    unfold_ticket(by=ANYBODY, ticket=shown.ticket)
    drawn(world, poll, handed="shown", instead_of=shown.ticket)
    assert find_ticket(skipped.token).withdrawn_at is not None
    assert find_ticket(shown.token).withdrawn_at is None
    assert turnout(poll).handed == 2 and turnout(poll).opened == 1


def test_it_is_for_those_who_may_hold_the_meeting(world):
    poll = opened(world, chosen_room(world), places=9)
    for person in (world.stranger, world.unassigned):
        with pytest.raises(Denied):
            draw_tickets(by=world.by(person), poll=poll, draw=uuid.uuid4(), count=1)
    with pytest.raises(Denied):
        draw_tickets(by=ANYBODY, poll=poll, draw=uuid.uuid4(), count=1)


def test_it_lets_the_room_s_qr_hand_out_one_to_each_form_up_to_the_number_present(world):
    poll = opened(world, chosen_room(world), places=2)
    open_door(by=world.by(world.sophea), poll=poll, opened=True)
    code = room_code(Poll.objects.get(pk=poll.pk))
    draw = uuid.uuid4()
    first, again = (take_ticket(by=ANYBODY, code=code, draw=draw) for _ in range(2))
    assert first.token == again.token
    take_ticket(by=ANYBODY, code=code.lower().replace("-", " "), draw=uuid.uuid4())
    with pytest.raises(Refusal) as caught:
        take_ticket(by=ANYBODY, code=code, draw=uuid.uuid4())
    assert caught.value.code == "full"
    # Who lost the answer still gets theirs, although the room is full and the door shut.
    open_door(by=world.by(world.sophea), poll=poll, opened=False)
    assert take_ticket(by=ANYBODY, code=code, draw=draw).token == first.token
    with pytest.raises(Refusal):
        take_ticket(by=ANYBODY, code=code, draw=uuid.uuid4())


def test_it_takes_only_codes_that_the_room_showed_within_two_minutes(world):
    poll = opened(world, chosen_room(world), places=9)
    open_door(by=world.by(world.sophea), poll=poll, opened=True)
    now, key = timezone.now(), ticket_key()
    for minutes, good in ((0, True), (1.4, True), (3, False), (60, False), (-1, False)):
        code = polls.door_code(key, poll.pk, polls.turn(now - timedelta(minutes=minutes)))
        assert polls.fits_door(key, poll.pk, code, now) is good, minutes
    digits = poll.scorecard.code
    for wrong in (
        "",
        digits,
        f"{digits}-AAAAAA",
        f"{digits}-{'7' * 6}",
        "000000-7K3M9Q",
        f"{digits}AAAAAAA",
        "ក" * 12,
    ):
        with pytest.raises(Refusal) as caught:
            take_ticket(by=ANYBODY, code=wrong, draw=uuid.uuid4())
        assert caught.value.code == "door"


def test_it_hands_out_none_by_a_door_that_is_shut(world):
    poll = opened(world, chosen_room(world), places=9)
    with pytest.raises(Refusal):
        take_ticket(by=ANYBODY, code=room_code(poll), draw=uuid.uuid4())
    assert not Ticket.objects.exists()


def test_it_keeps_nobody_s_place_for_a_ticket_whose_holder_voted_in_another_way(world):
    card = chosen_room(world, people=2)
    poll = opened(world, card)
    first, second = uids(card)
    drawn(world, poll, 0, people=[first])
    scores = dict.fromkeys(codes_of(card), 3)
    paper = line("ballot", {"person": first, "scores": scores, "door": "paper"})
    write(by=world.by(world.sophea), scorecard=card, lines=[paper])
    told = turnout(poll)
    assert (told.present, told.voted, told.handed, told.out, told.free) == (2, 1, 1, 0, 1)
    voted(drawn(world, poll, 0, people=[second])[0].token, vote_of(card))
    assert turnout(poll).free == 0
