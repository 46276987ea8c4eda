"""The quick way answers as the long way does, header by header, or leaves the call to it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from samleng.doors.exchange.open311 import quick as quickly
from samleng.doors.exchange.open311.quick import quick
from tests.ground.people.land import Land
from tests.insight.pinned import hours, public_land, put

PATH = "/open311/v2/requests.{}"


@pytest.fixture
def land(db: None) -> Land:
    land = public_land()
    office = land.offices["hill"].pk
    for number in range(1, 6):
        words = {"en": "Smoke & <stink>", "km": "ផ្សែង"}
        put(land, number, office_id=office, words=words, reviewed_at=hours(-1))
    put(land, 6, closed_at=hours(-3), state="closed", outcome="fixed", sample=True)
    return land


def asked(form: str, query: str, *, host: str = "testserver", languages: str = "", packing: str = "") -> Any:
    return quick(PATH.format(form), query, host, languages, packing, "http")


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("", ""),
        ("locale=en&page_size=2", "km"),
        ("page_size=2&page=2&status=open", "en-GB,en;q=0.8"),
        ("extensions=true&bbox=104.9,11.5,104.95,11.6", "fr, km;q=0.5"),
        ("service_request_id=RUBB-0002,RUBB-0006", "*"),
        ("lat=11.55&long=104.92&radius=900&service_code=dump", "en"),
        ("status=closed&jurisdiction_id=&start_date=", "xx"),
        ("end_date=2001-01-01T00:00:00%2B07:00", "km"),
    ],
)
def test_it_answers_as_the_long_way_does(land: Land, form: str, query: str, languages: str) -> None:
    found = asked(form, query, languages=languages)
    accepted = {"HTTP_ACCEPT_LANGUAGE": languages} if languages else {}
    long = Client().get(f"{PATH.format(form)}?{query}", **accepted)
    assert found is not None and long.status_code == 200
    headers, body = found
    assert body == long.content
    expected = {name.lower(): value for name, value in long.headers.items()}
    assert int(expected.pop("content-length")) == len(body)
    assert dict(headers) | {"vary": ""} == expected | {"vary": ""} and len(headers) == len(dict(headers))
    assert set(expected["vary"].split(", ")) <= set(dict(headers)["vary"].split(", "))


def test_it_packs_the_answer_for_whoever_unpacks_it(land: Land) -> None:
    _headers, plain = asked("xml", "locale=en")
    headers, packed = asked("xml", "locale=en", packing="br, gzip;q=0.8")
    assert dict(headers)["content-encoding"] == "gzip" and gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2
    assert "content-encoding" not in dict(asked("xml", "", packing="identity")[0])


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "bbox=1,2", "status=lost", "service_code=nothing", "service_request_id=RUBB-9999"),
        *("jurisdiction_id=elsewhere", "status=%00", "start_date=x", "after=x", "lat=1", "locale=\u0664"),
    ],
)
def test_it_leaves_every_fault_to_the_long_way(land: Land, query: str) -> None:
    assert asked("json", query) is None


def test_it_leaves_other_hosts_and_addresses_to_the_long_way(land: Land) -> None:
    assert asked("json", "", host="evil.example") is None
    assert asked("json", "", host="") is None
    assert Client().get(PATH.format("json"), headers={"host": "evil.example"}).status_code == 400
    for path in ("/open311/v2/requests", "/open311/v2/services.json", "/open311/v2/requests.json/"):
        assert quick(path, "", "testserver", "", "", "http") is None


def test_it_leaves_what_goes_wrong_here_to_the_long_way(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_visit: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(quickly, "requests", broken)
    assert asked("json", "") is None


def test_it_says_on_every_answer_of_the_door_what_a_browser_may_do_with_it(land: Land) -> None:
    for path in ("requests.json", "services.xml", "nothing.json", "requests/RUBB-0001/photo.webp"):
        answer = Client().get(f"/open311/v2/{path}")
        assert answer["X-Frame-Options"] == settings.X_FRAME_OPTIONS, path
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["Referrer-Policy"] == "same-origin", path
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin", path
        assert answer["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert not answer.cookies and "Cookie" not in answer["Vary"] if "Vary" in answer else True


def test_it_asks_nobody_who_they_are(land: Land, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    client.cookies["django_language"] = "km"
    with django_assert_max_num_queries(6):
        answer = client.get(f"{PATH.format('json')}?locale=en")
    assert answer["Content-Language"] == "en" and b"Smoke" in answer.content
