"""Keys of other systems on the desk: given by who may, shown once, limited, counted, taken back, logged."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from samleng.answers.cases.models import Case
from samleng.doors.exchange.models import ApiKey, OutsideSystem
from samleng.doors.exchange.open311.verbs import key_of
from samleng.doors.exchange.outside.verbs.tending import Wanted, connect_system
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.offices.models import Programme
from samleng.ground.offices.verbs import open_programme
from samleng.ground.people.verbs.accounts import seat
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.web.facilitated import client_of
from tests.town import Town, catalogue, town
from tests.world import someone, words

__all__ = ["town"]
V2 = "/open311/v2"
SENT = {"service_code": "dump", "address_id": "010101", "description": "Dump"}


def page(town: Town) -> str:
    return f"/en/offices/{town.sweepers.pk}/api-keys/"


def given(client: Client, where: str, **more: str) -> str:
    """A new key, as the page shows it once."""
    answer = client.post(where, {"label": "FixMyStreet", **more})
    assert answer.status_code == 200, answer.content.decode()
    assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    return re.findall(r'<textarea id="token"[^>]*>([^<]+)<', answer.content.decode())[0]


def posted(path: str, token: str, **more: Any) -> Any:
    return Client().post(f"{V2}/{path}.json", {"api_key": token, **more})


def test_it_is_open_to_who_gives_keys_of_this_office_and_nobody_beside(town: Town) -> None:
    programme = open_programme(by=SYSTEM, code="other", name=words("កម្មវិធី", "Programme"))
    token = given(client_of(town.boss), page(town), sends="on")
    key = ApiKey.objects.get()
    manager = someone("អ្នកគ្រប់គ្រង", "programme_admin", programme=programme, area=town.commune)
    for person in (town.sweeper, town.mayor, town.sokha, town.stranger, town.chief, manager):
        client = client_of(person)
        for path in (page(town), f"{page(town)}{key.pk}/revoke/"):
            assert client.post(path, {"label": "x", "sends": "on"}).status_code in (302, 403, 404), path
        assert client.get(page(town)).status_code in (302, 403, 404)
    assert Client().get(page(town)).status_code == 302
    # Nor is another office's key taken back by way of one's own.
    theirs = f"/en/offices/{town.shire.pk}/api-keys/{key.pk}/revoke/"
    assert client_of(town.mayor).post(theirs).status_code == 404
    assert ApiKey.objects.count() == 1 and key_of(token) == key


def test_it_gives_a_key_that_is_shown_once_and_does_what_was_ticked(town: Town) -> None:
    client = client_of(town.boss)
    sends = given(client, page(town), sends="on")
    answers = given(client, page(town), label="City", answers="on")
    shown = client.get(page(town)).content.decode()
    assert sends not in shown and answers not in shown and "FixMyStreet" in shown and "not yet" in shown
    (one,) = json.loads(posted("requests", sends, **SENT).content)
    assert posted("requests", answers, **SENT).status_code == 403
    case = Case.objects.get(reference=one["service_request_id"])
    news = {"service_request_id": case.reference, "update_id": "1", "status": "investigating"}
    own = town.file("dump").case
    about_own = {**news, "service_request_id": own.reference}
    # Who only sends may speak of what it sent, as its reporter; of the office's other cases it moves none.
    assert posted("servicerequestupdates", sends, **about_own).status_code == 403
    assert posted("servicerequestupdates", sends, **news, description="More").status_code == 200
    assert town.again(case).state == "received"
    assert posted("servicerequestupdates", answers, **about_own).status_code == 200
    assert town.again(own).state == "acknowledged"
    shown = client.get(page(town)).content.decode()
    assert "not yet" not in shown and re.search(r"Reports sent</dt><dd>1<", shown)


def test_it_takes_a_key_back_at_once_and_keeps_who_did_it(town: Town) -> None:
    client = client_of(town.boss)
    token = given(client, page(town), sends="on")
    key = ApiKey.objects.get()
    assert client.post(f"{page(town)}{key.pk}/revoke/").status_code == 302
    assert posted("requests", token, **SENT).status_code == 403
    shown = client.get(page(town)).content.decode()
    for text in ("Keys taken back", "Key given", "Key taken back", town.boss.name):
        assert text in shown, text
    assert "Take the key back" not in shown


def test_it_says_at_the_field_what_is_wrong(town: Town) -> None:
    client = client_of(town.boss)
    for wrong in ({"label": "", "sends": "on"}, {"label": "Opens nothing"}):
        assert client.post(page(town), wrong).status_code == 422
    assert not ApiKey.objects.exists()


def test_it_ties_a_key_to_the_office_s_own_system(town: Town, settings: Any) -> None:
    settings.OUTSIDE_PRIVATE = True
    client = client_of(town.boss)
    assert 'name="own"' not in client.get(page(town)).content.decode()
    wanted = Wanted(name="City", address="http://127.0.0.1:9", services={"dump": "R"})
    system = connect_system(by=SYSTEM, office=town.sweepers, wanted=wanted)
    given(client, page(town), sends="on", answers="on", own="on")
    assert ApiKey.objects.get().system == OutsideSystem.objects.get() == system
    assert page(town) in client.get(f"/en/offices/{town.sweepers.pk}/system/").content.decode()


def test_it_gives_keys_of_a_programme_to_its_manager(town: Town) -> None:
    programme = open_programme(by=SYSTEM, code="other", name=words("កម្មវិធី", "Programme"))
    manager = someone("អ្នកគ្រប់គ្រង", "programme_admin", programme=programme, area=town.commune)
    where, client = f"/en/programmes/{programme.pk}/api-keys/", client_of(manager)
    assert 'name="answers"' not in client.get(where).content.decode()
    token = given(client, where, sends="on", answers="on")
    key = key_of(token)
    assert key is not None and key.programme == Programme.objects.get() and not key.answers
    assert where in client.get(f"/en/programmes/{programme.pk}/").content.decode()
    assert client_of(town.boss).get(where).status_code == 404


def test_it_is_found_from_the_desk(town: Town) -> None:
    seat(by=SYSTEM, person=town.boss, role="office_head", office=town.hall)
    client = client_of(town.boss)
    assert "/en/other-systems/" in client.get("/en/desk/").content.decode()
    shown = client.get("/en/other-systems/").content.decode()
    assert page(town) in shown and f"/en/offices/{town.hall.pk}/system/" in shown
    assert client_of(town.sweeper).get("/en/other-systems/").status_code in (302, 404)


@pytest.mark.once
def test_it_tells_programs_with_a_key_what_only_they_need(town: Town) -> None:
    token = given(client_of(town.boss), page(town), sends="on")
    data = {**catalogue(), "version": "2"}
    dump = next(one for one in data["categories"] if one["code"] == "dump")
    dump["for_systems"], dump["keywords"] = ["staff"], {"km": "សំរាម", "en": "rubbish, heap"}
    publish_catalogue(by=SYSTEM, data=data)
    keyed, open_to_all = "staff,rubbish,heap", "rubbish,heap"
    for asked, keywords in ((f"&api_key={token}", keyed), ("", open_to_all), ("&api_key=x", open_to_all)):
        (one,) = json.loads(Client().get(f"{V2}/services.json?locale=en{asked}").content)
        assert one["keywords"] == keywords
