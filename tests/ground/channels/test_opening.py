"""A channel is open only where a named office can answer under a clock; otherwise it says why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from django.utils import translation

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.opening import Opening, answering, channel_open, passed_over
from samleng.ground.channels.rules import Catalogue, Category
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.offices.models import Office, OfficeKind
from samleng.ground.offices.verbs import give_duty, name_office_kind, register_office
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.accounts import seat
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.channels.small import said, small
from tests.ground.people.land import Land, make_land

SINCE = date(2026, 1, 1)


@dataclass
class Ground:
    land: Land
    catalogue: Catalogue
    hall: Office
    district: Office
    ombudsman: Office

    def category(self, code: str) -> Category:
        found = self.catalogue.category(code)
        assert found
        return found

    def open(self, code: str = "dump", **given: object) -> Opening:
        place = given.pop("place", self.land.hill)
        return channel_open(self.catalogue, self.category(code), place=place, **given)

    def who(self, category: Category, **given: object) -> list[Office]:
        return answering(self.catalogue, category, place=self.land.hill, **given)

    def sit(self, office: Office, role: str = "clerk", name: str = "Clerk") -> Person:
        return self.land.somebody(f"{name} {office.code}", role, office=office)[0]


def office(code: str, kind: str, where: Place) -> Office:
    return register_office(
        by=SYSTEM, code=code, kind=OfficeKind.objects.get(code=kind), name=said(code), place=where
    )


@pytest.fixture
def ground(db: None) -> Ground:
    land = make_land()
    for kind, level in (("hall", 2), ("district", 1), ("ombudsman", 1)):
        name_office_kind(by=SYSTEM, code=kind, name=said(kind), level=level)
    publish_catalogue(by=SYSTEM, data=small())
    made = Ground(
        land=land,
        catalogue=CatalogueVersion.objects.current().catalogue,
        hall=office("hall-1", "hall", land.hill),
        district=office("district-1", "district", land.north),
        ombudsman=office("ombudsman-1", "ombudsman", land.north),
    )
    sweep = Service.objects.get(code="SWEEP")
    give_duty(by=SYSTEM, office=made.hall, service=sweep, area=land.hill, since=SINCE)
    return made


def test_it_is_open_where_an_office_with_a_seat_has_the_duty(ground: Ground):
    assert not ground.open().open
    ground.sit(ground.hall)
    found = ground.open()
    assert found.open and found.owner == ground.hall
    assert (found.profile.code, found.code, found.why) == ("short", "", "")


def test_it_says_that_no_office_has_the_task(ground: Ground):
    found = ground.open(place=ground.land.coast)
    assert (found.open, found.code, found.named, found.owner) == (False, "nobody", (), None)
    assert "No office" in str(found.why)


def test_it_names_the_office_in_which_nobody_can_answer_yet(ground: Ground):
    ground.land.somebody("Mover", "registrar", office=ground.hall)
    found = ground.open()
    assert (found.open, found.code, found.named) == (False, "no_seat", (ground.hall,))
    with translation.override("en"):
        assert "hall-1" in str(found.why) and "ខ្មែរ" not in str(found.why)
    with translation.override("km"):
        assert "ខ្មែរ hall-1" in str(found.why)


def test_a_closed_account_answers_nothing(ground: Ground):
    Person.objects.filter(pk=ground.sit(ground.hall).pk).update(is_active=False)
    assert ground.open().code == "no_seat"


def test_what_is_sealed_asks_for_the_offices_keys(ground: Ground):
    ground.sit(ground.hall)
    ground.sit(ground.ombudsman, "ombudsman")
    assert ground.open("conduct").open
    assert ground.open("conduct", has_vault=lambda office: office == ground.ombudsman).open
    found = ground.open("conduct", has_vault=lambda office: False)
    assert (found.open, found.code) == (False, "no_keys")
    # On the map nothing need be sealed; the same category kept to the office does.
    assert ground.open(has_vault=lambda office: False).open
    assert ground.open(exposure="confidential", has_vault=lambda office: False).code == "no_keys"


def test_a_complaint_about_an_official_goes_to_the_ombudsman(ground: Ground):
    ground.sit(ground.hall)
    found = ground.open("conduct", about=ground.hall)
    assert found.named == (ground.ombudsman,)
    swept = replace(ground.category("conduct"), service="SWEEP")
    assert ground.who(swept) == [ground.ombudsman]


def test_an_ombudsman_led_by_the_head_complained_of_is_passed_over(ground: Ground):
    head = ground.sit(ground.hall, "office_head", "Head")
    seat(by=SYSTEM, person=head, role="ombudsman", office=ground.ombudsman, since=SINCE)
    assert passed_over([ground.hall]) == {ground.hall.pk, ground.ombudsman.pk}
    assert ground.open("conduct", about=ground.hall).code == "nobody"
    # Somebody who only works there takes no office with them.
    assert passed_over([ground.district]) == {ground.district.pk}
    ground.sit(ground.district)
    assert ground.who(ground.category("conduct"), about=ground.district) == [ground.ombudsman]


def test_a_complaint_about_an_offices_work_goes_past_it(ground: Ground):
    work = replace(ground.category("dump"), about="office", exposure="confidential", allowed=())
    # Nobody else has the duty: the next one on the ladder of its clock.
    assert ground.who(work, about=ground.hall) == [ground.district]
    # Nobody is named: whoever has the duty hears it first.
    assert ground.who(work) == [ground.hall]
    sweep = Service.objects.get(code="SWEEP")
    give_duty(by=SYSTEM, office=ground.ombudsman, service=sweep, area=ground.land.north, since=SINCE)
    assert ground.who(work, about=ground.hall) == [ground.ombudsman]
    assert ground.who(work, about=ground.hall, excluding=[ground.ombudsman]) == [ground.district]


def test_a_list_of_help_keeps_nothing_and_a_missing_clock_closes(ground: Ground):
    only = replace(ground.category("conduct"), only_referral=True)
    found = channel_open(ground.catalogue, only, place=ground.land.hill)
    assert (found.open, found.code) == (False, "only_help")
    timeless = replace(ground.category("dump"), clock="")
    found = channel_open(ground.catalogue, timeless, place=ground.land.hill)
    assert (found.open, found.code) == (False, "no_clock")


def test_a_rating_needs_no_clock_and_a_service_must_be_known(ground: Ground):
    rate = replace(ground.category("rate"), service="SWEEP")
    assert channel_open(ground.catalogue, rate, place=ground.land.hill).open
    lost = replace(ground.category("dump"), service="LOST")
    assert ground.who(lost) == []
