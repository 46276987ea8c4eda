from __future__ import annotations

import pytest

from samleng.ground.people.rules import scope_of
from samleng.ground.places.models import Place
from samleng.insight.evidence.verbs import project_all, query
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from tests.insight.walk import criteria, held
from tests.world import World

pytestmark = pytest.mark.django_db


def test_it_shows_exact_totals_to_those_of_the_programme_and_logs_the_look(world: World):
    held(world, world.clinic, (1, 0, 2, 30, 0))
    project_all()
    reader = world.by(world.officer)
    look = query(by=reader, scope=scope_of(reader, "disclosure.see_exact"), place=world.commune)
    first = criteria(world, world.clinic)[0]
    row = next(one for one in look.rows if one.criterion == first)
    assert (row.histogram, row.n, row.central_milli, row.provisional) == ((1, 0, 2, 30, 0), 33, 4000, False)
    assert look.not_for_publication
    logged = Entry.objects.get(verb="evidence.looked")
    assert (logged.actor, logged.owner) == (reader.key, world.programme.owner_key)


def test_it_shows_nothing_to_another_programme_or_to_a_facilitator(world: World):
    held(world, world.clinic, (1, 0, 2, 30, 0))
    project_all()
    for person in (world.sophea, world.vuthy):
        reader = world.by(person)
        with pytest.raises(Denied):
            query(by=reader, scope=scope_of(reader, "disclosure.see_exact"), place=world.commune)
    stranger = world.by(world.stranger)
    look = query(
        by=stranger, scope=scope_of(stranger, "disclosure.see_exact"), place=Place.objects.get(code="S")
    )
    assert look.rows == ()
