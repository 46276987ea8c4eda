"""Sending a card back: what can be marked on it, and what was marked before with both values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.facilitator.corrections import Naming
from samleng.doors.web.planning.card import may, seen_card
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, tried
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.marks import Marked, history
from samleng.voices.scorecards.models import Photo, Scorecard, State
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules.marks import SETUP
from samleng.voices.scorecards.verbs import review as verbs


@dataclass(frozen=True)
class Field:
    """One thing that can be ticked to be corrected: what stands there, and what was typed about it."""

    code: str
    name: Any
    value: list[Any]
    ticked: bool
    why: str
    error: Any
    photo: Photo | None = None


@dataclass(frozen=True)
class Corrected:
    """One mark as the reviewer meets it again: both values, the photos since, the answer in words."""

    marked: Marked
    name: Any
    before: list[Any]
    after: list[Any]
    photos: list[Photo]


@signed_in
def mark(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Tick what has to be corrected, say why, and send the card back."""
    by = acting_for(request)
    card = seen_card(by, card_id)
    if not may(by, "scorecards.review", card):
        raise Denied
    if card.state != State.IN_REVIEW and request.method == "GET":
        return redirect("review", card_id)
    refusals: list[Refusal] = []
    if request.method == "POST":
        refusals = tried(
            lambda: verbs.send_back(
                by=by, scorecard=card, reason=request.POST.get("reason", ""), marks=marks_in(request)
            )
        )
        if not refusals:
            return redirect("card", card_id)
    context = {
        "card": card,
        "sample": card.programme.sample,
        "shelves": shelves(request, card, {str(one.field): one for one in refusals}),
        "photos": list(card.photos.order_by("at")),
        "reason": request.POST.get("reason", ""),
        "errors": listed(refusals),
        "trail": [
            (_("Scorecards"), reverse("scorecards")),
            (card.facility.name, reverse("card", args=[card_id])),
            (_("Review"), reverse("review", args=[card_id])),
            (_("Send back"), ""),
        ],
    }
    return render(request, "review/mark.html", context, status=422 if refusals else 200)


def marks_in(request: HttpRequest) -> list[dict[str, str]]:
    """What was ticked, and what somebody wrote about without ticking it."""
    ticked = dict.fromkeys(request.POST.getlist("field"))
    written = {key[4:]: None for key, text in request.POST.items() if key.startswith("why:") and text.strip()}
    return [
        {"field": field, "reason": request.POST.get(f"why:{field}", "")} for field in {**ticked, **written}
    ]


def shelves(
    request: HttpRequest, card: Scorecard, wrong: dict[str, Refusal]
) -> list[tuple[Any, list[Field], bool]]:
    """(name, fields, whether it is long) in the order of the meeting."""
    written = folded(card)
    naming = Naming(card, written)
    pictures = {f"photo:{one.pk}": one for one in card.photos.order_by("at")}
    people = sorted(written.people.values(), key=lambda one: (one.number, one.uid))
    shelf: list[tuple[Any, list[str], bool]] = [
        (_("The meeting"), [f"setup:{key}" for key in SETUP if key in written.setup], False),
        (_("Who was here"), ["people"], False),
        (_("Single people, by number"), [f"person:{one.uid}" for one in people], True),
        (_("Criteria"), ["raised", *(f"custom:{code}" for code in written.custom), "priorities"], False),
        (_("Votes"), ["ballots", *(f"counts:{code}" for code in written.priorities)], False),
        (_("Causes and solutions"), [f"reflect:{code}" for code in written.priorities], False),
        (_("Photos of the flip-chart"), [*pictures, "photos"], False),
    ]
    ticked = set(request.POST.getlist("field"))

    def field(code: str) -> Field:
        why = request.POST.get(f"why:{code}", "")
        told = wrong.get(code)
        return Field(
            code=code,
            name=_("A photo is missing") if code == "photos" else naming.name(code),
            value=naming.value(code, written),
            ticked=code in ticked or bool(why),
            why=why,
            error=f"{told.message} {told.remedy}".strip() if told else "",
            photo=pictures.get(code),
        )

    return [(name, [field(code) for code in codes], long) for name, codes, long in shelf if codes]


def corrections_of(card: Scorecard) -> list[list[Corrected]]:
    """Everything that was ever asked to be corrected, the newest time first, with both values."""
    times = history(card)
    if not times:
        return []
    naming = Naming(card, folded(card))
    photos = list(card.photos.order_by("at"))
    return [[corrected(one, naming, photos) for one in time] for time in times]


def corrected(one: Marked, naming: Naming, photos: list[Photo]) -> Corrected:
    field = one.mark.field
    gone = naming.card.lines_erased_at is not None
    return Corrected(
        marked=one,
        name=naming.name(field, one.before),
        before=[] if gone else naming.value(field, one.before),
        after=[] if gone else naming.value(field, one.after),
        photos=[p for p in photos if p.at > one.mark.at] if field.startswith("photo") else [],
    )
