"""A voter's own part: taking a ticket from the room's QR, opening it, casting the one ballot it is for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled
from samleng.voices.scorecards.balloting import Handed, Poll, PollKind, Ticket
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.pinned import folded, instant, method_of, vocabulary_of
from samleng.voices.scorecards.rules import polls
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.vocabulary import Vocabulary, Wrong
from samleng.voices.scorecards.turnout import room_of, turnout
from samleng.voices.scorecards.verbs.polling import (
    Drawn,
    check_open,
    deal,
    drawn_before,
    free_numbers,
    held,
    ticket_key,
    voted_already,
)
from samleng.voices.scorecards.verbs.writing import write
from samleng.voices.scorecards.wording import WRONG

# Whoever opens a voting page: nobody that the site knows.
ANYBODY = Actor(key="anybody", via="vote")
UNANSWERED = {
    "sex": _("Please choose here."),
    "band": _("Please choose your age here."),
    "vote": _("Please choose an answer here."),
}


def find_door(code: str) -> Poll:
    """The open vote whose room shows this code now; Refusal when none does."""
    digits, turned = polls.split_door(code) or ("", "")
    now = timezone.now()
    for poll in doors_of(digits).filter(door_open=True, closed_at=None):
        if polls.fits_door(ticket_key(), poll.pk, turned, now):
            return poll
    raise Refusal(
        _("This code is not valid any more."),
        field="code",
        remedy=_("Look at the QR code in the room once more: it changes all the time."),
        code="door",
    )


def doors_of(digits: str) -> QuerySet[Poll]:
    """The votes of rooms whose card has these six digits; digits find, they open nothing."""
    rooms = Poll.objects.filter(scorecard__code=digits, kind=PollKind.ROOM)
    return rooms.select_related("scorecard__programme").order_by("-opened_at")


@verb
def take_ticket(*, by: Actor, code: str, draw: UUID) -> Drawn:
    """Take one ticket with the code that the room shows now.

    The same `draw` again gives the same one, even when the code has turned meanwhile: the answer was lost.
    """
    digits, _turned = polls.split_door(code) or ("", "")
    for poll in doors_of(digits)[:9]:
        known = drawn_before(poll, draw)
        if known:
            return known[0]
    card, poll = held(find_door(code))
    known = drawn_before(poll, draw)
    if known:
        return known[0]
    check_open(poll)
    if not poll.door_open:
        raise not_handed(_("No tickets are handed out now."), "door")
    if not turnout(poll).free:
        raise not_handed(_("Everybody here has a ticket already."), "full")
    drawn = deal(card, poll, draw, Handed.DOOR, free_numbers(card, poll, 1), "")[0]
    facts = {"poll": str(poll.pk), "number": drawn.ticket.number}
    record(by=by, verb="scorecards.take_ticket", thing=card, owner=card.owner_key, facts=facts, tell=())
    return drawn


def not_handed(message: Any, code: str) -> Refusal:
    return Refusal(message, remedy=_("If you have none, ask the person who leads the meeting."), code=code)


def find_ticket(token: str) -> Ticket:
    """The ticket of a secret, whatever became of it; Refusal when there is none."""
    plain = polls.plain_token(token)
    tickets = Ticket.objects.select_related("poll__scorecard__programme")
    ticket = tickets.filter(token_hash=polls.hashed(plain)).first() if plain else None
    if ticket is None:
        raise Refusal(
            _("This ticket is not known."),
            field="code",
            remedy=_("Check the letters, or ask the person who gave it to you."),
            code="no_ticket",
        )
    return ticket


def check_ticket(ticket: Ticket) -> None:
    """Refusal when a ballot can no longer be cast with this ticket, saying why."""
    if ticket.used_at is not None:
        raise used()
    if ticket.withdrawn_at is not None:
        raise Refusal(
            _("This ticket was taken back."),
            remedy=_("Ask the person who leads the meeting for another one."),
            code="withdrawn",
        )
    check_open(ticket.poll)


def used() -> Refusal:
    return Refusal(
        _("A ballot was already cast with this ticket."),
        remedy=_("If it was not you, ask the person who leads the meeting."),
        code="used",
    )


@verb
def unfold_ticket(*, by: Actor, ticket: Ticket) -> Ticket:
    """Somebody has opened the ticket's page, so it is in a voter's hands; only the moment is noted."""
    Ticket.objects.filter(pk=ticket.pk, opened_at=None).update(opened_at=timezone.now())
    return ticket


def asked_of(ticket: Ticket, written: Card) -> polls.Asked:
    """What this ticket's holder is asked about themselves."""
    card = ticket.poll.scorecard
    return polls.asked_of(
        ticket.poll.kind,
        room_of(card, written, ticket.poll.places),
        person_known=bool(ticket.person),
        groups=len(method_of(card).groups_for(card.side)),
        group=ticket.group,
    )


