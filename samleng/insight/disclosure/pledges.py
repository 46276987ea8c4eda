"""Promises as everybody may read them: what, which office, until when, what became of it; no names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from samleng.answers.actions.models import Action
from samleng.answers.plans.reading import people_behind
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.insight.disclosure.proofs import Shown, shown_of
from samleng.insight.disclosure.rules.pins import FEW, others
from samleng.insight.evidence.models import PromiseFact, PromiseSpot

Words = Mapping[str, str]
# What is read of an action. Who proposed it, partners and minutes may hold names and stay inside.
READ = (
    *("id", "text", "role", "part", "criterion", "starts_on", "due_on", "first_due_on", "agreed_on"),
    *("claimed_on", "confirmed_on", "stopped_on", "status", "percent", "cost", "funding_source"),
    *("funding_secured", "beneficiaries", "beneficiaries_women", "quantity", "unit"),
    *("office__name", "escalated_to__name", "escalation", "facility_id", "facility__name", "framework_id"),
)


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """One promise in public. `state` is what became of it, in one word."""

    id: UUID
    text: Words
    office: Words
    role: Words
    part: Words
    outside: bool
    facility_id: UUID | None
    facility: Words
    criterion: Words
    agreed_on: date
    due_on: date
    first_due_on: date
    claimed_on: date | None
    confirmed_on: date | None
    stopped_on: date | None
    higher_office: Words
    state: str
    late: bool
    percent: int
    cost: int | None
    currency: str
    funding_source: str
    funding_secured: bool
    beneficiaries: int | None
    women: int | None
    proofs: tuple[Shown, ...] = ()
    # How many reports of people it answers; None: none, or too few to count aloud (`few` then says which).
    reports: int | None = None
    few: bool = False

    @property
    def extended(self) -> bool:
        return self.due_on != self.first_due_on


def state_of(row: Mapping[str, Any], late: bool) -> str:
    """Kept, claimed, dropped, put to a higher level, late, begun or not yet begun."""
    if row["confirmed_on"]:
        return "kept"
    if row["stopped_on"]:
        return "dropped"
    if row["claimed_on"]:
        return "claimed"
    if row["escalation"] in ("asked", "taken_up"):
        return "needs_higher_level"
    if late:
        return "late"
    return "in_progress" if row["percent"] else "not_started"


def settled_at(places: Collection[int], programmes: Collection[UUID]) -> QuerySet[PromiseFact]:
    """The promises counted at these places, of adopted plans and closed meetings, most pressing first."""
    here = PromiseSpot.objects.filter(place_id__in=list(places)).values("fact_id")
    return ordered(PromiseFact.objects.filter(pk__in=here), programmes)


def settled_of(facility_id: UUID, programmes: Collection[UUID]) -> QuerySet[PromiseFact]:
    """The promises about one facility, likewise."""
    return ordered(PromiseFact.objects.filter(facility_id=facility_id), programmes)


def ordered(facts: QuerySet[PromiseFact], programmes: Collection[UUID]) -> QuerySet[PromiseFact]:
    public = facts.filter(settled=True, programme_id__in=list(programmes))
    return public.order_by("-overdue", "-owed", "-year", "due_on", "action_id")


def pledges(facts: Iterable[PromiseFact], methods: Mapping[UUID, Method]) -> list[Pledge]:
    """These promises in words, in the order given."""
    listed = list(facts)
    rows = {row["id"]: row for row in Action.objects.filter(pk__in=[f.pk for f in listed]).values(*READ)}
    proofs, behind = shown_of(rows), people_behind(rows)
    return [
        answering(
            pledge(rows[fact.pk], fact, methods[rows[fact.pk]["framework_id"]], proofs.get(fact.pk, ())),
            behind.get(fact.pk, 0),
        )
        for fact in listed
        if fact.pk in rows
    ]


def answering(pledge: Pledge, reports: int) -> Pledge:
    """The promise with how many reports it answers; fewer than six are not counted aloud."""
    return replace(pledge, reports=others(reports), few=0 < reports < FEW) if reports else pledge


def frameworks_of(facts: Iterable[PromiseFact]) -> dict[UUID, Method]:
    """The framework versions these promises were made under."""
    ids = Action.objects.filter(pk__in=[fact.pk for fact in facts]).values("framework_id")
    return {one.pk: one.method for one in Framework.objects.filter(pk__in=ids)}


def pledge(
    row: Mapping[str, Any], fact: PromiseFact, method: Method, proofs: tuple[Shown, ...] = ()
) -> Pledge:
    part = method.part(row["part"])
    criterion = method.criterion(row["criterion"]) if row["criterion"] else None
    return Pledge(
        id=row["id"],
        text=row["text"],
        office=row["office__name"],
        role=row["role"],
        part=part.name if part else {},
        outside=bool(part and part.outside),
        facility_id=row["facility_id"],
        facility=row["facility__name"] or {},
        criterion=criterion.text if criterion else {},
        agreed_on=row["agreed_on"],
        due_on=row["due_on"],
        first_due_on=row["first_due_on"],
        claimed_on=row["claimed_on"],
        confirmed_on=row["confirmed_on"],
        stopped_on=row["stopped_on"],
        higher_office=row["escalated_to__name"] or {},
        state=state_of(row, fact.overdue),
        late=fact.overdue,
        percent=row["percent"],
        cost=row["cost"],
        currency=method.plan.currency,
        funding_source=row["funding_source"],
        funding_secured=row["funding_secured"],
        beneficiaries=row["beneficiaries"],
        women=row["beneficiaries_women"],
        proofs=proofs,
    )
