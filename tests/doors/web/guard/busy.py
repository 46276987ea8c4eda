"""Doors at a bad moment: a clock that stands until it is moved, and hardly any of the site's room left."""

from __future__ import annotations

import re
from dataclasses import replace

from samleng.doors.web.guard import doors
from samleng.doors.web.guard.doors import POLICIES, ticket_key
from samleng.kit.limits.gates import Gate

FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SECONDS = re.compile(r'data-seconds="(\d+)"')


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def door(name: str, *, room: float = 1, bits: int = 6) -> tuple[Gate, Clock]:
    """The door with this share of its room left; proofs are cheap, the rest is as it is in life."""
    clock = Clock()
    policy = POLICIES[name]
    # The room that is left stays as it is: others take what comes back.
    site = replace(policy.site, an_hour=1)
    policy = replace(policy, bits=bits, bits_attack=bits, site=site)
    made = doors._gates[name] = Gate(policy, clock, ticket_key())
    made.limiter.site.left = policy.site.burst * room
    return made, clock


def attacked(name: str, bits: int = 6) -> tuple[Gate, Clock]:
    return door(name, room=0.1, bits=bits)
