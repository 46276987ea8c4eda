"""Receipts drawn and worked out ahead while nobody waits, so that whoever begins to speak takes one.

A receipt depends on nothing that is said, so what is slow about it can be over before somebody comes. Those
that are ready lie in the memory of the process that serves and nowhere else, few of them, and each is wiped
from there when it is taken.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from samleng.kit.sealing.receipts import TURNS, Turns, halved, worked_out
from samleng.kit.sealing.rules import Keypair
from samleng.kit.words.codes import RECEIPT_DIGITS, in_threes, make_receipt_digits, typed

log = logging.getLogger("samleng.receipts")
# How long it waits before it looks again whether somebody has a turn.
PAUSE_SECONDS = 0.05
# The last place in the queue for the processor, as Linux counts.
LEAST = 19


@dataclass(frozen=True, repr=False)
class Ready:
    """A receipt, and what the site works with: by what its report will be found, and the reporter's key."""

    receipt: str
    lookup: str
    keys: Keypair


class Ahead:
    """A few ready receipts; one thread fills them up, and never while anybody waits for a turn."""

    def __init__(self, most: int, salt: bytes, *, turns: Turns = TURNS) -> None:
        self.most, self.salt, self.turns = most, salt, turns
        self._cells: deque[bytearray] = deque()
        self._moved = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        living.add(self)

    def __len__(self) -> int:
        return len(self._cells)

    def take(self) -> Ready | None:
        """One that is ready, which is here no more; None when there is none. Another is begun meanwhile."""
        with self._moved:
            cell = self._cells.popleft() if self._cells else None
            self.fill()
        return None if cell is None else emptied(cell)

    def fill(self) -> None:
        """Begin to work some out, unless that is being done."""
        with self._moved:
            if self.most and not self._closed and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="samleng-receipts", daemon=True)
                self._thread.start()
            self._moved.notify_all()

    def close(self) -> None:
        """Work out no more, and forget those that are ready."""
        with self._moved:
            self._closed = True
            self._forget()
            self._moved.notify_all()

    def _forget(self) -> None:
        while self._cells:
            wiped(self._cells.popleft())

    def _run(self) -> None:
        yielding()
        while self._wanted():
            try:
                made = self._one()
            except Exception:
                # Whoever comes without one works theirs out as they send.
                log.exception("no receipt could be worked out ahead")
                made = None
                self._rest(60.0)
            if made is None:
                self._rest(PAUSE_SECONDS)
                continue
            with self._moved:
                if self._closed:
                    wiped(made)
                else:
                    self._cells.append(made)

    def _wanted(self) -> bool:
        """Wait until one more is wanted; False when none is any more."""
        with self._moved:
            while not self._closed and len(self._cells) >= self.most:
                self._moved.wait()
            return not self._closed

    def _rest(self, seconds: float) -> None:
        with self._moved:
            if not self._closed:
                self._moved.wait(seconds)

    def _one(self) -> bytearray | None:
        """One worked out; None while somebody has a turn or waits for one."""
        if not self.turns.spare():
            return None
        digits = typed(make_receipt_digits()).encode()
        return bytearray(digits + worked_out(digits, self.salt))

    def _forked(self) -> None:
        """In a child process: two must never give out the same receipt, and no thread came along."""
        self._forget()
        self._moved, self._thread = threading.Condition(), None


living: weakref.WeakSet[Ahead] = weakref.WeakSet()
os.register_at_fork(after_in_child=lambda: [one._forked() for one in list(living)])


def yielding() -> None:
    """This thread alone gets the processor when nobody else wants it, where the system knows of that."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEAST)


def emptied(cell: bytearray) -> Ready:
    """What a cell holds; the cell itself holds nothing any more."""
    digits, derived = bytes(cell[:RECEIPT_DIGITS]), bytes(cell[RECEIPT_DIGITS:])
    wiped(cell)
    return Ready(in_threes(digits.decode()), *halved(derived))


def wiped(cell: bytearray) -> None:
    cell[:] = bytes(len(cell))


@cache
def ahead() -> Ahead:
    """This process's ready receipts."""
    return Ahead(settings.RECEIPTS_READY, settings.RECEIPT_SALT.encode())
