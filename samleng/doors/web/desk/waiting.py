"""What waits for somebody: each thing with where it is and since when, oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Member, Plan, PlanItem
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Seat
from samleng.ground.people.rules import Acting, scope_of
from samleng.ground.places.models import Place
from samleng.voices.scorecards.models import ChangeRequest, Scorecard, State

MOST = 50


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, about whom, where, since when, and the page where it is done."""

    what: Any
    about: dict[str, str]
    place: Any
    since: date
    url: str
    late: bool = False


def waiting_for(acting: Acting) -> list[Waiting]:
    """Everything that waits for this person in all their seats, the longest waiting first."""
    found = [*cards(acting), *reviews(acting), *requests(acting), *meetings(acting), *promises(acting)]
    found += [*claims(acting), *plans(acting), *unmanaged(acting)]
    return sorted(found, key=lambda one: (not one.late, one.since))


def unmanaged(acting: Acting) -> Iterator[Waiting]:
    """For whoever opens programmes: the very first one, and those that nobody manages yet."""
    if not acting.may("offices.open_programme", owner=""):
        return
    root = Place.objects.current().filter(level=0).select_related("kind").order_by("country").first()
    if not Programme.objects.exists():
        yield Waiting(
            what=_("Open the first programme"),
            about={},
            place=root,
            since=timezone.localdate(),
            url=reverse("programme_open"),
        )
    managed = Seat.objects.live().filter(role="programme_admin").values("programme_id")
    for programme in Programme.objects.exclude(pk__in=managed).order_by("code")[:MOST]:
        yield Waiting(
            what=_("Give a programme its first manager"),
            about=programme.name,
            place=root,
            since=timezone.localdate(),
            url=reverse("programme_manager", args=[programme.pk]),
        )


def as_day(value: date | datetime | None) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    return value or timezone.localdate()


def cards(acting: Acting) -> Iterator[Waiting]:
    """Cards this person leads or may hold, planned for now or running."""
    today = timezone.localdate()
    mine = Q(lead_id=acting.person) | Q(lead=None)
    rows = (
        Scorecard.objects.within(scope_of(acting, "scorecards.write_line"))
        .filter(mine, state__in=[State.PLANNED, State.RUNNING])
        .with_context()
        .order_by("planned_from")[:MOST]
    )
    for card in rows:
        running = card.state == State.RUNNING
        yield Waiting(
            what=_("Go on with the scorecard") if running else _("Hold the scorecard meeting"),
            about=card.facility.name,
            place=card.place,
            since=as_day(card.started_at) if running else card.planned_from,
            url=reverse("card", args=[card.pk]),
            late=card.planned_to < today,
        )


def reviews(acting: Acting) -> Iterator[Waiting]:
    rows = (
        Scorecard.objects.within(scope_of(acting, "scorecards.review"))
        .filter(state=State.IN_REVIEW)
        .with_context()
        .order_by("submitted_at")[:MOST]
    )
    for card in rows:
        yield Waiting(
            what=_("Review the scorecard"),
            about=card.facility.name,
            place=card.place,
            since=as_day(card.submitted_at),
            url=reverse("review", args=[card.pk]),
        )


def requests(acting: Acting) -> Iterator[Waiting]:
    rows = (
        ChangeRequest.objects.filter(
            decided_at=None,
            scorecard__in=Scorecard.objects.within(scope_of(acting, "scorecards.decide")),
        )
        .select_related("scorecard__facility", "scorecard__place__kind")
        .order_by("asked_at")[:MOST]
    )
    for asked in rows:
        yield Waiting(
            what=_("Answer a request about a scorecard"),
            about=asked.scorecard.facility.name,
            place=asked.scorecard.place,
            since=as_day(asked.asked_at),
            url=reverse("review", args=[asked.scorecard_id]),
        )


def meetings(acting: Acting) -> Iterator[Waiting]:
    rows = (
        Meeting.objects.within(scope_of(acting, "plans.close_meeting"))
        .filter(closed_at=None)
        .select_related("facility", "place__kind")
        .order_by("held_on")[:MOST]
    )
    for meeting in rows:
        yield Waiting(
            what=_("Close the interface meeting"),
            about=meeting.facility.name,
            place=meeting.place,
            since=meeting.held_on,
            url=reverse("meeting", args=[meeting.pk]),
        )


def open_statuses() -> list[str]:
    """Codes of the statuses under which a promise still waits, over all framework versions in use."""
    return sorted(
        {
            status.code
            for framework in Framework.objects.all()
            for status in framework.method.plan.statuses
            if status.kind == "open"
        }
    )


def promises(acting: Acting) -> Iterator[Waiting]:
    """Promises of one's own office, and those put to it from below."""
    offices = [seat.office for seat in acting.seats if seat.office]
    if not offices:
        return
    today = timezone.localdate()
    rows = (
        Action.objects.filter(
            Q(office_id__in=offices, escalated_to=None) | Q(escalated_to_id__in=offices),
            status__in=open_statuses(),
            claimed_on=None,
        )
        .select_related("place__kind")
        .order_by("due_on")[:MOST]
    )
    for action in rows:
        put = action.escalated_to_id is not None
        yield Waiting(
            what=_("Answer what was put to your office") if put else _("Keep a promise"),
            about=action.text,
            place=action.place,
            since=action.status_on if put else action.agreed_on,
            url=reverse("action", args=[action.pk]),
            late=action.due_on < today,
        )


def claims(acting: Acting) -> Iterator[Waiting]:
    """Promises said to be done that the people have not confirmed yet."""
    watched = PlanItem.objects.filter(
        plan__members__person_id=acting.person, plan__members__until=None
    ).values("action_id")
    rows = (
        Action.objects.filter(claimed_on__isnull=False, confirmed_on=None)
        .filter(
            Q(pk__in=watched)
            | Q(pk__in=Action.objects.within(scope_of(acting, "scorecards.write_line")).values("pk"))
        )
        .filter(status__in=done_statuses())
        .select_related("place__kind")
        .order_by("claimed_on")[:MOST]
    )
    for action in rows:
        yield Waiting(
            what=_("Look whether a promise was kept, and say so"),
            about=action.text,
            place=action.place,
            since=as_day(action.claimed_on),
            url=reverse("action", args=[action.pk]),
        )


def done_statuses() -> list[str]:
    return sorted(
        {
            status.code
            for framework in Framework.objects.all()
            for status in framework.method.plan.statuses
            if status.kind == "done"
        }
    )


def plans(acting: Acting) -> Iterator[Waiting]:
    """Plans that are agreed but not adopted: the stamped scan is missing."""
    offices = [seat.office for seat in acting.seats if seat.office]
    rows = (
        Plan.objects.filter(adopted_on=None)
        .filter(
            Q(office_id__in=offices)
            | Q(pk__in=Plan.objects.within(scope_of(acting, "plans.adopt")).values("pk"))
        )
        .select_related("place__kind")
        .order_by("opened_at")[:MOST]
    )
    for plan in rows:
        yield Waiting(
            what=_("Have the plan signed and upload its scan"),
            about=plan.place.name,
            place=plan.place,
            since=as_day(plan.opened_at),
            url=reverse("plan", args=[plan.pk]),
        )


def watches(acting: Acting) -> list[Plan]:
    """The plans this person watches over as a committee member or ambassador."""
    ids = Member.objects.filter(person_id=acting.person, until=None).values("plan_id")
    return list(Plan.objects.filter(pk__in=ids).select_related("place__kind").order_by("-year"))
