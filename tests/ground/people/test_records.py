"""Training that warns, contacts that nobody reads by chance."""

from __future__ import annotations

from datetime import date

import pytest

from samleng.ground.people.models import Contact
from samleng.ground.people.permission import Denied
from samleng.ground.people.sealing import plain_contact
from samleng.ground.people.verbs.records import (
    eligibility,
    find_by_contact,
    forget_contact,
    keep_contact,
    read_contact,
    record_training,
)
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land


def test_it_warns_about_missing_modules_and_blocks_nothing(land: Land):
    person, by = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    for module in ("M1", "M2", "M4"):
        record_training(by=SYSTEM, person=person, module=module)
    (warning,) = eligibility(person)
    assert warning.module == "M3" and "not passed M3 yet" in str(warning.message)
    assert by.may("scorecards.submit", owner=land.roads.owner_key, path=land.hill.path)
    record_training(by=SYSTEM, person=person, module="M3", passed_on=date(2026, 3, 1))
    assert eligibility(person) == []


def test_it_records_a_module_once_and_never_loses_a_known_day(land: Land):
    person, _ = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    record_training(by=SYSTEM, person=person, module="M1", passed_on=date(2026, 3, 1))
    record_training(by=SYSTEM, person=person, module="M1")
    assert [row.passed_on for row in person.trainings.all()] == [date(2026, 3, 1)]
    with pytest.raises(Refusal, match="not a training module"):
        record_training(by=SYSTEM, person=person, module="M9")


def test_it_seals_a_number_and_finds_it_however_it_is_written(land: Land):
    person, _ = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    contact = keep_contact(by=SYSTEM, person=person, kind="phone", value="០១២ ៣៤៥ ៦៧៨", region="KH")
    again = keep_contact(by=SYSTEM, person=person, kind="phone", value="+855 12 345 678")
    assert contact == again
    kept = bytes(Contact.objects.get().sealed)
    assert b"12345678" not in kept and "12345678" not in str(Entry.objects.values())
    _p, officer = land.somebody("Officer", "officer", programme=land.roads, area=land.north)
    assert find_by_contact(by=officer, kind="phone", value="012-345-678", region="KH") == [person]
    assert read_contact(by=officer, contact=contact) == "+85512345678"
    assert Entry.objects.filter(verb="people.read_contact", actor=officer.key).count() == 1


def test_it_tells_a_number_to_nobody_else(land: Land):
    person, _ = land.somebody("Sophea", "facilitator", programme=land.roads, area=land.hill)
    contact = keep_contact(by=SYSTEM, person=person, kind="email", value="Sophea@Example.org")
    for stranger in (
        land.somebody("Wells", "officer", programme=land.wells, area=land.country)[1],
        land.somebody("South", "officer", programme=land.roads, area=land.south)[1],
        land.somebody("Colleague", "facilitator", programme=land.roads, area=land.hill)[1],
    ):
        assert find_by_contact(by=stranger, kind="email", value="sophea@example.org") == []
        for verb in (read_contact, forget_contact):
            with pytest.raises(Denied):
                verb(by=stranger, contact=contact)
    forget_contact(by=person.acting(), contact=contact)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"), [("phone", "twelve"), ("phone", "12"), ("email", "me@here"), ("email", "")]
)
def test_it_refuses_what_cannot_be_a_contact(land: Land, kind: str, value: str):
    person, _ = land.somebody("Sophea")
    with pytest.raises(Refusal) as refused:
        keep_contact(by=SYSTEM, person=person, kind=kind, value=value)
    assert refused.value.field == kind


def test_it_reads_a_number_without_a_country_in_the_region_that_the_pack_names(settings, tmp_path):
    settings.COUNTRY_PACK = "demo"
    assert plain_contact("phone", "012 345 678") == "+85512345678"
    (tmp_path / "atlantis").mkdir()
    (tmp_path / "atlantis" / "country.toml").write_text('code = "atlantis"\nphone_region = "LA"\n')
    settings.PACKS, settings.COUNTRY_PACK = tmp_path, "atlantis"
    assert plain_contact("phone", "020 2212 3456") == "+8562022123456"
