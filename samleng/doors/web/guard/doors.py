"""What each door of the citizens' pages takes, from one caller and from all: generous while there is room.

The numbers are those of one process. A caller may be a village behind one address, or a phone that goes from
hand to hand at an office: they report all morning and notice nothing.
"""

from __future__ import annotations

import hashlib
import threading

from django.conf import settings

from samleng.kit.limits.gates import Gate
from samleng.kit.limits.rules import Policy, Rate

REPORT, RECEIPT, RATING, FILE, REPLY, ALERT = "report", "receipt", "rating", "file", "reply", "alert"
READY = "ready"
POLICIES = {
    REPORT: Policy(
        name=REPORT,
        caller=Rate(burst=120, an_hour=240),
        caller_busy=Rate(burst=10, an_hour=20),
        site=Rate(burst=400, an_hour=3600),
    ),
    # Only wrong ones count: whoever types the right digits has them given back.
    RECEIPT: Policy(
        name=RECEIPT,
        caller=Rate(burst=30, an_hour=60),
        caller_busy=Rate(burst=6, an_hour=20),
        site=Rate(burst=300, an_hour=3600),
    ),
    RATING: Policy(
        name=RATING,
        caller=Rate(burst=200, an_hour=400),
        caller_busy=Rate(burst=20, an_hour=60),
        site=Rate(burst=600, an_hour=7200),
    ),
    # Photos and recordings that are laid by before a report is sent.
    FILE: Policy(
        name=FILE,
        caller=Rate(burst=200, an_hour=400),
        caller_busy=Rate(burst=18, an_hour=40),
        site=Rate(burst=600, an_hour=3600),
    ),
    # Receipts that were worked out ahead, for whoever begins. Nobody waits at this door: whoever takes very
    # many gets one that is worked out as they send, and so does everybody while strangers take them all.
    READY: Policy(
        name=READY,
        caller=Rate(burst=60, an_hour=120),
        caller_busy=Rate(burst=10, an_hour=20),
        site=Rate(burst=200, an_hour=3600),
    ),
    # Each may send a letter to somebody who asked for none.
    ALERT: Policy(
        name=ALERT,
        caller=Rate(burst=20, an_hour=20),
        caller_busy=Rate(burst=3, an_hour=6),
        site=Rate(burst=200, an_hour=600),
        waiting_an_hour=600,
    ),
    # Told by the report and not by the address; no other report's holder feels what one does.
    REPLY: Policy(
        name=REPLY,
        caller=Rate(burst=40, an_hour=60),
        caller_busy=Rate(burst=40, an_hour=60),
        site=Rate(burst=1_000_000, an_hour=100_000_000),
    ),
}

_gates: dict[str, Gate] = {}
_lock = threading.Lock()


def gate(name: str) -> Gate:
    """The one gate of a door, for all threads of this process."""
    found = _gates.get(name)
    if found is None:
        with _lock:
            found = _gates.setdefault(name, Gate(larger(POLICIES[name], settings.LIMITS), key=ticket_key()))
    return found


def larger(policy: Policy, times: float) -> Policy:
    """The same policy for a site that has so many times the room."""
    site = Rate(burst=policy.site.burst * times, an_hour=policy.site.an_hour * times)
    return Policy(**{**policy.__dict__, "site": site, "waiting_an_hour": policy.waiting_an_hour * times})


def ticket_key() -> bytes:
    """One for all processes of the site: the next page may be answered by another of them."""
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"wait tickets").digest()


def open_anew() -> None:
    """Forget everybody, as a fresh process does."""
    with _lock:
        _gates.clear()
