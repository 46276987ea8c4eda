"""Whether an outside system can be spoken to at all: asked by a person, and nothing is sent by it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from samleng.doors.exchange.models import OutsideSystem
from samleng.doors.exchange.outside import reading
from samleng.doors.exchange.outside.calling import Trouble, get
from samleng.doors.exchange.outside.keyed import far
from samleng.doors.exchange.outside.verbs.sending import changed, moment, well
from samleng.doors.exchange.outside.verbs.tending import owners
from samleng.ground.people.permission import require
from samleng.kit.ledger.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found: why not, or which of their services are named here and not there."""

    trouble: str = ""
    services: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    tells_news: bool = False


def try_system(*, by: Actor, system: OutsideSystem) -> Found:
    """Ask for their services, and whether they tell news by time; what stood in the way is forgotten."""
    require(by, "exchange.give_key", owner=owners(system.office))
    try:
        answer = get(far(system), "services")
        rows = reading.rows(answer, "service")
    except Trouble as trouble:
        return Found(trouble=trouble.code)
    if answer.ahead is not None:
        changed(system, {"ahead": answer.ahead})
    services = tuple((row.get("service_code", ""), row.get("service_name", "")) for row in rows)
    known = {code for code, _name in services}
    tells = tells_news(system)
    changed(system, {"tells_news": tells})
    well(system)
    return Found(
        services=services[:500],
        lacking=tuple(sorted(set(system.services.values()) - known)),
        tells_news=tells,
    )


def tells_news(system: OutsideSystem) -> bool:
    now = moment(timezone.now(), system)
    try:
        reading.news(get(far(system), "servicerequestupdates", start_date=now, end_date=now))
    except Trouble:
        return False
    return True
