"""Limits that a village behind one address does not feel and an attack does: attackers try them here."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from samleng.kit.limits import rules
from samleng.kit.limits.gates import GOOD_FOR, Gate
from samleng.kit.limits.rules import (
    DailySalt,
    Limiter,
    Policy,
    Rate,
    Way,
    net_of,
    read_ticket,
    solve,
    work_of,
)

POLICY = Policy(
    name="report",
    caller=Rate(burst=120, an_hour=240),
    caller_busy=Rate(burst=10, an_hour=20),
    site=Rate(burst=400, an_hour=3600),
    bits=6,
    bits_attack=9,
    waiting_an_hour=720,
)
HOUR = 3600


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def gate(policy: Policy = POLICY) -> tuple[Gate, Clock]:
    clock = Clock()
    return Gate(policy, clock), clock


def flood(at: Gate, callers: int, each: int = 1, first: int = 0) -> list[Way]:
    found = []
    for one in range(first, first + callers):
        address = f"10.{one // 65536 % 256}.{one // 256 % 256}.{one % 256}"
        found += [at.ask(address)[0].way for _ in range(each)]
    return found


def test_it_lets_a_village_behind_one_address_report_all_morning() -> None:
    village, clock = gate()
    ways = []
    for _minute in range(120):
        clock.now += 60
        # Four people a minute through one tower, and a burst of thirty when the meeting ends.
        ways += [village.ask("203.0.113.7")[0].way for _ in range(4)]
    ways += [village.ask("203.0.113.7")[0].way for _ in range(30)]
    assert set(ways) == {Way.FREE}


def test_it_asks_one_caller_who_floods_for_work_and_nobody_else() -> None:
    site, _clock = gate()
    ways = [site.ask("203.0.113.7")[0].way for _ in range(1000)]
    assert ways.count(Way.FREE) == POLICY.caller.burst
    assert Way.LATER not in ways
    assert site.ask("203.0.113.8")[0].way is Way.FREE


def test_it_still_lets_those_through_who_report_little_when_it_is_busy() -> None:
    site, _clock = gate()
    heavy = flood(site, 3, each=80)
    assert heavy.count(Way.FREE) > 200
    verdict, ticket = site.ask("10.0.0.0")
    assert verdict.way is Way.PROVE and ticket and verdict.bits == POLICY.bits
    assert site.ask("198.51.100.9")[0].way is Way.FREE


def test_it_asks_everybody_for_work_or_patience_only_under_attack() -> None:
    site, clock = gate()
    flood(site, 1000)
    verdict, ticket = site.ask("198.51.100.9")
    assert verdict.way is Way.PROVE and verdict.bits == POLICY.bits_attack
    # Work lets through at once.
    nonce = solve(ticket, verdict.bits)
    assert site.ask("198.51.100.9", ticket=ticket, nonce=nonce)[0].way is Way.FREE
    # And an hour later nobody is asked for anything.
    clock.now += HOUR
    assert site.ask("198.51.100.9")[0].way is Way.FREE


def test_it_never_makes_work_the_only_way_in() -> None:
    site, clock = gate()
    flood(site, 1000)
    verdict, ticket = site.ask("198.51.100.9")
    assert 0 < verdict.wait <= POLICY.longest_wait
    clock.now += verdict.wait - 0.5
    flood(site, 300, first=3000)
    assert site.ask("198.51.100.9", ticket=ticket)[0].way is Way.PROVE
    clock.now += 1
    flood(site, 300, first=5000)
    assert site.ask("198.51.100.9", ticket=ticket)[0].way is Way.FREE


def test_it_takes_a_proof_once() -> None:
    site, _clock = gate()
    flood(site, 1000)
    verdict, ticket = site.ask("198.51.100.9")
    nonce = solve(ticket, verdict.bits)
    tries = [site.ask("198.51.100.9", ticket=ticket, nonce=nonce)[0].way for _ in range(5)]
    assert tries.count(Way.FREE) == 1


def test_it_takes_no_proof_that_is_weak_old_forged_or_for_another_door() -> None:
    site, clock = gate()
    other, _ = gate(Policy(**{**POLICY.__dict__, "name": "receipt"}))
    flood(site, 1000)
    verdict, ticket = site.ask("198.51.100.9")
    weak = next(str(n) for n in range(10_000) if work_of(ticket, str(n)) < verdict.bits)
    good = solve(ticket, verdict.bits)
    eased = ticket.replace(f".{verdict.bits}.", ".1.")
    elsewhere = other.given(verdict, clock.now)
    other.key = site.key
    wrong_door = other.given(verdict, clock.now)
    for given_ticket, nonce in (
        (ticket, weak),
        (ticket, ""),
        (ticket, good + "x" * 50),
        (eased, solve(eased, 1)),
        (elsewhere, solve(elsewhere, verdict.bits)),
        (wrong_door, solve(wrong_door, verdict.bits)),
        ("x" * 5000, "1"),
        ("a.b.c", "1"),
    ):
        assert site.ask("198.51.100.9", ticket=given_ticket, nonce=nonce)[0].way is Way.PROVE
    clock.now += verdict.wait + GOOD_FOR + 1
    flood(site, 3000, first=9000)
    assert site.ask("198.51.100.9", ticket=ticket, nonce=good)[0].way is not Way.FREE


def test_it_lets_no_more_through_than_the_site_carries_whatever_they_prove() -> None:
    site, _clock = gate()
    tickets = []
    flood(site, 1000)
    for _ in range(200):
        verdict, ticket = site.ask("198.51.100.9")
        tickets.append((ticket, solve(ticket, verdict.bits)))
    ways = [site.ask("198.51.100.9", ticket=one, nonce=nonce)[0].way for one, nonce in tickets]
    assert ways.count(Way.FREE) <= POLICY.site.burst * POLICY.attack_below + 1
    assert Way.LATER in ways


def test_it_spreads_those_who_wait_so_that_they_do_not_all_come_back_at_once() -> None:
    site, _clock = gate()
    flood(site, 1000)
    waits = [site.ask(f"198.51.100.{n}")[0].wait for n in range(200)]
    assert waits == sorted(waits) and waits[-1] == POLICY.longest_wait


def test_it_gives_one_place_in_the_queue_to_whoever_asks_again_and_again() -> None:
    site, _clock = gate()
    flood(site, 400, first=20_000)
    mine = [site.ask("203.0.113.66")[0].wait for _ in range(500)]
    assert len(set(mine)) == 1
    # Five seconds each: the next one comes right behind, not behind five hundred.
    assert site.ask("198.51.100.9")[0].wait - mine[0] <= 5


def test_it_does_not_count_what_was_no_harm() -> None:
    site, _clock = gate()
    for _ in range(1000):
        assert site.ask("203.0.113.7")[0].way is Way.FREE
        site.give_back("203.0.113.7")


def test_it_gives_a_ticket_ahead_only_when_it_is_busy_so_that_writing_is_waiting() -> None:
    site, clock = gate()
    assert site.ahead("198.51.100.9") == (site.ahead("198.51.100.9")[0], "")
    flood(site, 1000)
    verdict, ticket = site.ahead("198.51.100.9")
    clock.now += verdict.wait + 1
    flood(site, 500, first=7000)
    assert site.ask("198.51.100.9", ticket=ticket)[0].way is Way.FREE


def test_it_keeps_no_address_and_forgets_who_came_the_day_before() -> None:
    salt = DailySalt()
    one = salt.caller("203.0.113.7", 1000)
    assert one == salt.caller("203.0.113.7", 2000) != salt.caller("203.0.113.8", 2000)
    assert salt.caller("203.0.113.7", 1000 + rules.DAY) != one
    site, _clock = gate()
    site.ask("203.0.113.7")
    kept = repr(vars(site)) + repr([bytes(key) for key in site.limiter.callers])
    assert "203.0.113" not in kept and bytes([203, 0, 113, 7]) not in b"".join(site.limiter.callers)


def test_it_takes_a_whole_net_of_ipv6_for_one_caller_and_nonsense_for_nobody() -> None:
    assert net_of("2001:db8::1") == net_of("2001:db8::ffff") != net_of("2001:db8:0:1::1")
    assert net_of("::ffff:203.0.113.7") == net_of("203.0.113.7")
    assert net_of("unknown") is net_of("") is net_of("1.2.3") is None
    site, _clock = gate()
    assert {site.ask("unknown")[0].way for _ in range(150)} == {Way.FREE}


def test_it_stays_small_however_many_come() -> None:
    limiter = Limiter(POLICY, 0)
    before, rules.MOST_CALLERS = rules.MOST_CALLERS, 100
    try:
        for n in range(1000):
            limiter.ask(n.to_bytes(4, "big"), float(n))
    finally:
        rules.MOST_CALLERS = before
    assert len(limiter.callers) == 100


def test_it_counts_right_when_many_threads_ask_at_once() -> None:
    site, _clock = gate()
    ways: list[Way] = []

    def many() -> None:
        for _ in range(50):
            ways.append(site.ask("203.0.113.7")[0].way)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(ways), ways.count(Way.FREE)) == (400, POLICY.caller.burst)


@given(st.text(max_size=80))
def test_it_reads_no_ticket_that_it_did_not_write(text: str) -> None:
    assert read_ticket(text, b"k" * 32) is None
