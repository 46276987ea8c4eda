"""What may be written on a card: the framework's words, and what is wrong with a line that leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from samleng.voices.scorecards.rules.lines import KINDS

LONGEST_TEXT = 2000
MOST_LINES = 2000
MOST_PEOPLE = 500
MOST_COUNT = 2000


@dataclass(frozen=True)
class Vocabulary:
    """Codes a line may use, of one framework version, service and side."""

    values: tuple[int, ...]
    criteria: frozenset[str]
    sexes: frozenset[str]
    bands: frozenset[str]
    special: frozenset[str]
    groups: frozenset[str]
    custom_allowed: bool = True
    most_priorities: int = 6
    # Criteria somebody added on this card.
    custom: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wrong:
    """A field of a line and a code for what is wrong; doors say it in the reader's language."""

    field: str
    code: str
    value: str = ""


def wrongs(kind: str, body: Mapping[str, Any], words: Vocabulary) -> list[Wrong]:
    """Everything wrong with a line's body; an empty list when it may be written."""
    if kind not in KINDS:
        return [Wrong("kind", "unknown", str(kind))]
    if not isinstance(body, Mapping):
        return [Wrong("body", "not_an_object")]
    try:
        return list(READERS[kind](body, words))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return [Wrong(str(error.args[0]) if isinstance(error, KeyError) else "body", "unreadable")]


def of_setup(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    if "held_on" in body:
        date.fromisoformat(body["held_on"])
    yield from ()
    for cell, n in (body.get("heads") or {}).get("cells", {}).items():
        yield from of_cell(cell, words)
        yield from of_count(n, f"heads.{cell}")
    for code, n in (body.get("heads") or {}).get("special", {}).items():
        if code not in words.special:
            yield Wrong("heads", "unknown", str(code))
        yield from of_count(n, f"heads.{code}")
    # What the flip-chart of a meeting held on paper says, to be held against the ballots: never counted.
    for criterion, counts in (body.get("chart") or {}).items():
        yield from of_criterion(criterion, words)
        yield from of_faces(counts, words, "chart")


def of_person(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    if not 1 <= int(body["number"]) <= MOST_PEOPLE:
        yield Wrong("number", "out_of_range", str(body["number"]))
    if body["sex"] not in words.sexes:
        yield Wrong("sex", "unknown", str(body["sex"]))
    if body["band"] not in words.bands:
        yield Wrong("band", "unknown", str(body["band"]))
    for code in body.get("special", ()):
        if code not in words.special:
            yield Wrong("special", "unknown", str(code))
    if set(body) - {"number", "sex", "band", "special", "group", "counted", "replaces", "person"}:
        # Anything more about a person (a name, an exact age) is refused, not ignored.
        yield Wrong("body", "too_much_about_a_person")
    yield from of_group(body.get("group", ""), words)


def of_raise(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    yield from of_criterion(body["criterion"], words)


def of_custom(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    if not words.custom_allowed:
        yield Wrong("criterion", "own_criteria_not_allowed")
    if not str(body["code"]).startswith("own-") or len(str(body["code"])) > 60:
        yield Wrong("code", "unreadable", str(body["code"])[:60])
    texts = body["text"]
    if not any(str(text).strip() for text in texts.values()):
        yield Wrong("text", "empty")
    yield from of_texts(texts.values(), "text")


def of_priorities(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    order = list(body["order"])
    for criterion in order:
        yield from of_criterion(criterion, words)
    if len(set(order)) != len(order):
        yield Wrong("order", "twice")
    if len(order) > words.most_priorities:
        yield Wrong("order", "too_many", str(words.most_priorities))


def of_ballot(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    if not body["scores"]:
        yield Wrong("scores", "empty")
    for criterion, value in body["scores"].items():
        yield from of_criterion(criterion, words)
        if isinstance(value, bool) or value not in words.values:
            yield Wrong("scores", "out_of_range", str(value))
    yield from of_group(body.get("group", ""), words)


def of_counts(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    yield from of_criterion(body["criterion"], words)
    yield from of_group(body["group"], words)
    if body.get("cell"):
        yield from of_cell(body["cell"], words)
    yield from of_faces(body["counts"], words, "counts")


def of_reflect(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    yield from of_criterion(body["criterion"], words)
    yield from of_texts(body.get("strengths", ()), "strengths")
    yield from of_texts(body.get("weaknesses", ()), "weaknesses")
    yield from of_texts([s["text"] for s in body.get("suggestions", ())], "suggestions")


def of_answer(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    UUID(str(body["mark"]))
    if not str(body["words"]).strip():
        yield Wrong("words", "empty")
    yield from of_texts([body["words"]], "words")


def of_void(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    if not str(body["line"]):
        yield Wrong("line", "empty")


def of_criterion(code: Any, words: Vocabulary) -> Iterator[Wrong]:
    if code not in words.criteria and code not in words.custom:
        yield Wrong("criterion", "unknown", str(code))


def of_group(code: Any, words: Vocabulary) -> Iterator[Wrong]:
    if code and code not in words.groups:
        yield Wrong("group", "unknown", str(code))


def of_cell(cell: Any, words: Vocabulary) -> Iterator[Wrong]:
    sex, _, band = str(cell).partition("/")
    if sex not in words.sexes or band not in words.bands:
        yield Wrong("cell", "unknown", str(cell))


def of_count(n: Any, field: str) -> Iterator[Wrong]:
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MOST_COUNT:
        yield Wrong(field, "out_of_range", str(n))


def of_faces(counts: Any, words: Vocabulary, field: str) -> Iterator[Wrong]:
    """One count for each value of the scale."""
    if len(list(counts)) != len(words.values):
        yield Wrong(field, "wrong_length", str(len(words.values)))
    for n in counts:
        yield from of_count(n, field)


def of_texts(texts: Any, field: str) -> Iterator[Wrong]:
    for text in texts:
        if not isinstance(text, str):
            yield Wrong(field, "unreadable")
        elif len(text) > LONGEST_TEXT:
            yield Wrong(field, "too_long", str(LONGEST_TEXT))


READERS = {
    "setup": of_setup,
    "person": of_person,
    "raise": of_raise,
    "custom": of_custom,
    "priorities": of_priorities,
    "ballot": of_ballot,
    "counts": of_counts,
    "reflect": of_reflect,
    "answer": of_answer,
    "void": of_void,
}


def is_instant(text: str) -> bool:
    """Whether the text is an ISO 8601 moment with a zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except (TypeError, ValueError):
        return False
