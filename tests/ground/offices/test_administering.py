"""Which office is a place's own administration: what its kind says, never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from samleng.ground.offices.models import Office, OfficeKind
from samleng.ground.offices.verbs import name_office_kind, register_office
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.people.land import Land, make_land


@pytest.fixture
def land(db: None) -> Land:
    land = make_land()
    name_office_kind(by=SYSTEM, code="commune_office", name={"en": "Hall"}, level=2, administers=True)
    name_office_kind(by=SYSTEM, code="district_office", name={"en": "District"}, level=1, administers=True)
    return land


def test_it_is_the_office_of_an_administering_kind_of_the_places_level(land: Land):
    school = name_office_kind(by=SYSTEM, code="school", name={"en": "School"}, level=2)
    register_office(by=SYSTEM, code="a-school", kind=school, name={"en": "School"}, place=land.hill)
    strayed = OfficeKind.objects.get(code="district_office")
    register_office(by=SYSTEM, code="a-district", kind=strayed, name={"en": "Strayed"}, place=land.hill)
    assert list(Office.objects.administering(land.hill)) == [land.offices["hill"]]
    assert list(Office.objects.administering(land.north)) == [land.offices["north"]]


def test_it_is_nobody_where_only_a_service_has_its_office(land: Land):
    school = name_office_kind(by=SYSTEM, code="school", name={"en": "School"}, level=2)
    register_office(by=SYSTEM, code="a-school", kind=school, name={"en": "School"}, place=land.river)
    assert not Office.objects.administering(land.river).exists()


def test_it_goes_on_under_a_new_version_of_the_place_and_the_newest_entry_leads(land: Land):
    Place.objects.filter(pk=land.hill.pk).update(valid_to=date(2030, 1, 1))
    anew = Place.objects.get(pk=land.hill.pk)
    anew.pk, anew.valid_from, anew.valid_to = None, date(2030, 1, 1), None
    anew.save()
    assert Office.objects.administering(anew).first() == land.offices["hill"]
    kind = OfficeKind.objects.get(code="commune_office")
    made = register_office(by=SYSTEM, code="z-hill", kind=kind, name={"en": "Hill town"}, place=anew)
    assert Office.objects.administering(anew).first() == made


def test_it_stays_an_administration_when_only_its_name_is_corrected(land: Land):
    kind = name_office_kind(by=SYSTEM, code="commune_office", name={"en": "Commune hall"}, level=2)
    assert kind.administers is True
    kind = name_office_kind(by=SYSTEM, code="commune_office", name={"en": "Hall"}, level=2, administers=False)
    assert kind.administers is False
