"""Hostile senders against a live site: endless bodies, huge claims, bombs, silence. It stays small."""

from __future__ import annotations

import json
import socket
import struct
import time
import urllib.error
import urllib.request
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.doors.field.sent import PIECE, picture, told
from tests.journeys.test_files_are_resumed import Site, by_tuspy, live

# How large and how long a body is, no database sees.
pytestmark = pytest.mark.once

__all__ = ["live"]

MIB = 2**20


def memory(site: Site) -> int:
    """Resident bytes of everything that serves the site."""
    return sum(
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 for pid in processes(site.process.pid)
    )


def processes(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += processes(int(child))
    return found


def asked(
    site: Site, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given |= {"Tus-Resumable": "1.0.0", "Cookie": site.cookie, "Accept-Language": "en"}
    address = f"http://127.0.0.1:{site.port}{path}"
    request = urllib.request.Request(
        address, body if method in ("POST", "PATCH") else None, given, method=method
    )
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        said = answer.read()
    return answer.status, dict(answer.headers), json.loads(said) if said else {}


def announced(site: Site, length: int, kind: str = "photo") -> tuple[int, str, Any]:
    metadata = told(uid=uuid.uuid4(), kind=kind, card=site.card)
    status, headers, said = asked(
        site, "POST", "/app/files/", Upload_Length=str(length), Upload_Metadata=metadata
    )
    return status, headers.get("location", headers.get("Location", "")), said


def begun(site: Site, path: str, headers: str) -> socket.socket:
    """A connection on which a PATCH has begun whose body is still to come."""
    line = socket.create_connection(("127.0.0.1", site.port), timeout=60)
    head = f"PATCH {path} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
    line.sendall(f"{head}Content-Type: {PIECE}\r\nCookie: {site.cookie}\r\n{headers}\r\n".encode())
    return line


def pushed(site: Site, path: str, headers: str, block: bytes, most: int) -> tuple[str, int]:
    """Push blocks at the site until it answers or closes; its first line, and how many bytes it took."""
    with begun(site, path, headers) as line:
        sent = 0
        try:
            while sent < most:
                line.sendall(block)
                sent += len(block)
        except OSError:
            pass
        try:
            return line.recv(300).decode().splitlines()[0], sent
        except (OSError, IndexError):
            return "", sent


def bomb() -> bytes:
    """A PNG that claims 30,000 x 30,000 pixels and is small, for they are all alike."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    row = zlib.compress(bytes(30_000 * 3 * 200), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def test_it_refuses_ten_gigabytes_before_a_byte_is_read(live: Site) -> None:
    status, _path, said = announced(live, 10 * 2**30)
    assert (status, said["refusals"][0]["code"]) == (413, "too_big")
    assert "16 MB" in said["refusals"][0]["message"]


def test_it_reads_no_body_that_is_longer_than_the_file(live: Site) -> None:
    _status, path, _said = announced(live, MIB)
    line, taken = pushed(live, path, f"Content-Length: {10 * 2**30}\r\n", bytes(MIB), 400 * MIB)
    assert "413" in line or taken < 64 * MIB
    # A body that names no length and never ends.
    line, taken = pushed(
        live,
        path,
        "Transfer-Encoding: chunked\r\n",
        b"100000\r\n" + picture()[:8] + bytes(MIB - 8) + b"\r\n",
        400 * MIB,
    )
    assert "413" in line or taken < 64 * MIB
    _status, headers, _said = asked(live, "HEAD", path)
    assert headers.get("upload-offset", headers.get("Upload-Offset")) == "0"


def test_it_refuses_a_picture_that_would_unfold_to_gigabytes(live: Site) -> None:
    data = bomb()
    status, path, _said = announced(live, len(data))
    status, _headers, said = asked(live, "PATCH", path, data, Upload_Offset="0", Content_Type=PIECE)
    assert (status, said["refusals"][0]["code"]) == (422, "too_many_pixels")


def test_it_stays_small_whatever_is_sent(live: Site) -> None:
    # Each of the threads has looked at a picture before, and the worker beside them has come up.
    for seed in range(77, 81):
        data = picture(seed, 2000)
        by_tuspy(live, data, live.metadata(data, "photo"), chunk=4 * MIB)
    before = memory(live)
    for n in range(6):
        # Twelve megabytes of noise, a file each; and what is refused on the way.
        noise = picture(100 + n, 2000)
        by_tuspy(live, noise, live.metadata(noise, "photo"), chunk=16 * MIB)
        test_it_reads_no_body_that_is_longer_than_the_file(live)
        test_it_refuses_a_picture_that_would_unfold_to_gigabytes(live)
    grown = (memory(live) - before) / MIB
    print(f"resident {before / MIB:.0f} MiB, after 72 MB of photos and 4.8 GB refused {grown:+.1f} MiB")
    assert grown < 48


def test_it_serves_pages_while_phones_fall_silent(live: Site) -> None:
    lines = []
    try:
        for _n in range(12):
            _status, path, _said = announced(live, MIB)
            line = begun(live, path, f"Content-Length: {MIB}\r\n")
            line.sendall(picture()[:100])
            lines.append(line)
        time.sleep(0.5)
        began = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{live.port}/healthz", timeout=30) as answer:
            assert answer.status == 200
        assert time.monotonic() - began < 5
        # The phone is back on a new connection while the old one hangs: it goes on at once.
        _status, headers, _said = asked(live, "HEAD", path)
        assert headers.get("upload-offset", headers.get("Upload-Offset")) in ("0", "100")
    finally:
        for line in lines:
            line.close()
