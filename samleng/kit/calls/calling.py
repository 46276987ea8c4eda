"""One call to an address that somebody gave: checked, never redirected, bounded in time and in bytes."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from samleng.kit.calls.rules import outside

CONNECTING, READING, LONGEST = 10.0, 20.0, 45.0
MOST_BYTES = 4 * 1024 * 1024
A_PIECE = 64 * 1024
# They did not take it, and say that it may be sent again.
LATER = (408, 425, 429, 502, 503)
# Of these nobody can say whether it was taken.
PERHAPS = (500, 504)
NOT_THERE = (404, 405, 410, 501)
# Whoever asks for more patience than this is asked again anyway.
LONGEST_PATIENCE = 86_400


class Trouble(Exception):
    """A call that came to nothing. `code` says why; `arrived`: they may have taken what was sent.

    `patience`: how many seconds they ask to be left alone.
    """

    def __init__(
        self, code: str, *, arrived: bool = False, status: int = 0, body: bytes = b"", patience: int = 0
    ) -> None:
        super().__init__(code)
        self.code, self.arrived, self.status, self.body = code, arrived, status, body
        self.patience = patience


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What they said, and how many seconds their clock is ahead of ours, where they show it."""

    body: bytes
    kind: str
    ahead: int | None


class Pinned(http.client.HTTPConnection):
    """A connection to the very address that was checked; what the name answers later changes nothing."""

    def __init__(self, host: str, port: int, place: tuple[Any, ...], context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=CONNECTING)
        self.place, self.context = place, context

    def connect(self) -> None:
        family, where = self.place
        made = socket.socket(family, socket.SOCK_STREAM)
        made.settimeout(CONNECTING)
        try:
            made.connect(where)
            if self.context is not None:
                made = self.context.wrap_socket(made, server_hostname=self.host)
        except BaseException:
            made.close()
            raise
        made.settimeout(READING)
        self.sock = made


def call(
    method: str, address: str, headers: Mapping[str, str], body: bytes | None = None, *,
    private: bool, most: int | None = None,
) -> Answer:  # fmt: skip
    """The call itself; Trouble for all but an answer of 2xx. `private`: it may lie inside this house."""
    parts = urlsplit(address)
    host, secret = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secret else 80)
    context = ssl.create_default_context() if secret else None
    connection = Pinned(host, port, place_of(host, port, private), context)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    began = timezone.now()
    with reaching(connection):
        connection.connect()
    try:
        with bounded(connection), hearing():
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            said = read(answer, MOST_BYTES if most is None else most)
            return judged(answer, said, began)
    finally:
        connection.close()


def place_of(host: str, port: int, private: bool) -> tuple[Any, ...]:
    """The checked address of a name; every address it has must lie outside, or none is used."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Trouble("no_such_host") from None
    if not private and not all(outside(str(one[4][0])) for one in found):
        raise Trouble("inside")
    family, _type, _protocol, _name, where = found[0]
    return family, where


@contextmanager
def reaching(connection: Pinned) -> Iterator[None]:
    """Until they listen, nothing was sent."""
    try:
        yield
    except ssl.SSLError:
        raise Trouble("certificate") from None
    except OSError:
        raise Trouble("unreachable") from None


@contextmanager
def hearing() -> Iterator[None]:
    """From here on they may have taken it, whatever comes back."""
    try:
        yield
    except TimeoutError:
        raise Trouble("slow", arrived=True) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise Trouble("broken", arrived=True) from None


@contextmanager
def bounded(connection: Pinned) -> Iterator[None]:
    """The whole call ends after a while, however slowly each byte comes."""
    ended = threading.Timer(LONGEST, cut, (connection,))
    ended.daemon = True
    ended.start()
    try:
        yield
    finally:
        ended.cancel()


def cut(connection: Pinned) -> None:
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def read(answer: http.client.HTTPResponse, most: int) -> bytes:
    """The answer's body, if it is not longer than any that is of use."""
    if answer.getheader("Content-Encoding", "identity") != "identity":
        # Nobody asked for it packed, and unpacked it may be of any size.
        raise Trouble("unreadable", arrived=True, status=answer.status)
    length = int(answer.getheader("Content-Length") or 0)
    if length > most:
        raise Trouble("too_large", arrived=True, status=answer.status)
    pieces, size = [], 0
    while piece := answer.read1(A_PIECE):
        size += len(piece)
        if size > most:
            raise Trouble("too_large", arrived=True, status=answer.status)
        pieces.append(piece)
    if size < length:
        raise Trouble("broken", arrived=True, status=answer.status)
    return b"".join(pieces)


def judged(answer: http.client.HTTPResponse, body: bytes, began: datetime) -> Answer:
    """An answer of 2xx; of anything else what it means for what was sent."""
    status = answer.status
    if 200 <= status < 300:
        kind = answer.getheader("Content-Type") or ""
        return Answer(body=body, kind=kind, ahead=ahead_of(answer.getheader("Date"), began))
    if 300 <= status < 400:
        raise Trouble("redirect", status=status)
    if status in NOT_THERE:
        raise Trouble("not_there", status=status, body=body)
    if status in (401, 403):
        raise Trouble("key", status=status, body=body)
    if status in LATER or status in PERHAPS or status >= 500:
        arrived, patience = status not in LATER, patience_of(answer.getheader("Retry-After"))
        raise Trouble("their_fault", arrived=arrived, status=status, body=body, patience=patience)
    raise Trouble("refused", status=status, body=body)


def patience_of(asked: str | None) -> int:
    """How many seconds Retry-After asks for; 0 where it asks for none that can be read."""
    asked = (asked or "").strip()
    if asked.isascii() and asked.isdigit():
        return min(int(asked[:9]), LONGEST_PATIENCE)
    try:
        until = parsedate_to_datetime(asked)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return 0
    return max(0, min(round((until - timezone.now()).total_seconds()), LONGEST_PATIENCE))


def ahead_of(date: str | None, began: datetime) -> int | None:
    """How many seconds their clock is ahead, from the date that every answer bears."""
    try:
        theirs = parsedate_to_datetime(date) if date else None
        if theirs is None:
            return None
        # Without a zone it is meant as GMT.
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        between = began + (timezone.now() - began) / 2
        apart = round((theirs - between).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
    # The date is to the second: a difference as small is none.
    return 0 if abs(apart) <= 1 else max(-(10**8), min(apart, 10**8))
