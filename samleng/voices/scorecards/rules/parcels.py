"""What a phone sends in one request: the bounds it keeps, and what is wrong with one before it is kept.

Plain: `{"card": uuid, "lines": [...], "submit": bool}`.
Sealed: `{"card": uuid, "key": id, "sealed": base64}`; inside `{"lines": [...], "submit": bool}`.
Many in one request: `{"parcels": [{"uid": uuid, ... as above}, ...]}`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from samleng.voices.scorecards.rules.lines import KINDS
from samleng.voices.scorecards.rules.vocabulary import (
    MOST_LINES,
    UID,
    Vocabulary,
    Wrong,
    is_instant,
    shown,
    wrong_words,
)

MOST_BYTES = 2 * 1024 * 1024
# A suggestion's text lies six deep; whatever lies deeper was not made by an app.
DEEPEST = 8
# Beyond this a number read by one language is not the number another wrote.
LARGEST_EXACT = 2**53 - 1
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
# How a number that is not whole ends in canonical JSON, and one longer than is exact; a text may look so too
# and is then read closer.
BROKEN = re.compile(rb"\.[0-9e+-]+[],}]")
POWER = re.compile(rb"e[+-]?[0-9]+[],}]")
AS_NOUGHT = bytes(ord("0") if chr(byte).isdecimal() else byte for byte in range(128)) + bytes(range(128, 256))
LONG = b"0" * 16
PLAIN = frozenset({"card", "lines", "submit"})
SEALED = frozenset({"card", "key", "sealed"})
BUNDLE = frozenset({"parcels"})
MOST_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel as it was read; `body` is kept: canonical JSON, or sealed bytes when `key` names a key."""

    uid: UUID
    card: UUID
    body: bytes
    digest: str
    lines: Sequence[Mapping[str, Any]] = ()
    submit: bool = False
    key: str = ""


class Unreadable(Exception):
    """A parcel that no card can be asked about; `wrong` says which field and why."""

    def __init__(self, field: str, code: str, value: str = "") -> None:
        super().__init__(f"{field}: {code}")
        self.wrong = Wrong(field, code, value)


def read(uid: UUID, raw: bytes) -> Sent:
    """The parcel in these bytes, unless its form alone says that it is none."""
    return read_object(uid, loaded(raw))


def read_bundle(raw: bytes) -> list[tuple[UUID | None, object]]:
    """The parcels of a bundle in their order, not yet looked into, each with its uid if it has one."""
    given = loaded(raw)
    parcels = given.get("parcels") if isinstance(given, dict) and given.keys() <= BUNDLE else None
    if not isinstance(parcels, list) or not parcels:
        raise Unreadable("parcels", "unreadable")
    if len(parcels) > MOST_TOGETHER:
        raise Unreadable("parcels", "too_many_parcels", str(MOST_TOGETHER))
    return [(uuid_of(one.pop("uid", None)) if isinstance(one, dict) else None, one) for one in parcels]


