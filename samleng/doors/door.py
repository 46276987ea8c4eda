"""What the doors share: the phone's cookie, the session, who acts, and what a refusal is in HTTP."""

from __future__ import annotations

from collections.abc import Mapping
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

# What a refusal's code is in HTTP, whichever door says it. What may not be seen is as if absent.
STATUS = {
    "denied": 404,
    "missing": 404,
    "closed": 409,
    "conflict": 409,
    "held": 409,
    "state": 409,
    "erased": 410,
    "too_heavy": 413,
    "too_large": 413,
    "media_type": 415,
}
# What a protocol has a number of its own for. On a phone 401 asks for the PIN or the slip.
PHONES = {"gone": 401, "pin": 403}
LANE = {**PHONES, "method": 405, "slow": 408, "rate": 429, "broken": 500, "busy": 503}
# A phone that sends a file gives up on 4xx but 409, 423 and 460: so it must on what no waiting mends.
TUS = {
    **PHONES,
    **dict.fromkeys(("closed", "held", "state"), 422),
    "unreadable": 400,
    "algorithm": 400,
    "offset": 409,
    "version": 412,
    "too_big": 413,
    "too_long": 413,
    "type": 415,
    "busy": 423,
    "checksum": 460,
    "full": 503,
    "storage": 507,
}


def http_status(code: str, protocol: Mapping[str, int] | None = None, *, otherwise: int = 422) -> int:
    """The status that says a refusal of this code; `otherwise` where the code is of one form or file only."""
    return {**STATUS, **(protocol or {})}.get(code, otherwise)


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
