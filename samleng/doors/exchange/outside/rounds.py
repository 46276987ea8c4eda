"""The worker's round through all outside systems: send, ask, pass on, each system by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from samleng.doors.exchange.models import OutsideSystem
from samleng.doors.exchange.outside.calling import Trouble
from samleng.doors.exchange.outside.verbs.hearing import hear
from samleng.doors.exchange.outside.verbs.passing import gather, pass_on
from samleng.doors.exchange.outside.verbs.sending import mark_new, send_due

log = logging.getLogger("samleng.outside")
# News is asked for so often.
NEWS_EVERY = timedelta(seconds=60)


def visit_outside(*, now: datetime | None = None) -> int:
    """Go through every system that is on and not paused; how many were visited."""
    at = now or timezone.now()
    systems = list(OutsideSystem.objects.filter(Q(next_at=None) | Q(next_at__lte=at), on=True).order_by("pk"))
    for system in systems:
        visit(system, at)
    return len(systems)


def visit(system: OutsideSystem, now: datetime) -> None:
    """One system. What stands in the way of it is kept with it, and holds up no other one."""
    parts: list[Callable[[], object]] = [
        lambda: mark_new(system),
        lambda: send_due(system, now),
        lambda: gather(system),
        lambda: pass_on(system, now),
    ]
    if system.heard_at is None or now - system.heard_at >= NEWS_EVERY:
        parts.append(lambda: hear(system, now))
    try:
        for part in parts:
            part()
    except Trouble as trouble:
        log.info("an outside system: %s", trouble.code)
    except Exception:
        log.exception("visiting an outside system failed")
