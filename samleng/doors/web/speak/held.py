"""A reporter's key while they read: for some minutes, in a cookie that only this site opens.

Neither the receipt nor the key is written to the database, the session or a log. The cookie alone opens
nothing, and a copy of the site's disk holds no cookie.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from samleng.answers.cases.steps import Reporter, reporter_of
from samleng.doors.web.speak.frame import FOLLOWED
from samleng.voices.reports.models import Report
from samleng.voices.reports.verbs.hearing import Slip

MINUTES = 20


def follow_key() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"follow").digest()


def hold(answer: HttpResponse, lookup: str, private: bytes) -> None:
    """Let this browser follow the report for some minutes; asked anew, they begin anew."""
    told = {
        "lookup": lookup,
        "key": base64.b64encode(private).decode(),
        "until": int(time.time()) + MINUTES * 60,
    }
    box = SecretBox(follow_key()).encrypt(json.dumps(told).encode())
    answer.set_cookie(
        FOLLOWED,
        base64.urlsafe_b64encode(box).decode(),
        max_age=MINUTES * 60,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Strict",
    )


def hold_slip(answer: HttpResponse, slip: Slip) -> None:
    hold(answer, slip.lookup, slip.keys.private)


def let_go(answer: HttpResponse) -> None:
    """Nothing is open in this browser any more."""
    answer.delete_cookie(FOLLOWED, samesite="Strict")


def reporter_in(request: HttpRequest) -> Reporter | None:
    """Whoever holds the receipt of a report and typed it here some minutes ago; None otherwise."""
    cookie = request.COOKIES.get(FOLLOWED, "")
    try:
        told = json.loads(SecretBox(follow_key()).decrypt(base64.urlsafe_b64decode(cookie)))
        private = base64.b64decode(told["key"])
        fresh = told["until"] > time.time()
    except (CryptoError, ValueError, TypeError, KeyError):
        return None
    report = Report.objects.under(told["lookup"]) if fresh else None
    return reporter_of(report, private, "web") if report else None
