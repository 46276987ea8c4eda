"""The people of one's programme, implementer or office: the list, one person whole, somebody new."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from samleng.doors.web.people import seen
from samleng.doors.web.people.forms import AddForm, ContactForm, DetailsForm, TrainingForm
from samleng.doors.web.signin.accounts import acting_for, has_second_step
from samleng.doors.web.visit import at_fields, signed_in, token_of, tried
from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Badge, Person, Seat
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import MODULES, Acting, may_give, may_manage, may_see, seats_for
from samleng.ground.people.verbs import accounts
from samleng.ground.people.verbs.records import keep_contact, warnings_for
from samleng.kit.ledger.models import Receipt
from samleng.kit.words.khmer import searchable

A_PAGE = 30


@signed_in
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Everybody one looks after, a page at a time."""
    by = acting_for(request)
    given = {name: request.GET.get(name, "").strip()[:200] for name in seen.FILTERS}
    rows = seen.with_lines(seen.narrowed(by, given), by)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [seen.line_of(person) for person in page],
        "given": given,
        "several": len(seen.scope_for(by).programmes | seen.scope_for(by).offices) > 1,
        "any_filter": any(given.values()),
        "more_filters": any(value for name, value in given.items() if name != "q"),
        "roles": seen.roles_seen(by),
        "implementers": seen.implementers_seen(by),
        "areas": seen.areas_seen(by, given["area"]),
        "modules": MODULES if seats_for(by, "people.record_training") else (),
        "may_add": may_add(by),
        "may_load": bool(seats_for(by, "exchange.import")),
        "may_enrol": bool(seats_for(by, "people.enrol")),
    }
    return render(request, "people/list.html", context)


def may_add(by: Acting) -> bool:
    return bool(seats_for(by, "people.welcome") and seats_for(by, "people.seat"))


def programme_of(by: Acting, seats: list[Seat]) -> Programme | None:
    """The programme in whose list the person has a number: the first of theirs that one looks after."""
    mine = {seat.programme for seat in seats_for(by, "people.see")}
    return next((s.programme for s in seats if s.programme_id and str(s.programme_id) in mine), None)


def over(by: Acting, facts: Any, verb: str) -> bool:
    """Whether the page offers an act on a person; the verb itself decides."""
    return bool(seats_for(by, verb)) and (not facts or may_see(by, facts, verb))


def may_on(by: Acting, person: Person) -> dict[str, bool]:
    """What the page of a person offers."""
    facts = person.seat_facts()
    field = tuple(fact for fact in facts if not fact.rights.staff)
    staff = len(field) < len(facts)
    keys = bool(seats_for(by, "people.invite")) and may_manage(by, facts)
    slips = bool(seats_for(by, "people.enrol")) and may_manage(by, field)
    return {
        "change": over(by, facts, "people.welcome"),
        "give": over(by, facts, "people.seat"),
        "train": over(by, facts, "people.record_training"),
        "read": over(by, facts, "people.read_contact"),
        "revoke": bool(facts) and over(by, facts, "people.revoke"),
        "invite": staff and keys,
        "slip": bool(field) and slips,
        "second_step": staff and keys and by.key != person.key and has_second_step(person),
        # Another programme's or office's role is theirs too, and one would open it with the keys.
        "elsewhere": (staff and not keys and bool(seats_for(by, "people.invite")))
        or (bool(field) and not slips and bool(seats_for(by, "people.enrol"))),
    }


def about(request: HttpRequest, person: Person, **shown: Any) -> dict[str, Any]:
    """Everything the page of a person says; `shown` are forms with errors, or a contact just read."""
    by = acting_for(request)
    rows = seen.seats_seen(by).filter(person=person)
    rows = rows.select_related("area__kind", "programme", "office", "implementer").order_by("-since")
    live_ids = set(Seat.objects.live().filter(person=person).values_list("pk", flat=True))
    live = [seat for seat in rows if seat.pk in live_ids]
    trained = {row.module: row for row in person.trainings.all()}
    leads = seen.leads(seat.role for seat in live)
    return {
        "person": person,
        "seats": [
            {"label": seen.role_label(s.role), "seat": s, "may_end": may_give(by, s.facts()[0])} for s in live
        ],
        "ended": [(seen.role_label(seat.role), seat) for seat in rows if seat.pk not in live_ids],
        "badge": Badge.objects.filter(person=person, programme=programme_of(by, live)).first(),
        "modules": [(module, module in trained, trained.get(module)) for module in MODULES],
        "trained": trained,
        "warnings": warnings_for(set(trained)) if leads else [],
        "leads": leads,
        "several": True,
        "contacts": person.contacts.defer("sealed").order_by("kind", "pk"),
        "phones": person.devices.filter(revoked_at=None).order_by("-enrolled_at"),
        "slip": person.enrolments.filter(used_at=None, withdrawn_at=None).order_by("-made_at").first(),
        "may": may_on(by, person),
        "training_form": TrainingForm(),
        "contact_form": ContactForm(),
    } | shown


