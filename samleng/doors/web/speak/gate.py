"""How often is too often, said in a page: whoever comes again and again waits, or lets the phone work for it.

In quiet times nobody notices: a whole village may stand behind one address. Proof of work is never the only
way in: who cannot prove waits, and nothing that was typed is lost. No address is written down (kit/limits).
"""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse

from samleng.doors.web.speak.frame import shown
from samleng.kit.limits.gates import Gate
from samleng.kit.limits.rules import Policy, Rate, Way

SENDING = Gate(
    Policy(
        name="send",
        caller=Rate(burst=60, an_hour=600),
        caller_busy=Rate(burst=8, an_hour=60),
        site=Rate(burst=600, an_hour=20_000),
    )
)
RECEIPTS = Gate(
    Policy(
        name="receipt",
        caller=Rate(burst=60, an_hour=300),
        caller_busy=Rate(burst=8, an_hour=40),
        site=Rate(burst=400, an_hour=12_000),
    )
)
RATINGS = Gate(
    Policy(
        name="rate",
        caller=Rate(burst=120, an_hour=1200),
        caller_busy=Rate(burst=10, an_hour=120),
        site=Rate(burst=1000, an_hour=40_000),
    )
)
OWN = ("ticket", "nonce")


def held_up(request: HttpRequest, gate: Gate, context: dict[str, Any] | None = None) -> HttpResponse | None:
    """None for whoever may go on; else a page that carries what was sent, until the wait is over."""
    post = request.POST
    verdict, ticket = gate.ask(
        address_of(request), ticket=post.get("ticket", "")[:400], nonce=post.get("nonce", "")[:40]
    )
    if verdict.way is Way.FREE:
        return None
    wait = max(1, math.ceil(verdict.wait))
    given = {
        "fields": [(name, text) for name in post if name not in OWN for text in post.getlist(name)],
        "ticket": ticket,
        "wait": wait,
        "bits": verdict.bits,
        **(context or {}),
    }
    answer = shown(request, "speak/wait.html", given, status=429)
    answer["Retry-After"] = str(wait)
    return answer


def harmless(request: HttpRequest, gate: Gate) -> None:
    """It was right after all, and does not count."""
    gate.give_back(address_of(request))


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
