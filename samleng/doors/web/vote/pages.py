"""Pages for whoever holds a ticket: no sign-in, no cookie, no script needed; a draft lives in the page only.

Several phones share one address in a village, so nothing here counts requests by address: a ticket
is its own limit. No form needs a token against forgery: who knows a ticket's letters holds the ticket.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from samleng.doors.exchange.vote_links import language_of
from samleng.doors.web.plans.links import private
from samleng.doors.web.visit import listed, token_of, tried
from samleng.doors.web.vote.reading import Ballot, language_asked
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Ticket
from samleng.voices.scorecards.rules import polls
from samleng.voices.scorecards.verbs import casting

# Why a ticket or a code opens nothing (any more): these have a page of their own.
ENDS = {
    "no_ticket": 404,
    "door": 410,
    "used": 410,
    "withdrawn": 410,
    "closed": 410,
    "early": 403,
    "full": 409,
}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Type the letters of a ticket, or the code that the room shows."""
    typed = request.POST.get("code", "")[:60]
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        if polls.plain_token(typed):
            return redirect("vote_ticket", polls.in_fours(polls.plain_token(typed)))
        if polls.split_door(typed):
            return redirect("vote_door", "-".join(polls.split_door(typed) or ()))
        refusals = tried(lambda: casting.find_ticket(typed))
        errors = listed(refusals)
    context = {"typed": typed, "errors": errors}
    return shown(request, "vote/find.html", context, status=422 if errors else 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the room's own QR: one tap takes a ticket. Looking alone, as previews do, takes none."""
    try:
        if request.method == "POST":
            drawn = casting.take_ticket(by=casting.ANYBODY, code=code, draw=token_of(request))
            return see(reverse("vote_ticket", args=[drawn.shown]))
        poll = casting.find_door(code)
    except Refusal as refusal:
        return ended(request, refusal)
    context = {"code": code, "draw": uuid4(), "sample": poll.scorecard.programme.sample}
    return shown(request, "vote/door.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """The ballot of one ticket: answer, look it over, send; once."""
    try:
        found = casting.find_ticket(token)
        if request.method != "POST":
            casting.check_ticket(found)
    except Refusal as refusal:
        return ended(request, refusal)
    if request.method == "POST":
        return answered(request, token, Ballot(found, request.POST))
    if request.method == "GET":
        casting.unfold_ticket(by=casting.ANYBODY, ticket=found)
    return asking(request, Ballot(found))


def answered(request: HttpRequest, token: str, ballot: Ballot) -> HttpResponse:
    """What to show after a form of the ballot: the look before sending, the thank-you, or what is wrong."""
    vote, refusals = ballot.vote()
    what = request.POST.get("do", "")
    if what == "send" and not refusals:
        refusals = tried(lambda: casting.cast(by=casting.ANYBODY, token=token, vote=vote))
        if not refusals:
            return thanked(ballot.ticket)
    elif what != "change":
        unread = {one.field for one in refusals}
        also = tried(lambda: casting.rehearse(ballot.ticket, vote))
        refusals += [one for one in also if one.field is None or one.field not in unread]
    end = next((one for one in refusals if one.code in ENDS), None)
    # Nothing of a ballot is shown again once the ticket works no more, whatever the form held.
    end = end or next(iter(tried(lambda: casting.check_ticket(ballot.ticket))), None)
    if end is not None:
        return ended(request, end)
    if refusals or what == "change":
        return asking(request, ballot, refusals)
    return shown(request, "vote/review.html", {"ballot": ballot, **of(ballot)})


def asking(request: HttpRequest, ballot: Ballot, refusals: list[Refusal] | None = None) -> HttpResponse:
    """The ballot's page; with refusals its status says that nothing was written."""
    errors = ballot.put_errors(refusals or [])
    context = {"ballot": ballot, "errors": errors, **of(ballot)}
    return shown(request, "vote/ballot.html", context, status=422 if refusals else 200)


def of(ballot: Ballot) -> dict[str, Any]:
    return {"card": ballot.card, "sample": ballot.card.programme.sample, "ticket": ballot.ticket}


def thanked(found: Ticket) -> HttpResponse:
    address = reverse("vote_thanks")
    return see(f"{address}?sample=1" if found.poll.scorecard.programme.sample else address)


def see(address: str) -> HttpResponse:
    """Go there and ask for it anew, so that going back or reloading sends nothing twice."""
    answer = private(HttpResponseRedirect(address))
    answer.status_code = 303
    return answer


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """The page after a ballot: the same for everybody, and it says nothing of what was chosen."""
    return shown(request, "vote/thanks.html", {"sample": request.GET.get("sample") == "1"})


def ended(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a ticket or code that opens nothing, with what to do now."""
    context = {"refusal": refusal, "sample": False}
    return shown(request, "vote/ended.html", context, status=ENDS.get(refusal.code, 422))


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that no browser keeps."""
    return private(render(request, template, {"sample": False, **context}, status=status))


@require_safe
def short(request: HttpRequest, code: str = "") -> HttpResponse:
    """The short address beneath a QR: the ticket's page, or the room's, in the meeting's language."""
    token = polls.plain_token(code)
    language = language_asked(request)
    name, given = "vote", []
    try:
        if token:
            name, given = "vote_ticket", [polls.in_fours(token)]
            language = language_of(casting.find_ticket(token).poll.scorecard)
        elif polls.split_door(code):
            name, given = "vote_door", ["-".join(polls.split_door(code) or ())]
            language = language_of(casting.find_door(code).scorecard)
    except Refusal:
        # The page itself says what is wrong.
        pass
    with translation.override(language):
        return private(HttpResponseRedirect(reverse(name, args=given)))
