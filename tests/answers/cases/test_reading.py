"""What a desk counts and what lies near is found by an index of its own, however many cases there are."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samleng.answers.cases.reading import Wanted, counts, desk, mark_of, near
from samleng.answers.cases.verbs.urging import mark_urgent
from tests.town import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


def walked(queries: CaptureQueriesContext) -> str:
    """How SQLite goes about the queries that look for cases."""
    plans = []
    with connection.cursor() as cursor:
        for one in queries.captured_queries:
            if 'FROM "cases_case"' in one["sql"]:
                cursor.execute("EXPLAIN QUERY PLAN " + one["sql"].replace("%", "%%"))
                plans += [str(row[-1]) for row in cursor.fetchall()]
    return "\n".join(plans)


@pytest.mark.once
def test_it_finds_what_is_counted_and_near_by_an_index(town: Town) -> None:
    case = town.file("dump").case
    with CaptureQueriesContext(connection) as queries:
        assert counts(town.by(town.boss))["to_review"] == 1
        assert near("dump", case.latitude, case.longitude, 60)
    plan = walked(queries)
    assert "SCAN cases_case" not in plan
    for index in ("case_mine", "case_nobodys", "case_to_review", "case_near", "case_desk_urgent"):
        assert index in plan, plan


@pytest.mark.once
def test_its_desk_walks_one_index_after_the_other_and_sorts_nothing(town: Town) -> None:
    cases = [town.file("dump").case for _n in range(4)]
    for case in cases[:2]:
        mark_urgent(by=town.by(town.boss), case=case, why="life")
    for after, indexes in (("", {"case_desk", "case_desk_urgent"}), (mark_of(cases[3]), {"case_desk"})):
        with CaptureQueriesContext(connection) as queries:
            assert desk(town.by(town.boss), Wanted(after=after)).rows or after
        plan = walked(queries)
        assert "TEMP B-TREE" not in plan and "SCAN cases_case" not in plan, plan
        assert indexes <= set(re.findall(r"case_desk\w*", plan)), plan


def test_it_reads_near_cases_whole_only_for_those_it_shows(town: Town) -> None:
    case = town.file("dump").case
    for _more in range(7):
        town.file("dump")
    with CaptureQueriesContext(connection) as queries:
        found = near("dump", case.latitude, case.longitude, 60)
    # Points, whole rows, one catalogue for all of them.
    assert (len(found), len(queries)) == (5, 3)
