"""The register of offices: which there are at a place, what each answers for, whom it hands matters up to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samleng.doors.exchange.outside.verbs.tending import owners
from samleng.doors.web.programme.channels import outline
from samleng.doors.web.programme.door import staffed
from samleng.doors.web.programme.forms import named
from samleng.doors.web.programme.office_forms import KindForm, OfficeForm
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.templatetags.placed import place_name
from samleng.doors.web.visit import signed_in, tried
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.offices.models import Duty, Office, OfficeKind
from samleng.ground.offices.rules import rungs
from samleng.ground.offices.verbs import name_office_kind, register_office
from samleng.ground.people.rules import Acting
from samleng.ground.places.models import Place
from samleng.ground.services.models import Sector
from samleng.kit.ledger.permission import Denied

A_PAGE = 30


def registers(by: Acting, place: Place | None = None) -> bool:
    """Whether somebody keeps the register of offices (at this place)."""
    return by.may("offices.register_office", owner="", path=place.path if place else None)


def looks(by: Acting) -> None:
    """Offices are public bodies: all staff may look them up, nobody else needs to."""
    if not by.staff and not staffed(by):
        raise Denied


def asked_place(place_id: int | None) -> Place:
    found = (
        Place.objects.select_related("kind").filter(pk=place_id).first()
        if place_id
        else Place.objects.whole_country()
    )
    if found is None:
        raise Denied
    return found


def inside(place: Place) -> list[tuple[Place, int]]:
    """The places inside a place with how many offices each and all below hold; three queries."""
    parts = list(Place.objects.current().filter(parent=place).select_related("kind").in_order())
    numbers = {one.pk: 0 for one in parts}
    below = Office.objects.filter(place__path__startswith=place.path).exclude(place=place)
    for path, number in below.values_list("place__path").annotate(n=Count("pk")):
        holder = int(path.removeprefix(place.path).split("/")[0])
        numbers[holder] = numbers.get(holder, 0) + number
    return [(one, numbers[one.pk]) for one in parts]


@signed_in
def register(request: HttpRequest, place_id: int | None = None) -> HttpResponse:
    """The offices that stand at a place, and the way to those inside it."""
    by = acting_for(request)
    looks(by)
    place = asked_place(place_id)
    above = list(Place.objects.above(place).select_related("kind"))
    here = Office.objects.filter(place=place).select_related("kind", "facility")
    duties = Duty.objects.filter(until=None).select_related("service")
    page = Paginator(here.order_by("kind__code", "code"), A_PAGE).get_page(request.GET.get("page"))
    ids = [one.pk for one in page.object_list]
    answers: dict[Any, list[Any]] = {}
    for one in duties.filter(office__in=ids).order_by("service__code"):
        names = answers.setdefault(one.office_id, [])
        if one.service.name not in names:
            names.append(one.service.name)
    context = {
        "place": place,
        "offices": [(one, answers.get(one.pk, [])) for one in page.object_list],
        "page": page,
        "inside": inside(place),
        "registers": registers(by, place),
        "names_kinds": registers(by),
        "trail": [(place_name(one), reverse("offices_at", args=[one.pk])) for one in [*above, place]],
    }
    return render(request, "programme/offices.html", context)


def asked_office(office_id: UUID) -> Office:
    rows = Office.objects.select_related("kind", "place__kind", "facility__service")
    found = rows.filter(pk=office_id).first()
    if found is None:
        raise Denied
    return found


def ladders(office: Office, duties: list[Duty]) -> list[dict[str, Any]]:
    """For each sector the office answers in: its rungs from this office up; two queries in all."""
    sectors: dict[int, Sector] = {one.service.sector_id: one.service.sector for one in duties}
    wanted = {kind for sector in sectors.values() for kind in sector.ladder}
    above = Office.objects.filter(kind__code__in=wanted, place_id__in=office.place.ancestor_ids)
    found = list(above.exclude(pk=office.pk).select_related("kind", "place__kind"))
    kinds = {one.code: one.name for one in OfficeKind.objects.filter(code__in=wanted | {office.kind.code})}
    return [
        {
            "sector": sector,
            "rungs": [
                (rung, kinds.get(rung.kind, {"en": rung.kind}))
                for rung in rungs(sector.ladder, office.kind.code, found)
            ],
        }
        for sector in sectors.values()
    ]


@signed_in
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """One office: what it is, what it answers for and since when, and the ladder it stands on."""
    by = acting_for(request)
    looks(by)
    found = asked_office(office_id)
    rows = Duty.objects.filter(office=found).select_related("service__sector", "area__kind")
    duties = list(rows.order_by("service__code", "since"))
    context = {
        "office": found,
        "sample": found.sample,
        "duties": [(one, messages_named(one), outline(one.zone)) for one in duties if one.until is None],
        "ended": [one for one in duties if one.until is not None],
        "ladders": ladders(found, [one for one in duties if one.until is None]),
        "registers": registers(by, found.place),
        "connects": by.may("exchange.give_key", owner=owners(found)),
        "trail": trail(found, last=True),
    }
    return render(request, "programme/office.html", context)


def messages_named(duty: Duty) -> list[Any]:
    """The kinds of message a duty is narrowed to, as people call them."""
    current = CatalogueVersion.objects.current() if duty.categories else None
    known = {one.code: one.name for one in current.catalogue.categories} if current else {}
    return [known.get(code, {"en": code}) for code in duty.categories]


def trail(found: Office, *more: tuple[Any, str], last: bool = False) -> list[tuple[Any, str]]:
    own = "" if last else reverse("office", args=[found.pk])
    return [(_("Offices"), reverse("offices")), (found.name, own), *more]


def form_page(
    request: HttpRequest, template: str, found: Office, form: Form, title: str, **more: object
) -> HttpResponse:
    """A form about an office, as asked or with what was wrong in it."""
    context = {
        "form": form,
        "office": found,
        "sample": found.sample,
        "trail": trail(found, (title, "")),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)


@signed_in
def new(request: HttpRequest, place_id: int) -> HttpResponse:
    """Enter an office at a place."""
    by = acting_for(request)
    place = asked_place(place_id)
    if not registers(by, place):
        raise Denied
    form = OfficeForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        made: list[Office] = []
        given = {**form.entry(), "code": form.cleaned_data["code"], "place": place}
        refusals = tried(lambda: made.append(register_office(by=by, **given)))
        if not refusals:
            messages.success(request, _("The office is in the register. Say next what it answers for."))
            return redirect("office_duty", made[0].pk)
        form.refuse(refusals)
    context = {
        "form": form,
        "place": place,
        "trail": [(_("Offices"), reverse("offices")), (_("Enter an office"), "")],
    }
    return render(request, "programme/office_new.html", context, status=422 if form.errors else 200)


@signed_in
def change(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Correct what the register says of an office."""
    by = acting_for(request)
    found = asked_office(office_id)
    if not registers(by, found.place):
        raise Denied
    start = {"code": found.code, "kind": found.kind_id, "facility": found.facility_id, "phone": found.phone}
    start |= named(found.name)
    form = OfficeForm(request.POST or None, initial=start, place=found.place, kept=found)
    if request.method == "POST" and form.is_valid():
        given = {**form.entry(), "code": found.code, "place": found.place, "sample": found.sample}
        refusals = tried(lambda: register_office(by=by, **given))
        if not refusals:
            messages.success(request, _("The entry is corrected."))
            return redirect("office", found.pk)
        form.refuse(refusals)
    return form_page(request, "programme/office_change.html", found, form, _("Correct the entry"))


