"""The desk's page of an office's own system: named, tried, switched, and what a person must decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from samleng.doors.exchange.models import HandedOver, Learnt, OutsideSystem, PassedOn
from samleng.doors.exchange.outside.rules import CLOCKS_DIFFER
from samleng.doors.exchange.outside.verbs.tending import (
    connect_system,
    owners,
    pass_once_more,
    settle,
    switch_system,
)
from samleng.doors.exchange.outside.verbs.trying import try_system
from samleng.doors.exchange.outside.wording import trouble_words
from samleng.doors.web.outside.forms import SystemForm, initial_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import at_fields, listed, signed_in, tried
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting

MOST = 50


def office_of(by: Acting, office_id: UUID) -> Office:
    """An office whose system one looks after; Denied for any other."""
    found = Office.objects.select_related("kind", "place__kind").filter(pk=office_id).first()
    if found is None or not by.may("exchange.give_key", owner=owners(found)):
        raise Denied
    return found


def system_of(office: Office) -> OutsideSystem | None:
    return OutsideSystem.objects.select_related("office").filter(office=office).first()


@never_cache
@signed_in
def system(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """An office's own system: how it stands, and what is said of it."""
    by = acting_for(request)
    office = office_of(by, office_id)
    kept = system_of(office)
    form = SystemForm(request.POST or None, kept=kept, initial=initial_of(kept))
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: connect_system(by=by, office=office, wanted=form.wanted()))
        if not refusals:
            messages.success(request, _("The system is named. Try whether it answers."))
            return redirect("outside", office.pk)
        at_fields(form, refusals)
    return shown(request, office, kept, form=form)


def shown(request: HttpRequest, office: Office, kept: OutsideSystem | None, **more: Any) -> HttpResponse:
    context = {
        "office": office,
        "system": kept,
        "form": SystemForm(kept=kept, initial=initial_of(kept)),
        **(standing(kept) if kept else {}),
        **more,
    }
    wrong = more.get("errors") or context["form"].errors
    return render(request, "outside/system.html", context, status=422 if wrong else 200)


def standing(kept: OutsideSystem) -> dict[str, Any]:
    """How it stands: what went there, what waits, and what a person must decide."""
    handed = HandedOver.objects.filter(system=kept)
    waits = (HandedOver.DUE, HandedOver.SENDING, HandedOver.UNSURE, HandedOver.TOKEN)
    undone = Learnt.objects.filter(handed__system=kept).exclude(trouble__in=("", "not_ours"))
    lost = PassedOn.objects.filter(handed__system=kept, done_at__isnull=False).exclude(trouble="")
    return {
        "held": handed.filter(state=HandedOver.HELD).count(),
        "waits": handed.filter(state__in=waits).count(),
        "asked": told(handed.waiting_for_a_person().select_related("case")),
        "undone": told(undone.select_related("handed__case").order_by("-at")),
        "lost": told(lost.select_related("handed__case").order_by("-at")),
        "trouble": trouble_words(kept.trouble),
        "clocks_differ": abs(kept.ahead) > CLOCKS_DIFFER,
        "minutes": abs(kept.ahead) // 60,
        "has_key": bool(kept.key),
    }


def told(rows: Any) -> list[tuple[Any, Any]]:
    return [(one, trouble_words(one.trouble)) for one in rows[:MOST]]


@require_POST
@never_cache
@signed_in
def attempt(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Try whether it answers."""
    by = acting_for(request)
    office = office_of(by, office_id)
    kept = system_of(office)
    if kept is None:
        raise Denied
    found = try_system(by=by, system=kept)
    return shown(request, office, kept, found=found, found_trouble=trouble_words(found.trouble))


@require_POST
@never_cache
@signed_in
def switch(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Off, and on again."""
    by = acting_for(request)
    office = office_of(by, office_id)
    kept = system_of(office)
    if kept is None:
        raise Denied
    switch_system(by=by, system=kept, on=request.POST.get("on") == "1")
    return redirect("outside", office.pk)


@require_POST
@never_cache
@signed_in
def decide(request: HttpRequest, office_id: UUID, handed_id: UUID) -> HttpResponse:
    """A person looked there: it has this number, or it is sent again."""
    by = acting_for(request)
    office = office_of(by, office_id)
    handed = HandedOver.objects.filter(pk=handed_id, system__office=office).first()
    if handed is None:
        raise Denied
    number = request.POST.get("number", "") if request.POST.get("arrived") else ""
    if request.POST.get("arrived") and not number.strip():
        return shown(request, office, system_of(office), errors=[(_("Write the number it has there."), "")])
    refusals = tried(lambda: settle(by=by, handed=handed, number=number))
    if refusals:
        return shown(request, office, system_of(office), errors=listed(refusals))
    messages.success(request, _("Noted."))
    return redirect("outside", office.pk)


@require_POST
@never_cache
@signed_in
def again(request: HttpRequest, office_id: UUID, passed_id: UUID) -> HttpResponse:
    """Send news once more that they did not take."""
    by = acting_for(request)
    office = office_of(by, office_id)
    passed = PassedOn.objects.filter(pk=passed_id, handed__system__office=office).first()
    if passed is None:
        raise Denied
    refusals = tried(lambda: pass_once_more(by=by, passed=passed))
    if refusals:
        return shown(request, office, system_of(office), errors=listed(refusals))
    messages.success(request, _("It is sent once more."))
    return redirect("outside", office.pk)
