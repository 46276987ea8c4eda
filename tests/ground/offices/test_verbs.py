"""Offices, duties, programmes and the ladder."""

from __future__ import annotations

from datetime import date

import pytest

from samleng.ground.offices.models import Duty, Office, OfficeKind
from samleng.ground.offices.rules import kinds_above, sound_code
from samleng.ground.offices.verbs import (
    add_implementer,
    end_duty,
    give_duty,
    name_office_kind,
    next_up,
    open_programme,
    register_office,
)
from samleng.ground.people.permission import Denied
from samleng.ground.services.models import Sector, Service
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land, make_land


@pytest.fixture
def land(db: None) -> Land:
    return make_land()


@pytest.fixture
def water(land: Land) -> Service:
    sector = Sector.objects.create(
        code="water", name={"en": "Water"}, ladder=["commune_office", "province_office", "district_office"]
    )
    return Service.objects.create(code="well", sector=sector, name={"en": "Well"}, stands_at=2)


def test_it_climbs_the_ladder_past_a_rung_nobody_registered(land: Land, water: Service):
    assert next_up(land.offices["hill"], water) == land.offices["north"]
    assert next_up(land.offices["north"], water) is None
    assert next_up(land.offices["coast"], water) is None


def test_it_enters_a_ladder_from_outside_at_its_lowest_rung(land: Land, water: Service):
    kind = name_office_kind(by=SYSTEM, code="school", name={"en": "School"}, level=2)
    school = register_office(by=SYSTEM, code="s1", kind=kind, name={"en": "School"}, place=land.hill)
    assert next_up(school, water) == land.offices["hill"]


def test_it_knows_what_stands_above_what():
    assert kinds_above(["a", "b", "c"], "a") == ["b", "c"]
    assert kinds_above(["a", "b", "c"], "c") == []
    assert kinds_above(["a", "b"], "x") == ["a", "b"]


def test_it_corrects_an_office_registered_again(land: Land):
    kind = OfficeKind.objects.get(code="commune_office")
    again = register_office(by=SYSTEM, code="hill", kind=kind, name={"en": "Hill Hall"}, place=land.hill)
    assert again.pk == land.offices["hill"].pk
    assert Office.objects.get(code="hill").name == {"en": "Hill Hall"}
    assert Entry.objects.filter(verb="offices.register_office", thing_id=str(again.pk)).count() == 2


def test_it_lets_only_who_keeps_the_register_of_the_place_change_it(land: Land):
    kind = OfficeKind.objects.get(code="commune_office")
    _p, keeper = land.somebody("Keeper", "registrar", office=land.offices["north"])
    register_office(by=keeper, code="hill", kind=kind, name={"en": "Hill"}, place=land.hill)
    for by, code, where in (
        (keeper, "coast-2", land.coast),
        (keeper, "coast", land.hill),
        (
            land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)[1],
            "x",
            land.hill,
        ),
        (land.somebody("Head", "office_head", office=land.offices["hill"])[1], "hill", land.hill),
    ):
        with pytest.raises(Denied):
            register_office(by=by, code=code, kind=kind, name={"en": "X"}, place=where)


def test_it_says_who_answers_the_smallest_area_first(land: Land, water: Service):
    give_duty(by=SYSTEM, office=land.offices["north"], service=water, since=date(2026, 1, 1))
    near = give_duty(by=SYSTEM, office=land.offices["hill"], service=water, since=date(2026, 1, 1))
    day = date(2026, 6, 1)
    assert list(Office.objects.answering(water, land.hill, day)) == [
        land.offices["hill"],
        land.offices["north"],
    ]
    assert list(Office.objects.answering(water, land.river, day)) == [land.offices["north"]]
    assert not Office.objects.answering(water, land.hill, date(2025, 6, 1))
    end_duty(by=SYSTEM, duty=near, on=date(2026, 5, 1))
    assert list(Office.objects.answering(water, land.hill, day)) == [land.offices["north"]]


def test_it_gives_a_duty_once(land: Land, water: Service):
    for _time in range(2):
        give_duty(by=SYSTEM, office=land.offices["hill"], service=water, since=date(2026, 1, 1))
    assert Duty.objects.count() == 1
    with pytest.raises(Refusal, match="before it begins"):
        give_duty(
            by=SYSTEM,
            office=land.offices["hill"],
            service=water,
            since=date(2026, 1, 2),
            until=date(2026, 1, 1),
        )


def test_it_opens_a_programme_once_and_unpublished(land: Land):
    assert land.roads.publishes_since is None
    with pytest.raises(Refusal, match="exists already"):
        open_programme(by=SYSTEM, code="roads", name={"en": "Roads again"})
    _p, admin = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    with pytest.raises(Denied):
        open_programme(by=admin, code="mine", name={"en": "Mine"})


def test_it_lets_a_programme_name_its_own_implementers_only(land: Land):
    _p, admin = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    made = add_implementer(by=admin, programme=land.roads, code="new", name={"km": "ថ្មី"}, targets=[land.hill])
    again = add_implementer(
        by=admin, programme=land.roads, code="new", name={"km": "ថ្មី"}, targets=[land.river]
    )
    assert made == again and list(again.targets.all()) == [land.river]
    with pytest.raises(Denied):
        add_implementer(by=admin, programme=land.wells, code="new", name={"en": "New"})


@pytest.mark.parametrize("code", ["", " ", "two words", "ឃុំ", "a" * 41, "-dash"])
def test_it_refuses_what_is_no_code(code: str):
    assert sound_code(code) is None
