"""An ombudsman brings both sides together, advises, and the authority answers or stays silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.verbs.mediating import mediate, recommend, respond
from samleng.kit.sealing.verbs import NotReadable, open_text
from samleng.kit.words.refusals import Refusal
from tests.answers.cases.test_answering import code_of
from tests.town import Town

SOON = timedelta(days=10)


def put(town: Town, case, **given):
    facts = {"to": town.shire, "words": "Refund the fee", "answer_by": timezone.localdate() + SOON}
    return recommend(by=town.by(town.sokha), case=case, **{**facts, **given})


def test_it_writes_down_a_sitting_and_leaves_the_case_open(town: Town):
    case = town.file("conduct").case
    sitting = mediate(
        by=town.by(town.sokha),
        case=case,
        held_on=timezone.localdate(),
        parties=["complainant", "office"],
        outcome="agreed",
        minutes="លុយត្រូវសងវិញ",
    )
    assert sitting.parties == ["complainant", "office"]
    assert town.again(case).state == "working"
    assert open_text(sitting.minutes, town.opener(town.sokha, town.ombudsman)) == "លុយត្រូវសងវិញ"


def test_it_knows_no_outcome_before_the_day(town: Town):
    case = town.file("conduct").case
    given = {"by": town.by(town.sokha), "case": case, "held_on": timezone.localdate() + SOON}
    assert code_of(mediate, **given, parties=["office"], outcome="agreed") == "sitting"
    assert code_of(mediate, **given, parties=["my uncle"]) == "parties"
    assert mediate(**given, parties=["office"]).outcome == ""


def test_it_puts_no_word_to_an_authority_that_its_reporter_has_not_let_go(town: Town):
    case = town.file("conduct").case
    with pytest.raises(Refusal) as refused:
        put(town, case)
    assert refused.value.code == "not_approved"


def test_it_advises_the_authority_which_answers_once(town: Town):
    received = town.file("conduct", approved="យកលុយលើស", may_climb=True)
    made = put(town, received.case)
    assert open_text(made.sealed, town.opener(town.mayor, town.shire)) == "Refund the fee"
    assert open_text(made.sealed, town.reporter(received).opener) == "Refund the fee"
    with pytest.raises(NotReadable):
        open_text(received.report.words, town.opener(town.mayor, town.shire))
    by = town.by(town.mayor)
    assert code_of(respond, by=by, recommendation=made, answer="refused") == "reason"
    done = respond(by=by, recommendation=made, answer="accepted", words="យល់ព្រម")
    assert done.answered_on == timezone.localdate()
    assert code_of(respond, by=by, recommendation=made, answer="accepted") == "responded"


def test_it_takes_an_answer_only_from_the_authority_it_was_put_to(town: Town):
    made = put(town, town.file("conduct", approved="x", may_climb=True).case)
    for person in (town.chief, town.boss, town.sokha, town.stranger):
        assert code_of(respond, by=town.by(person), recommendation=made, answer="accepted") == "denied"


def test_it_wants_a_day_for_the_answer_that_has_not_passed(town: Town):
    case = town.file("conduct", approved="x", may_climb=True).case
    with pytest.raises(Refusal) as refused:
        put(town, case, answer_by=timezone.localdate())
    assert refused.value.code == "answer_day"
