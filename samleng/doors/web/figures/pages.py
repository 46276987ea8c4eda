"""Exact totals for a programme's own staff, by place, year, service and side; each look is on record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from samleng.doors.web.figures import reading
from samleng.doors.web.public.files import safe
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.templatetags.placed import place_name
from samleng.doors.web.templatetags.said import say
from samleng.doors.web.visit import signed_in
from samleng.ground.offices.models import Programme
from samleng.ground.people.rules import Acting, Scope, scope_of
from samleng.ground.places.models import Place
from samleng.insight.evidence.verbs import Look, by_group, query
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.models import Round

NOTE = "NOT FOR PUBLICATION"


def opened(by: Acting, programme_id: UUID) -> Scope:
    """What one's seats open of this programme's exact figures; Denied when that is nothing."""
    whole = scope_of(by, "disclosure.see_exact")
    mine = tuple(grant for grant in whole.grants if grant.programme == str(programme_id))
    if not mine:
        raise Denied
    return replace(whole, grants=mine)


@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """The way in from the desk: to one's programme, or a choice among several."""
    by = acting_for(request)
    ids = scope_of(by, "disclosure.see_exact").programmes
    rows = list(Programme.objects.filter(pk__in=ids).order_by("code"))
    if not rows:
        raise Denied
    if len(rows) == 1:
        return redirect("figures", rows[0].pk)
    links = [(one.name, reverse("figures", args=[one.pk])) for one in rows]
    return render(request, "figures/choose.html", {"title": _("Which programme?"), "links": links})


