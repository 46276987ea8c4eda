"""Reads that join both sides or follow a membership: a file of its own, for rules know no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from samleng.answers.actions.models import Action, ActionQuerySet
from samleng.answers.actions.rules import Dated, Rate, rates
from samleng.answers.cases.models import Case, Cluster
from samleng.answers.plans.models import (
    Meeting,
    MeetingCard,
    MeetingQuerySet,
    Plan,
    PlanItem,
    PlanQuerySet,
    TakenUp,
)
from samleng.answers.plans.rules import Scored, SideRow, adoption_late, side_by_side
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import WATCHERS, Acting, Scope, is_system, scope_of
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import Actor
from samleng.voices.scorecards.models import Result, Round, Scorecard, Side, State


def table_of(meeting: Meeting) -> list[SideRow]:
    """Both sides' medians beside each other with the gap, criterion by criterion."""
    method = meeting.round.framework.method
    return side_by_side(
        scored_at(meeting),
        [side.code for side in method.sides] or list(Side.values),
        method.aggregate,
        method.combine,
        method.scale.values,
    )


def results_at(meeting: Meeting) -> list[Result]:
    """The results of the newest sheet of every card on the table."""
    return list(
        Result.objects.filter(
            sheet__scorecard__in=meeting.cards.values("scorecard"), sheet__superseded_by=None
        )
        .select_related("sheet__scorecard")
        .order_by("sheet__scorecard__planned_from", "sheet__scorecard__code", "order")
    )


def scored_at(meeting: Meeting) -> list[Scored]:
    return [
        Scored(
            side=result.sheet.scorecard.side,
            criterion=result.criterion,
            order=result.order,
            text=result.text,
            histogram=result.histogram,
            n=result.n,
            central_milli=result.central_milli,
            result_id=result.pk,
            suggestions=result.suggestions,
            strengths=result.strengths,
            weaknesses=result.weaknesses,
        )
        for result in results_at(meeting)
    ]


def result_for(meeting: Meeting, side: str, criterion: str) -> Result | None:
    """One side's result on a criterion as it stands on the table; the first card's when it has several."""
    found = [r for r in results_at(meeting) if r.criterion == criterion and r.sheet.scorecard.side == side]
    return found[0] if found else None


@dataclass(frozen=True, kw_only=True)
class Ready:
    """Completed cards of both sides of a facility that have not met yet in a place; `since` the last came."""

    round: Round
    facility: Facility
    place: Place
    cards: tuple[Scorecard, ...]
    since: datetime


def ready_to_meet(by: Actor, most: int = 200) -> list[Ready]:
    """Where both sides' cards are completed and somebody may hold the meeting, the longest waiting first."""
    laid = MeetingCard.objects.filter(scorecard=OuterRef("pk"))
    heard = list(
        Scorecard.objects.within(scope_of(by, "plans.hold_meeting"))
        .filter(~Exists(laid), side=Side.COMMUNITY, state=State.COMPLETED)
        .select_related("round", "facility__service", "place__kind")
        .order_by("completed_at", "id")[:most]
    )
    own = assessed(heard)
    held = set(
        Meeting.objects.filter(
            round__in={card.round_id for card in heard}, facility__in={card.facility_id for card in heard}
        ).values_list("round_id", "facility_id", "place_id")
    )
    found = []
    for place, cards, two_sided in by_place(heard):
        first = cards[0]
        theirs = own.get((first.round_id, first.facility_id), [])
        met = (first.round_id, first.facility_id, place.pk) in held
        if met or (two_sided and not theirs):
            continue
        days = [card.completed_at for card in (*cards, *theirs[:1]) if card.completed_at]
        since = max(days, default=timezone.now())
        laid_out = (*cards, *theirs)
        found.append(
            Ready(round=first.round, facility=first.facility, place=place, cards=laid_out, since=since)
        )
    return sorted(found, key=lambda one: one.since)


