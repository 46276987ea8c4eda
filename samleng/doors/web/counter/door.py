"""The way to the counter: who may stand there, and that nothing typed is kept before it is sealed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from samleng.doors.web.signin.accounts import acting_for
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting, seats_for

View = Callable[..., HttpResponse]


def unkept(view: View) -> View:
    """For who is signed in; what they type waits in no session, cache or report of an error.

    Where the session has ended it is lost: what somebody tells at a counter lies nowhere in the open.
    """
    shut: View = never_cache(sensitive_post_parameters()(sensitive_variables()(login_required(view))))
    return shut


def counters_of(by: Acting, right: str = "cases.intake") -> list[Office]:
    """The offices at whose counter somebody takes in; Denied for whoever stands at none."""
    held = {seat.office for seat in seats_for(by, right) if seat.office}
    offices = list(Office.objects.filter(pk__in=held).select_related("kind", "place__kind").order_by("code"))
    if not offices:
        raise Denied
    return offices


def counter_of(request: HttpRequest, right: str = "cases.intake") -> tuple[Acting, list[Office]]:
    by = acting_for(request)
    return by, counters_of(by, right)
