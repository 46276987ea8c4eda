"""Who stands behind a request, and what each must have before the desk opens."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from nacl.secret import SecretBox

from samleng.doors.door import DEVICE, DEVICE_COOKIE, OWNER
from samleng.ground.people.models import Device, Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting, is_system, may_manage, seats_for
from samleng.ground.people.sealing import derived
from samleng.ground.people.verbs.keys import device_of
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record

FIRST_STEP_SECONDS = 600
NOBODY = Acting(key="anybody", person="")
# What a staff member without a second step may still open.
BEFORE_SECOND_STEP = frozenset(
    {
        "second_step",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_logout",
        "leave",
        "health",
    }
)


def acting_for(request: HttpRequest) -> Acting:
    """Who acts in this request, with the seats they hold now; asked of the database once a request.

    Nobody's has no seats. By PIN only seats that need no second step count, and a staff member who has
    not set up a second step yet holds none of theirs.
    """
    kept = getattr(request, "_acting", None)
    if kept is None:
        kept = request._acting = found_acting(request)  # type: ignore[attr-defined]
    return kept


def found_acting(request: HttpRequest) -> Acting:
    person = request.user
    if not person.is_authenticated or not isinstance(person, Person):
        return NOBODY
    acting = person.acting(owner=request.session.get(OWNER, ""))
    if DEVICE in request.session:
        return acting.on_device()
    lacking = acting.staff and not has_second_step(person)
    request._lacks_second_step = lacking  # type: ignore[attr-defined]
    return acting.on_device() if lacking else acting


def has_second_step(person: Person) -> bool:
    """Whether a person has an authenticator app or a passkey; recovery codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=person, type__in=kinds).exists()


def wants_second_step(request: HttpRequest) -> bool:
    """Whether the signed-in person must set up a second step before anything else."""
    acting_for(request)
    return getattr(request, "_lacks_second_step", False)


class KeepTheDoor:
    """Ends the session of a phone that was revoked, and sends staff without a second step to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Other doors take who acts from the request, since doors do not know each other.
        request.acting = SimpleLazyObject(lambda: acting_for(request))  # type: ignore[attr-defined]
        device = request.session.get(DEVICE)
        if device and not Device.objects.filter(pk=UUID(device), revoked_at=None).exists():
            logout(request)
            return JsonResponse({"code": "revoked"}, status=401) if wants_data(request) else redirect("pin")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else ""
        asks = name == "account_login" and request.method == "GET" and "password" not in request.GET
        if asks and device_of(request.COOKIES.get(DEVICE_COOKIE, "")):
            return redirect(f"{reverse('pin')}?{urlencode({'next': request.GET.get('next', '')})}")
        if request.user.is_authenticated and name not in BEFORE_SECOND_STEP and wants_second_step(request):
            code = {"code": "second_step"}
            return JsonResponse(code, status=401) if wants_data(request) else redirect("second_step")
        return None


def wants_data(request: HttpRequest) -> bool:
    """Whether a program asks, which is told in its own terms and not led to a page."""
    return "application/json" in request.headers.get("Accept", "")


def desk_of(person: Person) -> str:
    """Where a person lands after signing in, in their own language."""
    with translation.override(person.language):
        return reverse("desk")


class HouseAdapter(DefaultAccountAdapter):
    """Accounts are given, never opened by strangers; messages in the site's own words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "username_password_mismatch": _("The sign-in name or the password is not right."),
        "incorrect_password": _("This password is not right."),
        "enter_current_password": _("Write your present password."),
        "too_many_login_attempts": _("There were too many tries. Wait a few minutes."),
        "rate_limited": _("There were too many tries. Wait a few minutes."),
    }

    other_ways = {
        "reauthenticate": _("Use the password instead"),
        "mfa_reauthenticate": _("Use a code instead"),
        "mfa_reauthenticate:webauthn": _("Use a passkey instead"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return desk_of(request.user) if isinstance(request.user, Person) else reverse("desk")

    def is_reauthentication_required(self, *, app: str, **more: object) -> bool:
        """Not when a staff member just signed in and is sent straight to their first second step."""
        request = context.request
        if wants_second_step(request):
            shown = get_authentication_records(request, request.user)
            if any(time.time() - record["at"] < FIRST_STEP_SECONDS for record in shown):
                return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to show once more that it is you, in the site's own words."""
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": self.other_ways[way["id"]]} for way in ways]

    def add_message(self, *args: object, **more: object) -> None:
        """Say nothing: the pages themselves show what happened."""


class SecondStepAdapter(DefaultMFAAdapter):
    """Seals authenticator secrets, and lets staff change their second step but not go without."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
        "cannot_delete_authenticator": _(
            "Your role needs a second step: add another one before you remove this."
        ),
    }

    def box(self) -> SecretBox:
        return SecretBox(derived(settings.PIN_KEY, b"second-step"))

    def encrypt(self, text: str) -> str:
        return base64.b64encode(self.box().encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self.box().decrypt(base64.b64decode(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=authenticator.user, type__in=kinds).exclude(
            pk=authenticator.pk
        )
        return others.exists() or not authenticator.user.acting().staff

    def send_notification_mail(self, *args: object, **more: object) -> None:
        """No mail: accounts need no address."""


def give_totp(person: Person, secret: str = "") -> str:
    """Set up an authenticator app for a person from outside the site (the demo does); returns its secret.

    `secret` is base32, a random one when left out; an app set up earlier is replaced.
    """
    secret = secret or generate_totp_secret()
    sealed = SecondStepAdapter().encrypt(secret)
    Authenticator.objects.update_or_create(
        user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": sealed}}
    )
    return secret


def totp_now(secret: str) -> str:
    """The six digits an authenticator app with this secret shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def totp_address(person: Person, secret: str) -> str:
    """The otpauth:// address that an authenticator app takes."""
    return SecondStepAdapter().build_totp_url(person, secret)


def drop_second_step(*, by: Actor, person: Person) -> None:
    """A staff member lost their app or key: they set up a new one at the next sign-in.

    Only for those who hold the person's keys in any case (may invite them), never for oneself.
    """
    allowed = is_system(by) or (
        by.key != person.key and seats_for(by, "people.invite") and may_manage(by, person.seat_facts())
    )
    if not allowed:
        raise Denied
    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        record(by=by, verb="people.drop_second_step", thing=person, tell=())
