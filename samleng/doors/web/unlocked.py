"""A person's key while they work: sealed in the session, and the key of that seal only in their browser.

The session lies in the database. Without the cookie it opens nothing, and without the session the cookie
opens nothing; after half an hour without use both are worth nothing.
"""

from __future__ import annotations

import base64
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from samleng.doors.web.signin.accounts import acting_for
from samleng.ground.keys.models import PersonKey, Vault
from samleng.ground.keys.rules import CASES, IDLE_MINUTES
from samleng.ground.keys.verbs.phrases import Unlocked
from samleng.ground.people.permission import Denied
from samleng.kit.sealing.rules import Opener

OPEN_COOKIE = "samleng_open"
KEPT = "unlocked"
# How much of the time must be gone before the session is written again.
STEP_SECONDS = 60


def keep_open(request: HttpRequest, answer: HttpResponse, unlocked: Unlocked) -> None:
    """Let the key be at hand for this browser until it is locked again or lies idle."""
    key = random(SecretBox.KEY_SIZE)
    box = SecretBox(key).encrypt(unlocked.private)
    request.session[KEPT] = {
        "box": base64.b64encode(box).decode(),
        "key": str(unlocked.key),
        "until": int(time.time()) + IDLE_MINUTES * 60,
    }
    answer.set_cookie(
        OPEN_COOKIE,
        base64.urlsafe_b64encode(key).decode(),
        httponly=True,
        secure=settings.HTTPS,
        samesite="Strict",
    )
    request._unlocked = unlocked  # type: ignore[attr-defined]


def lock_again(request: HttpRequest, answer: HttpResponse) -> None:
    """Put the key away at once."""
    request.session.pop(KEPT, None)
    answer.delete_cookie(OPEN_COOKIE, samesite="Strict")
    request._unlocked = None  # type: ignore[attr-defined]


def unlocked_of(request: HttpRequest) -> Unlocked | None:
    """The key of whoever is signed in, if they opened it here and used it within half an hour."""
    if not hasattr(request, "_unlocked"):
        request._unlocked = found(request)  # type: ignore[attr-defined]
    return request._unlocked  # type: ignore[attr-defined,no-any-return]


def found(request: HttpRequest) -> Unlocked | None:
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if not kept:
        return None
    now = time.time()
    private = opened(kept, request.COOKIES.get(OPEN_COOKIE, "")) if kept["until"] > now else None
    live = PersonKey.objects.live().filter(pk=kept["key"], person=request.user.pk).exists()
    if private is None or not live:
        del request.session[KEPT]
        return None
    until = int(now) + IDLE_MINUTES * 60
    if until - kept["until"] > STEP_SECONDS:
        request.session[KEPT] = {**kept, "until": until}
    return Unlocked(key=UUID(kept["key"]), private=private, by=acting_for(request))


def opened(kept: dict[str, Any], cookie: str) -> bytes | None:
    try:
        box = SecretBox(base64.urlsafe_b64decode(cookie))
        return bytes(box.decrypt(base64.b64decode(kept["box"])))
    except (CryptoError, ValueError, TypeError):
        return None


def opener_for(request: HttpRequest, office: Any, purpose: str = CASES) -> Opener | None:
    """The key of an office's vault, if whoever asks holds it and has unlocked theirs; None otherwise."""
    vault, unlocked = Vault.objects.of(office, purpose), unlocked_of(request)
    if vault is None or unlocked is None:
        return None
    try:
        return unlocked.opener(vault)
    except Denied:
        return None


def ask_to_unlock(request: HttpRequest, back: str = "") -> HttpResponse:
    """To the page that asks for the passphrase, and back here, or to the address given."""
    return redirect(f"{reverse('keys_unlock')}?{urlencode({'next': back or request.get_full_path()})}")
