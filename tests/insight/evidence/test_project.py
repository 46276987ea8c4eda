from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.verbs.following import claim, confirm, drop
from samleng.ground.places.models import Place
from samleng.insight.evidence.models import (
    PromiseCell,
    PromiseFact,
    PromiseSpot,
    ScoreCell,
    ScoreFact,
    Standing,
)
from samleng.insight.evidence.verbs import project, project_all, rebuild
from samleng.kit.ledger.models import Due
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.verbs.requests import ask_unlock, decide
from samleng.voices.scorecards.verbs.review import complete, submit
from samleng.voices.scorecards.verbs.writing import write
from tests.insight.walk import criteria, held, meet, promised, shut
from tests.world import World

pytestmark = pytest.mark.django_db


def cells(**given: Any) -> dict[tuple[str, str, str], tuple[list[int], int, int]]:
    """Place code, criterion and standing -> histogram, n, cards."""
    rows = ScoreCell.objects.filter(**given).select_related("place")
    return {(r.place.code, r.criterion, r.standing): (r.histogram, r.n, r.cards) for r in rows}


def promises(place: Place) -> dict[str, int]:
    names = ("promises", "claimed", "confirmed", "overdue", "escalated", "stopped")
    rows = list(PromiseCell.objects.filter(place=place).values(*names))
    return {name: sum(row[name] for row in rows) for name in names}


def everything() -> list[Any]:
    """Every fact and sum, without the numbers the database gave them."""
    found: list[Any] = []
    for model in (ScoreFact, ScoreCell, PromiseFact, PromiseCell, PromiseSpot):
        names = [
            f.attname
            for f in model._meta.concrete_fields
            if f.attname not in ("moved_at",) and not (f.attname == "id" and model is not ScoreFact)
        ]
        found.append(sorted(map(str, model.objects.values_list(*names))))
    return found


def test_it_counts_a_completed_card_in_its_place_and_all_above(world: World):
    held(world, world.clinic, (2, 5, 9, 11, 6))
    project_all()
    first = criteria(world, world.clinic)[0]
    assert {key[0] for key in cells(criterion=first)} == {"S", "01", "0101", "010101"}
    assert set(map(str, cells(criterion=first).values())) == {str(([2, 5, 9, 11, 6], 33, 1))}
    assert not Due.objects.filter(reader="projector").exists()


def test_it_marks_a_submitted_card_and_moves_it_when_completed(world: World):
    card = world.running_card("community", world.clinic)
    write(by=world.by(world.sophea), scorecard=card, lines=world.meeting_lines(card))
    submit(by=world.by(world.sophea), scorecard=card)
    project_all()
    assert {key[2] for key in cells()} == {Standing.SUBMITTED}
    complete(by=world.by(world.officer), scorecard=card)
    project_all()
    assert {key[2] for key in cells()} == {Standing.COMPLETED}


def test_it_takes_a_corrected_card_out_of_the_sums_and_puts_it_in_again(world: World):
    card = held(world, world.clinic, (2, 5, 9, 11, 6))
    project_all()
    asked = ask_unlock(by=world.by(world.sophea), scorecard=card, reason="wrong count")
    decide(by=world.by(world.admin), change_request=asked, approved=True)
    project_all()
    assert {key[2]: value[2] for key, value in cells(place=world.commune).items()} == {Standing.SUBMITTED: 1}


def test_it_handles_the_same_rows_once_however_often_it_runs(world: World):
    held(world, world.clinic, (2, 5, 9, 11, 6))
    project_all()
    before = everything()
    assert project() == 0
    assert everything() == before


def test_it_loses_and_doubles_nothing_when_it_is_cut(world: World):
    held(world, world.clinic, (2, 5, 9, 11, 6))
    waiting = Due.objects.filter(reader="projector").count()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        project()
        raise KeyboardInterrupt
    assert (Due.objects.filter(reader="projector").count(), ScoreCell.objects.count()) == (waiting, 0)
    project_all()
    assert {value[2] for value in cells(place=world.commune).values()} == {1}


