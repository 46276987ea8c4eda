"""Rows written as they stand: as `save` writes them, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from samleng.answers.cases.models import Case, Heard
from samleng.kit.commit.rows import put
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.ledger.rules import fresh_id
from tests.town import Town

pytestmark = pytest.mark.django_db
# What a column of each kind has to hold.
FACTS = {"n": 1, "word": "ពាក្យ", "list": [1, None, True], "1": {"half": 0.5}}


def entry(verb: str, **more: Any) -> Entry:
    given = {"actor": "visitor", "via": "web", "thing_kind": "cases.case", "thing_id": "1", "facts": FACTS}
    return Entry(verb=verb, **{**given, **more})


def test_it_numbers_each_row_as_the_engine_did() -> None:
    rows = [entry(f"a.{n}") for n in range(250)]
    put(rows)
    kept = dict(Entry.objects.values_list("verb", "pk"))
    assert [one.pk for one in rows] == [kept[one.verb] for one in rows]
    put([Due(entry=one, reader="pins") for one in rows])
    assert Due.objects.count() == 250
    put([])


def test_it_writes_what_save_writes(town: Town) -> None:
    case = Case.objects.get(pk=town.file("dump").case.pk)
    values = {one.attname: getattr(case, one.attname) for one in Case._meta.concrete_fields}
    for number in (1, 2):
        values |= {"id": fresh_id(), "reference": f"R-{number}"}
        copy = Case(**values)
        put([copy]) if number == 1 else copy.save(force_insert=True)
    names = [one.attname for one in Case._meta.concrete_fields if one.attname not in ("id", "reference")]
    first, second = (Case.objects.filter(reference=f"R-{n}").values_list(*names) for n in (1, 2))
    assert list(first) == list(second)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM cases_case WHERE reference LIKE 'R-%' ORDER BY reference")
            one, two = cursor.fetchall()
        # As they lie there, whatever is made of it; JSON may have spaces.
        assert [str(v).replace(" ", "") for v in one[2:]] == [str(v).replace(" ", "") for v in two[2:]]


def test_it_leaves_a_row_that_may_be_changed_and_saved(town: Town) -> None:
    received = town.file("dump")
    heard = Heard.objects.get(case=received.case)
    received.case.state = "working"
    received.case.save(update_fields=["state"])
    assert Case.objects.get().state == "working" and not received.report._state.adding
    assert heard.report == received.report


def test_it_holds_to_the_constraints(town: Town) -> None:
    case = town.file("dump").case
    with pytest.raises(IntegrityError), transaction.atomic():
        put([Case(**{one.attname: getattr(case, one.attname) for one in Case._meta.concrete_fields})])
