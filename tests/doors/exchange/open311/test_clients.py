"""Other people's clients, georeport and civicbot, against the live site, in JSON and in XML."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from civicbot.http import HttpTransport, RateLimiter
from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint
from georeport import GeoReport

from samleng.doors.exchange.open311.pages import token_for
from tests.ground.people.land import Land
from tests.insight.pinned import days, hours, public_land, put
from tests.served import served

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
