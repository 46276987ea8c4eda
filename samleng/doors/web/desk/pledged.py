"""What waits around meetings, plans and promises, for whoever owns the next step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import ASKED, TAKEN_UP
from samleng.answers.plans.models import Meeting, Member, Plan, PlanItem, PlanQuerySet
from samleng.answers.plans.reading import ordinary_scope, ready_to_meet
from samleng.doors.web.desk.task import MOST, Waiting, as_day
from samleng.ground.people.rules import Acting, scope_of


def pledged(acting: Acting) -> Iterator[Waiting]:
    """All of them; the desk puts them in order."""
    yield from ready(acting)
    yield from meetings(acting)
    yield from plans(acting)
    yield from put_up(acting)
    yield from promises(acting)
    yield from claims(acting)


def ready(acting: Acting) -> Iterator[Waiting]:
    """Both sides' scorecards are completed, and nobody has let them meet yet."""
    for one in ready_to_meet(acting, MOST):
        yield Waiting(
            what=_("Both sides are ready: hold the interface meeting"),
            about=one.facility.name,
            place=one.place,
            since=as_day(one.since),
            url=reverse("meeting_hold", args=[one.round.pk, one.facility.pk, one.place.pk]),
        )


def meetings(acting: Acting) -> Iterator[Waiting]:
    """Meetings that were opened and are not closed yet."""
    rows = (
        Meeting.objects.within(scope_of(acting, "plans.close_meeting"))
        .open()
        .select_related("facility", "place__kind")
        .order_by("held_on", "pk")[:MOST]
    )
    for meeting in rows:
        yield Waiting(
            what=_("Finish the interface meeting"),
            about=meeting.facility.name,
            place=meeting.place,
            since=meeting.held_on,
            url=reverse("meeting", args=[meeting.pk]),
        )


def offices_of(acting: Acting, verb: str) -> list[str]:
    return [seat.office for seat in acting.seats if seat.office and verb in seat.rights.verbs]


def plans(acting: Acting) -> Iterator[Waiting]:
    """Plans that hold promises but no stamped paper yet."""
    mine = Q(office_id__in=offices_of(acting, "plans.adopt"))
    if (near := Plan.objects.opened_to(ordinary_scope(acting, "plans.adopt"))) is not None:
        mine |= near
    filled = PlanItem.objects.filter(plan=OuterRef("pk"))
    rows = (
        Plan.objects.filter(mine, Exists(filled), adopted_on=None)
        .select_related("place__kind")
        .order_by("opened_at", "pk")[:MOST]
    )
    for plan in rows:
        yield Waiting(
            what=_("Have the plan signed and upload its scan"),
            about=plan.place.name,
            place=plan.place,
            since=as_day(plan.opened_at),
            url=reverse("plan", args=[plan.pk]),
        )


def promised(action: Action) -> dict[str, Any]:
    """What a line of the desk says of a promise, whatever there is to do about it."""
    return {"about": action.text, "place": action.place, "url": reverse("action", args=[action.pk])}


def put_up(acting: Acting) -> Iterator[Waiting]:
    """What offices below have put to one's own, and nobody has answered yet."""
    rows = (
        Action.objects.unfinished()
        .filter(escalated_to__in=offices_of(acting, "actions.escalate"), escalation=ASKED, claimed_on=None)
        .select_related("place__kind")
        .order_by("status_on", "pk")[:MOST]
    )
    for action in rows:
        yield Waiting(
            what=_("Answer what was put to your office"), since=action.status_on, **promised(action)
        )


def promises(acting: Acting) -> Iterator[Waiting]:
    """Promises of one's own office, and those it has taken up from below."""
    offices = offices_of(acting, "actions.claim")
    today = timezone.localdate()
    own = Q(office_id__in=offices) & ~Q(escalation__in=[ASKED, TAKEN_UP])
    rows = (
        Action.objects.unfinished()
        .filter(own | Q(escalated_to__in=offices, escalation=TAKEN_UP), claimed_on=None)
        .select_related("place__kind")
        .order_by("due_on", "pk")[:MOST]
    )
    for action in rows:
        yield Waiting(
            what=_("Keep a promise"),
            since=action.agreed_on,
            late=action.due_on < today,
            **promised(action),
        )


def claims(acting: Acting) -> Iterator[Waiting]:
    """Promises said to be done that this person may look at, never those of their own office."""
    held = PlanItem.objects.filter(plan__in=watched(acting)).values("action")
    mine = Q(pk__in=held)
    if (near := Action.objects.opened_to(ordinary_scope(acting, "actions.confirm"))) is not None:
        mine |= near
    offices = [seat.office for seat in acting.seats if seat.office]
    rows = (
        Action.objects.to_confirm()
        .filter(mine)
        .exclude(office__in=offices)
        .exclude(Q(escalated_to__isnull=False) & Q(escalated_to__in=offices))
        .select_related("place__kind")
        .order_by("claimed_on", "pk")[:MOST]
    )
    for action in rows:
        yield Waiting(
            what=_("Look whether a promise was kept, and say so"),
            since=as_day(action.claimed_on),
            **promised(action),
        )


def watched(acting: Acting) -> PlanQuerySet:
    if not acting.person:
        return Plan.objects.none()
    return Plan.objects.watched_by(acting.person, timezone.localdate())


def watches(acting: Acting) -> list[Plan]:
    """The plans this person watches over, each with its promises and how many are kept."""
    if not acting.person:
        return []
    live = Member.objects.live(timezone.localdate()).filter(person_id=acting.person)
    living = Q(items__action__superseded_by=None)
    rows = Plan.objects.filter(pk__in=live.values("plan")).annotate(
        promised=Count("items", filter=living, distinct=True),
        kept=Count("items", filter=living & Q(items__action__confirmed_on__isnull=False), distinct=True),
    )
    return list(rows.select_related("place__kind").order_by("-year", "place__code"))
