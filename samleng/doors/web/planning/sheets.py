"""Sheets to print for a meeting on paper: of one scorecard, or the kits of several from the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from samleng.doors.exchange.sheets.content import MOST_PEOPLE, SHEETS, Wanted, expected
from samleng.doors.exchange.sheets.draw import MOST_CARDS, draw_sheets
from samleng.doors.web.planning.card import seen_card
from samleng.doors.web.planning.pages import FILTERS, filtered, visible
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, tried
from samleng.ground.frameworks.rules import Method
from samleng.kit.words.khmer import to_latin
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.pinned import method_of

NAMES = {
    "participants": (
        _("Participant sheet"),
        _("Running numbers, no names; what is read aloud is on top."),
    ),
    "flipchart": (_("Flip-chart"), _("Criteria and faces, with room to make strokes.")),
    "ballots": (_("Ballots"), _("One for each person, several on a page, to be cut apart.")),
    "reflection": (_("Reasons and solutions"), _("A page for each criterion.")),
}


@signed_in
@require_safe
def sheets(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """What to print for one meeting; with `print` in the address the PDF itself."""
    card = seen_card(acting_for(request), card_id)
    trail = [
        (_("Scorecards"), reverse("scorecards")),
        (card.facility.name, reverse("card", args=[card_id])),
        (_("Print"), ""),
    ]
    return choose(request, [card], f"meeting-{card.code}", card=card, trail=trail)


@signed_in
@require_safe
def kits(request: HttpRequest) -> HttpResponse:
    """The kits of all planned meetings that the list's filters leave, in one go."""
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = filtered(visible(acting_for(request)), given | {"state": State.PLANNED})
    cards = list(found.with_context().order_by("planned_from", "code")[: MOST_CARDS + 1])
    kept = [(name, value) for name, value in given.items() if value and name != "state"]
    trail = [(_("Scorecards"), reverse("scorecards")), (_("Print"), "")]
    return choose(request, cards, "meetings", cards=cards[:MOST_CARDS], kept=kept, trail=trail)


def choose(request: HttpRequest, found: Sequence[Scorecard], name: str, **more: Any) -> HttpResponse:
    """The page on which to choose, or the file when it was chosen."""
    refusals = []
    if request.GET.get("print"):
        made: list[bytes] = []
        refusals = tried(lambda: made.append(draw_sheets(found, wanted(request))))
        if not refusals:
            mark = "SAMPLE-" if any(card.programme.sample for card in found) else ""
            headers = {"Content-Disposition": f'attachment; filename="{mark}{name}.pdf"'}
            return HttpResponse(made[0], content_type="application/pdf", headers=headers)
    method = method_of(found[0]) if found else None
    card = more.get("card")
    context = {
        **more,
        "sheets": [(code, *NAMES[code], code in chosen(request)) for code in SHEETS],
        "languages": spoken(method) if method else [],
        "language": request.GET.get("language") or (card.language if card else ""),
        "also": request.GET.get("also", ""),
        "paper": request.GET.get("paper", "a3"),
        "people": request.GET.get("people") or (expected(method, card.side) if card and method else ""),
        "most_people": MOST_PEOPLE,
        "most": MOST_CARDS,
        "too_many": len(found) > MOST_CARDS,
        "errors": listed(refusals),
        "sample": any(one.programme.sample for one in found),
    }
    return render(request, "planning/sheets.html", context, status=422 if refusals else 200)


def spoken(method: Method) -> list[tuple[str, Any]]:
    """The languages a method has texts in, with their names."""
    return [(tag, method.language_names.get(tag, tag)) for tag in method.languages]


def chosen(request: HttpRequest) -> list[str]:
    """The sheets ticked; all of them, a whole kit, when nothing was said yet."""
    return request.GET.getlist("sheet") or ([] if request.GET.get("print") else list(SHEETS))


def wanted(request: HttpRequest) -> Wanted:
    people = to_latin(request.GET.get("people", "")).strip()
    return Wanted(
        sheets=tuple(chosen(request)),
        language=request.GET.get("language", ""),
        also=request.GET.get("also", ""),
        paper=request.GET.get("paper", "a3"),
        people=int(people[:6]) if people.isdigit() else 0,
    )
