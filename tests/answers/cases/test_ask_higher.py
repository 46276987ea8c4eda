"""A reporter asks for the next office: when its day has passed, or when they found the answer wanting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.models import Case, Tenure
from samleng.answers.cases.verbs.answering import answer
from samleng.answers.cases.verbs.following import approve, ask_higher, judge
from samleng.kit.words.refusals import Refusal
from tests.town import Town

pytestmark = pytest.mark.django_db


def late() -> None:
    Case.objects.update(next_due=timezone.localdate() - timedelta(days=1))


def test_it_waits_for_the_office_while_it_has_time(town: Town) -> None:
    received = town.file("dump")
    with pytest.raises(Refusal, match="still has time") as refused:
        ask_higher(by=town.reporter(received))
    assert refused.value.code == "too_early"
    assert town.again(received.case).office == town.sweepers


def test_it_takes_a_late_case_up_with_a_new_clock(town: Town) -> None:
    received = town.file("dump")
    late()
    case = ask_higher(by=town.reporter(received))
    assert case.office == town.shire and case.rung == 1
    assert case.next_due is not None and case.next_due > timezone.localdate()
    assert Tenure.objects.get(case=case, until=None).why == "disputed"
    with pytest.raises(Refusal):
        ask_higher(by=town.reporter(received))


def test_it_takes_a_disputed_answer_up(town: Town) -> None:
    received = town.file("dump")
    answer(by=town.by(town.boss), case=received.case, outcome="resolved_itself", words="gone")
    judge(by=town.reporter(received), verdict="not")
    assert ask_higher(by=town.reporter(received)).office == town.shire


def test_it_takes_sealed_words_up_only_as_they_were_approved(town: Town) -> None:
    received = town.file("slow")
    late()
    with pytest.raises(Refusal) as refused:
        ask_higher(by=town.reporter(received))
    assert refused.value.code == "not_approved"
    approve(by=town.reporter(received), words="Nobody came.")
    assert ask_higher(by=town.reporter(received)).office == town.ombudsman


def test_it_stays_at_the_top(town: Town) -> None:
    received = town.file("dump")
    late()
    ask_higher(by=town.reporter(received))
    late()
    with pytest.raises(Refusal) as refused:
        ask_higher(by=town.reporter(received))
    assert refused.value.code == "top"
