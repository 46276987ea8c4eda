"""The map shows marks of what a window holds: counts where they are many, pins where they are few."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.insight.disclosure import clusters
from samleng.insight.disclosure.clusters import counted, shown_in
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.windows import window
from samleng.insight.disclosure.verbs.pinning import turn_pins
from samleng.insight.disclosure.wishes import Wish, wish_of
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, days, hours, public_land, put


def around(zoom: int) -> str:
    """A window of some two hundred pixels about the town."""
    half = 70 / 2**zoom
    return f"{LONGITUDE - half},{LATITUDE - half},{LONGITUDE + half},{LATITUDE + half}"


@pytest.fixture
def land(db: None) -> Land:
    return public_land()


@pytest.fixture
def town(land: Land) -> Land:
    """Forty reports about a town; eight are mended, and of the others ten are late."""
    chance = random.Random(7)
    for number in range(1, 41):
        spread = {
            "latitude": LATITUDE + chance.gauss(0, 0.02),
            "longitude": LONGITUDE + chance.gauss(0, 0.02),
        }
        mended = {"outcome": "fixed", "closed_at": hours(-3)} if number % 5 == 0 else {}
        late = {"due_on": days(-1)} if number % 4 == 1 else {}
        put(land, number, **spread, **late, **mended)
    return land


def of(zoom: int, **asked: str) -> clusters.Shown:
    return shown_in(window(around(zoom), str(zoom)), wish_of(asked))


def test_it_counts_every_pin_once_at_every_zoom(town: Land, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clusters, "MOST_PINS", 5)
    for zoom in range(5, 12):
        shown = of(zoom)
        assert (shown.total, sum(one.n for one in shown.clusters)) == (40, 40), zoom
    several = len(of(11).clusters)
    assert 1 < several <= 40


def test_it_counts_the_same_from_pins_as_from_kept_counts(town: Land):
    for zoom in range(12, 20):
        shown = window(around(zoom), str(zoom))
        inside = sum(
            Pin.objects.filter(spot__gte=first, spot__lt=after).count() for first, after in shown.ranges()
        )
        assert sum(one.n for one in counted(shown, Wish())) == inside


def test_it_draws_few_pins_one_by_one(town: Land):
    shown = of(8)
    assert (shown.total, len(shown.pins), shown.clusters) == (40, 40, ())
    assert {one.reference for one in shown.pins} == set(Pin.objects.values_list("reference", flat=True))


def test_it_counts_what_is_asked_for(town: Land):
    late = Pin.objects.filter(group="late").count()
    assert 0 < late == of(8, state="overdue").total == of(8).late
    assert of(8, state="fixed").total == 8
    assert of(8, state="open").total == 32
    assert of(8, category="dump").total == of(8, sector="cleaning").total == 40
    put(town, 99, requested_at=timezone.now() - timedelta(days=50))
    put(town, 98, requested_at=timezone.now() - timedelta(days=400))
    within = [of(8, within=days).total for days in ("30", "90", "365")]
    assert [*within, of(8).total] == [40, 41, 41, 42]


def test_it_moves_with_the_days(town: Land):
    before = of(8).late
    turn_pins(today=days(3))
    assert of(8).late == 32 > before
    assert of(8, within="30").total == 40
    turn_pins(today=days(25))
    assert (of(8, within="30").total, of(8, within="90").total) == (0, 40)


def test_it_refuses_what_is_no_choice(land: Land):
    for asked in ({"category": "x"}, {"sector": "x"}, {"state": "x"}, {"within": "31"}, {"place": "x"}):
        with pytest.raises(Refusal) as refused:
            wish_of(asked)
        assert refused.value.field == next(iter(asked))
