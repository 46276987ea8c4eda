"""What a reviewer marked to be corrected, and which later lines answer it.

A mark names a field: "" (the whole card), "setup:<key>", "people", "person:<uid>", "raised",
"custom:<code>", "priorities", "ballots", "counts:<criterion>" (a criterion's votes, however they were
written), "reflect:<criterion>", "photos" or "photo:<id>". Photos are no lines; the rest is held here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from samleng.voices.scorecards.rules.lines import MARKS, WEEK, Card, Line, slot, standing

# Of the set-up only what a person can be asked about; the rest is the phone's own.
SETUP = ("held_on", "language", "voting", "heads")
WHOLE = ""


@dataclass(frozen=True)
class Answered:
    """What answers a mark: the last line (or photo) on its field, or words that it is right as it is."""

    by: str
    at: str
    words: str = ""


def about(line: Line) -> set[str]:
    """Every field that a line speaks of; the week of tickets is apart from what is reviewed."""
    body = line.body
    if line.door == WEEK:
        return set()
    match line.kind:
        case "setup":
            return {f"setup:{key}" for key in body if key not in MARKS}
        case "person":
            return {"people", f"person:{body.get('person') or line.uid}"}
        case "raise":
            return {"raised"}
        case "custom":
            return {"raised", f"custom:{body['code']}"}
        case "priorities":
            return {"priorities"}
        case "ballot":
            return {"ballots", *(f"counts:{criterion}" for criterion in body["scores"])}
        case "counts":
            return {"ballots", f"counts:{body['criterion']}"}
        case "reflect":
            return {f"reflect:{body['criterion']}"}
    return set()


def touched(line: Line, before: Card, known: Mapping[str, Line]) -> set[str]:
    """The fields that a line changes of the card as it stood before; `known` are all lines by uid.

    A form writes its whole set-up and a ballot all its votes: what they say as it stood is not touched.
    """
    if line.kind == "void":
        gone = known.get(str(line.body["line"]))
        return about(gone) if gone is not None else set()
    fields = about(line)
    if line.kind == "setup":
        stood = {**before.setup, "heads": before.heads.get(line.table)}
        same = {f"setup:{key}" for key, value in line.body.items() if stood.get(key) == value}
        return fields - same
    if line.kind == "ballot" and (voted := before.ballots.get(slot(line))) is not None:
        return fields - {f"counts:{c}" for c, v in line.body["scores"].items() if voted.scores.get(c) == v}
    return fields


def answered(
    mark: str, field: str, before: Card, later: Sequence[Line], known: Mapping[str, Line]
) -> Answered | None:
    """What answers a mark among the lines that came after it; None while nothing does.

    Lines count by their arrival, not by the clocks of phones, so `later` is in the order they came.
    """
    words = said_to(mark, known.values())
    found = None
    for line in later:
        fields = touched(line, before, known)
        if field in fields or (field == WHOLE and fields):
            found = line
    if found is not None:
        return Answered(found.uid, found.written_at, str(words.body["words"]) if words else "")
    return Answered(words.uid, words.written_at, str(words.body["words"])) if words else None


def said_to(mark: str, lines: Iterable[Line]) -> Line | None:
    """The line that answers a mark in words, if one stands."""
    answers = (line for line in standing(lines) if line.kind == "answer")
    return next((line for line in answers if str(line.body["mark"]) == mark), None)
