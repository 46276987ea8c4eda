"""A programme's own desk: what it is called, who manages it and carries it out, what it shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from samleng.doors.web.programme.door import rights, seen, seen_programme, staffed
from samleng.doors.web.programme.forms import ME, ImplementerForm, ManagerForm, NamedForm, OpenForm, named
from samleng.doors.web.programme.publishing import state_of_publication
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import at_fields, signed_in, tried
from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.offices.verbs import add_implementer, change_programme, open_programme
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs.accounts import seat
from samleng.ground.people.verbs.founding import found_manager, invite_first_manager_again, managers
from samleng.ground.people.verbs.keys import Invited
from samleng.ground.places.models import Place
from samleng.ground.places.search import search
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal

FOUND_PLACES = 12


@signed_in
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes one works for; for who opens them, all there are with their managers."""
    by = acting_for(request)
    rows, opens = list(seen(by)), by.may("offices.open_programme", owner="")
    if not rows and not opens:
        raise Denied
    if len(rows) == 1 and not opens:
        return redirect("programme", rows[0].pk)
    seats = Seat.objects.live().filter(programme__in=rows, role="programme_admin").select_related("person")
    by_programme: dict[Any, list[str]] = {}
    for one in seats.order_by("person__sort_key"):
        by_programme.setdefault(one.programme_id, []).append(one.person.name)
    listing = [(row, by_programme.get(row.pk, []), str(row.pk) in staffed(by)) for row in rows]
    return render(request, "programme/programmes.html", {"listing": listing, "opens": opens})


@signed_in
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a programme; its first manager is the next page."""
    by = acting_for(request)
    if not by.may("offices.open_programme", owner=""):
        raise Denied
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Programme] = []
        given = {"code": form.cleaned_data["code"], "name": form.words()}
        refusals = tried(lambda: made.append(open_programme(by=by, **given)))
        if not refusals:
            return redirect("programme_manager", made[0].pk)
        form.refuse(refusals)
    context = {"form": form, "trail": [(_("Programmes"), reverse("programmes")), (_("Open a programme"), "")]}
    return render(request, "programme/open.html", context, status=422 if form.errors else 200)


@never_cache
@signed_in
def manager(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Give a programme its first manager; the link to hand over is shown once."""
    by = acting_for(request)
    found = Programme.objects.filter(pk=programme_id).first()
    if found is None or not by.may("offices.open_programme", owner=""):
        raise Denied
    form = ManagerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, made = form.cleaned_data, list[Invited]()
        if given["who"] == ME:
            refusals = tried(lambda: manage_myself(by, found))
        else:
            who = {"name": given["name"], "username": given["username"]}
            refusals = tried(lambda: made.append(invited(by, found, who)))
        if not refusals and made:
            return handed_over(request, found, made[0])
        if not refusals:
            return redirect("programme", found.pk)
        at_fields(form, refusals)
    there = managers(found)
    context = {
        "form": form,
        "programme": found,
        "managers": there,
        "waits": len(there) == 1 and not there[0].has_usable_password(),
        "trail": [(_("Programmes"), reverse("programmes")), (found.name, "")],
    }
    return render(request, "programme/manager.html", context, status=422 if form.errors else 200)


