"""What a connection may go on believing: until another one has written, and no longer."""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from samleng.kit.commit.known import Known
from samleng.kit.commit.rows import insert
from samleng.kit.ledger.models import Entry, Salt
from samleng.kit.ledger.rules import COLUMNS

AT = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


def row(number: int) -> tuple[object, ...]:
    return (AT, "kit.try", f"person:{number}", "web", "", "kit.thing", str(number), {"n": [number, "ក"]}, "")


def elsewhere() -> None:
    """Another connection writes."""

    def write() -> None:
        insert(Entry, COLUMNS[1:], [row(0)])
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_it_asks_again_only_after_another_connection_has_written() -> None:
    known, asked = Known(), []

    def ask(keys: Collection[int]) -> dict[int, int]:
        asked.append(sorted(keys))
        return {key: key * 2 for key in keys if key < 10}

    def find(*keys: int) -> dict[int, int]:
        with transaction.atomic():
            known.begin()
            return known.find("doubled", keys, ask)

    assert find(1, 2) == {1: 2, 2: 4}
    assert find(1, 2, 3, 99) == {1: 2, 2: 4, 3: 6}
    elsewhere()
    assert find(1) == {1: 2}
    if connection.vendor == "sqlite":
        assert asked == [[1, 2], [3, 99], [1]]
    else:
        assert asked == [[1, 2], [1, 2, 3, 99], [1]], "where nobody tells, everything is asked anew"


@pytest.mark.django_db(transaction=True)
def test_it_believes_nothing_of_another_connection() -> None:
    known = Known()
    known.begin()
    known.find("a", [1], lambda keys: dict.fromkeys(keys, "old"))
    connection.close()
    known.begin()
    assert known.find("a", [1], lambda keys: dict.fromkeys(keys, "new")) == {1: "new"}


@pytest.mark.django_db
def test_it_inserts_as_the_orm_would_read_it() -> None:
    insert(Entry, COLUMNS[1:], [row(number) for number in range(250)])
    found = list(Entry.objects.order_by("id"))
    assert len(found) == 250
    assert [(one.at, one.facts, one.actor) for one in found[:2]] == [
        (AT, {"n": [0, "ក"]}, "person:0"),
        (AT, {"n": [1, "ក"]}, "person:1"),
    ]
    assert Entry.objects.filter(facts__n__0=7).count() == 1


@pytest.mark.django_db
def test_it_leaves_what_is_there_and_gives_back_only_what_is_new() -> None:
    insert(Entry, COLUMNS[1:], [row(1)])
    entry = Entry.objects.get()
    columns = ("entry", "salt")
    assert insert(Salt, columns, [(entry.pk, b"old")], once=True) == 1
    assert insert(Salt, columns, [(entry.pk, b"new")], once=True) == 0
    assert bytes(Salt.objects.get().salt) == b"old"
