"""The body of a request, piece by piece: constant memory, and no phone that falls silent holds a line."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from samleng.kit.words.refusals import Refusal

# Small, because what is not written yet when a connection breaks has to be sent again.
BLOCK = 8 * 1024
# After so long without a byte the phone is taken for gone; what came is kept.
SILENCE_SECONDS = 20.0
# How long one request may go on while others wait for their turn.
TURN_SECONDS = 15.0
TICK_SECONDS = 0.25


class Turns:
    """How many requests receive at once: slow phones must never take all the threads that serve pages."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken = 0
        self.asked_at = float("-inf")

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place among those who receive; Refusal "full" when all are taken."""
        with self.lock:
            if self.taken >= settings.UPLOADS_AT_ONCE:
                self.asked_at = time.monotonic()
                raise Refusal(
                    _("Many phones are sending at this moment."),
                    remedy=_("Try again in a few seconds."),
                    code="full",
                )
            self.taken += 1
        try:
            yield
        finally:
            with self.lock:
                self.taken -= 1

    def over(self, since: float) -> bool:
        """Whether whoever began then has had their turn and others wait."""
        return time.monotonic() - since > TURN_SECONDS and self.asked_at > since


turns = Turns()


def blocks(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes, an empty block whenever nothing came for a moment; ends early for a silent phone.

    Another thread reads: reading waits for as long as the other side pleases, and the server ends it
    as soon as the answer is given.
    """
    came: queue.Queue[bytes] = queue.Queue(maxsize=4)
    done = threading.Event()
    threading.Thread(target=pump, args=(request, came, done), daemon=True).start()
    began = heard = time.monotonic()
    try:
        while not turns.over(began):
            try:
                block = came.get(timeout=TICK_SECONDS)
            except queue.Empty:
                if time.monotonic() - heard > SILENCE_SECONDS:
                    return
                yield b""
                continue
            if not block:
                return
            heard = time.monotonic()
            yield block
    finally:
        done.set()


def pump(request: HttpRequest, came: queue.Queue[bytes], done: threading.Event) -> None:
    """Carry the body over until it ends, breaks off or nobody wants more of it."""
    stream = source(request)
    block = b"start"
    while block and not done.is_set():
        try:
            block = stream.read(BLOCK)
        except (OSError, ValueError):
            # The body broke off; what came before is kept.
            block = b""
        while not done.is_set():
            try:
                came.put(block, timeout=TICK_SECONDS)
                break
            except queue.Full:
                continue


def source(request: HttpRequest) -> Any:
    """Where the body is read: at the server itself when no length was said, which Django takes for none."""
    if "CONTENT_LENGTH" not in request.META and request.headers.get("Transfer-Encoding", "") == "chunked":
        return request.META["wsgi.input"]
    return request
