"""A served site is killed at any moment while a room is being entered: what was answered is there, once."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest

from tests.journeys.test_nothing_is_lost import site, whole

__all__ = ["site"]


class Browser:
    """A signed-in browser with a room open; `add` says whether the site acknowledged the person."""

    def __init__(self, port: int, door: dict[str, str]) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.room = f"{self.root}/en/scorecards/{door['card']}/room/"
        self.jar = http.cookiejar.CookieJar()
        self.jar.set_cookie(cookie(door["cookie"], door["session"]))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.get(self.room)
        self.post("begin/", take_over="1")

    def get(self, address: str) -> str:
        with self.opener.open(address, timeout=30) as answer:
            return answer.read().decode()

    def post(self, page: str, **given: str) -> str:
        token = next(one.value or "" for one in self.jar if "csrf" in one.name)
        body = urllib.parse.urlencode({**given, "csrfmiddlewaretoken": token}).encode()
        headers = {"Referer": self.room, "Origin": self.root}
        with self.opener.open(urllib.request.Request(self.room + page, body, headers), timeout=30) as answer:
            assert answer.status == 200
            return str(answer.url)

    def add(self, person: uuid.UUID) -> bool:
        # Answered by a redirect to the page for the next person; anything else is no acknowledgement.
        try:
            return self.post("people/", token=str(person), cell="female/15-30").endswith("/people/")
        except (OSError, urllib.error.URLError, http.client.HTTPException):
            return False


def cookie(name: str, value: str) -> http.cookiejar.Cookie:
    return http.cookiejar.Cookie(
        *(0, name, value, None, False, "127.0.0.1", True, False, "/", True),
        *(False, None, True, None, None, {}),
    )


def served(env: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """The site in a process group of its own, answering."""
    command = [sys.executable, "-m", "samleng.doors.console.main", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return process
        except OSError:
            time.sleep(0.1)
    killed(process)
    raise AssertionError("the site did not come up")


def killed(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def hammer(
    browser: Browser, people: list[uuid.UUID], answered: set[uuid.UUID], stop: threading.Event
) -> None:
    for person in people:
        if stop.is_set():
            return
        if person not in answered and browser.add(person):
            answered.add(person)


def kills(env: dict[str, str], times: int) -> None:
    env = {**env, "SAMLENG_PACK": "demo"}
    whole(env, "build")
    door = json.loads(whole(env, "door"))
    chance = random.Random(11)
    people = [uuid.UUID(int=chance.getrandbits(128), version=4) for _n in range(60 * times)]
    answered: set[uuid.UUID] = set()
    standing: set[str] = set()
    for turn in range(times):
        process, stop = served(env, port := free_port()), threading.Event()
        browser = Browser(port, door)
        # Two phones send the same people at once.
        part = people[: 60 * (turn + 1)]
        phones = [threading.Thread(target=hammer, args=(browser, part, answered, stop)) for _n in range(2)]
        for phone in phones:
            phone.start()
        time.sleep(chance.uniform(0.2, 1.5))
        killed(process)
        stop.set()
        for phone in phones:
            phone.join(60)
        found = json.loads(whole(env, "count"))
        standing = set(found["persons"])
        assert {str(one) for one in answered} <= standing, "an acknowledged person is gone"
    assert answered, "nothing was acknowledged before a kill: this run proved nothing"
    assert standing <= {str(one) for one in people}
    assert found["people"] == len(standing)
    assert len(found["uids"]) == len(set(found["uids"]))
    assert sorted(found["told"]) == sorted(found["uids"]), "each line stands once in the ledger"


def test_it_keeps_every_person_it_has_acknowledged(site: dict[str, str]) -> None:
    kills(site, 2)


@pytest.mark.soak
def test_it_keeps_them_through_many_kills(site: dict[str, str]) -> None:
    kills(site, 12)
