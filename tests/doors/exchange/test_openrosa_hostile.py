"""Hostile input at the live site's OpenRosa door: refused with a clear message, memory as before."""

from __future__ import annotations

import base64
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.models import Attachment, Submission
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.rules.reading import MOST_ELEMENTS, Unreadable, read
from tests.served import served
from tests.voices.forms.asked import opened, phone_key, record, sent
from tests.world import World, build

MESSAGE = re.compile(r"<message nature=\"error\">(.+?)</message>", re.S)


@dataclass
class Door:
    """The live site's address for one phone."""

    world: World
    port: int
    path: str

    def post(self, xml: bytes) -> tuple[int, str]:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="r.xml"\r\n\r\n'
            + xml
            + b"\r\n--b--\r\n"
        )
        address = f"http://127.0.0.1:{self.port}{self.path}"
        request = Request(address, body, {"Content-Type": "multipart/form-data; boundary=b"})
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()

    def memory(self) -> int:
        """KiB resident of the process that listens."""
        for status in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if f"--port\0{self.port}" in status.read_text():
                    told = (status.parent / "smaps_rollup").read_text()
                    own = int(re.search(r"Rss:\s+(\d+)", told)[1])  # type: ignore[index]
                    children = (status.parent / "task" / status.parent.name / "children").read_text()
                    return own + sum(rss(pid) for pid in children.split())
            except OSError:
                continue
        raise AssertionError("no process listens")


def rss(pid: str) -> int:
    told = (Path("/proc") / pid / "smaps_rollup").read_text()
    return int(re.search(r"Rss:\s+(\d+)", told)[1])  # type: ignore[index]


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    world = build()
    opened(world)
    path = f"/v1/key/{phone_key(world).token}/projects/{number(world.programme.pk)}/submission"
    with served() as address:
        yield Door(world, int(address.rpartition(":")[2]), path)


def bombs(shared: Path | None) -> dict[str, bytes]:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    made = {
        "laughs": f'<!DOCTYPE d [<!ENTITY a0 "ha">{laughs}]><data id="wells">&a9;</data>'.encode(),
        "outside": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="wells">&x;</data>',
        "deep": b'<data id="wells" version="1">' + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</data>",
        "wide": record().replace(b"<orx:meta>", b"<user><age>1</age></user>" * 350_000 + b"<orx:meta>"),
        "large": record("x" * (11 * 1024 * 1024)),
        "broken": record()[:-30],
        "nothing": b"   ",
        "no number": record().replace(b"instanceID", b"number"),
        "binary": bytes(range(256)) * 40,
    }
    if shared:
        names = (
            "xmlbomb.xml",
            "external.xml",
            "dtd.xml",
            "entityTest.svg",
            "xlinkLoopTest.svg",
            "svgTestOne.svg",
        )
        made |= {name: (shared / "hostile_uploads" / name).read_bytes() for name in names}
    return made


def shared() -> Path | None:
    place = Path(__file__).resolve().parents[4] / "shared" / "data"
    return place if place.is_dir() else None


def test_it_refuses_every_hostile_record_with_a_message_and_no_more_memory(door: Door) -> None:
    assert door.post(record())[0] == 201
    before = door.memory()
    for turn in range(6):
        for name, xml in bombs(shared()).items():
            status, text = door.post(xml)
            said = MESSAGE.search(text)
            assert 400 <= status < 500, (name, status, text[:300])
            assert said and len(said[1]) > 20, (name, text[:300])
        if turn == 2:
            first = door.memory()
    assert Submission.objects.count() == 1
    # Each of the four threads keeps some memory for its next request; with more requests nothing grows.
    assert first - before < 120_000, f"{first - before} KiB"
    assert door.memory() - first < 16_000, f"{door.memory() - first} KiB"
    assert door.post(record())[0] == 201


def test_it_hangs_up_on_ten_claimed_gigabytes(door: Door) -> None:
    before = door.memory()
    for head in (f"Content-Length: {10 * 1024**3}", "Transfer-Encoding: chunked"):
        with socket.create_connection(("127.0.0.1", door.port), timeout=60) as line:
            line.sendall(
                f"POST {door.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n"
                "Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode()
            )
            assert b" 413 " in poured(line, "chunked" in head).partition(b"\r\n")[0]
    assert door.memory() - before < 100_000
    assert door.post(record())[0] == 201


def poured(line: socket.socket, chunked: bool) -> bytes:
    """The answer, while up to 200 MB go in as a file that never ends."""
    start = b'--b\r\nContent-Disposition: form-data; name="x"; filename="x.jpg"\r\n\r\n'
    block = start + b"x" * (1024 * 1024)
    line.setblocking(False)
    answer, until, went = b"", time.monotonic() + 60, 0
    while b"\r\n" not in answer and time.monotonic() < until:
        try:
            answer += line.recv(65536)
        except BlockingIOError:
            pass
        except ConnectionError:
            break
        if went < 200:
            piece = f"{len(block):x}\r\n".encode() + block + b"\r\n" if chunked else block
            line.setblocking(True)
            try:
                line.sendall(piece)
            except OSError:
                went = 200
            went += 1
            line.setblocking(False)
            block = b"x" * (1024 * 1024)
    return answer


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("photo.jpg", "decompression_bomb.gif"),
        ("photo.ico", "decompression_bomb.ico"),
        ("photo.svg", "svgTestOne.svg"),
        ("photo.svg", "hrefTestOne.svg"),
        ("list.csv", "externalTest.svg"),
        ("virus.txt", "eicar.b64"),
    ],
)
def test_it_takes_no_bomb_page_or_program_as_a_file(
    world: World, shared_data: Path, name: str, file: str
) -> None:
    opened(world)
    data = (shared_data / "hostile_uploads" / file).read_bytes()
    data = base64.b64decode(data) if file.endswith(".b64") else data
    with pytest.raises(Refusal) as caught:
        sent(world, record(photo=name), files={name: data})
    assert caught.value.code == "type" and name in str(caught.value.message)
    assert not Submission.objects.exists() and not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.jpg", "..", "a\\b.jpg", "x" * 300])
def test_it_takes_no_path_for_the_name_of_a_file_in_a_record(world: World, name: str) -> None:
    opened(world)
    with pytest.raises(Refusal) as caught:
        sent(world, record(photo=name))
    assert caught.value.code == "bad_name"
    assert not Submission.objects.exists()


def test_it_stops_reading_at_the_first_element_too_many() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b"<a>" + b"<b/>" * (MOST_ELEMENTS + 1) + b"</a>")
    assert caught.value.code == "too_many"
    assert read(b"<a>" + b"<b/>" * (MOST_ELEMENTS - 1) + b"</a>").name == "a"
