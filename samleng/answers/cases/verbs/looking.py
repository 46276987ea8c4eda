"""Whoever reads what was sealed leaves a trace, and whoever takes a list of cases away leaves one too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from samleng.answers.cases.models import Case, Look
from samleng.answers.cases.steps import opened_by, require_case
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied, require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb

# What is opened with an office's key; identities are a matter of their own (`moderating.open_identity`).
OPENED = frozenset({"words", "photo", "sound"})
# Reading on within this time is one look: going back and forth must not bury who else looked.
SITTING = timedelta(minutes=30)


@verb
def look(*, by: Actor, case: Case, what: str) -> Look:
    """Write down that somebody opens sealed words, photos or recordings of a case; once a sitting."""
    require_case(by, "cases.see", case)
    if what not in OPENED:
        raise Denied
    since = timezone.now() - SITTING
    lately = case.looks.filter(by=by.key, what=what, at__gte=since).order_by("-at").first()
    return lately or opened_by(by, case, what)


@verb
def take_away(*, by: Actor, office: Office, asked: Mapping[str, str], cases: int) -> Office:
    """Write down that a table of an office's cases leaves the desk: by which filters, and how many."""
    require(by, "cases.export", owner=office.owner_key)
    facts = {"cases": cases, "asked": dict(asked)}
    record(by=by, verb="cases.export", thing=office, owner=office.owner_key, facts=facts, tell=())
    return office
