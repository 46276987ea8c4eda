"""What review should look at: the framework's quality checks, and votes that look unlike people's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from samleng.voices.scorecards.rules.lines import ROOM_DOOR, Ballot, Card
from samleng.voices.scorecards.rules.tally import Participation


@dataclass(frozen=True)
class Facts:
    """What checks are held against."""

    side: str
    participation: Participation
    priorities: Sequence[str]
    with_suggestion: frozenset[str]
    held_on: date | None
    submitted_on: date
    women: str = "female"
    information_given_on: date | None = None


@dataclass(frozen=True)
class Checked:
    """One check: passed, failed, or not to be judged yet (None)."""

    code: str
    kind: str
    passed: bool | None
    found: str = ""


def min_participants(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    if facts.side != params.get("side", "community"):
        return None, ""
    return facts.participation.people >= int(params["people"]), str(facts.participation.people)


def min_staff(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    return min_participants(facts, {"people": params.get("people", 0), "side": "provider"})


def min_women_share(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    if facts.side != "community" or not facts.participation.people:
        return None, ""
    percent = 100 * facts.participation.women(facts.women) // facts.participation.people
    return percent >= int(params["percent"]), f"{percent}%"


def min_group(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    if facts.side != "community":
        return None, ""
    present = facts.participation.special.get(str(params["group"]), 0)
    return present >= int(params["people"]), str(present)


def action_per_priority(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    lacking = [c for c in facts.priorities if c not in facts.with_suggestion]
    return not lacking and bool(facts.priorities), ", ".join(lacking)


def entered_within_days(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    if facts.held_on is None:
        return None, ""
    late = (facts.submitted_on - facts.held_on).days
    return late <= int(params["days"]), str(late)


def information_given_before(facts: Facts, params: Mapping[str, Any]) -> tuple[bool | None, str]:
    if facts.held_on is None or facts.information_given_on is None:
        return None, ""
    return facts.information_given_on <= facts.held_on, facts.information_given_on.isoformat()


CHECKS: dict[str, Callable[[Facts, Mapping[str, Any]], tuple[bool | None, str]]] = {
    "min_participants": min_participants,
    "min_staff": min_staff,
    "min_women_share": min_women_share,
    "min_group": min_group,
    "action_per_priority": action_per_priority,
    "entered_within_days": entered_within_days,
    "information_given_before": information_given_before,
}


def checked(facts: Facts, checks: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[Checked]:
    """Each (code, kind, params) held against the facts; kinds of later steps are left to these."""
    judged = []
    for code, kind, params in checks:
        if kind in CHECKS:
            passed, found = CHECKS[kind](facts, params)
            judged.append(Checked(code=code, kind=kind, passed=passed, found=found))
    return judged


@dataclass(frozen=True)
class Flag:
    """Something unlike people's votes; it asks the reviewer to look, it accuses nobody."""

    code: str
    found: str


def flags(card: Card, *, min_people: int = 5, fastest_seconds: int = 2) -> list[Flag]:
    """Uniform votes (everybody the same on everything) and ballots written faster than anyone can ask.

    `fastest_seconds` is per score, the median over consecutive ballots of one table.
    """
    ballots = [b for b in card.ballots.values() if b.scores]
    found = []
    if len(ballots) >= min_people:
        patterns = {tuple(sorted(b.scores.items())) for b in ballots}
        if len(patterns) == 1:
            found.append(Flag("uniform_votes", str(len(ballots))))
        straight = sum(1 for b in ballots if len(b.scores) > 1 and len(set(b.scores.values())) == 1)
        if len(patterns) > 1 and straight * 10 >= len(ballots) * 9:
            found.append(Flag("same_face_for_everything", f"{straight}/{len(ballots)}"))
        pace = seconds_per_score(ballots)
        if pace is not None and pace < fastest_seconds:
            found.append(Flag("votes_too_fast", f"{tenths(pace)} s"))
    for counts in card.counts:
        if sum(counts.counts) >= min_people and sum(1 for c in counts.counts if c) == 1:
            found.append(Flag("unanimous_counts", counts.criterion))
    return found


def seconds_per_score(ballots: Sequence[Ballot]) -> Fraction | None:
    """The median pace at which ballots were asked, exact; None where no two were asked one after the other.

    Several tables ask at the same time, so each has its own pace; people who vote on their own phones,
    and papers typed in afterwards, have none.
    """
    asked: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for ballot in ballots:
        if ballot.door == ROOM_DOOR:
            asked[ballot.table].append((datetime.fromisoformat(ballot.written_at), len(ballot.scores)))
    paces = sorted(
        Fraction((later - earlier) // timedelta(microseconds=1), 1_000_000 * max(scores, 1))
        for times in asked.values()
        for (earlier, _), (later, scores) in pairwise(sorted(times))
    )
    return paces[len(paces) // 2] if paces else None


def tenths(value: Fraction) -> str:
    """A number of seconds with one decimal, halves rounded up: the same text on every machine."""
    whole, tenth = divmod((value * 20 + 1) // 2, 10)
    return f"{whole}.{tenth}"
