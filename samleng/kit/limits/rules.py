"""How often is too often: token buckets, a queue for whoever waits, and proof of work; without a clock."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

# With more callers than this at once the pressure of all decides, and the longest silent is forgotten.
MOST_CALLERS = 50_000
DAY = 24 * 60 * 60
# Whoever has one address of an IPv6 net has all of it.
NET_OF_SIX = 64


class Way(Enum):
    """How somebody may go on: freely, after a proof, or not for now."""

    FREE = "free"
    PROVE = "prove"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many at once, and so many more each hour."""

    burst: float
    an_hour: float


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a door takes: from one caller in quiet times and in busy ones, and from all together.

    A caller may be a family's phone or a whole village behind one address, so that its share is generous, and
    nobody is asked for more than patience while the site as a whole has room.
    """

    name: str
    caller: Rate
    caller_busy: Rate
    site: Rate
    # Where less of the site's room is left than this it is busy; than the second, under attack.
    busy_below: float = 0.5
    attack_below: float = 0.15
    # Where hardly any is left, the rest is for those who worked for it, or came least of late: so many each.
    last_below: float = 0.06
    caller_last: Rate = Rate(burst=3, an_hour=6)
    # Leading zero bits of a proof when it is first asked for, and under attack.
    bits: int = 15
    bits_attack: int = 19
    # Whoever cannot prove waits at least so long, at most so long, and no faster than so many an hour go on.
    shortest_wait: float = 4
    longest_wait: float = 300
    waiting_an_hour: float = 3600


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a door says to one caller."""

    way: Way
    bits: int = 0
    # Seconds until whoever cannot prove may go on.
    wait: float = 0
    # 0 with all its room, 1 with none left.
    pressure: float = 0


class Bucket:
    """Tokens that come back with time; empty means too often."""

    __slots__ = ("at", "left")

    def __init__(self, rate: Rate, now: float) -> None:
        self.left, self.at = rate.burst, now

    def look(self, rate: Rate, now: float) -> float:
        """How many tokens there are by now."""
        passed = max(0.0, now - self.at)
        self.left = min(rate.burst, self.left + passed * rate.an_hour / 3600)
        self.at = max(self.at, now)
        return self.left

    def take(self, rate: Rate, now: float) -> bool:
        """Take one if there is one."""
        if self.look(rate, now) < 1:
            return False
        self.left -= 1
        return True

    def give_back(self, rate: Rate) -> None:
        self.left = min(rate.burst, self.left + 1)


# So many proofs of one caller cost the same; a shared phone in an attack needs no more in an hour.
CHEAP_PROOFS = Rate(burst=200, an_hour=200)
DEARER_BITS = 4


class Caller:
    """What is known of one caller today: their shares, their turn in the queue, and proofs of late."""

    __slots__ = ("busy", "last", "proofs", "quiet", "turn")

    def __init__(self, policy: Policy, now: float) -> None:
        self.quiet, self.busy = Bucket(policy.caller, now), Bucket(policy.caller_busy, now)
        # How many more proofs cost no more than the first; they come back with time.
        self.proofs = Bucket(CHEAP_PROOFS, now)
        self.last = Bucket(policy.caller_last, now)
        self.turn = now


