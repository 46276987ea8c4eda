"""A site that does what Django never would, behind the front that serves Django; the standard's own checker
(wsgiref.validate) stands between them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import validator

from config.front import Front

TEXT = ("Content-Type", "text/plain")
OPEN: set[str] = set()
Start = Callable[..., Any]


class Parts:
    """An answer in parts that knows whether it was closed."""

    def __init__(self, name: str, parts: Iterator[bytes]) -> None:
        self.name, self.parts = name, parts
        OPEN.add(name)

    def __iter__(self) -> Iterator[bytes]:
        return self.parts

    def close(self) -> None:
        OPEN.discard(self.name)


def endless(size: int, many: int) -> Iterator[bytes]:
    for _n in range(many):
        yield b"x" * size


def breaking(*parts: bytes) -> Iterator[bytes]:
    yield from parts
    raise RuntimeError("broke on the way")


def echo(environ: dict[str, Any], start: Start) -> Any:
    body = environ["wsgi.input"].read(10_000_000)
    plain = {name: value for name, value in environ.items() if isinstance(value, str)}
    told = json.dumps({"environ": plain, "size": len(body), "start": body[:100].decode("latin-1")}).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(told)))])
    return [told]


def nobody(environ: dict[str, Any], start: Start) -> Any:
    start("204 No Content", [("Content-Length", "4")])
    return Parts("nobody", iter([b"none"]))


def same(environ: dict[str, Any], start: Start) -> Any:
    start("304 Not Modified", [("ETag", '"one"')])
    return [b"none"]


def raising(environ: dict[str, Any], start: Start) -> Any:
    raise SystemExit("this ends no site")


def raising_late(environ: dict[str, Any], start: Start) -> Any:
    start("200 OK", [TEXT])
    return Parts("late", breaking(b"a little"))


def started_twice(environ: dict[str, Any], start: Start) -> Any:
    start("200 OK", [TEXT])
    try:
        raise ValueError("thought better of it")
    except ValueError:
        import sys

        start("503 Service Unavailable", [TEXT], sys.exc_info())
    return [b"better"]


def lying(environ: dict[str, Any], start: Start) -> Any:
    start("200 OK", [TEXT, ("Content-Length", "10")])
    return [b"five!"]


def unstarted(environ: dict[str, Any], start: Start) -> Any:
    return [b"never started"]


def written(environ: dict[str, Any], start: Start) -> Any:
    write = start("200 OK", [TEXT])
    write(b"the old way, ")
    return [b"and the new"]


def long(environ: dict[str, Any], start: Start) -> Any:
    """Two hundred megabytes that do not say so."""
    start("200 OK", [TEXT])
    return Parts("long", endless(1_000_000, 200))


def known(environ: dict[str, Any], start: Start) -> Any:
    """The same, said."""
    start("200 OK", [TEXT, ("Content-Length", str(200_000_000))])
    return Parts("known", endless(1_000_000, 200))


def slow(environ: dict[str, Any], start: Start) -> Any:
    def parts() -> Iterator[bytes]:
        for _n in range(5):
            time.sleep(0.2)
            yield b"a line\n"

    start("200 OK", [TEXT])
    return Parts("slow", parts())


def latin(environ: dict[str, Any], start: Start) -> Any:
    start("200 OK", [TEXT, ("X-Name", "caf\u00e9")])
    return [b"named"]


def state(environ: dict[str, Any], start: Start) -> Any:
    """What is not closed yet, and how much memory and how many threads this process has."""
    with open("/proc/self/status") as lines:
        memory = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    told = json.dumps({"open": sorted(OPEN), "kb": memory, "threads": threading.active_count()}).encode()
    start("200 OK", [("Content-Type", "application/json")])
    return [told]


CHECKED = {"echo": echo, "written": written, "started-twice": started_twice, "state": state, "slow": slow}
UNCHECKED = {
    "nobody": nobody,
    "same": same,
    "raising": raising,
    "raising-late": raising_late,
    "lying": lying,
    "unstarted": unstarted,
    "long": long,
    "known": known,
    "latin": latin,
}
SITES = {name: validator(site) for name, site in CHECKED.items()} | UNCHECKED


def too_large(environ: dict[str, Any], start: Start) -> Any:
    start("413 Content Too Large", [TEXT])
    return [b"too large"]


def strange(environ: dict[str, Any], start: Start) -> Any:
    if environ["samleng.too_large"]:
        return too_large(environ, start)
    site = SITES.get(environ["PATH_INFO"].strip("/").partition("/")[0], echo)
    return site(environ, start)


application = Front(strange, 2)
