"""From a receipt to its look-up and key, one after the other: each costs 64 MiB, and there may be thousands.

Apart from the rules because whoever must wait too long is told so in words.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.kit.sealing.rules import Cost, Keypair, keypair_from, stretched
from samleng.kit.words.codes import typed, valid_receipt_digits
from samleng.kit.words.refusals import Refusal

# One place for people, beside the one receipt that is worked out ahead (ahead.py): more at once would be a
# third of all the memory that a small machine has for the site.
AT_ONCE = 1
# Beyond these nobody even waits: the threads that answer are needed for everybody else.
MOST_WAITING = 8
PATIENCE_SECONDS = 4.0
# The code of a refusal that time mends.
BUSY = "busy"
# What comes out of a receipt: half of it finds the report, half opens the answers.
DERIVED = 64


class Turns:
    """So many may work at once, some more wait a while, the rest are told at once to come again."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = MOST_WAITING) -> None:
        self._working = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(at_once + waiting)
        self._lock, self._people = threading.Lock(), 0

    @contextmanager
    def turn(self, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
        """One turn; a Refusal (code "busy") when it does not come in time."""
        if not self._inside.acquire(blocking=False):
            raise busy()
        self._count(1)
        try:
            if not self._working.acquire(timeout=patience):
                raise busy()
            try:
                yield
            finally:
                self._working.release()
        finally:
            self._count(-1)
            self._inside.release()

    def spare(self) -> bool:
        """Whether nobody has a turn or waits for one, so that something may be done that nobody waits for.

        It holds no turn: whoever comes meanwhile would else wait for the slowest thread there is.
        """
        return self._people == 0

    def _count(self, more: int) -> None:
        with self._lock:
            self._people += more


# One for the whole process: receipts and passphrases share its memory.
TURNS = Turns()


def cost() -> Cost:
    """What one guess costs on this site."""
    mib, passes = settings.ARGON2_COST
    return Cost(mib=mib, passes=passes)


def receipt_keys(receipt: str, salt: bytes) -> tuple[str, Keypair]:
    """By what a receipt's report is found (hex), and the key that opens the answers to it.

    The digits are checked before anything is worked out. Refusal: code "receipt" for a mistyped one,
    "busy" when too many are being worked out.
    """
    plain = valid_receipt_digits(receipt)
    if plain is None:
        raise Refusal(
            _("This receipt number is not right."),
            field="receipt",
            remedy=_("Compare it with your receipt: it has six groups of three digits."),
            code="receipt",
        )
    with TURNS.turn():
        made = worked_out(typed(plain).encode(), salt)
    return halved(made)


def worked_out(digits: bytes, salt: bytes) -> bytes:
    """What is slow: the bytes that come out of a receipt's digits on this site."""
    return stretched(digits, salt, cost(), DERIVED)


def halved(made: bytes) -> tuple[str, Keypair]:
    """By what the report is found, and the reporter's key."""
    return hashlib.sha256(made[:32]).hexdigest(), keypair_from(made[32:])


def busy() -> Refusal:
    return Refusal(
        _("Too many people are asking at this moment."),
        remedy=_("Wait a minute and try once more. What you typed is not lost."),
        code=BUSY,
    )
