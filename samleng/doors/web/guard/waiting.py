"""What a door says to whoever comes too often, or at a bad moment: wait a little, nothing is lost.

The page carries everything that was sent and sends it again by one button. It works without JavaScript; with
it a small script works for its turn meanwhile, or waits, and sends by itself.
"""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samleng.doors.web.guard.callers import caller_of
from samleng.doors.web.guard.doors import gate
from samleng.doors.web.speak.frame import shown
from samleng.kit.limits.rules import Verdict, Way
from samleng.kit.words.refusals import Refusal

TICKET, NONCE = "ticket", "nonce"
OURS = (TICKET, NONCE, "csrfmiddlewaretoken")
# After so long a turn at the receipts' queue is likely.
BUSY_SECONDS = 6.0
MINUTE = 60


def held_up(request: HttpRequest, door: str, *, named: str = "", **context: Any) -> HttpResponse | None:
    """The page of waiting for whoever may not go on now; None for everybody else.

    `named` tells the caller by something else than the address.
    """
    given = request.POST.get(TICKET, ""), request.POST.get(NONCE, "")
    who = named or caller_of(request.META)
    verdict, ticket = gate(door).ask(who, ticket=given[0], nonce=given[1], named=bool(named))
    if verdict.way is Way.FREE:
        return None
    return wait_page(request, verdict, ticket, **context)


def no_room(request: HttpRequest, door: str) -> bool:
    """Whether a part of what was sent may not come in now, while the rest may; a ticket opens it."""
    given = request.POST.get(TICKET, ""), request.POST.get(NONCE, "")
    verdict, _ticket = gate(door).ask(caller_of(request.META), ticket=given[0], nonce=given[1])
    return verdict.way is not Way.FREE


def files_wait(field: str) -> Refusal:
    """Files wait for a better moment; words do not."""
    return Refusal(
        _("Very many photos and recordings are coming at this moment."),
        field=field,
        remedy=_("Choose it once more in a minute; or send without, and add it later under your receipt."),
        code="busy",
    )


def no_harm(request: HttpRequest, door: str) -> None:
    """It was no attempt after all: what was typed had a fault, or the receipt was right."""
    gate(door).give_back(caller_of(request.META))


def ahead(request: HttpRequest, door: str) -> str:
    """A ticket for a page on which somebody writes, so that writing is waiting; "" in quiet times."""
    return gate(door).ahead(caller_of(request.META))[1]


def busy_page(request: HttpRequest, **context: Any) -> HttpResponse:
    """Too many are at it at this moment: the same page without a ticket, for a moment."""
    return wait_page(request, Verdict(way=Way.LATER, wait=BUSY_SECONDS), "", **context)


def wait_page(request: HttpRequest, verdict: Verdict, ticket: str, **context: Any) -> HttpResponse:
    seconds = max(1, math.ceil(verdict.wait))
    fields = [(name, one) for name in request.POST if name not in OURS for one in request.POST.getlist(name)]
    given = {
        "fields": fields,
        # Pages of speaking have no token against forgery, and no cookie for one.
        "token_too": "csrfmiddlewaretoken" in request.POST,
        "lost_files": bool(request.FILES),
        "ticket": ticket,
        "seconds": seconds,
        "wait": spoken(seconds),
        "bits": verdict.bits,
        **context,
    }
    status = 429 if verdict.way is Way.PROVE else 503
    answer = shown(request, "guard/wait.html", given, status=status)
    answer["Retry-After"] = str(seconds)
    return answer


def spoken(seconds: int) -> str:
    """How long, as people say it."""
    if seconds < 2 * MINUTE:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = math.ceil(seconds / MINUTE)
    return _("%(n)d minutes") % {"n": minutes}
