"""Many phones at the door in one moment: what is the same is one row, and nothing that was sent is lost."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from samleng.doors.field import parcels
from samleng.doors.field.parcels import Gate, end_writer
from samleng.kit.ledger.models import Entry
from samleng.voices.scorecards.models import Parcel, Scorecard
from tests.doors.field.senders import at_once, phone, post
from tests.voices.scorecards.parcels import content, phone_of
from tests.world import World, line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A gate that has seen nobody yet, and a writer that lets go of the database afterwards."""
    monkeypatch.setattr(parcels, "GATE", Gate())
    yield
    end_writer()


@pytest.fixture
def card(world: World) -> Scorecard:
    phone_of(world.sophea, "sophea")
    return world.running_card()


def person_line(number: int = 1) -> dict[str, Any]:
    return line("person", {"number": number, "sex": "female", "band": "15-30"})


def test_it_makes_one_row_of_the_same_parcel_posted_twenty_times_at_once(card: Scorecard) -> None:
    uid, sent = uuid.uuid4(), content(card, [person_line(1), person_line(2)])
    told: list[int] = []

    def send() -> None:
        told.append(post(phone("sophea"), sent, uid).status_code)

    at_once([send] * 20)
    assert Counter(told) == {201: 1, 200: 19}
    assert Parcel.objects.count() == Entry.objects.filter(verb="scorecards.deliver").count() == 1


def test_it_takes_two_phones_of_one_meeting_at_once_and_loses_none(card: Scorecard, world: World) -> None:
    phone_of(world.sophea, "second")
    told: list[int] = []

    def send(token: str, numbers: range) -> None:
        client = phone(token)
        told.extend(post(client, content(card, [person_line(n)])).status_code for n in numbers)

    at_once([lambda: send("sophea", range(1, 11)), lambda: send("second", range(11, 21))])
    assert told == [201] * 20
    parcels_of = Parcel.objects.filter(scorecard=card)
    assert parcels_of.count() == 20 and len(set(parcels_of.values_list("device", flat=True))) == 2
