"""Pins found for other systems: the same whichever index is walked, page after page, and nothing beside."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.insight.disclosure import told
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.areas import Box, Near
from samleng.insight.disclosure.rules.blurring import E5
from samleng.insight.disclosure.told import Sought, found
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, public_land, put


@pytest.fixture
def land(db: None) -> Land:
    land, chance, now = public_land(), random.Random(1), timezone.now()
    for number in range(1, 41):
        put(
            land,
            number,
            latitude=LATITUDE + chance.uniform(-0.05, 0.05),
            longitude=LONGITUDE + chance.uniform(-0.05, 0.05),
            # Some at the same moment: then the later one goes first.
            requested_at=now - timedelta(days=number // 4 * 3),
            updated_at=now - timedelta(hours=chance.randrange(100)),
            closed_at=now if number % 5 == 0 else None,
            state="closed" if number % 5 == 0 else "received",
            outcome="fixed" if number % 5 == 0 else "",
        )
    return land


def ids(sought: Sought) -> list[int]:
    return [one.id for one in found(sought)]


def box_of(chance: random.Random) -> Box:
    north, east = LATITUDE + chance.uniform(-0.05, 0.06), LONGITUDE + chance.uniform(-0.05, 0.06)
    return Box(
        west=east - chance.uniform(0, 0.08), south=north - chance.uniform(0, 0.08), east=east, north=north
    )


def test_it_finds_the_same_by_squares_and_by_walking_back_in_time(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, pins = random.Random(2), list(Pin.objects.newest_first())
    some = 0
    for _n in range(12):
        box = box_of(chance)
        expected = [
            one.pk
            for one in pins
            if box.west <= one.lon_e5 / E5 <= box.east and box.south <= one.lat_e5 / E5 <= box.north
        ]
        some += len(expected)
        for dense in (40, 0):
            monkeypatch.setattr(told, "DENSE", dense)
            monkeypatch.setattr(told, "SMALL", 99)
            assert ids(Sought(box=box)) == expected
            both = [pk for pk in expected if next(one for one in pins if one.pk == pk).closed_at]
            assert ids(Sought(box=box, closed=True)) == both
    assert some > 40


def test_it_finds_a_circle_by_either_way(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    near = Near(latitude=LATITUDE, longitude=LONGITUDE, metres=3000)
    by_squares = ids(Sought(near=near))
    monkeypatch.setattr(told, "DENSE", 0)
    monkeypatch.setattr(told, "SMALL", 99)
    assert ids(Sought(near=near)) == by_squares and 3 < len(by_squares) < 40


def test_it_finds_what_changed_by_either_way(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    since = timezone.now() - timedelta(hours=50)
    expected = list(Pin.objects.filter(updated_at__gte=since).newest_first().values_list("pk", flat=True))
    assert 5 < len(expected) < 40
    for dense in (40, 0):
        monkeypatch.setattr(told, "DENSE", dense)
        assert ids(Sought(changed_since=since)) == expected


def test_it_goes_on_behind_a_pin_whatever_comes_in_or_goes_meanwhile(land: Land) -> None:
    whole = ids(Sought())
    page = found(Sought(most=7))
    seen = [one.id for one in page]
    while page:
        put(land, 100 + len(seen), requested_at=timezone.now())
        last = Pin.objects.get(pk=page[-1].id)
        last_at = last.requested_at
        last.delete()
        page = found(Sought(most=7, after=(last_at, page[-1].id)))
        seen += [one.id for one in page]
    assert seen == whole


def test_it_reads_pages_of_an_area_from_indexes_alone(land: Land) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by the size of its tables")
    box = Box(west=104.9, south=11.5, east=104.95, north=11.6)
    for sought, index in ((Sought(box=box), "pin_in_area"), (Sought(since=timezone.now()), "pin_newest")):
        look = told.Look(sought)
        statement = look.statement()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", look.values)
            plan = " ".join(row[-1] for row in cursor.fetchall())
        assert f"USING COVERING INDEX {index}" in plan, plan
