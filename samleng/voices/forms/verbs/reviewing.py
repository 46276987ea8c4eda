"""What somebody entitled finds of a record: approved, rejected, has issues; and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from samleng.ground.people.rules import Acting, scope_of
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor, fresh_id
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean, filled
from samleng.voices.forms.models import Form, Review, ReviewState, Submission, SubmissionQuerySet

LONGEST_COMMENT = 2000


@verb
def review(*, by: Actor, submission: Submission, state: str = "", comment: str = "") -> Review:
    """Note a finding of a record, a comment on it, or both; the same again by the same person is the same.

    `submission` is any version of the record. The record does not change: what a correction brings is
    "edited" until somebody looks again.
    """
    may_review(by, submission)
    comment = clean(comment)
    check_said(state, comment)
    mine = UUID(by.person) if isinstance(by, Acting) and by.person else None
    first = Submission.objects.lean().select_for_update().get(pk=submission.first_id or submission.pk)
    last = Review.objects.filter(record=first).order_by("-id").first()
    if last and (last.state, last.comment, last.person_id) == (state, comment, mine):
        newest = Submission.objects.filter(first=first).order_by("-id").values_list("received_at", flat=True)
        if not any(at > last.at for at in newest[:1]):
            return last
    made = Review.objects.create(id=fresh_id(), record=first, state=state, comment=comment, person_id=mine)
    facts = {"state": state} if state else {}
    record(by=by, verb="forms.review", thing=first, owner=first.form.owner_key, facts=facts, tell=())
    return made


def may_review(by: Actor, submission: Submission) -> None:
    require(
        by,
        "forms.review",
        owner=submission.form.owner_key,
        path=submission.place.path,
        implementer=submission.implementer_id,
    )


def check_said(state: str, comment: str) -> None:
    if state and state not in ReviewState.values:
        raise Refusal(
            filled(_("“%(state)s” is no finding about a record."), state=state[:40]),
            field="reviewState",
            remedy=_("It is received, edited, hasIssues, approved or rejected."),
            code="unknown",
        )
    if not state and not comment:
        raise Refusal(
            _("Nothing is said about the record."),
            field="body",
            remedy=_("Write a comment, or say what you find of the record."),
            code="empty",
        )
    if len(comment) > LONGEST_COMMENT:
        raise Refusal(
            filled(_("The comment is longer than %(most)d letters."), most=LONGEST_COMMENT),
            field="body",
            remedy=_("Shorten it."),
            code="too_long",
        )


def readable(by: Actor, form: Form) -> SubmissionQuerySet:
    """The records of a form that somebody may read: those of their area and their implementer."""
    return SubmissionQuerySet(Submission).filter(form=form).within(scope_of(by, "forms.read"))


def findings(records: Sequence[Any]) -> None:
    """Give each record its `found`: its state now, "" for one that nobody has looked at; one query for all.

    A correction that came after the last finding makes the record "edited" again.
    """
    first = {UUID(str(row.first_id or row.pk)): row for row in records}
    last: dict[UUID, tuple[str, datetime | None]] = {}
    rows = Review.objects.filter(record__in=first).exclude(state="").order_by("id")
    for pk, state, at in rows.values_list("record", "state", "at"):
        last[pk] = (state, at)
    for pk, row in first.items():
        state, found_at = last.get(pk, ("", None))
        if row.supersedes_id and (found_at is None or found_at < row.received_at):
            state = ReviewState.EDITED
        row.found = "" if state == ReviewState.RECEIVED else str(state)
