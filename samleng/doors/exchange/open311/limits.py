"""How much one key may send: enough for a city's backlog, not for a system that runs wild."""

from __future__ import annotations

import functools
import math

from django.conf import settings
from django.utils.translation import gettext as _

from samleng.doors.exchange.models import ApiKey
from samleng.doors.exchange.open311.faults import Wrong, wrong
from samleng.kit.limits.gates import Gate
from samleng.kit.limits.rules import Policy, Rate, Way

TOO_OFTEN = 429
# A backlog comes at once; on and on it may come so fast. What citizens send has room of its own.
SHARE = Rate(burst=60_000, an_hour=60_000)
WIDE = Rate(burst=100_000_000, an_hour=100_000_000)


@functools.cache
def gate() -> Gate:
    """One for all keys and threads of this process."""
    share = Rate(burst=SHARE.burst * settings.LIMITS, an_hour=SHARE.an_hour * settings.LIMITS)
    return Gate(Policy(name="open311", caller=share, caller_busy=share, site=WIDE))


def counted(key: ApiKey) -> ApiKey:
    """The key again, if it may send once more now; else a fault that says when."""
    verdict, _ticket = gate().ask(str(key.pk), named=True)
    if verdict.way is not Way.FREE:
        raise too_often(math.ceil(3600 / gate().policy.caller.an_hour))
    return key


def too_often(seconds: int) -> Wrong:
    said = _("This key has sent very much in a short time. Send the rest more slowly.")
    fault = wrong(said, TOO_OFTEN)
    fault.retry_after = max(1, seconds)
    return fault
