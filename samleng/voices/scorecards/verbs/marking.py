"""Marking what has to be corrected, and writing down what answered it when the card comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import clean, filled
from samleng.voices.scorecards.marks import returned
from samleng.voices.scorecards.models import Mark, Scorecard, Sheet
from samleng.voices.scorecards.pinned import folded, method_of
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.marks import SETUP, WHOLE
from samleng.voices.scorecards.rules.vocabulary import LONGEST_TEXT

MOST_MARKS = 60


def mark(
    card: Scorecard, sheet: Sheet, reason: str, marks: Sequence[Mapping[str, str]], *, by: Actor
) -> list[Mark]:
    """Lay the marks on the sheet; Refusals naming each one that cannot stand, by its place in the list."""
    asked = [(str(one["field"]), clean(one["reason"])) for one in marks]
    if general := clean(reason):
        asked.append((WHOLE, general))
    if wrong := wrong_with(card, asked):
        raise wrong[0] if len(wrong) == 1 else Refusals(wrong)
    last = card.lines.order_by("-id").values_list("id", flat=True).first() or 0
    now = timezone.now()
    return Mark.objects.bulk_create(
        [
            Mark(
                scorecard=card,
                sheet=sheet,
                field=field,
                reason=why,
                after=last,
                by=by.key,
                # A microsecond apart, so that they stay in the order they were made.
                at=now + timedelta(microseconds=n),
            )
            for n, (field, why) in enumerate(asked)
        ]
    )


def wrong_with(card: Scorecard, asked: Sequence[tuple[str, str]]) -> list[Refusal]:
    """Everything that keeps these (field, reason) from being marked."""
    wrong = [refusal for row, one in enumerate(asked, 1) if (refusal := unfit(*one, row))]
    known = fields_of(card, folded(card))
    wrong += [
        Refusal(_("This cannot be marked."), field=field, row=row, code="unknown")
        for row, (field, _reason) in enumerate(asked, 1)
        if field not in known
    ]
    if len({field for field, _reason in asked}) < len(asked):
        wrong.append(Refusal(_("The same thing is marked twice."), field="marks", code="twice"))
    if len(asked) > MOST_MARKS:
        wrong.append(Refusal(filled(_("At most %(value)s things can be marked."), value=MOST_MARKS)))
    if not asked:
        wrong.append(
            Refusal(_("A reason is needed."), field="reason", remedy=_("Say what should be corrected."))
        )
    return wrong


def unfit(field: str, reason: str, row: int) -> Refusal | None:
    """What is wrong with a reason."""
    if not reason:
        return Refusal(
            _("A reason is needed."),
            field=field,
            row=row,
            remedy=_("Say what should be looked at, so that it can be put right."),
        )
    if len(reason) > LONGEST_TEXT:
        return Refusal(
            filled(_("The text is longer than %(value)s letters."), value=LONGEST_TEXT), field=field, row=row
        )
    return None


def fields_of(card: Scorecard, written: Card) -> set[str]:
    """Every field of a card that can be marked: what is written on it, and what could be."""
    method = method_of(card)
    listed = {c.code for c in method.criteria_for(card.service.code, card.side, card.place.kind.code)}
    criteria = listed | set(written.custom)
    return {
        *(WHOLE, "people", "raised", "priorities", "ballots", "photos"),
        *(f"setup:{key}" for key in SETUP),
        *(f"person:{uid}" for uid in written.people),
        *(f"custom:{code}" for code in written.custom),
        *(f"{kind}:{criterion}" for kind in ("counts", "reflect") for criterion in criteria),
        *(f"photo:{pk}" for pk in card.photos.values_list("pk", flat=True)),
    }


def unanswered(card: Scorecard) -> list[Refusal]:
    """The marks that still keep a card from being sent in again."""
    return [
        Refusal(
            _("Something is still to be corrected."),
            field=f"mark:{one.mark.field}",
            remedy=_("Correct it, or say that it is right as it is."),
            code="marked",
        )
        for one in returned(card)
        if one.open
    ]


def settle(card: Scorecard) -> None:
    """Write down what answered the marks, so that it is known when the lines have been erased."""
    answered = []
    for one in returned(card):
        if one.answer is not None and one.mark.answered_at is None:
            one.mark.answered_by = one.answer.by
            one.mark.answered_at = datetime.fromisoformat(one.answer.at)
            one.mark.answer = one.answer.words
            answered.append(one.mark)
    Mark.objects.bulk_update(answered, ["answered_by", "answered_at", "answer"])
