"""The states of a case, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep, Standing

standings = some.builds(
    Standing,
    state=some.sampled_from(story.STATES),
    kind=some.sampled_from(["complaint", "report", "question"]),
    jurisdiction=some.sampled_from(["", *story.JURISDICTIONS]),
    outcome=some.sampled_from(["", *story.OUTCOMES]),
    paused=some.booleans(),
    acknowledged=some.booleans(),
)


@given(standings, some.sampled_from(story.VERDICTS))
def test_it_closes_only_what_its_reporter_finds_fixed(now: Standing, verdict: str):
    try:
        state = story.after_verdict(now, verdict)
    except Misstep:
        return
    assert (state == story.CLOSED) == (verdict == "fixed")


@given(standings, some.sampled_from(story.VERDICTS))
def test_it_never_loses_a_case_that_somebody_is_not_content_with(now: Standing, verdict: str):
    if verdict == "fixed" or now.state == story.MERGED:
        return
    try:
        assert story.after_verdict(now, verdict) in story.OPEN
    except Misstep as step:
        assert step.code == "not_answered" and now.state in story.OPEN


@given(standings, some.sampled_from(story.CLAIMED), some.booleans(), some.booleans(), some.text(max_size=3))
def test_it_lets_nobody_answer_silently_or_without_what_is_asked(
    now: Standing, outcome: str, evidence: bool, wanted: bool, reason: str
):
    try:
        story.may_answer(now, outcome, evidence=evidence, evidence_wanted=wanted, reason=reason)
    except Misstep:
        return
    assert now.state in story.OPEN
    assert evidence or not wanted or outcome not in story.DONE
    assert reason.strip() or outcome in story.DONE


def test_it_knows_no_other_verdict():
    with pytest.raises(Misstep) as missed:
        story.after_verdict(Standing(state="answered", kind="report"), "perfect")
    assert missed.value.code == "verdict"
