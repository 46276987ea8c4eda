"""The site in front of Django: what comes in whole goes on as it came, and nothing waits for a slow line."""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from samleng.ground.people.verbs.keys import revoke_device
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Parcel
from tests.served import served
from tests.voices.scorecards.parcels import content, phone_of
from tests.world import World, line

pytestmark = pytest.mark.django_db(transaction=True)
Asked = tuple[int, dict[str, str], bytes]


class Site:
    def __init__(self, address: str) -> None:
        self.port = int(address.rsplit(":", 1)[1])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Asked:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def send(self, told: object, token: str = "sophea", uid: object = "", **headers: str) -> Asked:
        given = {"Content_Type": "application/json", "Cookie": f"a=b; samleng_device={token}", **headers}
        return self.ask("POST", f"/app/parcels/{uid or uuid.uuid4()}", json.dumps(told), **given)


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    with served() as address:
        yield Site(address)


def halves(site: Site, path: str, *, then: bytes | None) -> bytes:
    """Half a body, a pause, and the other half or an end; what was answered."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    head += "Cookie: samleng_device=sophea\r\nContent-Length: 60\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as one:
        one.sendall(head.encode() + b"x" * 30)
        time.sleep(0.3)
        if then is None:
            return b""
        one.sendall(then)
        return one.recv(100)


def test_it_answers_parcels_as_the_plain_way_does(site: Site, world: World) -> None:
    card, phone = world.running_card(), phone_of(world.sophea, "sophea")
    uid = uuid.uuid4()
    sent = content(card, [line("person", {"number": 1, "sex": "female", "band": "15-30"})])
    assert site.send(sent, uid=uid)[0] == 201
    assert site.send(sent, uid=uid)[0] == 200
    status, headers, body = site.send(content(card, []), uid=uid, Accept_Language="en")
    assert (status, json.loads(body)["refusals"][0]["code"]) == (409, "conflict")
    assert headers["content-type"] == "application/json" and headers["cache-control"] == "no-store"
    wrong = content(card, [line("dance", {})])
    told = [json.loads(site.send(wrong, Accept_Language=tag)[2])["refusals"][0] for tag in ("en", "km-KH")]
    assert told[0]["message"].startswith("“dance”") and told[0]["message"] != told[1]["message"]
    assert site.send(sent, token="nobody")[0] == 401
    assert site.ask("GET", f"/app/parcels/{uid}")[:1] == (405,)
    assert site.send(sent, Content_Type="text/plain")[0] == 415
    many = {"parcels": [{"uid": str(uid), **sent}, {"uid": str(uuid.uuid4()), **wrong}]}
    path, given = "/app/parcels/", {"Content_Type": "application/json", "Cookie": "samleng_device=sophea"}
    status, _headers, body = site.ask("POST", path, json.dumps(many), **given)
    assert (status, [one["status"] for one in json.loads(body)["answers"]]) == (200, [200, 422])
    revoke_device(by=SYSTEM, device=phone)
    assert site.send(sent, uid=uid)[0] == 401
    assert Parcel.objects.count() == 1


def test_it_serves_everything_else_by_django(site: Site, world: World) -> None:
    assert site.ask("GET", "/healthz")[0] == 200
    status, headers, body = site.ask("GET", "/en/", Accept_Encoding="identity")
    assert status == 200 and int(headers["content-length"]) == len(body) and b"</html>" in body
    status, headers, body = site.ask("HEAD", "/en/")
    assert (status, body) == (200, b"") and int(headers["content-length"]) > 0
    assert site.ask("GET", "/en/search?q=%E1%9E%80%25")[0] == 200
    # A percent that was itself written with one is a percent still, and a Khmer address is found as it is.
    assert "/en/%41" not in site.ask("GET", "/%2541")[1].get("location", "")
    assert site.ask("GET", "/en/search/%E1%9E%80")[0] == 404
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert site.ask("POST", "/en/account/login/", "a=1", **form)[0] == 403, "no form token"
    assert site.ask("POST", "/en/account/login/", b"x" * 3_000_000, **form)[0] in (400, 403, 413)


def test_it_sends_two_cookies_and_reads_many(site: Site, world: World) -> None:
    status, headers, _body = site.ask("GET", "/app/me", Cookie="one=1; samleng_device=nobody")
    assert status == 200 and "csrftoken" in headers["set-cookie"]


def test_it_refuses_a_body_that_says_it_is_far_too_large_before_it_comes(site: Site) -> None:
    for path in ("/en/account/login/", f"/app/parcels/{uuid.uuid4()}"):
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as one:
            head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {10 * 1024**3}\r\n\r\n"
            one.sendall(head.encode())
            assert b" 413 " in one.recv(100)


def test_it_goes_on_while_lines_are_slow_or_cut(site: Site, world: World) -> None:
    phone_of(world.sophea, "sophea")
    waiting = [socket.create_connection(("127.0.0.1", site.port)) for _n in range(20)]
    for number, one in enumerate(waiting):
        path = "/en/account/login/" if number % 2 else f"/app/parcels/{uuid.uuid4()}"
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: samleng_device=sophea\r\n"
        one.sendall(head.encode() + b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{")
    assert site.ask("GET", "/healthz")[0] == 200, "twenty slow lines hold no thread"
    assert site.send(content(world.running_card(), []))[0] == 201
    for one in waiting:
        one.close()
    halves(site, f"/app/parcels/{uuid.uuid4()}", then=None)
    assert b" 422 " in halves(site, f"/app/parcels/{uuid.uuid4()}", then=b"x" * 30)
    assert b" 403 " in halves(site, "/en/account/login/", then=b"x" * 30)
    assert site.ask("GET", "/healthz")[0] == 200
    assert Parcel.objects.count() == 1
