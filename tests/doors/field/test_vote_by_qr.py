"""The vote by QR as the app asks for it: opened once, counted, closed, and only by those who may."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from django.utils import translation

from samleng.ground.people.models import Person
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs.writing import write
from tests.doors.field.phones import Phone, opened
from tests.doors.web.facilitated import client_of
from tests.voices.scorecards.polled import WOMAN, chosen_room, codes_of, uids, vote_of, voted
from tests.world import line

pytestmark = pytest.mark.django_db


class Holder:
    """A facilitator's phone with one meeting's vote on it."""

    def __init__(self, person: Person, card: Scorecard) -> None:
        self.phone: Phone = opened(person)
        self.phone.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        self.card = card

    def open(self, *, status: int = 200, **body: Any) -> Any:
        given = {"request": str(uuid.uuid4()), "places": 0, **body}
        answer = self.phone.post("field_vote_open", self.card.pk, body=given)
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, what: str, poll: Any, *, status: int = 200, **body: Any) -> Any:
        answer = self.phone.post(f"field_vote_{what}", poll, body=body)
        assert answer.status_code == status, answer.content
        return answer.json()

    def standing(self) -> Any:
        return self.phone.get("field_vote", self.card.pk).json()

    def count(self, poll: Any, **given: str) -> Any:
        return self.phone.get("field_vote_count", poll, **given).json()


@pytest.fixture
def holder(world) -> Holder:
    return Holder(world.sophea, chosen_room(world, people=3))


def test_it_opens_one_vote_however_often_it_is_asked(holder):
    assert holder.standing() == {"present": 3, "vote": None}
    request = str(uuid.uuid4())
    first, again = (holder.open(request=request)["vote"] for _ in range(2))
    assert first == again and Poll.objects.count() == 1
    assert (first["open"], first["present"], first["listed"], first["missing"]) == (True, 3, True, [1, 2, 3])
    assert holder.standing()["vote"]["id"] == first["id"]
    refused = holder.open(status=409)["refusals"][0]
    assert "open already" in refused["message"] and refused["remedy"]


def test_it_asks_how_many_are_here_where_nobody_was_counted(world):
    holder = Holder(world.sophea, chosen_room(world))
    assert holder.open(status=422)["refusals"][0]["field"] == "places"
    for places in ("twelve", True, 10**9, -1):
        assert holder.open(status=422, places=places)["refusals"][0]["field"] == "places"
    assert holder.open(places=12)["vote"]["present"] == 12


def test_it_shows_tickets_in_turn_and_takes_back_what_nobody_opened(holder):
    poll = holder.open()["vote"]
    assert poll["next"]["number"] == 1
    draw = str(uuid.uuid4())
    one, again = (holder.post("ticket", poll["id"], draw=draw, person=poll["next"]["uid"]) for _ in range(2))
    assert one == again and Ticket.objects.count() == 1
    assert one["ticket"]["number"] == 1 and one["next"]["number"] == 2
    assert one["ticket"]["address"].endswith(f"/km/vote/{one['ticket']['letters']}/")
    assert holder.count(poll["id"], ticket=one["ticket"]["id"])["ticket"] == "waiting"
    two = holder.post(
        "ticket", poll["id"], draw=str(uuid.uuid4()), person=one["next"]["uid"], shown=one["ticket"]["id"]
    )
    assert holder.count(poll["id"], ticket=one["ticket"]["id"])["ticket"] == "gone"
    voted(two["ticket"]["letters"], vote_of(holder.card))
    now = holder.count(poll["id"], ticket=two["ticket"]["id"])
    assert now["ticket"] == "used"
    assert (now["vote"]["voted"], now["vote"]["cast"], now["vote"]["missing"]) == (1, 1, [1, 3])


def test_it_changes_to_paper_and_back_and_counts_everybody_once(world, holder):
    poll = holder.open()["vote"]
    first, second, third = uids(holder.card)
    ticket = holder.post("ticket", poll["id"], draw=str(uuid.uuid4()), person=first)["ticket"]
    scores = dict.fromkeys(codes_of(holder.card), 2)
    paper = line("ballot", {"person": first, "scores": scores, "door": "paper"})
    spoken = line("ballot", {"person": second, "scores": scores, "table": "1-a"})
    write(by=world.by(world.sophea), scorecard=holder.card, lines=[paper, spoken])
    # Number 1 wrote on paper with a ticket in hand: the ticket is worth nothing any more.
    with translation.override("en"), pytest.raises(Refusal, match="Number 1 has voted already"):
        voted(ticket["letters"], vote_of(holder.card, 5))
    now = holder.count(poll["id"])["vote"]
    assert (now["voted"], now["missing"], now["next"]["uid"]) == (2, [3], third)
    last = holder.post("ticket", poll["id"], draw=str(uuid.uuid4()), person=third)["ticket"]
    voted(last["letters"], vote_of(holder.card, 5))
    doors = sorted(one.door for one in folded(holder.card).ballots.values())
    assert doors == ["paper", "qr", "room"]


def test_it_hands_out_tickets_by_the_room_s_code_until_it_is_stopped(world):
    holder = Holder(world.sophea, chosen_room(world))
    poll = holder.open(places=2)["vote"]
    assert (poll["code"], poll["address"]) == ("", "")
    shown = holder.post("door", poll["id"], open=True)["vote"]
    assert shown["code"].startswith(holder.card.code) and shown["address"].endswith(f"/{shown['code']}/")
    assert shown["short"].endswith("/v")
    assert holder.post("door", poll["id"], open=False)["vote"]["code"] == ""


def test_it_draws_tickets_for_paper_once(world):
    holder = Holder(world.sophea, chosen_room(world))
    poll = holder.open(places=5)["vote"]
    draw = str(uuid.uuid4())
    for _again in range(2):
        made = holder.post("sheets", poll["id"], draw=draw, count=4)
        assert base64.b64decode(made["pdf"]).startswith(b"%PDF") and made["name"].endswith(".pdf")
        assert made["vote"]["handed"] == 4
    refused = holder.post("sheets", poll["id"], draw=str(uuid.uuid4()), count=2, status=422)
    assert "Only 1 more" in refused["refusals"][0]["message"]


def test_it_closes_once_and_brings_the_ballots_onto_the_card(world):
    holder = Holder(world.sophea, chosen_room(world))
    poll = holder.open(places=2)["vote"]
    letters = holder.post("ticket", poll["id"], draw=str(uuid.uuid4()))["ticket"]["letters"]
    voted(letters, vote_of(holder.card, 4, **WOMAN))
    closed = [holder.post("close", poll["id"])["vote"] for _ in range(2)]
    assert [one["open"] for one in closed] == [False, False] and closed[0]["cast"] == 1
    assert holder.standing() == {"present": 0, "vote": None}
    lines = holder.phone.get("field_state", holder.card.pk).json()["lines"]
    assert {"ballot", "person"} <= {one["kind"] for one in lines}
    assert (
        holder.post("ticket", poll["id"], draw=str(uuid.uuid4()), status=409)["refusals"][0]["code"]
        == "closed"
    )


def test_it_refuses_what_has_no_id_of_its_own(holder):
    poll = holder.open()["vote"]
    assert holder.open(request="once", status=422)["refusals"][0]["field"] == "request"
    for what in ("ticket", "sheets"):
        assert holder.post(what, poll["id"], draw="", status=422)["refusals"][0]["field"] == "draw"


@pytest.mark.parametrize("who", ["stranger", "unassigned"])
def test_it_is_as_if_absent_for_whoever_may_not_hold_the_meeting(world, holder, who):
    poll = holder.open()["vote"]
    other = Holder(world.sophea, holder.card)
    other.phone.client = client_of(getattr(world, who))
    assert other.phone.get("field_vote", holder.card.pk).status_code == 404
    assert other.phone.get("field_vote_count", poll["id"]).status_code == 404
    other.open(status=404)
    for what, body in (("ticket", {"draw": str(uuid.uuid4())}), ("door", {"open": True}), ("close", {}),
                       ("sheets", {"draw": str(uuid.uuid4()), "count": 1})):  # fmt: skip
        other.post(what, poll["id"], status=404, **body)
    assert Poll.objects.get().closed_at is None and not Ticket.objects.exists()


def test_it_tells_nothing_without_a_phone(client, holder):
    poll = holder.open()["vote"]
    assert client.get(f"/app/votes/{poll['id']}").status_code == 401
    assert (
        client.post(f"/app/votes/{poll['id']}/close", "{}", content_type="application/json").status_code
        == 401
    )
    assert Poll.objects.get().closed_at is None


def test_it_gives_the_words_of_the_screen_by_themselves(client):
    assert (
        client.get("/app/words/km/vote.json").json().keys()
        == client.get("/app/words/en/vote.json").json().keys()
    )
    assert "qr.open" not in client.get("/app/words/en.json").json()
    assert client.get("/app/words/en/elsewhere.json").status_code == 404
    kept = client.get("/app/words/en/vote.json").headers["ETag"]
    assert client.get("/app/words/en/vote.json", headers={"If-None-Match": kept}).status_code == 304
