"""What reviewers find of records: states and comments beside them, never a change of the record itself."""

from __future__ import annotations

import pytest

from samleng.kit.ledger.models import Entry
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.models import Form, Review, Submission
from samleng.voices.forms.verbs.reviewing import findings, review
from tests.voices.forms.asked import opened, record, sent
from tests.world import World


@pytest.fixture
def form(world: World) -> Form:
    return opened(world)


@pytest.fixture
def row(world: World, form: Form) -> Submission:
    return sent(world, record(instance="uuid:1")).submission


def found(row: Submission) -> str:
    findings([row])
    return str(row.found)  # type: ignore[attr-defined]


def test_it_follows_the_last_finding(world: World, row: Submission) -> None:
    by = world.by(world.officer)
    assert found(row) == ""
    for state in ("hasIssues", "approved", "rejected"):
        review(by=by, submission=row, state=state)
        assert found(row) == state
    review(by=by, submission=row, state="received")
    assert found(row) == ""
    assert Review.objects.count() == 4


def test_it_is_edited_when_a_correction_came_after_the_finding(world: World, row: Submission) -> None:
    by = world.by(world.officer)
    review(by=by, submission=row, state="hasIssues", comment="The name is missing.")
    fixed = sent(world, record(instance="uuid:2", corrects="uuid:1")).submission
    assert found(fixed) == "edited"
    review(by=by, submission=fixed, state="approved")
    assert found(fixed) == "approved"
    assert {one.record_id for one in Review.objects.all()} == {row.pk}, "all at the record they go back to"


def test_it_keeps_the_same_said_twice_once_and_says_it_anew_after_a_correction(
    world: World, row: Submission
) -> None:
    by = world.by(world.officer)
    first = review(by=by, submission=row, state="hasIssues", comment="ខ្វះឈ្មោះ")
    assert review(by=by, submission=row, state="hasIssues", comment=" ខ្វះឈ្មោះ ") == first
    fixed = sent(world, record(instance="uuid:2", corrects="uuid:1")).submission
    assert review(by=by, submission=fixed, state="hasIssues", comment="ខ្វះឈ្មោះ") != first
    assert found(fixed) == "hasIssues"


def test_it_comments_without_a_finding_and_never_writes_the_words_into_the_ledger(
    world: World, row: Submission
) -> None:
    by = world.by(world.officer)
    review(by=by, submission=row, state="approved")
    review(by=by, submission=row, comment="call the chief")
    assert found(row) == "approved"
    looked = Entry.objects.filter(verb="forms.review")
    assert looked.count() == 2 and "chief" not in str(list(looked.values()))


@pytest.mark.parametrize(
    ("state", "comment", "field"),
    [("fine", "", "reviewState"), ("", " \u200b\x00", "body"), ("", "", "body"), ("", "x" * 2001, "body")],
)
def test_it_refuses_what_says_nothing_or_too_much(
    world: World, row: Submission, state: str, comment: str, field: str
) -> None:
    comment = comment.replace("\u200b", "")
    with pytest.raises(Refusal) as caught:
        review(by=world.by(world.officer), submission=row, state=state, comment=comment)
    assert caught.value.field == field and str(caught.value.remedy)
    assert not Review.objects.exists()
