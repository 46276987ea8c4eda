"""An answer that nobody judges for four weeks stands as claimed; nobody's verdict is made up for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules.story import DAYS_TO_JUDGE
from samleng.answers.cases.verbs.answering import answer
from samleng.answers.cases.verbs.following import judge
from samleng.answers.cases.verbs.lapsing import lapse, let_stand
from samleng.ground.people.permission import Denied
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.verbs import keep
from samleng.kit.words.refusals import Refusal
from tests.answers.land import picture
from tests.town import Town


def answered(town: Town):
    received = town.file("dump")
    proof = keep(by=town.by(town.boss), file=picture(), kind="photo", owner=received.case.owner_key)
    answer(by=town.by(town.boss), case=received.case, outcome="fixed", evidence=[proof])
    return received


def later(days: int):
    return timezone.localdate() + timedelta(days=days)


def test_it_closes_as_claimed_only(town: Town):
    case = answered(town).case
    assert lapse(later(DAYS_TO_JUDGE - 1)) == 0
    assert lapse(later(DAYS_TO_JUDGE)) == 1
    case = town.again(case)
    assert (case.state, case.outcome, case.verdict) == ("closed", "fixed", "")
    assert lapse(later(DAYS_TO_JUDGE + 1)) == 0
    assert list(case.steps.values_list("kind", "party").order_by("at"))[-1] == ("stand", "clock")


def test_it_is_not_counted_as_mended_for_everyone(town: Town):
    answered(town)
    lapse(later(DAYS_TO_JUDGE))
    follow_all()
    assert (Pin.objects.get().group, Pin.objects.get().outcome) == ("closed", "claimed")


def test_it_wakes_when_its_reporter_comes_after_all(town: Town):
    received = answered(town)
    lapse(later(DAYS_TO_JUDGE))
    assert judge(by=town.reporter(received), verdict="not").state == "working"


def test_it_leaves_alone_what_is_open_or_judged(town: Town):
    town.file("dump")
    judge(by=town.reporter(answered(town)), verdict="fixed")
    assert lapse(later(400)) == 0
    with pytest.raises(Refusal):
        let_stand(by=SYSTEM, case=Case.objects.get(state="received"), today=later(400))


def test_it_is_done_by_the_clock_alone(town: Town):
    case = answered(town).case
    with pytest.raises(Denied):
        let_stand(by=town.by(town.boss), case=case, today=later(DAYS_TO_JUDGE))
