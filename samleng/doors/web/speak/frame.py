"""What all pages of speaking share: nothing is kept by a browser, and files never touch the disk unsealed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from samleng.doors.web.middleware import too_large
from samleng.doors.web.plans.links import private
from samleng.doors.web.speak.spoken import voices
from samleng.ground.channels.models import CatalogueVersion

View = Callable[..., HttpResponse]
# Six photos straight from a phone, and a recording.
MOST_BYTES = 96 * 1024 * 1024
FOLLOWED = "samleng_follow"


class KeptInMemory(MemoryFileUploadHandler):
    """Files stay in memory until they are sealed: a temporary file could be found later."""

    def handle_raw_input(self, *given: Any, **named: Any) -> None:
        self.activated = True


def speaking(view: View) -> View:
    """A page of speaking: its files stay in memory, its forms need no session.

    No form needs a token against forgery: a draft is worth only what it carries itself, and the cookie of
    whoever follows a report is sent by this site's own pages alone.
    """

    @csrf_exempt
    @functools.wraps(view)
    def run(request: HttpRequest, *given: Any, **more: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise too_large()
        if request.method == "POST":
            request.upload_handlers = [KeptInMemory(request)]
        return private(view(request, *given, **more))

    return run


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that no browser keeps, with the same page in the other language."""
    here = (get_language() or "en").split("-")[0]
    other = "en" if here == "km" else "km"
    given = {
        "sample": False,
        "voices": voices(catalogue()),
        "step_in_other": translate_url(request.path, other),
        **context,
    }
    return render(request, template, given, status=status)


def catalogue() -> CatalogueVersion | None:
    return CatalogueVersion.objects.current()


def exit_address() -> str:
    """Where somebody goes who must leave at once."""
    return str(settings.EXIT_ADDRESS)
