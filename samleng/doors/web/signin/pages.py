"""Getting in by slip and PIN, taking up an invitation, leaving quickly, and one's own account."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from samleng.doors.door import DEVICE, DEVICE_COOKIE, OWNER, open_session, remember_phone
from samleng.doors.web.signin.accounts import (
    acting_for,
    desk_of,
    has_second_step,
    wants_second_step,
)
from samleng.doors.web.signin.forms import Invitation, Language, NewPin, Pin, Slip
from samleng.doors.web.visit import at_fields
from samleng.ground.people.models import Device, Person, RoleName, Seat
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import MODULES
from samleng.ground.people.verbs import accounts as people
from samleng.ground.people.verbs import keys
from samleng.ground.people.verbs.records import eligibility
from samleng.kit.words.refusals import Refusal


def come_in(request: HttpRequest, device: Device) -> HttpResponse:
    """Start a session for the phone's owner, for half a day."""
    open_session(request, device)
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=settings.HTTPS)
    return redirect(wanted if wanted and safe else desk_of(device.person))


@never_cache
@sensitive_post_parameters()
def pin(request: HttpRequest) -> HttpResponse:
    """Ask for the PIN, only on an enrolled phone."""
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    device = keys.device_of(token)
    if device is None:
        return render(request, "signin/not_enrolled.html", {"slip": Slip()}, status=200)
    form = Pin(request.POST or None)
    if form.is_valid():
        try:
            return come_in(request, keys.sign_in_with_pin(token=token, pin=form.cleaned_data["pin"]))
        except Refusal as refusal:
            at_fields(form, [refusal])
    return render(
        request,
        "signin/pin.html",
        {
            "form": form,
            "person": device.person,
            "next": request.POST.get("next", request.GET.get("next", "")),
        },
    )


@never_cache
@sensitive_post_parameters()
def enrol(request: HttpRequest, code: str = "") -> HttpResponse:
    """Open a slip: opening the page uses nothing up, sending the PIN does."""
    form = Slip(request.POST or None, initial={"code": code})
    if form.is_valid():
        try:
            opened = keys.open_enrolment(
                code=form.cleaned_data["code"], pin=form.cleaned_data["pin"], label=phone_name(request)
            )
        except Refusal as refusal:
            at_fields(form, [refusal])
        else:
            answer = come_in(request, opened.device)
            remember_phone(answer, opened.token)
            return answer
    return render(request, "signin/enrol.html", {"form": form, "scanned": bool(code)})


def phone_name(request: HttpRequest) -> str:
    """What kind of phone or browser this is, in a word, so that its owner knows it in a list."""
    agent = request.headers.get("User-Agent", "")
    system = next(
        (name for name in ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux") if name in agent), ""
    )
    browser = next((name for name in ("Edg", "OPR", "Firefox", "Chrome", "Safari") if name in agent), "")
    return " ".join(part for part in (system, {"Edg": "Edge", "OPR": "Opera"}.get(browser, browser)) if part)


@never_cache
@sensitive_post_parameters()
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation: choose a password, then sign in and set up the second step."""
    invitation = keys.invitation_of(token)
    if invitation is None:
        return render(request, "signin/gone.html", {"refusal": keys.gone_link()}, status=410)
    form = Invitation(request.POST or None)
    if form.is_valid():
        try:
            keys.accept_invitation(token=token, password=form.cleaned_data["password"])
        except Refusal as refusal:
            if refusal.code == "gone":
                return render(request, "signin/gone.html", {"refusal": refusal}, status=410)
            at_fields(form, [refusal])
        else:
            logout(request)
            messages.success(request, _("Your password is set. Sign in with it now."))
            return redirect(f"{reverse('account_login')}?password")
    return render(request, "signin/invited.html", {"form": form, "person": invitation.person})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out at once and show the public front page; what the browser kept of the desk goes."""
    logout(request)
    answer = redirect(f"/{translation.get_language()}/")
    answer["Clear-Site-Data"] = '"cache"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
def second_step(request: HttpRequest) -> HttpResponse:
    """Where staff without a second step land, whatever they asked for."""
    if not wants_second_step(request):
        return redirect("desk")
    return render(request, "signin/second_step.html")


@never_cache
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: seats, phones, language, training."""
    return render(request, "signin/me.html", about_me(request))


def about_me(request: HttpRequest, **forms_given: forms.Form) -> dict[str, Any]:
    person = own(request)
    seats = Seat.objects.live().filter(person=person).select_related("programme", "office", "area__kind")
    passed = {row.module: row for row in person.trainings.all()}
    return {
        "person": person,
        "acting": acting_for(request),
        "seats": [(RoleName(seat.role).label, seat.programme or seat.office, seat) for seat in seats],
        "devices": person.devices.filter(revoked_at=None).order_by("-enrolled_at"),
        "this_device": request.session.get(DEVICE, ""),
        "modules": [(module, passed.get(module)) for module in MODULES],
        "warnings": eligibility(person) if any(not seat.rights.staff for seat in person.seat_facts()) else [],
        "has_pin": hasattr(person, "pin"),
        "has_password": person.has_usable_password(),
        "second_step": has_second_step(person),
        "codes": Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).exists(),
        "language_form": Language(initial={"language": person.language}),
        "pin_form": NewPin(),
    } | forms_given


def own(request: HttpRequest) -> Person:
    """The signed-in person."""
    if not isinstance(request.user, Person):
        raise Denied
    return request.user


@require_POST
@login_required
def speak(request: HttpRequest) -> HttpResponse:
    """Choose the language the site speaks to one."""
    form = Language(request.POST)
    if not form.is_valid():
        return render(request, "signin/me.html", about_me(request, language_form=form), status=422)
    person = people.choose_language(
        by=acting_for(request), person=own(request), language=form.cleaned_data["language"]
    )
    with translation.override(person.language):
        answer = redirect("me")
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, samesite="Lax", secure=settings.HTTPS)
    return answer


@require_POST
@login_required
@sensitive_post_parameters()
def change_pin(request: HttpRequest) -> HttpResponse:
    form = NewPin(request.POST)
    if form.is_valid():
        try:
            keys.change_pin(by=acting_for(request), person=own(request), **form.cleaned_data)
        except Refusal as refusal:
            at_fields(form, [refusal], lambda name: ["old" if name == "pin" else "new"])
        else:
            messages.success(request, _("Your PIN is changed."))
            return redirect("me")
    return render(request, "signin/me.html", about_me(request, pin_form=form), status=422)


@require_POST
@login_required
def revoke_my_device(request: HttpRequest, device_id: str) -> HttpResponse:
    device = own(request).devices.filter(pk=device_id).first()
    if device is None:
        raise Denied
    keys.revoke_device(by=acting_for(request), device=device)
    messages.success(request, _("That phone no longer opens your account."))
    return redirect("me")


@require_POST
@login_required
def revoke_everything(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, on every phone."""
    keys.revoke_all(by=acting_for(request), person=own(request))
    return leave(request)


@require_POST
@login_required
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose in whose name one acts when one holds seats in several programmes or offices."""
    wanted = request.POST.get("owner", "")
    if wanted in {seat.owner for seat in acting_for(request).seats}:
        request.session[OWNER] = wanted
    return redirect("desk")
