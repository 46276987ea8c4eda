"""A village's own words become public only by a person of the programme, and only of a standing release."""

from __future__ import annotations

import pytest
from django.utils import timezone

from samleng.insight.disclosure.held import next_sums, texts_held
from samleng.insight.disclosure.models import Figure, Release
from samleng.insight.disclosure.verbs.texts import release_text
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from tests.world import World

WORDS = {"km": "បុគ្គលិកមិនមក", "en": "Staff do not come"}


@pytest.fixture
def figure(world: World) -> Figure:
    release = Release.objects.create(
        programme_id=world.programme.pk, kind="meeting", meeting_id=world.clinic.pk, year=2026, digest=""
    )
    told = {"place_id": world.commune.pk, "service": "CL", "side": "community", "scale": "median:1..5"}
    return Figure.objects.create(release=release, criterion="own-1", form="median", **told)


def test_it_shows_the_words_once_and_logs_no_text(world: World, figure: Figure) -> None:
    for _n in range(2):
        shown = release_text(by=world.by(world.admin), figure=figure, text=WORDS)
    assert shown.text == WORDS
    entry = Entry.objects.get(verb="disclosure.release_text")
    assert entry.owner == world.programme.owner_key
    assert "Staff" not in str(entry.facts)
    assert entry.content_hash


def test_it_is_denied_to_everybody_but_the_programmes_managers(world: World, figure: Figure) -> None:
    for person in (world.officer, world.stranger, world.sophea, world.chief):
        with pytest.raises(Denied):
            release_text(by=world.by(person), figure=figure, text=WORDS)
    figure.refresh_from_db()
    assert figure.text == {}


def test_it_refuses_nothing_a_framework_criterion_and_a_withdrawn_release(
    world: World, figure: Figure
) -> None:
    by = world.by(world.admin)
    with pytest.raises(Refusal) as refused:
        release_text(by=by, figure=figure, text={"km": " "})
    assert refused.value.field == "text"
    Figure.objects.filter(pk=figure.pk).update(criterion="CL02")
    with pytest.raises(Denied):
        release_text(by=by, figure=figure, text=WORDS)
    Figure.objects.filter(pk=figure.pk).update(criterion="own-1")
    Release.objects.filter(pk=figure.release_id).update(withdrawn_at=timezone.now())
    with pytest.raises(Denied):
        release_text(by=by, figure=figure, text=WORDS)
    assert texts_held(world.programme.pk) == []


@pytest.mark.parametrize(
    ("today", "then"),
    [
        ("2026-01-01", "2026-04-01"),
        ("2026-03-31", "2026-04-01"),
        ("2026-11-25", "2027-01-01"),
        ("2026-09-30", "2026-10-01"),
    ],
)
def test_it_knows_the_day_of_the_next_sums(today: str, then: str) -> None:
    assert next_sums(timezone.datetime.fromisoformat(today).date()).isoformat() == then
