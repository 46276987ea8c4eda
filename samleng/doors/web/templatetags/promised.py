"""What pages say about plans and promises; loaded by those pages only."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Member
from samleng.answers.plans.reading import meetings_seen_by
from samleng.answers.plans.rules import AMBASSADOR, COMMITTEE
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.templatetags.parts import status_chip
from samleng.voices.scorecards.models import Scorecard, State

register = template.Library()
ROLES = {COMMITTEE: _("Member of the monitoring committee"), AMBASSADOR: _("Community ambassador")}
# The framework's tones as the house colours them.
TONES = {"busy": "go", "good": "good", "warning": "care", "bad": "bad"}


@register.simple_tag
def promise_chip(action: Action) -> SafeString:
    """Where a promise stands: confirmed and claimed are the house's own facts, the rest the framework's."""
    if action.confirmed_on:
        return status_chip("confirmed")
    if action.claimed_on:
        return status_chip("claimed")
    status = action.framework.method.plan.status(action.status)
    return status_chip(status.code, status.name, TONES.get(status.tone, ""))


@register.filter
def member_role(member: Member) -> str:
    """As what somebody watches over a plan."""
    return str(ROLES.get(member.role, member.role))


@register.inclusion_tag("plans/_way.html", takes_context=True)
def meeting_way(context: Context, card: Scorecard) -> dict[str, Any]:
    """From a completed scorecard to its meeting: held, to be held, or waiting for the other side."""
    if card.state != State.COMPLETED:
        return {}
    by = acting_for(context["request"])
    meeting = meetings_seen_by(by).filter(cards__scorecard=card).order_by("-held_on").first()
    may = by.may("plans.hold_meeting", owner=card.owner_key, path=card.place.path)
    if meeting is not None or not may:
        return {"meeting": meeting}
    sides = {side.code for side in card.round.framework.method.sides}
    here = Scorecard.objects.filter(round=card.round_id, facility=card.facility_id, state=State.COMPLETED)
    ready = sides <= set(here.values_list("side", flat=True))
    return {"card": card, "ready": ready, "waits": not ready}
