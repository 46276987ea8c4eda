"""How the field app is answered: JSON, and a refusal in the reader's language with what to do about it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from samleng.doors.door import PHONES, acting_in, http_status
from samleng.ground.people.rules import Acting
from samleng.kit.words.refusals import Refusal, each

View = Callable[..., dict[str, Any]]


def refused(refusal: Refusal) -> JsonResponse:
    """What was refused, each with field, row and remedy."""
    many = [one.as_json() for one in each(refusal)]
    return JsonResponse({"refusals": many}, status=http_status(refusal.code, PHONES))


def answers(view: View) -> Callable[..., JsonResponse]:
    """A view that gives a dict, answered as JSON that nobody keeps; a refusal says what to do."""

    @functools.wraps(view)
    def run(request: HttpRequest, *given: Any, **more: Any) -> JsonResponse:
        try:
            answer = JsonResponse(view(request, *given, **more))
        except Refusal as refusal:
            answer = refused(refusal)
        patch_cache_control(answer, no_store=True, private=True)
        return answer

    return run


def signed_in(view: View) -> View:
    """Only for somebody signed in on this phone; the app then asks for the PIN."""

    @functools.wraps(view)
    def run(request: HttpRequest, *given: Any, **more: Any) -> dict[str, Any]:
        by = acting_in(request)
        if not by.person:
            raise Refusal(
                _("The session has ended."), remedy=_("Open the app with your PIN again."), code="gone"
            )
        return view(request, by, *given, **more)

    return run


def sent(request: HttpRequest) -> dict[str, Any]:
    """The JSON object a request carries."""
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(_("This request is no JSON object."), remedy=_("Send it again."), code="unreadable")
    return body


__all__ = ["Acting", "answers", "refused", "sent", "signed_in"]
