"""What everyone may know of public cases, as Open311 gives it: windows, areas, pages, history, news."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone

from samleng.doors.exchange.open311.pages import token_for
from samleng.insight.disclosure.models import Happening
from samleng.insight.disclosure.rules.pins import PublicAnswer, Step
from samleng.insight.disclosure.verbs.pinning import unpin
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, days, hours, public_land, put

V2 = "/open311/v2"


@pytest.fixture
def land(db: None) -> Land:
    return public_land()


def got(address: str) -> list[dict[str, Any]]:
    answer = Client().get(f"{V2}/{address}")
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def ids(query: str) -> list[str]:
    return [one["service_request_id"] for one in got(f"requests.json?{query}")]


def followed(address: str) -> list[list[str]]:
    """The numbers of each answer, as the `Link` header leads from one to the next."""
    seen = []
    while address:
        answer = Client().get(address)
        assert answer.status_code == 200, answer.content
        seen.append([one["service_request_id"] for one in json.loads(answer.content)])
        parts = urlsplit(answer.get("Link", "").partition(">")[0].lstrip("<"))
        address = f"{parts.path}?{parts.query}" if parts.path else ""
    return seen


def at(moment: datetime) -> str:
    return quote(moment.isoformat(timespec="seconds"))


def test_it_shows_every_field_in_json_and_in_xml_alike(land: Land) -> None:
    office = land.offices["hill"]
    put(land, office_id=office.pk, words={"en": "Smoke & <stink>"}, reviewed_at=hours(-1))
    (one,) = got("requests.json?locale=en")
    assert list(one) == [
        *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
        *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime"),
        *("expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url"),
    ]
    assert (one["service_request_id"], one["status"], one["service_code"]) == ("RUBB-0001", "open", "dump")
    assert one["description"] == "Smoke & <stink>" and one["agency_responsible"] == office.name["en"]
    assert one["address_id"] == land.river.code and one["address"].startswith(land.river.label("en"))
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert datetime.fromisoformat(one[name]).tzinfo
    assert one["expected_datetime"].startswith(f"{days(1).isoformat()}T23:59:59")
    assert abs(one["lat"] - LATITUDE) < 0.01 and (one["lat"], one["long"]) != (LATITUDE, LONGITUDE)
    answer = Client().get(f"{V2}/requests.xml?locale=en")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests"
    assert {part.tag: part.text for part in root[0]} == {
        name: None if value is None else str(value) for name, value in one.items()
    }


def test_it_passes_the_schemas_of_open311(land: Land, shared_data: Path) -> None:
    put(land)
    put(land, 2, closed_at=hours(-2), state="closed", outcome="fixed", latitude=None, longitude=None)
    schema = json.loads((shared_data / "specs" / "georeport-request.json").read_text())
    checker = jsonschema.FormatChecker()
    for one in [*got("requests.json"), *got("requests/RUBB-0002.json")]:
        jsonschema.validate(one, schema, format_checker=checker)


def test_it_hides_words_until_somebody_has_looked_at_them(land: Land) -> None:
    put(land)
    (one,) = got("requests.json?locale=en")
    assert (one["description"], one["media_url"]) == (None, None)
    assert "looked at" in one["service_notice"]


def test_it_gives_one_request_as_a_list_of_one(land: Land) -> None:
    put(land)
    put(land, 2)
    assert [one["service_request_id"] for one in got("requests/RUBB-0002.json")] == ["RUBB-0002"]
    assert len(got("requests/rubb-0002.json")) == 1
    for path in (
        "requests/RUBB-9999.json",
        "requests.json?service_request_id=RUBB-9999",
        "requests/%00.json",
    ):
        answer = Client().get(f"{V2}/{path}")
        assert answer.status_code in (400, 404) and json.loads(answer.content)[0]["description"]
    assert sorted(ids("service_request_id=RUBB-0002,RUBB-0001,RUBB-7&status=closed")) == [
        "RUBB-0001",
        "RUBB-0002",
    ]


def test_it_looks_ninety_days_back_unless_asked_otherwise(land: Land) -> None:
    put(land, 1)
    put(land, 2, requested_at=hours(-24 * 95))
    assert ids("") == ["RUBB-0001"]
    assert ids(f"start_date={at(hours(-24 * 100))}&end_date={at(hours(-24 * 11))}") == ["RUBB-0002"]
    assert ids(f"end_date={at(hours(-24 * 90))}") == ["RUBB-0002"]


def test_it_answers_ninety_days_of_a_wider_window_and_leads_to_the_days_before(land: Land) -> None:
    for number, past in ((1, 1), (2, 89), (3, 100), (4, 1000), (5, 1001), (6, 3000)):
        put(land, number, requested_at=hours(-24 * past))
    put(land, 7, requested_at=hours(-24 * 400), closed_at=hours(-3), state="closed", outcome="fixed")
    wide = f"start_date={at(hours(-24 * 2000))}&end_date={at(hours(24))}&status=open"
    assert followed(f"{V2}/requests.json?{wide}") == [
        ["RUBB-0001", "RUBB-0002"],
        ["RUBB-0003"],
        ["RUBB-0004", "RUBB-0005"],
    ]
    assert followed(f"{V2}/requests.json?{wide}&page_size=1") == [[f"RUBB-000{one}"] for one in range(1, 6)]
    # Where nobody asked for more, the list ends.
    assert followed(f"{V2}/requests.json") == [["RUBB-0001", "RUBB-0002"]]
    assert ids(f"start_date={at(hours(0))}&end_date={at(hours(-24))}") == []


def test_it_finds_by_status_service_change_and_area(land: Land) -> None:
    put(land, 1)
    put(land, 2, closed_at=hours(-3), state="closed", outcome="fixed", updated_at=hours(-3))
    put(land, 3, latitude=LATITUDE + 0.5, updated_at=hours(-48))
    put(land, 4, latitude=None, longitude=None, updated_at=hours(-48))
    assert ids("status=closed") == ["RUBB-0002"]
    assert len(ids("status=open")) == 3 and len(ids("status=open,closed")) == 4
    assert len(ids("service_code=dump")) == 4
    assert ids(f"updated_after={at(hours(-5))}") == ["RUBB-0002"]
    assert sorted(ids(f"updated_before={at(hours(-40))}")) == ["RUBB-0003", "RUBB-0004"]
    assert sorted(ids("bbox=104.9,11.5,104.95,11.6")) == ["RUBB-0001", "RUBB-0002"]
    assert ids(f"lat={LATITUDE + 0.5}&long={LONGITUDE}&radius=300") == ["RUBB-0003"]
    assert len(ids("bbox=-180,-90,180,90")) == 3
    # Round the back of the world, and upside down.
    assert len(ids("bbox=104.95,11,104.9,13")) == 0 and len(ids("bbox=170,11,104.95,13")) == 3
    assert ids("bbox=104,13,105,11") == []
    answer = Client().get(f"{V2}/requests.json?service_code=dump,nothing")
    assert answer.status_code == 404 and "nothing" in json.loads(answer.content)[0]["description"]


def test_it_measures_a_circle_to_its_shown_points_only(land: Land) -> None:
    put(land)
    (one,) = got("requests.json")
    inside, outside = one["lat"] + 0.0008, one["lat"] + 0.0010
    assert ids(f"lat={inside}&long={one['long']}&radius=100") == ["RUBB-0001"]
    assert ids(f"lat={outside}&long={one['long']}&radius=100") == []
    # A corner of the square around the circle.
    assert ids(f"lat={one['lat'] + 0.0008}&long={one['long'] + 0.0008}&radius=100") == []


def test_it_goes_through_all_pages_without_losing_or_repeating_one(land: Land) -> None:
    for number in range(1, 8):
        put(land, number)
    seen = followed(f"{V2}/requests.json?page_size=3&status=open")
    assert [one for page in seen for one in page] == [f"RUBB-000{number}" for number in range(1, 8)] and len(
        seen
    ) == 3
    assert ids("page=99") == []


def test_it_adds_the_history_when_extensions_are_asked_for(land: Land) -> None:
    put(
        land,
        state="working",
        me_too=7,
        steps=(Step(at=hours(-9), state="received"), Step(at=hours(-5), state="working")),
        answers=(PublicAnswer(at=hours(-4), text={"en": "A truck comes"}),),
    )
    assert "notes" not in got("requests.json")[0]
    (one,) = got("requests/RUBB-0001.json?extensions=true&locale=en")
    assert [(note["type"], note["description"]) for note in one["notes"]] == [
        ("received", "Received"),
        ("working", "Being worked on"),
        ("working", "A truck comes"),
    ]
    assert one["extended_attributes"]["me_too"] == 7
    root = ElementTree.fromstring(Client().get(f"{V2}/requests.xml?extensions=true").content)
    assert len(root.findall("request/notes/note")) == 3


def test_it_marks_what_is_invented(land: Land) -> None:
    put(land, sample=True)
    assert "SAMPLE" in got("requests.json?locale=en")[0]["service_notice"]


def test_it_tells_the_number_behind_a_token_and_no_other(land: Land) -> None:
    token = token_for("RUBB-0001")
    assert got(f"tokens/{token}.json") == [{"service_request_id": "RUBB-0001", "token": token}]
    root = ElementTree.fromstring(Client().get(f"{V2}/tokens/{token}.xml").content)
    assert root.findtext("request/service_request_id") == "RUBB-0001"
    for wrong in (token[:-1] + "A", "12345", "RUBB-0001"):
        assert Client().get(f"{V2}/tokens/{wrong}.xml").status_code == 404


def test_it_tells_news_of_two_hours_as_fixmystreet_asks(land: Land) -> None:
    put(
        land,
        state="closed",
        closed_at=hours(-1),
        outcome="fixed",
        updated_at=hours(-1),
        steps=(Step(at=hours(-9), state="working"), Step(at=hours(-1), state="closed")),
        answers=(PublicAnswer(at=hours(-1) + timedelta(minutes=1), text={"en": "Carted away"}),),
    )
    put(land, 2, updated_at=hours(-30), steps=(Step(at=hours(-30), state="received"),))
    now = timezone.now().astimezone(UTC)
    window = f"start_date={at(now - timedelta(hours=2))}&end_date={at(now)}&jurisdiction_id="
    root = ElementTree.fromstring(Client().get(f"{V2}/servicerequestupdates.xml?{window}&locale=en").content)
    assert root.tag == "service_request_updates"
    told = [{part.tag: part.text for part in one} for one in root.findall("request_update")]
    assert [(one["service_request_id"], one["status"], one["description"]) for one in told] == [
        ("RUBB-0001", "fixed", "Closed: Fixed"),
        ("RUBB-0001", "fixed", "Carted away"),
    ]
    assert told[0]["external_status_code"] == "closed" and len({one["update_id"] for one in told}) == 2
    # Asked again, the same step has the same number.
    again = got(f"servicerequestupdates.json?{window}")
    assert [one["update_id"] for one in again] == [one["update_id"] for one in told]
    assert len(got(f"servicerequestupdates.json?{window}&page_size=1&page=2")) == 1


def news(address: str) -> tuple[list[str], str]:
    """The numbers on one page of news, and the address of the next."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    parts = urlsplit(answer.get("Link", "").partition(">")[0].lstrip("<"))
    told = [one["update_id"] for one in json.loads(answer.content)]
    return told, f"{parts.path}?{parts.query}" if parts.path else ""


