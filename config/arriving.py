"""How many bodies come in at this moment, and from whom: nobody takes the room of all by sending slowly."""

from __future__ import annotations

from collections import Counter

# With fewer than this on their way nobody is asked how many are theirs.
CROWDED = 100
# A village behind one address sends so many at once even then.
EACH = 24


class Arriving:
    """Bodies on their way. Only the server's one loop touches it, so it needs no lock."""

    def __init__(self) -> None:
        self.all = 0
        self.by_caller: Counter[str] = Counter()

    def enter(self, caller: str) -> bool:
        """Whether one more may come from here; "" is somebody who cannot be told from others."""
        if caller and self.all >= CROWDED and self.by_caller[caller] >= EACH:
            return False
        self.all += 1
        self.by_caller[caller] += 1
        return True

    def leave(self, caller: str) -> None:
        """It has come, or broken off."""
        self.all -= 1
        self.by_caller[caller] -= 1
        if self.by_caller[caller] <= 0:
            # No address is kept longer than its body takes.
            del self.by_caller[caller]
