"""What a case's states and endings are called here, and what FixMyStreet calls them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

STATES: dict[str, Any] = {
    "received": _("Received"),
    "acknowledged": _("The office has seen it"),
    "working": _("Being worked on"),
    "waiting": _("Waiting, with a reason"),
    "answered": _("Answered; the reporter says next how it was"),
    "closed": _("Closed"),
    "merged": _("Joined with another report"),
}
OUTCOMES: dict[str, Any] = {
    "fixed": _("Fixed"),
    "settled": _("Settled"),
    "answer": _("Answered"),
    "resolved_itself": _("It resolved itself"),
    "not_upheld": _("Looked into, not confirmed"),
    "no_budget": _("There is no money for it"),
    "refused": _("Refused, with a reason"),
    "other_body": _("Another body answers for this"),
    "referred": _("Referred"),
    "withdrawn": _("Taken back by the reporter"),
    "no_response": _("No answer came"),
    "duplicate": _("Joined with another report"),
}
THEIR_STATES = {
    "received": "open",
    "acknowledged": "investigating",
    "working": "in_progress",
    "waiting": "in_progress",
    "merged": "duplicate",
}
THEIR_ENDINGS = {
    "fixed": "fixed",
    "settled": "fixed",
    "answer": "closed",
    "resolved_itself": "fixed",
    "not_upheld": "no_further_action",
    "no_budget": "no_further_action",
    "refused": "no_further_action",
    "other_body": "not_councils_responsibility",
    "referred": "internal_referral",
    "duplicate": "duplicate",
}
ENDED = ("answered", "closed")


def state_words(code: str, outcome: str = "") -> str:
    """The state in words, with how it ended where it has; a state that has none by its code."""
    words = str(STATES.get(code, code))
    return f"{words}: {OUTCOMES[outcome]}" if code in ENDED and outcome in OUTCOMES else words


def theirs(code: str, outcome: str, is_open: bool) -> str:
    """What FixMyStreet calls it."""
    if code in ENDED:
        return THEIR_ENDINGS.get(outcome, "open" if is_open else "closed")
    return THEIR_STATES.get(code, "open" if is_open else "closed")
