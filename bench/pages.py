"""Public pages at national size, against a bare server that sends the same bytes."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.told import ratio, row, spread

ROOT = Path(__file__).resolve().parent.parent
TIMES = 20


def measure(windows: int) -> None:
    from samleng.ground.places.models import Place
    from samleng.insight.disclosure.models import Release

    print("\n## public pages (one client, warm, server and client on the same cores)")
    with serving() as port:
        addresses = list(found(Place, Release))
        for _name, address in addresses:
            fetch(port, address)
        for name, address in addresses:
            body = fetch(port, address)[1]
            with bare(body) as floor:
                ours: list[list[float]] = []
                theirs: list[list[float]] = []
                for _window in range(windows):
                    ours.append([fetch(port, address, fresh=True)[0] for _n in range(TIMES)])
                    theirs.append([fetch(floor, "/")[0] for _n in range(TIMES)])
            row(name, spread(ours), "<= 50 ms")
            row("  against a bare server of the same bytes", ratio(ours, theirs))
            row("  weight with styles, script and font", f"{weight(port, body) / 1000:.1f} kB", "<= 150 kB")
        row("memory of web and worker (RSS)", f"{memory():.0f} MiB", "<= 400 MiB at 10^7 facts")


def found(place_model: type, release_model: type) -> Iterator[tuple[str, str]]:
    """The pages measured: the front page, one place a level, one facility."""
    yield "front page", "/en/"
    current = place_model.objects.current()  # type: ignore[attr-defined]
    deep = release_model.objects.filter(kind="meeting").order_by("at").first()  # type: ignore[attr-defined]
    commune = current.get(pk=deep.place_id) if deep else current.filter(level=3).first()
    for step in current.filter(pk__in=commune.ancestor_ids).order_by("level"):
        yield f"place, level {step.level}", f"/en/places/{step.code}/"
    if deep:
        yield "facility", f"/en/facilities/{deep.facility_id}/"


def fetch(port: int, address: str, *, fresh: bool = False) -> tuple[float, bytes]:
    """Milliseconds and body of one GET; following redirects would measure something else."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    connection.request("GET", address, headers={"Accept-Language": "en"})
    answer = connection.getresponse()
    body = answer.read()
    spent = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    return spent, body


def weight(port: int, body: bytes) -> int:
    """Bytes that a first visit transfers: the page compressed, and what it links to from this site."""
    total = len(gzip.compress(body))
    for link in sorted(set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', body))):
        content = fetch(port, link.decode())[1]
        total += len(content) if link.endswith((b"woff2", b"png")) else len(gzip.compress(content))
    return total


@contextmanager
def serving() -> Iterator[int]:
    """The site as `samleng serve` runs it, on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "samleng.doors.console.main", "serve", "--port", str(port)]
    env = {**os.environ, "PORT": str(port)}
    site = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for(port, "/healthz")
        yield port
    finally:
        site.terminate()
        site.wait(timeout=30)


@contextmanager
def bare(body: bytes) -> Iterator[int]:
    """A server that only sends these bytes, run by the same server software."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "page.bin").write_bytes(body)
        Path(folder, "floor.py").write_text(
            "from pathlib import Path\n"
            "body = Path(__file__).with_name('page.bin').read_bytes()\n"
            "def app(environ, start):\n"
            "    start('200 OK', [('Content-Type', 'text/html')])\n"
            "    return [body]\n"
        )
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(port),
            "--log-level",
            "error",
            "floor:app",
        ]
        floor = subprocess.Popen(command, cwd=folder)
        try:
            wait_for(port, "/")
            yield port
        finally:
            floor.terminate()
            floor.wait(timeout=10)


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
        except (OSError, RuntimeError):
            time.sleep(0.2)
    raise RuntimeError("the server did not come up")


def memory() -> float:
    """Resident MiB of the site's processes (web, its workers, the ledger's worker)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = status.with_name("cmdline").read_bytes()
            if b"config.wsgi" in command or b"samleng.doors.console.main" in command:
                total += int(re.search(r"VmRSS:\s+(\d+)", status.read_text()).group(1))  # type: ignore[union-attr]
        except (OSError, AttributeError):
            continue
    return total / 1024