class Limiter:
    """One door's buckets. Not for several threads at once: whoever shares it holds a lock (gates.py)."""

    def __init__(self, policy: Policy, now: float) -> None:
        self.policy = policy
        self.site = Bucket(policy.site, now)
        self.callers: OrderedDict[bytes, Caller] = OrderedDict()
        # When the next of those who wait may go on.
        self.next_turn = now

    def ask(self, caller: bytes | None, now: float, *, proved: bool = False, worked: bool = False) -> Verdict:
        """Whether this caller may go on now. `caller` is None where nobody can be told apart.

        `proved`: it waited or worked for it; `worked`: it worked.
        """
        room = self.site.look(self.policy.site, now) / self.policy.site.burst
        known = self.of(caller, now) if caller is not None else None
        if not self.free(room, known, now) and not proved:
            return self.to_prove(room, now, known)
        often = not worked and known is not None and known.last.look(self.policy.caller_last, now) < 1
        if (often and room < self.policy.last_below) or not self.site.take(self.policy.site, now):
            # Even proofs do not let more through than the site can carry.
            return Verdict(way=Way.LATER, wait=self.policy.shortest_wait, pressure=1)
        if known is not None:
            known.quiet.take(self.policy.caller, now)
            known.busy.take(self.policy.caller_busy, now)
            known.last.take(self.policy.caller_last, now)
            if worked:
                known.proofs.take(CHEAP_PROOFS, now)
        return Verdict(way=Way.FREE, pressure=1 - room)

    def free(self, room: float, known: Caller | None, now: float) -> bool:
        """Whether the site's room and the caller's own share let it through without a proof."""
        if room < self.policy.attack_below:
            return False
        if known is None:
            return True
        if room < self.policy.busy_below:
            return known.busy.look(self.policy.caller_busy, now) >= 1
        return known.quiet.look(self.policy.caller, now) >= 1

    def to_prove(self, room: float, now: float, known: Caller | None) -> Verdict:
        """What is asked of a caller who may not pass freely: work, or a place in the queue."""
        bits = self.policy.bits_attack if room < self.policy.attack_below else self.policy.bits
        if known is not None:
            # Whoever sends proof after proof works more and more for each; waiting costs no more.
            left = known.proofs.look(CHEAP_PROOFS, now) / CHEAP_PROOFS.burst
            bits += round((1 - left) * DEARER_BITS)
        return Verdict(
            way=Way.PROVE,
            bits=bits,
            wait=min(max(self.policy.shortest_wait, self.turn(now, known) - now), self.policy.longest_wait),
            pressure=1 - room,
        )

    def turn(self, now: float, known: Caller | None) -> float:
        """When it is this caller's turn. Asking again gives no second place, nor does it put others back."""
        if known is not None and known.turn > now:
            return known.turn
        turn = max(self.next_turn, now) + 3600 / self.policy.waiting_an_hour
        if turn - now <= self.policy.longest_wait:
            self.next_turn = turn
        if known is not None:
            known.turn = turn
        return turn

    def give_back(self, caller: bytes | None) -> None:
        """It was no harm after all: a receipt that was right, a form that was only sent back with a fault."""
        self.site.give_back(self.policy.site)
        known = self.callers.get(caller) if caller is not None else None
        if known is not None:
            known.quiet.give_back(self.policy.caller)
            known.busy.give_back(self.policy.caller_busy)

    def of(self, caller: bytes, now: float) -> Caller:
        """What is known of the caller; whoever has been silent longest makes room for a new one."""
        found = self.callers.get(caller)
        if found is None:
            found = self.callers[caller] = Caller(self.policy, now)
            if len(self.callers) > MOST_CALLERS:
                self.callers.popitem(last=False)
        self.callers.move_to_end(caller)
        return found


class DailySalt:
    """A secret for one day, kept nowhere: yesterday's callers cannot be told any more."""

    def __init__(self) -> None:
        self.day, self.salt = -1, b""

    def caller(self, address: str, now: float, *, named: bool = False) -> bytes | None:
        """What stands for an address (or any other name) today; None for what is no address."""
        day = int(now // DAY)
        if day != self.day:
            self.day, self.salt = day, os.urandom(32)
        net = b"name:" + address.encode() if named else net_of(address)
        return None if net is None else hashlib.blake2b(net, key=self.salt, digest_size=12).digest()


def net_of(address: str) -> bytes | None:
    """The bytes by which a caller is told apart: an IPv4 address, or the net of an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    ip = mapped or ip
    return ip.packed if ip.version == 4 else ip.packed[: NET_OF_SIX // 8]


# --- proof of work and patience ---------------------------------------------------------------------------


def work_of(challenge: str, nonce: str) -> int:
    """How many leading zero bits SHA-256 of "challenge:nonce" has."""
    digest = hashlib.sha256(f"{challenge}:{nonce}".encode()).digest()
    value = int.from_bytes(digest, "big")
    return 256 - value.bit_length()


def solve(challenge: str, bits: int) -> str:
    """A nonce that proves the work, as a browser finds it; for programs and tests."""
    nonce = 0
    while work_of(challenge, str(nonce)) < bits:
        nonce += 1
    return str(nonce)


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a caller is handed who may not go on yet: for which door, since when, how long, how much work."""

    door: str
    given: float
    wait: float
    bits: int
    salt: str

    def written(self, key: bytes) -> str:
        """The ticket as text that nobody else can make."""
        told = f"{self.door}.{self.given:.3f}.{self.wait:.3f}.{self.bits}.{self.salt}"
        return f"{told}.{signature(key, told)}"

    def ready(self, now: float) -> bool:
        """Whether its holder has waited long enough."""
        return now >= self.given + self.wait

    def stale(self, now: float, good_for: float) -> bool:
        return now > self.given + self.wait + good_for or now < self.given - 60


def signature(key: bytes, told: str) -> str:
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:32]


def read_ticket(text: str, key: bytes) -> Ticket | None:
    """The ticket, if this site wrote it."""
    if len(text) > 300:
        return None
    told, _dot, mark = text.rpartition(".")
    if not hmac.compare_digest(signature(key, told).encode(), mark.encode()):
        return None
    # A name has no dot in it, but numbers have.
    parts = told.split(".")
    door, numbers, salt = parts[0], parts[1:-1], parts[-1]
    try:
        given, wait, bits = (float(".".join(numbers[0:2])), float(".".join(numbers[2:4])), int(numbers[4]))
    except (ValueError, IndexError):
        return None
    return Ticket(door=door, given=given, wait=wait, bits=bits, salt=salt)
