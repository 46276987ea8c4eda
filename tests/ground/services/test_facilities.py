from datetime import date

import pytest

from samleng.ground.places.verbs import rename, split
from samleng.ground.services.models import Facility, FacilityCode, FacilityLink
from samleng.ground.services.rules import Draft
from samleng.ground.services.search import search
from samleng.ground.services.verbs import (
    close_facility,
    follow_places,
    load_facilities,
    name_sector,
    name_service,
    raise_facility,
    serve,
    stop_serving,
)
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.words.refusals import Refusal, Refusals, each
from tests.ground.places.land import DAY, at, branch, plant

pytestmark = pytest.mark.django_db
LATER = date(2026, 6, 1)
NAME = {"km": "មណ្ឌលសុខភាពបន្ទាយនាង", "en": "Banteay Neang"}


@pytest.fixture
def service():
    plant()
    sector = name_sector(
        by=SYSTEM, code="health", name={"km": "សុខាភិបាល", "en": "Health"}, ladder=["hc", "od"]
    )
    return name_service(
        by=SYSTEM, code="HC", sector=sector, name={"en": "Health centre"}, stands_at=2, serves_many=True
    )


def raised(service, **more):
    given = {"service": service, "name": NAME, "place": at("0101"), "on": DAY, "serves": [at("010101")]}
    return raise_facility(by=SYSTEM, **{**given, **more})


def test_it_names_a_sector_and_a_service_once_and_corrects_them():
    sector = name_sector(by=SYSTEM, code="health", name={"en": "Health"}, ladder=["hc"])
    assert name_sector(by=SYSTEM, code="health", name={"en": "Health"}, ladder=["hc"]).pk == sector.pk
    assert Entry.objects.count() == 1
    name_sector(by=SYSTEM, code="health", name={"en": "Health"}, ladder=["hc", "phd"])
    sector.refresh_from_db()
    assert sector.ladder == ["hc", "phd"]


def test_it_raises_a_facility_where_its_service_stands(service):
    facility = raised(service, codes={"moh": "020117"}, latitude=13.2, longitude=103.1)
    assert list(Facility.objects.serving(at("010101"))) == [facility]
    assert list(Facility.objects.serving(at("0101"))) == [facility]
    assert not Facility.objects.serving(at("0102")).exists()
    assert FacilityCode.objects.get(facility=facility).code == "020117"


def test_it_refuses_a_place_of_another_level_and_a_point_off_the_earth(service):
    with pytest.raises(Refusals) as caught:
        raised(service, place=at("010101"), latitude=277999.9, longitude=1467054.5)
    assert {one.code for one in each(caught.value)} == {"wrong_level", "point"}
    assert not Facility.objects.exists()


def test_it_is_for_those_who_keep_the_site(service):
    with pytest.raises(Refusal) as caught:
        raise_facility(
            by=Actor(key="person:1", owner="programme:1"),
            service=service,
            name=NAME,
            place=at("0101"),
            on=DAY,
        )
    assert caught.value.code == "forbidden"


def drafts(*codes):
    return [
        Draft(
            name={"en": f"Centre {code}"},
            place=at("0101").pk,
            serves=[at("010101").pk],
            codes={"moh": code},
            row=n,
        )
        for n, code in enumerate(codes, 2)
    ]


def test_it_loads_many_once_and_knows_them_again_by_code(service):
    first = load_facilities(by=SYSTEM, service=service, drafts=drafts("01", "02"), on=DAY)
    entries = Entry.objects.count()
    again = load_facilities(by=SYSTEM, service=service, drafts=drafts("01", "02"), on=DAY)
    assert (first.made, again.made, again.changed, again.unchanged) == (2, 0, 0, 2)
    assert Entry.objects.count() == entries
    assert FacilityLink.objects.count() == 2


def test_it_changes_a_facility_whose_row_changed(service):
    load_facilities(by=SYSTEM, service=service, drafts=drafts("01"), on=DAY)
    moved = Draft(name={"en": "New name"}, place=at("0102").pk, serves=[at("010201").pk], codes={"moh": "01"})
    assert load_facilities(by=SYSTEM, service=service, drafts=[moved], on=LATER).changed == 1
    facility = Facility.objects.get()
    assert facility.place == at("0102")
    assert {link.place.code for link in facility.links.all()} == {"010101", "010201"}


def test_it_loads_none_when_two_rows_share_a_code(service):
    with pytest.raises(Refusals) as caught:
        load_facilities(by=SYSTEM, service=service, drafts=drafts("01", "02", "01"), on=DAY)
    assert [one.row for one in each(caught.value)] == [4]
    assert "row 2" in str(caught.value)
    assert not Facility.objects.exists()


def test_it_serves_more_places_and_stops(service):
    facility = raised(service)
    link = serve(by=SYSTEM, facility=facility, place=at("010102"), since=LATER)
    assert serve(by=SYSTEM, facility=facility, place=at("010102"), since=LATER).pk == link.pk
    with pytest.raises(Refusal):
        stop_serving(by=SYSTEM, link=link, on=LATER)
    stop_serving(by=SYSTEM, link=link, on=date(2027, 1, 1))
    assert not Facility.objects.serving(at("010102")).exists()


def test_it_serves_one_place_where_the_service_says_so(service):
    service.serves_many = False
    service.save()
    with pytest.raises(Refusal) as caught:
        serve(by=SYSTEM, facility=raised(service), place=at("010102"), since=LATER)
    assert caught.value.field == "place"


def test_it_closes_a_facility_and_what_it_served(service):
    facility = close_facility(by=SYSTEM, facility=raised(service), on=LATER)
    assert not Facility.objects.open().exists()
    assert facility.links.get().until == LATER


def test_it_follows_a_renamed_district_and_leaves_a_divided_one_to_people(service):
    facility = raised(service)
    rename(by=SYSTEM, place=at("0101"), name={"km": "ថ្មី", "en": "New"}, on=LATER)
    assert follow_places(by=SYSTEM) == []
    facility.refresh_from_db()
    assert facility.place == at("0101")
    assert facility.links.get(until=None).place == at("010101")
    assert facility.links.exclude(until=None).get().until == LATER
    into = [branch("0103", "srok", "01", "ក", "North"), branch("0104", "srok", "01", "ខ", "South")]
    sides = {"010101": "0103", "010102": "0104"}
    split(by=SYSTEM, place=at("0101"), into=into, children=sides, on=date(2027, 1, 1))
    assert follow_places(by=SYSTEM) == [facility]


def test_it_finds_a_facility_by_name_code_and_area(service):
    facility = raised(service, codes={"moh": "020117"})
    for text in ("Bantey Nieng", "បន្ទាយនាង", "020117", "២០១១៧"):
        assert search(text) == [facility]
    assert search("Banteay", within=at("0101"), service="HC") == [facility]
    assert search("Banteay", within=at("0102")) == []
    assert search("Banteay", service="PS") == []
