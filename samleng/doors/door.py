"""What every door that knows signed-in people shares: the phone's cookie, the session, and who acts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from samleng.ground.people.models import Device
from samleng.ground.people.rules import Acting

DEVICE_COOKIE = "samleng_device"
DEVICE_DAYS = 400
# In the session of somebody who came in by PIN: which phone it was.
DEVICE, OWNER = "device", "owner"
PIN_HOURS = 12
PLAIN_BACKEND = "django.contrib.auth.backends.ModelBackend"


def open_session(request: HttpRequest, device: Device) -> None:
    """Start a session for the phone's owner, for half a day."""
    login(request, device.person, backend=PLAIN_BACKEND)
    request.session[DEVICE] = str(device.pk)
    request.session.set_expiry(PIN_HOURS * 60 * 60)


def remember_phone(answer: HttpResponse, token: str) -> None:
    """Lay the enrolled phone's token into its cookie, where no script can read it."""
    answer.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=DEVICE_DAYS * 24 * 60 * 60,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )


def acting_in(request: HttpRequest) -> Acting:
    """Who acts in this request, as the middleware of the pages found out."""
    acting: Any = request.acting  # type: ignore[attr-defined]
    return acting