def test_it_gives_all_news_page_by_page_none_lost_or_twice_while_more_comes_out(land: Land) -> None:
    for number in range(1, 8):
        put(
            land,
            number,
            steps=(Step(at=hours(-number - 1), state="received"), Step(at=hours(-1), state="working")),
            answers=(PublicAnswer(at=hours(-number), text={"en": f"{number}"}),),
            state="working",
        )
    whole, nothing_more = news(f"{V2}/servicerequestupdates.json?start_date={at(hours(-20))}")
    assert len(whole) == len(set(whole)) == 21 and not nothing_more
    seen, address, page = list[str](), f"{V2}/servicerequestupdates.json?page_size=4", 0
    while address:
        some, address = news(address)
        assert len(some) <= 4
        seen += some
        page += 1
        # Meanwhile one that was seen moves on, and one comes out late of what happened long before.
        steps = (Step(at=hours(-2), state="received"), Step(at=hours(-1), state="working"))
        if page == 2:
            put(land, 1, state="working", updated_at=hours(0), steps=steps)
        if page == 3:
            put(land, 50, state="working", steps=(Step(at=hours(-15), state="received"),))
    assert len(seen) == len(set(seen))
    late = [one for one in seen if one.startswith("RUBB-0050")]
    again = [one for one in seen if one.startswith("RUBB-0001")]
    assert len(late) == 1
    # What was written down anew for the first is as it was, so it stays where it was.
    assert {one for one in whole if not one.startswith("RUBB-0001")} <= set(seen) and len(again) >= 2


