"""A facilitator's own pages: what waits, finding a card by its code, opening it on this device."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from samleng.doors.web.facilitator.lines import setup_line
from samleng.doors.web.facilitator.room import Room, card_for, device_of, remember_device, show
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import LongList, listed, signed_in, token_of, tried
from samleng.ground.people.models import Training
from samleng.ground.people.rules import LEADS_SCORECARD, Acting, missing_modules
from samleng.kit.words.codes import typed
from samleng.kit.words.khmer import searchable
from samleng.kit.words.text import clean
from samleng.voices.scorecards.models import Scorecard, Side, State
from samleng.voices.scorecards.verbs import writing

A_PAGE = 25


def narrowed(cards: QuerySet[Scorecard], given: dict[str, str]) -> QuerySet[Scorecard]:
    """The cards a search and filters leave."""
    if given.get("state") in State.values:
        cards = cards.filter(state=given["state"])
    if given.get("side") in Side.values:
        cards = cards.filter(side=given["side"])
    words = clean(given.get("q", ""))[:100]
    if words:
        asked = searchable(words)
        cards = cards.filter(
            Q(code=typed(words)) | Q(facility__search__contains=asked) | Q(place__search__contains=asked)
        )
    return cards


@signed_in
def my_scorecards(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then everything I may hold."""
    by = acting_for(request)
    given = {key: request.GET.get(key, "") for key in ("q", "state", "side")}
    writable = Scorecard.objects.writable(by)
    cards = narrowed(writable, given).order_by("-planned_from", "code")
    open_now = writable.open().filter(Q(lead_id=by.person) | Q(holder=device_of(request)))
    waiting = open_now.in_lists().exclude(state=State.IN_REVIEW).order_by("planned_from", "code")
    context = {
        "waiting": list(waiting[:6]) if not any(given.values()) else [],
        "page": LongList(cards, A_PAGE, whole=lambda some: some.in_lists()).get_page(request.GET.get("page")),
        "given": given,
        "states": [(state.value, state.value) for state in State],
        "untrained": untrained(by),
        "device": device_of(request),
    }
    return render(request, "facilitator/mine.html", context)


def untrained(by: Acting) -> tuple[str, ...]:
    """Modules a facilitator has not passed; it is said, and blocks nothing."""
    if not any(seat.role == "facilitator" for seat in by.seats):
        return ()
    passed = Training.objects.filter(person_id=by.person).values_list("module", flat=True)
    return missing_modules(passed)


@signed_in
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Find an open card by its six digits, typed or from a shared link."""
    by = acting_for(request)
    code = request.POST.get("code", code)
    found: list[Scorecard] = []
    refusals = tried(lambda: found.append(writing.find_by_code(by, code))) if code else []
    if found:
        return redirect("room", found[0].pk)
    context = {"code": code, "errors": listed(refusals), "refusal": refusals[0] if refusals else None}
    return render(request, "facilitator/join.html", context, status=422 if refusals else 200)


@signed_in
def room(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """The door of a meeting: begin, go on where it stands, or take the card over."""
    by = acting_for(request)
    here = Room(request, by, card_for(by, card_id), device_of(request))
    if here.here:
        left = [step for step in here.way("consent") if step.code not in here.done]
        return redirect(left[0].url if left else here.url("finish"))
    if here.card.state not in (State.PLANNED, State.RUNNING):
        return redirect("card", card_id)
    held = bool(here.card.holder) and here.card.holder != here.device
    context = {"held": held, "untrained": untrained(by), "leads": LEADS_SCORECARD}
    response = show(request, here, "consent", template="facilitator/door.html", **context)
    remember_device(response, here.device)
    return response


@signed_in
@require_POST
def begin(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Start the meeting on this browser, or take the card over from another one."""
    by = acting_for(request)
    here = Room(request, by, card_for(by, card_id), device_of(request))
    if request.POST.get("take_over"):
        writing.take_over(by=by, scorecard=here.card, holder=here.device)
    else:
        writing.start(by=by, scorecard=here.card, holder=here.device)
    response: HttpResponse = redirect(here.url(here.pages[0][0]))
    remember_device(response, here.device)
    return response


def consent(request: HttpRequest, here: Room) -> HttpResponse:
    """What is read aloud before anything is written; the room's yes is noted with the set-up."""
    if request.method == "POST":
        token = token_of(request)
        refusals = tried(
            lambda: writing.write(
                by=here.by, scorecard=here.card, lines=[setup_line(token, {"consent": "read"})]
            )
        )
        if not refusals:
            return redirect(here.after("consent"))
        return show(request, here, "consent", refusals=refusals)
    return show(request, here, "consent")


@signed_in
def done(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """The page after sending: what happens now."""
    by: Any = acting_for(request)
    card = card_for(by, card_id)
    return render(
        request, "facilitator/done.html", {"card": card, "sample": card.programme.sample, "said": _("Sent")}
    )
