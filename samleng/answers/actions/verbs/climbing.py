"""A promise that needs a higher level climbs the ladder of its service, one office at a time."""

from __future__ import annotations

from datetime import date

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action, Step
from samleng.answers.actions.rules import Misstep
from samleng.answers.actions.steps import (
    day_of,
    held,
    locked,
    refuse,
    require_part_in,
    standing,
    statuses_of,
    told,
    write_step,
)
from samleng.ground.offices.verbs import next_up
from samleng.ground.people.permission import require
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb


def ladder_service(action: Action) -> Service | None:
    """The service whose ladder the action climbs: its facility's, its scorecard's, or its office's own."""
    if action.facility is not None:
        return action.facility.service
    result = action.community_result or action.provider_result
    if result is not None:
        return result.sheet.scorecard.service
    if action.office.facility is not None:
        return action.office.facility.service
    duty = action.office.duties.select_related("service__sector").order_by("since", "id").first()
    return duty.service if duty is not None else None


@verb
def escalate(*, by: Actor, action: Action, reason: str, on: date | None = None) -> Step:
    """It needs a higher level: put to the next office up the ladder of its service."""
    action = locked(action)
    require_part_in(by, "actions.escalate", action)
    held(rules.may_escalate, standing(action), reason)
    service = ladder_service(action)
    above = next_up(action.escalated_to or action.office, service) if service else None
    if above is None:
        refuse(Misstep("top"))
    on = day_of(action, on)
    asked_by = action.escalated_to_id or action.office_id
    status = rules.climbing(statuses_of(action))
    step = write_step(
        by, action, "escalate", on, status=status.code if status else action.status, reason=reason
    )
    action.escalated_to, action.escalation = above, rules.ASKED
    if status is not None:
        action.status, action.status_on = status.code, on
    action.save(update_fields=["escalated_to", "escalation", "status", "status_on"])
    told(by, action, "escalate", step, asked_by=str(asked_by), escalated_to=str(above.pk))
    return step


@verb
def answer_escalation(
    *, by: Actor, action: Action, answer: str, reason: str = "", on: date | None = None
) -> Step:
    """The higher office takes the matter up, returns it to the office that promised, or refuses it."""
    action = locked(action)
    if action.escalated_to is None:
        refuse(Misstep("not_asked"))
    require(by, "actions.escalate", owner=action.escalated_to.owner_key)
    held(rules.may_answer, standing(action), answer, reason)
    on, asked = day_of(action, on), action.escalated_to
    step = write_step(by, action, answer, on, party=rules.OFFICE, reason=reason)
    action.escalation = "" if answer == rules.RETURNED else answer
    if answer == rules.RETURNED:
        action.escalated_to = None
    higher = rules.climbing(statuses_of(action))
    if answer != rules.TAKEN_UP and higher is not None and action.status == higher.code:
        action.status, action.status_on = rules.under_way(statuses_of(action)).code, on
    action.save(update_fields=["escalated_to", "escalation", "status", "status_on"])
    told(by, action, "answer_escalation", step, answer=answer, escalated_to=str(asked.pk))
    return step