def test_it_forgets_the_news_of_a_report_that_is_taken_off(land: Land) -> None:
    pin = put(land, steps=(Step(at=hours(-1), state="received"),))
    assert len(got("servicerequestupdates.json")) == 1
    unpin(by=SYSTEM, case_id=pin.case_id)
    assert got("servicerequestupdates.json") == [] and not Happening.objects.exists()


def test_it_takes_back_what_no_longer_holds_and_says_the_same_once(land: Land) -> None:
    steps = (Step(at=hours(-3), state="received"), Step(at=hours(-2), state="working"))
    put(land, steps=steps, state="working", updated_at=hours(-2))
    first = got("servicerequestupdates.json")
    put(land, steps=steps, state="working", updated_at=hours(-1), me_too=9)
    assert got("servicerequestupdates.json") == first and len(first) == 2
    put(land, steps=steps[:1], state="received", updated_at=hours(0))
    assert [one["external_status_code"] for one in got("servicerequestupdates.json")] == ["received"]


def test_it_costs_a_handful_of_queries_however_many_are_shown(
    land: Land, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 30):
        put(land, number, office_id=land.offices["hill"].pk)
    with django_assert_max_num_queries(6):
        assert len(got("requests.json")) == 29


def test_it_shows_a_photo_only_once_it_was_looked_at(land: Land) -> None:
    put(land)
    assert Client().get(f"{V2}/requests/RUBB-0001/photo.webp").status_code == 404
