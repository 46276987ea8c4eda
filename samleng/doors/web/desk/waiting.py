"""What waits for somebody: each thing with where it is and since when, oldest first."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.crew.seen import could_not, offices_of
from samleng.doors.web.desk.keyed import keyed
from samleng.doors.web.desk.matters import matters
from samleng.doors.web.desk.pledged import pledged
from samleng.doors.web.desk.task import MOST, Waiting, as_day
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Seat
from samleng.ground.people.rules import Acting, scope_of
from samleng.ground.places.models import Place
from samleng.voices.scorecards.models import ChangeRequest, Scorecard, State


def waiting_for(acting: Acting) -> list[Waiting]:
    """Everything that waits for this person in all their seats: urgent, late, then the longest waiting."""
    found = [*cards(acting), *reviews(acting), *requests(acting), *pledged(acting)]
    found += [*unmanaged(acting), *stuck(acting), *keyed(acting), *matters(acting)]
    return sorted(found, key=lambda one: (not one.urgent, not one.late, one.since))


def unmanaged(acting: Acting) -> Iterator[Waiting]:
    """For whoever opens programmes: the very first one, and those that nobody manages yet."""
    if not acting.may("offices.open_programme", owner=""):
        return
    root = Place.objects.whole_country()
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


def cards(acting: Acting) -> Iterator[Waiting]:
    """Cards this person leads or may hold, planned for now or running."""
    today = timezone.localdate()
    mine = Q(lead_id=acting.person) | Q(lead=None)
    rows = (
        Scorecard.objects.within(scope_of(acting, "scorecards.write_line"))
        .filter(mine, state__in=[State.PLANNED, State.RUNNING])
        .in_lists()
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
        .in_lists()
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
    # Few requests are open at any time, so they are looked at before the area's many scorecards.
    asked_for = list(ChangeRequest.objects.filter(decided_at=None).values_list("scorecard_id", flat=True))
    mine = Scorecard.objects.within(scope_of(acting, "scorecards.decide"))
    rows = (
        ChangeRequest.objects.filter(scorecard__in=mine.filter(pk__in=asked_for), decided_at=None)
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


def stuck(acting: Acting) -> Iterator[Waiting]:
    """What a crew could not do and nobody has given anew: somebody must go, or another office."""
    for order in could_not(offices_of(acting, "cases.assign", "cases.work"))[:MOST]:
        yield Waiting(
            what=_("A crew could not do its work: look at it"),
            about=order.case.of.name,
            place=order.case.place,
            since=as_day(order.done_at),
            url=reverse("crew_photos", args=[order.case_id]),
            late=True,
        )
