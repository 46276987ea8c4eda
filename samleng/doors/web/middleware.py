"""What every page shares: a refusal becomes a page that says what to do, never a bare error."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from samleng.kit.words.refusals import Refusal, each

STATUS = {"denied": 404, "missing": 404, "conflict": 409, "held": 409, "state": 409}


class TurnRefusalsIntoPages:
    """Show a verb's refusal that a view did not put at its own field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
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
            status=STATUS.get(error.code, 422),
        )
