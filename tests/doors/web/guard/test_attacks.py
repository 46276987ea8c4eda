"""Attackers at the doors as they stand in life, by a clock that is moved; figures of who still got through.

An hour is played second by second against the real numbers of each door. Honest people come all the
time, half of them with a browser that works for its turn (as fast as a cheap phone), half
with one that only waits.
"""

from __future__ import annotations

import heapq
import random
import statistics
import time
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samleng.doors.web.guard.doors import POLICIES, RECEIPT, REPORT
from samleng.kit.limits import gates
from samleng.kit.limits.gates import GOOD_FOR, Gate
from samleng.kit.limits.rules import Way, solve
from samleng.kit.sealing import receipts
from samleng.kit.words.codes import make_receipt_digits, valid_receipt_digits
from samleng.voices.reports.models import Report
from tests.doors.web.guard.busy import attacked, door
from tests.doors.web.speak.test_way import dumped
from tests.doors.web.speak.walker import Walker, at
from tests.town import Town

HOUR = 3600
DONE = "done"
# A cheap phone finds so many hashes in a second.
PHONE_HASHES = 60_000
PATIENCE = 15 * 60


@dataclass
class Hour:
    """An hour at one door: an attack, and honest people with what became of them."""

    gate: Gate
    now: float
    # Those who work for their turn, those who wait for it, those who gave up, and what of the attack came in.
    worked: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    lost: int = 0
    junk: int = 0
    queue: list[tuple[float, int, One]] = field(default_factory=list)
    asked: int = 0

    def come(self, one: One) -> None:
        verdict, one.ticket = self.gate.ask(one.address, ticket=one.ticket, nonce=one.nonce)
        if verdict.way is Way.FREE and one.bot:
            self.junk += 1
        elif verdict.way is Way.FREE:
            (self.worked if one.works else self.waited).append(self.now - one.since)
            if self.gate.policy.name == RECEIPT:
                # It was the right one.
                self.gate.give_back(one.address)
        elif self.now - one.since > PATIENCE:
            self.lost += not one.bot
        else:
            self.asked += 1
            one.nonce = DONE if one.works else ""
            work = 2**verdict.bits / PHONE_HASHES
            wait = min(work, verdict.wait) if one.works and verdict.bits else verdict.wait
            heapq.heappush(self.queue, (self.now + wait + 0.5, self.asked, one))

    def returning(self) -> None:
        while self.queue and self.queue[0][0] <= self.now:
            self.come(heapq.heappop(self.queue)[2])


@dataclass
class One:
    """Somebody who comes, and comes again."""

    address: str
    since: float
    works: bool = False
    bot: bool = False
    ticket: str = ""
    nonce: str = ""


@pytest.fixture(autouse=True)
def done_work_is_believed(monkeypatch: Any) -> None:
    """Work is reckoned here in seconds of a phone and not done."""
    real = gates.work_of
    monkeypatch.setattr(gates, "work_of", lambda text, nonce: 99 if nonce == DONE else real(text, nonce))


def played(
    name: str, bots: list[str], *, a_second: int, patient: bool = False, honest: int = 300, hour: int = HOUR
) -> Hour:
    """An hour in which each second so many bots try, and `honest` people come in all.

    Bots that are patient keep their tickets and come back when it is their turn.
    """
    clock = [1_000_000.0]
    gate = Gate(replace(POLICIES[name]), lambda: clock[0])
    here = Hour(gate, clock[0])
    chance = random.Random(4)
    coming = sorted(chance.randrange(hour) for _ in range(honest))
    for second in range(hour + PATIENCE):
        clock[0] = here.now = 1_000_000.0 + second
        for _ in range(a_second if second < hour else 0):
            bot = chance.choice(bots)
            if patient:
                here.come(One(bot, here.now, bot=True))
            else:
                here.junk += gate.ask(bot)[0].way is Way.FREE
        while coming and coming[0] <= second:
            coming.pop(0)
            # Every third comes through one tower in the provinces.
            address = (
                "203.0.113.7"
                if chance.random() < 0.3
                else f"198.51.{chance.randrange(100)}.{chance.randrange(250)}"
            )
            here.come(One(address, here.now, works=chance.random() < 0.5))
        here.returning()
    figures(name, here, len(bots), a_second, patient)
    assert len(here.worked) + len(here.waited) + here.lost == honest
    return here


def figures(name: str, hour: Hour, bots: int, a_second: int, patient: bool) -> None:
    kind = "patient " if patient else ""
    print(f"{name}: {a_second * HOUR} {kind}tries from {bots}: {hour.junk} came in, {hour.lost} people lost")
    for told, waits in (("with the script", hour.worked), ("without", hour.waited)):
        middle, last = statistics.median(waits), max(waits)
        at_once = sum(one == 0 for one in waits)
        print(f"  {told}: {len(waits)}, {at_once} of them at once, median {middle:.0f} s, last {last:.0f} s")


ONE = ["192.0.2.66"]
MANY = [f"10.9.{n // 250}.{n % 250}" for n in range(500)]


@pytest.mark.once
def test_it_lets_everybody_through_at_once_while_one_address_floods() -> None:
    hour = played(REPORT, ONE, a_second=20)
    assert max(hour.waited + hour.worked) == 0
    assert hour.junk <= 120 + 240


