"""One call to another system: to a checked address only, never redirected, bounded in time and in bytes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from samleng.doors.exchange.open311 import trail
from samleng.kit.calls.calling import MOST_BYTES, Answer, Trouble, call
from samleng.kit.calls.rules import address_fault

MOST_PHOTO = 15 * 1024 * 1024


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
class File:
    """A file that goes along."""

    name: str
    kind: str
    data: bytes


def get(far: Far, path: str, **asked: str) -> Answer:
    """GET a document of theirs."""
    given = {"jurisdiction_id": far.jurisdiction, "api_key": far.key, **asked}
    query = urlencode({name: value for name, value in given.items() if value})
    return called(far, "GET", f"{path}.{far.form}" + (f"?{query}" if query else ""))


def post(
    far: Far, path: str, fields: Mapping[str, str], files: Sequence[File] = (), came_by: str = ""
) -> Answer:
    """POST a form to them; with files it has parts. `came_by`: the sites through which it went before."""
    given = {"jurisdiction_id": far.jurisdiction, "api_key": far.key, **fields}
    given = {name: value for name, value in given.items() if value}
    if files:
        kind, body = in_parts(given, files)
    else:
        kind, body = "application/x-www-form-urlencoded; charset=utf-8", urlencode(given).encode()
    more = {trail.HEADER: came_by} if came_by else {}
    return called(far, "POST", f"{path}.{far.form}", body, kind, more=more)


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
    far: Far, method: str, path: str, body: bytes | None = None, kind: str = "", most: int = MOST_BYTES,
    more: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """The call itself; Trouble for everything but an answer of 2xx."""
    if fault := address_fault(far.address, plain=settings.OUTSIDE_PRIVATE):
        raise Trouble(fault)
    headers = {"Accept-Language": settings.LANGUAGE_CODE, "User-Agent": "Samleng Open311"}
    headers |= {"Content-Type": kind} if kind else {}
    headers |= more or {}
    address = far.address.rstrip("/") + ensured(path)
    return call(method, address, headers, body, private=settings.OUTSIDE_PRIVATE, most=most)


def ensured(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"


def as_json(body: bytes) -> Any:
    """Their JSON; Trouble for what is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Trouble("unreadable", arrived=True) from None
