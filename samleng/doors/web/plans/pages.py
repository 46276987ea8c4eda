"""Where both sides meet, and the commune's plan that comes of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.reading import items_of, ordinary_scope, plan_rates, plans_seen_by, table_of
from samleng.answers.plans.rules import SideRow
from samleng.answers.plans.verbs.meeting import close_meeting, record_attendance
from samleng.answers.plans.verbs.planning import adopt, agree, carry_over, open_plan
from samleng.doors.exchange.plans.verbs import give_out
from samleng.doors.web.facilitator.room import points_of
from samleng.doors.web.plans.forms import AdoptForm, AgreeForm, CloseForm
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, token_of, tried
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import keep
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.text import say


@signed_in
def plans(request: HttpRequest) -> HttpResponse:
    """The plans this person may see, newest first, and the meetings that made them."""
    by = acting_for(request)
    rows = plans_seen_by(by).select_related("place__kind", "programme").order_by("-year", "place__code")
    meetings = Meeting.objects.within(ordinary_scope(by, "plans.see")).select_related(
        "facility", "place__kind"
    )
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(
        request,
        "plans/plans.html",
        {"page": page, "meetings": meetings.order_by("-held_on")[:25], "sample": sampled(page)},
    )


def sampled(rows: Any) -> bool:
    return any(row.programme.sample for row in rows)


def seen_plan(by: Acting, plan_id: UUID) -> Plan:
    plan = plans_seen_by(by).with_context().filter(pk=plan_id).first()
    if plan is None:
        raise Denied
    return plan


def seen_meeting(by: Acting, meeting_id: UUID) -> Meeting:
    rows = Meeting.objects.within(ordinary_scope(by, "plans.see")).select_related(
        "round__framework", "programme", "place__kind", "facility__service"
    )
    meeting = rows.filter(pk=meeting_id).first()
    if meeting is None:
        raise Denied
    return meeting


@signed_in
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan: its promises by part, what became of them, and what is to do with it now."""
    by = acting_for(request)
    return show_plan(request, by, seen_plan(by, plan_id))


def show_plan(request: HttpRequest, by: Acting, one: Plan, **more: Any) -> HttpResponse:
    items = items_of(one)
    parts = [
        (part, [i for i in items if i.action.part == part.code]) for part in one.framework.method.plan.parts
    ]
    kept = sum(1 for item in items if item.action.confirmed_on)
    given: dict[str, Any] = {
        "plan": one,
        "parts": parts,
        "counts": [{"value": kept, "of": len(items), "label": say_kept()}],
        "rates": plan_rates(one),
        "members": one.members.filter(until=None).select_related("person"),
        "adopt_form": AdoptForm(),
        "may_adopt": one.adopted_on is None and may(by, "plans.adopt", one),
        "may_carry": one.adopted_on is not None and may(by, "plans.carry_over", one),
        "sample": one.programme.sample,
        "token": uuid4(),
        "errors": [],
    }
    return render(request, "plans/plan.html", given | more, status=422 if more.get("errors") else 200)


def say_kept() -> Any:
    from django.utils.translation import gettext

    return gettext("promises kept, as people confirm")


def may(by: Acting, verb: str, one: Plan) -> bool:
    return by.may(verb, owner=[one.owner_key, one.office.owner_key], path=one.place.path)


@require_POST
@signed_in
def adopt_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    by = acting_for(request)
    one, form = seen_plan(by, plan_id), AdoptForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_plan(request, by, one, adopt_form=form, errors=form_errors(form))

    def do() -> None:
        if not may(by, "plans.adopt", one):
            raise Denied
        scan = keep(by=by, file=form.cleaned_data["scan"], kind="scan", owner=one.owner_key, field="scan")
        adopt(
            by=by, plan=one, scan=scan, adopted_on=form.cleaned_data["adopted_on"], request=token_of(request)
        )

    if refusals := tried(do):
        return show_plan(request, by, one, adopt_form=form, errors=listed(refusals))
    return redirect("plan", one.pk)


@require_POST
@signed_in
def carry_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    by = acting_for(request)
    next_one = carry_over(by=by, plan=seen_plan(by, plan_id), request=token_of(request))
    return redirect("plan", next_one.pk)


@signed_in
def plan_file(request: HttpRequest, plan_id: UUID, form: str) -> HttpResponse:
    """The plan as a file to print or to finish by hand."""
    by = acting_for(request)
    file = give_out(by=by, plan=seen_plan(by, plan_id), form=form, language=(get_language() or "km")[:2])
    answer = HttpResponse(file.data, content_type=file.media_type)
    for name, value in headers(file.media_type, file.name.rsplit(".", 1)[0]).items():
        answer[name] = value
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


