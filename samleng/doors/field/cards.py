"""What the app asks of the server: who holds this phone, which cards wait, one card's pack and its state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from samleng.doors.door import DEVICE_COOKIE, acting_in, open_session
from samleng.doors.field.answers import answers, sent, signed_in
from samleng.doors.field.pack import brief, pack
from samleng.ground.people import site_key
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs import keys
from samleng.ground.people.verbs.recovery import recover_phone
from samleng.kit.ledger.permission import Denied
from samleng.voices.scorecards.laid import files_of
from samleng.voices.scorecards.marks import marks_of
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.pinned import instant
from samleng.voices.scorecards.verbs import writing
from samleng.voices.scorecards.verbs.opening import open_waiting, refusals_of

# A phone that comes back after weeks reads a long card in parts.
MOST_LINES_AT_ONCE = 500
A_LIST = 50


@require_GET
@answers
def me(request: HttpRequest) -> dict[str, Any]:
    """Whether this phone is enrolled and its owner signed in; with the token that a form needs."""
    device = keys.device_of(request.COOKIES.get(DEVICE_COOKIE, ""))
    by = acting_in(request)
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    return {
        "enrolled": device is not None,
        "device": str(device.pk) if device else "",
        "signed_in": person is not None,
        "person": str(person.pk) if person else "",
        "name": person.name if person else "",
        "csrf": get_token(request),
    }


@sensitive_post_parameters()
@require_POST
@answers
def unlock(request: HttpRequest) -> dict[str, Any]:
    """The phone's owner gives the PIN and is signed in for half a day."""
    pin = str(sent(request).get("pin", ""))
    device = keys.sign_in_with_pin(token=request.COOKIES.get(DEVICE_COOKIE, ""), pin=pin)
    open_session(request, device)
    return {"device": str(device.pk), "person": str(device.person_id), "name": device.person.name}


@require_GET
@answers
def key(request: HttpRequest) -> dict[str, Any]:
    """The site's public key, to which a phone seals what leaves while the app is locked."""
    return site_key.site_key()


@require_POST
@answers
@signed_in
def recover(request: HttpRequest, by: Acting) -> dict[str, Any]:
    """The phone's own key, opened again for its owner alone: {"sealed"} as the phone kept it."""
    return {"key": recover_phone(by=by, sealed=str(sent(request).get("sealed", "")))}


@sensitive_post_parameters()
@require_POST
@answers
@signed_in
def change_pin(request: HttpRequest, by: Acting) -> dict[str, Any]:
    """Another PIN, here and at the office: {"old", "new"}."""
    body = sent(request)
    person = Person.objects.get(pk=by.person)
    keys.change_pin(by=by, person=person, old=str(body.get("old", "")), new=str(body.get("new", "")))
    return {"changed": True}


@require_GET
@answers
@signed_in
def waiting(request: HttpRequest, by: Acting) -> dict[str, Any]:
    """Open cards this person may hold, their own first, the nearest day first."""
    open_now = Scorecard.objects.writable(by).open().with_context()
    mine = list(open_now.filter(lead_id=by.person).order_by("planned_from", "code")[:A_LIST])
    others = open_now.exclude(pk__in=[card.pk for card in mine]).filter(~Q(state=State.IN_REVIEW))
    rest = list(others.order_by("planned_from", "code")[: A_LIST - len(mine)])
    return {"cards": [brief(card) | {"mine": card in mine} for card in (*mine, *rest)]}


@require_GET
@answers
@signed_in
def found(request: HttpRequest, by: Acting, code: str) -> dict[str, Any]:
    """The open card with this six-digit code, among those this person may hold."""
    return {"card": brief(writing.find_by_code(by, code))}


def card_for(by: Acting, card_id: UUID) -> Scorecard:
    """The card if this person may write on it; Denied, as if absent, if not."""
    card = Scorecard.objects.with_context().filter(pk=card_id).first()
    if card is None:
        raise Denied
    writing.allow(by, card, "scorecards.start")
    # What phones have sent stands on the card before anybody looks at it.
    return Scorecard.objects.with_context().get(pk=card_id) if open_waiting(scorecard=card) else card


@require_GET
@answers
@signed_in
def taken(request: HttpRequest, by: Acting, card_id: UUID) -> dict[str, Any]:
    """The pack of one card."""
    return pack(card_for(by, card_id))


@require_GET
@answers
@signed_in
def state(request: HttpRequest, by: Acting, card_id: UUID) -> dict[str, Any]:
    """How a card stands, with the lines written on it after the last one this phone knows."""
    card = card_for(by, card_id)
    after = request.GET.get("after", "0")
    rows = list(
        card.lines.filter(pk__gt=int(after) if after.isdigit() else 0).order_by("pk")[:MOST_LINES_AT_ONCE]
    )
    return {
        "card": brief(card),
        "after": rows[-1].pk if rows else int(after) if after.isdigit() else 0,
        "more": len(rows) == MOST_LINES_AT_ONCE,
        "lines": [
            {
                "uid": str(row.uid),
                "kind": row.kind,
                "body": row.body,
                "written_at": instant(row.written_at),
            }
            for row in rows
        ],
        "erased": card.lines_erased_at is not None,
        "marks": marks_of(card),
        # Kept, but not on the card: what this phone's owner has to know of it.
        "refused": refusals_of(card),
        "files": files_of(card),
    }
