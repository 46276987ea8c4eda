"""What every page shares: a refusal becomes a page that says what to do, never a bare error."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from samleng.doors.door import http_status
from samleng.kit.words.refusals import Refusal, each

# Doors that machines come to tell them themselves.
MACHINES = ("/v1/", "/app/", "/open311/", "/hooks/")
# Their language stands in the address, if anywhere.
SAME = ("/sounds/", "/api/v1/map/", "/feeds/")


class SameForEverybody:
    """Recordings and maps are the same whoever asks, in whatever language: a proxy may keep one for all.

    What stands further in looks at who is signed in, and says that it hangs on that; this stands outside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.path.startswith(SAME) and answer.status_code in (200, 206) and not answer.cookies:
            del answer["Vary"]
        return answer


class TurnRefusalsIntoPages:
    """Show a verb's refusal that a view did not put at its own field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("samleng.too_large") and not request.path.startswith(MACHINES):
            return self.process_exception(request, too_large()) or HttpResponse(status=413)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        back = request.headers.get("Referer", "")
        same_site = back.startswith(f"{request.scheme}://{request.get_host()}/")
        return render(
            request,
            "refused.html",
            {"refusals": each(error), "back": back if same_site else ""},
            status=http_status(error.code),
        )


def too_large() -> Refusal:
    """More came than is ever read; the server in front has let go of it (config/front.py)."""
    return Refusal(
        _("What you sent is larger than anything that is taken here."),
        remedy=_("Choose a smaller file, or divide it."),
        code="too_large",
    )
