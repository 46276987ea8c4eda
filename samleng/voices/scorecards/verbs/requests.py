"""Asking to change what was planned or to unlock what was completed, and deciding it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import ChangeRequest, RequestKind, Scorecard, State
from samleng.voices.scorecards.verbs.planning import apply_changes, cancelled
from samleng.voices.scorecards.verbs.writing import allow, locked


@verb
def ask_change(*, by: Actor, scorecard: Scorecard, changes: Mapping[str, Any], reason: str) -> ChangeRequest:
    """Ask that what was planned be changed: {"facility": id, "place": id, "planned_from": "2026-03-01"}."""
    return ask(by, scorecard, RequestKind.CHANGE, changes, reason)


@verb
def ask_unlock(*, by: Actor, scorecard: Scorecard, reason: str) -> ChangeRequest:
    """Ask that a completed card be opened for review again."""
    return ask(by, scorecard, RequestKind.UNLOCK, {}, reason)


def ask(by: Actor, scorecard: Scorecard, kind: str, changes: Mapping[str, Any], reason: str) -> ChangeRequest:
    card = locked(scorecard)
    allow(by, card, "scorecards.ask_change")
    if not reason.strip():
        raise Refusal(_("A reason is needed."), field="reason", remedy=_("Say in a few words why."))
    if kind == RequestKind.UNLOCK and card.state != State.COMPLETED:
        raise Refusal(_("Only a completed scorecard is locked."), code="state")
    if kind == RequestKind.CHANGE and card.state == State.CANCELLED:
        raise cancelled()
    if kind == RequestKind.CHANGE and not changes:
        raise Refusal(_("It is not said what to change."), field="changes")
    if card.requests.filter(kind=kind, decided_at=None).exists():
        raise Refusal(
            _("Such a request is already waiting for an answer."),
            remedy=_("Wait for the answer."),
            code="twice",
        )
    made = ChangeRequest.objects.create(
        scorecard=card,
        kind=kind,
        changes=dict(changes),
        reason=reason.strip(),
        asked_by_id=UUID(by.person) if isinstance(by, Acting) else None,
    )
    record(
        by=by,
        verb=f"scorecards.ask_{kind}",
        thing=card,
        owner=card.owner_key,
        facts={"request": str(made.pk), "changes": sorted(changes)},
        content={"reason": reason},
    )
    return made


@verb
def decide(*, by: Actor, change_request: ChangeRequest, approved: bool, answer: str = "") -> ChangeRequest:
    """Approve or refuse a request; a refusal needs a reason, an approval carries it out."""
    asked = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=change_request.pk)
    card = locked(asked.scorecard)
    require(by, "scorecards.decide", owner=card.owner_key, path=card.place.path)
    if asked.decided_at is not None:
        if asked.approved == approved:
            return asked
        raise Refusal(_("This request was already answered otherwise."), code="conflict")
    if not approved and not answer.strip():
        raise Refusal(_("A reason is needed."), field="answer", remedy=_("Say why it is refused."))
    asked.approved, asked.answer, asked.decided_at = approved, answer.strip(), timezone.now()
    asked.save(update_fields=["approved", "answer", "decided_at"])
    if approved and asked.kind == RequestKind.UNLOCK:
        unlock(by, card)
    elif approved:
        apply_changes(by, card, named(asked.changes), "scorecards.change_by_request")
    record(
        by=by,
        verb="scorecards.decide",
        thing=card,
        owner=card.owner_key,
        facts={"request": str(asked.pk), "kind": asked.kind, "approved": approved},
        content={"answer": answer},
    )
    return asked


def unlock(by: Actor, card: Scorecard) -> None:
    if card.lines_erased_at is not None:
        raise Refusal(
            _("What people said has been erased, as promised; this scorecard cannot be opened again."),
            code="erased",
        )
    card.state = State.IN_REVIEW
    card.completed_at = None
    card.submitted_at = timezone.now()
    card.save(update_fields=["state", "completed_at", "submitted_at"])
    record(by=by, verb="scorecards.unlock", thing=card, owner=card.owner_key)


def named(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The rows and days that a request's ids and texts stand for."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name == "facility":
            found[name] = Facility.objects.get(pk=value)
        elif name == "place":
            found[name] = Place.objects.get(pk=value)
        elif name in ("planned_from", "planned_to"):
            found[name] = date.fromisoformat(value)
        else:
            found[name] = value
    return found
