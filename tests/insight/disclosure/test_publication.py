"""No number of one to five people follows from what is published; the attacker here solves on its own."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samleng.insight.disclosure.rules.attack import Count, Knowledge
from samleng.insight.disclosure.rules.publication import (
    Cell,
    Shown,
    Thresholds,
    best_form,
    check_release,
    protect,
    told,
)
from samleng.insight.evidence.rules import Scale

FIVE = Scale("median", (1, 2, 3, 4, 5))
LIMITS = Thresholds(classes=((1, 2), (3, 3), (4, 5)))


def cell(
    *histogram: int, key: object = "here", level: int = 9, side: str = "community", atoms: str = "a"
) -> Cell:
    return Cell(
        key=(key,), level=level, side=side, atoms=frozenset(atoms), histogram=tuple(histogram), agreed=False
    )


@pytest.mark.parametrize(
    ("histogram", "form"),
    [
        ((7, 8, 9, 10, 6), "full"),
        ((0, 8, 9, 10, 6), "full"),
        ((2, 5, 9, 11, 6), "classes"),
        ((2, 2, 9, 11, 6), "median"),
        ((20, 13, 0, 0, 0), "median"),
        ((33, 0, 0, 0, 0), "hidden"),
        ((3, 2, 1, 1, 2), "hidden"),
        ((0, 0, 5, 5, 0), "hidden"),
        ((0, 0, 6, 6, 0), "full"),
    ],
)
def test_it_shows_as_much_of_a_room_as_is_safe(histogram, form):
    assert best_form(cell(*histogram), FIVE, LIMITS).form == form


def test_it_hides_a_median_between_two_points_that_counts_five_people():
    # Ten voters and 1.5 in the middle say that exactly five chose the lowest face.
    assert best_form(cell(5, 2, 1, 1, 1), FIVE, LIMITS).form == "hidden"
    assert best_form(cell(4, 3, 1, 1, 1), FIVE, LIMITS).form == "median"


def test_it_lets_a_small_team_state_its_position_only_when_the_meeting_agreed():
    staff = cell(0, 1, 0, 2, 0, side="provider")
    assert best_form(staff, FIVE, LIMITS).form == "hidden"
    agreed = Cell(
        key=("here",), level=9, side="provider", atoms=frozenset("a"), histogram=(0, 1, 0, 2, 0), agreed=True
    )
    shown = best_form(agreed, FIVE, LIMITS)
    assert (shown.form, list(told(shown, FIVE, LIMITS))) == ("stated", [])


def test_it_holds_back_a_sum_that_gives_a_hidden_facility_away():
    published = Shown(cell=cell(7, 8, 9, 10, 6, key="centre"), form="full")
    commune = cell(8, 11, 13, 14, 6, key="commune", level=3, atoms="ab")
    assert best_form(commune, FIVE, LIMITS).form == "full"
    breaches = check_release([Shown(cell=commune, form="full")], [published], FIVE, LIMITS)
    assert {(one.rule, one.value) for one in breaches} >= {("small", 1), ("small", 3), ("small", 4)}
    (safe,) = protect([commune], [published], FIVE, LIMITS)
    assert safe.form in ("classes", "median", "hidden")
    assert check_release([safe], [published], FIVE, LIMITS) == []


def test_it_keeps_the_former_figure_while_only_a_few_people_were_added():
    before = Shown(cell=cell(7, 8, 9, 10, 6, key="commune", level=3), form="full")
    after = cell(7, 8, 9, 12, 7, key="commune", level=3, atoms="ab")
    (held,) = protect([after], [before], FIVE, LIMITS)
    assert (held.held, held.cell.histogram) == (True, (7, 8, 9, 10, 6))
    enough = cell(14, 16, 18, 20, 12, key="commune", level=3, atoms="ab")
    (moved,) = protect([enough], [before], FIVE, LIMITS)
    assert (moved.held, moved.form) == (False, "full")


def test_it_finds_a_room_of_one_mind_behind_a_difference():
    published = Shown(cell=cell(7, 8, 9, 10, 6, key="centre"), form="full")
    commune = Shown(cell=cell(7, 8, 9, 10, 26, key="commune", level=3, atoms="ab"), form="full")
    assert {one.rule for one in check_release([commune], [published], FIVE, LIMITS)} == {"one_mind"}


def test_it_treats_a_share_as_the_count_it_is():
    yes_no = Scale("share_yes", (0, 1))
    assert best_form(cell(30, 3), yes_no, Thresholds()).form == "hidden"
    assert best_form(cell(20, 13), yes_no, Thresholds()).form == "full"


# --- the attacker of its own ---------------------------------------------------------


def rank(rows: list[list[Fraction]]) -> int:
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for r in range(len(rows)):
            if r != found and rows[r][column]:
                factor = rows[r][column] / rows[found][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[found], strict=True)]
        found += 1
    return found


def solve(rows: list[list[Fraction]], target: list[Fraction]) -> bool:
    return rank([*rows, target]) == rank(rows)


THREE = Scale("median", (1, 2, 3))
rooms = st.lists(st.tuples(*[st.integers(0, 14)] * 3), min_size=1, max_size=3)


def sums(rooms: list[tuple[int, ...]], split: int) -> list[Cell]:
    """Each room, two communes that share the rooms, and the district over both."""
    cells = [
        Cell(key=("room", i), level=9, side="community", atoms=frozenset(str(i)), histogram=h)
        for i, h in enumerate(rooms)
    ]
    parts = {"commune 1": range(split), "commune 2": range(split, len(rooms)), "district": range(len(rooms))}
    for name, members in parts.items():
        if members:
            total = tuple(sum(rooms[i][p] for i in members) for p in range(3))
            atoms = frozenset(str(i) for i in members)
            level = 2 if name == "district" else 3
            cells.append(Cell(key=(name,), level=level, side="community", atoms=atoms, histogram=total))
    return cells


def attacked(
    shown: list[Shown], rooms: list[tuple[int, ...]], scale: Scale, limits: Thresholds
) -> list[object]:
    """Every set of rooms and of points whose count follows and is one to five, by plain linear algebra."""
    width, names = len(scale.values), [str(i) for i in range(len(rooms))]
    rows = []
    for one in shown:
        for weights, _value in told(one, scale, limits):
            rows.append([Fraction(w if name in one.cell.atoms else 0) for name in names for w in weights])
    found = []
    for members in product((0, 1), repeat=len(names)):
        for points in product((0, 1), repeat=width):
            value = sum(m * p * rooms[i][j] for i, m in enumerate(members) for j, p in enumerate(points))
            if 0 < value <= limits.small and rows:
                target = [Fraction(m * p) for m in members for p in points]
                if solve(rows, target):
                    found.append((members, points, value))
    return found


@settings(max_examples=200, deadline=None)
@given(rooms=rooms, split=st.integers(0, 3))
def test_it_publishes_nothing_from_which_one_to_five_people_follow(rooms, split):
    limits = Thresholds(classes=())
    shown = protect(sums(rooms, min(split, len(rooms))), [], THREE, limits)
    assert attacked(shown, rooms, THREE, limits) == []


@settings(max_examples=150, deadline=None)
@given(rooms=rooms, later=rooms, data=st.data())
def test_it_publishes_nothing_that_a_former_release_turns_into_one_to_five_people(rooms, later, data):
    limits = Thresholds(classes=())
    first = protect(sums(rooms, len(rooms)), [], THREE, limits)
    everything = [*rooms, *later[: 4 - len(rooms)]] if len(rooms) < 4 else rooms
    second = protect(
        sums(everything, data.draw(st.integers(len(rooms), len(everything)))), first, THREE, limits
    )
    assert attacked([*first, *second], everything, THREE, limits) == []


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.integers(0, 30), min_size=3, max_size=3),
    sets=st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=4),
    asked=st.sets(st.sampled_from("abc"), min_size=1),
)
def test_it_knows_exactly_what_linear_algebra_knows(values, sets, asked):
    true = dict(zip("abc", values, strict=True))
    counts = [Count(frozenset(s), (1,), sum(true[a] for a in s), i) for i, s in enumerate(sets)]
    rows = [[Fraction(a in s) for a in "abc"] for s in sets]
    follows = solve(rows, [Fraction(a in asked) for a in "abc"])
    known = Knowledge(counts).value(frozenset(asked), (1,))
    assert (known is not None) == follows
    if known:
        assert known.value == sum(true[a] for a in asked)
