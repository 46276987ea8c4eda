"""What a phone is told: who holds it, which cards wait, a card's pack and its state. Never to a stranger."""

from __future__ import annotations

import json

import pytest

from samleng.ground.people.site_key import seal_to
from samleng.ground.people.verbs.keys import revoke_device
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.khmer import to_khmer
from samleng.voices.scorecards.verbs import writing
from tests.doors.field.phones import Phone, opened
from tests.doors.web.facilitated import client_of
from tests.world import line


def test_it_knows_an_enrolled_phone_and_opens_by_its_pin_only(world):
    phone = Phone(world.sophea)
    before = phone.get("field_me").json()
    assert (before["enrolled"], before["signed_in"], before["name"]) == (True, False, "")
    assert phone.unlock("000001").status_code in (403, 422)
    assert phone.get("field_cards").status_code == 401
    assert phone.unlock().json()["name"] == world.sophea.name
    assert phone.get("field_me").json()["signed_in"] is True


def test_it_tells_nothing_without_a_phone(world, client):
    card = world.plan_card()
    me = client.get("/app/me").json()
    assert (me["enrolled"], me["signed_in"]) == (False, False)
    for path in ("/app/cards", f"/app/cards/{card.pk}/pack", f"/app/cards/{card.pk}/state"):
        answer = client.get(path)
        assert answer.status_code == 401 and answer.json()["refusals"][0]["remedy"]


def test_it_shuts_out_a_phone_that_was_reported_lost(world):
    phone = opened(world.sophea)
    revoke_device(by=SYSTEM, device=phone.opened.device)
    assert phone.get("field_cards").status_code == 401
    assert phone.unlock().status_code == 401


def test_it_lists_own_cards_first_and_finds_one_by_khmer_digits(world):
    other = world.plan_card()
    mine = world.plan_card(facility=world.school, lead=world.sophea)
    phone = opened(world.sophea)
    listed = phone.get("field_cards").json()["cards"]
    assert [one["id"] for one in listed] == [str(mine.pk), str(other.pk)]
    assert [one["mine"] for one in listed] == [True, False]
    found = phone.get("field_found", to_khmer(other.code)).json()["card"]
    assert found["id"] == str(other.pk) and found["facility"] == world.clinic.name


@pytest.mark.parametrize("who", ["stranger", "unassigned"])
def test_it_hides_a_card_from_whoever_may_not_hold_it(world, who):
    card = world.plan_card()
    phone = Phone(world.sophea)
    phone.client = client_of(getattr(world, who))
    for name in ("field_pack", "field_state"):
        assert phone.get(name, card.pk).status_code == 404
    assert phone.get("field_cards").json()["cards"] == []
    assert phone.get("field_found", card.code).status_code == 404


def test_it_packs_all_that_a_meeting_asks_in_every_language(world):
    card = world.plan_card()
    pack = opened(world.sophea).get("field_pack", card.pk).json()
    method = pack["method"]
    listed = card.round.framework.method.criteria_for(card.service.code, "community", card.place.kind.code)
    assert [one["code"] for one in method["criteria"]] == [one.code for one in listed]
    assert all(one["text"]["km"] and one["text"]["en"] for one in method["criteria"])
    assert method["consent"]["km"] and method["scale"]["values"] == [1, 2, 3, 4, 5]
    assert method["limits"]["people"] == 500 and pack["card"]["code"] == card.code


def test_it_gives_the_same_key_until_the_method_or_the_card_changes(world):
    card = world.plan_card()
    phone = opened(world.sophea)
    first = phone.get("field_pack", card.pk).json()["key"]
    assert phone.get("field_pack", card.pk).json()["key"] == first
    writing.start(by=world.by(world.sophea), scorecard=card, holder="x")
    assert phone.get("field_pack", card.pk).json()["key"] != first


def test_it_gives_the_lines_after_the_last_one_a_phone_knows(world):
    card = world.running_card()
    written = [line("person", {"number": n, "sex": "female", "band": "15-30"}) for n in (1, 2, 3)]
    for one in written:
        writing.write(by=world.by(world.sophea), scorecard=card, lines=[one])
    phone = opened(world.sophea)
    whole = phone.get("field_state", card.pk).json()
    assert [one["uid"] for one in whole["lines"]] == [one["uid"] for one in written]
    assert whole["lines"][0]["written_at"].endswith("+00:00") and whole["more"] is False
    later = phone.get("field_state", card.pk, after=str(whole["after"])).json()
    assert (later["lines"], later["after"]) == ([], whole["after"])


def test_it_reads_a_cursor_that_is_none_as_the_beginning(world):
    card = world.running_card()
    assert opened(world.sophea).get("field_state", card.pk, after="x'--").status_code == 200


def test_it_sends_no_program_to_a_page(world):
    client = client_of(world.sophea)
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/app/cards", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"code": "second_step"})


def test_it_gives_the_phone_s_key_back_to_its_owner_only(world):
    phone = opened(world.sophea)
    public = phone.get("field_key").json()["public"]
    copy = seal_to(public, json.dumps({"person": str(world.sophea.pk), "key": "c2VjcmV0"}).encode())
    assert phone.post("field_recover", body={"sealed": copy}).json() == {"key": "c2VjcmV0"}
    assert Entry.objects.filter(verb="people.recover_phone", actor=world.sophea.key).count() == 1
    phone.client = client_of(world.unassigned)
    assert phone.post("field_recover", body={"sealed": copy}).status_code == 404
    assert phone.post("field_recover", body={"sealed": "nonsense"}).status_code == 404


def test_it_changes_the_pin_at_the_office(world):
    phone = opened(world.sophea)
    assert phone.post("field_change_pin", body={"old": phone.pin, "new": "111111"}).status_code == 422
    assert phone.post("field_change_pin", body={"old": phone.pin, "new": "582914"}).status_code == 200
    assert phone.unlock("582914").status_code == 200