def loaded(raw: bytes) -> object:
    if len(raw) > MOST_BYTES:
        raise Unreadable("body", "too_large", str(MOST_BYTES // (1024 * 1024)))
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Unreadable("body", "not_json") from None


def read_object(uid: UUID, given: object) -> Sent:
    """The same of what was already read as JSON."""
    if not isinstance(given, dict):
        raise Unreadable("body", "not_an_object")
    # The same content gives the same digest, in whatever order a phone writes its keys.
    body = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
    fault = unsound(given, body)
    if fault:
        raise Unreadable("body", fault)
    card = uuid_of(given.get("card"))
    if card is None:
        raise Unreadable("card", "unreadable")
    digest = hashlib.sha256(body).hexdigest()
    if "sealed" in given:
        return read_sealed(uid, card, given, digest)
    return with_content(Sent(uid, card, body, digest), given)


def read_sealed(uid: UUID, card: UUID, given: Mapping[str, Any], digest: str) -> Sent:
    """A parcel that only the site's key opens; `opened` looks into it."""
    key = given.get("key")
    if not isinstance(key, str) or not 1 <= len(key) <= 40 or not given.keys() <= SEALED:
        raise Unreadable("key", "unreadable")
    try:
        sealed = base64.b64decode(given["sealed"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Unreadable("sealed", "unreadable") from None
    return Sent(uid, card, sealed, digest, key=key)


def opened(sent: Sent, plain: bytes) -> Sent:
    """A sealed parcel with what was found in it; what is kept of it stays sealed."""
    try:
        given = orjson.loads(plain)
    except orjson.JSONDecodeError:
        raise Unreadable("sealed", "not_json") from None
    if not isinstance(given, dict):
        raise Unreadable("sealed", "not_an_object")
    fault = unsound(given, orjson.dumps(given))
    if fault:
        raise Unreadable("sealed", fault)
    return with_content(sent, given)


def with_content(sent: Sent, given: Mapping[str, Any]) -> Sent:
    """The parcel with its lines and whether the card is to be sent in."""
    lines, submit = given.get("lines", []), given.get("submit", False)
    if not isinstance(lines, list) or not isinstance(submit, bool) or not given.keys() <= PLAIN:
        raise Unreadable("lines", "unreadable")
    if len(lines) > MOST_LINES:
        raise Unreadable("lines", "too_many_lines", str(MOST_LINES))
    return Sent(sent.uid, sent.card, sent.body, sent.digest, lines, submit, sent.key)


def uuid_of(text: object) -> UUID | None:
    """The UUID a client wrote, in its one usual form only."""
    return UUID(text) if isinstance(text, str) and UID.fullmatch(text) else None


def unsound(given: dict[str, Any], body: bytes) -> str:
    """Why JSON cannot be kept as it is: "too_deep", or what does not repeat exactly; "" if it can.

    `body` is its canonical form, in which nearly every sound one is told at a glance.
    """
    nested = body.translate(None, NO_BRACKETS)
    for _level in range(DEEPEST):
        nested = nested.replace(b"{}", b"").replace(b"[]", b"")
    if nested or b"\\u0000" in body or LONG in body.translate(AS_NOUGHT):
        return fault_in(given, DEEPEST)
    return fault_in(given, DEEPEST) if BROKEN.search(body) or POWER.search(body) else ""


def fault_in(value: object, left: int) -> str:
    if isinstance(value, str):
        return "unreadable" if "\0" in value else ""
    if isinstance(value, int):
        return "unreadable" if abs(value) > LARGEST_EXACT else ""
    if isinstance(value, float):
        return "" if value.is_integer() and abs(value) <= LARGEST_EXACT else "unreadable"
    if isinstance(value, dict | list):
        if not left:
            return "too_deep"
        inside = [*value, *value.values()] if isinstance(value, dict) else value
        return next((fault for one in inside if (fault := fault_in(one, left - 1))), "")
    return ""


def wrong_lines(sent: Sent, words: Vocabulary) -> Iterator[tuple[int, Wrong]]:
    """Everything wrong with the lines as they stand, each with its place in the parcel from 1."""
    for row, line in enumerate(sent.lines, start=1):
        if not readable(line):
            yield row, Wrong("line", "unreadable")
            continue
        if line["kind"] not in KINDS:
            yield row, Wrong("kind", "unknown", shown(line["kind"]))
            continue
        for wrong in wrong_words(line["kind"], line["body"], words):
            yield row, wrong


def readable(line: object) -> bool:
    """Whether this is a line at all: {"uid", "kind", "body", "written_at"}."""
    if not isinstance(line, dict):
        return False
    uid, kind, at = line.get("uid"), line.get("kind"), line.get("written_at")
    return (
        isinstance(uid, str)
        and UID.fullmatch(uid) is not None
        and isinstance(kind, str)
        and isinstance(line.get("body"), dict)
        and isinstance(at, str)
        and is_instant(at)
    )