def by_place(cards: Iterable[Scorecard]) -> list[tuple[Place, list[Scorecard], bool]]:
    """Cards of one round and facility by the place their plan is made for; whether two sides score."""
    cards = list(cards)
    frameworks = Framework.objects.in_bulk({card.round.framework_id for card in cards})
    around = places_around(cards)
    groups: dict[tuple[Any, Any, int], tuple[Place, list[Scorecard], bool]] = {}
    for card in cards:
        method = frameworks[card.round.framework_id].method
        place = around[card.pk].get(method.plan.level, card.place)
        key = (card.round_id, card.facility_id, place.pk)
        groups.setdefault(key, (place, [], len(method.sides) > 1))[1].append(card)
    return list(groups.values())


def places_around(cards: Iterable[Scorecard]) -> dict[Any, dict[int, Place]]:
    """Each card's places by level, from the country down to its own."""
    cards = list(cards)
    ids = {pk for card in cards for pk in card.place.ancestor_ids}
    known = Place.objects.select_related("kind").in_bulk(ids)
    return {card.pk: {known[pk].level: known[pk] for pk in card.place.ancestor_ids} for card in cards}


def assessed(cards: Iterable[Scorecard]) -> dict[tuple[Any, Any], list[Scorecard]]:
    """The providers' completed own cards beside these, by round and facility."""
    cards = list(cards)
    own = Scorecard.objects.filter(
        side=Side.PROVIDER,
        state=State.COMPLETED,
        round__in={card.round_id for card in cards},
        facility__in={card.facility_id for card in cards},
    ).order_by("completed_at", "id")
    found: dict[tuple[Any, Any], list[Scorecard]] = {}
    for card in own:
        found.setdefault((card.round_id, card.facility_id), []).append(card)
    return found


def ordinary_scope(by: Actor, verb: str) -> Scope:
    """What somebody may read by their seats, without those that only watch over named plans."""
    if is_system(by) or not isinstance(by, Acting):
        return scope_of(by, verb)
    working = tuple(seat for seat in by.seats if seat.role not in WATCHERS)
    return scope_of(Acting(key=by.key, owner=by.owner, via=by.via, person=by.person, seats=working), verb)


def meetings_seen_by(by: Actor) -> MeetingQuerySet:
    """The meetings somebody may see: their programme's, and those about their office's own facility."""
    return Meeting.objects.within(ordinary_scope(by, "plans.see_meeting"))


def plans_seen_by(by: Actor, day: date | None = None) -> PlanQuerySet:
    """The plans somebody may see: by their seats, and those they are named on as a member."""
    seen = Plan.objects.opened_to(ordinary_scope(by, "plans.see")) or Q(pk__in=[])
    if isinstance(by, Acting):
        watched = Plan.objects.watched_by(by.person, day or timezone.localdate())
        seen |= Q(pk__in=watched.values("pk"))
    return Plan.objects.filter(seen)


def actions_seen_by(by: Actor, day: date | None = None) -> ActionQuerySet:
    """The actions somebody may see: by their seats, and those that stand in the plans they see.

    So the commune whose plan it is reads every promise in it, and speaks only of its own.
    """
    seen = Action.objects.opened_to(ordinary_scope(by, "actions.see")) or Q(pk__in=[])
    seen |= Q(pk__in=PlanItem.objects.filter(plan__in=plans_seen_by(by, day)).values("action"))
    return Action.objects.filter(seen)


def of_plan(plan: Plan) -> ActionQuerySet:
    """The actions that stand in a plan, in its order."""
    return Action.objects.filter(pk__in=plan.items.values("action"))


