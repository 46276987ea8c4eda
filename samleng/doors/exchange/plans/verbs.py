"""Giving a plan out: whoever may see it may take it away, and that it left is written down."""

from __future__ import annotations

from samleng.answers.plans.models import Plan
from samleng.answers.plans.reading import plans_seen_by
from samleng.doors.exchange.plans.files import File, draw_plan
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb


@verb
def give_out(*, by: Actor, plan: Plan, form: str, language: str) -> File:
    """The plan as a file for somebody who may see it; that it left is written down."""
    seen = plans_seen_by(by).with_context().filter(pk=plan.pk).first()
    if seen is None:
        raise Denied
    made = draw_plan(seen, form, language)
    record(
        by=by,
        verb="plans.give_out",
        thing=seen,
        owner=seen.owner_key,
        facts={"form": form, "language": language, "size": len(made.data)},
        tell=(),
    )
    return made
