"""What people of a place reported, beside the plan that may answer it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case, Cluster
from samleng.answers.plans.models import Meeting, Plan, PlanItem, TakenUp
from samleng.answers.plans.reading import voices_at
from samleng.answers.plans.verbs.taking import take_up
from samleng.doors.web.plans.meetings import trail
from samleng.doors.web.plans.seen import may, plan_trail, seen_meeting, seen_plan
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, token_of, tried, uuid_or_none
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.kit.ledger.permission import Denied, require
from samleng.kit.words.refusals import Refusal


def voice_of(mark: str, place: Place) -> Case | Cluster | None:
    """The case or cluster of a place that a mark names; None for anything else."""
    kind, _dash, key = mark.partition("-")
    pk = uuid_or_none(key)
    if kind == "cluster":
        here = Cluster.objects.filter(pk=pk, withdrawn_at=None, place__path__startswith=place.path)
        return here.select_related("place").first()
    if kind == "case":
        public = Case.objects.filter(pk=pk, exposure="public", place__path__startswith=place.path)
        return public.select_related("place", "catalogue").first()
    return None


def taken_up(by: Acting, item: PlanItem, mark: str, request: HttpRequest | None = None) -> TakenUp:
    """Take up what the mark names by this action."""
    found = voice_of(mark, item.plan.place)
    if found is None:
        raise Denied
    given = {"case": found} if isinstance(found, Case) else {"cluster": found}
    token = {"request": token_of(request)} if request is not None else {}
    taken: TakenUp = take_up(by=by, item=item, **given, **token)
    return taken


@signed_in
def plan_voices(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Choose what the plan answers of what people reported: by an action it has, or by a new one."""
    by = acting_for(request)
    plan = seen_plan(by, plan_id)
    if not may(by, "plans.agree", plan):
        raise Denied
    refusals: list[Refusal] = []
    if request.method == "POST":
        item = plan.items.select_related("action").filter(pk=number(request.POST.get("item"))).first()
        if item is None:
            raise Denied
        item.plan = plan
        found = item
        refusals = tried(lambda: taken_up(by, found, request.POST.get("voice", ""), request))
        if not refusals:
            return redirect(reverse("plan_voices", args=[plan.pk]) + f"#{request.POST.get('voice', '')}")
    given = {
        "place": plan.place,
        "agree_url": reverse("plan_agree", args=[plan.pk]),
        "items": plan.items.select_related("action").filter(action__superseded_by=None).order_by("order"),
        "errors": listed(refusals),
        "sample": plan.programme.sample,
        "trail": trail_of(plan, None),
    }
    return shown(request, plan.place, given, 422 if refusals else 200)


@signed_in
def meeting_voices(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The same beside a meeting's scorecards, where the plan may not be opened yet."""
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    require(by, "plans.agree", owner=one.owner_key, path=one.place.path)
    given = {
        "place": one.place,
        "agree_url": reverse("meeting_agree", args=[one.pk]),
        "sample": one.programme.sample,
        "trail": trail_of(None, one),
    }
    return shown(request, one.place, given)


def shown(request: HttpRequest, place: Place, given: dict[str, object], status: int = 200) -> HttpResponse:
    voices = voices_at(place)
    given["groups"] = [one for one in voices if one.cluster]
    given["cases"] = [one for one in voices if one.case]
    return render(request, "plans/voices.html", given, status=status)


def trail_of(plan: Plan | None, meeting: Meeting | None) -> list[tuple[object, str]]:
    here = _("What people reported here")
    if plan is not None:
        return plan_trail(plan, here)
    return trail(meeting, here) if meeting is not None else []


def number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else 0
