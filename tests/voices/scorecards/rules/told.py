"""All that the rules say of a log of lines, as JSON: what both languages of code must say alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any

from samleng.voices.scorecards.rules.checks import flags
from samleng.voices.scorecards.rules.lines import Card, Line, fold, numbered
from samleng.voices.scorecards.rules.statistics import milli
from samleng.voices.scorecards.rules.tally import (
    Counting,
    Tally,
    by_door,
    participation,
    raised_order,
    tallies,
    voters_left,
)
from samleng.voices.scorecards.rules.unready import lacking


def told(lines: Sequence[Line], counting: Counting, reflections_required: bool = True) -> dict[str, Any]:
    return told_of(fold(lines), counting, reflections_required)


def told_of(card: Card, counting: Counting, reflections_required: bool = True) -> dict[str, Any]:
    """{"card", "tallies", "week", "participation", "flags", "lacking" ...} in JSON's own types."""
    return bare(
        {
            "card": card,
            "tallies": [plain(tally) for tally in tallies(card, counting)],
            "week": [plain(tally) for tally in tallies(card, counting, door="week")],
            "participation": participation(card),
            "week_participation": participation(card, door="week"),
            "flags": flags(card),
            "lacking": lacking(card, reflections_required=reflections_required),
            "raised_order": raised_order(card),
            "voters_left": [person.uid for person in voters_left(card, card.priorities)],
            "voters_left_at_t1": [person.uid for person in voters_left(card, card.priorities, "t1")],
            "numbered": numbered(card.people.values()),
            "by_door": by_door(card),
        }
    )


def bare(value: Any) -> Any:
    """The value in JSON's own types."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return {key: bare(each) for key, each in value.items()}
    return [bare(each) for each in value] if isinstance(value, list | tuple) else value


def plain(tally: Tally) -> dict[str, Any]:
    centre = tally.centre
    return {
        "criterion": tally.criterion,
        "n": tally.n,
        "histogram": tally.histogram,
        "cells": tally.cells,
        "special": tally.special,
        "by_group": tally.by_group,
        "centre": None if centre is None else f"{centre.numerator}/{centre.denominator}",
        "milli": milli(centre),
    }
