"""Which ledger rows are told to whom; pure data, so that it can be read by anyone who asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Telling:
    """A kind of notice and who gets it.

    `to` is "seats:<verb>" (whoever may do the verb to the thing), "lead", "asker", "office" (the
    office that promised), "next_office" (the one it was put to) or "members" (who watch the plan).
    """

    kind: str
    to: tuple[str, ...]


TELLINGS: dict[str, Telling] = {
    "scorecards.plan": Telling("card_planned", ("lead",)),
    "scorecards.submit": Telling("card_to_review", ("seats:scorecards.review",)),
    "scorecards.send_back": Telling("card_sent_back", ("lead",)),
    "scorecards.complete": Telling("card_completed", ("lead",)),
    "scorecards.ask_change": Telling("request_to_decide", ("seats:scorecards.decide",)),
    "scorecards.ask_unlock": Telling("request_to_decide", ("seats:scorecards.decide",)),
    "scorecards.decide": Telling("request_answered", ("asker",)),
    "actions.promise": Telling("promise_given_to_you", ("office",)),
    "actions.claim": Telling("claim_to_confirm", ("members", "seats:actions.confirm")),
    "actions.confirm": Telling("claim_answered", ("office",)),
    "actions.escalate": Telling("put_to_you", ("next_office",)),
    "plans.adopt": Telling("plan_adopted", ("members", "office")),
    "plans.appoint": Telling("you_watch_a_plan", ("members",)),
}

# Days before (negative) and after the due day on which the owner of a promise is reminded.
REMINDERS = (-14, 0, 14, 30, 60, 90)
