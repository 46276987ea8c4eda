from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.ground.services.verbs import raise_facility
from samleng.insight.disclosure.models import Figure, Release
from samleng.insight.disclosure.verbs.releasing import release_sums
from samleng.insight.disclosure.verbs.rhythm import release_due, sums_due
from samleng.kit.ledger.rules import SYSTEM
from tests.insight.walk import criteria, held, meet, publish
from tests.world import World

pytestmark = pytest.mark.django_db
WIDE = (7, 8, 9, 10, 6)


def sums(code: str) -> dict[tuple[str, str], Figure]:
    place = Place.objects.get(code=code, country="demo")
    rows = Figure.objects.filter(place_id=place.pk, facility_id=None).order_by("release__at")
    return {(row.service, row.criterion): row for row in rows}


def test_it_sums_only_what_meetings_have_made_public(world: World):
    publish(world)
    meet(world, world.clinic, [held(world, world.clinic, WIDE)])
    held(world, world.school, WIDE)
    release_due()
    release_sums(by=SYSTEM, programme=world.programme, year=2026)
    assert {service for service, _criterion in sums("010101")} == {"CL"}
    row = sums("S")["CL", criteria(world, world.clinic)[0]]
    assert (row.form, row.n, row.cards, row.distribution) == ("full", 40, 1, list(WIDE))


def test_it_gives_no_facility_away_by_its_commune(world: World):
    publish(world)
    service = Service.objects.get(code="CL")
    other = raise_facility(
        by=SYSTEM,
        service=service,
        name={"en": "Second clinic"},
        place=world.clinic.place,
        serves=[world.commune],
        on=date(2026, 1, 1),
    )
    meet(world, world.clinic, [held(world, world.clinic, WIDE)])
    meet(world, other, [held(world, other, (1, 3, 4, 4, 0))])
    release_due()
    hidden = Figure.objects.filter(facility_id=other.pk, side="community")
    assert {row.form for row in hidden} == {"median"}
    release_sums(by=SYSTEM, programme=world.programme, year=2026)
    row = sums("010101")["CL", criteria(world, world.clinic)[0]]
    # 8 of both and 7 of the first would leave one person of the second.
    assert (row.form, row.n, row.distribution) == ("median", 52, [])


def test_it_releases_nothing_twice_and_nothing_before_the_quarter_turns(world: World):
    publish(world)
    meet(world, world.clinic, [held(world, world.clinic, WIDE)])
    release_due()
    today = timezone.localdate()
    assert sums_due(today=today) == 0
    turned = date(today.year + (today.month > 9), (3 * ((today.month - 1) // 3) + 4 - 1) % 12 + 1, 1)
    assert sums_due(today=turned) == 1
    first = Release.objects.get(kind="sums")
    assert release_sums(by=SYSTEM, programme=world.programme, year=2026) == first


def test_it_turns_the_quarter_at_the_land_s_midnight(world: World, monkeypatch: pytest.MonkeyPatch):
    """23:30 in UTC on the last of December is the first of January where the people live."""
    publish(world)
    meet(world, world.clinic, [held(world, world.clinic, WIDE)])
    release_due()
    eve, turned = (datetime(2026, 12, 31, hour, 30, tzinfo=UTC) for hour in (16, 23))
    Release.objects.update(at=eve)
    monkeypatch.setattr(timezone, "now", lambda: eve)
    assert sums_due() == 0
    monkeypatch.setattr(timezone, "now", lambda: turned)
    assert sums_due() == 1
    Release.objects.filter(kind="sums").update(at=turned)
    # What was released in the first hours of the quarter is this quarter's, as the database reads days too.
    assert Release.objects.filter(kind="sums", at__date=date(2027, 1, 1)).count() == 1
    assert sums_due(today=date(2027, 1, 2)) == 0
