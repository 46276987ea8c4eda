"""Writes that come at the same time share one commit where there is one writer, and fail each for itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from samleng.kit.commit import grouped
from samleng.kit.commit.grouped import Write, committed, end_writer
from samleng.kit.commit.writer import Writer
from samleng.kit.ledger.models import Entry
from samleng.kit.words.refusals import Refusal

SQLITE = "sqlite"


@pytest.fixture
def afterwards() -> Iterator[None]:
    yield
    end_writer()


def written(verb: str) -> str:
    Entry.objects.create(verb=verb, actor="visitor", via="web", thing_kind="t", thing_id="1")
    return threading.current_thread().name


@pytest.mark.django_db(transaction=True)
def test_it_is_durable_when_it_answers_and_one_thread_writes_for_all(afterwards: None) -> None:
    def one(number: int) -> str:
        try:
            who = committed(lambda: written(f"a.{number}"))
            assert Entry.objects.filter(verb=f"a.{number}").exists()
            return who
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as many:
        names = set(many.map(one, range(20)))
    assert Entry.objects.count() == 20
    if connection.vendor == SQLITE:
        assert names == {"samleng-writer"}


@pytest.mark.django_db(transaction=True)
def test_it_tells_each_what_went_wrong_with_theirs_alone(afterwards: None) -> None:
    def failing() -> None:
        written("bad")
        raise LookupError("mine")

    def one(number: int) -> object:
        try:
            return committed(failing if number % 3 == 0 else lambda: written(f"a.{number}"))
        except LookupError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(one, range(12)))
    assert [isinstance(one, LookupError) for one in answers] == [n % 3 == 0 for n in range(12)]
    assert Entry.objects.count() == 8 and not Entry.objects.filter(verb="bad").exists()


@pytest.mark.django_db(transaction=True)
def test_it_says_in_words_that_more_waits_than_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != SQLITE:
        pytest.skip("this engine writes for each by itself")
    full: Writer[Write, Any] = Writer(grouped.each, atomic=grouped.whole, most_waiting=0)
    monkeypatch.setattr(grouped, "writer", lambda: full)
    with pytest.raises(Refusal) as refused:
        committed(lambda: written("a.1"))
    assert refused.value.code == "busy" and not Entry.objects.exists()


@pytest.mark.django_db
def test_it_is_a_part_of_the_transaction_that_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouped, "writer", lambda: pytest.fail("another connection would not see it"))
    with pytest.raises(LookupError), transaction.atomic():
        assert committed(lambda: written("a.1")) == threading.current_thread().name
        raise LookupError
    assert not Entry.objects.exists()
