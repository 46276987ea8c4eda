"""What a rating may say: values on its form's scale, no names. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samleng.voices.reports.rules.filing import Unfit

SEXES = ("", "female", "male", "other")


def value_on(scale: int, value: object, field: str = "value") -> int:
    """The value as a whole number from 1 to the scale's highest; Unfit for anything else."""
    try:
        number = int(str(value))
    except ValueError:
        raise Unfit("rating", field) from None
    if not 1 <= number <= scale:
        raise Unfit("rating", field)
    return number


def parts_on(scale: int, known: frozenset[str], parts: Mapping[str, Any]) -> dict[str, int]:
    """The sub-categories that were rated; those left empty are left out."""
    for code in parts:
        if code not in known:
            raise Unfit("rating", code)
    return {code: value_on(scale, value, code) for code, value in parts.items() if value not in (None, "")}
