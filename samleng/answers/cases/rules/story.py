"""The states a case goes through, what may follow on what, and who may say so. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from samleng.kit.words.refusals import Misstep

# Where a case stands. "answered" is the office's claim; only the reporter's verdict or time closes it.
RECEIVED, ACKNOWLEDGED, WORKING, WAITING = "received", "acknowledged", "working", "waiting"
ANSWERED, CLOSED, MERGED = "answered", "closed", "merged"
STATES: Final = (RECEIVED, ACKNOWLEDGED, WORKING, WAITING, ANSWERED, CLOSED, MERGED)
OPEN: Final = frozenset({RECEIVED, ACKNOWLEDGED, WORKING, WAITING})
# What still may move: an answer can be disputed, a closed case opened again.
LIVE: Final = OPEN | {ANSWERED}

# Whose matter it is: the first decision about a complaint.
OURS = "ours"
JURISDICTIONS: Final = (OURS, "other_level", "ministry", "court_police", "anti_corruption")
# How it ended, said honestly.
FIXED, SETTLED, ANSWER = "fixed", "settled", "answer"
OUTCOMES: Final = (
    FIXED, SETTLED, ANSWER, "resolved_itself", "not_upheld", "no_budget", "refused", "other_body", "referred",
    "withdrawn", "no_response", "duplicate",
)  # fmt: skip
# Endings an office may claim; the others follow from what reporters and clocks do.
CLAIMED: Final = (
    FIXED, SETTLED, ANSWER, "resolved_itself", "not_upheld", "no_budget", "refused", "other_body", "referred",
)  # fmt: skip
# Endings that say the thing itself is done, and so want a picture where the category asks for one.
DONE: Final = frozenset({FIXED, SETTLED})

# What the person who reported finds.
VERDICTS: Final = ("fixed", "half", "not", "ignored", "refused")
CONTENT: Final = frozenset({"fixed"})
REOPENS: Final = frozenset({"half", "not", "ignored", "refused"})

# The reason every profile gives a clock that stands until the reporter answers.
ASKED = "reporter"
# Days (not working days) after an answer without a verdict, until it stands as claimed only.
DAYS_TO_JUDGE: Final = 28

# Why an office takes a case before others; the first of all is what its category says by itself.
BY_CATEGORY: Final = "category"
URGENT: Final = ("life", "health", "child", "grows", "day")

OFFICE, REPORTER, NEIGHBOUR, CLOCK = "office", "reporter", "neighbour", "clock"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a case stands, as the rules need it."""

    state: str
    kind: str
    jurisdiction: str = ""
    outcome: str = ""
    paused: bool = False
    acknowledged: bool = False


def live(now: Standing) -> Standing:
    """The same, if anything may still happen to it."""
    if now.state == MERGED:
        raise Misstep("merged")
    if now.state == CLOSED:
        raise Misstep("closed")
    return now


def may_acknowledge(now: Standing) -> None:
    live(now)
    if now.acknowledged:
        raise Misstep("acknowledged")


def may_work(now: Standing) -> None:
    """Work, questions and notes need no order; they only need a case that lives."""
    live(now)


def may_answer(now: Standing, outcome: str, *, evidence: bool, evidence_wanted: bool, reason: str) -> str:
    """The outcome an office claims, if it may: a complaint first needs a decision whose matter it is."""
    live(now)
    if now.state == ANSWERED:
        raise Misstep("answered")
    if outcome not in CLAIMED:
        raise Misstep("outcome", "outcome")
    if now.kind == "complaint" and not now.jurisdiction and outcome not in ("other_body", "referred"):
        raise Misstep("jurisdiction", "jurisdiction")
    if outcome in DONE and evidence_wanted and not evidence:
        raise Misstep("evidence", "evidence")
    if outcome not in DONE and not reason.strip():
        raise Misstep("reason", "words")
    return outcome


def may_take_back(now: Standing) -> None:
    """Only an answer that nobody judged yet."""
    live(now)
    if now.state != ANSWERED:
        raise Misstep("not_answered")


def may_mark_urgent(now: Standing, why: str) -> None:
    """Only what still waits for an answer comes before others, and for a reason of the list."""
    live(now)
    if now.state == ANSWERED:
        raise Misstep("answered")
    if why not in URGENT:
        raise Misstep("urgent_why", "why")


def may_resume(now: Standing) -> None:
    live(now)
    if not now.paused:
        raise Misstep("not_paused")


def after_verdict(now: Standing, verdict: str) -> str:
    """The state a reporter's verdict leads to: content closes, everything else goes back to the office."""
    if verdict not in VERDICTS:
        raise Misstep("verdict", "verdict")
    if now.state == MERGED:
        raise Misstep("merged")
    if now.state in OPEN and verdict in ("half", "not", "refused"):
        raise Misstep("not_answered", "verdict")
    if verdict in CONTENT:
        return CLOSED
    if now.state in OPEN:
        return now.state
    return WORKING


def stands_unjudged(answered_on: date, today: date) -> bool:
    """Whether an answer has waited so long for a verdict that it stands as what it is: a claim."""
    return (today - answered_on).days >= DAYS_TO_JUDGE


def starting_state() -> str:
    return RECEIVED


def moved_state(now: Standing) -> str:
    """The state of a case in the hands of a new office: received again, by it."""
    live(now)
    return RECEIVED