def items_of(plan: Plan) -> list[PlanItem]:
    """The plan's items in the framework's order of parts, then as placed."""
    parts = [part.code for part in plan.framework.method.plan.parts]
    found = plan.items.select_related(
        "action__facility__service",
        "action__office__kind",
        "action__place__kind",
        "action__community_result",
        "action__provider_result",
        "action__escalated_to",
        "carried_from",
        "meeting",
    )
    items = list(found)
    for item in items:
        if item.action.framework_id == plan.framework_id:
            # A framework's body is large; sixty actions share one.
            item.action.framework = plan.framework
    return sorted(items, key=lambda i: (parts.index(i.action.part), i.order, str(i.pk)))


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What people of a place reported and a plan may answer; `mark` names it in an address.

    Either a group of reports in an office's words, or one public report in those a reviewer let pass.
    """

    mark: str
    words: str
    people: int
    place: Place
    office: Office
    case: Case | None = None
    cluster: Cluster | None = None
    actions: tuple[Action, ...] = ()


MOST_VOICES = 60


def voices_at(place: Place) -> list[Voice]:
    """What offices put forward for a place, then its open public reports; where more people speak first."""
    groups = Cluster.objects.filter(place__path__startswith=place.path, withdrawn_at=None)
    clusters = list(groups.select_related("office", "place__kind").order_by("-people", "-at")[:MOST_VOICES])
    # The villages first: so many cases there are, the index of places finds them.
    within = list(Place.objects.filter(path__startswith=place.path).values_list("pk", flat=True))
    open_ones = Case.objects.live().filter(place__in=within, exposure="public")
    cases = list(open_ones.with_context().order_by("-reports", "opened_on", "pk")[:MOST_VOICES])
    answered: dict[Any, list[Action]] = {}
    taken = TakenUp.objects.filter(Q(case__in=cases) | Q(cluster__in=clusters))
    for one in taken.select_related("action").order_by("at"):
        answered.setdefault(one.case_id or one.cluster_id, []).append(one.action)
    return [
        *(
            Voice(
                mark=f"cluster-{one.pk}", words=one.words, people=one.people, place=one.place,
                office=one.office, cluster=one, actions=tuple(answered.get(one.pk, ())),
            )
            for one in clusters
        ),
        *(
            Voice(
                mark=f"case-{one.pk}", words=one.public_words, people=one.reports, place=one.place,
                office=one.office, case=one, actions=tuple(answered.get(one.pk, ())),
            )
            for one in cases
        ),
    ]  # fmt: skip


def people_behind(actions: Iterable[Any]) -> dict[Any, int]:
    """How many reports each of these actions answers; one that stands in two groups counts once."""
    cases: dict[Any, set[Any]] = {}
    taken = TakenUp.objects.filter(action__in=list(actions))
    for action, case, within in taken.values_list("action_id", "case_id", "cluster__cases"):
        cases.setdefault(action, set()).add(case or within)
    wanted = {pk for some in cases.values() for pk in some}
    reports = dict(Case.objects.filter(pk__in=wanted).values_list("pk", "reports"))
    return {action: sum(reports.get(pk, 0) for pk in some) for action, some in cases.items()}


def plan_rates(plan: Plan, day: date | None = None) -> tuple[Rate, ...]:
    """Kept of promised: the same day, and within the framework's months (6 and 12)."""
    days = of_plan(plan).live().values_list("agreed_on", "claimed_on", "confirmed_on")
    promises = [Dated(agreed_on=a, claimed_on=c, confirmed_on=f) for a, c, f in days]
    return rates(promises, day or timezone.localdate(), plan.framework.method.plan.rate_months)


def late_adoption(plan: Plan, day: date | None = None) -> bool:
    """Whether the framework's days for adopting are over, counted from the plan's first closed meeting."""
    for check in plan.framework.method.checks:
        if check.kind != "plan_adopted_within_days":
            continue
        held = Meeting.objects.filter(
            pk__in=plan.items.exclude(meeting=None).values("meeting"), closed_at__isnull=False
        ).order_by("held_on")
        first = held.values_list("held_on", flat=True).first() or timezone.localdate(plan.opened_at)
        days = int(check.params.get("days", 0))
        return adoption_late(first, plan.adopted_on, day or timezone.localdate(), days)
    return False
