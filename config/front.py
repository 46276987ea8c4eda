"""The site as granian serves it (RSGI): parcels by the lane, everything else by Django in a few threads.

A body is taken in before a thread is asked for it, so that a slow line in the provinces holds no thread. Only
uploads that go on at any byte are read by Django while they come: what came before a line broke is kept.
"""

from __future__ import annotations

import asyncio
import gc
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from config.answering import Answering, Places
from config.arriving import Arriving
from config.wsgi import application as django
from samleng.doors.exchange.open311.quick import FORMS, in_a_thread
from samleng.doors.field.lane import PARCELS, parcel
from samleng.doors.field.parcels import end_writer
from samleng.doors.web.guard.callers import caller_of
from samleng.kit.commit import grouped
from samleng.kit.sealing.ahead import ahead

FILES = "/app/files/"
THREADS = int(os.environ.get("SAMLENG_THREADS", "4"))
# More than any page takes; the page itself says so for what is only somewhat too large.
MOST_BYTES = 64 * 1024 * 1024
IN_MEMORY = 512 * 1024
SILENT_SECONDS = 30.0
# The slowest line that is waited for: so many seconds, and one more for each so many bytes that came.
PATIENCE_SECONDS, BYTES_A_SECOND = 120.0, 200
# So many long answers may wait for slow lines beside the threads that work.
LENT = 8
# Threads for what other systems ask most: no more than there are processors to a process.
QUICK = 2


class Cut(Exception):
    """The client has gone before all of its body came."""


class TooLarge(Exception):
    """More is to come than any page takes."""


class TooSlow(Exception):
    """It comes so slowly that it would never end."""


class Front:
    """Called by granian for each request."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int) -> None:
        self.application = application
        self.places = Places(threads, LENT)
        self.arriving = Arriving()
        self.threads = ThreadPoolExecutor(threads + LENT, thread_name_prefix="samleng-django")
        # Few: each keeps a connection and its share of the database in memory.
        self.quick = ThreadPoolExecutor(QUICK, thread_name_prefix="samleng-quick")

    def __rsgi_init__(self, _loop: Any) -> None:
        ahead().fill()

    def __rsgi_del__(self, _loop: Any) -> None:
        end_writer()
        grouped.end_writer()
        ahead().close()
        self.threads.shutdown(wait=False)
        self.quick.shutdown(wait=False)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if scope.proto != "http":
            proto.close(403)
        elif scope.path.startswith(PARCELS):
            await parcel(scope, proto)
        elif scope.path in FORMS and bare(scope) and await self.quickly(scope, proto):
            return
        else:
            await self.by_django(scope, proto)

    async def quickly(self, scope: Any, proto: Any) -> bool:
        """Whether what other systems ask for most was answered without Django in between."""
        host = scope.authority or scope.headers.get("host") or ""
        wished = (scope.headers.get(name) or "" for name in ("accept-language", "accept-encoding"))
        given = scope.path, scope.query_string, host, *wished, scope.scheme
        answer = await asyncio.get_running_loop().run_in_executor(self.quick, in_a_thread, *given)
        if answer is not None:
            headers, body = answer
            proto.response_bytes(200, [*headers, ("content-length", str(len(body)))], body)
        return answer is not None

    async def by_django(self, scope: Any, proto: Any) -> None:
        loop = asyncio.get_running_loop()
        environ = environ_of(scope)
        too_large = False
        if scope.path.startswith(FILES):
            environ["wsgi.input"] = Coming(proto, loop)
        else:
            # What brings no body is never on its way.
            bodied = any(name in scope.headers for name in ("content-length", "transfer-encoding"))
            caller = caller_of(environ)
            if bodied and not self.arriving.enter(caller):
                proto.response_empty(503, [("retry-after", "10"), ("connection", "close")])
                return
            try:
                environ["wsgi.input"], size = await whole(scope, proto)
            except TooLarge:
                # Whoever sent it is told so by the door they came to, in their own language.
                environ["wsgi.input"], too_large = io.BytesIO(), True
            except (Cut, TooSlow, TimeoutError):
                proto.response_empty(408, [("connection", "close")])
                return
            else:
                # It is known now, also of a body that came in chunks without saying so.
                environ["CONTENT_LENGTH"] = str(size)
            finally:
                if bodied:
                    self.arriving.leave(caller)
        environ["samleng.too_large"] = too_large
        answering = Answering(self.application, environ, proto, loop, self.places)
        async with self.places.working:
            await loop.run_in_executor(self.threads, answering.run)


def bare(scope: Any) -> bool:
    """Whether it only asks, and brings no body."""
    bodied = any(name in scope.headers for name in ("content-length", "transfer-encoding"))
    return scope.method == "GET" and not bodied


async def whole(scope: Any, proto: Any) -> tuple[IO[bytes], int]:
    """The body as a file to be read at once (small in memory, large on the disk), and its size."""
    said = scope.headers.get("content-length") or ""
    length = int(said) if said.isdecimal() else 0
    if length > MOST_BYTES:
        raise TooLarge
    chunked = "transfer-encoding" in scope.headers
    if not length and not chunked:
        return io.BytesIO(), 0
    body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with the request
    try:
        size, ends = await pour(proto, body)
        # Granian gives an empty part at the end, and one before it where the body broke off.
        if size < length or (chunked and ends > 1):
            raise Cut
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body, size


async def pour(proto: Any, body: IO[bytes]) -> tuple[int, int]:
    """Carry all parts of the body over: their size, and how many were empty."""
    coming, began = proto.__aiter__(), time.monotonic()
    size = empty = 0
    while True:
        try:
            part = await asyncio.wait_for(coming.__anext__(), SILENT_SECONDS)
        except StopAsyncIteration:
            return size, empty
        size += len(part)
        empty += not part
        if size > MOST_BYTES:
            raise TooLarge
        if time.monotonic() - began > PATIENCE_SECONDS + size / BYTES_A_SECOND:
            raise TooSlow
        body.write(part)


class Coming(io.RawIOBase):
    """A body read by a thread of Django's while it still comes; it ends where the line breaks."""

    def __init__(self, proto: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.coming, self.loop, self.left = proto.__aiter__(), loop, b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        """What has come, as soon as anything has."""
        self.left = self.left or self.next()
        size = min(len(room), len(self.left))
        room[:size], self.left = self.left[:size], self.left[size:]
        return size

    def next(self) -> bytes:
        waiting = asyncio.run_coroutine_threadsafe(self.part(), self.loop)
        try:
            return waiting.result(SILENT_SECONDS)
        except TimeoutError:
            waiting.cancel()
            return b""

    async def part(self) -> bytes:
        try:
            return bytes(await self.coming.__anext__())
        except Exception:
            # At its end, cut, or answered already: there is no more of it.
            return b""


def environ_of(scope: Any) -> dict[str, Any]:
    """The request as PEP 3333 has it, all but its body."""
    host, _colon, port = scope.server.rpartition(":")
    version = scope.http_version
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # Granian has undone the percents; the standard wants the bytes they stood for.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.0" if version == "1" else f"HTTP/{version}",
        # Brackets are for addresses with a port.
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name in scope.headers.keys():  # noqa: SIM118  not a dict
        if "_" in name:
            # In an environ nobody could tell it from the name with a dash, which a proxy may have set.
            continue
        value = (";" if name == "cookie" else ",").join(scope.headers.get_all(name))
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    if scope.authority:
        # A whole address in the first line goes before the header.
        environ["HTTP_HOST"] = scope.authority
    return environ


application = Front(django, THREADS)

# What stands now stands until the end: looking through it again for what nobody holds any more would cost a
# tenth of all that a parcel costs.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