@signed_in
@never_cache
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: who they are, what they may do where, what they passed, how they get in."""
    found = seen.person_seen(acting_for(request), person_id)
    return render(request, "people/person.html", about(request, found))


@signed_in
def add(request: HttpRequest) -> HttpResponse:
    """Open an account for one person and give them their first role."""
    by = acting_for(request)
    if not may_add(by):
        raise Denied
    form = AddForm(request.POST or None, by=by, alike=lambda name: alike(by, name, token_of(request)))
    if request.method == "POST" and form.is_valid():
        made: list[Person] = []
        refusals = tried(lambda: made.append(taken_on(by, form, token_of(request))))
        if not refusals:
            messages.success(request, _("The account is open. Now give them a way in."))
            return redirect("person", made[0].pk)
        at_fields(form, refusals)
    context = {"form": form, "same": form.same if form.is_bound else []}
    return render(request, "people/add.html", context, status=422 if form.errors else 200)


def alike(by: Acting, name: str, token: UUID) -> list[seen.Line]:
    """People one sees who are called just so, but for the one this very form has made already."""
    made = Receipt.objects.filter(owner=by.owner or by.key, request=token).exclude(answer_id="")
    rows = Person.objects.seen_in(seen.scope_for(by)).filter(search=searchable(name))
    rows = rows.exclude(pk__in=[UUID(pk) for pk in made.values_list("answer_id", flat=True)])
    rows = rows.order_by("sort_key", "pk")[:5]
    return [seen.line_of(person) for person in seen.with_lines(rows, by)]


def taken_on(by: Acting, form: AddForm, token: UUID) -> Person:
    """The account, its role, number and telephone, all or nothing; the same form again is the same person."""
    given = form.cleaned_data
    with transaction.atomic():
        person: Person = accounts.welcome(
            by=by,
            request=token,
            name=given["name"],
            username=given.get("username", ""),
            sex=given["sex"],
            base=given.get("area"),
            language=given["language"],
        )
        accounts.seat(by=by, person=person, **form.seat)
        if given.get("code") and given["programme"]:
            accounts.number(by=by, person=person, programme=given["programme"], code=given["code"])
        if given["phone"]:
            keep_contact(by=by, person=person, kind="phone", value=given["phone"])
    return person


@signed_in
@never_cache
def change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Set right what the account says, and the number in the programme's list."""
    by = acting_for(request)
    found = seen.person_seen(by, person_id)
    if not may_on(by, found)["change"]:
        raise Denied
    seats = seen.seats_seen(by).live().filter(person=found).select_related("programme").order_by("-since")
    programme = programme_of(by, list(seats))
    badge = Badge.objects.filter(person=found, programme=programme).first()
    kept = {name: getattr(found, name) for name in ("name", "sex", "schooling", "base")}
    initial = kept | {"code": badge.code if badge else ""}
    form = DetailsForm(request.POST or None, programme=programme, initial=initial)
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: put_right(by, found, form, programme, badge))
        if not refusals:
            messages.success(request, _("It is kept."))
            return redirect("person", found.pk)
        at_fields(form, refusals)
    context = {"form": form, "person": found}
    return render(request, "people/change.html", context, status=422 if form.errors else 200)


def put_right(
    by: Acting, person: Person, form: forms.Form, programme: Programme | None, badge: Badge | None
) -> None:
    given = dict(form.cleaned_data)
    code = given.pop("code", "")
    with transaction.atomic():
        accounts.correct(by=by, person=person, **given)
        if programme and code and (badge is None or badge.code != code):
            accounts.number(by=by, person=person, programme=programme, code=code)
