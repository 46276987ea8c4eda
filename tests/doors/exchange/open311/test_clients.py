"""Other people's clients, georeport and civicbot, against the live site, in JSON and in XML."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from civicbot.http import HttpTransport, RateLimiter
from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint
from georeport import GeoReport

from samleng.answers.cases.models import Case
from samleng.doors.exchange.open311.pages import token_for
from samleng.doors.exchange.open311.verbs import give_key
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.people.land import Land
from tests.insight.pinned import days, hours, public_land, put
from tests.served import served
from tests.town import Town, build_town

# Another's program in front of ours: what is kept of it, the other tests try on both engines.
pytestmark = pytest.mark.once


@pytest.fixture
def live_land(transactional_db: None) -> Land:
    land = public_land()
    put(land, 1)
    put(land, 2, closed_at=hours(-2), updated_at=hours(-2), state="closed", outcome="fixed")
    return land


@pytest.fixture
def address(live_land: Land) -> Iterator[str]:
    with served() as address:
        yield f"{address}/open311/v2"


@pytest.fixture
def town(transactional_db: None) -> Town:
    return build_town()


def test_it_takes_what_civicbot_sends_and_shows_it(town: Town) -> None:
    token = give_key(by=SYSTEM, owner=town.sweepers, label="civicbot").token
    with served() as address:
        place = Endpoint(
            id="here", name="Here", base_url=f"{address}/open311/v2", write=True,
            api_key_required_for_write=True,
        )  # fmt: skip
        client = Open311Client(place, transport=quick())
        sent = client.create_request(
            "dump", dry_run=False, confirm="SEND", api_key=token, validate_remote=True, address_id="010101",
            description="Smoke", attributes={"size": "truck"},
        )  # fmt: skip
        number = sent.response[0]["service_request_id"]
        assert Case.objects.get().reference == number
        # Everybody may know of it as soon as the worker has passed.
        assert follow_all() == 1
        found = client.get_request(number)
        assert found and (found["status"], found["service_code"]) == ("open", "dump")
        (row,) = client.list_requests(service_code="dump")
        assert row["service_request_id"] == number
        one = GeoReport(f"{address}/open311/v2").get_service_request(number)
        assert (one if isinstance(one, dict) else one[0])["service_request_id"] == number


def quick() -> HttpTransport:
    """Its own transport without the pause that it makes for other people's servers."""
    return HttpTransport(rate_limiter=RateLimiter(min_interval=0))


def test_it_answers_georeport_in_both_forms(address: str) -> None:
    start, end = f"{days(-30)}T00:00:00Z", f"{days(1)}T00:00:00Z"
    for form in ("json", "xml"):
        client = GeoReport(address, output_format=form)
        services = client.get_service_list()
        services = services if isinstance(services, list) else [services]
        assert [one["service_code"] for one in services] == ["dump"]
        told = client.get_service_definition("dump")
        assert told["service_code"] == "dump"
        rows = client.get_service_requests(start_date=start, end_date=end)
        assert [one["service_request_id"] for one in rows] == ["RUBB-0001", "RUBB-0002"]
        one = client.get_service_requests(status="closed")
        assert (one if isinstance(one, dict) else one[0])["status"] == "closed"
        one = client.get_service_request("RUBB-0001")
        assert (one if isinstance(one, dict) else one[0])["service_request_id"] == "RUBB-0001"


def test_it_answers_civicbot(address: str) -> None:
    client = Open311Client(Endpoint(id="here", name="Here", base_url=address), transport=quick())
    (service,) = client.list_services()
    assert service["metadata"] is True
    told = client.get_service_definition("dump")
    assert {one["code"] for one in told["attributes"]} == {"fire", "size", "since"}
    rows = client.list_requests(status="open,closed", service_code="dump", page_size=1)
    assert [one["service_request_id"] for one in rows] == ["RUBB-0001"]
    some = client.list_requests(service_request_ids=["RUBB-0001", "RUBB-0002"])
    assert len(some) == 2
    found = client.get_request("RUBB-0002")
    assert found and found["status"] == "closed"
    (token,) = client.get_token(token_for("RUBB-0002"))
    assert token["service_request_id"] == "RUBB-0002"
