"""What people said into a phone: played to those who hold or review the card, never public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from samleng.doors.web.played import played
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.laid import Heard, heard
from samleng.voices.scorecards.models import Recording, Scorecard
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.verbs.laying import listen

SPOKEN = _("Said in a recording")


@signed_in
@require_safe
def recording(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """A recording, or the part of it a player asks for."""
    found = Recording.objects.select_related("blob").filter(pk=recording_id).first()
    if found is None:
        raise Denied
    listen(by=acting_for(request), recording=found)
    answer = played(request, found.blob, "recording")
    # Kept by no browser: phones and desks are shared, and a voice tells who somebody is.
    answer["Cache-Control"] = "private, no-store"
    return answer


def address(one: Recording | None) -> str:
    """Where a recording is heard; "" where there is none."""
    return reverse("recording", args=[one.pk]) if one else ""


def in_words(text: dict[str, str]) -> dict[str, Any]:
    """A criterion of the room's own in words; one that was only spoken says so."""
    return text if any(text.values()) else {get_language() or "": SPOKEN}


def players(found: Heard, criterion: str) -> list[str]:
    """Where what was said of a criterion is heard."""
    return [address(one) for one in found.said.get(criterion, ())]


def everything_heard(
    card: Scorecard, written: Card, named: dict[str, dict[str, str]]
) -> list[tuple[dict[str, Any], Any, str]]:
    """A card's recordings for a list: (criterion in words, what it is, where it is heard)."""
    found = heard(card, written)
    rows = [
        (in_words(named.get(c, {})), _("The room's own criterion"), address(one))
        for c, one in found.named.items()
    ]
    rows += [
        (in_words(named.get(c, {})), _("What was said of it"), address(one))
        for c, some in found.said.items()
        for one in some
    ]
    loose = _("No entry of the meeting speaks of it")
    return rows + [(in_words(named.get(one.criterion, {})), loose, address(one)) for one in found.loose]
