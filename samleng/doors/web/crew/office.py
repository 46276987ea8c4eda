"""The office's pages about its crews: forming one, its link, giving work, and what crews found."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from samleng.answers.cases.models import Case, Crew, Evidence
from samleng.answers.cases.steps import allowed, require_case
from samleng.answers.cases.verbs import working
from samleng.answers.cases.verbs.moderating import show
from samleng.answers.cases.verbs.working import DONE, GIVEN, link_ends
from samleng.doors.web.crew import seen
from samleng.doors.web.crew.link import picture
from samleng.doors.web.plans.links import private
from samleng.doors.web.qr import qr
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import at_fields, carried_out, signed_in, token_of, tried
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.kit.words.text import say

LEADS = ("cases.assign", "cases.work")


class FormCrew(forms.Form):
    """A new crew: whose it is and how it is called."""

    office = forms.ChoiceField(label=_("Which office's crew?"))
    name = forms.CharField(
        label=_("What is the crew called?"),
        help_text=_("A name everybody in the office knows: “Morning crew, truck 3”. No telephone number."),
        max_length=80,
    )

    def __init__(self, *given: Any, offices: list[Office], **more: Any) -> None:
        super().__init__(*given, **more)
        names = [(str(one.pk), say(one.name, translation.get_language() or "en")) for one in offices]
        self.fields["office"].choices = names  # type: ignore[attr-defined]
        if len(offices) == 1:
            self.fields["office"].widget = forms.HiddenInput()
            self.initial["office"] = names[0][0]


class Give(forms.Form):
    """Work for a crew: which, when, and what it must know."""

    crew = forms.ChoiceField(label=_("Which crew?"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}))
    task = forms.CharField(
        label=_("What the crew must know"),
        help_text=_("In your own words; never who reported it."),
        required=False,
        max_length=600,
        widget=forms.Textarea,
    )

    def __init__(self, *given: Any, crews: list[Crew], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["crew"].choices = [(str(one.pk), one.name) for one in crews]  # type: ignore[attr-defined]


def living(offices: list[Office]) -> list[Crew]:
    """The crews of the offices with what they have and what they did today."""
    today = timezone.localdate()
    rows = Crew.objects.filter(office__in=offices, ended_at=None).select_related("office")
    return list(
        rows.annotate(
            waiting=Count("orders", filter=Q(orders__state=GIVEN, orders__day__lte=today)),
            finished=Count("orders", filter=Q(orders__state=DONE, orders__done_at__date=today)),
        ).order_by("name", "pk")
    )


@signed_in
def crews(request: HttpRequest) -> HttpResponse:
    """The crews of one's office, what they could not do, and what nobody goes to yet."""
    by = acting_for(request)
    offices = seen.offices_of(by, *LEADS)
    if not offices:
        raise Denied
    forming = seen.offices_of(by, "cases.assign")
    form = FormCrew(request.POST or None, offices=forming) if forming else None
    if form is not None and request.method == "POST":
        made: list[tuple[Crew, str]] = []
        done = carried_out(
            form,
            lambda given: made.append(
                working.form_crew(by=by, office=mine(forming, given["office"]), name=given["name"])
            ),
        )
        if done:
            return link_made(request, *made[0])
    context = {
        "crews": living(offices),
        "stuck": [
            {"order": one, "reason": seen.REASONS.get(one.reason, one.reason)}
            for one in seen.could_not(offices)[: seen.MOST]
        ],
        "to_give": seen.to_give(by, offices),
        "form": form,
        "sample": any(one.sample for one in offices),
        "trail": [(gettext("My work"), reverse("desk")), (gettext("Crews"), "")],
    }
    wrong = form is not None and bool(form.errors)
    return render(request, "crew/crews.html", context, status=422 if wrong else 200)


def mine(offices: list[Office], pk: str) -> Office:
    return next(one for one in offices if str(one.pk) == pk)


def link_made(request: HttpRequest, crew: Crew, token: str) -> HttpResponse:
    """The link with its QR, now and never again: the site keeps only its hash."""
    with translation.override(settings.LANGUAGE_CODE):
        address = settings.SITE_ADDRESS + reverse("crew_day", args=[token])
    context = {
        "crew": crew,
        "address": address,
        "qr": qr(address),
        "ends": link_ends(crew),
        "sample": crew.office.sample,
    }
    return private(render(request, "crew/link_made.html", context))


