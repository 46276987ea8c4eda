"""One card whole: what it is, what happened, its code to hand on, and what may be changed of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.doors.web.planning.forms import AskChangeForm, ChangeForm, DatesForm
from samleng.doors.web.planning.pages import visible
from samleng.doors.web.qr import qr
from samleng.doors.web.review.figures import figures_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import at_fields, listed, signed_in, token_of, tried
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.verbs import opening, planning, requests, writing

# What the ledger says of a card, in words and with a picture; writing lines is told once, by the start.
MILESTONES = {
    "scorecards.plan": (_("The scorecard was planned"), "calendar"),
    "scorecards.change_plan": (_("The schedule was changed"), "pencil"),
    "scorecards.change_by_request": (_("The schedule was changed as asked"), "pencil"),
    "scorecards.start": (_("The meeting began"), "play"),
    "scorecards.take_over": (_("Taken over on another device"), "device-phone-mobile"),
    "scorecards.submit": (_("Sent to review"), "paper-airplane"),
    "scorecards.tick": (_("The reviewer ticked suggestions"), "check"),
    "scorecards.send_back": (_("Sent back for a correction"), "arrow-uturn-left"),
    "scorecards.complete": (_("Completed"), "check-circle"),
    "scorecards.cancel": (_("Cancelled"), "x-circle"),
    "scorecards.ask_change": (_("A change was asked for"), "question-mark-circle"),
    "scorecards.ask_unlock": (_("Unlocking was asked for"), "lock-closed"),
    "scorecards.decide": (_("A request was answered"), "chat-bubble-left"),
    "scorecards.unlock": (_("Unlocked"), "lock-open"),
    "scorecards.erase": (_("What each person said was erased, as promised"), "trash"),
}


def seen_card(by: Acting, card_id: UUID) -> Scorecard:
    """The card if this person may see it or write on it; Denied, as if absent, if not."""
    whole = Scorecard.objects.with_context().select_related("implementer").filter(pk=card_id)
    card = whole.first()
    if card is None:
        raise Denied
    if not visible(by).filter(pk=card_id).exists():
        writing.allow(by, card, "scorecards.start")
    # What phones have sent stands on the card before anybody looks at it.
    return whole.get() if opening.open_waiting(scorecard=card) else card


def may(by: Actor, what: str, card: Scorecard) -> bool:
    return by.may(what, owner=card.owner_key, path=card.place.path, implementer=card.implementer_id)


def may_write(by: Actor, card: Scorecard) -> bool:
    try:
        writing.allow(by, card, "scorecards.start")
    except Denied:
        return False
    return True


def milestones(card: Scorecard) -> list[dict[str, Any]]:
    """What happened to the card by the ledger, newest first, with who did it."""
    rows = [row for row in Entry.objects.about(card) if row.verb in MILESTONES]
    ids = {row.actor.removeprefix("person:") for row in rows if row.actor.startswith("person:")}
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [
        {
            "when": row.at,
            "what": MILESTONES[row.verb][0],
            "picture": MILESTONES[row.verb][1],
            "who": names.get(row.actor.removeprefix("person:"), _("The site itself")),
        }
        for row in reversed(rows)
    ]


def join_address(card: Scorecard) -> str:
    """The link by which a facilitator finds the card; the code alone opens nothing."""
    return f"{settings.SITE_ADDRESS}{reverse('join_code', args=[card.code])}"


@signed_in
def card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Everything about one card that its reader may see, and what they may do next."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    is_open = found.state not in (State.COMPLETED, State.CANCELLED)
    context = {
        "card": found,
        "sample": found.programme.sample,
        "milestones": milestones(found),
        "address": join_address(found) if is_open else "",
        "qr": qr(join_address(found)) if is_open else "",
        "figures": figures_of(by, found),
        "requests": list(found.requests.select_related("asked_by").order_by("-asked_at")),
        "writes": may_write(by, found) and found.state in (State.PLANNED, State.RUNNING),
        "changes": may(by, "scorecards.change_plan", found) and found.state == State.PLANNED,
        "cancels": may(by, "scorecards.cancel", found) and found.state in (State.PLANNED, State.RUNNING),
        "reviews": may(by, "scorecards.review", found) and found.state == State.IN_REVIEW,
        "asks": may_write(by, found) and found.state != State.CANCELLED,
        "decides": may(by, "scorecards.decide", found),
        "trail": [(_("Scorecards"), reverse("scorecards")), (found.facility.name, "")],
    }
    return render(request, "planning/card.html", context)


@signed_in
def change(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Change what was planned while nothing has been written."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    form = ChangeForm(request.POST or None, card=found, by=by)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: planning.change_plan(by=by, scorecard=found, changes=form.changes))
        if not refusals:
            return redirect("card", card_id)
        at_fields(form, refusals)
    return change_page(request, found, form, _("Change the schedule"), _("Save"))


def change_page(
    request: HttpRequest, card: Scorecard, form: DatesForm, title: Any, label: Any
) -> HttpResponse:
    given = {"card": card, "form": form, "title": title, "label": label, "sample": card.programme.sample}
    return render(request, "planning/change.html", given, status=422 if form.errors else 200)


@signed_in
def ask_change(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Ask for a change of what was planned, with a reason; an officer decides."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    form = AskChangeForm(request.POST or None, card=found)
    if request.method == "POST" and form.is_valid():
        refusals = tried(
            lambda: requests.ask_change(
                by=by,
                request=token_of(request),
                scorecard=found,
                changes=form.changes,
                reason=form.cleaned_data["reason"],
            )
        )
        if not refusals:
            return redirect("card", card_id)
        at_fields(form, refusals)
    return change_page(request, found, form, _("Ask for a change"), _("Ask"))


@signed_in
@require_POST
def ask_unlock(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Ask that a completed card be opened again, with a reason."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    requests.ask_unlock(
        by=by, request=token_of(request), scorecard=found, reason=request.POST.get("reason", "")
    )
    return redirect("card", card_id)


@signed_in
@require_POST
def decide(request: HttpRequest, card_id: UUID, request_id: UUID) -> HttpResponse:
    """Answer a request: yes carries it out, no needs a reason."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    asked = found.requests.filter(pk=request_id).first()
    if asked is None:
        raise Denied
    requests.decide(
        by=by,
        change_request=asked,
        approved=request.POST.get("answer_is") == "yes",
        answer=request.POST.get("answer", ""),
    )
    return redirect("card", card_id)


@signed_in
def cancel(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Cancel a card that will not be held, with a reason."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    refusals: list[Refusal] = []
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        refusals = tried(lambda: planning.cancel(by=by, scorecard=found, reason=reason))
        if not refusals:
            return redirect("card", card_id)
    context = {
        "card": found,
        "errors": listed(refusals),
        "reason": request.POST.get("reason", ""),
        "sample": found.programme.sample,
    }
    return render(request, "planning/cancel.html", context, status=422 if refusals else 200)
