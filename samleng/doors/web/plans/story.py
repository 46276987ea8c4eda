"""What happened to a promise, in words: every step with who spoke, what they said and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action, Step

PARTIES: Mapping[str, Any] = {
    rules.OFFICE: pgettext_lazy("who says so", "the office"),
    rules.FACILITATOR: pgettext_lazy("who says so", "the facilitator"),
    rules.COMMITTEE: pgettext_lazy("who says so", "the monitoring committee"),
    rules.AMBASSADOR: pgettext_lazy("who says so", "the community ambassador"),
    rules.CITIZENS: pgettext_lazy("who says so", "citizens at a meeting"),
}
# kind of step: (words, picture)
KINDS: Mapping[str, tuple[Any, str]] = {
    "progress": (_("How far it is"), "chart-bar"),
    "claim": (_("Said to be done"), "check"),
    "dispute": (_("Disputed: people say it is not done, or no longer"), "exclamation-triangle"),
    "escalate": (_("Put to a higher office"), "arrow-up"),
    rules.TAKEN_UP: (_("Taken up by the higher office"), "hand-raised"),
    rules.RETURNED: (_("Returned by the higher office"), "arrow-uturn-left"),
    rules.REFUSED: (_("Refused by the higher office"), "x-circle"),
    "drop": (_("Given up"), "x-circle"),
    "reword": (_("Worded anew"), "pencil"),
    "extend": (_("More time was given"), "calendar"),
}
VERDICTS: Mapping[str, tuple[Any, str]] = {
    rules.FIXED: (_("Confirmed: it was kept"), "check-badge"),
    rules.HALF: (_("People say: half kept"), "adjustments-horizontal"),
    rules.NOT: (_("People say: not kept"), "exclamation-triangle"),
}


def story_of(action: Action) -> list[dict[str, Any]]:
    """The steps, newest first, down to the day it was agreed."""
    names = {status.code: status.name for status in action.framework.method.plan.statuses}
    steps = action.steps.prefetch_related("proofs__blob").order_by("-on", "-at", "-id")
    told = [entry(step, names) for step in steps]
    if action.adopted_on:
        told.append(
            {"when": action.adopted_on, "what": _("The plan was adopted"), "picture": "document-check"}
        )
    told.append({"when": action.agreed_on, "what": _("Promised"), "picture": "hand-raised"})
    # Steps of one day keep the order in which they were written.
    return sorted(told, key=lambda one: one["when"], reverse=True)


def entry(step: Step, names: Mapping[str, Any]) -> dict[str, Any]:
    known = VERDICTS.get(step.verdict) if step.kind == "verdict" else KINDS.get(step.kind)
    what, picture = known or (step.kind, "chat-bubble-left")
    return {
        "when": step.on,
        "what": what,
        "picture": picture,
        "status": names.get(step.status, "") if step.kind == "progress" else "",
        "percent": step.percent if step.kind == "progress" else None,
        "reason": step.reason,
        "who": PARTIES.get(step.party, step.party),
        "proofs": [one for one in step.proofs.all() if one.blob.erased_at is None],
    }
