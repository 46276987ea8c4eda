"""What an office takes in itself: an answer given at once, and the facts of a letter."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from samleng.answers.cases.models import Case, Letter
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.seeing import COUNTER
from samleng.answers.cases.steps import changed, locked, told, words_of, write_step
from samleng.answers.cases.timing import CLOCK, review_day, start_clock
from samleng.answers.cases.verbs.answering import receipt_confirmed, send
from samleng.answers.cases.wording import refuse
from samleng.ground.people.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb

AT_ONCE = frozenset({"question", "suggestion"})


def just_told(by: Actor, case: Case) -> bool:
    """Whether this very person took the case in here today, and nothing else has happened to it."""
    steps = list(case.steps.order_by("at", "pk")[:2])
    return (
        len(steps) == 1
        and steps[0].by == by.key
        and case.opened_on == timezone.localdate()
        and case.heard.filter(how="opened", report__door=COUNTER).exists()
    )


@verb
def answer_at_once(*, by: Actor, case: Case, words: str) -> Case:
    """A question that was answered while its asker stood there is closed with that answer.

    Whoever took it in may do so even where they may not read the office's sealed cases: they heard it.
    """
    case = locked(case)
    require(by, "cases.intake", owner=case.owner_key)
    if case.state == story.CLOSED and case.outcome == story.ANSWER and taken_by(by, case):
        return case
    if case.kind not in AT_ONCE or not just_told(by, case):
        refuse(Misstep("not_at_once"))
    plain = words_of(words, "answer")
    receipt_confirmed(case)
    today = timezone.localdate()
    case.state, case.outcome, case.answered_on, case.closed_on = story.CLOSED, story.ANSWER, today, today
    case.review_by = None
    step = write_step(by, case, "answer", code=story.ANSWER)
    for heard in case.heard.select_related("report"):
        send(by, case, heard, plain)
    changed(case, "state", "outcome", "answered_on", "closed_on", "acknowledged_on", "review_by")
    told(by, case, "answer", step, outcome=story.ANSWER, at_once=True)
    return case


def taken_by(by: Actor, case: Case) -> bool:
    """Whether this person took the case in."""
    first = case.steps.order_by("at", "pk").first()
    return first is not None and first.by == by.key


@verb
def came_as_letter(
    *, by: Actor, case: Case, came_on: date, sheets: int, dated_on: date | None = None
) -> Letter:
    """Write down that a case came as a letter: it counts as told that day, and its clocks run from then."""
    case = locked(case)
    require(by, "cases.intake", owner=case.owner_key)
    kept = Letter.objects.filter(case=case).first()
    if kept is not None:
        return kept
    today = timezone.localdate()
    if came_on > today or (dated_on is not None and dated_on > came_on):
        refuse(Misstep("letter_days", "came_on"))
    if sheets < 1:
        refuse(Misstep("sheets", "sheets"))
    if not taken_by(by, case):
        refuse(Misstep("not_at_once"))
    made = Letter.objects.create(case=case, dated_on=dated_on, came_on=came_on, sheets=sheets, by=by.key)
    case.opened_on = came_on
    if came_on < today:
        case.opened_at = timezone.make_aware(datetime.combine(came_on, time(12)))
    start_clock(case, came_on)
    if case.review_by is not None:
        case.review_by = review_day(came_on)
    changed(case, "review_by", "opened_on", "opened_at", *CLOCK)
    told(by, case, "letter", came_on=came_on.isoformat(), sheets=sheets)
    return made
