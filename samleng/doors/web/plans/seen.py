"""What each may open here, and what every page of plans and promises needs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.reading import actions_seen_by, meetings_seen_by, plans_seen_by
from samleng.doors.web import visit
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal

# Verbs know a text, forms ask for it in each language.
AT = {"text": "text_km", "provider_reply": "reply_km", "photos": "proofs", "reason": "note"}


def language() -> str:
    return (get_language() or "km")[:2]


def seen_plan(by: Acting, plan_id: UUID) -> Plan:
    """The plan if this person may see it; Denied, as if absent, if not."""
    plan = plans_seen_by(by).with_context().select_related("scan").filter(pk=plan_id).first()
    if plan is None:
        raise Denied
    return plan


def seen_meeting(by: Acting, meeting_id: UUID) -> Meeting:
    """The meeting if this person may see it; Denied if not."""
    meeting = meetings_seen_by(by).with_context().filter(pk=meeting_id).first()
    if meeting is None:
        raise Denied
    return meeting


def seen_action(by: Acting, action_id: UUID) -> Action:
    """The promise if this person may see it; Denied if not."""
    rows = actions_seen_by(by).with_context().select_related("community_result", "provider_result")
    action = rows.filter(pk=action_id).first()
    if action is None:
        raise Denied
    return action


def may(by: Acting, verb: str, plan: Plan) -> bool:
    """As the plan's own verbs ask: its programme in its place, or the office whose plan it is."""
    programme = by.may(verb, owner=plan.owner_key, path=plan.place.path)
    return programme or by.may(verb, owner=f"office:{plan.office_id}")


def at_fields(form: forms.Form, refusals: list[Refusal]) -> None:
    """Put what a verb refused at the fields of the form."""
    # Heads are refused by the name of their group.
    visit.at_fields(form, refusals, lambda name: (AT.get(name, ""), f"heads_{name}"))


def status_of(form: Any) -> int:
    return 422 if form is not None and form.errors else 200


def plan_trail(plan: Plan, here: Any) -> list[tuple[Any, str]]:
    name = f"{plan.place.label(language())} {plan.year}"
    return [(_("Plans"), reverse("plans")), (name, reverse("plan", args=[plan.pk])), (here, "")]
