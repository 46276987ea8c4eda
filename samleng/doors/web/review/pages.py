"""Review: the figures beside the photos, what the checks say, and the yes or the way back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from samleng.doors.web.planning.card import may, milestones, seen_card
from samleng.doors.web.review.figures import figures_of, recordings_of
from samleng.doors.web.review.marking import corrections_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.models import State
from samleng.voices.scorecards.verbs import review as verbs
from samleng.voices.scorecards.verbs.opening import refusals_of


@signed_in
@require_safe
def review(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """A card sent in, as its reviewer sees it."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    if not (may(by, "scorecards.review", found) or may(by, "scorecards.decide", found)):
        raise Denied
    context = {
        "card": found,
        "sample": found.programme.sample,
        "figures": figures_of(by, found),
        "unopened": [told for parcel in refusals_of(found) for told in parcel["refusals"]],
        "photos": list(found.photos.order_by("at")),
        "recordings": recordings_of(by, found),
        "milestones": milestones(found),
        "open_requests": list(found.requests.filter(decided_at=None).select_related("asked_by")),
        "decides": may(by, "scorecards.decide", found),
        "in_review": found.state == State.IN_REVIEW,
        "sends_back": may(by, "scorecards.review", found) and found.state == State.IN_REVIEW,
        "completes": may(by, "scorecards.complete", found) and found.state == State.IN_REVIEW,
        "corrections": corrections_of(found),
        "trail": [
            (_("Scorecards"), reverse("scorecards")),
            (found.facility.name, reverse("card", args=[card_id])),
            (_("Review"), ""),
        ],
    }
    return render(request, "review/review.html", context)


@signed_in
@require_POST
def tick(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Tick the suggestions that go to the interface meeting; from the same form the card may be completed."""
    by = acting_for(request)
    found = seen_card(by, card_id)
    ticked: dict[str, list[int]] = {}
    for text in request.POST.getlist("tick"):
        criterion, _colon, position = text.rpartition(":")
        if position.isdigit():
            ticked.setdefault(criterion, []).append(int(position))
    verbs.tick(by=by, scorecard=found, ticked=ticked)
    if request.POST.get("complete"):
        verbs.complete(by=by, scorecard=found)
        return redirect("card", card_id)
    return redirect("review", card_id)