@pytest.mark.once
def test_it_lets_everybody_through_after_a_while_when_five_hundred_addresses_flood() -> None:
    hour = played(REPORT, MANY, a_second=20)
    assert max(hour.worked) < 30 and max(hour.waited) <= 330
    # What a process takes in an hour, however many try.
    assert hour.junk <= 400 + 3600


@pytest.mark.once
def test_it_still_lets_most_people_through_when_bots_queue_as_they_do() -> None:
    hour = played(REPORT, MANY, a_second=2, patient=True, hour=HOUR // 3, honest=100)
    # Twice as many as the site can take behave exactly as people do: who works for it is let in, and of
    # those who cannot, most.
    assert statistics.median(hour.worked) < 30 and len(hour.worked) >= 45
    assert len(hour.waited) >= 2 * hour.lost


@pytest.mark.once
def test_it_lets_the_right_holder_in_while_others_guess() -> None:
    hour = played(RECEIPT, ONE, a_second=20)
    assert max(hour.waited + hour.worked) == 0 and hour.junk <= 30 + 60
    hour = played(RECEIPT, MANY, a_second=20)
    assert max(hour.worked) < 30 and max(hour.waited) <= 330 and hour.junk <= 300 + 3600


@pytest.mark.once
def test_it_costs_a_phone_seconds_of_work_and_who_floods_ever_more() -> None:
    gate, clock = attacked(REPORT)
    assert 2 ** POLICIES[REPORT].bits_attack / PHONE_HASHES < 12
    gate.policy = gate.limiter.policy = replace(gate.policy, bits=3, bits_attack=3)
    for _ in range(150):
        gate.limiter.site.left = 50
        verdict, ticket = gate.ask("203.0.113.7")
        assert gate.ask("203.0.113.7", ticket=ticket, nonce=solve(ticket, verdict.bits))[0].way is Way.FREE
    assert gate.ask("203.0.113.7")[0].bits >= 3 + 3
    clock.now += HOUR
    gate.limiter.site.left = 50
    assert gate.ask("203.0.113.7")[0].bits == 3


@pytest.mark.django_db
def test_it_takes_a_ticket_once_however_often_it_is_brought(town: Town) -> None:
    _gate, clock = attacked(REPORT)
    # All of them stand before the check: one that was sent would stand nearby.
    walker, *others = [dumped(town, Walker(client=Client(REMOTE_ADDR="203.0.113.7"))) for _ in range(4)]
    walker.post("send")
    ticket = walker.page.split('name="ticket" value="')[1].split('"')[0]
    clock.now += 30
    found = []
    for other in others:
        other.post("send", ticket=ticket)
        found.append(other.status)
    assert found == [200, 429, 429] and Report.objects.count() == 1


@pytest.mark.django_db
def test_it_takes_no_ticket_of_another_door_or_of_the_day_before(town: Town) -> None:
    receipt, clock = attacked(RECEIPT)
    _verdict, other = receipt.ask("203.0.113.7")
    report, later = attacked(REPORT)
    _verdict, old = report.ask("203.0.113.7")
    later.now += 400
    assert report.ask("203.0.113.8", ticket=other)[0].way is Way.PROVE
    later.now += GOOD_FOR
    report.limiter.site.left = 40
    assert report.ask("203.0.113.8", ticket=old)[0].way is Way.PROVE
    assert clock.now < later.now


@pytest.mark.django_db
def test_it_does_the_same_work_for_a_receipt_that_is_known_and_one_that_is_not(
    town: Town, monkeypatch: Any
) -> None:
    known = town.receipts[town.file("dump").report.pk]
    unknown = make_receipt_digits()
    near = near_of(known)
    stretched: list[float] = []
    real = receipts.stretched

    def weighed(*given: Any) -> bytes:
        before = time.thread_time()
        made = real(*given)
        stretched.append(time.thread_time() - before)
        return made

    monkeypatch.setattr(receipts, "stretched", weighed)
    taken: dict[str, list[float]] = {"known": [], "unknown": [], "near": []}
    queries: dict[str, int] = {}
    client = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(7):
        for name, receipt in (("known", known), ("unknown", unknown), ("near", near)):
            before = len(stretched)
            with CaptureQueriesContext(connection) as asked:
                answer = client.post(at("follow"), {"receipt": receipt})
            assert answer.status_code == (303 if name == "known" else 422)
            assert len(stretched) == before + 1
            taken[name].append(stretched[-1])
            queries[name] = sum("reports_report" in one["sql"] for one in asked)
    assert len(set(queries.values())) == 1, queries
    middles = [statistics.median(one) for one in taken.values()]
    assert max(middles) < 2 * min(middles), middles


def near_of(receipt: str) -> str:
    """Another receipt that begins as this one does."""
    digits = receipt.replace(" ", "")
    for end in range(10_000):
        other = digits[:-4] + f"{end:04}"
        if other != digits and valid_receipt_digits(other):
            return other
    raise AssertionError("no receipt is near")


@pytest.mark.django_db
def test_it_slows_whoever_guesses_and_nobody_beside_them(town: Town) -> None:
    known = town.receipts[town.file("dump").report.pk]
    gate, _clock = door(RECEIPT)
    for _ in range(int(gate.policy.caller.burst)):
        gate.ask("192.0.2.66")
    guesser = Client(REMOTE_ADDR="192.0.2.66")
    assert guesser.post(at("follow"), {"receipt": make_receipt_digits()}).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.7").post(at("follow"), {"receipt": known}).status_code == 303
