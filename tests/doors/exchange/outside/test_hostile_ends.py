"""Far ends that mean harm, or are broken: nothing hangs, nothing grows, nothing inside is reached."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from samleng.doors.exchange.models import HandedOver
from samleng.doors.exchange.outside import calling, rules
from samleng.doors.exchange.outside.calling import Far, Trouble, get, post
from samleng.doors.exchange.outside.reading import news, rows
from samleng.kit.calls import calling as calls
from samleng.kit.calls.rules import address_fault
from tests.doors.exchange.outside.city import City, updates

pytestmark = pytest.mark.once


def trouble(far: Far, path: str = "services") -> Trouble:
    with pytest.raises(Trouble) as found:
        get(far, path)
    return found.value


def test_it_reads_no_more_than_is_of_use(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    far = Far(address=city.address)
    city.says["GET /services"] = (200, b"x" * 100, {"Content-Length": str(10 * 1024**3)})
    assert trouble(far).code == "too_large"
    monkeypatch.setattr(calling.called, "__defaults__", (None, "", 1000, None))

    def endless(handler: Any) -> bool:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            for _n in range(10_000):
                handler.wfile.write(b"y" * 10_000)
        except OSError:
            pass
        handler.close_connection = True
        return True

    city.rude = endless
    assert trouble(far).code == "too_large"


def test_it_unpacks_nothing(city: City) -> None:
    city.says["GET /services"] = (200, b"\x1f\x8b", {"Content-Encoding": "gzip"})
    assert trouble(Far(address=city.address)).code == "unreadable"


def test_it_ends_a_call_that_drips(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LONGEST", 0.6)

    def dripping(handler: Any) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        try:
            for _n in range(100):
                handler.wfile.write(b" ")
                time.sleep(0.1)
        except OSError:
            pass
        handler.close_connection = True
        return True

    city.rude = dripping
    began = time.monotonic()
    found = trouble(Far(address=city.address))
    assert found.arrived and found.code in ("broken", "slow")
    assert time.monotonic() - began < 5


def test_it_waits_for_nobody_for_ever(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "READING", 0.3)
    city.rude = lambda _handler: time.sleep(1.5) or True  # type: ignore[func-returns-value]
    assert trouble(Far(address=city.address)).code == "slow"


def test_it_follows_no_redirect(city: City) -> None:
    city.says["GET /services"] = (302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})
    assert trouble(Far(address=city.address)).code == "redirect"
    assert len(city.asked) == 1


@pytest.mark.parametrize(
    "address",
    (
        *("https://127.0.0.1/v2", "https://[::1]/v2", "https://10.1.2.3/v2", "https://192.168.0.9:8443/v2"),
        *("https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/v2", "https://[64:ff9b::a00:1]/v2"),
        *("https://[2001:0:a00:1::f5ff:fffe]/v2", "https://0.0.0.0/v2", "https://[fd00::1]/v2"),
        *("https://100.64.0.1/v2", "https://224.0.0.1/v2", "https://[2002:a00:1::1]/v2"),
    ),
)
def test_it_calls_nothing_inside(address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTSIDE_PRIVATE = False
    # A name may have any address; these stand for themselves.
    monkeypatch.setattr(
        calls.socket, "getaddrinfo", lambda host, port, **_more: [(socket.AF_INET, 1, 6, "", (host, port))]
    )
    assert trouble(Far(address=address)).code == "inside"


def test_it_calls_nothing_of_which_one_address_lies_inside(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTSIDE_PRIVATE = False

    def both(host: str, port: int, **_more: Any) -> list[Any]:
        places = ("93.184.216.34", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in places]

    monkeypatch.setattr(calls.socket, "getaddrinfo", both)
    assert trouble(Far(address="https://city.example/v2")).code == "inside"


@pytest.mark.parametrize(
    "address",
    (
        *("ftp://city.example/v2", "https://user:word@city.example/v2", "https://city.example/v2?x=1"),
        *("https://", "file:///etc/passwd", "https://city.example/\nx", "https://city.example:99999/"),
        "https://city.example/" + "x" * 300,
    ),
)
def test_it_knows_what_is_no_address(address: str) -> None:
    assert address_fault(address, plain=True) == "address"


def test_it_sends_no_key_in_the_open(settings: Any) -> None:
    settings.OUTSIDE_PRIVATE = False
    assert trouble(Far(address="http://93.184.216.34/v2", key="secret")).code == "not_secret"
    assert "secret" not in repr(Far(address="https://x", key="secret"))


@pytest.mark.parametrize(
    "body",
    (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><service_requests>&b;</service_requests>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><service_requests/>',
        "<service_requests><request>",
        "<a>" * 100_000,
        "[" * 100_000,
        '{"a": ',
        "\x00\x01",
        "",
        "<html><body>Welcome</body></html",
    ),
)
def test_it_reads_no_document_that_means_harm(city: City, body: str) -> None:
    city.says["POST /requests"] = (200, body)
    answer = post(Far(address=city.address), "requests", {"a": "b"})
    with pytest.raises(Trouble) as found:
        rows(answer, "request")
    assert found.value.arrived


@pytest.mark.parametrize(
    "body",
    (
        '[{"service_request_id": 638344, "token": null}]',
        '{"service_requests": [{"service_request_id": "638344"}]}',
        '{"service_requests": {"request": [{"service_request_id": "638344"}]}}',
        '[{"request": {"service_request_id": "638344"}}]',
        '{"service_request_id": "638344"}',
        "<service_requests type='array'><request><service_request_id>638344</service_request_id></request>"
        "</service_requests>",
        "<service_requests xmlns='urn:x'><request><service_request_id> 638344 </service_request_id></request>"
        "</service_requests>",
    ),
)
def test_it_reads_what_is_only_odd(city: City, body: str) -> None:
    city.says["POST /requests"] = (201, body)
    answer = post(Far(address=city.address), "requests", {"a": "b"})
    assert [one["service_request_id"] for one in rows(answer, "request")] == ["638344"]


def test_it_leaves_out_news_without_a_number_or_case(city: City) -> None:
    city.says["GET /servicerequestupdates"] = (
        200,
        updates(
            {"update_id": "1"}, {"service_request_id": "C"}, {"update_id": "2", "service_request_id": "C"}
        ),
    )
    assert [one.id for one in news(get(Far(address=city.address), "servicerequestupdates"))] == ["2"]


def test_it_takes_no_number_that_is_none() -> None:
    for text in ("", " 1", "1\n", "x" * 101, "a\x00"):
        assert not rules.number_fits(text)
    assert rules.number_fits("SR-2026/0001 a")
    assert HandedOver._meta.get_field("number").max_length == rules.LONGEST_NUMBER
