"""Bodies that would fill any machine, at every door that takes one: told why, little memory, nothing kept."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from samleng.ground.people.models import Person
from samleng.voices.forms.models import Submission
from samleng.voices.forms.rules.names import number
from samleng.voices.scorecards.models import Parcel
from tests.served import served
from tests.voices.forms.asked import opened, phone_key, record
from tests.voices.forms.test_reading import HOSTILE
from tests.voices.scorecards.parcels import phone_of
from tests.world import World, build

MIB = 1024 * 1024
TEN_GB = 10 * 1024 * MIB
MULTIPART = "multipart/form-data; boundary=b"


class Doors:
    """The served site with an enrolled phone, a form that is open and a key for it."""

    def __init__(self, world: World, address: str, token: str) -> None:
        self.port = int(address.rsplit(":", 1)[1])
        self.submission = f"/v1/key/{token}/projects/{number(world.programme.pk)}/submission"
        self.paths = {
            self.submission: MULTIPART,
            "/v1/sessions": "application/json",
            f"/app/parcels/{uuid.uuid4()}": "application/json",
            "/km/account/login/": MULTIPART,
        }

    def ask(self, path: str, body: object, kind: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Content-Type": kind, "Cookie": "samleng_device=sophea", "Accept-Language": "km"}
        line.request("POST", path, body, head)  # type: ignore[arg-type]
        answer = line.getresponse()
        return answer.status, answer.read().decode()

    def said_at_once(self, path: str, kind: str, length: int) -> str:
        """What is answered to a head alone that says so much will follow."""
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nAccept-Language: km\r\n"
        head += f"Cookie: samleng_device=sophea\r\nContent-Length: {length}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as one:
            one.sendall(head.encode())
            answer = http.client.HTTPResponse(one)
            answer.begin()
            assert answer.status == 413, path
            return answer.read().decode()

    def memory(self) -> tuple[int, int]:
        """What the processes that serve hold now, and the most they ever held, in MiB."""
        now = most = 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.port).encode() not in (process / "cmdline").read_bytes().split(b"\0"):
                    continue
                told = dict(
                    line.split(":", 1)
                    for line in (process / "status").read_text().splitlines()
                    if ":" in line
                )
            except (FileNotFoundError, ProcessLookupError):
                continue
            now += int(told["VmRSS"].split()[0]) // 1024
            most += int(told["VmHWM"].split()[0]) // 1024
        return now, most


@pytest.fixture
def doors(transactional_db: None) -> Iterator[Doors]:
    world = build()
    opened(world)
    phone_of(world.sophea, "sophea")
    Person.objects.filter(pk=world.sophea.pk).update(language="km")
    token = phone_key(world).token
    with served() as address:
        yield Doors(world, address, token)


def in_khmer(text: str) -> bool:
    return any(
        "\u1780" <= sign <= "\u17ff" for sign in text.encode().decode("unicode_escape", "ignore") + text
    )


def test_it_refuses_ten_gigabytes_before_they_come_and_says_so_in_khmer(doors: Doors) -> None:
    for path, kind in doors.paths.items():
        told = doors.said_at_once(path, kind, TEN_GB)
        assert in_khmer(told), path
    assert not Submission.objects.exists() and not Parcel.objects.exists()


def test_it_refuses_a_body_without_an_end(doors: Doors) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += MIB
            yield b"x" * MIB

    for path, kind in doors.paths.items():
        sent = 0
        try:
            status, told = doors.ask(path, endless(), kind)
        except (BrokenPipeError, ConnectionResetError):
            # Refused while more was still being pushed.
            status, told = 413, "\u1780"
        assert status == 413 and in_khmer(told), path
        assert sent < 200 * MIB, path
    assert not Submission.objects.exists() and not Parcel.objects.exists()


DRIPPING = """
import asyncio
from types import SimpleNamespace
from config import front

front.PATIENCE_SECONDS, front.BYTES_A_SECOND = 0.2, 1000

class Coming:
    def __init__(self, size): self.size = size
    def __aiter__(self): return self
    async def __anext__(self):
        await asyncio.sleep(0.02)
        return b"x" * self.size

async def told(size):
    head = SimpleNamespace(headers={"transfer-encoding": "chunked"})
    try:
        await front.whole(head, Coming(size))
    except (front.TooSlow, front.TooLarge) as ended:
        return type(ended).__name__

print(asyncio.run(told(1)), asyncio.run(told(2 * front.MOST_BYTES // 10)))
"""


def test_it_waits_for_no_body_that_drips_and_lets_one_that_flows_go_on() -> None:
    # In a process of its own: the server's front tunes the process it is in.
    run = subprocess.run([sys.executable, "-c", DRIPPING], capture_output=True, text=True, timeout=60)
    assert run.stdout.split() == ["TooSlow", "TooLarge"], run.stderr


def parts(xml: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="r.xml"\r\n\r\n'
    return head + xml + b"\r\n--b--\r\n"


@pytest.mark.soak
def test_it_holds_no_more_memory_after_all_of_it_than_before(doors: Doors) -> None:
    assert doors.ask(doors.submission, parts(record()), MULTIPART)[0] == 201
    before, _most = doors.memory()
    assert before > 0
    bodies = [parts(made()) for _code, made in HOSTILE.values()]
    bodies.append(b"--b\r\n\r\n\r\n" * 5_000_000 + b"--b--\r\n")
    for body in bodies * 3:
        status, told = doors.ask(doors.submission, body, MULTIPART)
        assert status == 400 and told
    for count in (3_000, 100_000, 1_000_000):
        people = b'{"card":"%s","lines":[' % str(uuid.uuid4()).encode() + b"{}," * count + b"{}]}"
        assert doors.ask(f"/app/parcels/{uuid.uuid4()}", people, "application/json")[0] in (413, 422)
    after, most = doors.memory()
    assert after - before < 96 and most - before < 192, (before, after, most)
    assert Submission.objects.count() == 1 and not Parcel.objects.exists()
