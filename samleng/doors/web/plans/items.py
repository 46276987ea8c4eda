"""Rows of a plan are put in order, and actions agreed elsewhere join it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Plan
from samleng.answers.plans.reading import actions_seen_by
from samleng.answers.plans.verbs.planning import join_action, place_item
from samleng.doors.web.plans.agreeing import seen_item
from samleng.doors.web.plans.forms import counted
from samleng.doors.web.plans.seen import may, plan_trail, seen_plan
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, token_of, tried, uuid_or_none
from samleng.ground.people.rules import Acting
from samleng.ground.services.models import FacilityLink
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal

MOST = 50


@require_POST
@signed_in
def place(request: HttpRequest, plan_id: UUID, item_id: int) -> HttpResponse:
    """Move a row within its part."""
    by = acting_for(request)
    one = seen_plan(by, plan_id)
    item = seen_item(by, one, item_id)
    to = counted(request.POST.get("to", ""))
    if isinstance(to, int):
        place_item(by=by, item=item, order=to)
    return redirect(reverse("plan", args=[one.pk]) + f"#item-{item.pk}")


def joinable(by: Acting, one: Plan) -> QuerySet[Action]:
    """Unfinished actions of the programme that could serve this place: of its facilities, or near it."""
    serving = FacilityLink.objects.filter(place=one.place, until=None).values("facility_id")
    near = (
        Q(facility__in=serving)
        | Q(facility__place=one.place)
        | Q(office__place__in=one.place.ancestor_ids)
        | Q(place__parent=one.place.parent_id)
    )
    mine = actions_seen_by(by).filter(pk__in=Action.objects.unfinished().values("pk"))
    return (
        mine.filter(near, programme=one.programme)
        .exclude(pk__in=one.items.values("action"))
        .select_related("office", "place__kind", "facility")
        .order_by("-agreed_on", "pk")
    )


@signed_in
def join(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Take in an action agreed elsewhere that serves this place too; it still exists once."""
    by = acting_for(request)
    one = seen_plan(by, plan_id)
    if not may(by, "plans.agree", one):
        raise Denied
    refusals: list[Refusal] = []
    if request.method == "POST":
        action = joinable(by, one).filter(pk=uuid_or_none(request.POST.get("action"))).first()
        if action is None and not one.items.filter(action=uuid_or_none(request.POST.get("action"))).exists():
            raise Denied
        if action is not None:
            found = action
            refusals = tried(lambda: join_action(by=by, plan=one, action=found, request=token_of(request)))
        if not refusals:
            return redirect("plan", one.pk)
    given = {
        "plan": one,
        "actions": joinable(by, one)[:MOST],
        "errors": listed(refusals),
        "sample": one.programme.sample,
        "trail": plan_trail(one, _("Take in an action agreed elsewhere")),
    }
    return render(request, "plans/join.html", given, status=422 if refusals else 200)
