"""What a locked phone sends: sealed to the site, checked like any, kept sealed until it is on the card."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import orjson
import pytest

from samleng.ground.people.site_key import encoded, private_key, seal_to, site_key
from samleng.voices.scorecards.models import Parcel, Scorecard, State
from samleng.voices.scorecards.verbs.opening import open_again, open_waiting
from tests.doors.field.senders import phone, post
from tests.doors.field.test_parcels import codes
from tests.voices.scorecards.parcels import phone_of
from tests.world import World, line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_of_its_own")]


@pytest.fixture
def card(world: World) -> Scorecard:
    phone_of(world.sophea, "sophea")
    return world.running_card()


def sealed(card: Scorecard, told: object, public: str = "") -> dict[str, Any]:
    """A parcel as the app seals it."""
    key = site_key()
    return {
        "card": str(card.pk),
        "key": key["key"],
        "sealed": seal_to(public or key["public"], orjson.dumps(told)),
    }


def test_it_keeps_a_sealed_card_sealed_and_sends_it_in(card: Scorecard, world: World) -> None:
    sent, uid = sealed(card, {"lines": world.meeting_lines(card), "submit": True}), uuid.uuid4()
    assert post(phone("sophea"), sent, uid).status_code == 201
    assert post(phone("sophea"), sent, uid).status_code == 200
    kept = Parcel.objects.get()
    assert bytes(kept.body) == base64.b64decode(sent["sealed"]) and b"setup" not in bytes(kept.body)
    assert open_waiting(scorecard=card)
    card.refresh_from_db()
    assert card.state == State.IN_REVIEW and card.sheets.get().participation["people"] == 14
    kept.refresh_from_db()
    assert kept.opened_at and bytes(kept.body) == b""


def test_it_checks_what_is_sealed_like_any_other(card: Scorecard) -> None:
    for told, code in (
        ({"lines": [line("dance", {})]}, "unknown"),
        ({"lines": [], "more": 1}, "unreadable"),
        ({"lines": [{"uid": "\0"}]}, "unreadable"),
        ([1], "not_an_object"),
    ):
        answer = post(phone("sophea"), sealed(card, told))
        assert (answer.status_code, codes(answer)) == (422, [code])
    assert not Parcel.objects.exists()


def test_it_keeps_what_it_cannot_open_and_says_so(card: Scorecard) -> None:
    other = base64.b64encode(encoded(private_key("another site").public_key())).decode()
    whole = sealed(card, {"lines": []})
    for sent in (
        sealed(card, {"lines": []}, public=other),
        whole | {"sealed": base64.b64encode(b"short").decode()},
        whole | {"sealed": base64.b64encode(base64.b64decode(whole["sealed"])[:-1]).decode()},
    ):
        assert post(phone("sophea"), sent).status_code == 201
    assert open_waiting(scorecard=card)
    kept = list(Parcel.objects.refused())
    assert [one.refused[0]["code"] for one in kept] == ["sealed"] * 3
    assert all(one.body for one in kept)


def test_it_loses_nothing_while_the_key_is_away(card: Scorecard, settings: Any) -> None:
    told = {"lines": [line("person", {"number": 1, "sex": "female", "band": "15-30"})]}
    assert post(phone("sophea"), sealed(card, told)).status_code == 201
    secret, settings.SITE_KEY = settings.SITE_KEY, "another"
    assert open_waiting(scorecard=card)
    assert Parcel.objects.get().refused[0]["code"] == "sealed" and not card.lines.exists()
    settings.SITE_KEY = secret
    assert open_again() == 1
    assert card.lines.count() == 1 and Parcel.objects.get().opened_at
