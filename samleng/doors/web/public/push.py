"""The browser's worker for messages: its script, and what it says when its service gives it a new address."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from samleng.doors.postman.devices import LONGEST_ENDPOINT, Device
from samleng.doors.postman.verbs.pushing import move_device
from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import ALERT
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal

SCRIPT = Path(__file__).resolve().parent.parent / "static" / "pages" / "push_worker.js"
MOST_BYTES = 8 * 1024


@cache
def script() -> bytes:
    return SCRIPT.read_bytes()


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows messages. It reaches no page, and keeps none: it answers for /push/ alone."""
    answer = HttpResponse(script(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@csrf_exempt
@require_POST
def moved(request: HttpRequest) -> HttpResponse:
    """The old address, which nobody else knows, and the new one. No cookie has a say in it."""
    if waiting.no_room(request, ALERT):
        return HttpResponse(status=429)
    body = request.read(MOST_BYTES + 1)
    try:
        given = json.loads(body) if len(body) <= MOST_BYTES else {}
        old, new, keys = given["old"], given["endpoint"], given["keys"]
        device = Device(text(new), text(keys["p256dh"]), text(keys["auth"]))
        move_device(by=Actor(key="visitor", via="web"), endpoint=text(old), device=device)
    except (ValueError, RecursionError, LookupError, TypeError, Refusal):
        return HttpResponse(status=400)
    return HttpResponse(status=204)


def text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ENDPOINT:
        raise TypeError(value)
    return value
