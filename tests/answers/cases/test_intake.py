"""What an office takes in: a question answered at once is closed, a letter has its own day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.verbs.answering import acknowledge
from samleng.answers.cases.verbs.intake import answer_at_once, came_as_letter
from samleng.ground.people.permission import Denied
from samleng.kit.sealing.verbs import open_text
from samleng.kit.words.refusals import Refusal
from tests.town import Town


def told_at(town: Town, category: str = "ask", person=None, via: str = "counter"):
    by = replace(town.by(person or town.clerk), via=via)
    given = {"on_behalf": True, "helper_consent": "spoken"}
    return by, town.file(category, by=by, office=town.shire, **given).case


def code_of(act, **more) -> str:
    with pytest.raises(Refusal) as refused:
        act(**more)
    return refused.value.code


def test_it_closes_a_question_with_the_answer_that_was_given_at_once(town: Town):
    by, case = told_at(town)
    for _ in range(2):
        case = answer_at_once(by=by, case=case, words="5,000 riel, two days")
    assert (case.state, case.outcome, case.next_due) == ("closed", "answer", None)
    message = case.messages.get()
    assert open_text(message.sealed, town.opener(town.mayor, town.shire)) == "5,000 riel, two days"


def test_it_closes_nothing_that_was_not_just_told_here_or_is_a_complaint(town: Town):
    by, case = told_at(town)
    assert code_of(answer_at_once, by=town.by(town.mayor), case=case, words="x") == "not_at_once"
    acknowledge(by=town.by(town.mayor), case=case)
    assert code_of(answer_at_once, by=by, case=case, words="x") == "not_at_once"
    by, complaint = told_at(town, "slow")
    assert code_of(answer_at_once, by=by, case=complaint, words="x") == "not_at_once"
    with pytest.raises(Denied):
        answer_at_once(by=town.by(town.boss), case=complaint, words="x")


def test_it_runs_a_letter_s_clock_from_the_day_it_came(town: Town):
    by, case = told_at(town, "slow", via="letter")
    due = case.resolve_by
    came = timezone.localdate() - timedelta(days=14)
    for _ in range(2):
        letter = came_as_letter(by=by, case=case, came_on=came, dated_on=came - timedelta(days=2), sheets=3)
    case = town.again(case)
    assert (letter.sheets, case.clock_from, case.opened_on) == (3, came, came) and case.resolve_by < due


def test_it_wants_days_of_a_letter_that_fit_together_and_its_sheets(town: Town):
    by, case = told_at(town, "slow", via="letter")
    today = timezone.localdate()
    for came, dated in ((today + timedelta(days=1), None), (today, today + timedelta(days=1))):
        given = {"came_on": came, "dated_on": dated, "sheets": 1}
        assert code_of(came_as_letter, by=by, case=case, **given) == "letter_days"
    assert code_of(came_as_letter, by=by, case=case, came_on=today, sheets=0) == "sheets"
    given = {"case": case, "came_on": today, "sheets": 1}
    assert code_of(came_as_letter, by=town.by(town.mayor), **given) == "not_at_once"


def test_it_counts_the_review_of_a_public_letter_from_the_day_it_came(town: Town):
    by = replace(town.by(town.mayor), via="letter")
    given = {"on_behalf": True, "helper_consent": "signed"}
    case = town.file("dump", by=by, office=town.shire, **given).case
    due, came = case.review_by, timezone.localdate() - timedelta(days=30)
    came_as_letter(by=by, case=case, came_on=came, sheets=1)
    case.refresh_from_db()
    assert case.review_by < timezone.localdate() < due