@verb
def cast(*, by: Actor, token: str, vote: polls.Vote) -> Ticket:
    """Cast the one ballot of a ticket. The same ballot again is the same one; another one is refused.

    Anybody may who holds the ticket. It becomes lines on the card like everything else.
    """
    found = find_ticket(token)
    card, poll = held(found.poll)
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=found.pk)
    content = vote.content
    if ticket.used_at is not None and ticket.voided_at is None and ticket.content == content:
        return ticket
    ticket.poll = poll
    check_ticket(ticket)
    if card.state != State.RUNNING:
        raise Refusal(
            _("This vote is closed."),
            remedy=_("If you have not voted, speak to the person who leads the meeting."),
            code="closed",
        )
    written = folded(card)
    asked = asked_of(ticket, written)
    vote = polls.as_asked(vote, asked)
    person = voter_of(ticket, card, poll, written, vote)
    now = timezone.now()
    group = ticket.group or vote.group
    placed = polls.Casting(
        ticket=ticket.pk,
        kind=poll.kind,
        person=person,
        number=polls.free_number(written),
        group=group,
        written_at=instant(now),
        joins=asked.profile_required,
    )
    holder = polls.TicketHolder(key=f"ticket:{ticket.pk}", owner=card.owner_key, via=by.via)
    write(by=holder, scorecard=card, lines=polls.ballot_lines(vote, placed))
    use(ticket, content, now)
    facts = {"poll": str(poll.pk), "ballot": str(polls.ballot_uid(ticket.pk))}
    record(by=holder, verb="scorecards.cast", thing=card, owner=card.owner_key, facts=facts, tell=())
    return ticket


def rehearse(ticket: Ticket, vote: polls.Vote) -> None:
    """Refusal if this ballot could not be cast now; nothing is written."""
    check_ticket(ticket)
    card = Scorecard.objects.with_context().get(pk=ticket.poll.scorecard_id)
    written = folded(card)
    voter_of(ticket, card, ticket.poll, written, polls.as_asked(vote, asked_of(ticket, written)))


def use(ticket: Ticket, content: str, now: datetime) -> None:
    ticket.used_at, ticket.content = now, content
    ticket.opened_at = ticket.opened_at or now
    ticket.save(update_fields=["used_at", "content", "opened_at"])


def voter_of(ticket: Ticket, card: Scorecard, poll: Poll, written: Card, vote: polls.Vote) -> str:
    """The listed person who votes, or "" for nobody in particular; Refusal unless this ballot may be cast."""
    asked = asked_of(ticket, written)
    wrong = list(polls.faults(vote, poll.criteria, poll_words(card, poll), asked))
    if wrong:
        refused = [said(one) for one in wrong]
        raise refused[0] if len(refused) == 1 else Refusals(refused)
    person = ticket.person
    if poll.kind == PollKind.WEEK:
        return person
    room = room_of(card, written, poll.places)
    if asked.number and vote.number is not None:
        person = next((one.uid for one in room.listed if one.number == vote.number), "")
        if not person:
            raise Refusal(
                filled(_("Nobody here has the number %(number)d."), number=vote.number),
                field="number",
                remedy=_("Look at your sticker, or leave this empty."),
                code="missing",
            )
    if person and f"ballot:{person}" in written.ballots:
        raise voted_already(next((one.number for one in room.listed if one.uid == person), ticket.number))
    if written.voters >= room.present:
        raise Refusal(
            _("There are already as many ballots as people in the room."),
            remedy=_("Ask the person who leads the meeting."),
            code="full",
        )
    return person


def poll_words(card: Scorecard, poll: Poll) -> Vocabulary:
    """The codes a ballot may use; criteria somebody added on the card are among those voted on."""
    return vocabulary_of(card, custom=frozenset(poll.criteria))


def said(wrong: Wrong) -> Refusal:
    """A fault in words, at its field."""
    kind = wrong.field.partition(":")[0]
    if wrong.code == "unanswered":
        return Refusal(UNANSWERED[kind], field=wrong.field, code="unanswered")
    return Refusal(filled(WRONG[wrong.code], value=wrong.value), field=wrong.field, code=wrong.code)
