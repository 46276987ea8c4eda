"""Who answers a report: zones before areas, the near before the far, never an office that is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from samleng.ground.offices.models import Duty, Office, OfficeKind
from samleng.ground.offices.routing import ladder_above, responders
from samleng.ground.offices.verbs import end_duty, give_duty, name_office_kind, register_office
from samleng.ground.offices.zones import holds, size
from samleng.ground.places.models import Place
from samleng.ground.services.models import Sector, Service
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land, make_land

SINCE, DAY = date(2026, 1, 1), date(2026, 6, 1)
LADDER = ["commune_office", "ombudsman", "province_ombudsman"]


def square(west: float, south: float, side: float = 1) -> dict[str, object]:
    """A square zone whose lower left corner is there."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Routes:
    land: Land
    waste: Service

    def office(self, code: str, kind: str, where: Place, administers: bool | None = None) -> Office:
        level = where.level
        found = OfficeKind.objects.filter(code=kind).first() or name_office_kind(
            by=SYSTEM, code=kind, name={"en": kind}, level=level, administers=administers
        )
        return register_office(by=SYSTEM, code=code, kind=found, name={"en": code}, place=where)

    def duty(self, office: Office, area: Place, **given: object) -> Duty:
        return give_duty(by=SYSTEM, office=office, service=self.waste, area=area, since=SINCE, **given)

    def who(self, category: str = "dump", place: Place | None = None, **given: object) -> list[str]:
        told = {"point": None, "day": DAY} | given
        found = responders(category, self.waste, place or self.land.hill, told.pop("point"), **told)
        return [office.code for office in found]


@pytest.fixture
def routes(db: None) -> Routes:
    sector = Sector.objects.create(code="waste", name={"en": "Waste"})
    waste = Service.objects.create(code="SW", sector=sector, name={"en": "Waste"}, stands_at=1)
    return Routes(make_land(), waste)


def test_it_asks_every_body_with_the_duty_the_nearest_first(routes: Routes):
    land = routes.land
    routes.duty(land.offices["north"], land.north)
    routes.duty(land.offices["hill"], land.hill)
    assert routes.who() == ["hill", "north"]
    assert routes.who(place=land.river) == ["north"]
    assert routes.who(place=land.coast) == []
    assert routes.who(day=date(2025, 1, 1)) == []


def test_a_zone_that_holds_the_point_comes_before_every_area_and_the_smaller_first(routes: Routes):
    land = routes.land
    routes.duty(land.offices["hill"], land.hill)
    wide = routes.office("operator-wide", "operator", land.north)
    tight = routes.office("operator-tight", "operator", land.north)
    routes.duty(wide, land.north, zone=square(103, 11, 2))
    routes.duty(tight, land.north, zone=square(103, 11))
    assert routes.who(point=(11.5, 103.5)) == ["operator-tight", "operator-wide", "hill"]
    assert routes.who(point=(12.5, 104.5)) == ["operator-wide", "hill"]
    assert routes.who(point=(20.0, 100.0)) == ["hill"]
    # Without a point nobody can say whether it lies in the zone.
    assert routes.who() == ["hill"]


def test_inside_the_bounds_of_a_zone_is_not_inside_the_zone(routes: Routes):
    corner = {"type": "Polygon", "coordinates": [[[103, 11], [105, 11], [103, 13], [103, 11]]]}
    operator = routes.office("operator", "operator", routes.land.north)
    routes.duty(operator, routes.land.north, zone=corner)
    assert routes.who(point=(11.5, 103.5)) == ["operator"]
    assert routes.who(point=(12.9, 104.9)) == []


def test_a_duty_for_some_categories_answers_for_these_only_and_first(routes: Routes):
    land = routes.land
    other = routes.office("drains", "drain_office", land.hill)
    routes.duty(land.offices["hill"], land.hill)
    routes.duty(other, land.hill, categories=["drain", "flood"])
    assert routes.who("drain") == ["drains", "hill"]
    assert routes.who("dump") == ["hill"]


def test_it_passes_over_whoever_must_not_answer(routes: Routes):
    land = routes.land
    hill = land.offices["hill"]
    routes.duty(hill, land.hill)
    routes.duty(land.offices["north"], land.north)
    assert routes.who(excluding=[hill]) == routes.who(excluding=[hill.pk]) == ["north"]
    assert routes.who(excluding=[hill, land.offices["north"]]) == []


def test_without_a_service_the_places_own_administration_answers(routes: Routes):
    land = routes.land
    for kind, level in (("commune_office", 2), ("district_office", 1)):
        name_office_kind(by=SYSTEM, code=kind, name={"en": kind}, level=level, administers=True)

    def who(where: Place, **given: object) -> list[Office]:
        return responders("ask", None, where, None, DAY, **given)

    assert who(land.hill) == [land.offices["hill"]]
    # A commune without an office of its own is answered for by its district.
    assert who(land.river) == [land.offices["north"]]
    assert who(land.hill, excluding=[land.offices["hill"]]) == [land.offices["north"]]
    assert who(land.country) == []


