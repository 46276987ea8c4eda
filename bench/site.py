"""The site that is measured, the floors beside it, and the clients that call them."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Site:
    """A served site; `process` is the root of all its processes."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of processor time the serving processes have used: what a busy machine cannot blur."""
        return sum(used(pid) for pid in family([self.process.pid]))

    def memory(self) -> tuple[float, float]:
        """MiB of everything that serves: resident, and with shared pages counted once."""
        return grown([self.process.pid])


@contextmanager
def serving(home: Path) -> Iterator[Site]:
    """The site as `samleng serve` runs it, worker and all, on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "samleng.doors.console.main", "serve", "--port", str(port)]
    # Limits work as always; one machine plays a whole town, so they are wider.
    env = {"SAMLENG_LIMITS": "100", **os.environ, "SAMLENG_HOME": str(home)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, "/healthz")
        yield Site(port, process)
    finally:
        ended(process)


@contextmanager
def floor(module: str, interface: str, folder: Path) -> Iterator[int]:
    """One of bench/floors, run by the same server software in `folder`."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", interface, "--port", str(port)]
    command += ["--workers", "1", "--log-level", "error", f"bench.floors.{module}:app"]
    env = {**os.environ, "FLOOR_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, "/")
        yield port
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            fetch(port, address)
            return
        except (OSError, RuntimeError, http.client.HTTPException):
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def fetch(port: int, address: str, cookie: str = "") -> tuple[float, bytes]:
    """Milliseconds and body of one GET on a connection of its own; anything but 200 is an error."""
    headers = {"Accept-Language": "en", **({"Cookie": cookie} if cookie else {})}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    spent = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    return spent, body


@dataclass
class Drive:
    """What came of a row of requests: milliseconds each, how often each status, seconds in all, answers."""

    spent: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    bodies: list[bytes] = field(default_factory=list)

    def rate(self, status: int) -> float:
        return self.statuses.get(status, 0) / self.seconds


def post(address: str, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of one POST, made before the clock starts."""
    lines = [f"POST {address} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}"]
    lines += [
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def drive(port: int, requests: Sequence[bytes], clients: int) -> Drive:
    """Send these requests by so many clients at once, each waiting for its answer before the next."""
    return asyncio.run(driven(port, list(requests), clients))


async def driven(port: int, requests: list[bytes], clients: int) -> Drive:
    found, waiting = Drive(), iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            status, body = await read_answer(reader)
            found.spent.append((time.perf_counter() - began) * 1000)
            found.statuses[status] = found.statuses.get(status, 0) + 1
            if body:
                found.bodies.append(body)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _n in range(clients)))
    found.seconds = time.perf_counter() - began
    return found


def drive_at(port: int, requests: Sequence[bytes], each_second: float) -> Drive:
    """Send these requests one after the other at a steady rate, however long the answers take.

    A request's time begins when it was due; times and bodies stand in the order of the requests.
    """
    return asyncio.run(driven_at(port, list(requests), each_second))


async def driven_at(port: int, requests: list[bytes], each_second: float) -> Drive:
    count = len(requests)
    found, began = Drive(spent=[0.0] * count, bodies=[b""] * count), time.perf_counter()

    async def one(number: int, request: bytes) -> None:
        due = began + number / each_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        status, found.bodies[number] = await read_answer(reader)
        found.spent[number] = (time.perf_counter() - due) * 1000
        found.statuses[status] = found.statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(one(number, request) for number, request in enumerate(requests)))
    found.seconds = time.perf_counter() - began
    return found


def cut(port: int, request: bytes) -> None:
    """A link that breaks in the middle of a request."""
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(request[: len(request) // 2])


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """An answer's status, and its body where its length is known."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"^content-length: *(\d+)", head, re.I | re.M)
    body = b""
    if length:
        body = await reader.readexactly(int(length.group(1)))
    elif "chunked" in head.lower():
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(" ", 2)[1]), body


def grown(roots: Sequence[int]) -> tuple[float, float]:
    """Resident and proportional MiB of these processes and all they have started."""
    resident, shared = 0, 0
    for pid in family(roots):
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        resident += int(re.search(r"Rss:\s+(\d+)", told).group(1))  # type: ignore[union-attr]
        shared += int(re.search(r"Pss:\s+(\d+)", told).group(1))  # type: ignore[union-attr]
    return resident / 1024, shared / 1024


def used(pid: int) -> float:
    """User and system seconds of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family(roots: Sequence[int]) -> Iterator[int]:
    """These processes and all they have started."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = int(re.search(r"PPid:\s+(\d+)", status.read_text()).group(1))  # type: ignore[union-attr]
        except (OSError, AttributeError):
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, [])
