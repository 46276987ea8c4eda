"""Who watches over a plan: its monitoring committee and its community ambassadors."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.answers.plans.models import Plan
from samleng.answers.plans.verbs.watching import appoint, dismiss
from samleng.doors.web.plans.forms import AppointForm
from samleng.doors.web.plans.seen import at_fields, language, may, plan_trail, seen_plan, status_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in, token_of, tried
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.rules import WATCHERS, Acting, SeatFact, may_give
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.kit.ledger.permission import Denied


def candidates(plan: Plan) -> QuerySet[Person]:
    """People with a watcher's seat of the programme that reaches this place, not on the plan yet."""
    seats = Seat.objects.live().filter(role__in=WATCHERS, programme=plan.programme)
    here = Q(area__in=plan.place.ancestor_ids) | Q(area__path__startswith=plan.place.path)
    on_it = plan.members.live(timezone.localdate()).values("person")
    people = Person.objects.filter(pk__in=seats.filter(here).values("person"), is_active=True)
    return people.exclude(pk__in=on_it).order_by("sort_key", "pk")


def may_welcome(by: Acting, plan: Plan) -> bool:
    """Whether they may give somebody new an account and a watcher's seat here."""
    wanted = SeatFact(role="committee", programme=str(plan.programme_id), area_path=plan.place.path)
    return any("people.welcome" in one.rights.verbs for one in by.seats) and may_give(by, wanted)


@signed_in
def watchers(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Who watches over the plan now, and somebody more."""
    by = acting_for(request)
    one = seen_plan(by, plan_id)
    if not may(by, "plans.appoint", one):
        raise Denied
    new = may_welcome(by, one)
    people = candidates(one)
    chosen = Person.objects.filter(pk__in=people.values("pk"))
    if request.method == "POST":
        # Sent twice, the person is on the plan already: the verb then says the same again.
        on_it = Person.objects.filter(pk__in=one.members.filter(until=None).values("person"))
        chosen = chosen | on_it
    form = AppointForm(
        request.POST or None, people=chosen.order_by("sort_key"), new=new, initial={"role": "committee"}
    )
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: take_on(by, one, form, token_of(request)))
        if not refusals:
            return redirect("plan_watchers", one.pk)
        at_fields(form, refusals)
    given = {
        "plan": one,
        "form": form,
        "new": new,
        "members": one.members.filter(until=None).select_related("person").order_by("role", "since"),
        "sample": one.programme.sample,
        "trail": plan_trail(one, _("Who watches over it")),
    }
    return render(request, "plans/watchers.html", given, status=status_of(form))


def take_on(by: Acting, plan: Plan, form: AppointForm, token: UUID) -> None:
    """Appoint somebody known, or open an account with a watcher's seat for somebody new first."""
    given = form.cleaned_data
    person = given.get("person")
    with transaction.atomic():
        if person is None:
            person = welcome(by=by, name=given["name"], language=language(), request=token)
            seat(by=by, person=person, role=given["role"], programme=plan.programme, area=plan.place)
        appoint(by=by, plan=plan, person=person, role=given["role"])


@require_POST
@signed_in
def leave(request: HttpRequest, plan_id: UUID, member_id: UUID) -> HttpResponse:
    """Somebody watches over the plan no longer; what they said stays."""
    by = acting_for(request)
    one = seen_plan(by, plan_id)
    member = one.members.filter(pk=member_id).first()
    if member is None:
        raise Denied
    dismiss(by=by, member=member)
    return redirect("plan_watchers", one.pk)
