"""Planning: which facility is scored by whom, when, and the code that finds the card in the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.models import Person
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.codes import make_code
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Batch, Round, Scorecard, Side, State
from samleng.voices.scorecards.wording import NOT_RUNNING


@verb
def open_round(*, by: Actor, programme: Programme, framework: Framework, year: int, cycle: int = 1) -> Round:
    """Open a programme's cycle on one pinned framework version; the same round again is the same one."""
    require(by, "scorecards.plan", owner=programme.owner_key)
    found, made = Round.objects.get_or_create(
        programme=programme, framework=framework, year=year, cycle=cycle
    )
    if made:
        record(
            by=by,
            verb="scorecards.open_round",
            thing=found,
            owner=programme.owner_key,
            facts={"framework": str(framework.pk), "year": year, "cycle": cycle},
        )
    return found


@verb
def plan(
    *,
    by: Actor,
    round: Round,
    facility: Facility,
    place: Place,
    side: str,
    planned_from: date,
    planned_to: date,
    implementer: Implementer | None = None,
    lead: Person | None = None,
    batch: Batch | None = None,
) -> Scorecard:
    """Plan one scorecard and give it a 6-digit code, unique among the programme's open ones."""
    implemented_by = implementer.pk if implementer else None
    require(
        by, "scorecards.plan", owner=round.programme.owner_key, path=place.path, implementer=implemented_by
    )
    check_plan(round, facility, place, side, planned_from, planned_to)
    card = give_code(
        Scorecard(
            round=round,
            programme=round.programme,
            implementer=implementer,
            batch=batch,
            facility=facility,
            service=facility.service,
            place=place,
            side=side,
            planned_from=planned_from,
            planned_to=planned_to,
            lead=lead,
        )
    )
    facts = {"facility": str(facility.pk), "place": place.pk, "side": side, "round": str(round.pk)}
    record(by=by, verb="scorecards.plan", thing=card, owner=card.owner_key, facts=facts)
    return card


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One row of a planning file, its codes already found."""

    facility: Facility
    place: Place
    side: str
    planned_from: date
    planned_to: date
    implementer: Implementer | None = None
    lead: Person | None = None


def person_behind(by: Actor) -> Person | None:
    """The account of whoever acts, if it is a person."""
    kind, _colon, pk = by.key.partition(":")
    return Person.objects.filter(pk=pk).first() if kind == "person" else None


@verb
def plan_many(
    *,
    by: Actor,
    round: Round,
    drafts: Sequence[Draft],
    filename: str,
    sha256: str,
    refused: Sequence[Mapping[str, Any]] = (),
) -> Batch:
    """Plan every draft of one file; the batch keeps the file's name and the rows that were refused."""
    require(by, "scorecards.plan", owner=round.programme.owner_key)
    batch = Batch.objects.create(
        programme=round.programme,
        filename=filename[:200],
        sha256=sha256,
        planned=len(drafts),
        refused=list(refused),
        by=person_behind(by),
    )
    for draft in drafts:
        plan(
            by=by,
            round=round,
            facility=draft.facility,
            place=draft.place,
            side=draft.side,
            planned_from=draft.planned_from,
            planned_to=draft.planned_to,
            implementer=draft.implementer,
            lead=draft.lead,
            batch=batch,
        )
    record(
        by=by,
        verb="scorecards.plan_many",
        thing=batch,
        owner=round.programme.owner_key,
        facts={"planned": len(drafts), "refused": len(refused), "sha256": sha256},
    )
    return batch


def check_plan(
    round: Round, facility: Facility, place: Place, side: str, planned_from: date, planned_to: date
) -> None:
    if side not in Side.values:
        raise Refusal(_("This is not a side."), field="side", remedy=_("Choose which side scores."))
    if planned_to < planned_from:
        raise Refusal(
            _("The planned end is before the planned start."),
            field="planned_to",
            remedy=_("Choose an end on or after the start."),
        )
    method = round.framework.method
    if not method.criteria_for(facility.service.code, side):
        raise Refusal(
            _("The framework has no criteria for this service."),
            field="facility",
            remedy=_("Choose a facility of a service that the framework covers."),
        )
    serves = facility.place.path.startswith(place.path) or place.path.startswith(facility.place.path)
    if not serves and not facility.links.filter(place__path__startswith=place.path, until=None).exists():
        raise Refusal(
            _("This facility neither stands in this place nor serves it."),
            field="place",
            remedy=_("Choose a place that the facility serves, or record that it serves this one."),
        )


def give_code(card: Scorecard) -> Scorecard:
    """Save the card under a free code; two planners at once never get the same one."""
    for _attempt in range(40):
        card.code = make_code()
        try:
            with transaction.atomic():
                card.save(force_insert=True)
            return card
        except IntegrityError:
            if not Scorecard.objects.open().filter(programme=card.programme, code=card.code).exists():
                raise
    raise Refusal(
        _("No free code was found."), remedy=_("Complete or cancel old scorecards, then try again.")
    )


def cancelled() -> Refusal:
    message, remedy = NOT_RUNNING[State.CANCELLED]
    return Refusal(message, remedy=remedy, code="state")


CHANGEABLE = ("facility", "place", "side", "planned_from", "planned_to", "implementer", "lead")


@verb
def change_plan(*, by: Actor, scorecard: Scorecard, changes: Mapping[str, Any]) -> Scorecard:
    """Change what was planned, while nothing has been written on the card yet."""
    card = Scorecard.objects.select_for_update().get(pk=scorecard.pk)
    require(by, "scorecards.change_plan", owner=card.owner_key, path=card.place.path)
    if card.state == State.CANCELLED:
        raise cancelled()
    if card.state != State.PLANNED:
        raise Refusal(
            _("This scorecard has already begun."),
            remedy=_("Ask for a change with a reason instead."),
            code="state",
        )
    return apply_changes(by, card, changes, "scorecards.change_plan")


def apply_changes(by: Actor, card: Scorecard, changes: Mapping[str, Any], verb_name: str) -> Scorecard:
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise Refusal(_("This cannot be changed."), field=name)
        setattr(card, name, value)
    card.service = card.facility.service
    check_plan(card.round, card.facility, card.place, card.side, card.planned_from, card.planned_to)
    card.save()
    record(
        by=by,
        verb=verb_name,
        thing=card,
        owner=card.owner_key,
        facts={"changed": sorted(changes), "facility": str(card.facility_id), "place": card.place_id},
    )
    return card


@verb
def cancel(*, by: Actor, scorecard: Scorecard, reason: str) -> Scorecard:
    """Cancel a card that will not be held; its code is free again."""
    card = Scorecard.objects.select_for_update().get(pk=scorecard.pk)
    require(by, "scorecards.cancel", owner=card.owner_key, path=card.place.path)
    if card.state == State.CANCELLED:
        raise cancelled()
    if card.state not in (State.PLANNED, State.RUNNING):
        raise Refusal(_("A scorecard that was sent cannot be cancelled."), code="state")
    if not reason.strip():
        raise Refusal(_("A reason is needed."), field="reason", remedy=_("Say in a few words why."))
    card.state = State.CANCELLED
    card.save(update_fields=["state"])
    record(by=by, verb="scorecards.cancel", thing=card, owner=card.owner_key, content={"reason": reason})
    return card
