"""A voter's pages: no sign-in, no cookie, no script; one ballot a ticket; nothing left for the next one."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.utils import translation

from samleng.doors.exchange.vote_links import short_address, vote_address
from samleng.ground.offices.models import Programme
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs.polling import close_poll, open_door, room_code, take_back
from tests.doors.web.facilitated import at
from tests.voices.scorecards.polled import chosen_room, codes_of, drawn, opened

pytestmark = pytest.mark.django_db

ANSWERS = {"vote-0": "5", "vote-1": "2", "vote-2": "4"}
ABOUT = {"sex": "female", "band": "15-30"}


class Phone:
    """A browser of its own, as each voter has one."""

    def __init__(self, token: str, language: str = "en") -> None:
        self.client, self.url = Client(), at("vote_ticket", token, language=language)

    def get(self, status: int = 200) -> str:
        return self.said(self.client.get(self.url), status)

    def post(self, do: str, status: int = 200, **fields: object) -> str:
        return self.said(self.client.post(self.url, {"do": do, **fields}), status)

    def said(self, answer, status: int) -> str:
        assert answer.status_code == status, answer.content.decode()[-1500:]
        assert not answer.cookies, answer.cookies
        assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
        return answer.content.decode()


@pytest.fixture
def room(world):
    card = chosen_room(world)
    return card, opened(world, card, places=5)


def test_it_asks_looks_over_and_sends(world, room):
    card, poll = room
    phone = Phone(drawn(world, poll)[0].shown)
    asked = phone.get()
    assert asked.count('type="radio" name="vote-0"') == 5 and "Very satisfied" in asked
    # Each question and each face has its place for a sound, told as missing where none is made.
    assert asked.count('class="sound none"') == 3 * (1 + 5)
    looked = phone.post("review", **ANSWERS, **ABOUT)
    assert "Is it right like this?" in looked and 'name="vote-1" value="2"' in looked
    assert folded(card).voters == 0
    phone.post("send", 303, **ANSWERS, **ABOUT)
    ballot = next(iter(folded(card).ballots.values()))
    assert ballot.scores == dict(zip(codes_of(card), (5, 2, 4), strict=True))


def test_it_shows_the_same_thank_you_again_and_nothing_of_the_ballot(world, room):
    card, poll = room
    phone = Phone(drawn(world, poll)[0].shown)
    for _ in range(3):
        answer = phone.client.post(phone.url, {"do": "send", **ANSWERS, **ABOUT})
        assert (answer.status_code, answer["Location"]) == (303, at("vote_thanks"))
    thanks = phone.said(phone.client.get(at("vote_thanks")), 200)
    assert "Thank you" in thanks and not re.search(r"<input|satisfied|female", thanks)
    gone = phone.get(410)
    assert "already cast" in gone and "<input" not in gone
    # The page before, sent again by going back, shows nothing either.
    assert "satisfied" not in phone.post("review", 410, **ANSWERS, **ABOUT)
    assert "satisfied" not in phone.post("change", 410, **ANSWERS, **ABOUT)
    assert folded(card).voters == 1


def test_it_tells_a_second_person_with_the_same_ticket_plainly(world, room):
    card, poll = room
    token = drawn(world, poll)[0].shown
    Phone(token).post("send", 303, **ANSWERS, **ABOUT)
    second = Phone(token).post("send", 410, **(ANSWERS | {"vote-0": "1"}), **ABOUT)
    assert "If it was not you, ask the person who leads the meeting" in second
    assert folded(card).voters == 1


def test_it_names_every_question_that_is_not_answered(world, room):
    card, poll = room
    phone = Phone(drawn(world, poll)[0].shown)
    page = phone.post("review", 422, **{"vote-0": "5", "vote-1": "77"}, sex="female")
    assert page.count('class="q wrong"') == 3
    assert 'href="#vote-1"' in page and 'href="#vote-2"' in page and 'href="#band"' in page
    # What was answered stands.
    assert re.search(r'name="vote-0" value="5" checked', page)
    for bad in ({"vote-0": "x" * 9000}, {"vote-0": "١"}, {"sex": "<script>"}, {"special": "nonesuch"}):
        phone.post("send", 422, **(ANSWERS | ABOUT | bad))
    assert folded(card).voters == 0


def test_it_brings_the_answers_back_to_be_changed(world, room):
    _card, poll = room
    page = Phone(drawn(world, poll)[0].shown).post("change", **ANSWERS, **ABOUT, special="poor")
    assert re.search(r'name="vote-2" value="4" checked', page)
    assert re.search(r'value="female" checked', page) and re.search(r'value="poor" checked', page)


def test_it_keeps_no_draft(world, room):
    card, poll = room
    phone = Phone(drawn(world, poll)[0].shown)
    phone.post("review", **ANSWERS, **ABOUT)
    assert "checked" not in phone.get()
    assert card.lines.filter(kind__in=["ballot", "person"]).count() == 0


def test_it_says_what_became_of_a_ticket_that_works_no_more(world, room):
    _card, poll = room
    sophea = world.by(world.sophea)
    one, two = drawn(world, poll, 2)
    take_back(by=sophea, poll=poll, number=one.ticket.number)
    assert "taken back" in Phone(one.shown).get(410)
    close_poll(by=sophea, poll=poll)
    assert "This vote is closed" in Phone(two.shown).get(410)
    assert "This vote is closed" in Phone(two.shown).post("send", 410, **ANSWERS, **ABOUT)
    assert "not known" in Phone("7K3M-9QXD-04TB-R2WN").get(404)
    assert "not known" in Phone("7K3M-9QXD-04TB-R2WN").post("send", 404, **ANSWERS)


def test_it_asks_listed_people_only_for_their_number(world):
    card = chosen_room(world, people=4)
    poll = opened(world, card)
    phone = Phone(drawn(world, poll)[0].shown)
    page = phone.get()
    assert 'name="number"' in page and 'name="sex"' not in page and 'name="special"' not in page
    assert "Nobody here has the number" in phone.post("review", 422, **ANSWERS, number="44")
    assert "is not a number" in phone.post("review", 422, **ANSWERS, number="two")
    phone.post("send", 303, **ANSWERS, number="៣")
    assert next(iter(folded(card).ballots.values())).person


def test_it_speaks_the_page_s_language_and_leads_a_short_address_to_the_meeting_s(world, room):
    card, poll = room
    one = drawn(world, poll)[0]
    assert "ពេញចិត្ត" in Phone(one.shown, "km").get()
    assert vote_address(card, one.token).endswith(f"/km/vote/{one.shown}/")
    assert short_address().endswith("/v")
    for typed in (one.token.lower(), one.shown):
        answer = Client().get(f"/v/{typed}", headers={"accept-language": "en"})
        assert answer["Location"] == at("vote_ticket", one.shown, language="km")
    assert Client().get("/v", headers={"accept-language": "en"})["Location"] == at("vote")
    assert Client().get("/v/nonsense")["Location"] == at("vote", language="km")


def test_it_takes_a_typed_ticket_and_names_a_mistyped_one(world, room):
    _card, poll = room
    one = drawn(world, poll)[0]
    for typed in (one.shown.lower(), one.token, f" {one.shown[:9]} {one.shown[10:]} "):
        answer = Client().post(at("vote"), {"code": typed})
        assert answer["Location"] == at("vote_ticket", one.shown), typed
    for wrong in ("", "123", "ក" * 200, "<b>"):
        answer = Client().post(at("vote"), {"code": wrong})
        assert answer.status_code == 422 and "This ticket is not known" in answer.content.decode()


def test_it_hands_out_a_ticket_by_a_tap_and_none_by_looking(world, room):
    _card, poll = room
    open_door(by=world.by(world.sophea), poll=poll, opened=True)
    url = at("vote_door", room_code(Poll.objects.get(pk=poll.pk)))
    for _ in range(3):
        page = Client().get(url)
        assert page.status_code == 200 and not page.cookies
    assert not Ticket.objects.exists()
    form = {"token": str(uuid.uuid4())}
    first, again = (Client().post(url, form) for _ in range(2))
    assert first.status_code == 303 and first["Location"] == again["Location"]
    assert Ticket.objects.count() == 1
    for _ in range(4):
        assert Client().post(url, {"token": str(uuid.uuid4())}).status_code == 303
    full = Client().post(url, {"token": str(uuid.uuid4())})
    assert full.status_code == 409 and "Only 0 more" not in full.content.decode()
    assert Client().get(at("vote_door", "000000-7K3M9Q")).status_code == 410


def test_it_marks_the_pages_of_a_sample(world, room):
    _card, poll = room
    Programme.objects.update(sample=True)
    phone = Phone(drawn(world, poll)[0].shown)
    assert "SAMPLE" in phone.get() and "SAMPLE" in phone.post("review", **ANSWERS, **ABOUT)
    answer = phone.client.post(phone.url, {"do": "send", **ANSWERS, **ABOUT})
    assert "SAMPLE" in phone.client.get(answer["Location"]).content.decode()


def test_it_is_light_enough_for_a_village(world, room):
    _card, poll = room
    with translation.override("km"):
        page = Phone(drawn(world, poll)[0].shown, "km").get()
    assert len(page.encode()) < 60_000
