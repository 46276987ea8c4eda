"""The vote on people's own phones as its facilitator sees it: open, hand out, watch the count, close."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from samleng.doors.exchange.tickets import ticket_sheets
from samleng.doors.exchange.vote_links import door_address, short_address, vote_address
from samleng.doors.web.facilitator.room import Room, show
from samleng.doors.web.facilitator.steps import whole
from samleng.doors.web.people.acts import pdf
from samleng.doors.web.qr import qr
from samleng.doors.web.visit import token_of, tried, uuid_or_none
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Handed, Poll, PollKind, Ticket
from samleng.voices.scorecards.rules import polls as ruled
from samleng.voices.scorecards.turnout import in_turn, room_of, to_vote
from samleng.voices.scorecards.verbs import polling


def phones(request: HttpRequest, room: Room) -> HttpResponse:
    """Votes that are open, and the forms that open one."""
    return overview(request, room, [])


def overview(request: HttpRequest, room: Room, refusals: list[Refusal]) -> HttpResponse:
    standing = [poll for poll in room.card.polls.order_by("-opened_at") if not over(poll)]
    kinds = {poll.kind for poll in standing}
    present = room_of(room.card, room.written, 0).present
    context = {
        "polls": [(poll, polling.count(room.by, poll)) for poll in standing],
        "room_free": PollKind.ROOM not in kinds,
        "week_free": PollKind.WEEK not in kinds,
        "present": present,
        "typed": request.POST,
        "today": timezone.localdate(),
        "template": "facilitator/polls/phones.html",
    }
    return show(request, room, "vote", refusals=refusals, **context)


def over(poll: Poll) -> bool:
    return poll.closed_at is not None or poll.closes_at <= timezone.now()


@require_POST
def open_one(request: HttpRequest, room: Room) -> HttpResponse:
    """Open a vote of the room, or of days in a town."""
    made: list[Poll] = []
    kind = request.POST.get("kind", PollKind.ROOM)
    places = whole(request.POST.get("places", ""))
    refusals = [] if isinstance(places, int) else [not_a_number("places")]
    refusals = refusals or tried(
        lambda: made.append(
            polling.open_poll(
                by=room.by,
                scorecard=room.card,
                kind=kind if kind in PollKind.values else PollKind.ROOM,
                places=places,
                opens_on=day(request.POST.get("opens_on", "")),
                closes_on=day(request.POST.get("closes_on", "")),
                request=token_of(request),
            )
        )
    )
    if refusals:
        return overview(request, room, refusals)
    return redirect(room.url("poll", made[0].pk))


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def not_a_number(field: str) -> Refusal:
    return Refusal(_("This is not a number of people."), field=field, remedy=_("Write a whole number."))


def poll_of(room: Room, poll_id: UUID) -> Poll:
    """A vote of this card; another's is as if it were not there."""
    poll = room.card.polls.filter(pk=poll_id).first()
    if poll is None:
        raise Denied
    poll.scorecard = room.card
    return poll


def poll(request: HttpRequest, room: Room, poll_id: UUID) -> HttpResponse:
    """How far one vote is, how its tickets are handed out, and its end."""
    found = poll_of(room, poll_id)
    refusals: list[Refusal] = []
    if request.method == "POST":
        refusals = tried(lambda: done(request, room, found))
        if not refusals:
            return redirect(room.url("poll", found.pk))
    return watched(request, room, found, refusals)


def watched(request: HttpRequest, room: Room, found: Poll, refusals: list[Refusal]) -> HttpResponse:
    """The page of one vote; with refusals its status says that nothing was done."""
    context = {
        **counted(room, found),
        "next": next_voter(room, found, None),
        "listed": bool(room_of(room.card, room.written, 0).listed) and found.kind == PollKind.ROOM,
        "typed": request.POST,
        "template": "facilitator/polls/poll.html",
    }
    return show(request, room, "vote", refusals=refusals, **context)


def done(request: HttpRequest, room: Room, found: Poll) -> object:
    """Close the vote, take a ticket back, or take a ballot out, as a form of its page says."""
    what = request.POST.get("do", "")
    if what == "close":
        return polling.close_poll(by=room.by, poll=found)
    number = whole(request.POST.get("number", ""))
    if not isinstance(number, int) or not number:
        raise Refusal(_("The number of the ticket is missing."), field="number")
    if what == "take_back":
        return polling.take_back(by=room.by, poll=found, number=number)
    return polling.void_ballot(by=room.by, poll=found, number=number, reason=request.POST.get("reason", ""))


