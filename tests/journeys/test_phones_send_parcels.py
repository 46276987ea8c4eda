"""Many phones send to a served site at once, lines are cut, the site is killed: all is there, once."""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.journeys.phone import lines
from tests.journeys.test_a_site_is_killed import free_port, killed, served
from tests.journeys.test_nothing_is_lost import site

__all__ = ["site"]
Parcel = tuple[str, bytes]


def left(env: dict[str, str], *words: object) -> Any:
    command = [sys.executable, "-m", "tests.journeys.left", *map(str, words)]
    return json.loads(subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout)


@dataclass
class Sender:
    """A phone with a queue of parcels: it sends each until it is acknowledged, and remembers which were."""

    number: int
    parcels: list[Parcel]
    chance: random.Random
    cut_one_in: int = 10
    acknowledged: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)

    def drain(self, port: int, stop: threading.Event) -> None:
        waiting = [one for one in self.parcels if one[0] not in self.acknowledged]
        while waiting and not stop.is_set():
            uid, body = waiting[0]
            try:
                if self.chance.randrange(self.cut_one_in) == 0:
                    self.cut(port, uid, body)
                status = self.send(port, uid, body)
                if self.chance.randrange(self.cut_one_in) == 0:
                    self.again.append(self.send(port, uid, body))
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            self.statuses.append(status)
            if status in (200, 201):
                self.acknowledged.add(uid)
                waiting.pop(0)

    def head(self, uid: str, body: bytes) -> bytes:
        said = [
            f"POST /app/parcels/{uid} HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Cookie: samleng_device=phone-{self.number}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*said, "", ""]).encode()

    def send(self, port: int, uid: str, body: bytes) -> int:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(self.head(uid, body) + body)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answer.read()
            return answer.status

    def cut(self, port: int, uid: str, body: bytes) -> None:
        """The link breaks in the middle of the body; or after all of it, before the answer."""
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(self.head(uid, body) + body[: self.chance.choice([1, len(body) // 2, len(body)])])


def queues(cards: list[str], phones: int, each: int, seed: int) -> list[Sender]:
    """Phones with as many parcels of a line each, spread over the cards."""
    made = []
    for number in range(phones):
        chance = random.Random(seed * 1000 + number)
        parcels = []
        for line in lines(seed * 1000 + number, each):
            told = {"card": cards[number % len(cards)], "lines": [line], "submit": False}
            parcels.append(
                (str(uuid.UUID(int=chance.getrandbits(128), version=4)), json.dumps(told).encode())
            )
        made.append(Sender(number, parcels, chance))
    return made


def at_once(senders: list[Sender], port: int, stop: threading.Event) -> list[threading.Thread]:
    threads = [threading.Thread(target=one.drain, args=(port, stop)) for one in senders]
    for thread in threads:
        thread.start()
    return threads


def whole_there(env: dict[str, str], senders: list[Sender]) -> None:
    """Everything that was sent is there once: parcels, ledger rows, lines."""
    found = left(env, "kept")
    sent = sorted(uid for one in senders for uid, _body in one.parcels)
    assert sorted(found["parcels"]) == sent
    assert sorted(found["told"]) == sent, "each parcel stands once in the ledger"
    assert found["unopened"] == 0
    told = [json.loads(body)["lines"][0]["uid"] for one in senders for _uid, body in one.parcels]
    assert sorted(found["lines"]) == sorted(told)


def drains(env: dict[str, str], phones: int, each: int, cards: int) -> None:
    env = {**env, "SAMLENG_PACK": "demo"}
    senders = queues(left(env, "world", phones, cards), phones, each, seed=1)
    process, stop = served(env, port := free_port()), threading.Event()
    try:
        for thread in at_once(senders, port, stop):
            thread.join(500)
    finally:
        stop.set()
        killed(process)
    statuses = [status for one in senders for status in one.statuses]
    assert set(statuses) <= {200, 201} and len(statuses) == phones * each
    again = [status for one in senders for status in one.again]
    assert again and set(again) == {200}, "a parcel that was acknowledged is known when it comes again"
    whole_there(env, senders)


def kills(env: dict[str, str], times: int, phones: int = 4, each: int = 40) -> None:
    env = {**env, "SAMLENG_PACK": "demo"}
    senders, chance = queues(left(env, "world", phones, 1), phones, each * times, seed=2), random.Random(5)
    for turn in range(times + 1):
        process, stop = served(env, port := free_port()), threading.Event()
        threads = at_once(senders, port, stop)
        if turn < times:
            time.sleep(chance.uniform(0.2, 1.0))
            killed(process)
            stop.set()
        for thread in threads:
            thread.join(500)
        if turn == times:
            killed(process)
        acknowledged = {uid for one in senders for uid in one.acknowledged}
        assert acknowledged, "nothing was acknowledged before a kill: this run proved nothing"
        assert acknowledged <= set(left(env, "kept")["parcels"]), "an acknowledged parcel is gone"
    whole_there(env, senders)


def test_it_loses_and_doubles_nothing_of_phones_whose_lines_are_cut(site: dict[str, str]) -> None:
    drains(site, phones=10, each=10, cards=1)


def test_it_loses_nothing_acknowledged_when_it_is_killed(site: dict[str, str]) -> None:
    kills(site, 2)


@pytest.mark.soak
def test_it_loses_nothing_of_a_hundred_phones_with_fifty_parcels_each(site: dict[str, str]) -> None:
    drains(site, phones=100, each=50, cards=5)


@pytest.mark.soak
def test_it_loses_nothing_through_many_kills(site: dict[str, str]) -> None:
    kills(site, 8)
