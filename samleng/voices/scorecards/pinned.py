"""A card read by the framework version its round pins: a third file because the rules know no database."""

from __future__ import annotations

from datetime import UTC, datetime

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
    """The codes that lines on this card may use."""
    method = method_of(card)
    # What is asked, and in which words, depends on the kind of the place: a sangkat is not a commune.
    listed = method.criteria_for(card.service.code, card.side, card.place.kind.code)
    return Vocabulary(
        values=method.scale.values,
        criteria=frozenset(c.code for c in listed),
        sexes=frozenset(s.code for s in method.profile.sexes),
        bands=frozenset(b.code for b in method.profile.age_bands),
        special=frozenset(s.code for s in method.specials_for(card.side)),
        groups=frozenset(g.code for g in method.groups_for(card.side)),
        custom_allowed=method.raising.custom_allowed,
        most_priorities=method.raising.priorities_max,
        custom=custom,
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
