"""The description of what this site answers to programs (OpenAPI 3.1)."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from samleng.doors.exchange.described import open311
from samleng.doors.exchange.described.parts import answer, ref, text, thing

HEALTH = thing({"ok": {"type": "boolean"}, "database": text(), "version": text()})


@functools.cache
def description() -> dict[str, Any]:
    """The whole description; it is the same for everybody."""
    health = {
        "operationId": "health",
        "summary": "Whether this site can answer",
        "responses": {
            "200": answer("It can", ref("Health")),
            "503": answer("Its database is away", ref("Health")),
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Samleng",
            "version": "1",
            "description": "What everybody may read without a key, and what other systems may send.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "paths": {"/healthz": {"get": health}, **open311.paths()},
        "components": {"schemas": {"Health": HEALTH, **open311.SCHEMAS}},
    }


@csrf_exempt
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description itself."""
    answered = JsonResponse(description())
    answered["Access-Control-Allow-Origin"] = "*"
    answered["Cache-Control"] = "public, max-age=3600"
    return answered