def test_kinds_of_office_leave_duties_aside(routes: Routes):
    land = routes.land
    routes.duty(land.offices["hill"], land.hill)
    near = routes.office("ombudsman-north", "ombudsman", land.north)
    far = routes.office("ombudsman-land", "province_ombudsman", land.country)
    kinds = ["ombudsman", "province_ombudsman"]
    assert routes.who("conduct", kinds=kinds) == ["ombudsman-north", "ombudsman-land"]
    assert routes.who("conduct", place=land.coast, kinds=kinds) == ["ombudsman-land"]
    assert routes.who("conduct", kinds=kinds, excluding=[near, far]) == []


def test_a_ladder_passes_over_rungs_without_an_office(routes: Routes):
    land = routes.land
    hill, coast = land.offices["hill"], land.offices["coast"]
    near = routes.office("ombudsman-north", "ombudsman", land.north)
    far = routes.office("ombudsman-land", "province_ombudsman", land.country)
    assert ladder_above(hill, LADDER, land.hill) == [near, far]
    assert ladder_above(coast, LADDER, land.coast) == [far]
    assert ladder_above(near, LADDER, land.hill) == [far]
    assert ladder_above(far, LADDER, land.hill) == []
    assert ladder_above(hill, LADDER, land.hill, excluding=[near]) == [far]
    # An office beside the ladder hands over to its lowest rung.
    operator = routes.office("operator", "operator", land.north)
    assert ladder_above(operator, LADDER, land.hill) == [hill, near, far]


def test_giving_a_duty_again_leaves_zone_and_categories_as_they_were(routes: Routes):
    land = routes.land
    given = routes.duty(land.offices["hill"], land.hill, zone=square(103, 11), categories=["dump", "burn"])
    again = routes.duty(land.offices["hill"], land.hill)
    again.refresh_from_db()
    assert (again.pk, again.categories, again.west) == (given.pk, ["burn", "dump"], 103)
    cleared = routes.duty(land.offices["hill"], land.hill, zone={}, categories=[])
    cleared.refresh_from_db()
    assert (cleared.zone, cleared.west, cleared.categories) == (None, None, [])
    assert Duty.objects.count() == 1
    end_duty(by=SYSTEM, duty=cleared, on=date(2026, 3, 1))
    assert routes.who() == []


BAD = [
    ({"type": "Point", "coordinates": [103, 11]}, "not_area"),
    ({"type": "Polygon", "coordinates": []}, "not_area"),
    ({"type": "Polygon", "coordinates": [[[103, 11], [104, 11]]]}, "not_area"),
    ({"type": "Polygon", "coordinates": [[["a", 11], [104, 11], [104, 12], ["a", 11]]]}, "not_area"),
    ({"type": "Polygon", "coordinates": [[[103, 11], [103, 11], [103, 11], [103, 11]]]}, "crossed"),
    ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crossed"),
    ({"type": "Polygon", "coordinates": [[[11, 103], [12, 103], [12, 104], [11, 103]]]}, "outside"),
    ({"type": "FeatureCollection", "features": []}, "not_area"),
    ({"type": "Feature", "geometry": None}, "not_area"),
    ({"zone": 1}, "not_area"),
    (
        {"type": "Polygon", "coordinates": [[[100 + n / 10**4, n % 2] for n in range(20_001)] + [[100, 0]]]},
        "too_many",
    ),
]


@pytest.mark.parametrize(("zone", "code"), BAD, ids=[f"{n}-{one[1]}" for n, one in enumerate(BAD)])
def test_it_refuses_an_outline_that_is_no_zone(routes: Routes, zone: dict[str, object], code: str):
    with pytest.raises(Refusal) as refused:
        routes.duty(routes.land.offices["hill"], routes.land.hill, zone=zone)
    assert (refused.value.field, refused.value.code) == ("zone", code)
    assert str(refused.value.remedy)


def test_it_takes_a_feature_and_keeps_it_to_the_metre(routes: Routes):
    feature = {"type": "Feature", "properties": {}, "geometry": square(103.123456789, 11)}
    kept = routes.duty(routes.land.offices["hill"], routes.land.hill, zone=feature)
    assert (kept.west, kept.south, kept.north) == (103.12346, 11, 12)
    assert kept.zone["type"] == "Polygon"
    assert holds(kept.zone, (11.5, 103.5)) and not holds(kept.zone, (11.5, 103))
    whole = {"type": "FeatureCollection", "features": [feature]}
    assert routes.duty(routes.land.offices["hill"], routes.land.hill, zone=whole).zone == kept.zone
    assert size(square(0, 0, 2)) > size(square(0, 0))


def test_the_database_keeps_a_zone_and_its_bounds_together(routes: Routes):
    kept = routes.duty(routes.land.offices["hill"], routes.land.hill, zone=square(103, 11))
    for broken in ({"west": None}, {"zone": None}, {"east": 0.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Duty.objects.filter(pk=kept.pk).update(**broken)


def test_it_refuses_what_is_not_a_categorys_code(routes: Routes):
    with pytest.raises(Refusal) as refused:
        routes.duty(routes.land.offices["hill"], routes.land.hill, categories=["illegal dump"])
    assert refused.value.field == "categories"