def invited(by: Acting, programme: Programme, who: dict[str, str]) -> Invited:
    language = (translation.get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return found_manager(by=by, programme=programme, country=whole_country(), language=language, **who)


def manage_myself(by: Acting, programme: Programme) -> None:
    person = Person.objects.get(pk=by.person)
    seat(by=by, person=person, role="programme_admin", programme=programme, area=whole_country())


def whole_country() -> Place:
    found = Place.objects.whole_country()
    if found is None:
        raise Refusal(
            _("No places are loaded."), remedy=_("Import the country's places first."), code="state"
        )
    return found


@never_cache
@require_POST
@signed_in
def manager_link(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """A fresh link for a first manager who never came in."""
    by = acting_for(request)
    found = Programme.objects.filter(pk=programme_id).first()
    if found is None:
        raise Denied
    return handed_over(request, found, invite_first_manager_again(by=by, programme=found))


def handed_over(request: HttpRequest, programme: Programme, made: Invited) -> HttpResponse:
    """The link, once: it is kept nowhere."""
    person = made.invitation.person
    with translation.override(person.language):
        link = settings.SITE_ADDRESS + reverse("invited", args=[made.token])
    context = {
        "programme": programme,
        "person": person,
        "link": link,
        "until": made.invitation.expires_at,
        "trail": [(_("Programmes"), reverse("programmes")), (programme.name, "")],
    }
    return render(request, "programme/link.html", context)


@signed_in
def programme(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Everything about one's programme on a page, with the one thing to do next."""
    by = acting_for(request)
    if str(programme_id) not in staffed(by) and by.may("offices.open_programme", owner=""):
        return redirect("programme_manager", programme_id)
    found = seen_programme(by, programme_id)
    may = rights(by, found.owner_key)
    rows = found.implementers.select_related("place__kind").prefetch_related("targets__kind").order_by("code")
    context = {
        "programme": found,
        "sample": found.sample,
        "names": [(language, found.name.get(tag, "")) for tag, language in settings.LANGUAGES],
        "managers": managers(found),
        "implementers": list(rows),
        "may": may,
        **state_of_publication(found),
    }
    return render(request, "programme/programme.html", context)


@signed_in
def change(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Correct what the programme is called."""
    by = acting_for(request)
    found = seen_programme(by, programme_id)
    if not rights(by, found.owner_key)["changes"]:
        raise Denied
    form = NamedForm(request.POST or None, initial=named(found.name))
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: change_programme(by=by, programme=found, name=form.words()))
        if not refusals:
            messages.success(request, _("The names are saved."))
            return redirect("programme", found.pk)
        form.refuse(refusals)
    context = {
        "form": form,
        "programme": found,
        "sample": found.sample,
        "trail": [(found.name, reverse("programme", args=[found.pk])), (_("Names"), "")],
    }
    return render(request, "programme/change.html", context, status=422 if form.errors else 200)


@signed_in
def implementer(request: HttpRequest, programme_id: UUID, implementer_id: UUID | None = None) -> HttpResponse:
    """Add an organisation or correct one: its name, and the places where it works.

    Places found by words are ticked on the same form, so nothing typed is lost while looking for more.
    """
    by = acting_for(request)
    found = seen_programme(by, programme_id)
    kept = Implementer.objects.filter(programme=found, pk=implementer_id).first()
    if not rights(by, found.owner_key)["implements"] or (implementer_id and kept is None):
        raise Denied
    looking = "find" in request.POST
    form = implementer_form(request, found, kept, looking)
    ticked = ticked_places(request, kept)
    if request.method == "POST" and not looking and form.is_valid():
        given = {"code": form.cleaned_data["code"], "name": form.words(), "targets": ticked}
        given["place"] = kept.place if kept else None
        refusals = tried(lambda: add_implementer(by=by, programme=found, **given))
        if not refusals:
            messages.success(request, _("The organisation is saved."))
            return redirect("programme", found.pk)
        form.refuse(refusals)
    words = request.POST.get("words", "").strip()[:200] if looking else ""
    hits = search(words, limit=FOUND_PLACES) if words else []
    context = {
        "form": form,
        "programme": found,
        "sample": found.sample,
        "kept": kept,
        "ticked": ticked,
        "words": words,
        "hits": [one for one in hits if one not in ticked],
        "trail": [(found.name, reverse("programme", args=[found.pk])), (_("Implementer"), "")],
    }
    return render(request, "programme/implementer.html", context, status=422 if form.errors else 200)


def implementer_form(
    request: HttpRequest, found: Programme, kept: Implementer | None, looking: bool
) -> ImplementerForm:
    """The form as sent; opened anew, or while more places are looked for, with what stands so far."""
    taken = [] if kept else list(found.implementers.values_list("code", flat=True))
    start = {"code": kept.code, **named(kept.name)} if kept else {}
    if looking:
        start |= {name: text for name, text in request.POST.items() if name in ImplementerForm().fields}
    form = ImplementerForm(None if looking else request.POST or None, initial=start, taken=taken)
    form.fields["code"].disabled = kept is not None
    return form


def ticked_places(request: HttpRequest, kept: Implementer | None) -> list[Place]:
    """The target places as the form has them now: those ticked, or those kept when it is opened."""
    if request.method != "POST":
        return list(kept.targets.select_related("kind").in_order()) if kept else []
    ids = [int(one) for one in request.POST.getlist("target") if one.isdigit()]
    return list(Place.objects.filter(pk__in=ids).select_related("kind").in_order())
