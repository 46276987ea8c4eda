"""A promise: what was said, what was done, what the people say of it, and who may speak now."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Case as Choose
from django.db.models import IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action
from samleng.answers.actions.steps import has_part_in
from samleng.answers.actions.verbs.following import SHOW
from samleng.answers.plans.models import PlanItem
from samleng.answers.plans.reading import plans_seen_by
from samleng.doors.web.plans.sayings import CODES, Case, offered
from samleng.doors.web.plans.seen import at_fields, language, seen_action, status_of
from samleng.doors.web.plans.story import story_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied


@signed_in
def action(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """One promise, all that happened to it, and what its reader may say now."""
    by = acting_for(request)
    one = seen_action(by, action_id)
    case = Case.of(by, one)
    owners = [*one.office_keys, one.owner_key]
    given: dict[str, Any] = {
        "action": one,
        "status": one.framework.method.plan.status(one.status),
        "late": rules.late(one.due_on, case.now, timezone.localdate()),
        "next": rules.next_owner(case.now),
        "story": story_of(one),
        "allowed": offered(case),
        "ours": centre(one.community_result),
        "theirs": centre(one.provider_result),
        "range": one.framework.method.scale.values,
        "newest": Action.objects.filter(supersedes=one).first(),
        "plans": plans_of(by, one),
        "may_link": case.moving and by.may("plans.give_link", owner=owners, path=one.place.path),
        "may_show": has_part_in(by, SHOW, one),
        "sample": one.programme.sample,
    }
    given["trail"] = trail_of(given["plans"], _("Promise"))
    return render(request, "plans/action.html", given)


def plans_of(by: Acting, one: Action) -> list[Any]:
    """The plans of this reader that hold the promise."""
    held = PlanItem.objects.filter(action=one).values("plan")
    return list(plans_seen_by(by).filter(pk__in=held).select_related("place__kind").order_by("-year"))


def trail_of(plans: list[Any], *here: Any) -> list[tuple[Any, str]]:
    """From the list of plans by the promise's plan to this page; its own steps may have an address."""
    steps = [step if isinstance(step, tuple) else (step, "") for step in here]
    if plans:
        name = f"{plans[0].place.label(language())} {plans[0].year}"
        steps.insert(0, (name, reverse("plan", args=[plans[0].pk])))
    return [(_("Plans"), reverse("plans")), *steps]


def centre(result: Any) -> Fraction | None:
    known = result is not None and result.central_milli is not None
    return Fraction(result.central_milli, 1000) if known else None


@signed_in
def speak(request: HttpRequest, action_id: UUID, what: str) -> HttpResponse:
    """Say one thing of a promise; what may be said is asked by the verb, what is offered stands here."""
    by = acting_for(request)
    one = seen_action(by, action_id)
    case = Case.of(by, one)
    saying = CODES.get(what)
    if saying is None:
        raise Denied
    if request.method != "POST" and not saying.when(case):
        return redirect("action", one.pk)
    files = request.FILES if request.method == "POST" else None
    form = saying.form(request.POST or None, files, action=one, member=case.as_member)
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: saying.do(case, form.cleaned_data, token_of(request)))
        if not refusals:
            return redirect("action", one.pk)
        at_fields(form, refusals)
    given = {
        "action": one,
        "saying": saying,
        "form": form,
        "sample": one.programme.sample,
        "trail": trail_of(plans_of(by, one), (_("Promise"), reverse("action", args=[one.pk])), saying.label),
    }
    return render(request, "plans/say.html", given, status=status_of(form))


@signed_in
def put_to_us(request: HttpRequest) -> HttpResponse:
    """The higher office's queue: what was put to it from below, unanswered first, longest waiting first."""
    by = acting_for(request)
    offices = [seat.office for seat in by.seats if seat.office and "actions.escalate" in seat.rights.verbs]
    if not offices:
        raise Denied
    unanswered = Choose(
        When(escalation=rules.ASKED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = (
        Action.objects.unfinished()
        .filter(escalated_to__in=offices, escalation__in=[rules.ASKED, rules.TAKEN_UP])
        .select_related("programme", "place__kind", "office", "escalated_to")
        .order_by(unanswered, "status_on", "pk")
    )
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    sample = any(row.programme.sample for row in page)
    return render(request, "plans/put_to_us.html", {"page": page, "sample": sample})
