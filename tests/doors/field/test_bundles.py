"""Many parcels in one request: each is kept or refused for itself, and a card's parcels keep their order."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from samleng.doors.field import parcels
from samleng.doors.field.parcels import Allowance
from samleng.ground.people.sealing import token_hash
from samleng.kit.ledger.models import Entry
from samleng.voices.scorecards.models import Parcel, Scorecard
from samleng.voices.scorecards.rules.parcels import MOST_TOGETHER
from tests.doors.field.senders import phone, post
from tests.doors.field.test_parcels import codes, person_line
from tests.voices.scorecards.parcels import content, phone_of
from tests.world import World, line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_of_its_own")]


@pytest.fixture
def card(world: World) -> Scorecard:
    phone_of(world.sophea, "sophea")
    phone_of(world.stranger, "stranger")
    return world.running_card()


def one(card: Scorecard | uuid.UUID, *lines: dict[str, Any], uid: object = "", **more: Any) -> dict[str, Any]:
    return {"uid": str(uid or uuid.uuid4()), **content(card, lines, **more)}


def sent(*some: Any, token: str = "sophea", language: str = "en") -> Any:
    client = phone(token, language)
    return client.post("/app/parcels/", {"parcels": list(some)}, content_type="application/json")


def statuses(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [told["status"] for told in answer.json()["answers"]]


def test_it_keeps_each_and_answers_each_in_its_place(card: Scorecard, world: World) -> None:
    other = world.running_card(facility=world.school)
    some = [one(card, person_line(1)), one(other, person_line(1)), one(card, person_line(2))]
    answer = sent(*some)
    assert statuses(answer) == [201, 201, 201]
    assert [told["uid"] for told in answer.json()["answers"]] == [told["uid"] for told in some]
    assert Parcel.objects.count() == Entry.objects.filter(verb="scorecards.deliver").count() == 3


def test_it_adds_nothing_when_the_answer_was_lost_and_all_comes_again(card: Scorecard) -> None:
    some = [one(card, person_line(1)), one(card, person_line(2))]
    sent(*some)
    assert statuses(sent(*some, one(card, person_line(3)))) == [200, 200, 201]
    assert Parcel.objects.count() == 3


def test_it_is_the_same_parcel_whether_it_came_alone_or_with_others(card: Scorecard) -> None:
    told = one(card, person_line())
    alone = {name: value for name, value in told.items() if name != "uid"}
    assert post(phone("sophea"), alone, told["uid"]).status_code == 201
    assert statuses(sent(told)) == [200]
    assert statuses(sent(one(card, person_line(2), uid=told["uid"]))) == [409]


def test_it_keeps_the_others_when_one_is_refused_and_says_why_in_the_phone_s_language(
    card: Scorecard, world: World
) -> None:
    other = world.running_card(facility=world.school)
    some = [one(card, line("dance", {})), one(other, person_line()), {"card": str(card.pk)}, "nonsense"]
    english, khmer = sent(*some), sent(*some, language="km")
    assert statuses(english) == [422, 201, 422, 422]
    first, second = (told.json()["answers"][0]["refusals"][0] for told in (english, khmer))
    assert (first["code"], first["row"]) == ("unknown", 1) and first["message"] != second["message"]


def test_it_hands_no_card_in_without_the_lines_that_were_to_come_before(
    card: Scorecard, world: World
) -> None:
    other = world.running_card(facility=world.school)
    some = [
        one(card, person_line(1)),
        one(card, line("dance", {})),
        one(other, person_line()),
        one(card, submit=True),
    ]
    assert statuses(sent(*some)) == [201, 422, 201, 424]
    assert Parcel.objects.filter(scorecard=card).count() == 1


def test_it_looks_at_nothing_behind_a_parcel_that_could_not_even_be_read(
    card: Scorecard, world: World
) -> None:
    other = world.running_card(facility=world.school)
    unread = {**one(card), "lines": "none"}
    some = [one(card, person_line(1)), unread, one(card, submit=True), one(other, person_line())]
    assert statuses(sent(*some)) == [201, 422, 424, 201]
    assert Parcel.objects.filter(scorecard=card).count() == 1


def test_it_hides_another_programme_s_card_among_its_own(card: Scorecard) -> None:
    assert statuses(sent(one(card, person_line()), token="stranger")) == [404]
    assert not Parcel.objects.exists()


def test_it_turns_strangers_away_whole(card: Scorecard) -> None:
    answer = sent(one(card, person_line()), token="nobody")
    assert (answer.status_code, codes(answer)) == (401, ["gone"])


def test_it_refuses_what_is_no_bundle(card: Scorecard) -> None:
    client = phone("sophea")
    for told in ({}, {"parcels": []}, {"parcels": {}}, [], {"parcels": [one(card)], "more": 1}):
        answer = client.post("/app/parcels/", told, content_type="application/json")
        assert answer.status_code == 422, told
    answer = sent(*[one(card)] * (MOST_TOGETHER + 1))
    assert (
        codes(answer) == ["too_many_parcels"]
        and str(MOST_TOGETHER) in answer.json()["refusals"][0]["message"]
    )


def test_it_takes_each_off_what_a_phone_may_send(card: Scorecard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "A_SECOND", 0.0)
    parcels.GATE.phones[token_hash("sophea")] = Allowance(left=4.0, at=time.monotonic())
    assert statuses(sent(one(card), one(card), one(card))) == [201, 201, 201]
    assert (sent(one(card), one(card)).status_code, Parcel.objects.count()) == (429, 3)
