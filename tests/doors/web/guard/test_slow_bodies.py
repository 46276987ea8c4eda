"""Bodies that drip: they hold no thread and no one else's room, and honest people are answered meanwhile."""

from __future__ import annotations

import http.client
import socket
import time
from contextlib import ExitStack

import pytest

from config.arriving import CROWDED, EACH, Arriving
from tests.served import served

HEAD = (
    "POST /en/rate/hall-1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\nvalue="
)


def test_it_lets_one_address_send_so_many_at_once_and_others_go_on() -> None:
    arriving = Arriving()
    assert all(arriving.enter("192.0.2.66") for _ in range(CROWDED))
    assert not arriving.enter("192.0.2.66")
    assert all(arriving.enter("203.0.113.7") for _ in range(EACH)) and not arriving.enter("203.0.113.7")
    # Whoever cannot be told from others is not held to anybody's share.
    assert all(arriving.enter("") for _ in range(CROWDED))
    for _ in range(CROWDED):
        arriving.leave("192.0.2.66")
    assert "192.0.2.66" not in arriving.by_caller and arriving.enter("192.0.2.66")


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_answers_people_while_three_hundred_bodies_drip() -> None:
    with served() as address, ExitStack() as slow:
        port = int(address.rsplit(":", 1)[1])
        for _ in range(300):
            one = slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            one.sendall(HEAD.encode())
        times = []
        for _ in range(10):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            began = time.monotonic()
            line.request(
                "POST", "/en/follow/", "receipt=1", {"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert line.getresponse().status == 422
            times.append(time.monotonic() - began)
        print(f"300 dripping bodies: ten people answered in {min(times):.2f} to {max(times):.2f} s")
        assert sorted(times)[5] < 5
