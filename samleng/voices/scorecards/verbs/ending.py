"""What becomes of a card's votes by phone when it is sent, reviewed and forgotten."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.balloting import Poll, PollKind, Ticket, WeekResult
from samleng.voices.scorecards.models import Scorecard, Sheet
from samleng.voices.scorecards.pinned import counting_of, method_of
from samleng.voices.scorecards.rules.lines import WEEK, Card
from samleng.voices.scorecards.rules.statistics import milli
from samleng.voices.scorecards.rules.tally import Tally, tally
from samleng.voices.scorecards.verbs.polling import close_poll, end_what_lapsed


def still_open(card: Scorecard) -> list[Refusal]:
    """A vote in town that goes on keeps the card from being sent: its later ballots would be lost."""
    end_what_lapsed(card)
    if not card.polls.filter(kind=PollKind.WEEK, closed_at=None).exists():
        return []
    return [
        Refusal(
            _("The vote in town is still open."),
            field="vote",
            remedy=_("Wait until its last day is over, or close it."),
            code="state",
        )
    ]


def end_room_votes(by: Actor, card: Scorecard) -> None:
    """Sending the card ends the room's own vote."""
    for poll in card.polls.filter(kind=PollKind.ROOM, closed_at=None):
        close_poll(by=by, poll=poll)


def week_tallies(card: Scorecard, written: Card) -> list[Tally]:
    """What a town said over its days, on the criteria that were asked there; nothing where nobody was."""
    if not written.week.ballots:
        return []
    polls = Poll.objects.filter(scorecard=card, kind=PollKind.WEEK).order_by("opened_at")
    asked = dict.fromkeys(criterion for poll in polls for criterion in poll.criteria)
    return [tally(written, criterion, counting_of(card), WEEK) for criterion in asked]


def keep_week(card: Scorecard, written: Card, sheet: Sheet) -> None:
    """Count the week beside the room's results, in rows of its own."""
    listed = method_of(card).criteria_for(card.service.code, card.side, card.place.kind.code)
    texts = {c.code: dict(c.text) for c in listed} | written.custom
    WeekResult.objects.bulk_create(
        WeekResult(
            sheet=sheet,
            order=order,
            criterion=one.criterion,
            text=texts.get(one.criterion, {}),
            histogram=one.histogram,
            cells=one.cells,
            groups=one.special,
            n=one.n,
            central_milli=milli(one.centre),
        )
        for order, one in enumerate(week_tallies(card, written), start=1)
    )


def carry_week(before: Sheet, after: Sheet) -> None:
    """A sheet that supersedes another without counting anew says the same of the week."""
    results = list(before.week_results.order_by("order"))
    for result in results:
        result.pk, result.sheet = None, after
    WeekResult.objects.bulk_create(results)


def forget_tickets(card: Scorecard) -> None:
    """With the lines go the tickets, and what ties a ballot to one; how a vote went stays as its sums."""
    Ticket.objects.filter(poll__scorecard=card).delete()
    Poll.objects.filter(scorecard=card, closed_at=None).update(closed_at=timezone.now(), door_open=False)
