"""A card read by the framework version its round pins: a third file because the rules know no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.rules.lines import Card, Line, fold
from samleng.voices.scorecards.rules.tally import Counting
from samleng.voices.scorecards.rules.vocabulary import Vocabulary


def method_of(card: Scorecard) -> Method:
    """The framework version that the card's round pins."""
    return card.round.framework.method


def counting_of(card: Scorecard) -> Counting:
    method = method_of(card)
    return Counting(values=method.scale.values, aggregate=method.aggregate, combine=method.combine)


def vocabulary_of(card: Scorecard, custom: frozenset[str] = frozenset()) -> Vocabulary:
    """The codes that lines on this card may use, with the criteria its own room has added."""
    # What is asked, and in which words, depends on the kind of the place: a sangkat is not a commune.
    words = vocabulary(card.round.framework, card.service.code, card.side, card.place.kind.code)
    return replace(words, custom=custom) if custom else words


# A published method never changes, and a nation's cards are of a few kinds.
_kept: dict[tuple[str, str, str, str], Vocabulary] = {}


def known_vocabulary(digest: str, service: str, side: str, kind: str) -> Vocabulary | None:
    """What `vocabulary` gave before in this process for the method with this digest."""
    return _kept.get((digest, service, side, kind))


def vocabulary(framework: Framework, service: str, side: str, kind: str) -> Vocabulary:
    """The codes for cards of this version, service, side and kind of place; read once a process."""
    found = known_vocabulary(framework.digest, service, side, kind)
    if found is None:
        found = _kept[framework.digest, service, side, kind] = read_vocabulary(
            framework.method, service, side, kind
        )
    return found


def read_vocabulary(method: Method, service: str, side: str, kind: str) -> Vocabulary:
    return Vocabulary(
        values=method.scale.values,
        criteria=frozenset(c.code for c in method.criteria_for(service, side, kind)),
        sexes=frozenset(s.code for s in method.profile.sexes),
        bands=frozenset(b.code for b in method.profile.age_bands),
        special=frozenset(s.code for s in method.specials_for(side)),
        groups=frozenset(g.code for g in method.groups_for(side)),
        custom_allowed=method.raising.custom_allowed,
        most_priorities=method.raising.priorities_max,
    )


def instant(at: datetime) -> str:
    """A moment as text that sorts as it happened: UTC, microseconds always written."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def lines_of(card: Scorecard) -> list[Line]:
    return [
        Line(
            uid=str(row.uid),
            kind=row.kind,
            body=row.body,
            written_at=instant(row.written_at),
        )
        for row in card.lines.order_by("id")
    ]


def folded(card: Scorecard) -> Card:
    """The card as its lines stand together."""
    return fold(lines_of(card))
