"""The facilitator's pages of the vote by phone: open, hand out in three ways, watch, correct, close."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from samleng.ground.offices.models import Programme
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.pinned import folded
from tests.doors.web.facilitated import Meeting, at, client_of
from tests.voices.scorecards.polled import codes_of

pytestmark = pytest.mark.django_db
ABOUT = {"sex": "female", "band": "15-30"}


@pytest.fixture
def meeting(world):
    card = world.plan_card()
    held = Meeting(client_of(world.sophea), card)
    held.begin()
    held.post("setup", held_on=timezone.localdate().isoformat(), language="km")
    return held


def choose(meeting: Meeting) -> list[str]:
    codes = codes_of(meeting.card)
    meeting.choose(*codes)
    return codes


def opened(meeting: Meeting, **fields: object) -> Poll:
    answer = meeting.post("poll_open", kind="room", **fields)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Poll.objects.latest("opened_at")


def cast(html: str, number: str = "") -> int:
    """Vote with the ticket that a page shows, as the next phone in the room does."""
    shown = re.search(r"<b>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</b>", html)[1]
    answers = {f"vote-{i}": "4" for i in range(3)} | ABOUT | {"number": number, "do": "send"}
    return Client().post(at("vote_ticket", shown), answers).status_code


def test_it_offers_the_vote_by_qr_beside_the_other_ways(meeting):
    choose(meeting)
    assert meeting.url("phones") in meeting.get("vote")
    assert "How many people are here?" in meeting.get("phones")
    meeting.add()
    assert "1 person is here" in meeting.get("phones")


def test_it_shows_one_ticket_after_the_other_and_takes_back_what_nobody_opened(meeting):
    choose(meeting)
    poll = opened(meeting, places=3)
    first = meeting.post("poll_ticket", poll.pk).content.decode()
    assert "<svg" in first and "127.0.0.1:8000/v<br>" in first
    shown = re.search(r'name="shown" value="([^"]+)"', first)[1]
    second = meeting.post("poll_ticket", poll.pk, shown=shown).content.decode()
    assert Ticket.objects.get(pk=shown).withdrawn_at is not None
    assert cast(second) == 303
    state = meeting.url("poll_ticket_state", poll.pk, re.search(r'name="shown" value="([^"]+)"', second)[1])
    assert "Voted. Show the next." in meeting.client.get(state).content.decode()
    assert cast(first) == 410
    assert "1 of 3 have voted" in meeting.get("poll_count", poll.pk)


def test_it_shows_the_same_code_when_the_page_is_loaded_again(meeting):
    choose(meeting)
    poll = opened(meeting, places=3)
    form = str(uuid.uuid4())
    first, again = (meeting.post("poll_ticket", poll.pk, token=form).content.decode() for _ in range(2))
    code = re.compile(r"<b>([0-9A-Z-]{19})</b>")
    assert code.search(first)[1] == code.search(again)[1] and Ticket.objects.count() == 1


def test_it_goes_from_number_to_number_and_tells_who_is_missing_by_number_only(meeting):
    people = [meeting.add() for _ in range(3)]
    choose(meeting)
    poll = opened(meeting)
    assert "Show a code to number 1" in meeting.get("poll", poll.pk)
    page = meeting.post("poll_ticket", poll.pk, person=people[0]).content.decode()
    assert "Number 1: look at this" in page and "Next: number 2" in page
    assert cast(page) == 303
    count = meeting.get("poll_count", poll.pk)
    assert "1 of 3 have voted" in count and re.findall(r"<b>(\d+)</b>", count) == ["2", "3"]
    # The third votes on the facilitator's phone meanwhile, which the count sees too.
    meeting.post("ballot", people[2], **{f"vote-{i}": "2" for i in range(3)})
    count = meeting.get("poll_count", poll.pk)
    assert "2 of 3 have voted" in count and re.findall(r"<b>(\d+)</b>", count) == ["2"]


def test_it_shows_a_code_for_the_whole_room_until_it_is_stopped(meeting):
    choose(meeting)
    poll = opened(meeting, places=2)
    assert meeting.client.get(meeting.url("poll_door", poll.pk)).status_code == 302
    meeting.post("poll_door", poll.pk, do="open")
    page = meeting.get("poll_door", poll.pk)
    code = re.search(r"<b>(\d{6}-[0-9A-Z]{6})</b>", page)[1]
    assert "<svg" in page and 'http-equiv="refresh"' in page
    for status in (303, 303, 409):
        taken = Client().post(at("vote_door", code), {"token": str(uuid.uuid4())})
        assert taken.status_code == status
    assert "2 tickets for 2 people" in meeting.get("poll_code", poll.pk)
    meeting.post("poll_door", poll.pk, do="close")
    assert Client().post(at("vote_door", code), {"token": str(uuid.uuid4())}).status_code == 410
    assert "No tickets are handed out now" in meeting.get("poll_code", poll.pk)


def test_it_prints_tickets_once_for_one_form(meeting):
    choose(meeting)
    poll = opened(meeting, places=12)
    Programme.objects.update(sample=True)
    form = str(uuid.uuid4())
    for _ in range(2):
        answer = meeting.post("poll_print", poll.pk, token=form, count="១២")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
    assert Ticket.objects.count() == 12
    full = meeting.post("poll_print", poll.pk, count="1")
    assert full.status_code == 422 and "Only 0 more" in full.content.decode()
    assert meeting.post("poll_print", poll.pk, count="many").status_code == 422


def test_it_takes_a_ballot_out_with_a_reason_and_a_ticket_back(meeting):
    choose(meeting)
    poll = opened(meeting, places=2)
    assert cast(meeting.post("poll_ticket", poll.pk).content.decode()) == 303
    assert meeting.post("poll", poll.pk, do="void", number="1", reason="").status_code == 422
    assert meeting.post("poll", poll.pk, do="void", number="x", reason="y").status_code == 422
    assert meeting.post("poll", poll.pk, do="void", number="1", reason="a child").status_code == 302
    assert meeting.written.voters == 0
    meeting.post("poll_print", poll.pk, count="1")
    assert meeting.post("poll", poll.pk, do="take_back", number="2").status_code == 302
    assert Ticket.objects.get(number=2).withdrawn_at is not None


def test_it_closes_and_says_so(meeting):
    choose(meeting)
    poll = opened(meeting, places=2)
    page = meeting.post("poll_ticket", poll.pk).content.decode()
    meeting.post("poll", poll.pk, do="close")
    assert "This vote is closed" in meeting.get("poll", poll.pk)
    assert cast(page) == 410
    assert "How many people are here?" in meeting.get("phones")


def test_it_opens_a_vote_in_town_and_shows_it_apart(meeting):
    choose(meeting)
    today = timezone.localdate()
    wrong = meeting.post("poll_open", kind="week", places="5", opens_on=today.isoformat(), closes_on="")
    assert wrong.status_code == 422 and "first and the last day" in wrong.content.decode()
    last = (today + timedelta(days=6)).isoformat()
    answer = meeting.post("poll_open", kind="week", places="5", opens_on=today.isoformat(), closes_on=last)
    poll = Poll.objects.get(kind="week")
    assert answer["Location"] == meeting.url("poll", poll.pk)
    meeting.post("poll_print", poll.pk, count="5")
    assert "0 of 5 tickets used" in meeting.get("poll_count", poll.pk)
    ticket = Ticket.objects.filter(poll=poll).count()
    assert ticket == 5 and folded(poll.scorecard).voters == 0


def test_it_shows_nothing_of_another_card_s_vote(meeting, world):
    choose(meeting)
    poll = opened(meeting, places=2)
    other = Meeting(meeting.client, world.plan_card())
    other.begin()
    for step in ("poll", "poll_count", "poll_door", "poll_code"):
        assert meeting.client.get(other.url(step, poll.pk)).status_code == 404
    stranger = client_of(world.stranger)
    assert stranger.get(meeting.url("poll", poll.pk)).status_code == 404
    assert Client().get(meeting.url("poll", poll.pk)).status_code == 302