@signed_in
def kinds(request: HttpRequest) -> HttpResponse:
    """The kinds of office there are, and a form that names one more or corrects one."""
    by = acting_for(request)
    looks(by)
    may = registers(by)
    asked = OfficeKind.objects.filter(code=request.GET.get("code", "")).first()
    entry = ("code", "level", "administers")
    start = {**{name: getattr(asked, name) for name in entry}, **named(asked.name)} if asked else {}
    form = KindForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in entry}
        refusals = tried(lambda: name_office_kind(by=by, name=form.words(), **given))
        if not refusals:
            messages.success(request, _("The kind of office is saved."))
            return redirect("office_kinds")
        form.refuse(refusals)
    ladder_of: dict[str, list[Any]] = {}
    for sector in Sector.objects.order_by("code"):
        for code in sector.ladder:
            ladder_of.setdefault(code, []).append(sector.name)
    rows = OfficeKind.objects.annotate(n=Count("offices")).order_by("level", "code")
    context = {
        "kinds": [(one, ladder_of.get(one.code, [])) for one in rows],
        "form": form if may else None,
        "asked": asked,
        "trail": [(_("Offices"), reverse("offices")), (_("Kinds of office"), "")],
    }
    return render(request, "programme/kinds.html", context, status=422 if form.errors else 200)
