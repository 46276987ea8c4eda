"""The figures of a card as sent, for those entitled to exact ones; each look at them is on record."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from samleng.doors.web.facilitator.corrections import Naming
from samleng.doors.web.facilitator.heard import everything_heard, in_words
from samleng.doors.web.facilitator.paper import comparison
from samleng.doors.web.facilitator.room import points_of
from samleng.ground.frameworks.rules import Method
from samleng.kit.ledger.rules import Actor
from samleng.voices.scorecards.balloting import WeekResult
from samleng.voices.scorecards.models import Result, Scorecard, Sheet
from samleng.voices.scorecards.pinned import counting_of, folded, method_of
from samleng.voices.scorecards.rules.paper import compared
from samleng.voices.scorecards.rules.statistics import add, mean, size
from samleng.voices.scorecards.rules.tally import raised_order, told_apart
from samleng.voices.scorecards.verbs.laying import may_hear
from samleng.voices.scorecards.verbs.review import look, may_look


@dataclass(frozen=True)
class Figures:
    """A sheet as a page shows it."""

    sheet: Sheet
    scores: list[dict[str, Any]]
    points: list[dict[str, Any]]
    people: list[tuple[Any, int]]
    checks: list[dict[str, Any]]
    raised: list[tuple[Any, int]]
    compared: list[dict[str, Any]]
    # What a town said over its days, beside the room and never in it.
    week: list[dict[str, Any]]


def figures_of(by: Actor, card: Scorecard) -> Figures | None:
    """The figures of the last sheet, or None; looking at them is on record."""
    sheet = look(by=by, scorecard=card) if may_look(by, card) else None
    if sheet is None:
        return None
    method = method_of(card)
    results = list(sheet.results.order_by("order"))
    return Figures(
        sheet=sheet,
        scores=[score(card, method, result) for result in results],
        points=points_of(method),
        people=profile(method, sheet),
        checks=checks(method, sheet),
        raised=raised(card, method),
        compared=by_chart(card, method),
        week=[score(card, method, result) for result in sheet.week_results.order_by("order")],
    )


def score(card: Scorecard, method: Method, result: Result | WeekResult) -> dict[str, Any]:
    """A result as the score component draws it."""
    central = None if result.central_milli is None else Fraction(result.central_milli, 1000)
    return {
        "code": result.criterion,
        "title": in_words(result.text),
        "median": central,
        "n": result.n,
        "counts": result.histogram if len(result.histogram) <= 11 and result.n else None,
        "ours_label": method.side(card.side).name,
        "groups": means(method, result, counting_of(card).values),
        "result": result,
    }


def means(method: Method, result: Result | WeekResult, values: tuple[int, ...]) -> list[dict[str, Any]]:
    """Exact means by sex, age band and special group with their number of votes."""
    sexes, bands = told_apart(method.profile, result.cells)
    special = [(s.name, [result.groups.get(s.code, [])]) for s in method.profile.special_groups]
    whole = [(name, add(*histograms)) for name, histograms in (*sexes, *bands, *special)]
    return [{"name": name, "mean": mean(h, values), "n": size(h)} for name, h in whole if size(h)]


def profile(method: Method, sheet: Sheet) -> list[tuple[Any, int]]:
    """Heads by sex, age band and special group, those that are none left out."""
    kept = sheet.participation
    sexes, bands = told_apart(method.profile, kept.get("cells", {}))
    rows = [(name, sum(heads)) for name, heads in (*sexes, *bands)]
    rows += [(s.name, kept.get("special", {}).get(s.code, 0)) for s in method.profile.special_groups]
    return [(name, n) for name, n in rows if n]


def checks(method: Method, sheet: Sheet) -> list[dict[str, Any]]:
    """The quality checks with the framework's names; `passed` is None where it cannot be said yet."""
    names = {check.code: check.name for check in method.checks}
    return [{**one, "name": names.get(one["code"], one["code"])} for one in sheet.checks]


def recordings_of(by: Actor, card: Scorecard) -> list[tuple[dict[str, Any], Any, str]]:
    """What was said into a phone, for who may hear it: (criterion, what it is, where it is heard)."""
    if not may_hear(by, card) or not card.recordings.exists():
        return []
    written = folded(card)
    return everything_heard(card, written, named(card, method_of(card)) | written.custom)


def named(card: Scorecard, method: Method) -> dict[str, dict[str, str]]:
    """What the framework calls the criteria of this card."""
    return {c.code: c.text for c in method.criteria_for(card.service.code, card.side, card.place.kind.code)}


def raised(card: Scorecard, method: Method) -> list[tuple[Any, int]]:
    """Everything raised with how often, while the lines are kept."""
    if card.lines_erased_at is not None:
        return []
    written = folded(card)
    words = named(card, method) | written.custom
    return [(in_words(words[code]), n) for code, n in raised_order(written) if code in words]


def by_chart(card: Scorecard, method: Method) -> list[dict[str, Any]]:
    """The ballots of a meeting on paper beside what its flip-chart says, while the lines are kept."""
    if card.lines_erased_at is not None:
        return []
    written = folded(card)
    naming = Naming(card, written)
    return [
        comparison(one, naming.criteria.get(one.criterion, {}), points_of(method))
        for one in compared(written, counting_of(card))
    ]
