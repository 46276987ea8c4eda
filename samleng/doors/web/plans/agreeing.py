"""An action is taken into the plan, from a suggestion or new, and worded better later."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case, Cluster
from samleng.answers.plans.models import Meeting, Plan, PlanItem
from samleng.answers.plans.reading import results_at
from samleng.answers.plans.verbs.planning import agree, open_plan, reword
from samleng.doors.web.plans.forms import AgreeForm, RewordForm
from samleng.doors.web.plans.meetings import trail
from samleng.doors.web.plans.seen import (
    at_fields,
    language,
    may,
    plan_trail,
    seen_meeting,
    seen_plan,
    status_of,
)
from samleng.doors.web.plans.table import suggestion_of
from samleng.doors.web.plans.voices import taken_up, voice_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in, token_of, tried
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.permission import Denied, require
from samleng.kit.words.text import say

KHMER = re.compile("[\u1780-\u17ff]")


def answering_offices(place: Place, facility: Facility | None) -> QuerySet[Office]:
    """Offices that may promise something here: the facility's own, and those from this place upward."""
    near = Q(place=place) | Q(place_id__in=place.ancestor_ids, facility=None)
    if facility is not None:
        near |= Q(facility=facility)
        answering = Office.objects.answering(facility.service, place, timezone.localdate())
        near |= Q(pk__in=answering.values("pk"), facility=None)
    return Office.objects.filter(near).order_by("-place__level", "code").distinct()


@signed_in
def agree_action(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Take an action into the commune's plan, opening the plan when it is the first."""
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    require(by, "plans.agree", owner=one.owner_key, path=one.place.path)
    method = one.round.framework.method
    texts = {result.criterion: say(result.text, language()) for result in results_at(one)}
    mark, voice = request.GET.get("from", ""), said_by(request, one.place)
    form = AgreeForm(
        request.POST or None,
        method=method,
        offices=answering_offices(one.place, one.facility),
        criteria=list(texts.items()),
        language=language(),
        initial=prefilled(one, mark, request.GET.get("criterion", ""))
        | ({"office": voice.office_id} if voice else {}),
    )
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: answered(by, request, take_in(by, one, form, token_of(request))))
        if not refusals:
            return redirect(reverse("meeting", args=[one.pk]) + "#plan")
        at_fields(form, refusals)
    given = {
        "meeting": one,
        "form": form,
        "from_suggestion": bool(mark),
        "voice": voice,
        "sample": one.programme.sample,
        "trail": trail(one, _("Take an action into the plan")),
    }
    return render(request, "plans/agree.html", given, status=status_of(form))


def said_by(request: HttpRequest, place: Place) -> Case | Cluster | None:
    """What people reported and the action is to answer; Denied for what does not stand here."""
    mark = request.GET.get("voice", "")
    found = voice_of(mark, place) if mark else None
    if mark and found is None:
        raise Denied
    return found


def answered(by: Acting, request: HttpRequest, item: PlanItem) -> PlanItem:
    """The new action answers what people reported, where it was begun from that."""
    if mark := request.GET.get("voice", ""):
        taken_up(by, item, mark)
    return item


def prefilled(one: Meeting, mark: str, criterion: str) -> dict[str, Any]:
    """What the meeting already knows about an action taken from a suggestion."""
    method = one.round.framework.method
    office = Office.objects.filter(facility=one.facility).first()
    given = {
        "part": next((p for p in method.plan.parts if p.by_provider), method.plan.parts[-1]).code,
        "office": office.pk if office else None,
        "starts_on": one.held_on,
        "criterion": criterion,
    }
    found = suggestion_of(one, mark) if mark else None
    if found is None:
        return given
    result, text = found
    side = next((s for s in method.sides if s.code == result.sheet.scorecard.side), None)
    words = {"text_km" if KHMER.search(text) else "text_en": text}
    return (
        given
        | words
        | {
            "criterion": result.criterion,
            "proposer": say(side.name, language()) if side else "",
        }
    )


def take_in(by: Acting, one: Meeting, form: AgreeForm, token: UUID) -> PlanItem:
    framework, office = one.round.framework, form.cleaned_data["office"]
    around = Place.objects.filter(pk__in=one.place.ancestor_ids, level=framework.method.plan.level).first()
    place = around or one.place
    kept = open_plan(
        by=by,
        programme=one.programme,
        framework=framework,
        place=place,
        office=Office.objects.administering(place).first() or office,
        year=one.round.year,
    )
    item: PlanItem = agree(
        by=by,
        plan=kept,
        terms=form.terms(),
        office=office,
        agreed_on=one.held_on,
        meeting=one,
        facility=one.facility,
        criterion=form.cleaned_data.get("criterion", ""),
        request=token,
    )
    return item


def seen_item(by: Acting, plan: Plan, item_id: int) -> PlanItem:
    item = plan.items.select_related("action__framework", "action__facility").filter(pk=item_id).first()
    if item is None:
        raise Denied
    item.plan = plan
    return item


@signed_in
def agree_new(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A new action that no meeting of a facility agreed, such as a road of the commune."""
    by = acting_for(request)
    plan = seen_plan(by, plan_id)
    if not may(by, "plans.agree", plan):
        raise Denied
    voice = said_by(request, plan.place)
    form = AgreeForm(
        request.POST or None,
        method=plan.framework.method,
        offices=answering_offices(plan.place, None),
        criteria=[],
        language=language(),
        initial={
            "office": voice.office_id if voice else plan.office_id,
            "part": plan.framework.method.plan.parts[0].code,
        },
    )
    if request.method == "POST" and form.is_valid():
        office = form.cleaned_data["office"]
        refusals = tried(
            lambda: answered(
                by,
                request,
                agree(by=by, plan=plan, terms=form.terms(), office=office, request=token_of(request)),
            )
        )
        if not refusals:
            return redirect("plan", plan.pk)
        at_fields(form, refusals)
    given = {"plan": plan, "form": form, "sample": plan.programme.sample}
    given["voice"] = voice
    given["trail"] = plan_trail(plan, _("A new action"))
    return render(request, "plans/agree.html", given, status=status_of(form))


@signed_in
def reword_item(request: HttpRequest, plan_id: UUID, item_id: int) -> HttpResponse:
    """Word an action better: in place until the plan is adopted, afterwards by a successor with a reason."""
    by = acting_for(request)
    plan = seen_plan(by, plan_id)
    item = seen_item(by, plan, item_id)
    if not may(by, "plans.agree", plan):
        raise Denied
    offices = answering_offices(plan.place, item.action.facility)
    form = RewordForm(
        request.POST or None,
        method=plan.framework.method,
        offices=offices | Office.objects.filter(pk=item.action.office_id).distinct(),
        criteria=[],
        language=language(),
        kept=item.action,
    )
    if request.method == "POST" and form.is_valid():
        refusals = tried(
            lambda: reword(
                by=by,
                item=item,
                terms=form.terms(),
                office=form.cleaned_data["office"],
                reason=form.cleaned_data.get("reason", ""),
                request=token_of(request),
            )
        )
        if not refusals:
            return redirect("plan", plan.pk)
        at_fields(form, refusals)
    given = {"plan": plan, "item": item, "form": form, "sample": plan.programme.sample}
    given["trail"] = plan_trail(plan, _("Word it better"))
    return render(request, "plans/reword.html", given, status=status_of(form))
