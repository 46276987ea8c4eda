"""Which ledger rows are told to whom; pure data, so that it can be read by anyone who asks."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


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
    "cases.mark_urgent": Telling("case_urgent", ("keeper", "triagers")),
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


# --- alerts ------------------------------------------------------------------------------------------------

# By what a subscription is told.
EMAIL, PUSH, CHAT = "email", "push", "telegram"
# How far around a point somebody may watch; and the level of the squares that the index holds.
REACHES = (500, 1000, 2000, 5000)
METRES_IN_DEGREE = 111_320.0
SQUARES = 15
NORTH = 85.0
# Older reports are no news, when a site takes in its past.
NEWS_DAYS = 30
# A letter that asks "is this you?" goes to one address so often at most, and its link works so long.
ASK_AGAIN_MINUTES = 60
CONFIRM_DAYS = 7
# So many reports stand in one message; what is more is only counted.
MOST_IN_A_LETTER = 20
# Who brings news has so long before somebody else does: a worker may be ended on its way.
MINUTES_TO_BRING = 5
# So long a link into a chat waits to be opened.
OPEN_MINUTES = 60
CONFIRM, END = "confirm", "end"


def square_key(latitude: float, longitude: float) -> int:
    """The key of the square of the map that holds a point."""
    return -1 - numbered(column(longitude), row(latitude))


def numbered(x: int, y: int) -> int:
    return y * 2**SQUARES + x


def column(longitude: float) -> int:
    return min(2**SQUARES - 1, max(0, int((longitude + 180) / 360 * 2**SQUARES)))


def row(latitude: float) -> int:
    bent = math.radians(min(NORTH, max(-NORTH, latitude)))
    down = (1 - math.log(math.tan(bent) + 1 / math.cos(bent)) / math.pi) / 2
    return min(2**SQUARES - 1, max(0, int(down * 2**SQUARES)))


def square_keys(latitude: float, longitude: float, metres: int) -> list[int]:
    """The keys of every square that a circle may touch."""
    high = metres / METRES_IN_DEGREE
    wide = high / max(0.05, math.cos(math.radians(latitude)))
    return [
        -1 - numbered(x, y)
        for y in range(row(latitude + high), row(latitude - high) + 1)
        for x in range(column(longitude - wide), column(longitude + wide) + 1)
    ]


def apart(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two points, on the flat."""
    north = (latitude - other_latitude) * METRES_IN_DEGREE
    east = (longitude - other_longitude) * METRES_IN_DEGREE * math.cos(math.radians(latitude))
    return math.hypot(north, east)


def token_for(what: str, subscription: UUID, key: bytes) -> str:
    """The last part of a link by which an owner confirms or ends a subscription; nothing of it is kept."""
    return f"{subscription.hex}{stamp(what, subscription, key)}"


def stamp(what: str, subscription: UUID, key: bytes) -> str:
    made = hmac.new(key, f"{what}:{subscription.hex}".encode(), hashlib.sha256)
    return made.hexdigest()[:32]


def read_token(what: str, token: str, key: bytes) -> UUID | None:
    """The subscription that a link is for; None for a link that was never given."""
    if len(token) != 64 or not token.isascii():
        return None
    try:
        found = UUID(hex=token[:32])
    except ValueError:
        return None
    return found if hmac.compare_digest(token[32:], stamp(what, found, key)) else None
