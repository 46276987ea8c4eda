"""An answer that nobody judges stands as what it is: the office's claim, confirmed by nobody."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import ANSWERED, CLOSED, DAYS_TO_JUDGE, Misstep, stands_unjudged
from samleng.answers.cases.steps import changed, locked, told, write_step
from samleng.answers.cases.wording import held, refuse
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import is_system
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import verb


@verb
def let_stand(*, by: Actor, case: Case, today: date | None = None) -> Case:
    """Close a case whose answer waited four weeks for a verdict: as claimed only, with no verdict made up.

    The clock alone does it. Whoever reported can still say how it was, and then the case wakes.
    """
    if not is_system(by):
        raise Denied
    case = locked(case)
    held(story.live, case.standing)
    day = today or timezone.localdate()
    if case.state != ANSWERED or case.answered_on is None or not stands_unjudged(case.answered_on, day):
        refuse(Misstep("not_answered"))
    case.state, case.closed_on = CLOSED, day
    step = write_step(by, case, "stand", code=case.outcome)
    changed(case, "state", "closed_on")
    told(by, case, "let_stand", step, outcome=case.outcome)
    return case


def lapse(today: date | None = None, batch: int = 500) -> int:
    """Let every answer stand that has waited long enough; how many."""
    day = today or timezone.localdate()
    waiting = Case.objects.filter(state=ANSWERED, answered_on__lte=day - timedelta(days=DAYS_TO_JUDGE))
    done = 0
    while cases := list(waiting.order_by("answered_on", "pk")[:batch]):
        for case in cases:
            let_stand(by=SYSTEM, case=case, today=day)
        done += len(cases)
    return done