def led(by: Acting, crew_id: UUID) -> Crew:
    """A crew of an office one leads; Denied, as if absent, for another's."""
    offices = seen.offices_of(by, *LEADS)
    crew = Crew.objects.select_related("office").filter(pk=crew_id, office__in=offices).first()
    if crew is None:
        raise Denied
    return crew


@signed_in
@require_safe
def crew(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    """What one crew has to do and what it said."""
    by = acting_for(request)
    found = led(by, crew_id)
    rows = found.orders.select_related("case__catalogue", "case__place__kind").order_by("-day", "-at")
    context = {
        "crew": found,
        "orders": [
            {"order": one, "reason": seen.REASONS.get(one.reason, "")} for one in rows[: 2 * seen.MOST]
        ],
        "ends": link_ends(found),
        "may_lead": by.may("cases.assign", owner=found.office.owner_key),
        "sample": found.office.sample,
        "trail": [
            (gettext("My work"), reverse("desk")),
            (gettext("Crews"), reverse("crews")),
            (found.name, ""),
        ],
    }
    return render(request, "crew/crew.html", context)


@signed_in
@require_POST
def link_anew(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    """A new link; the old one opens nothing from now on."""
    by = acting_for(request)
    return link_made(request, *working.new_link(by=by, crew=led(by, crew_id)))


@signed_in
@require_POST
def end(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    by = acting_for(request)
    working.end_crew(by=by, crew=led(by, crew_id))
    messages.success(request, gettext("The crew works no more. Its link opens nothing."))
    return redirect("crews")


def public_case(by: Acting, case_id: UUID, right: str) -> Case:
    """A public case to which somebody may do this; Denied, as if absent, for any other."""
    case = Case.objects.with_context().filter(pk=case_id, exposure="public").first()
    if case is None:
        raise Denied
    require_case(by, right, case)
    return case


@signed_in
def give(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give a case to a crew of the office."""
    by = acting_for(request)
    case = public_case(by, case_id, "cases.work")
    crews = living([case.office])
    form = Give(
        request.POST or None, crews=crews,
        initial={"day": timezone.localdate(), "crew": str(crews[0].pk) if len(crews) == 1 else None},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = next(one for one in crews if str(one.pk) == given["crew"])
        refusals = tried(
            lambda: working.order(
                by=by, request=token_of(request), case=case, crew=chosen, day=given["day"],
                task=given["task"],
            )
        )  # fmt: skip
        if not refusals:
            messages.success(request, gettext("The crew has it on its list for that day."))
            return redirect("crews")
        at_fields(form, refusals)
    context = {
        "case": case,
        "crews": crews,
        "form": form,
        "token": request.POST.get("token") or str(uuid4()),
        "sample": case.sample,
        "trail": [
            (gettext("My work"), reverse("desk")),
            (gettext("Crews"), reverse("crews")),
            (case.reference, ""),
        ],
    }
    return render(request, "crew/give.html", context, status=422 if form.errors else 200)


@signed_in
def photos(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What crews photographed at a case; whoever moderates lets everyone see it, or takes it back."""
    by = acting_for(request)
    case = public_case(by, case_id, "cases.see")
    if request.method == "POST":
        one = evidence_of(case, request.POST.get("evidence", ""))
        show(by=by, evidence=one, shown=request.POST.get("do") == "show")
        return redirect("crew_photos", case.pk)
    context = {
        "case": case,
        "photos": case.evidence.filter(blob__erased_at=None).select_related("blob").order_by("at"),
        "orders": [
            {"order": one, "reason": seen.REASONS.get(one.reason, "")}
            for one in case.orders.select_related("crew").order_by("-at")
        ],
        "may_show": allowed(by, "cases.moderate", case),
        "sample": case.sample,
        "trail": [
            (gettext("My work"), reverse("desk")),
            (gettext("Crews"), reverse("crews")),
            (case.reference, ""),
        ],
    }
    return render(request, "crew/photos.html", context)


def evidence_of(case: Case, pk: str) -> Evidence:
    found = case.evidence.filter(pk=int(pk), blob__erased_at=None).first() if pk.isdecimal() else None
    if found is None:
        raise Http404
    return found


@signed_in
@require_safe
def photo(request: HttpRequest, case_id: UUID, evidence_id: int) -> HttpResponse:
    """One picture of a case, small, for whoever may see the case."""
    case = public_case(acting_for(request), case_id, "cases.see")
    return private(picture(evidence_of(case, str(evidence_id)), case.sample))
