"""Pages for everybody: no sign-in, no cookie, no script; all they show comes from disclosure."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request


def health(request: HttpRequest) -> HttpResponse:
    """Whether this site can answer: 200 with its version, 503 when the database cannot be reached."""
    try:
        release = version("samleng")
    except PackageNotFoundError:
        release = "unknown"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "unreachable", "version": release}, status=503)
    answer = JsonResponse({"ok": True, "database": connection.vendor, "version": release})
    answer["Cache-Control"] = "no-store"
    return answer


def choose_language(request: HttpRequest) -> HttpResponse:
    """The front page in the language the browser asks for, else in the site's first."""
    asked = get_language_from_request(request) if request.headers.get("Accept-Language") else ""
    tag = asked.split("-")[0] if asked else settings.LANGUAGE_CODE
    answer = HttpResponseRedirect(f"/{tag if tag in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE}/")
    patch_vary_headers(answer, ["Accept-Language"])
    return answer
