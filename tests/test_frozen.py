"""Ground that is laid down again as rows is the ground that was built."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from samleng.ground.offices.verbs import name_office_kind
from samleng.kit.ledger.rules import SYSTEM
from tests.frozen import frozen, rows_of, tables
from tests.ground.people.land import Land, make_land

pytestmark = pytest.mark.django_db


def test_it_lays_down_the_same_rows_and_things_on_which_verbs_go_on() -> None:
    built = []

    @frozen
    def ground() -> Land:
        built.append(make_land())
        return built[-1]

    with transaction.atomic():
        first = ground()
        stood = rows_of(tables())
        transaction.set_rollback(True)
    assert rows_of(tables()) == {}
    second = ground()
    assert len(built) == 1 and rows_of(tables()) == stood
    assert second == first and second is not first
    person, by = second.somebody("Dara", "clerk", office=second.offices["hill"])
    assert by.person == str(person.pk)
    connection.check_constraints()


def test_it_builds_anew_where_it_would_not_come_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    @frozen
    def kind() -> str:
        built.append(f"kind-{len(built)}")
        return name_office_kind(by=SYSTEM, code=built[-1], name={"en": "A kind"}, level=1).code

    with transaction.atomic():
        # Over what is there already, its own or another's.
        assert [kind(), kind()] == ["kind-0", "kind-1"]
        transaction.set_rollback(True)
    with transaction.atomic():
        assert kind() == "kind-0"
        transaction.set_rollback(True)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    assert kind() == "kind-2"
