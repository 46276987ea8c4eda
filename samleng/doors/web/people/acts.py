"""What is done about one person: roles, training, contacts, phones, slips and links."""

from __future__ import annotations

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

from samleng.doors.exchange.slips import draw_slips
from samleng.doors.web.people import seen
from samleng.doors.web.people.forms import ContactForm, RoleForm, TrainingForm
from samleng.doors.web.people.pages import about, may_on
from samleng.doors.web.signin.accounts import acting_for, drop_second_step
from samleng.doors.web.visit import carried_out, signed_in
from samleng.ground.people.models import Contact, Person, Seat
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs import accounts, keys, records


def answer_again(request: HttpRequest, person: Person, **shown: object) -> HttpResponse:
    """The person's page with what was wrong in one of its forms."""
    return render(request, "people/person.html", about(request, person, **shown), status=422)


@signed_in
def give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a person another role."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    if not may_on(by, person)["give"]:
        raise Denied
    form = RoleForm(request.POST or None, by=by)
    if carried_out(form, lambda _given: accounts.seat(by=by, person=person, **form.seat)):
        messages.success(request, _("The role is given."))
        return redirect("person", person.pk)
    context = {"form": form, "person": person}
    return render(request, "people/give.html", context, status=422 if form.errors else 200)


@signed_in
def end(request: HttpRequest, person_id: UUID, seat_id: UUID) -> HttpResponse:
    """End a role: first asked, then done."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    seat = seen.seats_seen(by).select_related("area__kind", "programme", "office").filter(person=person)
    found = seat.filter(pk=seat_id).first()
    if found is None:
        raise Denied
    if request.method == "POST":
        accounts.unseat(by=by, seat=found)
        messages.success(request, _("The role has ended. What was done in it stays."))
        return redirect("person", person.pk)
    context = {"person": person, "seat": found, "role": seen.role_label(found.role), "several": True}
    return render(request, "people/end.html", context)


@signed_in
@require_POST
def train(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down that a module was passed."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    form = TrainingForm(request.POST)
    if carried_out(form, lambda given: records.record_training(by=by, person=person, **given)):
        messages.success(request, _("The module is written down."))
        return redirect(reverse("person", args=[person.pk]) + "#training")
    return answer_again(request, person, training_form=form)


@signed_in
@require_POST
@never_cache
def add_contact(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Keep a number or an address under seal."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    form = ContactForm(request.POST)
    if carried_out(
        form, lambda given: records.keep_contact(by=by, person=person, **given), lambda name: ["value"]
    ):
        messages.success(request, _("It is kept under seal."))
        return redirect(reverse("person", args=[person.pk]) + "#contacts")
    return answer_again(request, person, contact_form=form)


def contact_of(by: Acting, person_id: UUID, contact_id: UUID) -> tuple[Person, Contact]:
    person = seen.person_seen(by, person_id)
    contact = person.contacts.filter(pk=contact_id).select_related("person").first()
    if contact is None:
        raise Denied
    return person, contact


@signed_in
@require_POST
@never_cache
def read_contact(request: HttpRequest, person_id: UUID, contact_id: UUID) -> HttpResponse:
    """Open one seal; that it was opened is written down."""
    by = acting_for(request)
    person, contact = contact_of(by, person_id, contact_id)
    plain = records.read_contact(by=by, contact=contact)
    shown = about(request, person, read={"pk": contact.pk, "plain": plain})
    return render(request, "people/person.html", shown)


@signed_in
@require_POST
def forget_contact(request: HttpRequest, person_id: UUID, contact_id: UUID) -> HttpResponse:
    """Erase a number or an address."""
    by = acting_for(request)
    person, contact = contact_of(by, person_id, contact_id)
    records.forget_contact(by=by, contact=contact)
    messages.success(request, _("It is erased."))
    return redirect(reverse("person", args=[person.pk]) + "#contacts")


@signed_in
@require_POST
@never_cache
def slip(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A new slip for one phone, as a PDF that is nowhere kept."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    programme = next(
        (
            seat.programme
            for seat in Seat.objects.live().within(seen.scope_for(by)).filter(person=person).in_force()
            if seat.programme and not seat.facts()[0].rights.staff
        ),
        None,
    )
    if programme is None:
        raise keys.no_field_role()
    made = keys.enrol(by=by, person=person)
    return pdf(draw_slips(programme, [(person, made)]), "slip.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF that no cache and no proxy keeps."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@signed_in
@require_POST
@never_cache
def invite(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A link by which a staff member sets a password, shown once."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    made = keys.invite(by=by, person=person)
    with translation.override(person.language):
        address = settings.SITE_ADDRESS + reverse("invited", args=[made.token])
    context = {"person": person, "address": address, "until": made.invitation.expires_at}
    return render(request, "people/invited.html", context)


@signed_in
@require_POST
def revoke_phone(request: HttpRequest, person_id: UUID, device_id: UUID) -> HttpResponse:
    """A phone is lost: it opens nothing any more."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    device = person.devices.filter(pk=device_id).select_related("person").first()
    if device is None:
        raise Denied
    keys.revoke_device(by=by, device=device)
    messages.success(request, _("That phone no longer opens the account."))
    return redirect(reverse("person", args=[person.pk]) + "#ways-in")


@signed_in
def revoke_all(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Close every way in at once: first asked, then done."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    if request.method == "POST":
        keys.revoke_all(by=by, person=person)
        messages.success(request, _("Every phone, slip, link and open session of this person has ended."))
        return redirect(reverse("person", args=[person.pk]) + "#ways-in")
    return render(request, "people/revoke.html", {"person": person})


@signed_in
@require_POST
def drop_step(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The app or key of the second step is lost: they set up another at the next sign-in."""
    by = acting_for(request)
    person = seen.person_seen(by, person_id)
    drop_second_step(by=by, person=person)
    messages.success(request, _("They set up a new second step when they sign in next."))
    return redirect(reverse("person", args=[person.pk]) + "#ways-in")