@signed_in
def begin(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """The place where one's own area begins, or a choice among several."""
    by = acting_for(request)
    scope = opened(by, programme_id)
    ids = [int(path.strip("/").split("/")[-1]) for path in scope.area_paths if path.strip("/")]
    places = list(Place.objects.filter(pk__in=ids).select_related("kind").in_order())
    if len(places) == 1:
        return redirect("figures_at", programme_id, places[0].pk)
    links = [(place_name(one), reverse("figures_at", args=[programme_id, one.pk])) for one in places]
    return render(request, "figures/choose.html", {"title": _("Which place?"), "links": links})


@dataclass(frozen=True)
class Asked:
    """What a page of figures was asked for."""

    programme: Programme
    place: Place
    scope: Scope
    years: list[int]
    year: int | None
    service: str
    side: str

    def look(self, by: Acting, **more: str) -> Look:
        """Ask for the figures; this is what writes down that somebody looked."""
        given = {"year": self.year, "service": self.service, "side": self.side, **more}
        return query(by=by, scope=self.scope, place=self.place, **given)


def asked(request: HttpRequest, by: Acting, programme_id: UUID, place_id: int) -> Asked:
    scope = opened(by, programme_id)
    place = Place.objects.select_related("kind", "parent__kind").filter(pk=place_id).first()
    if place is None or not inside(scope, place):
        raise Denied
    rounds = Round.objects.filter(programme=programme_id).values_list("year", flat=True)
    years = sorted(set(rounds), reverse=True)
    year = request.GET.get("year", "")
    side = request.GET.get("side", "")
    return Asked(
        programme=Programme.objects.get(pk=programme_id),
        place=place,
        scope=scope,
        years=years,
        year=int(year) if year.isdigit() and int(year) in years else (years[0] if years else None),
        service=request.GET.get("service", "")[:30],
        side=side if side in reading.SIDES else "",
    )


def inside(scope: Scope, place: Place) -> bool:
    return any(place.path.startswith(path) for path in scope.area_paths)


def trail(one: Asked, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """From the programme down the places one may see to this one."""
    above = Place.objects.above(one.place).select_related("kind")
    path = [place for place in above if inside(one.scope, place)]
    return [
        (one.programme.name, reverse("programme", args=[one.programme.pk])),
        *(
            (place_name(place), reverse("figures_at", args=[one.programme.pk, place.pk]))
            for place in [*path, one.place]
        ),
        *more,
    ]


@never_cache
@signed_in
def figures(request: HttpRequest, programme_id: UUID, place_id: int) -> HttpResponse:
    """The exact figures of a place, service by service, as tables and pictures."""
    by = acting_for(request)
    one = asked(request, by, programme_id, place_id)
    look = one.look(by)
    found = reading.methods(one.programme, one.year) if one.year else []
    groups = reading.by_service([reading.line(row, found) for row in look.rows], found)
    for group in groups:
        group["chart"] = reading.medians_chart(group, one.programme.sample)
    offered = {kind.code: kind.name for method in found for kind in method.services}
    context = {
        "programme": one.programme,
        "place": one.place,
        "sample": one.programme.sample,
        "given": one,
        "groups": groups,
        "services": sorted(offered.items()),
        "parts": Place.objects.current().filter(parent=one.place).select_related("kind").in_order(),
        "look": look,
        "query": request.GET.urlencode(),
        "trail": trail(one),
    }
    return render(request, "figures/figures.html", context)


@never_cache
@signed_in
def criterion(
    request: HttpRequest, programme_id: UUID, place_id: int, service: str, side: str, criterion: str
) -> HttpResponse:
    """One criterion of one side: how every vote fell, and the means of each group of people."""
    by = acting_for(request)
    one = replace(asked(request, by, programme_id, place_id), service=service, side=side)
    if one.year is None or side not in reading.SIDES:
        raise Http404
    look = one.look(by, criterion=criterion)
    if not look.rows:
        raise Http404
    given = {"year": one.year, "service": service, "side": side, "criterion": criterion}
    told = by_group(by=by, scope=one.scope, place=one.place, **given)
    found = reading.methods(one.programme, one.year)
    parts = []
    for row in look.rows:
        method = reading.method_for(found, service, row.scale)
        line = reading.line(row, found)
        groups = next((g for g in told if (g.scale, g.standing) == (row.scale, row.standing)), None)
        parts.append(
            {
                "line": line,
                "chart": reading.histogram_chart(line, one.programme.sample, method),
                "means": reading.means(groups, method) if groups and method else [],
            }
        )
    context = {
        "programme": one.programme,
        "place": one.place,
        "sample": one.programme.sample,
        "given": one,
        "text": parts[0]["line"].text,
        "side": parts[0]["line"].side,
        "parts": parts,
        "trail": trail(one, (parts[0]["line"].text, "")),
    }
    return render(request, "figures/criterion.html", context)


HEAD = (
    *("note", "programme", "place_code", "place", "year", "service", "side", "criterion_code", "criterion"),
    *("standing", "people", "scorecards", "middle_score", "scale", "counts", "looked_at"),
)


@never_cache
@signed_in
def as_csv(request: HttpRequest, programme_id: UUID, place_id: int) -> HttpResponse:
    """The same figures as a file; taking it is a look like any other."""
    by = acting_for(request)
    one = asked(request, by, programme_id, place_id)
    look = one.look(by)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows([safe(value) for value in row] for row in csv_rows(one, look))
    # The mark at the start tells spreadsheets that this is Unicode; without it Khmer turns to rubbish.
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{'SAMPLE-' if one.programme.sample else ''}not-for-publication-{one.programme.code}"
    answer["Content-Disposition"] = f'attachment; filename="{name}-{one.place.code}.csv"'
    return answer


def csv_rows(one: Asked, look: Look) -> Iterator[list[object]]:
    found = reading.methods(one.programme, one.year) if one.year else []
    note = f"SAMPLE; {NOTE}" if one.programme.sample else NOTE
    for row in look.rows:
        line = reading.line(row, found)
        yield [
            note,
            say(one.programme.name),
            one.place.code,
            place_name(one.place),
            row.year,
            row.service,
            row.side,
            row.criterion,
            say(line.text),
            row.standing,
            row.n,
            row.cards,
            None if line.median is None else float(line.median),
            " | ".join(map(str, row.scale.values)),
            " | ".join(map(str, row.histogram)),
            look.at.isoformat(timespec="seconds"),
        ]
