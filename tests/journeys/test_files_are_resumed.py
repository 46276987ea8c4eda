"""Clients made by others send photos and sounds through a network that breaks and a site that is killed."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.doors.field.sent import picture, voice
from tests.journeys.cutting import Cutting
from tests.journeys.test_a_site_is_killed import free_port, killed, served
from tests.journeys.test_nothing_is_lost import whole
from tests.sites import site_in

tusclient = pytest.importorskip("tusclient.client", reason="tuspy is not installed")
from tusclient.exceptions import TusCommunicationError, TusUploadFailed  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TUS_JS = ROOT / "samleng" / "doors" / "field" / "app" / "node_modules" / "tus-js-client"


@dataclass
class Site:
    """A served site with a meeting under way and one enrolled phone."""

    env: dict[str, str]
    port: int
    token: str
    card: str
    process: subprocess.Popen[bytes]

    @property
    def cookie(self) -> str:
        return f"samleng_device={self.token}"

    def address(self, port: int = 0) -> str:
        return f"http://127.0.0.1:{port or self.port}/app/files/"

    def metadata(self, data: bytes, kind: str) -> dict[str, str]:
        digest = hashlib.sha256(data).hexdigest()
        return {"uid": str(uuid.uuid4()), "kind": kind, "card": self.card, "sha256": digest}

    def again(self) -> None:
        """The site comes back after it was killed."""
        self.process = served(self.env, self.port)

    def kept(self, sent: Sequence[tuple[dict[str, str], bytes]]) -> None:
        """Each file is there, byte for byte, once."""
        found = json.loads(whole(self.env, "files"))
        for told, data in sent:
            digest = hashlib.sha256(data).hexdigest()
            assert found["uploads"][told["uid"]] == ["finished", digest]
            assert found["laid"].count(digest) == 1


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("site")) as site:
        env = {**site, "SAMLENG_PACK": "demo"}
        whole(env, "build")
        given = json.loads(whole(env, "enrol"))
        port = free_port()
        here = Site(env, port, given["token"], given["card"], served(env, port))
        yield here
        killed(here.process)


def by_tuspy(
    site: Site, data: bytes, told: dict[str, str], *, port: int = 0, chunk: int = 20_000, check: bool = True
) -> None:
    """Send by tuspy until it is done, beginning anew with the same uid whenever it gives up."""
    client = tusclient.TusClient(site.address(port), headers={"Cookie": site.cookie})
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            uploader = client.uploader(
                file_stream=io.BytesIO(data), chunk_size=chunk, metadata=told, upload_checksum=check
            )
            uploader.set_url(uploader.create_url())
            uploader.offset = uploader.get_offset()
            uploader.upload()
            return
        except (TusCommunicationError, TusUploadFailed):
            time.sleep(0.02)
    raise AssertionError("not sent in three minutes")


def by_tus_js(
    site: Site,
    folder: Path,
    data: bytes,
    told: dict[str, str],
    *,
    port: int = 0,
    chunk: int = 0,
    first: bool = False,
) -> dict[str, Any]:
    """Send by tus-js-client under node, which goes on by itself; what became of it."""
    if shutil.which("node") is None or not TUS_JS.is_dir():
        pytest.skip("no node with tus-js-client here: run `make setup-dev`")
    file = folder / told["uid"]
    file.write_bytes(data)
    command = [
        "node",
        str(ROOT / "tests" / "journeys" / "send.cjs"),
        site.address(port),
        site.cookie,
        str(file),
    ]
    command += [str(chunk), json.dumps(told), "first" if first else ""]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.stdout, run.stderr
    return dict(json.loads(run.stdout.splitlines()[-1]))


def test_it_is_sent_by_tuspy_through_a_network_that_breaks(live: Site) -> None:
    files = [("photo", picture(n, 150)) for n in range(2)] + [("sound", voice(6, n)) for n in range(2)]
    sent = [(live.metadata(data, kind), data) for kind, data in files]
    with Cutting(live.port, seed=3, most=25, largest=25_000) as network:
        for n, (told, data) in enumerate(sent):
            # With a checksum for each piece, and without one, when every byte that came is kept.
            by_tuspy(live, data, told, port=network.port, check=n % 2 == 0)
    assert network.cuts > 8
    live.kept(sent)


def test_it_is_sent_by_tus_js_client_through_a_network_that_breaks(live: Site, tmp_path: Path) -> None:
    ways: tuple[tuple[str, bytes, dict[str, Any]], ...] = (
        ("photo", picture(11, 200), {"chunk": 0}),
        ("sound", voice(8, 11), {"chunk": 16_384, "first": True}),
    )
    sent = [(live.metadata(data, kind), data) for kind, data, _how in ways]
    with Cutting(live.port, seed=5, most=12, largest=25_000) as network:
        for (told, data), (_kind, _data, how) in zip(sent, ways, strict=True):
            answer = by_tus_js(live, tmp_path, data, told, port=network.port, **how)
            assert answer["status"] == 204, answer
    assert network.cuts > 8
    live.kept(sent)


def test_it_tells_tus_js_client_why_a_file_is_refused(live: Site, tmp_path: Path) -> None:
    lie = b"MZ\x90\x00" + random.Random(1).randbytes(300_000)
    answer = by_tus_js(live, tmp_path, lie, live.metadata(lie, "photo"), chunk=4096)
    assert (answer["status"] == 415 and "EXE" in answer["body"]) or "type" in answer["body"]


def test_it_is_one_file_when_two_phones_send_it_at_once(live: Site) -> None:
    data = picture(7, 250)
    told = live.metadata(data, "photo")
    with Cutting(live.port, seed=9, most=10, largest=25_000) as network:
        phones = [
            threading.Thread(
                target=by_tuspy, args=(live, data, told), kwargs={"port": network.port, "check": n > 0}
            )
            for n in range(3)
        ]
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join(120)
    live.kept([(told, data)])


def kills(live: Site, times: int) -> None:
    """While a phone sends, the site is killed again and again; what was sent is there, and is what it was."""
    chance = random.Random(17)
    files = [picture(times * 100 + n, 300) for n in range(3)]
    sent = [(live.metadata(data, "photo"), data) for data in files]

    def phone() -> None:
        for told, data in sent:
            by_tuspy(live, data, told, chunk=3000, check=False)

    sending = threading.Thread(target=phone, daemon=True)
    sending.start()
    for _turn in range(times):
        time.sleep(chance.uniform(0.1, 0.6))
        killed(live.process)
        live.again()
    sending.join(180)
    assert not sending.is_alive()
    live.kept(sent)


def test_it_goes_on_after_the_site_was_killed(live: Site) -> None:
    kills(live, 2)


@pytest.mark.soak
def test_it_goes_on_after_many_kills(live: Site) -> None:
    kills(live, 12)
