"""The planner's pages: every scorecard with filters, one card whole, planning one or both sides."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from samleng.doors.web.facilitator.door import narrowed
from samleng.doors.web.planning.forms import PlanForm, RoundForm
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import LongList, at_fields, listed, signed_in, token_of, tried, uuid_or_none
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.rules import Acting, scope_of
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.ground.services.search import search
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.models import Batch, Round, Scorecard, Side, State
from samleng.voices.scorecards.verbs import planning

A_PAGE = 50
FILTERS = ("q", "state", "side", "service", "implementer", "province", "year", "batch")


def visible(by: Acting) -> QuerySet[Scorecard]:
    """The cards this person may see."""
    return Scorecard.objects.within(scope_of(by, "scorecards.see"))


def filtered(cards: QuerySet[Scorecard], given: dict[str, str]) -> QuerySet[Scorecard]:
    cards = narrowed(cards, given)
    if given["service"]:
        cards = cards.filter(service__code=given["service"])
    if given["year"].isdigit():
        cards = cards.filter(round__year=int(given["year"]))
    if given["province"].isdigit():
        place = Place.objects.filter(pk=int(given["province"])).first()
        cards = cards.filter(place__path__startswith=place.path) if place else cards.none()
    for name in ("implementer", "batch"):
        if given[name]:
            known = uuid_or_none(given[name])
            cards = cards.filter(**{f"{name}_id": known}) if known else cards.none()
    return cards


@signed_in
def scorecards(request: HttpRequest) -> HttpResponse:
    """All scorecards of one's programmes and area, a page at a time."""
    by = acting_for(request)
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    mine = visible(by)
    cards = filtered(mine, given).order_by("-planned_from", "code")
    programmes = [UUID(one) for one in scope_of(by, "scorecards.see").programmes]
    context = {
        "page": LongList(
            cards, A_PAGE, whole=lambda some: some.in_lists().select_related("implementer")
        ).get_page(request.GET.get("page")),
        "given": given,
        "states": State.values,
        "services": Service.objects.order_by("code"),
        "implementers": Implementer.objects.filter(programme__in=programmes).order_by("code"),
        "provinces": Place.objects.current().filter(level=1).in_order().select_related("kind"),
        "years": sorted(
            set(Round.objects.filter(programme__in=programmes).values_list("year", flat=True)), reverse=True
        ),
        "batches": Batch.objects.filter(programme__in=programmes).order_by("-at")[:30],
        "may_plan": bool(scope_of(by, "scorecards.plan").programmes),
        "any_filter": any(given.values()),
        "filters": urlencode({name: value for name, value in given.items() if value}),
    }
    return render(request, "planning/list.html", context)


def plannable(by: Acting) -> QuerySet[Programme]:
    """The programmes this person plans for; Denied when there is none."""
    programmes = scope_of(by, "scorecards.plan").programmes
    if not programmes:
        raise Denied
    return Programme.objects.filter(pk__in=programmes)


@signed_in
def plan_find(request: HttpRequest) -> HttpResponse:
    """First find the facility, within the places one works in."""
    by = acting_for(request)
    programmes = plannable(by)
    words = request.GET.get("q", "")
    areas = scope_of(by, "scorecards.plan").area_paths
    hits = [f for f in search(words, limit=60) if in_areas(f, areas)][:30] if words else []
    rounds = Round.objects.filter(programme__in=programmes).exists()
    context = {"q": words, "facilities": hits, "rounds": rounds, "asked": bool(words)}
    return render(request, "planning/find.html", context)


def in_areas(facility: Facility, areas: frozenset[str]) -> bool:
    """Whether a facility stands in, above or serves one of the areas."""
    return any(facility.place.path.startswith(a) or a.startswith(facility.place.path) for a in areas) or (
        facility.links.filter(until=None)
        .filter(_under_any(areas))
        .exists()
    )  # fmt: skip


def _under_any(areas: frozenset[str]) -> Q:
    found = Q(pk=None)
    for area in areas:
        found |= Q(place__path__startswith=area)
    return found


@signed_in
def plan_one(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Plan one side or both for a facility."""
    by = acting_for(request)
    programmes = plannable(by)
    facility = Facility.objects.select_related("service", "place__kind").filter(pk=facility_id).first()
    if facility is None:
        raise Denied
    form = PlanForm(request.POST or None, facility=facility, programmes=programmes, by=by)
    refusals = []
    if request.method == "POST" and form.is_valid():
        made: list[Scorecard] = []
        refusals = tried(lambda: made.extend(planned(by, facility, form.cleaned_data, token_of(request))))
        if not refusals:
            return redirect("card", made[0].pk)
        at_fields(form, refusals)
    context = {"form": form, "facility": facility, "errors": listed([r for r in refusals if not r.field])}
    return render(request, "planning/one.html", context, status=422 if form.errors else 200)


def planned(by: Acting, facility: Facility, given: dict[str, Any], token: UUID) -> list[Scorecard]:
    """Plan the sides asked for, all or none; the same form again gives the same cards."""
    sides = Side.values if given["side"] == "both" else [given["side"]]
    with transaction.atomic():
        return [
            planning.plan(
                by=by,
                request=uuid5(token, side),
                round=given["round"],
                facility=facility,
                place=given["place"],
                side=side,
                planned_from=given["planned_from"],
                planned_to=given["planned_to"],
                implementer=given["implementer"],
                lead=given["lead"],
            )
            for side in sides
        ]


@signed_in
def open_round(request: HttpRequest) -> HttpResponse:
    """Open a programme's year (or half-year) on one framework."""
    by = acting_for(request)
    form = RoundForm(request.POST or None, programmes=plannable(by), frameworks=newest_frameworks())
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: planning.open_round(by=by, **form.cleaned_data))
        if not refusals:
            return redirect("plan")
        at_fields(form, refusals)
    return render(request, "planning/round.html", {"form": form}, status=422 if form.errors else 200)


def newest_frameworks() -> QuerySet[Framework]:
    """The newest version of each framework."""
    newest: dict[str, Any] = {}
    for framework in Framework.objects.order_by("published_at"):
        newest[framework.code] = framework.pk
    return Framework.objects.filter(pk__in=newest.values()).order_by("code")


@signed_in
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds one plans for."""
    by = acting_for(request)
    found = Round.objects.filter(programme__in=plannable(by)).select_related("framework", "programme")
    return render(request, "planning/rounds.html", {"rounds": found.order_by("-year", "-cycle")})
