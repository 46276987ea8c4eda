"""One call to another system: to a checked address only, never redirected, bounded in time and in bytes."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from samleng.doors.exchange.outside.rules import address_fault, outside

CONNECTING, READING, LONGEST = 10.0, 20.0, 45.0
MOST_BYTES = 4 * 1024 * 1024
MOST_PHOTO = 15 * 1024 * 1024
A_PIECE = 64 * 1024
# They did not take it, and say that it may be sent again.
LATER = (408, 425, 429, 502, 503)
# Of these nobody can say whether it was taken.
PERHAPS = (500, 504)
NOT_THERE = (404, 405, 410, 501)


class Trouble(Exception):
    """A call that came to nothing. `code` says why; `arrived`: they may have taken what was sent."""

    def __init__(self, code: str, *, arrived: bool = False, status: int = 0, body: bytes = b"") -> None:
        super().__init__(code)
        self.code, self.arrived, self.status, self.body = code, arrived, status, body


@dataclass(frozen=True, kw_only=True, repr=False)
class Far:
    """Where another system is and how it is spoken to; shows its key to nobody."""

    address: str
    jurisdiction: str = ""
    key: str = field(default="", repr=False)
    form: str = "xml"

    def __repr__(self) -> str:
        return f"Far({self.address})"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What they said, and how many seconds their clock is ahead of ours, where they show it."""

    body: bytes
    kind: str
    ahead: int | None


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that goes along."""

    name: str
    kind: str
    data: bytes


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


def get(far: Far, path: str, **asked: str) -> Answer:
    """GET a document of theirs."""
    given = {"jurisdiction_id": far.jurisdiction, "api_key": far.key, **asked}
    query = urlencode({name: value for name, value in given.items() if value})
    return called(far, "GET", f"{path}.{far.form}" + (f"?{query}" if query else ""))


def post(far: Far, path: str, fields: Mapping[str, str], files: Sequence[File] = ()) -> Answer:
    """POST a form to them; with files it has parts."""
    given = {"jurisdiction_id": far.jurisdiction, "api_key": far.key, **fields}
    given = {name: value for name, value in given.items() if value}
    if files:
        kind, body = in_parts(given, files)
    else:
        kind, body = "application/x-www-form-urlencoded; charset=utf-8", urlencode(given).encode()
    return called(far, "POST", f"{path}.{far.form}", body, kind)


def in_parts(fields: Mapping[str, str], files: Sequence[File]) -> tuple[str, bytes]:
    """A form with files, as multipart/form-data."""
    mark = f"samleng-{secrets.token_hex(16)}"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for one in files:
        head = f'Content-Disposition: form-data; name="media"; filename="{one.name}"'
        parts.append(f"--{mark}\r\n{head}\r\nContent-Type: {one.kind}\r\n\r\n".encode() + one.data + b"\r\n")
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, f"--{mark}--\r\n".encode()])


def photo_at(far: Far, address: str) -> bytes:
    """A photo of theirs, from the very host that is spoken to and from nowhere else."""
    own, asked = urlsplit(far.address), urlsplit(address)
    if (own.scheme, own.netloc) != (asked.scheme, asked.netloc) or address_fault(
        address.partition("?")[0], plain=settings.OUTSIDE_PRIVATE
    ):
        raise Trouble("elsewhere")
    path = quote(asked.path, safe="/%") + (f"?{quote(asked.query, safe='=&%+')}" if asked.query else "")
    there = Far(address=f"{own.scheme}://{own.netloc}")
    return called(there, "GET", path, most=MOST_PHOTO).body


def called(
    far: Far, method: str, path: str, body: bytes | None = None, kind: str = "", most: int = MOST_BYTES
) -> Answer:
    """The call itself; Trouble for everything but an answer of 2xx."""
    if fault := address_fault(far.address, plain=settings.OUTSIDE_PRIVATE):
        raise Trouble(fault)
    parts = urlsplit(far.address)
    host, secret = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secret else 80)
    context = ssl.create_default_context() if secret else None
    connection = Pinned(host, port, place_of(host, port), context)
    headers = {"Accept-Language": settings.LANGUAGE_CODE, "User-Agent": "Samleng Open311"}
    headers |= {"Content-Type": kind} if kind else {}
    began = timezone.now()
    with reaching(connection):
        connection.connect()
    try:
        with bounded(connection), hearing():
            connection.request(method, parts.path.rstrip("/") + ensured(path), body, headers)
            answer = connection.getresponse()
            said = read(answer, most)
            return judged(answer, said, began)
    finally:
        connection.close()


def ensured(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"


def place_of(host: str, port: int) -> tuple[Any, ...]:
    """The checked address of a name; every address it has must lie outside, or none is used."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Trouble("no_such_host") from None
    if not settings.OUTSIDE_PRIVATE and not all(outside(str(one[4][0])) for one in found):
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
        raise Trouble("their_fault", arrived=status not in LATER, status=status, body=body)
    raise Trouble("refused", status=status, body=body)


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


def as_json(body: bytes) -> Any:
    """Their JSON; Trouble for what is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Trouble("unreadable", arrived=True) from None
