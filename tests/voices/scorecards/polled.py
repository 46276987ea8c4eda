"""Steps that the tests of voting share: a room that has chosen, its people, a ticket cast."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules.polls import Vote
from samleng.voices.scorecards.verbs.casting import ANYBODY, cast
from samleng.voices.scorecards.verbs.polling import Drawn, draw_tickets, open_poll
from samleng.voices.scorecards.verbs.writing import write
from tests.world import World, line


def codes_of(card: Scorecard, n: int = 3) -> list[str]:
    method = card.round.framework.method
    return [c.code for c in method.criteria_for(card.service.code, card.side)][:n]


def chosen_room(world: World, *, people: int = 0, heads: dict[str, int] | None = None) -> Scorecard:
    """A running meeting with its priorities; `people` are listed by number, `heads` only counted."""
    card = world.running_card()
    setup: dict[str, Any] = {"held_on": timezone.localdate().isoformat(), "language": "km"}
    if heads:
        setup["heads"] = {"cells": heads}
    lines = [line("setup", setup), line("priorities", {"order": codes_of(card)})]
    for number in range(1, people + 1):
        body = {"number": number, "sex": "female" if number % 2 else "male", "band": "15-30", "special": []}
        lines.append(line("person", body))
    write(by=world.by(world.sophea), scorecard=card, lines=lines)
    return Scorecard.objects.with_context().get(pk=card.pk)


def opened(world: World, card: Scorecard, **given: Any) -> Poll:
    return open_poll(by=world.by(world.sophea), scorecard=card, **given)


def drawn(world: World, poll: Poll, count: int = 1, **given: Any) -> list[Drawn]:
    asked = {"draw": uuid.uuid4(), "count": count, **given}
    return draw_tickets(by=world.by(world.sophea), poll=poll, **asked)


def uids(card: Scorecard) -> list[str]:
    """The listed people in order of their numbers."""
    return [p.uid for p in sorted(folded(card).people.values(), key=lambda p: p.number)]


def vote_of(card: Scorecard, value: int = 4, **about: Any) -> Vote:
    return Vote(scores=dict.fromkeys(codes_of(card), value), **about)


WOMAN = {"sex": "female", "band": "15-30"}


def voted(token: str, vote: Vote) -> Ticket:
    return cast(by=ANYBODY, token=token, vote=vote)