def counted(room: Room, found: Poll) -> dict[str, Any]:
    return {"poll": found, "count": polling.count(room.by, found), "over": over(found)}


@require_safe
def count(request: HttpRequest, room: Room, poll_id: UUID) -> HttpResponse:
    """Only the count, for the page that asks again by itself."""
    found = poll_of(room, poll_id)
    return render(request, "facilitator/polls/_count.html", {"room": room, **counted(room, found)})


def next_voter(room: Room, found: Poll, after: int | None) -> Any:
    """The listed person whose turn it is: the next number that has not voted, at the end the first again."""
    return in_turn(to_vote(found, room.card, room.written), after)


@require_POST
def ticket(request: HttpRequest, room: Room, poll_id: UUID) -> HttpResponse:
    """A fresh ticket as a big QR for one person; the one shown before is taken back if nobody opened it."""
    found = poll_of(room, poll_id)
    person = request.POST.get("person", "")
    before = uuid_or_none(request.POST.get("shown"))
    made: list[polling.Drawn] = []
    refusals = tried(
        lambda: made.extend(
            polling.draw_tickets(
                by=room.by,
                poll=found,
                draw=token_of(request),
                handed=Handed.SHOWN,
                count=0 if person else 1,
                people=[person] if person else [],
                instead_of=found.tickets.filter(pk=before).first() if before else None,
            )
        )
    )
    if refusals:
        context = {**counted(room, found), "next": next_voter(room, found, None), "typed": {}}
        return show(
            request, room, "vote", refusals=refusals, template="facilitator/polls/poll.html", **context
        )
    one = made[0]
    address = vote_address(room.card, one.token)
    context = {
        **counted(room, found),
        "drawn": one,
        "qr": qr(address),
        "short": short_address(),
        "next": next_voter(room, found, one.ticket.number) if person else None,
        "listed": bool(person),
        "template": "facilitator/polls/ticket.html",
    }
    return show(request, room, "vote", **context)


@require_safe
def ticket_state(request: HttpRequest, room: Room, poll_id: UUID, ticket_id: UUID) -> HttpResponse:
    """Whether the ticket shown now is in somebody's hands, for the page that asks again by itself."""
    found = Ticket.objects.filter(poll=poll_of(room, poll_id), pk=ticket_id).first()
    return render(request, "facilitator/polls/_ticket.html", {"ticket": found})


def door(request: HttpRequest, room: Room, poll_id: UUID) -> HttpResponse:
    """The room's own QR: it hands out tickets to whoever looks at it, up to the number present."""
    found = poll_of(room, poll_id)
    if request.method == "POST":
        opened = request.POST.get("do") == "open"
        refusals = tried(lambda: polling.open_door(by=room.by, poll=found, opened=opened))
        if not refusals:
            return redirect(room.url("poll_door" if opened else "poll", found.pk))
    if not found.door_open or over(found):
        return redirect(room.url("poll", found.pk))
    return show(request, room, "vote", template="facilitator/polls/door.html", **coded(room, found))


def coded(room: Room, found: Poll) -> dict[str, Any]:
    code = polling.room_code(found)
    return {
        **counted(room, found),
        "code": code,
        "qr": qr(door_address(room.card, code)),
        "short": short_address(),
        "turn": ruled.TURN_SECONDS,
    }


@require_safe
def door_code(request: HttpRequest, room: Room, poll_id: UUID) -> HttpResponse:
    """The room's QR as it is now, with the count."""
    return render(
        request, "facilitator/polls/_door.html", {"room": room, **coded(room, poll_of(room, poll_id))}
    )


@require_POST
def print_out(request: HttpRequest, room: Room, poll_id: UUID) -> HttpResponse:
    """Tickets on paper, to be cut apart: one for each listed person who has not voted, or so many."""
    found = poll_of(room, poll_id)
    people = [one.uid for one in to_vote(found, room.card, room.written)]
    number = 0 if people else whole(request.POST.get("count", ""))
    made: list[polling.Drawn] = []
    refusals = [] if isinstance(number, int) else [not_a_number("count")]
    refusals = refusals or tried(
        lambda: made.extend(
            polling.draw_tickets(by=room.by, poll=found, draw=token_of(request), count=number, people=people)
        )
    )
    if refusals:
        context = {**counted(room, found), "next": next_voter(room, found, None), "typed": request.POST}
        return show(
            request, room, "vote", refusals=refusals, template="facilitator/polls/poll.html", **context
        )
    return pdf(ticket_sheets(room.card, found, made), f"tickets-{room.card.code}-{uuid4().hex[:4]}.pdf")
