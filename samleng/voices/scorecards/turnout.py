"""How far a vote is: a file of its own because the rules know no tickets and pages only read."""

from __future__ import annotations

from collections.abc import Sequence

from samleng.voices.scorecards.balloting import Poll, PollKind, Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules import polls
from samleng.voices.scorecards.rules.lines import Card, Present
from samleng.voices.scorecards.rules.tally import voters_left


def room_of(card: Scorecard, written: Card, told: int) -> polls.Standing:
    """How the room is known without those who are on the card by their ballot only."""
    used = Ticket.objects.filter(poll__scorecard=card, used_at__isnull=False, person="")
    made = {str(polls.person_uid(pk)) for pk in used.values_list("pk", flat=True)}
    return polls.standing_of(written, made, told)


def to_vote(poll: Poll, card: Scorecard, written: Card) -> list[Present]:
    """Listed people who have not voted on all that is asked, by number; in town nobody is listed."""
    if poll.kind != PollKind.ROOM:
        return []
    known = {one.uid for one in room_of(card, written, 0).listed}
    return [one for one in voters_left(written, poll.criteria) if one.uid in known]


def in_turn(left: Sequence[Present], after: int | None) -> Present | None:
    """Whose turn it is: the next number that has not voted, at the end the first again."""
    later = [one for one in left if after is not None and one.number > after]
    return next(iter(later or left), None)


def turnout(poll: Poll) -> polls.Turnout:
    """How far a vote is; numbers only."""
    card = Scorecard.objects.with_context().get(pk=poll.scorecard_id)
    written = folded(card)
    live = list(poll.tickets.live().values_list("number", "opened_at", "used_at", "person"))
    used = sum(1 for _number, _opened, at, _person in live if at)
    present, voted = poll.places, used
    missing = sorted(number for number, _opened, at, _person in live if not at)
    if poll.kind == PollKind.ROOM:
        room = room_of(card, written, poll.places)
        present, voted = room.present, written.voters
        if room.listed:
            left = {person.uid for person in voters_left(written, poll.criteria)}
            missing = [person.number for person in room.listed if person.uid in left]
    return polls.Turnout(
        present=present,
        handed=len(live),
        opened=sum(1 for _number, opened, at, _person in live if opened or at),
        cast=used,
        voted=voted,
        # Who voted in another way meanwhile keeps a ticket that is worth nothing, and nobody's place.
        out=sum(1 for *_rest, at, person in live if not at and f"ballot:{person}" not in written.ballots),
        missing=tuple(missing),
    )
