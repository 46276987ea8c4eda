"""What an office answers for: given, corrected and ended; and which messages therefore reach it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from samleng.doors.web.programme.channels import channels_of, lacks
from samleng.doors.web.programme.duty_forms import DutyForm
from samleng.doors.web.programme.office_forms import EndForm
from samleng.doors.web.programme.offices import asked_office, form_page, looks, registers, trail
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import carried_out, signed_in
from samleng.ground.offices.models import Duty, Office
from samleng.ground.offices.verbs import end_duty, give_duty
from samleng.kit.ledger.permission import Denied


@signed_in
def duty(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Say what an office answers for, where and since when, and how much of it."""
    by = acting_for(request)
    found = asked_office(office_id)
    if not registers(by, found.place):
        raise Denied
    form = DutyForm(request.POST or None, request.FILES or None, office=found)
    if carried_out(form, lambda given: give_duty(by=by, office=found, **form.terms())):
        messages.success(
            request,
            _("The duty is written down, for every message about the service. “Correct it” narrows it."),
        )
        return redirect("office", found.pk)
    return form_page(request, "programme/duty.html", found, form, _("What it answers for"))


@signed_in
def change(request: HttpRequest, office_id: UUID, duty_id: int) -> HttpResponse:
    """Correct for which messages a duty holds, and inside which outline."""
    by = acting_for(request)
    found = asked_office(office_id)
    kept = live_duty(found, duty_id)
    if not registers(by, kept.area):
        raise Denied
    form = DutyForm(request.POST or None, request.FILES or None, office=found, kept=kept)
    if carried_out(form, lambda given: give_duty(by=by, office=found, **form.terms())):
        messages.success(request, _("The duty is corrected."))
        return redirect("office", found.pk)
    return form_page(request, "programme/duty.html", found, form, _("What it answers for"), duty=kept)


def live_duty(found: Office, duty_id: int) -> Duty:
    """A duty of the office that has no end yet; as if absent otherwise."""
    rows: QuerySet[Duty] = Duty.objects.filter(office=found, until=None)
    kept = rows.select_related("service", "area__kind", "office").filter(pk=duty_id).first()
    if kept is None:
        raise Denied
    return kept


@signed_in
def end(request: HttpRequest, office_id: UUID, duty_id: int) -> HttpResponse:
    """A duty ends on a day; who answered until then stays known."""
    by = acting_for(request)
    found = asked_office(office_id)
    kept = live_duty(found, duty_id)
    if not registers(by, kept.area):
        raise Denied
    form = EndForm(request.POST or None)
    if carried_out(form, lambda given: end_duty(by=by, duty=kept, **given)):
        messages.success(request, _("The duty has an end."))
        return redirect("office", found.pk)
    return form_page(request, "programme/duty_end.html", found, form, _("End a duty"), duty=kept)


@signed_in
def channels(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Which messages reach the office, and in words what lacks where they do not."""
    by = acting_for(request)
    looks(by)
    found = asked_office(office_id)
    rows: dict[Any, list[Any]] = {}
    for one in channels_of(found):
        rows.setdefault(one.where, []).append(one)
    context = {
        "office": found,
        "sample": found.sample,
        "parts": list(rows.items()),
        "lacks": lacks(found, any(rows.values())),
        "registers": registers(by, found.place),
        "trail": trail(found, (_("Which messages reach it"), "")),
    }
    return render(request, "programme/channels.html", context)
