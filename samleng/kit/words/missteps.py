"""A broken rule said to people: rules know codes, an app's own table knows the sentences."""

from __future__ import annotations

from collections.abc import Mapping
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
