"""Two sides on one table, the gate of a meeting, heads, positions and tokens; no database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samleng.answers.actions.rules import Misstep
from samleng.answers.plans.rules import (
    AtTable,
    Bearer,
    Scored,
    adoption_late,
    decimal,
    gate,
    hashed,
    heads,
    judged,
    new_token,
    placed,
    side_by_side,
)
from samleng.ground.frameworks.rules import Check

SIDES = ("community", "provider")
VALUES = (1, 2, 3, 4, 5)
DAY = date(2026, 11, 23)


def scored(side: str, criterion: str, histogram: list[int], milli: int, order: int = 1) -> Scored:
    return Scored(
        side=side,
        criterion=criterion,
        order=order,
        text={"en": criterion},
        histogram=histogram,
        n=sum(histogram),
        central_milli=milli,
    )


def table(*rows: Scored) -> list:
    return side_by_side(rows, SIDES, "median", "pool", VALUES)


def test_it_sets_both_sides_beside_each_other_with_the_gap() -> None:
    (row,) = table(
        scored("community", "A", [3, 2, 0, 0, 0], 1000), scored("provider", "A", [0, 0, 1, 1, 0], 3500)
    )
    assert (row.views["community"].central_milli, row.views["provider"].central_milli) == (1000, 3500)
    assert row.gap_milli == -2500 and row.shared


def test_it_keeps_what_only_one_side_scored_without_a_gap() -> None:
    rows = table(
        scored("provider", "P", [0, 0, 0, 1, 0], 4000, 1),
        scored("community", "B", [1, 0, 0, 0, 0], 1000, 2),
        scored("community", "A", [1, 0, 0, 0, 0], 1000, 1),
    )
    assert [row.criterion for row in rows] == ["A", "B", "P"]
    assert all(row.gap_milli is None and not row.shared for row in rows)


def test_it_pools_the_votes_of_several_cards_of_one_side() -> None:
    (row,) = table(
        scored("community", "A", [4, 0, 0, 0, 0], 1000),
        scored("community", "A", [0, 0, 0, 0, 5], 5000),
    )
    assert (row.views["community"].central_milli, row.views["community"].n) == (5000, 9)
    assert list(row.views["community"].histogram) == [4, 0, 0, 0, 5]


def test_it_takes_the_median_of_medians_where_the_framework_says_so() -> None:
    (row,) = side_by_side(
        [
            scored("community", "A", [4, 0, 0, 0, 0], 1000),
            scored("community", "A", [0, 0, 0, 0, 5], 5000),
        ],
        SIDES,
        "median",
        "median_of_medians",
        VALUES,
    )
    assert row.views["community"].central_milli == 3000


def check(kind: str) -> Check:
    return Check(code=kind, name={"en": kind}, kind=kind)


def at_table(**how: object) -> AtTable:
    given = {
        "held_on": DAY,
        "sides": frozenset(SIDES),
        "wanted_sides": frozenset(SIDES),
        "card_days": (DAY,),
        "priorities": frozenset({"A"}),
        "answered": frozenset({"A"}),
    }
    return AtTable(**(given | how))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "kind", "passed"),
    [
        ({}, "both_sides_present", True),
        ({"sides": frozenset({"community"})}, "both_sides_present", False),
        ({"card_days": (date(2026, 11, 24),)}, "community_before_interface", False),
        ({"card_days": (None,)}, "community_before_interface", False),
        ({"answered": frozenset()}, "action_per_priority", False),
    ],
)
def test_it_judges_a_meeting_by_the_frameworks_checks(how: dict, kind: str, passed: bool) -> None:
    (found,) = judged(at_table(**how), [check(kind), check("min_participants")])
    assert found["passed"] is passed


def test_it_closes_the_gate_only_for_what_makes_a_meeting() -> None:
    gate([{"kind": "action_per_priority", "passed": False}])
    with pytest.raises(Misstep):
        gate([{"kind": "both_sides_present", "passed": False}])


def test_it_counts_heads_by_known_groups_only() -> None:
    known = frozenset({"people", "female", "male"})
    assert heads({"people": 40, "female": 25}, known) == {"people": 40, "female": 25}
    for wrong, code in (
        ({"people": 10, "female": 11}, "more_than_all"),
        ({"dragons": 1}, "group"),
        ({"female": -1}, "heads"),
        ({"female": True}, "heads"),
        ({"female": "3"}, "heads"),
    ):
        with pytest.raises(Misstep) as step:
            heads(wrong, known)  # type: ignore[arg-type]
        assert step.value.code == code


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=30), st.data())
def test_it_moves_one_item_and_keeps_the_order_of_the_others(order: list[int], data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(order))
    at = data.draw(st.integers(-5, 40))
    moved = placed(order, item, at)
    assert sorted(moved) == sorted(order)
    assert moved[min(max(at, 1), len(order)) - 1] == item
    assert [x for x in moved if x != item] == [x for x in order if x != item]


def test_it_counts_the_days_until_adoption() -> None:
    assert not adoption_late(date(2026, 11, 1), None, date(2026, 11, 15), 14)
    assert adoption_late(date(2026, 11, 1), None, date(2026, 11, 16), 14)
    assert not adoption_late(date(2026, 11, 1), date(2026, 11, 10), date(2027, 11, 16), 14)


def test_it_keeps_of_a_token_only_what_cannot_be_turned_back() -> None:
    token = new_token()
    assert len(token) == 32 and token != new_token()
    assert hashed(token) == hashed(f" {token}\n") and token not in hashed(token)


def test_it_lets_a_bearer_report_and_claim_for_one_office_and_nothing_else() -> None:
    bearer = Bearer(key="link:1", offices=frozenset({"office:1"}))
    assert bearer.may("actions.claim", owner={"office:1"})
    assert not bearer.may("actions.claim", owner={"office:2"})
    assert not bearer.may("actions.claim", owner="programme:1", path="/1/")
    assert not bearer.may("actions.confirm", owner="office:1")
    assert not bearer.may("actions.drop", owner="office:1")


@pytest.mark.parametrize(
    ("milli", "text"), [(3500, "3.5"), (3000, "3"), (2667, "2.667"), (None, ""), (0, "0")]
)
def test_it_writes_thousandths_as_people_do(milli: int | None, text: str) -> None:
    assert decimal(milli) == text
