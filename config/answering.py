"""An answer of Django's on its way out: a short one at once, a long one no faster than the line takes it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import select
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

# What is no longer than this waits in memory for a slow line, and its thread is free at once.
HELD = 4 * 1024 * 1024
# Of what does not say how long it is, so much goes out at a time, or sooner.
PIECE, PIECE_SECONDS = 256 * 1024, 0.1
# A line that has taken nothing for a moment is slow; after so long it is gone.
OPEN_SECONDS, SOON_SECONDS, SILENT_SECONDS = 10.0, 0.05, 600.0
PIPE = 1024 * 1024
WITHOUT_BODY = (204, 304)
FAILED = b"This could not be answered. It has been written down for whoever runs the site.\n"

log = logging.getLogger("samleng.front")


class Gone(Exception):
    """The client has gone before all of its answer was sent."""


class Places:
    """How many requests Django works at, at once. Whoever waits for a slow line lends their place so long.

    A request has its place before it has a thread: each thread keeps a connection to the database.
    """

    def __init__(self, working: int, lent: int) -> None:
        self.working, self.lent = asyncio.Semaphore(working), threading.Semaphore(lent)

    def wait(self, ready: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> Any:
        """What `ready` says after waiting, in a thread; its place lent where so many are not lent yet."""
        if not self.lent.acquire(blocking=False):
            return ready()
        loop.call_soon_threadsafe(self.working.release)
        try:
            return ready()
        finally:
            asyncio.run_coroutine_threadsafe(self.working.acquire(), loop).result()
            self.lent.release()


class Line:
    """A pipe from a thread to the line. The server itself would take in all of an answer at once (its
    `send_bytes` waits for nobody), but from a file it reads no more than the client takes."""

    def __init__(self, told: Callable[[str], Any], places: Places, loop: asyncio.AbstractEventLoop) -> None:
        """`told` has the server answer with the file of that name."""
        self.places, self.loop = places, loop
        self.path = os.path.join(tempfile.gettempdir(), f"samleng-{uuid.uuid4().hex}")
        os.mkfifo(self.path, 0o600)
        try:
            told(self.path)
            self.pipe: int = places.wait(self.opened, loop)
            with contextlib.suppress(OSError):
                fcntl.fcntl(self.pipe, fcntl.F_SETPIPE_SZ, PIPE)
        finally:
            os.unlink(self.path)

    def opened(self) -> int:
        """The pipe's end, as soon as the server has opened the other."""
        until = time.monotonic() + OPEN_SECONDS
        while True:
            try:
                return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if time.monotonic() > until:
                    raise Gone from error
                time.sleep(0.002)

    def send(self, piece: bytes) -> None:
        """Wait until the line has taken it."""
        left = memoryview(piece)
        while left:
            try:
                left = left[os.write(self.pipe, left) :]
            except BlockingIOError:
                if not self.taken(SOON_SECONDS) and not self.places.wait(self.taken, self.loop):
                    raise Gone from None
            except BrokenPipeError as error:
                raise Gone from error

    def taken(self, seconds: float = SILENT_SECONDS) -> bool:
        """Whether the line takes more within that time."""
        poll = select.poll()
        poll.register(self.pipe, select.POLLOUT)
        return bool(poll.poll(seconds * 1000))

    def close(self) -> None:
        os.close(self.pipe)


class Answering:
    """One request in one of Django's threads, from its first line to the last byte of the answer."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        environ: dict[str, Any],
        proto: Any,
        loop: asyncio.AbstractEventLoop,
        places: Places,
    ) -> None:
        self.application, self.environ, self.proto = application, environ, proto
        self.loop, self.places = loop, places
        self.status, self.headers = 0, list[tuple[str, str]]()
        self.written: list[bytes] = []
        self.line: Line | None = None
        self.begun = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """PEP 3333's start_response; what it returns is the old way to write."""
        if exc_info and self.begun:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.status and not exc_info:
            raise AssertionError("an answer is started once")
        self.status = int(status.split(" ", 1)[0])
        # The server takes nothing but ASCII, and would end the connection at anything else.
        self.headers = [(name.lower(), value.encode("ascii", "replace").decode()) for name, value in headers]
        return self.written.append

    def run(self) -> None:
        """Answer, whatever happens: nobody is left waiting."""
        try:
            self.answer()
        except Gone:
            pass
        except BaseException:  # in a thread of the site's, not even an exit may go further
            log.exception("Not answered: %s %s", self.environ["REQUEST_METHOD"], self.environ["PATH_INFO"])
            if not self.begun:
                self.at_once(500, [("content-type", "text/plain")], FAILED)
        finally:
            self.environ["wsgi.input"].close()

    def answer(self) -> None:
        parts = self.application(self.environ, self.start)
        try:
            if self.environ["REQUEST_METHOD"] == "HEAD" or self.status in WITHOUT_BODY:
                self.at_once(self.status, self.headers, None)
            else:
                self.send(parts)
        finally:
            if self.line:
                self.line.close()
            if hasattr(parts, "close"):
                parts.close()

    def send(self, parts: Iterable[bytes]) -> None:
        said = dict(self.headers).get("content-length", "")
        # What says that it is short is sent in one piece, however slowly it is made.
        short = said.isdecimal() and int(said) <= HELD
        held, since = self.written, time.monotonic()
        size = sum(map(len, held))
        for part in parts:
            held.append(part)
            size += len(part)
            late = not short and time.monotonic() - since > PIECE_SECONDS
            if size and (late or size > (HELD if short else PIECE)):
                self.send_piece(b"".join(held))
                held, size, since = [], 0, time.monotonic()
        rest = b"".join(held)
        if self.line is not None:
            self.line.send(rest)
        elif said and int(said) != size:
            raise AssertionError(f"an answer of {size} bytes says that it has {said}")
        else:
            self.at_once(self.status, self.headers, rest)

    def send_piece(self, piece: bytes) -> None:
        if self.line is None:
            self.line = Line(self.from_file, self.places, self.loop)
        self.line.send(piece)

    def from_file(self, path: str) -> None:
        if not self.status:
            raise AssertionError("an answer is started before it is given")
        self.begun = True
        self.loop.call_soon_threadsafe(self.proto.response_file, self.status, self.headers, path)

    def at_once(self, status: int, headers: list[tuple[str, str]], body: bytes | None) -> None:
        if not status:
            raise AssertionError("an answer is started before it is given")
        self.begun = True
        if status == 204:
            headers = [header for header in headers if header[0] != "content-length"]
        if body is None:
            self.loop.call_soon_threadsafe(self.proto.response_empty, status, headers)
        else:
            self.loop.call_soon_threadsafe(self.proto.response_bytes, status, headers, body)
