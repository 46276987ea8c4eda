"""Publishing a catalogue: whole or not at all, once for the same data, by whoever keeps the registers."""

from __future__ import annotations

import pytest

from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.channels.verbs import enter_help_number, publish_catalogue
from samleng.ground.offices.verbs import name_office_kind
from samleng.ground.services.models import Service
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals
from tests.ground.channels.small import said, small
from tests.ground.people.land import Land, make_land


@pytest.fixture
def land(db: None) -> Land:
    land = make_land()
    for code, level in (("hall", 2), ("district", 1), ("ombudsman", 1)):
        name_office_kind(by=SYSTEM, code=code, name=said(code), level=level)
    return land


def test_it_publishes_with_its_sectors_and_services(land: Land):
    row = publish_catalogue(by=SYSTEM, data=small())
    assert CatalogueVersion.objects.current() == row
    assert row.catalogue.category("dump").service == "SWEEP"
    assert Service.objects.get(code="SWEEP").sector.ladder == ["hall", "district"]
    entry = Entry.objects.get(verb="channels.publish_catalogue")
    assert entry.facts["version"] == "1"


def test_it_is_one_version_for_the_same_data(land: Land):
    first = publish_catalogue(by=SYSTEM, data=small())
    assert publish_catalogue(by=SYSTEM, data=small()) == first
    assert Entry.objects.filter(verb="channels.publish_catalogue").count() == 1


def test_it_puts_an_earlier_version_in_force_again(land: Land):
    first = publish_catalogue(by=SYSTEM, data=small())
    second = publish_catalogue(by=SYSTEM, data=small(version="2"))
    assert CatalogueVersion.objects.current() == second
    assert publish_catalogue(by=SYSTEM, data=small()) == first
    assert CatalogueVersion.objects.current() == first
    assert CatalogueVersion.objects.count() == 2


def test_a_published_version_never_changes(land: Land):
    row = publish_catalogue(by=SYSTEM, data=small())
    row.version = "9"
    with pytest.raises(TypeError, match="never changes"):
        row.save()


def test_it_refuses_with_every_fault_and_keeps_nothing(land: Land):
    data = small()
    data["categories"][1]["exposure"] = "public"
    data["categories"][0]["clock"] = "none"
    with pytest.raises(Refusals) as refused:
        publish_catalogue(by=SYSTEM, data=data)
    assert {"categories[1].exposure", "categories[0].clock"} <= {one.field for one in refused.value}
    assert all(str(one.remedy) for one in refused.value)
    assert not CatalogueVersion.objects.exists()


def test_it_refuses_kinds_of_office_and_services_that_nobody_registered(land: Land):
    data = small(ombudsmen=["wizard"])
    data["categories"][0]["service"] = "MAGIC"
    with pytest.raises(Refusals) as refused:
        publish_catalogue(by=SYSTEM, data=data)
    assert {one.field for one in refused.value} == {"ombudsmen", "categories[0].service"}


def test_only_who_keeps_the_registers_publishes(land: Land):
    publish_catalogue(by=SYSTEM, data=small())
    _p, keeper = land.somebody("Keeper", "registrar", office=land.offices["north"])
    _p, head = land.somebody("Head", "office_head", office=land.offices["hill"])
    assert publish_catalogue(by=keeper, data=small(version="3")).version == "3"
    with pytest.raises(Denied):
        publish_catalogue(by=head, data=small(version="4"))
    with pytest.raises(Denied):
        enter_help_number(by=head, referral="fire", contact="near", phone="012345678")


def test_a_number_of_help_is_the_sites_own_to_enter(land: Land):
    catalogue = publish_catalogue(by=SYSTEM, data=small()).catalogue
    assert [one.contacts[0].phone for one in HelpNumber.objects.filled(catalogue)] == ["", "", "", ""]
    for _time in range(2):
        enter_help_number(by=SYSTEM, referral="violence", contact="near", phone="012345678")
    filled = {one.code: one.contacts[0].phone for one in HelpNumber.objects.filled(catalogue)}
    assert filled == {"fire": "", "violence": "012345678", "trafficking": "", "children": ""}
    enter_help_number(by=SYSTEM, referral="violence", contact="near", phone="")
    assert not any(one.contacts[0].phone for one in HelpNumber.objects.filled(catalogue))
    assert "012345678" not in str(list(Entry.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize(("contact", "phone"), [("far", "012345678"), ("near", "call me")])
def test_a_number_of_help_must_belong_to_a_list_and_be_a_number(land: Land, contact, phone):
    publish_catalogue(by=SYSTEM, data=small())
    with pytest.raises(Refusal):
        enter_help_number(by=SYSTEM, referral="fire", contact=contact, phone=phone)
