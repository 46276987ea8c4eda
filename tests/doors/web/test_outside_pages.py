"""The desk's page of an office's own system: who may open it, what it shows, and what a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from samleng.answers.cases.verbs.moderating import review
from samleng.doors.exchange.models import HandedOver, OutsideSystem, PassedOn
from samleng.doors.exchange.outside.rounds import visit_outside
from samleng.insight.disclosure.verbs.following import follow_all
from tests.doors.exchange.outside.city import City, city_on_loopback, number, updates
from tests.doors.web.facilitated import client_of
from tests.town import Town, town

__all__ = ["town"]


@pytest.fixture
def city(settings: Any) -> Iterator[City]:
    settings.OUTSIDE_PRIVATE = True
    with city_on_loopback() as city:
        yield city


def page(town: Town) -> str:
    return f"/en/offices/{town.sweepers.pk}/system/"


def given(city: City, **more: str) -> dict[str, str]:
    facts = {
        "name": "City", "address": city.address, "form": "xml", "key": "a secret", "since": "2026-01-01",
        "photos": "file", "number_field": "external_id", "code_dump": "RUBBISH",
    }  # fmt: skip
    return {**facts, **more}


def test_it_is_open_to_the_office_s_head_and_nobody_beside(town: Town, city: City) -> None:
    assert client_of(town.boss).get(page(town)).status_code == 200
    for person in (town.sweeper, town.mayor, town.sokha, town.stranger):
        client = client_of(person)
        assert client.get(page(town)).status_code in (302, 403, 404)
        assert client.post(page(town), given(city)).status_code in (302, 403, 404)
        assert client.post(page(town) + "try/").status_code in (302, 403, 404)
    assert not OutsideSystem.objects.exists() and not city.asked


def test_it_names_a_system_and_never_shows_its_key(town: Town, city: City) -> None:
    client = client_of(town.boss)
    answer = client.post(page(town), given(city))
    assert answer.status_code == 302, answer.content.decode()
    kept = OutsideSystem.objects.get()
    assert kept.services == {"dump": "RUBBISH"} and b"a secret" not in bytes(kept.key)
    shown = client.get(page(town)).content.decode()
    assert "a secret" not in shown and "kept, sealed" in shown
    client.post(page(town), given(city, key="", name="The city"))
    again = OutsideSystem.objects.get()
    assert (again.name, bytes(again.key)) == ("The city", bytes(kept.key))


def test_it_says_at_the_field_what_is_wrong(town: Town, city: City, settings: Any) -> None:
    settings.OUTSIDE_PRIVATE = False
    answer = client_of(town.boss).post(page(town), given(city))
    assert answer.status_code == 422 and "does not keep secrets" in answer.content.decode()


def test_it_offers_no_sealed_category(town: Town, city: City) -> None:
    client = client_of(town.boss)
    assert "code_slow" not in client.get(page(town)).content.decode()
    client.post(page(town), given(city, code_slow="SECRET"))
    assert OutsideSystem.objects.get().services == {"dump": "RUBBISH"}


def test_it_tries_whether_it_answers(town: Town, city: City) -> None:
    client = client_of(town.boss)
    client.post(page(town), given(city))
    one = "<service><service_code>POTHOLE</service_code><service_name>&lt;b&gt;</service_name></service>"
    listed = f"<services>{one}</services>"
    city.says["GET /services.xml"] = (200, listed)
    shown = client.post(page(town) + "try/").content.decode()
    assert "It answers" in shown and "RUBBISH" in shown and "&lt;b&gt;" in shown
    city.says["GET /services.xml"] = (403, "")
    assert "do not take the key" in client.post(page(town) + "try/").content.decode().replace("&#x27;", "'")


def test_it_lets_a_person_decide(town: Town, city: City) -> None:
    client = client_of(town.boss)
    client.post(page(town), given(city))
    said = "<errors><error><description>No &lt;i&gt;</description></error></errors>"
    city.says["POST /requests.xml"] = (400, said)
    case = town.file("dump").case
    follow_all()
    visit_outside()
    shown = client.get(page(town)).content.decode()
    assert case.reference in shown and "No &lt;i&gt;" in shown
    handed = HandedOver.objects.get()
    assert client.post(f"{page(town)}{handed.pk}/", {"arrived": "1", "number": ""}).status_code == 422
    client.post(f"{page(town)}{handed.pk}/", {"arrived": "1", "number": "C-9"})
    assert HandedOver.objects.get().number == "C-9"


def test_it_shows_what_they_did_not_take_and_sends_it_once_more(town: Town, city: City) -> None:
    client = client_of(town.boss)
    client.post(page(town), given(city, fixed="team=North\n\nzone = 4"))
    assert OutsideSystem.objects.get().fixed == {"team": "North", "zone": "4"}
    city.says["POST /requests.xml"] = (200, number("C-1"))
    city.says["POST /servicerequestupdates"] = (
        400, "<errors><error><description>status is required</description></error></errors>",
    )  # fmt: skip
    case = town.file("dump").case
    follow_all()
    visit_outside()
    review(by=town.by(town.boss), case=case, public_words="By the well")
    follow_all()
    visit_outside()
    shown = client.get(page(town)).content.decode()
    assert "status is required" in shown and "team=North" in shown
    passed = PassedOn.objects.get()
    again = f"{page(town)}news/{passed.pk}/"
    assert client_of(town.mayor).post(again).status_code == 404
    city.says["POST /servicerequestupdates"] = (200, updates({"update_id": "1"}))
    assert client.post(again).status_code == 302
    visit_outside()
    assert len(city.of("POST /servicerequestupdates")) == 2
    assert PassedOn.objects.get().done_at and not PassedOn.objects.get().trouble
    # What arrived is not sent again.
    assert client.post(again).status_code == 422
    answer = client.post(page(town), given(city, fixed="nonsense"))
    assert answer.status_code == 422 and "team=North" in answer.content.decode()


def test_it_is_switched_off_and_on(town: Town, city: City) -> None:
    client = client_of(town.boss)
    client.post(page(town), given(city))
    client.post(page(town) + "switch/", {"on": "0"})
    assert not OutsideSystem.objects.get().on
    assert "switched off" in client.get(page(town)).content.decode()
    client.post(page(town) + "switch/", {"on": "1"})
    assert OutsideSystem.objects.get().on
