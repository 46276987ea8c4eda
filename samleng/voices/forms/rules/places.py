"""Where a record lies: what its own answers say, else where its sender works."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from samleng.voices.forms.rules.answers import Answers, values_at
from samleng.voices.forms.rules.shape import Shape

# What a question is called whose answer is the code of a place; a pack adds what its own places are called.
CALLED = frozenset({"place", "area", "province", "district", "commune", "village"})
MOST_ASKED = 20


def place_questions(shape: Shape, kinds: Collection[str]) -> list[str]:
    """The paths of the questions that ask for a place by its code, outside of repeats."""
    called = CALLED | set(kinds)
    found = [
        one.path
        for one in shape.fields
        if not one.repeat and one.path.rpartition("/")[2].lower().removesuffix("_code") in called
    ]
    return found[:MOST_ASKED]


def codes_said(answers: Answers, paths: Iterable[str]) -> list[str]:
    """The answers that may be codes of places; also with the nought that spreadsheet programs eat."""
    said = [value for path in paths for value in values_at(answers, path) if len(value) <= 20]
    return [*said, *(f"0{value}" for value in said if value.isdecimal() and len(value) % 2)]


def common_ground(paths: Iterable[str]) -> int | None:
    """The id of the smallest place that holds all these areas ("/1/12/"); None where there are none."""
    found: list[str] | None = None
    for path in paths:
        parts = path.strip("/").split("/")
        if found is None:
            found = parts
            continue
        same = [one == other for one, other in zip(found, parts, strict=False)]
        found = found[: same.index(False) if False in same else len(same)]
    return int(found[-1]) if found and found[-1].isdecimal() else None
