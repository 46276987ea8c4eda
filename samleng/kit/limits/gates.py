"""A door's limits as all threads of a process share them. Nothing is written down, and no address is kept."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from samleng.kit.limits.rules import DailySalt, Limiter, Policy, Ticket, Verdict, Way, read_ticket, work_of

# A ticket is good for so long after its wait is over: long forms are written slowly.
GOOD_FOR = 2 * 60 * 60
MOST_SPENT = 200_000
LONGEST_NONCE = 40
# What a door says, and a ticket to come back with where that is not yes.
Asked = tuple[Verdict, str]


class Gate:
    """One door: asks little of callers while the site has room, and work or patience while it has not."""

    def __init__(
        self, policy: Policy, clock: Callable[[], float] = time.time, key: bytes | None = None
    ) -> None:
        self.policy, self.clock = policy, clock
        self.lock = threading.Lock()
        self.salt = DailySalt()
        self.limiter = Limiter(policy, clock())
        # One that all processes of a site share lets a ticket of one be brought to another; without, tickets
        # end with the process.
        self.key = key or os.urandom(32)
        self.spent: OrderedDict[str, float] = OrderedDict()

    def ask(self, address: str, *, ticket: str = "", nonce: str = "", named: bool = False) -> Asked:
        """Whether the caller may go on, and else a ticket to come back with.

        The caller is told by an address, or is `named`: the key of another system, the number of a report.
        """
        now = self.clock()
        with self.lock:
            caller = self.salt.caller(address, now, named=named)
            verdict = self.limiter.ask(caller, now)
            mine = self.ticket_in(ticket, now)
            worked = mine is not None and self.worked(mine, ticket, nonce)
            if verdict.way is Way.PROVE and mine is not None and (worked or mine.ready(now)):
                verdict = self.limiter.ask(caller, now, proved=True, worked=worked)
                if verdict.way is Way.FREE:
                    self.spend(ticket, now)
            if verdict.way is Way.FREE:
                return verdict, ""
            if mine is not None:
                # Whoever comes too early, or finds no room, keeps the ticket they have.
                left = max(mine.given + mine.wait - now, self.policy.shortest_wait)
                return replace(verdict, bits=mine.bits if verdict.bits else 0, wait=left), ticket
            return verdict, self.given(verdict, now)

    def ticket_in(self, text: str, now: float) -> Ticket | None:
        """The ticket that was brought, if it is of this door, not too old, and was not used."""
        if not text or text in self.spent:
            return None
        ticket = read_ticket(text, self.key)
        if ticket is None or ticket.door != self.policy.name or ticket.stale(now, GOOD_FOR):
            return None
        return ticket

    def worked(self, ticket: Ticket, text: str, nonce: str) -> bool:
        """Whether a ticket was worked for."""
        return 0 < len(nonce) <= LONGEST_NONCE and work_of(text, nonce) >= max(ticket.bits, 1)

    def spend(self, text: str, now: float) -> None:
        self.spent[text] = now
        while len(self.spent) > MOST_SPENT or (
            self.spent and next(iter(self.spent.values())) < now - 2 * GOOD_FOR
        ):
            self.spent.popitem(last=False)

    def given(self, verdict: Verdict, now: float) -> str:
        ticket = Ticket(
            door=self.policy.name,
            given=now,
            wait=verdict.wait,
            bits=verdict.bits or self.policy.bits,
            salt=secrets.token_hex(8),
        )
        return ticket.written(self.key)

    def give_back(self, address: str, *, named: bool = False) -> None:
        """What the caller did was no harm after all and does not count."""
        with self.lock:
            self.limiter.give_back(self.salt.caller(address, self.clock(), named=named))

    def ahead(self, address: str) -> Asked:
        """A ticket for somebody who begins to write, so that writing is waiting; none in quiet times."""
        now = self.clock()
        with self.lock:
            room = self.limiter.site.look(self.policy.site, now) / self.policy.site.burst
            if room >= self.policy.busy_below:
                return Verdict(way=Way.FREE, pressure=1 - room), ""
            caller = self.salt.caller(address, now)
            known = self.limiter.of(caller, now) if caller is not None else None
            verdict = self.limiter.to_prove(room, now, known)
            return verdict, self.given(verdict, now)
