"""The vote by QR as the app's facilitator holds it: open it, hand out tickets, watch the count, close it.

It needs a signal, so nothing of it is kept on the phone; what people cast comes onto the card as lines, like
everything else. Each request may be sent again when its answer was lost.
"""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from samleng.doors.exchange.tickets import ticket_sheets
from samleng.doors.exchange.vote_links import door_address, short_address, vote_address
from samleng.doors.field.answers import answers, sent, signed_in
from samleng.doors.field.cards import card_for
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Handed, Poll, PollKind, Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.turnout import in_turn, room_of, to_vote
from samleng.voices.scorecards.verbs import polling

MOST_MISSING = 60


@require_GET
@answers
@signed_in
def vote(request: HttpRequest, by: Acting, card_id: UUID) -> dict[str, Any]:
    """The room's vote that is open, if one is; and how many people are known to be here."""
    card = card_for(by, card_id)
    written = folded(card)
    found = card.polls.filter(kind=PollKind.ROOM, closed_at=None).order_by("-opened_at").first()
    if found is not None and not found.is_open:
        found = None
    return {
        "present": room_of(card, written, 0).present,
        "vote": None if found is None else told(by, card, written, found),
    }


@require_POST
@answers
@signed_in
def open_one(request: HttpRequest, by: Acting, card_id: UUID) -> dict[str, Any]:
    """Open a vote in the room: {"request": the phone's uuid, "places": how many, where nobody is counted}."""
    body = sent(request)
    card = card_for(by, card_id)
    found = polling.open_poll(
        by=by, scorecard=card, places=whole(body, "places"), request=uuid_in(body, "request")
    )
    return {"vote": told(by, card, folded(card), found)}


@require_GET
@answers
@signed_in
def count(request: HttpRequest, by: Acting, poll_id: UUID) -> dict[str, Any]:
    """How far the vote is; with ?ticket= also what became of the ticket that is shown now."""
    card, found = poll_for(by, poll_id)
    shown = ticket_in(found, request.GET.get("ticket", ""))
    return {
        "vote": told(by, card, folded(card), found),
        "ticket": None if shown is None else standing(shown),
    }


@require_POST
@answers
@signed_in
def ticket(request: HttpRequest, by: Acting, poll_id: UUID) -> dict[str, Any]:
    """A fresh ticket to be shown: {"draw": uuid, "person": uid or "", "shown": the ticket shown before}.

    The one shown before is taken back if nobody has opened it.
    """
    body = sent(request)
    card, found = poll_for(by, poll_id)
    person = str(body.get("person") or "")
    drawn = polling.draw_tickets(
        by=by,
        poll=found,
        draw=uuid_in(body, "draw"),
        handed=Handed.SHOWN,
        count=0 if person else 1,
        people=[person] if person else [],
        instead_of=ticket_in(found, str(body.get("shown") or "")),
    )[0]
    written = folded(card)
    following = in_turn(to_vote(found, card, written), drawn.ticket.number) if person else None
    return {
        "ticket": {
            "id": str(drawn.ticket.pk),
            "number": drawn.ticket.number if person else 0,
            "address": vote_address(card, drawn.token),
            "letters": drawn.shown,
        },
        "next": named(following),
        "vote": told(by, card, written, found),
    }


@require_POST
@answers
@signed_in
def door(request: HttpRequest, by: Acting, poll_id: UUID) -> dict[str, Any]:
    """Let the room's own code hand out tickets, or stop it: {"open": bool}."""
    opened = bool(sent(request).get("open"))
    card, found = poll_for(by, poll_id)
    found = polling.open_door(by=by, poll=found, opened=opened)
    return {"vote": told(by, card, folded(card), found)}


@require_POST
@answers
@signed_in
def sheets(request: HttpRequest, by: Acting, poll_id: UUID) -> dict[str, Any]:
    """Tickets on paper as a PDF in base64, one for each listed person who has not voted, or {"count"}."""
    body = sent(request)
    card, found = poll_for(by, poll_id)
    people = [one.uid for one in to_vote(found, card, folded(card))]
    drawn = polling.draw_tickets(
        by=by,
        poll=found,
        draw=uuid_in(body, "draw"),
        count=0 if people else whole(body, "count"),
        people=people,
    )
    return {
        "name": f"tickets-{card.code}.pdf",
        "pdf": base64.b64encode(ticket_sheets(card, found, drawn)).decode(),
        "vote": told(by, card, folded(card), found),
    }


@require_POST
@answers
@signed_in
def close(request: HttpRequest, by: Acting, poll_id: UUID) -> dict[str, Any]:
    """Close the vote; closed again it stays as it was closed."""
    card, found = poll_for(by, poll_id)
    return {"vote": told(by, card, folded(card), polling.close_poll(by=by, poll=found))}


# --- what is told of it ------------------------------------------------------------------------------------


def poll_for(by: Acting, poll_id: UUID) -> tuple[Scorecard, Poll]:
    """A room's vote with its card, for those who hold the meeting; Denied, as if absent, for others."""
    found = Poll.objects.filter(pk=poll_id, kind=PollKind.ROOM).first()
    if found is None:
        raise Denied
    card = card_for(by, found.scorecard_id)
    found.scorecard = card
    return card, found


def told(by: Acting, card: Scorecard, written: Card, found: Poll) -> dict[str, Any]:
    """One vote as the app shows it: numbers only, and the room's code while it hands out tickets."""
    found.scorecard = card
    turnout = polling.count(by, found)
    code = polling.room_code(found) if found.door_open and found.is_open else ""
    return {
        "id": str(found.pk),
        "open": found.is_open,
        "present": turnout.present,
        "handed": turnout.handed,
        "cast": turnout.cast,
        "voted": turnout.voted,
        "free": turnout.free,
        "missing": list(turnout.missing[:MOST_MISSING]),
        "listed": bool(room_of(card, written, 0).listed),
        "next": named(in_turn(to_vote(found, card, written), None)),
        "code": code,
        "address": door_address(card, code) if code else "",
        "short": short_address(),
    }


def named(person: Any) -> dict[str, Any] | None:
    return None if person is None else {"uid": person.uid, "number": person.number}


def standing(shown: Ticket) -> str:
    """Whether a ticket is in somebody's hands."""
    if shown.used_at:
        return "used"
    return "gone" if shown.withdrawn_at else "opened" if shown.opened_at else "waiting"


# --- what is read of a request -----------------------------------------------------------------------------


def ticket_in(found: Poll, text: str) -> Ticket | None:
    try:
        return found.tickets.filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None


def uuid_in(body: dict[str, Any], field: str) -> UUID:
    """The phone's own id of what it asks for, so that it may ask again."""
    try:
        return UUID(str(body.get(field)))
    except ValueError:
        raise Refusal(
            _("This request has no id of its own."),
            field=field,
            remedy=_("Send it again."),
            code="unreadable",
        ) from None


def whole(body: dict[str, Any], field: str) -> int:
    """A number of people; nothing said is none."""
    value = body.get(field) or 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(
            _("This is not a number of people."),
            field=field,
            remedy=_("Write a whole number."),
            code="unreadable",
        )
    return value
