"""What a programme is called can be set right by its managers; ladders are read from the register."""

from __future__ import annotations

import pytest

from samleng.ground.offices.models import Office
from samleng.ground.offices.rules import rungs
from samleng.ground.offices.verbs import change_programme, next_up
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal
from tests.world import World


def test_it_is_the_managers_and_writes_one_row_without_the_words(world: World) -> None:
    name = {"km": "ថ្មី", "en": "New"}
    for person in (world.officer, world.stranger, world.vuthy):
        with pytest.raises(Denied):
            change_programme(by=world.by(person), programme=world.programme, name=name)
    for _n in range(2):
        changed = change_programme(by=world.by(world.admin), programme=world.programme, name=name)
    assert (changed.name, changed.code) == (name, "hear")
    entry = Entry.objects.get(verb="offices.change_programme")
    assert "New" not in str(entry.facts)


def test_it_refuses_a_programme_without_a_name(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        change_programme(by=world.by(world.admin), programme=world.programme, name={"en": "  "})
    assert refused.value.field == "name"


def test_it_reads_the_same_next_rung_as_matters_climb(world: World) -> None:
    for office in Office.objects.select_related("kind", "place"):
        above = Office.objects.filter(place_id__in=office.place.ancestor_ids).exclude(pk=office.pk)
        for service in (world.clinic.service, world.hall.service, world.school.service):
            steps = rungs(service.sector.ladder, office.kind.code, above.select_related("kind", "place"))
            assert steps[0].here
            found = next((step.office for step in steps if step.office), None)
            assert found == next_up(office, service), (office, service)
