"""Which ledger rows are told to whom; pure data, so that it can be read by anyone who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Telling:
    """A kind of notice and who gets it.

    `to` is "seats:<verb>" (whoever may do the verb to the thing), "lead", "asker", "office" (the
    offices that answer for the promise now), "promiser" (the one that promised), "next_office" (the one
    it was put to), "facility_office" (the office of the facility that met), "members" (who watch the
    plan), "member" (the one appointed) or "judges" (who may say whether a claim is true: facilitators of
    the place and members, never the claiming office). Of a case: "triagers" (who decide at its office whose
    it is), "given" (whom it was given to), "keeper" (who has it; as long as nobody has, the triagers) and
    "advised" (the authority that an ombudsman advises). `once`: told again of the same thing, it is silent.
    """

    kind: str
    to: tuple[str, ...]
    once: bool = False


TELLINGS: dict[str, Telling] = {
    "scorecards.plan": Telling("card_planned", ("lead",)),
    "scorecards.submit": Telling("card_to_review", ("seats:scorecards.review",)),
    "scorecards.send_back": Telling("card_sent_back", ("lead",)),
    "scorecards.complete": Telling("card_completed", ("lead",)),
    "scorecards.ask_change": Telling("request_to_decide", ("seats:scorecards.decide",)),
    "scorecards.ask_unlock": Telling("request_to_decide", ("seats:scorecards.decide",)),
    "scorecards.decide": Telling("request_answered", ("asker",)),
    # A meeting is opened anew by each correction of its cards or its day.
    "plans.hold_meeting": Telling("meeting_open", ("facility_office",), once=True),
    "plans.close_meeting": Telling("meeting_closed", ("facility_office",)),
    "actions.promise": Telling("promise_given_to_you", ("office",)),
    "actions.claim": Telling("claim_to_confirm", ("judges",)),
    "actions.confirm": Telling("claim_answered", ("office", "promiser")),
    "actions.dispute": Telling("claim_disputed", ("office", "promiser")),
    "actions.escalate": Telling("put_to_you", ("next_office",)),
    "actions.answer_escalation": Telling("matter_answered", ("promiser",)),
    "actions.extend": Telling("more_time", ("office", "members")),
    "actions.supersede": Telling("worded_anew", ("office", "members")),
    "actions.drop": Telling("promise_dropped", ("judges",)),
    "plans.adopt": Telling("plan_adopted", ("members", "office")),
    "plans.appoint": Telling("you_watch_a_plan", ("member",)),
    "cases.receive": Telling("case_to_triage", ("triagers",)),
    "cases.split": Telling("case_to_triage", ("triagers",)),
    "cases.assign": Telling("case_given_to_you", ("given",)),
    "cases.transfer": Telling("case_came_to_you", ("triagers",)),
    "cases.escalate": Telling("case_came_to_you", ("triagers",)),
    "cases.reply": Telling("case_reply", ("keeper",)),
    "cases.judge": Telling("case_judged", ("keeper",)),
    "cases.still_there": Telling("case_judged", ("keeper",)),
    "cases.could_not": Telling("crew_could_not", ("keeper",)),
    "cases.recommend": Telling("advice_to_answer", ("advised",)),
    "cases.respond": Telling("advice_answered", ("keeper",)),
}

# What the reporters of a case are told of, through the way they left: that something moved, never what.
MOVES = frozenset(
    {
        *("cases.acknowledge", "cases.decide", "cases.write_to", "cases.answer", "cases.pause"),
        *("cases.extend", "cases.transfer", "cases.escalate", "cases.merge", "cases.mediate"),
        *("cases.recommend", "cases.respond", "cases.let_stand", "cases.promised", "cases.promise_kept"),
        *("cases.promise_dropped", "cases.take_answer_back"),
    }
)
# How often a message is tried, and after how many minutes the next time.
WAITS = (1, 5, 30, 120, 720, 1440)


def next_wait(tries: int) -> int | None:
    """Minutes until the next try after so many failed; None: it is given up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


# Days a reminder may come late, when the worker stood still; its key makes sure that it comes once.
CATCH_UP = 6
# Kinds of reminders: who owns the next step of a promise, and what is counted from.
FALLS_DUE, IS_LATE = "promise_falls_due", "promise_is_late"
UNANSWERED, UNCONFIRMED = "matter_unanswered", "claim_unconfirmed"


def due_reminder(since: date, days: Iterable[int], today: date) -> int | None:
    """Which of the days counted from `since` is reminded of today, if one is."""
    passed = (today - since).days
    return next((day for day in sorted(days, reverse=True) if 0 <= passed - day <= CATCH_UP), None)
