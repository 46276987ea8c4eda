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
from typing import Any

from config.wsgi import application as django
from samleng.doors.field.lane import PARCELS, parcel
from samleng.doors.field.parcels import end_writer

FILES = "/app/files/"
THREADS = int(os.environ.get("SAMLENG_THREADS", "4"))
# More than any page takes; the page itself says so for what is only somewhat too large.
MOST_BYTES = 64 * 1024 * 1024
IN_MEMORY = 512 * 1024
SILENT_SECONDS = 30.0
# The slowest line that is waited for: so many seconds, and one more for each so many bytes that came.
PATIENCE_SECONDS, BYTES_A_SECOND = 120.0, 200
# An answer up to this size goes out in one piece; a longer one in pieces of it, or sooner.
PIECE, PIECE_SECONDS = 256 * 1024, 0.1


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
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="samleng-django")

    def __rsgi_del__(self, _loop: Any) -> None:
        end_writer()
        self.threads.shutdown(wait=False)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if scope.proto != "http":
            proto.close(403)
        elif scope.path.startswith(PARCELS):
            await parcel(scope, proto)
        else:
            await self.by_django(scope, proto)

    async def by_django(self, scope: Any, proto: Any) -> None:
        loop = asyncio.get_running_loop()
        said = scope.headers.get("content-length") or ""
        length = int(said) if said.isdecimal() else 0
        too_large = False
        if scope.path.startswith(FILES):
            body: Any = Coming(proto, loop)
        else:
            try:
                body = await whole(scope, proto, length)
            except TooLarge:
                # Whoever sent it is told so by the door they came to, in their own language.
                body, too_large = io.BytesIO(), True
            except (Cut, TooSlow, TimeoutError):
                proto.response_empty(408, [("connection", "close")])
                return
        environ = environ_of(scope, body) | {"samleng.too_large": too_large}
        await loop.run_in_executor(self.threads, Answering(self.application, environ, proto, loop).run)


async def whole(scope: Any, proto: Any, length: int) -> Any:
    """The body as a file that can be read at once: a small one in memory, a large one on the disk."""
    if length > MOST_BYTES:
        raise TooLarge
    if not length and not scope.headers.get("transfer-encoding"):
        return io.BytesIO()
    body, size = tempfile.SpooledTemporaryFile(IN_MEMORY), 0  # noqa: SIM115  closed with the request
    coming, began = proto.__aiter__(), time.monotonic()
    while True:
        try:
            part = await asyncio.wait_for(coming.__anext__(), SILENT_SECONDS)
        except StopAsyncIteration:
            break
        size += len(part)
        if size > MOST_BYTES:
            body.close()
            raise TooLarge
        if time.monotonic() - began > PATIENCE_SECONDS + size / BYTES_A_SECOND:
            body.close()
            raise TooSlow
        body.write(part)
    if size < length:
        raise Cut
    body.seek(0)
    return body


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


def environ_of(scope: Any, body: Any) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    host, _colon, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # Granian has undone the percents; the standard wants the bytes they stood for.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name in scope.headers.keys():  # noqa: SIM118  not a dict
        value = (";" if name == "cookie" else ",").join(scope.headers.get_all(name))
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    if "HTTP_HOST" not in environ and scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ


class Answering:
    """One request in one of Django's threads, from its first line to the last byte of the answer."""

    def __init__(
        self, application: Any, environ: dict[str, Any], proto: Any, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.application, self.environ, self.proto, self.loop = application, environ, proto, loop
        self.status, self.headers = 500, [("content-type", "text/plain")]
        self.line: Any = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower(), value) for name, value in headers]

    def run(self) -> None:
        answer = self.application(self.environ, self.start)
        try:
            self.send(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
            self.environ["wsgi.input"].close()

    def send(self, answer: Iterable[bytes]) -> None:
        parts: list[bytes] = []
        size, since = 0, time.monotonic()
        for part in answer:
            parts.append(part)
            size += len(part)
            if size >= PIECE or (size and time.monotonic() - since > PIECE_SECONDS):
                self.send_piece(b"".join(parts))
                parts, size, since = [], 0, time.monotonic()
        rest = b"".join(parts)
        if self.line is None:
            self.loop.call_soon_threadsafe(self.proto.response_bytes, self.status, self.headers, rest)
        elif rest:
            self.send_piece(rest)

    def send_piece(self, piece: bytes) -> None:
        """Wait until the line has taken it: no more of an answer is in memory than the line is behind."""
        asyncio.run_coroutine_threadsafe(self.sent(piece), self.loop).result()

    async def sent(self, piece: bytes) -> None:
        if self.line is None:
            self.line = self.proto.response_stream(self.status, self.headers)
        await self.line.send_bytes(piece)


application = Front(django, THREADS)

# What stands now stands until the end: looking through it again for what nobody holds any more would cost a
# tenth of all that a parcel costs.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
