"""Rows that were written once, kept as the bytes that are sent: what nobody asks for makes room."""

from __future__ import annotations

import threading
from collections.abc import Hashable

# All rows of all forms and languages together, in one process.
MOST_BYTES = 24 * 1024 * 1024
# What an entry takes beside its own bytes.
BESIDE = 240
Key = tuple[int, int, int]


class Kept:
    """Bytes by shelf, row and stamp. What was not asked for while half of it was filled anew is let go."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.lock = threading.Lock()
        self.shelves: dict[Hashable, int] = {}
        self.young: dict[Key, bytes] = {}
        self.old: dict[Key, bytes] = {}
        self.size = 0
        self.numbers = 0

    def shelf(self, *hangs_on: Hashable) -> int:
        """The number of everything that rows hang on beside themselves: names, form, language, day."""
        found = self.shelves.get(hangs_on)
        if found is None:
            with self.lock:
                if len(self.shelves) > 200:
                    self.shelves.clear()
                self.numbers += 1
                found = self.shelves.setdefault(hangs_on, self.numbers)
        return found

    def get(self, key: Key) -> bytes | None:
        found = self.young.get(key)
        if found is None and (found := self.old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: Key, row: bytes) -> None:
        with self.lock:
            if self.size > self.most // 2:
                self.old, self.young, self.size = self.young, {}, 0
            self.young[key] = row
            self.size += len(row) + BESIDE

    def forget(self) -> None:
        """Begin anew, as a fresh process does."""
        with self.lock:
            self.young, self.old, self.size = {}, {}, 0


KEPT = Kept()
