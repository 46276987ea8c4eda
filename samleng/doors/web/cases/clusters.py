"""Cases about one thing put together for the plan of a place, in words that point at nobody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from samleng.answers.cases.models import Case, Cluster
from samleng.answers.cases.reading import many
from samleng.answers.cases.rules.story import LIVE
from samleng.answers.cases.verbs.clustering import FEWEST_SEALED, gather, take_back
from samleng.doors.web.cases.queue import places_of
from samleng.doors.web.cases.seen import offices_with, require_desk
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, token_of, tried, uuid_or_none
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.kit.ledger.permission import Denied

MOST = 100


@require_safe
@signed_in
def clusters(request: HttpRequest) -> HttpResponse:
    """What the office put together, newest first."""
    by = acting_for(request)
    offices = require_desk(by, "cases.triage")
    rows = Cluster.objects.filter(office__in=offices).select_related("place__kind").order_by("-at")[:MOST]
    given = {"clusters": rows, "sample": any(one.sample for one in offices)}
    return render(request, "cases/clusters.html", given)


@signed_in
def gather_cases(request: HttpRequest) -> HttpResponse:
    """Choose a place and a category, tick the cases, and write what they say together."""
    by = acting_for(request)
    offices = require_desk(by, "cases.triage")
    asked = request.POST if request.method == "POST" else request.GET
    office = next((one for one in offices if str(one.pk) == asked.get("office")), offices[0])
    place = place_of(asked.get("place", "")) or office.place
    category = asked.get("category", "")
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        chosen = many(by, [one for one in map(uuid_or_none, request.POST.getlist("case")) if one])
        refusals = tried(
            lambda: gather(
                by=by,
                office=office,
                place=place,
                cases=chosen,
                words=request.POST.get("words", ""),
                request=token_of(request),
            )
        )
        if not refusals:
            messages.success(request, _("They stand together now; the plan of the place can take them up."))
            return redirect("clusters")
        errors = listed(refusals)
    given = {
        **asking(by, offices, office, place, category),
        "chosen": request.POST.getlist("case"),
        "words": request.POST.get("words", ""),
        "errors": errors,
    }
    return render(request, "cases/gather.html", given, status=422 if errors else 200)


def asking(by: Acting, offices: list[Office], office: Office, place: Place, category: str) -> dict[str, Any]:
    """What the page of gathering shows and offers to choose from."""
    version = CatalogueVersion.objects.current()
    return {
        "office": office,
        "offices": offices,
        "places": [office.place, *places_of([office])],
        "place": place,
        "category": category,
        "categories": version.catalogue.categories if version else (),
        "rows": candidates(by, office, place, category) if category else [],
        "fewest": FEWEST_SEALED,
        "sample": office.sample,
        "trail": [(_("Put together for plans"), reverse("clusters")), (_("Put together"), "")],
    }


def place_of(chosen: str) -> Place | None:
    return Place.objects.filter(pk=int(chosen[:18])).first() if chosen.isdecimal() else None


def candidates(by: Acting, office: Office, place: Place, category: str) -> list[dict[str, Any]]:
    """The cases that could stand together, and of sealed ones whether every reporter approved a wording."""
    seen = Case.objects.seen_by(by, "cases.triage").filter(
        office=office, category=category, place__path__startswith=place.path, state__in=LIVE
    )
    rows = list(seen.with_context().order_by("-opened_on", "pk")[:MOST])
    lacking = set(
        Case.objects.filter(pk__in=[one.pk for one in rows], heard__report__approved=None).values_list(
            "pk", flat=True
        )
    )
    return [{"case": one, "may_go": not one.sealed or one.pk not in lacking} for one in rows]


@require_POST
@signed_in
def take_cluster_back(request: HttpRequest, cluster_id: UUID) -> HttpResponse:
    """The office takes back what it put together."""
    by = acting_for(request)
    found = Cluster.objects.select_related("office").filter(
        pk=cluster_id, office__in=offices_with(by, "cases.triage")
    ).first()  # fmt: skip
    if found is None:
        raise Denied
    take_back(by=by, cluster=found)
    messages.success(request, _("It is taken back; plans that took it up keep their promise."))
    return redirect("clusters")
