"""A town's votes beside a meeting: nothing public holds one, and no figure is lifted or betrayed by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from samleng.ground.services.models import Facility
from samleng.insight.disclosure.models import Figure
from samleng.insight.disclosure.verbs.releasing import release_sums
from samleng.insight.disclosure.verbs.rhythm import release_due
from samleng.insight.evidence.verbs import project_all
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.balloting import WeekResult
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.polling import close_poll
from samleng.voices.scorecards.verbs.review import complete, submit
from samleng.voices.scorecards.verbs.writing import write
from tests.insight.walk import meet, publish, votes
from tests.voices.scorecards.polled import drawn, opened, vote_of, voted
from tests.world import World

pytestmark = pytest.mark.django_db
ROOM = (6, 7, 7, 7, 6)
TOWN = (9, 2, 1, 7, 1)


def held_with(world: World, facility: Facility, room: Sequence[int], town: Sequence[int]) -> Scorecard:
    """A completed card: the room voted so, and before it a town with tickets."""
    card = world.running_card("community", facility)
    write(
        by=world.by(world.sophea),
        scorecard=card,
        lines=world.meeting_lines(card, votes(world, facility, [room] * 3), sum(room)),
    )
    if town:
        today = timezone.localdate()
        poll = opened(
            world, card, kind="week", places=sum(town), opens_on=today, closes_on=today + timedelta(6)
        )
        given = [value for value, count in enumerate(town, 1) for _ in range(count)]
        for value, one in zip(given, drawn(world, poll, len(given)), strict=True):
            voted(one.token, vote_of(card, value, sex="female", band="60+"))
        close_poll(by=world.by(world.sophea), poll=poll)
    submit(by=world.by(world.sophea), scorecard=card)
    return complete(by=world.by(world.officer), scorecard=card)


def public(world: World, room: Sequence[int], town: Sequence[int]) -> tuple[list[Any], list[str]]:
    """Everything released and every public page that tells of it; the world is as before afterwards."""
    mark = transaction.savepoint()
    publish(world)
    card = held_with(world, world.clinic, room, town)
    assert sum(row.n for row in WeekResult.objects.filter(sheet__scorecard=card)) == 3 * sum(town)
    meet(world, world.clinic, [card])
    project_all()
    release_due()
    release_sums(by=SYSTEM, programme=world.programme, year=2026)
    fields = ("place_id", "facility_id", "side", "criterion", "form", "reason", "n", "cards")
    rows = list(Figure.objects.order_by("place_id", "facility_id", "criterion").values_list(
        *fields, "central_milli", "distribution"))  # fmt: skip
    pages = [f"/en/facilities/{world.clinic.pk}/{what}" for what in ("", "print", "figures.csv")]
    pages += [f"/en/places/{code}/{what}" for code in ("S", "010101") for what in ("", "figures.csv")]
    told = [Client().get(page).content.decode() for page in pages]
    transaction.savepoint_rollback(mark)
    return rows, told


def figures_in(page: str) -> str:
    """A page without what differs from one rendering to the next."""
    return "\n".join(line for line in page.splitlines() if "nonce" not in line and "csrf" not in line)


def test_it_publishes_the_same_with_a_town_beside_the_room_as_without(world: World):
    without, pages = public(world, ROOM, ())
    beside, pages_beside = public(world, ROOM, TOWN)
    assert beside == without and any(row[4] == "full" and row[6] == sum(ROOM) for row in without)
    assert [figures_in(page) for page in pages_beside] == [figures_in(page) for page in pages]


def test_it_lifts_no_room_that_is_too_small_over_the_threshold(world: World):
    """Nine in the room and twenty in town: of the room nothing is told, and of the town neither."""
    rows, _pages = public(world, (1, 2, 3, 2, 1), TOWN)
    assert {(row[4], row[6], tuple(row[9])) for row in rows} == {("hidden", None, ())}


def test_it_tells_no_middle_of_a_town_whose_room_was_of_one_mind(world: World):
    rows, _pages = public(world, (0, 0, 33, 0, 0), TOWN)
    assert {(row[4], row[6], row[8]) for row in rows} == {("hidden", None, None)}
