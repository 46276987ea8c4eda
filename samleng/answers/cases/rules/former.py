"""How another system's request becomes a case: which states it may come in, and which days it brings."""

from __future__ import annotations

from typing import Final

from samleng.answers.cases.rules.story import ACKNOWLEDGED, ANSWERED, CLAIMED, CLOSED, RECEIVED, WORKING

# What another system may say of where a request stands; the rest belongs to a case's own story here.
FORMER: Final = (RECEIVED, ACKNOWLEDGED, WORKING, ANSWERED, CLOSED)
ENDED: Final = frozenset({ANSWERED, CLOSED})


def former_fault(state: str, outcome: str) -> str:
    """Which of the two cannot be taken over; "" when both can."""
    if state not in FORMER:
        return "state"
    return "outcome" if (state in ENDED) != (outcome in CLAIMED) else ""


def steps_to(state: str) -> tuple[tuple[str, str], ...]:
    """The steps that lead to a state, each with the one it led to."""
    return (("receive", RECEIVED), *AFTER[state])


AFTER: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    RECEIVED: (),
    ACKNOWLEDGED: (("acknowledge", ACKNOWLEDGED),),
    WORKING: (("write", WORKING),),
    ANSWERED: (("answer", ANSWERED),),
    CLOSED: (("answer", ANSWERED), ("stand", CLOSED)),
}
