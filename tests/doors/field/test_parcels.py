"""The door where phones leave parcels, through Django: every answer of it."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from samleng.doors.field import parcels
from samleng.doors.field.parcels import Allowance
from samleng.ground.people.sealing import token_hash
from samleng.ground.people.verbs.keys import device_of, revoke_device
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Line, Parcel, Scorecard
from samleng.voices.scorecards.rules.parcels import MOST_BYTES
from tests.doors.field.senders import phone, post
from tests.voices.scorecards.parcels import content, phone_of
from tests.world import World, line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_of_its_own")]


@pytest.fixture
def card(world: World) -> Scorecard:
    phone_of(world.sophea, "sophea")
    phone_of(world.stranger, "stranger")
    return world.running_card()


def person_line(number: int = 1) -> dict[str, Any]:
    return line("person", {"number": number, "sex": "female", "band": "15-30"})


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json()["refusals"]]


def test_it_keeps_a_parcel_and_says_so(card: Scorecard) -> None:
    uid = uuid.uuid4()
    sent = content(card, [person_line()])
    first = post(phone("sophea"), sent, uid)
    assert (first.status_code, first.json()) == (201, {"uid": str(uid)})
    again = post(phone("sophea"), sent, uid)
    assert (again.status_code, again.json()) == (200, {"uid": str(uid)})
    other = post(phone("sophea"), content(card, [person_line(2)]), uid)
    assert (other.status_code, codes(other)) == (409, ["conflict"])
    assert Parcel.objects.count() == 1


def test_it_asks_for_no_session_and_no_form_token(card: Scorecard) -> None:
    client = phone("sophea")
    client.handler.enforce_csrf_checks = True
    assert post(client, content(card, [])).status_code == 201
    assert "sessionid" not in client.cookies


def test_it_turns_away_whoever_has_no_phone_of_this_site(card: Scorecard) -> None:
    for token in ("", "nobody", "x" * 4000):
        answer = post(phone(token), content(card, []))
        assert (answer.status_code, codes(answer)) == (401, ["gone"])
    assert not Parcel.objects.exists()


def test_it_turns_away_a_revoked_phone_at_once_even_if_it_was_known_a_moment_ago(card: Scorecard) -> None:
    assert post(phone("sophea"), content(card, [])).status_code == 201
    device = device_of("sophea")
    assert device is not None
    revoke_device(by=SYSTEM, device=device)
    answer = post(phone("sophea"), content(card, [person_line()]))
    assert (answer.status_code, codes(answer)) == (401, ["gone"])
    assert Parcel.objects.count() == 1


def test_it_turns_away_a_person_whose_account_is_closed(card: Scorecard, world: World) -> None:
    world.sophea.is_active = False
    world.sophea.save()
    assert post(phone("sophea"), content(card, [])).status_code == 401


def test_it_hides_another_programme_s_card(card: Scorecard) -> None:
    theirs = post(phone("stranger"), content(card, [person_line()]))
    absent = post(phone("stranger"), content(uuid.uuid4(), [person_line()]))
    assert theirs.status_code == absent.status_code == 404
    assert theirs.json() == absent.json()


def test_it_says_what_is_wrong_in_the_phone_s_language(card: Scorecard) -> None:
    bad = content(card, [person_line(), line("person", {"number": 0, "sex": "female", "band": "15-30"})])
    (english,) = post(phone("sophea", "en"), bad).json()["refusals"]
    (khmer,) = post(phone("sophea", "km-KH,en;q=0.5"), bad).json()["refusals"]
    assert english.keys() == {"message", "field", "row", "remedy", "code"}
    assert (english["row"], english["field"], english["code"]) == (2, "number", "out_of_range")
    assert english["message"].startswith("“0” is outside")
    assert khmer["message"] not in ("", english["message"])


def test_it_refuses_what_no_app_has_made(card: Scorecard) -> None:
    for sent, status, code in (
        (b"{", 422, "not_json"),
        (b"[" * 100_000, 422, "not_json"),
        (b" " * (MOST_BYTES + 1), 413, "too_large"),
    ):
        answer = post(phone("sophea"), sent)
        assert (answer.status_code, codes(answer)) == (status, [code])
    assert not Parcel.objects.exists()


def test_it_reads_no_body_that_says_it_is_too_large(card: Scorecard) -> None:
    answer = post(phone("sophea"), b"{}", CONTENT_LENGTH=str(10 * 1024**3))
    assert (answer.status_code, codes(answer)) == (413, ["too_large"])


def test_it_takes_no_form_and_no_other_method(card: Scorecard) -> None:
    client = phone("sophea")
    form = post(client, "card=1", content_type="application/x-www-form-urlencoded")
    assert (form.status_code, codes(form)) == (415, ["media_type"])
    looked = client.get(f"/app/parcels/{uuid.uuid4()}")
    assert (looked.status_code, looked["Allow"]) == (405, "POST")
    assert post(client, content(card, []), "not-a-uid").status_code == 422


def test_it_lets_one_phone_send_very_much_but_not_without_end(
    card: Scorecard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "A_SECOND", 0.0)
    parcels.GATE.phones[token_hash("sophea")] = Allowance(left=3.0, at=time.monotonic())
    answers = [post(phone("sophea"), content(card, [])) for _n in range(4)]
    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert (codes(answers[-1]), answers[-1]["Retry-After"]) == (["rate"], "5")
    assert card.lead is not None
    phone_of(card.lead, "another")
    assert post(phone("another"), content(card, [])).status_code == 201


def test_it_fills_a_phone_s_allowance_up_again() -> None:
    one = Allowance(left=1.0, at=0.0)
    assert one.take(0.0) and not one.take(0.0)
    assert not one.take(0.1) and one.take(0.3)


def test_it_shows_what_a_phone_sent_in_the_room_s_own_pages(card: Scorecard, world: World) -> None:
    post(phone("sophea"), content(card, [person_line(77)]))
    client = phone("sophea")
    client.force_login(world.sophea, backend="django.contrib.auth.backends.ModelBackend")
    assert not Line.objects.exists()
    client.get(f"/en/scorecards/{card.pk}/room/")
    assert Line.objects.get().body["number"] == 77


def test_it_tells_the_phone_what_could_not_be_put_on_the_card(card: Scorecard, world: World) -> None:
    uid = uuid.uuid4()
    client = phone("sophea")
    client.force_login(world.sophea, backend="django.contrib.auth.backends.ModelBackend")
    told = person_line(1)
    post(client, content(card, [told]))
    changed = {**told, "body": {**told["body"], "number": 2}}
    assert post(client, content(card, [changed]), uid).status_code == 201
    state = client.get(f"/app/cards/{card.pk}/state").json()
    assert [one["body"]["number"] for one in state["lines"]] == [1]
    (refused,) = state["refused"]
    assert (refused["uid"], [one["code"] for one in refused["refusals"]]) == (str(uid), ["conflict"])
    assert refused["refusals"][0]["message"].keys() == {"km", "en"}
