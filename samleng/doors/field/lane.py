"""The lane: parcels are answered before Django, by one thread that waits for many, so that a nation may send.

What a parcel is, and what is answered, parcels.py says; a request comes here as granian gives it (RSGI).
"""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

from django.db import connection

from samleng.doors.door import DEVICE_COOKIE
from samleng.doors.field.bundles import Bundle
from samleng.doors.field.parcels import (
    BODY_SECONDS,
    Answer,
    Head,
    admitted,
    answered,
    is_known,
    sender_of,
    too_large,
    too_slow,
    understood,
    writer,
)
from samleng.voices.scorecards.rules.parcels import MOST_BYTES
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed

PARCELS = "/app/parcels/"
Found = TypeVar("Found")
# What is longer is read by another thread: nobody waits for a stranger's long parcel to be understood.
SHORT = 64 * 1024


@functools.cache
def aside() -> ThreadPoolExecutor:
    """Where the database is asked for a phone that has not come for long, and long parcels are read."""
    return ThreadPoolExecutor(2, thread_name_prefix="samleng-aside")


async def parcel(scope: Any, proto: Any) -> None:
    """Answer one request to the lane."""
    answer = await taken(scope, proto)
    headers = [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        *answer.headers,
    ]
    proto.response_bytes(answer.status, headers, answer.body)


async def taken(scope: Any, proto: Any) -> Answer:
    said = scope.headers.get("content-length") or ""
    head = Head(
        method=scope.method,
        uid=scope.path[len(PARCELS) :],
        token=token_in(scope.headers.get("cookie") or ""),
        media_type=scope.headers.get("content-type") or "",
        length=int(said) if said.isdecimal() else None,
    )
    accepted = scope.headers.get("accept-language") or ""
    try:
        return await (one if head.uid else many)(head, proto, accepted)
    except TimeoutError:
        return answered(too_slow(), accepted)
    except Exception as error:
        return answered(error, accepted)


async def one(head: Head, proto: Any, accepted: str) -> Answer:
    uid, hashed = await asked(admitted, head)
    raw = await body_in_time(proto, head.length)
    return answered(await kept(await read_by(raw, understood, uid, hashed, raw)), accepted)


async def many(head: Head, proto: Any, accepted: str) -> Answer:
    hashed = await asked(sender_of, head)
    raw = await body_in_time(proto, head.length)
    bundle = await read_by(raw, Bundle, hashed, raw)
    while some := bundle.next():
        bundle.told(some, await asyncio.gather(*(tried(handed) for _place, handed in some)))
    return bundle.answer(accepted)


async def tried(handed: Handed) -> Delivered | Exception:
    """One of many: what goes wrong with it is its own answer."""
    try:
        return await kept(handed)
    except Exception as error:
        return error


async def asked(question: Callable[[Head], Found], head: Head) -> Found:
    """Who sends: at once of a phone that came a short while ago, else from the database in another thread."""
    if is_known(head):
        return question(head)
    return await asyncio.get_running_loop().run_in_executor(aside(), on_a_live_connection, question, head)


def on_a_live_connection(question: Callable[[Head], Found], head: Head) -> Found:
    """In a thread that may have lost its connection since it last asked."""
    connection.close_if_unusable_or_obsolete()
    return question(head)


async def read_by(raw: bytes, reading: Callable[..., Found], *given: Any) -> Found:
    """What is read of a body; a long one in another thread."""
    if len(raw) <= SHORT:
        return reading(*given)
    return await asyncio.get_running_loop().run_in_executor(aside(), reading, *given)


async def body_in_time(proto: Any, length: int | None) -> bytes:
    async with asyncio.timeout(BODY_SECONDS):
        return await body_of(proto, length)


async def kept(handed: Handed) -> Delivered | Exception:
    """What the writer answers after its commit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Delivered | Exception] = loop.create_future()
    writer().hand_over(handed, functools.partial(waking(loop).told, future))
    return await future


@functools.cache
def waking(loop: asyncio.AbstractEventLoop) -> Waking:
    return Waking(loop)


class Waking:
    """Carries a commit's answers into the loop: it is woken once for all of them, not once for each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: deque[tuple[asyncio.Future[Any], object]] = deque()

    def told(self, future: asyncio.Future[Any], answer: object) -> None:
        """Called in the writer's thread."""
        self.waiting.append((future, answer))
        # Whoever wakes the loop next finds this one too, if the loop is not there before.
        if len(self.waiting) == 1:
            self.loop.call_soon_threadsafe(self.settle)

    def settle(self) -> None:
        while self.waiting:
            future, answer = self.waiting.popleft()
            if not future.done():
                future.set_result(answer)


async def body_of(proto: Any, length: int | None) -> bytes:
    """The body, no more of it than a parcel may have; a Refusal when it was cut."""
    if length is not None:
        # Its length was looked at before.
        raw = await proto()
        if len(raw) < length:
            raise too_slow()
        return bytes(raw)
    parts, size = [], 0
    async for part in proto:
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise too_large()
    return b"".join(parts)


def token_in(cookies: str) -> str:
    """The phone's token among a request's cookies."""
    name, _is, rest = cookies.partition("=")
    if name == DEVICE_COOKIE and ";" not in rest and '"' not in rest:
        return rest
    try:
        found = SimpleCookie(cookies).get(DEVICE_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