def test_it_counts_a_promise_once_its_meeting_has_closed(world: World):
    card = held(world, world.clinic, (2, 5, 9, 11, 6))
    meeting = meet(world, world.clinic, [card], close=False)
    promised(world, meeting, criterion=criteria(world, world.clinic)[0])
    project_all()
    assert promises(world.commune)["promises"] == 0
    shut(meeting)
    project_all()
    assert promises(world.commune)["promises"] == 1
    assert promises(Place.objects.get(code="S", country="demo"))["promises"] == 1


def test_it_tells_claimed_confirmed_and_dropped_apart(world: World):
    meeting = meet(world, world.clinic, [held(world, world.clinic, (2, 5, 9, 11, 6))], close=False)
    actions = [promised(world, meeting, text) for text in ("a", "b", "c", "d")]
    shut(meeting)
    for action in actions[:2]:
        claim(by=world.by(world.vuthy), action=action, reason="seen by all")
    confirm(by=SYSTEM, action=actions[0], verdict="fixed")
    drop(by=SYSTEM, action=actions[2], reason="no money")
    project_all()
    counted = promises(world.commune)
    assert counted == {
        "promises": 4, "claimed": 1, "confirmed": 1, "overdue": 0, "escalated": 0, "stopped": 1,
    }  # fmt: skip


def test_it_turns_a_promise_overdue_by_the_calendar_alone(world: World):
    meeting = meet(world, world.clinic, [held(world, world.clinic, (2, 5, 9, 11, 6))], close=False)
    promised(world, meeting, due_in=3)
    shut(meeting)
    project_all()
    assert promises(world.commune)["overdue"] == 0
    project_all(today=timezone.localdate() + timedelta(days=4))
    assert promises(world.commune)["overdue"] == 1


def test_it_rebuilds_the_very_same_sums(world: World):
    meeting = meet(
        world,
        world.clinic,
        [
            held(world, world.clinic, (2, 5, 9, 11, 6), (6, 7, 7, 7, 6)),
            held(world, world.clinic, (1, 2, 3, 1, 0), side="provider"),
        ],
        close=False,
    )
    held(world, world.school, (0, 9, 9, 9, 0))
    first, second = promised(world, meeting, "a", due_in=3), promised(world, meeting, "b")
    shut(meeting)
    claim(by=world.by(world.vuthy), action=second, reason="seen")
    drop(by=SYSTEM, action=first, reason="no money")
    project_all()
    before = everything()
    assert any(before)
    rebuild()
    assert everything() == before


@pytest.mark.parametrize("seed", range(4))
def test_it_comes_to_the_same_sums_by_any_way_as_by_rebuilding(world: World, seed: int):
    chance = random.Random(seed)
    meeting = meet(world, world.clinic, [held(world, world.clinic, (2, 5, 9, 11, 6))], close=False)
    actions = [promised(world, meeting, str(i), due_in=chance.randint(0, 9)) for i in range(4)]
    cards = [held(world, chance.choice([world.clinic, world.school]), (3, 3, 3, 3, 3)) for _ in range(3)]
    shut(meeting)
    today = timezone.localdate()
    for _ in range(14):
        step = chance.choice([claimed, confirmed, dropped, unlocked, completed, projected])
        with suppress(Refusal):
            step(world, chance.choice(actions), chance.choice(cards))
    project_all(today=today + timedelta(days=5))
    before = everything()
    rebuild(today=today + timedelta(days=5))
    assert everything() == before


def claimed(world: World, action: Action, card: Scorecard) -> None:
    claim(by=world.by(world.vuthy), action=action, reason="seen")


def confirmed(world: World, action: Action, card: Scorecard) -> None:
    confirm(by=SYSTEM, action=action, verdict="fixed")


def dropped(world: World, action: Action, card: Scorecard) -> None:
    drop(by=SYSTEM, action=action, reason="no money")


def unlocked(world: World, action: Action, card: Scorecard) -> None:
    asked = ask_unlock(by=world.by(world.sophea), scorecard=card, reason="wrong count")
    decide(by=world.by(world.admin), change_request=asked, approved=True)


def completed(world: World, action: Action, card: Scorecard) -> None:
    complete(by=world.by(world.officer), scorecard=card)


def projected(world: World, action: Action, card: Scorecard) -> None:
    project(limit=3)
