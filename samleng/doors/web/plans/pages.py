"""The commune's plan: its promises by part, what became of them, and what is to do with it now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.answers.plans.models import Plan
from samleng.answers.plans.reading import items_of, late_adoption, plan_rates, plans_seen_by
from samleng.answers.plans.verbs.planning import adopt, carry_over, number_plan
from samleng.doors.exchange.plans.verbs import give_out
from samleng.doors.web.plans.board import parts_of
from samleng.doors.web.plans.forms import AdoptForm, NumberForm
from samleng.doors.web.plans.seen import at_fields, language, may, seen_plan, status_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import LongList, signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import keep, open_blob


@signed_in
def plans(request: HttpRequest) -> HttpResponse:
    """The plans this person may see, newest first, with how many of their promises are kept."""
    by = acting_for(request)
    living = Q(items__action__superseded_by=None)
    counts = {
        "promised": Count("items", filter=living, distinct=True),
        "kept": Count("items", filter=living & Q(items__action__confirmed_on__isnull=False), distinct=True),
    }
    rows = plans_seen_by(by).order_by("-year", "place__code", "pk")
    page = LongList(
        rows, 25, whole=lambda some: some.select_related("place__kind", "programme").annotate(**counts)
    ).get_page(request.GET.get("page"))
    sample = any(row.programme.sample for row in page)
    return render(request, "plans/plans.html", {"page": page, "sample": sample})


@signed_in
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan, to read, to work on, or only to watch over."""
    by = acting_for(request)
    return show_plan(request, by, seen_plan(by, plan_id))


def show_plan(request: HttpRequest, by: Acting, one: Plan, **more: Any) -> HttpResponse:
    items = items_of(one)
    members = list(one.members.live(timezone.localdate()).select_related("person").order_by("role", "since"))
    watched = any(str(member.person_id) == by.person for member in members)
    unbound = [item for item in items if item.action.adopted_on is None]
    may_adopt = may(by, "plans.adopt", one)
    given: dict[str, Any] = {
        "plan": one,
        "parts": parts_of(one, items),
        "counts": counts_of(items),
        "rates": plan_rates(one),
        "members": members,
        "to_judge": [item for item in items if item.action.claimed_on and not item.action.confirmed_on],
        "may_judge": watched or by.may("actions.confirm", owner=one.owner_key, path=one.place.path),
        "watched": watched,
        "may_agree": may(by, "plans.agree", one),
        "may_number": may(by, "plans.open", one),
        "may_appoint": may(by, "plans.appoint", one),
        "may_adopt": may_adopt and bool(items) and (one.adopted_on is None or bool(unbound)),
        "may_carry": one.adopted_on is not None and may(by, "plans.carry_over", one),
        "late_adoption": late_adoption(one),
        "unbound": unbound,
        "adopt_form": AdoptForm(initial={"adopted_on": timezone.localdate()}),
        "number_form": NumberForm(initial={"number": one.number}),
        "sample": one.programme.sample,
        "trail": [(_("Plans"), reverse("plans")), (one.place.label(language()), "")],
    }
    given |= more
    return render(request, "plans/plan.html", given, status=status_of(more.get("form")))


def counts_of(items: list[Any]) -> list[dict[str, Any]]:
    """What became of the promises, in three numbers."""
    today = timezone.localdate()
    actions = [item.action for item in items]
    claimed = sum(1 for one in actions if one.claimed_on and not one.confirmed_on)
    late = sum(
        1 for one in actions if one.claimed_on is None and one.stopped_on is None and one.due_on < today
    )
    kept = sum(1 for one in actions if one.confirmed_on)
    return [
        {"value": kept, "of": len(actions), "label": _("promises kept, as people confirm")},
        {"value": claimed, "label": _("said to be done, not confirmed yet")},
        {"value": late, "label": _("over their day")},
    ]


@signed_in
def adopt_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The stamped paper is here: from its day the promises bind."""
    by = acting_for(request)
    one = seen_plan(by, plan_id)
    if request.method != "POST":
        return redirect(reverse("plan", args=[one.pk]) + "#adopt")
    if not may(by, "plans.adopt", one):
        raise Denied
    form = AdoptForm(request.POST, request.FILES)

    def do() -> None:
        scan = keep(by=by, file=form.cleaned_data["scan"], kind="scan", owner=one.owner_key, field="scan")
        adopt(
            by=by, plan=one, scan=scan, adopted_on=form.cleaned_data["adopted_on"], request=token_of(request)
        )

    if form.is_valid():
        refusals = tried(do)
        if not refusals:
            return redirect("plan", one.pk)
        at_fields(form, refusals)
    return show_plan(request, by, one, adopt_form=form, form=form)


@require_POST
@signed_in
def carry_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What is unfinished goes into next year's plan too."""
    by = acting_for(request)
    next_one = carry_over(by=by, plan=seen_plan(by, plan_id), request=token_of(request))
    return redirect("plan", next_one.pk)


@require_POST
@signed_in
def number(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Write the office's own reference number on the plan."""
    by = acting_for(request)
    one, form = seen_plan(by, plan_id), NumberForm(request.POST)
    if form.is_valid():
        number_plan(by=by, plan=one, number=form.cleaned_data["number"])
        return redirect("plan", one.pk)
    return show_plan(request, by, one, number_form=form, form=form)


@signed_in
def plan_file(request: HttpRequest, plan_id: UUID, form: str) -> HttpResponse:
    """The plan as a file to print or to finish by hand."""
    by = acting_for(request)
    file = give_out(by=by, plan=seen_plan(by, plan_id), form=form, language=language())
    answer = HttpResponse(file.data, content_type=file.media_type)
    for name, value in headers(file.media_type, file.name.rsplit(".", 1)[0]).items():
        answer[name] = value
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


@signed_in
def scan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The stamped paper, for whoever may see the plan."""
    one = seen_plan(acting_for(request), plan_id)
    if one.scan is None:
        raise Denied
    with open_blob(one.scan) as file:
        return HttpResponse(file.read(), headers=headers(one.scan.media_type, f"plan-{one.year}"))
