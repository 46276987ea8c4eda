"""Two sides on one table, what a meeting must have before it closes, and links that work once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from samleng.answers.actions.rules import OFFICE, Misstep
from samleng.ground.frameworks.rules import Check
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.rules import Actor
from samleng.voices.scorecards.rules.statistics import add, combined, milli

COMMITTEE, AMBASSADOR = "committee", "ambassador"
MEMBER_ROLES = (COMMITTEE, AMBASSADOR)
LINK_DAYS = 14
# Checks that a meeting cannot close without: the others are shown, they never block people.
GATES = frozenset({"both_sides_present", "community_before_interface"})
MOST_HEADS = 100_000


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One criterion on one card: votes per scale value, their number, what was said about it."""

    side: str
    criterion: str
    order: int
    text: Mapping[str, str]
    histogram: Sequence[int]
    n: int
    central_milli: int | None
    result_id: int = 0
    suggestions: Sequence[Mapping[str, Any]] = ()
    strengths: Sequence[Any] = ()
    weaknesses: Sequence[Any] = ()


@dataclass(frozen=True, kw_only=True)
class View:
    """What one side says of one criterion, over all its cards on the table; centre in thousandths."""

    n: int
    central_milli: int | None
    histogram: Sequence[int]
    results: tuple[int, ...] = ()
    suggestions: tuple[Mapping[str, Any], ...] = ()
    strengths: tuple[Any, ...] = ()
    weaknesses: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SideRow:
    """One criterion of the table: both views and the gap (first side minus second), in thousandths."""

    criterion: str
    text: Mapping[str, str]
    order: int
    views: Mapping[str, View] = field(default_factory=dict)
    gap_milli: int | None = None

    @property
    def shared(self) -> bool:
        """Whether both sides scored it."""
        return len(self.views) > 1


def view(scored: Sequence[Scored], aggregate: str, how: str, values: Sequence[int]) -> View:
    """Several cards' votes on one criterion as one side's view; one card's stays as it was counted."""
    if len(scored) == 1:
        centre = scored[0].central_milli
    else:
        centre = milli(combined(aggregate, how, [one.histogram for one in scored], values))
    return View(
        n=sum(one.n for one in scored),
        central_milli=centre,
        histogram=add(*[one.histogram for one in scored]),
        results=tuple(one.result_id for one in scored),
        suggestions=tuple(s for one in scored for s in one.suggestions),
        strengths=tuple(s for one in scored for s in one.strengths),
        weaknesses=tuple(s for one in scored for s in one.weaknesses),
    )


def side_by_side(
    scored: Iterable[Scored], sides: Sequence[str], aggregate: str, how: str, values: Sequence[int]
) -> list[SideRow]:
    """The table both sides look at: criteria of the first side in its order, then the other's own."""
    by_criterion: dict[str, dict[str, list[Scored]]] = {}
    for one in scored:
        by_criterion.setdefault(one.criterion, {}).setdefault(one.side, []).append(one)
    rows = []
    for criterion, by_side in by_criterion.items():
        views = {s: view(by_side[s], aggregate, how, values) for s in sides if s in by_side}
        leading = next(by_side[s] for s in sides if s in by_side)
        centres = [views[s].central_milli for s in sides[:2] if s in views]
        gap = None
        if len(centres) == 2 and centres[0] is not None and centres[1] is not None:
            gap = centres[0] - centres[1]
        order = min(one.order for one in leading)
        rows.append(
            SideRow(criterion=criterion, text=dict(leading[0].text), order=order, views=views, gap_milli=gap)
        )
    first = sides[0] if sides else ""
    return sorted(rows, key=lambda row: (first not in row.views, row.order, row.criterion))


@dataclass(frozen=True, kw_only=True)
class AtTable:
    """What a meeting is held against when it closes."""

    held_on: date
    sides: frozenset[str]
    wanted_sides: frozenset[str]
    card_days: tuple[date | None, ...]
    priorities: frozenset[str]
    answered: frozenset[str]


