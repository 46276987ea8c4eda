"""What the ledger holds to: who may be named, and the one byte form of a row."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, as the ledger names them: a key such as "person:<uuid>", never a name.

    `owner` is the programme or office in whose name they act ("programme:<uuid>"); client-made
    UUIDs are unique within it.
    """

    key: str
    owner: str = ""
    via: str = "web"

    def may(self, verb: str, *, owner: str | Iterable[str], path: str | None = None, **more: Any) -> bool:
        """Whether they may do the verb to a thing of this owner here; only the site itself by default.

        What persons may is known one step up (ground/people), which overrides this.
        """
        return self.key == "system"


SYSTEM = Actor(key="system", owner="system", via="system")


def fresh_id() -> UUID:
    """A UUID version 7: time first, so that rows made together lie together on disk."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def plain(value: object) -> object:
    """The value in the few types a canonical form can hold; floats are refused, they do not repeat."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: the same value gives the same bytes everywhere."""
    return orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS)


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def salted(salt: bytes, value: object) -> str:
    """A hash of private content that says nothing once the salt is gone (HMAC-SHA-256, hex)."""
    return hmac.new(salt, canonical(value), hashlib.sha256).hexdigest()


# A row's fields in the order in which its bytes are taken.
COLUMNS = ("id", "at", "verb", "actor", "via", "owner", "thing_kind", "thing_id", "facts", "content_hash")


def whole_digest(rows: Iterable[Sequence[object]]) -> str:
    """SHA-256 over the canonical bytes of ledger rows in order of id: equal ledgers give the same."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(canonical(list(row)))
    return whole.hexdigest()
