"""The lane: parcels are answered before Django, by one thread that waits for many, so that a nation may send.

What a parcel is, and what is answered, parcels.py says; a request comes here as granian gives it (RSGI).
"""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.db import connection

from samleng.doors.door import DEVICE_COOKIE
from samleng.doors.field.parcels import (
    BODY_SECONDS,
    Answer,
    Head,
    admitted,
    answered,
    is_known,
    too_large,
    too_slow,
    understood,
    writer,
)
from samleng.voices.scorecards.rules.parcels import MOST_BYTES
from samleng.voices.scorecards.verbs.delivering import Delivered, Handed

PARCELS = "/app/parcels/"
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
    loop = asyncio.get_running_loop()
    try:
        if is_known(head):
            uid, hashed = admitted(head)
        else:
            uid, hashed = await loop.run_in_executor(aside(), asked, head)
        raw = await asyncio.wait_for(body_of(proto, head.length), BODY_SECONDS)
        if len(raw) <= SHORT:
            handed = understood(uid, hashed, raw)
        else:
            handed = await loop.run_in_executor(aside(), understood, uid, hashed, raw)
        return answered(await kept(handed), accepted)
    except TimeoutError:
        return answered(too_slow(), accepted)
    except Exception as error:
        return answered(error, accepted)


def asked(head: Head) -> Any:
    """The same in a thread that may have lost its connection since it last asked."""
    connection.close_if_unusable_or_obsolete()
    return admitted(head)


async def kept(handed: Handed) -> Delivered | Exception:
    """What the writer answers after its commit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Delivered | Exception] = loop.create_future()

    def told(answer: Delivered | Exception) -> None:
        loop.call_soon_threadsafe(settle, future, answer)

    writer().hand_over(handed, told)
    return await future


def settle(future: asyncio.Future[Any], answer: object) -> None:
    if not future.done():
        future.set_result(answer)


async def body_of(proto: Any, length: int | None) -> bytes:
    """The body, no more of it than a parcel may have; a Refusal when it was cut."""
    parts, size = [], 0
    async for part in proto:
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise too_large()
    if length is not None and size < length:
        raise too_slow()
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
