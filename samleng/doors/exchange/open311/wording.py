"""What a case's states are called here, and what other systems call them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

STATES: dict[str, Any] = {
    "received": _("Received"),
    "acknowledged": _("The office has seen it"),
    "asked": _("The office has asked something"),
    "admitted": _("Taken up"),
    "working": _("Being worked on"),
    "planned": _("Planned"),
    "mediating": _("Being mediated"),
    "transferred": _("Handed to another office"),
    "extended": _("More time was taken, with a reason"),
    "paused": _("Waiting, with a reason"),
    "escalated": _("Moved to a higher office"),
    "resolved": _("Done, says the office"),
    "settled": _("Settled"),
    "upheld_no_means": _("Right, but there is no money or means"),
    "not_upheld": _("Looked into, not confirmed"),
    "refused": _("Refused, with a reason"),
    "other_body": _("Another body answers for this"),
    "withdrawn": _("Taken back"),
    "duplicate": _("Joined with another report"),
    "reopened": _("Open again"),
}
# FixMyStreet's names; what it does not know it shows as open or closed.
THEIRS = {
    "received": "open",
    "acknowledged": "investigating",
    "asked": "investigating",
    "admitted": "investigating",
    "working": "in_progress",
    "planned": "action_scheduled",
    "mediating": "in_progress",
    "transferred": "internal_referral",
    "extended": "in_progress",
    "paused": "in_progress",
    "escalated": "internal_referral",
    "resolved": "fixed",
    "settled": "fixed",
    "upheld_no_means": "no_further_action",
    "not_upheld": "no_further_action",
    "refused": "no_further_action",
    "other_body": "not_councils_responsibility",
    "withdrawn": "closed",
    "duplicate": "duplicate",
    "reopened": "open",
}


def state_words(code: str) -> str:
    """The state in words; a state that has none by its code."""
    return str(STATES.get(code, code))


def theirs(code: str, is_open: bool) -> str:
    return THEIRS.get(code, "open" if is_open else "closed")
