"""Calls of other systems go straight to their door, past what only pages need."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import translation

DOOR = "/open311/"
# An answer is data: a browser that is led to one loads nothing, runs nothing and sends nothing for it.
DATA_ALONE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Straight:
    """Nobody is signed in here and no form of ours is sent: no session, cookie or message is looked at.

    Whoever writes shows a key (open311/verbs.py). What keeps answers harmless stands further out or is set
    here, and the host is checked as for every page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.views = URLResolver(RegexPattern(rf"^{DOOR}"), "samleng.doors.exchange.open311.urls")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DOOR):
            return self.get_response(request)
        request.get_host()
        request.COOKIES = {}
        found = self.views.resolve(request.path_info)
        with translation.override(translation.get_language_from_request(request)):
            answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
            answer.headers.setdefault("Content-Language", translation.get_language())
        answer.headers.setdefault("Content-Security-Policy", DATA_ALONE)
        answer.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer
