"""A vote on people's own phones: opening it, handing out tickets, closing it, taking out a ballot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.people.sealing import derived
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.balloting import Handed, Poll, PollKind, Ticket
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.pinned import folded, instant, vocabulary_of
from samleng.voices.scorecards.rules import polls
from samleng.voices.scorecards.rules.lines import Card
from samleng.voices.scorecards.rules.tally import voters_left
from samleng.voices.scorecards.rules.vocabulary import MOST_PEOPLE
from samleng.voices.scorecards.turnout import room_of, turnout
from samleng.voices.scorecards.verbs.writing import allow, locked, not_running, write

# A room's vote that nobody closed ends by itself.
LONGEST_ROOM = timedelta(hours=12)
LONGEST_WEEK = timedelta(days=31)


@dataclass(frozen=True)
class Drawn:
    """A ticket with its secret, which is nowhere else: shown or printed now, and read by nobody later."""

    ticket: Ticket
    token: str

    @property
    def shown(self) -> str:
        """The secret in groups of four, to be typed."""
        return polls.in_fours(self.token)


def ticket_key() -> bytes:
    """The key that tickets are made with; it lies outside the database."""
    return derived(settings.PIN_KEY, b"vote-tickets")


@verb
def open_poll(
    *,
    by: Actor,
    scorecard: Scorecard,
    kind: str = PollKind.ROOM,
    places: int = 0,
    opens_on: date | None = None,
    closes_on: date | None = None,
) -> Poll:
    """Open a vote on the criteria chosen now: in the room, or for days in a town ("week").

    `places`: how many are in a room where nobody is listed or counted; for a week, how many tickets.
    """
    card = locked(scorecard)
    allow(by, card, "scorecards.open_poll")
    if card.state != State.RUNNING:
        raise not_running(card)
    end_what_lapsed(card)
    if card.polls.filter(kind=kind, closed_at=None).exists():
        raise Refusal(
            _("Such a vote is open already."), remedy=_("Go on with it, or close it first."), code="state"
        )
    written = folded(card)
    if not written.priorities:
        raise Refusal(
            _("No criterion has been chosen."), field="priorities", remedy=_("Choose what to vote on first.")
        )
    opens_at, closes_at = span_of(kind, opens_on, closes_on)
    check_places(kind, places, card, written)
    poll = Poll.objects.create(
        scorecard=card,
        kind=kind,
        criteria=written.priorities,
        places=places,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    facts = {"poll": str(poll.pk), "kind": kind, "criteria": written.priorities, "places": places}
    record(by=by, verb="scorecards.open_poll", thing=card, owner=card.owner_key, facts=facts, tell=())
    return poll


def span_of(kind: str, opens_on: date | None, closes_on: date | None) -> tuple[datetime, datetime]:
    """From when to when a vote is open: a room's from now on, a week's from its first day to its last."""
    now = timezone.now()
    if kind == PollKind.ROOM:
        return now, now + LONGEST_ROOM
    if opens_on is None or closes_on is None:
        raise Refusal(
            _("The days of the vote are missing."),
            field="opens_on" if opens_on is None else "closes_on",
            remedy=_("Choose the first and the last day."),
        )
    zone = timezone.get_current_timezone()
    opens_at = datetime.combine(opens_on, time.min, zone)
    closes_at = datetime.combine(closes_on + timedelta(days=1), time.min, zone)
    if closes_on < opens_on or closes_at <= now:
        raise Refusal(
            _("The last day lies before the first, or is over."),
            field="closes_on",
            remedy=_("Choose a later last day."),
        )
    if closes_at - opens_at > LONGEST_WEEK:
        raise Refusal(
            filled(_("A vote is open for at most %(days)d days."), days=LONGEST_WEEK.days), field="closes_on"
        )
    return opens_at, closes_at


def check_places(kind: str, places: int, card: Scorecard, written: Card) -> None:
    if kind == PollKind.ROOM and not places and not room_of(card, written, 0).present:
        raise Refusal(
            _("It is not known how many people are here."),
            field="places",
            remedy=_("Count the people in the room and write the number."),
        )
    least = 1 if kind == PollKind.WEEK else 0
    if not least <= places <= polls.MOST_TICKETS:
        raise Refusal(
            filled(_("There can be 1 to %(most)d tickets."), most=polls.MOST_TICKETS), field="places"
        )


def end_what_lapsed(card: Scorecard) -> None:
    """Votes whose time is over are closed, at the moment it was."""
    for poll in card.polls.filter(closed_at=None, closes_at__lte=timezone.now()):
        poll.closed_at, poll.door_open = poll.closes_at, False
        poll.save(update_fields=["closed_at", "door_open"])


# --- how far it is ------------------------------------------------------------------------------------------


def count(by: Actor, poll: Poll) -> polls.Turnout:
    """How far a vote is, for those who hold the meeting: how many, and who is missing by number."""
    allow(by, Scorecard.objects.with_context().get(pk=poll.scorecard_id), "scorecards.open_poll")
    return turnout(poll)


def held(poll: Poll) -> tuple[Scorecard, Poll]:
    """The card, held until the transaction ends, and its vote as it stands now."""
    card = locked(poll.scorecard)
    return card, Poll.objects.get(pk=poll.pk, scorecard=card)


def check_open(poll: Poll) -> None:
    """Refusal unless ballots may be cast now."""
    now = timezone.now()
    if poll.closed_at is None and now < poll.opens_at:
        raise Refusal(
            _("This vote has not begun yet."), remedy=_("Keep your ticket and come back later."), code="early"
        )
    if not poll.is_open:
        raise Refusal(
            _("This vote is closed."),
            remedy=_("If you have not voted, speak to the person who leads the meeting."),
            code="closed",
        )


# --- tickets -----------------------------------------------------------------------------------------------


@verb
def draw_tickets(
    *,
    by: Actor,
    poll: Poll,
    draw: UUID,
    handed: str = Handed.PRINTED,
    count: int = 0,
    people: Sequence[str] = (),
    group: str = "",
    instead_of: Ticket | None = None,
) -> list[Drawn]:
    """Make tickets: so many, or one for each of these listed people. The same `draw` gives the same ones.

    A person's earlier unused ticket stops working; so does `instead_of` if nobody has opened it.
    """
    card, poll = held(poll)
    allow(by, card, "scorecards.draw_tickets")
    known = drawn_before(poll, draw)
    if known:
        return known
    if poll.closed_at is not None or timezone.now() >= poll.closes_at:
        check_open(poll)
    numbers = numbers_of(card, poll, people)
    if instead_of is not None:
        take_away(poll.tickets.unused().filter(pk=instead_of.pk, opened_at=None))
    made = deal(card, poll, draw, handed, numbers or free_numbers(card, poll, count), group)
    facts = {"poll": str(poll.pk), "tickets": len(made), "handed": handed}
    record(by=by, verb="scorecards.draw_tickets", thing=card, owner=card.owner_key, facts=facts, tell=())
    return made


def drawn_before(poll: Poll, draw: UUID) -> list[Drawn]:
    """The tickets of a draw that was made already, in their order."""
    tokens = {}
    for place in range(polls.MOST_TICKETS):
        token = polls.ticket_token(ticket_key(), poll.pk, draw, place)
        tokens[polls.hashed(token)] = token
        if place == 0 and not poll.tickets.filter(token_hash__in=tokens).exists():
            return []
    found = {ticket.token_hash: ticket for ticket in poll.tickets.filter(token_hash__in=tokens)}
    return [Drawn(found[hash_], token) for hash_, token in tokens.items() if hash_ in found]


def numbers_of(card: Scorecard, poll: Poll, people: Sequence[str]) -> list[tuple[int, str]]:
    """(number, uid) of listed people who have not voted; Refusal for one who is not there or has."""
    if not people:
        return []
    written = folded(card)
    listed = {person.uid: person for person in room_of(card, written, 0).listed}
    left = {person.uid for person in voters_left(written, poll.criteria)}
    for uid in people:
        if uid not in listed:
            raise Refusal(_("This person is not on the list."), field="people", code="missing")
        if uid not in left:
            raise voted_already(listed[uid].number)
    take_away(poll.tickets.unused().filter(person__in=people))
    return [(listed[uid].number, uid) for uid in people]


def voted_already(number: int) -> Refusal:
    return Refusal(
        filled(_("Number %(number)d has voted already."), number=number),
        field="number",
        remedy=_("Check the number on the sticker. If it is right, ask the person who leads the meeting."),
        code="voted",
    )


def free_numbers(card: Scorecard, poll: Poll, count: int) -> list[tuple[int, str]]:
    """The next running numbers of tickets that are nobody's in particular; no listed person has them."""
    listed = poll.kind == PollKind.ROOM and bool(room_of(card, folded(card), 0).listed)
    least = MOST_PEOPLE if listed else 0
    loose = poll.tickets.filter(person="").order_by("-number").values_list("number", flat=True).first() or 0
    return [(max(loose, least) + 1 + at, "") for at in range(count)]


def take_away(tickets: Any) -> None:
    tickets.update(withdrawn_at=timezone.now())


def deal(
    card: Scorecard, poll: Poll, draw: UUID, handed: str, numbers: Sequence[tuple[int, str]], group: str
) -> list[Drawn]:
    """Make the tickets if there are people for them."""
    if not 1 <= len(numbers) <= polls.MOST_TICKETS:
        raise Refusal(
            filled(_("There can be 1 to %(most)d tickets."), most=polls.MOST_TICKETS), field="count"
        )
    if group and group not in vocabulary_of(card).groups:
        raise Refusal(_("This group is not known to the framework of this scorecard."), field="group")
    free = turnout(poll).free
    if len(numbers) > free:
        raise Refusal(
            filled(_("Only %(free)d more tickets can be handed out."), free=max(0, free)),
            field="count",
            remedy=_("Write down people who came later, or take back tickets that nobody uses."),
            code="full",
        )
    made = []
    for place, (number, person) in enumerate(numbers):
        token = polls.ticket_token(ticket_key(), poll.pk, draw, place)
        ticket = Ticket(
            poll=poll,
            token_hash=polls.hashed(token),
            handed=handed,
            number=number,
            person=person,
            group=group,
        )
        made.append(Drawn(ticket, token))
    Ticket.objects.bulk_create([one.ticket for one in made])
    return made


@verb
def open_door(*, by: Actor, poll: Poll, opened: bool) -> Poll:
    """Let the room's own QR hand out tickets, one after the other up to the number present; or stop it."""
    card, poll = held(poll)
    allow(by, card, "scorecards.draw_tickets")
    if opened:
        check_open(poll)
    if opened and poll.kind != PollKind.ROOM:
        raise Refusal(_("Tickets of a town are handed out one by one."), code="state")
    if poll.door_open != opened:
        poll.door_open = opened
        poll.save(update_fields=["door_open"])
        facts = {"poll": str(poll.pk), "opened": opened}
        record(by=by, verb="scorecards.open_door", thing=card, owner=card.owner_key, facts=facts, tell=())
    return poll


def room_code(poll: Poll) -> str:
    """What the room's QR shows at this moment: the card's digits and the turn's letters."""
    return f"{poll.scorecard.code}-{polls.door_code(ticket_key(), poll.pk, polls.turn(timezone.now()))}"


@verb
def take_back(*, by: Actor, poll: Poll, number: int) -> Poll:
    """Take back an unused ticket, by its number; its place is free for another."""
    card, poll = held(poll)
    allow(by, card, "scorecards.draw_tickets")
    unused = poll.tickets.unused().filter(number=number)
    if not unused.exists():
        raise Refusal(
            filled(_("No unused ticket has the number %(number)d."), number=number),
            field="number",
            code="missing",
        )
    take_away(unused)
    facts = {"poll": str(poll.pk), "number": number}
    record(by=by, verb="scorecards.take_back", thing=card, owner=card.owner_key, facts=facts, tell=())
    return poll


@verb
def void_ballot(*, by: Actor, poll: Poll, number: int, reason: str) -> Ticket:
    """Take out the ballot of a ticket, with a reason: somebody else used it. A new ticket may be drawn."""
    card, poll = held(poll)
    allow(by, card, "scorecards.void_ballot")
    if not reason.strip():
        raise Refusal(_("A reason is needed."), field="reason", remedy=_("Say in a few words why."))
    ticket = poll.tickets.live().filter(number=number, used_at__isnull=False).first()
    if ticket is None:
        raise Refusal(
            filled(_("No ballot was cast with the ticket number %(number)d."), number=number),
            field="number",
            code="missing",
        )
    now = instant(timezone.now())
    gone = [polls.ballot_uid(ticket.pk)]
    if card.lines.filter(uid=polls.person_uid(ticket.pk)).exists():
        gone.append(polls.person_uid(ticket.pk))
    write(by=by, scorecard=card, lines=[polls.void_of(ticket.pk, uid, now) for uid in gone])
    ticket.voided_at = timezone.now()
    ticket.save(update_fields=["voided_at"])
    record(
        by=by,
        verb="scorecards.void_ballot",
        thing=card,
        owner=card.owner_key,
        facts={"poll": str(poll.pk), "number": number, "ballot": str(gone[0])},
        content={"reason": reason},
        tell=(),
    )
    return ticket


@verb
def close_poll(*, by: Actor, poll: Poll) -> Poll:
    """Close the vote: no ticket works any more. Closed again, it stays as it was closed."""
    card, poll = held(poll)
    allow(by, card, "scorecards.close_poll")
    if poll.closed_at is not None:
        return poll
    poll.closed_at, poll.door_open = min(timezone.now(), poll.closes_at), False
    poll.save(update_fields=["closed_at", "door_open"])
    facts = {"poll": str(poll.pk), "ballots": poll.tickets.live().filter(used_at__isnull=False).count()}
    record(by=by, verb="scorecards.close_poll", thing=card, owner=card.owner_key, facts=facts, tell=())
    return poll
