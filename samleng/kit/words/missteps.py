"""A broken rule said to people: rules know codes, an app's own table knows the sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samleng.kit.words.refusals import Misstep, Refusal
from samleng.kit.words.text import filled


def refusal_of(step: Misstep, why: Mapping[str, tuple[Any, Any]]) -> Refusal:
    """The sentence and the remedy that stand in the table under the broken rule's code, at its field."""
    message, remedy = why[step.code]
    return Refusal(
        filled(message, **step.params) if step.params else message,
        field=step.field or None,
        remedy=remedy,
        code=step.code,
    )


def holder(why: Mapping[str, tuple[Any, Any]]) -> Callable[..., Any]:
    """What asks a rule for an app's verbs: gives what the rule gives, and says a broken one to people."""

    def held(rule: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """What the rule gives; a `Misstep` becomes a Refusal."""
        try:
            return rule(*given, **named)
        except Misstep as step:
            raise refusal_of(step, why) from step

    return held
