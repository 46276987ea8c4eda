"""From the meeting to the record: submit, send back, complete, and forget what has to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from samleng.kit.ledger.permission import Denied, require
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.voices.scorecards.models import Result, Scorecard, Sheet, State
from samleng.voices.scorecards.pinned import counting_of, folded, method_of
from samleng.voices.scorecards.rules import checks, paper
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.statistics import milli
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.verbs.ending import (
    carry_week,
    end_room_votes,
    forget_tickets,
    keep_week,
    still_open,
)
from samleng.voices.scorecards.verbs.laying import take_away
from samleng.voices.scorecards.verbs.marking import mark, settle, unanswered
from samleng.voices.scorecards.verbs.writing import allow, lines_digest, locked, not_running, unready
from samleng.voices.scorecards.wording import NOT_SENT, PAST_REVIEW


@verb
def submit(*, by: Actor, scorecard: Scorecard) -> Sheet:
    """Send the card in: what was written is counted into a sheet, and the card goes to review.

    Sending what was already sent gives the same sheet; after a correction a new sheet supersedes.
    """
    card = locked(scorecard)
    allow(by, card, "scorecards.submit")
    digest = lines_digest(card)
    last = card.sheets.order_by("-number").first()
    if card.state == State.IN_REVIEW and last and last.lines_digest == digest:
        return last
    if card.state != State.RUNNING:
        raise not_running(card)
    written = folded(card)
    missing = unready(written, reflections_required=method_of(card).raising.suggestions_required > 0)
    missing += unanswered(card) + still_open(card)
    if missing:
        raise Refusals(missing)
    settle(card)
    end_room_votes(by, card)
    card.entered_on = card.entered_on or timezone.localdate()
    sheet = count(
        card, written, by=by, number=(last.number + 1 if last else 1), supersedes=last, digest=digest
    )
    card.state = State.IN_REVIEW
    card.submitted_at = timezone.now()
    card.holder = ""
    card.save(update_fields=["state", "submitted_at", "holder", "entered_on"])
    record(
        by=by,
        verb="scorecards.submit",
        thing=card,
        owner=card.owner_key,
        facts={"sheet": str(sheet.pk), "number": sheet.number, "flags": [f["code"] for f in sheet.flags]},
        content=digest,
    )
    return sheet


def count(
    card: Scorecard, written: Card, *, by: Actor, number: int, supersedes: Sheet | None, digest: str
) -> Sheet:
    """Count what was written into a sheet and its results."""
    people = participation(written)
    facts = checks.Facts(
        side=card.side,
        participation=people,
        priorities=written.priorities,
        with_suggestion=frozenset(c for c, r in written.reflections.items() if r.suggestions),
        held_on=card.held_on,
        submitted_on=card.entered_on or timezone.localdate(),
    )
    method = method_of(card)
    sheet = Sheet.objects.create(
        scorecard=card,
        number=number,
        supersedes=supersedes,
        participation={
            "people": people.people,
            "cells": people.cells,
            "special": people.special,
            "groups": people.groups,
        },
        checks=[
            {"code": c.code, "kind": c.kind, "passed": c.passed, "found": c.found}
            for c in checks.checked(facts, [(c.code, c.kind, c.params) for c in method.checks])
        ],
        flags=[
            {"code": f.code, "found": f.found}
            for f in (*checks.flags(written), *paper.flags(written, counting_of(card)))
        ],
        lines_digest=digest,
        by=by.key,
    )
    Result.objects.bulk_create(results_of(card, written, sheet))
    keep_week(card, written, sheet)
    return sheet


def results_of(card: Scorecard, written: Card, sheet: Sheet) -> list[Result]:
    method = method_of(card)
    listed = method.criteria_for(card.service.code, card.side, card.place.kind.code)
    known = {c.code: c for c in listed}
    results = []
    for order, tally in enumerate(tallies(written, counting_of(card)), start=1):
        criterion = known.get(tally.criterion)
        reflection = written.reflections.get(tally.criterion)
        results.append(
            Result(
                sheet=sheet,
                order=order,
                criterion=tally.criterion,
                text=dict(criterion.text) if criterion else written.custom.get(tally.criterion, {}),
                theme=criterion.theme if criterion else "",
                custom=criterion is None,
                raised_by=len(written.raised.get(tally.criterion, ())),
                histogram=tally.histogram,
                cells=tally.cells,
                groups=tally.special,
                n=tally.n,
                central_milli=milli(tally.centre),
                strengths=list(reflection.strengths) if reflection else [],
                weaknesses=list(reflection.weaknesses) if reflection else [],
                suggestions=[{"text": t, "chosen": c} for t, c in reflection.suggestions]
                if reflection
                else [],
            )
        )
    return results


def retick(result: Result, positions: Sequence[int]) -> bool:
    """Tick just these suggestions of a result that is not saved yet; whether that changed anything."""
    before = result.suggestions
    result.suggestions = [{**one, "chosen": i in positions} for i, one in enumerate(before)]
    return bool(result.suggestions != before)


@verb
def tick(*, by: Actor, scorecard: Scorecard, ticked: Mapping[str, Sequence[int]]) -> Sheet:
    """Tick suggestions for the interface meeting, {"criterion": [positions]}; the others are unticked.

    What was sent stays on record: a sheet that differs only in its ticks supersedes it.
    """
    card = locked(scorecard)
    require(
        by, "scorecards.review", owner=card.owner_key, path=card.place.path, implementer=card.implementer_id
    )
    last = current_sheet(card)
    if card.state != State.IN_REVIEW or last is None:
        raise not_in_review(card)
    results = list(last.results.order_by("order"))
    changed = [retick(result, ticked.get(result.criterion, ())) for result in results]
    if not any(changed):
        return last
    sheet = Sheet.objects.create(
        scorecard=card,
        number=last.number + 1,
        supersedes=last,
        participation=last.participation,
        checks=last.checks,
        flags=last.flags,
        lines_digest=last.lines_digest,
        by=by.key,
    )
    for result in results:
        result.pk, result.sheet = None, sheet
    Result.objects.bulk_create(results)
    carry_week(last, sheet)
    record(
        by=by,
        verb="scorecards.tick",
        thing=card,
        owner=card.owner_key,
        facts={"sheet": str(sheet.pk), "ticked": {c: sorted(at) for c, at in ticked.items()}},
        tell=(),
    )
    return sheet


@verb
def send_back(
    *, by: Actor, scorecard: Scorecard, reason: str = "", marks: Sequence[Mapping[str, str]] = ()
) -> Scorecard:
    """The reviewer asks for corrections: the card runs again, what was sent stays on record.

    `marks` = [{"field", "reason"}], fields as in `rules.marks`; `reason` is about the whole card. At
    least one of them is needed.
    """
    card = locked(scorecard)
    require(
        by, "scorecards.review", owner=card.owner_key, path=card.place.path, implementer=card.implementer_id
    )
    sheet = current_sheet(card)
    if card.state != State.IN_REVIEW or sheet is None:
        raise not_in_review(card)
    made = mark(card, sheet, reason, marks, by=by)
    card.state = State.RUNNING
    card.save(update_fields=["state"])
    record(
        by=by,
        verb="scorecards.send_back",
        thing=card,
        owner=card.owner_key,
        facts={"sheet": str(sheet.pk), "marks": [str(one.pk) for one in made]},
        content=[[one.field, one.reason] for one in made],
    )
    return card


@verb
def complete(*, by: Actor, scorecard: Scorecard) -> Scorecard:
    """The record is right: the card is closed and its figures count."""
    card = locked(scorecard)
    if by != SYSTEM:
        require(
            by,
            "scorecards.complete",
            owner=card.owner_key,
            path=card.place.path,
            implementer=card.implementer_id,
        )
    if card.state == State.COMPLETED:
        return card
    if card.state != State.IN_REVIEW:
        raise not_in_review(card)
    card.state = State.COMPLETED
    card.completed_at = timezone.now()
    card.save(update_fields=["state", "completed_at"])
    sheet = current_sheet(card)
    record(
        by=by,
        verb="scorecards.complete",
        thing=card,
        owner=card.owner_key,
        facts={"sheet": str(sheet.pk) if sheet else ""},
    )
    return card


def not_in_review(card: Scorecard) -> Refusal:
    """Why nothing can be reviewed on a card that is not in review, and what helps in its state."""
    message, remedy = PAST_REVIEW.get(card.state, NOT_SENT)
    return Refusal(message, remedy=remedy, code="state")


def may_look(by: Actor, card: Scorecard) -> bool:
    """Whether somebody may see exact numbers: reviewers, those with the right, and who held the meeting."""
    given: dict[str, Any] = {"path": card.place.path, "implementer": card.implementer_id}
    rights = ("scorecards.review", "disclosure.see_exact")
    if any(by.may(right, owner=card.owner_key, **given) for right in rights):
        return True
    return by.key == f"person:{card.lead_id}"


@verb
def look(*, by: Actor, scorecard: Scorecard) -> Sheet | None:
    """The sheet that counts, with its exact numbers; None before one was sent. Each look is on record."""
    if not may_look(by, scorecard):
        raise Denied
    sheet = current_sheet(scorecard)
    if sheet is not None:
        facts = {"sheet": str(sheet.pk)}
        record(
            by=by, verb="scorecards.look", thing=scorecard, owner=scorecard.owner_key, facts=facts, tell=()
        )
    return sheet


def current_sheet(card: Scorecard) -> Sheet | None:
    """The sheet that counts: the last one sent."""
    return card.sheets.order_by("-number").first()


def complete_idle(*, by: Actor = SYSTEM) -> int:
    """Complete cards that waited in review longer than their programme allows; how many were completed."""
    done = 0
    waiting = Scorecard.objects.filter(state=State.IN_REVIEW).select_related("programme")
    for card in waiting.iterator(chunk_size=200):
        days = card.programme.auto_complete_days
        if days and card.submitted_at and card.submitted_at < timezone.now() - timedelta(days=days):
            complete(by=by, scorecard=card)
            done += 1
    return done


def erase_due(*, by: Actor = SYSTEM) -> int:
    """Erase lines, photos and recordings of cards whose days have passed; how many. Histograms stay."""
    cleared = 0
    kept = Scorecard.objects.filter(state=State.COMPLETED, lines_erased_at=None).select_related("programme")
    for card in kept.iterator(chunk_size=200):
        if card.completed_at and card.completed_at < timezone.now() - timedelta(
            days=card.programme.retention_days
        ):
            with transaction.atomic():
                card.lines.all().delete()
                take_away(by=by, scorecard=card)
                forget_tickets(card)
                card.parcels.update(body=b"")
                card.lines_erased_at = timezone.now()
                card.save(update_fields=["lines_erased_at"])
                record(by=by, verb="scorecards.erase", thing=card, owner=card.owner_key, tell=())
            cleared += 1
    return cleared
