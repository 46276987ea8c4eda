"""What a passphrase must be, who may hold which key, and how a lock after wrong tries runs out."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from samleng.kit.words.khmer import INVISIBLE

CASES, IDENTITY = "cases", "identity"
# What somebody must be allowed to hold the key of an office's vault for each purpose.
HOLDS = {CASES: "keys.hold", IDENTITY: "keys.hold_identity"}
# And who may say who else holds it: for identities that is nobody but those who hold it already.
MANAGES = {CASES: "keys.open_vault", IDENTITY: "keys.hold_identity"}

SHORTEST = 16
FEWEST_LETTERS = 6
TRIES = 10
LOCK_MINUTES = 15
IDLE_MINUTES = 30
CUSTODIANS = 2


def plain_phrase(text: str) -> str:
    """A passphrase however it was typed: without signs that cannot be seen, one space between words."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def weak_phrase(text: str) -> bool:
    """Whether a passphrase is too short, a number, or made of a few signs again and again."""
    plain = plain_phrase(text)
    return len(plain) < SHORTEST or plain.replace(" ", "").isdecimal() or len(set(plain)) < FEWEST_LETTERS


def tries_after(failed: int, locked_until: datetime | None, now: datetime) -> int | None:
    """The count with one more try begun, or None while the lock holds; a lock that ran out counts anew."""
    if locked_until and locked_until > now:
        return None
    return 1 if locked_until else failed + 1


def lock_after(tries: int, now: datetime) -> datetime | None:
    """Until when nothing more is tried, once so many were wrong."""
    return now + timedelta(minutes=LOCK_MINUTES) if tries >= TRIES else None
