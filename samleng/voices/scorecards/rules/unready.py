"""What still keeps a card from being sent; doors say it in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from samleng.voices.scorecards.rules.lines import OWN, QR, Card
from samleng.voices.scorecards.rules.tally import participation, votes_on


@dataclass(frozen=True)
class Lack:
    """Something missing: a code, the step it belongs to ("setup", "vote"), the criterion if it has one."""

    code: str
    step: str
    criterion: str = ""

    @property
    def field(self) -> str:
        return f"{self.step}:{self.criterion}" if self.criterion else self.step


def lacking(card: Card, *, reflections_required: bool = True) -> list[Lack]:
    """Everything that still keeps the card from being sent, in the order of the meeting."""
    missing: list[Lack] = []
    if not card.setup.get("held_on"):
        missing.append(Lack("no_day", "setup"))
    if not card.priorities:
        missing.append(Lack("no_priority", "priorities"))
    voted = {c for b in card.ballots.values() for c in b.scores}
    voted |= {c.criterion for c in card.counts if sum(c.counts)}
    by_ticket = any(b.door == QR for b in card.ballots.values())
    here = participation(card).people
    for criterion in card.priorities:
        # Chosen here, added on a phone that has not sent yet.
        if criterion.startswith(OWN) and criterion not in card.custom:
            missing.append(Lack("no_words", "priorities", criterion))
        if criterion not in voted:
            missing.append(Lack("no_vote", "vote", criterion))
        # Somebody who voted with a ticket was counted again, by face or under a number.
        if by_ticket and votes_on(card, criterion) > here:
            missing.append(Lack("too_many", "vote", criterion))
        reflection = card.reflections.get(criterion)
        if reflections_required and not (reflection and reflection.suggestions):
            missing.append(Lack("no_suggestion", "reflect", criterion))
    return missing