@signed_in
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Both scores beside each other, what was suggested, and the promises taken from it."""
    by = acting_for(request)
    return show_meeting(request, by, seen_meeting(by, meeting_id))


def show_meeting(request: HttpRequest, by: Acting, one: Meeting, **more: Any) -> HttpResponse:
    table = table_of(one)
    given: dict[str, Any] = {
        "meeting": one,
        "rows": [score_of(row) for row in table],
        "points": points_of(one.round.framework.method),
        "agree_form": agree_form(one, table),
        "close_form": CloseForm(),
        "may_agree": by.may("plans.agree", owner=one.owner_key, path=one.place.path),
        "may_close": one.closed_at is None
        and by.may("plans.close_meeting", owner=one.owner_key, path=one.place.path),
        "sample": one.programme.sample,
        "token": uuid4(),
        "errors": [],
    }
    return render(request, "plans/meeting.html", given | more, status=422 if more.get("errors") else 200)


def score_of(row: SideRow) -> dict[str, Any]:
    """A row of the table as the score component draws it."""
    ours, theirs = row.views.get("community"), row.views.get("provider")
    return {
        "title": row.text,
        "median": Fraction(ours.central_milli, 1000) if ours and ours.central_milli is not None else None,
        "n": ours.n if ours else None,
        "counts": ours.histogram if ours else None,
        "providers": Fraction(theirs.central_milli, 1000)
        if theirs and theirs.central_milli is not None
        else None,
        "providers_n": theirs.n if theirs else None,
        "said": [(view.strengths, view.weaknesses, view.suggestions) for view in row.views.values()],
    }


def agree_form(one: Meeting, table: list[SideRow], data: Any = None) -> AgreeForm:
    language = (get_language() or "km")[:2]
    near = Q(place_id__in=one.place.ancestor_ids) | Q(facility=one.facility)
    return AgreeForm(
        data,
        method=one.round.framework.method,
        offices=Office.objects.filter(near).order_by("-place__level", "code"),
        criteria=[(row.criterion, say(row.text, language)) for row in table],
        language=language,
        initial={"starts_on": timezone.localdate(), "part": one.round.framework.method.plan.parts[-1].code},
    )


@require_POST
@signed_in
def agree_action(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Take a promise into the commune's plan of the meeting's year, opening the plan when it is the first."""
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    form = agree_form(one, table_of(one), request.POST)
    if not form.is_valid():
        return show_meeting(request, by, one, agree_form=form, errors=form_errors(form))
    if refusals := tried(lambda: take_in(by, one, form, token_of(request))):
        return show_meeting(request, by, one, agree_form=form, errors=listed(refusals))
    return redirect(reverse("meeting", args=[one.pk]) + "#agreed")


def take_in(by: Acting, one: Meeting, form: AgreeForm, token: UUID) -> None:
    framework = one.round.framework
    around = next(p for p in ancestors(one) if p.level == framework.method.plan.level)
    home = Office.objects.filter(place=around, kind__level=around.level).order_by("code").first()
    kept = open_plan(
        by=by,
        programme=one.programme,
        framework=framework,
        place=around,
        office=home or form.cleaned_data["office"],
        year=one.round.year,
    )
    agree(
        by=by,
        plan=kept,
        terms=form.terms(),
        office=form.cleaned_data["office"],
        agreed_on=one.held_on,
        meeting=one,
        facility=one.facility,
        criterion=form.cleaned_data["criterion"],
        request=token,
    )


def ancestors(one: Meeting) -> Any:
    return type(one.place).objects.filter(pk__in=one.place.ancestor_ids)


def form_errors(form: Any) -> list[tuple[str, str]]:
    return [
        (f"{form[name].label}: {text}", f"#id_{name}")
        for name, texts in form.errors.items()
        for text in texts
    ]


@require_POST
@signed_in
def count_heads(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    by = acting_for(request)
    one = seen_meeting(by, meeting_id)
    heads = {
        name.removeprefix("heads_"): counted(text)
        for name, text in request.POST.items()
        if name.startswith("heads_") and text.strip()
    }
    refusals = tried(
        lambda: record_attendance(by=by, meeting=one, attendance=heads, request=token_of(request))
    )
    return (
        show_meeting(request, by, one, errors=listed(refusals)) if refusals else redirect("meeting", one.pk)
    )


def counted(text: str) -> int | str:
    """A count typed in Latin or Khmer digits; what is none stays as typed, for the verb to refuse."""
    plain = to_latin(text.strip())
    return int(plain) if plain.isdigit() else text


@require_POST
@signed_in
def end_meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    by = acting_for(request)
    one, form = seen_meeting(by, meeting_id), CloseForm(request.POST)
    form.is_valid()
    reply = {
        tag: form.cleaned_data[f"reply_{tag}"]
        for tag in ("km", "en")
        if form.cleaned_data.get(f"reply_{tag}")
    }
    shown = bool(form.cleaned_data.get("show_provider"))
    refusals = tried(
        lambda: close_meeting(
            by=by, meeting=one, provider_reply=reply, show_provider=shown, request=token_of(request)
        )
    )
    return (
        show_meeting(request, by, one, close_form=form, errors=listed(refusals))
        if refusals
        else redirect("meeting", one.pk)
    )