def judged(table: AtTable, checks: Iterable[Check]) -> list[dict[str, Any]]:
    """The framework's checks that a meeting can answer: {"code", "kind", "passed", "found"}."""
    found = []
    for check in checks:
        if check.kind == "both_sides_present":
            lacking = sorted(table.wanted_sides - table.sides)
            found.append(outcome(check, not lacking, ", ".join(lacking)))
        elif check.kind == "community_before_interface":
            late = [day for day in table.card_days if day is None or day > table.held_on]
            found.append(outcome(check, not late, ", ".join(str(day) for day in late if day)))
        elif check.kind == "action_per_priority":
            open_ones = sorted(table.priorities - table.answered)
            found.append(outcome(check, not open_ones, ", ".join(open_ones)))
    return found


def outcome(check: Check, passed: bool, text: str) -> dict[str, Any]:
    return {"code": check.code, "kind": check.kind, "passed": passed, "found": text}


def gate(checks: Iterable[Mapping[str, Any]]) -> None:
    """Raise `Misstep` at the first check that a meeting cannot close without."""
    for check in checks:
        if check["kind"] in GATES and not check["passed"]:
            raise Misstep(str(check["kind"]))


def heads(attendance: Mapping[str, Any], known: frozenset[str], women: str = "") -> dict[str, int]:
    """Heads by group: "people" for all, and no group larger than all; raises `Misstep` at the group."""
    counts: dict[str, int] = {}
    for group, number in attendance.items():
        if group not in known:
            raise Misstep("group", group, value=group)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_HEADS:
            raise Misstep("heads", group)
        counts[group] = number
    everyone = counts.get("people")
    if everyone is not None:
        for group, number in counts.items():
            if number > everyone:
                raise Misstep("more_than_all", group, number=number, people=everyone)
    return counts


def placed(order: Sequence[Any], item: Any, at: int) -> list[Any]:
    """The sequence with the item moved to a position counted from 1; beyond the ends it stops there."""
    rest = [one for one in order if one != item]
    at = min(max(at, 1), len(rest) + 1)
    return [*rest[: at - 1], item, *rest[at - 1 :]]


def adoption_late(opened_on: date, adopted_on: date | None, today: date, days: int) -> bool:
    """Whether adopting took, or is taking, longer than the framework's days."""
    return (adopted_on or today) > opened_on + timedelta(days=days)


def new_token() -> str:
    """A token that cannot be guessed, short enough for a text message."""
    return secrets.token_urlsafe(24)


def hashed(token: str) -> str:
    """What is kept of a token: its hash finds it, nothing brings it back."""
    return hashlib.sha256(token.strip().encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Bearer(Actor):
    """Whoever holds a one-use link: speaks for the office of one action, may report or claim."""

    offices: frozenset[str]
    party: str = OFFICE

    def may(self, verb: str, *, owner: Any, path: str | None = None, **more: Any) -> bool:
        owners = {owner} if isinstance(owner, str) else set(owner)
        return verb in ("actions.report_progress", "actions.claim") and bool(owners & self.offices)


@dataclass(frozen=True, kw_only=True)
class Planner(Acting):
    """Somebody whom a plan's own verb has already asked, doing to its actions what the plan needs."""

    def may(self, verb: str, *, owner: Any, path: str | None = None, **more: Any) -> bool:
        return verb in ("plans.adopt", "actions.promise")


def planner(by: Actor) -> Planner:
    """The same person, as one who has passed the plan's own question."""
    return Planner(
        key=by.key,
        owner=by.owner,
        via=by.via,
        person=by.person if isinstance(by, Acting) else "",
        seats=by.seats if isinstance(by, Acting) else (),
    )


def decimal(value_milli: int | None) -> str:
    """Thousandths as people write them, without needless zeros: 3500 is "3.5"; "" for none."""
    if value_milli is None:
        return ""
    value = Fraction(value_milli, 1000)
    return f"{float(value):.3f}".rstrip("0").rstrip(".")
