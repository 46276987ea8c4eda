"""What may be written on a card: the framework's words, and what is wrong with a line that leaves them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cached_property
from typing import Any

from samleng.voices.scorecards.rules.lines import DOORS, KINDS, OWN

LONGEST_TEXT = 2000
LONGEST_CODE = 60
MOST_LINES = 2000
MOST_PEOPLE = 500
MOST_COUNT = 2000
TABLE = re.compile(r"[a-z0-9-]{0,20}")
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Everything a line may say about a person; a name or an exact age is refused, not ignored.
ABOUT_A_PERSON = frozenset(
    {"number", "sex", "band", "special", "group", "counted", "person", "door", "replaces", "table"}
)
# What any line may say of itself.
MARKS = frozenset({"replaces", "person", "table", "door"})
# Kinds of lines that come from voters, so that they may say by which door.
VOTERS = ("person", "ballot")


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

    @cached_property
    def any_criterion(self) -> frozenset[str]:
        return self.criteria | self.custom

    @cached_property
    def any_group(self) -> frozenset[str]:
        """The groups, and none for a line that is of no group."""
        return self.groups | {""}


@dataclass(frozen=True)
class Wrong:
    """A field of a line and a code for what is wrong; doors say it in the reader's language."""

    field: str
    code: str
    value: str = ""


class Unreadable(Exception):
    """A field that is missing or of another type: nothing more can be said of the line."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def wrongs(kind: str, body: Mapping[str, Any], words: Vocabulary) -> list[Wrong]:
    """Everything wrong with a line's body; an empty list when it may be written."""
    if kind not in KINDS:
        return [Wrong("kind", "unknown", shown(kind))]
    if not isinstance(body, Mapping):
        return [Wrong("body", "not_an_object")]
    if unstorable(body):
        return [Wrong("body", "unreadable")]
    return wrong_words(kind, body, words)


def wrong_words(kind: str, body: Mapping[str, Any], words: Vocabulary) -> list[Wrong]:
    """The same of a known kind and of JSON that can be stored."""
    try:
        return [*of_marks(kind, body), *READERS[kind](body, words)]
    except Unreadable as error:
        return [Wrong(error.field, "unreadable")]


# --- a field of a type, or Unreadable ----------------------------------------------------------------------


def text_in(body: Mapping[str, Any], field: str, *otherwise: str) -> str:
    value = body.get(field, *otherwise)
    if not isinstance(value, str):
        raise Unreadable(field)
    return value


def list_in(body: Mapping[str, Any], field: str, *otherwise: list[Any]) -> list[Any]:
    value = body.get(field, *otherwise)
    if not isinstance(value, list):
        raise Unreadable(field)
    return value


def object_in(body: Mapping[str, Any], field: str, *otherwise: Mapping[str, Any]) -> Mapping[str, Any]:
    value = body.get(field, *otherwise)
    if not isinstance(value, Mapping):
        raise Unreadable(field)
    return value


def yes_or_no_in(body: Mapping[str, Any], field: str) -> None:
    if not isinstance(body.get(field, False), bool):
        raise Unreadable(field)


def uid_in(body: Mapping[str, Any], field: str, *otherwise: str) -> None:
    """A client-made UUID as everybody writes it: small letters, with its dashes."""
    value = text_in(body, field, *otherwise)
    if value not in otherwise and not UID.fullmatch(value):
        raise Unreadable(field)


def whole(value: Any) -> bool:
    """Whether it is a whole number that every language of code holds exactly; yes and no are none."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def shown(value: Any) -> str:
    """A value as a refusal may repeat it: codes and numbers, never whole bodies."""
    return value[:LONGEST_CODE] if isinstance(value, str) else str(value) if whole(value) else ""


def unstorable(value: Any) -> bool:
    """Whether there is a NUL in it, which no database keeps in a text."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(unstorable(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(unstorable(part) for part in value)


# --- each kind of line -------------------------------------------------------------------------------------


def of_marks(kind: str, body: Mapping[str, Any]) -> Sequence[Wrong]:
    """What any line may say of itself: what it replaces, whom it is of, from which table and door."""
    return RIGHT if MARKS.isdisjoint(body) else [*of_each_mark(kind, body)]


def of_each_mark(kind: str, body: Mapping[str, Any]) -> Iterator[Wrong]:
    for field in ("replaces", "person"):
        text_in(body, field, "")
    if not TABLE.fullmatch(text_in(body, "table", "")):
        yield Wrong("table", "unreadable", shown(body["table"]))
    if body.get("door", "") not in ("", *(DOORS if kind in VOTERS else ())):
        yield Wrong("door", "unknown", shown(body["door"]))


def of_setup(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    text_in(body, "language", "")
    uid_in(body, "lead", "")
    if "held_on" in body and not is_day(body["held_on"]):
        yield Wrong("held_on", "unreadable", shown(body["held_on"]))
    heads = object_in(body, "heads", {})
    for cell, n in object_in(heads, "cells", {}).items():
        yield from of_cell(cell, words)
        yield from of_count(n, f"heads.{cell}")
    for code, n in object_in(heads, "special", {}).items():
        yield from of_code(code, words.special, "heads")
        yield from of_count(n, f"heads.{code}")
    # What the flip-chart of a meeting held on paper says, to be held against the ballots: never counted.
    chart = object_in(body, "chart", {})
    for criterion in chart:
        yield from of_criterion(criterion, words)
        yield from of_faces(list_in(chart, criterion), words, "chart")


def of_person(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    number = body.get("number")
    if not whole(number):
        raise Unreadable("number")
    if not 1 <= int(number or 0) <= MOST_PEOPLE:
        yield Wrong("number", "out_of_range", shown(number))
    yield from of_code(body.get("sex"), words.sexes, "sex")
    yield from of_code(body.get("band"), words.bands, "band")
    for code in list_in(body, "special", []):
        yield from of_code(code, words.special, "special")
    yes_or_no_in(body, "counted")
    if set(body) - ABOUT_A_PERSON:
        yield Wrong("body", "too_much_about_a_person")
    yield from of_group(body.get("group", ""), words)


def of_raise(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    yield from of_criterion(body.get("criterion"), words)


def of_custom(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    """A criterion of the room's own, by text or by a recording of it."""
    if not words.custom_allowed:
        yield Wrong("criterion", "own_criteria_not_allowed")
    code = text_in(body, "code")
    if not is_own(code):
        yield Wrong("code", "unreadable", shown(code))
    uid_in(body, "sound", "")
    texts = list(object_in(body, "text", {}).values())
    if not body.get("sound") and not any(isinstance(text, str) and text.strip() for text in texts):
        yield Wrong("text", "empty")
    yield from of_texts(texts, "text")


def of_priorities(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    order = list_in(body, "order")
    for criterion in order:
        yield from of_criterion(criterion, words)
    codes = [code for code in order if isinstance(code, str)]
    if len(set(codes)) != len(codes):
        yield Wrong("order", "twice")
    if len(order) > words.most_priorities:
        yield Wrong("order", "too_many", str(words.most_priorities))


def of_ballot(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    scores = object_in(body, "scores")
    if not scores:
        yield Wrong("scores", "empty")
    for criterion, value in scores.items():
        yield from of_criterion(criterion, words)
        if not whole(value) or value not in words.values:
            yield Wrong("scores", "out_of_range", shown(value))
    yield from of_group(body.get("group", ""), words)
    # What a voter whom nobody listed says of themselves.
    profile = object_in(body, "profile", {})
    if profile.get("cell", "") != "":
        yield from of_cell(profile["cell"], words)
    for code in list_in(profile, "special", []):
        yield from of_code(code, words.special, "special")
    if set(profile) - {"cell", "special"}:
        yield Wrong("profile", "too_much_about_a_person")


def of_counts(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    yield from of_criterion(body.get("criterion"), words)
    yield from of_group(body.get("group"), words)
    if body.get("cell", "") != "":
        yield from of_cell(body["cell"], words)
    yield from of_faces(list_in(body, "counts"), words, "counts")


def of_reflect(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    yield from of_criterion(body.get("criterion"), words)
    uid_in(body, "sound", "")
    yield from of_texts(list_in(body, "strengths", []), "strengths")
    yield from of_texts(list_in(body, "weaknesses", []), "weaknesses")
    texts = []
    for suggestion in list_in(body, "suggestions", []):
        if not isinstance(suggestion, Mapping):
            raise Unreadable("suggestions")
        yes_or_no_in(suggestion, "chosen")
        texts.append(suggestion.get("text"))
    yield from of_texts(texts, "suggestions")


def of_photo(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    """A picture of the flip-chart by the uid it is uploaded under, and the criterion it is about, if any."""
    uid_in(body, "photo")
    if body.get("about", "") != "":
        yield from of_criterion(body["about"], words)


def of_answer(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    uid_in(body, "mark")
    said = text_in(body, "words")
    if not said.strip():
        yield Wrong("words", "empty")
    yield from of_texts([said], "words")


def of_void(body: Mapping[str, Any], words: Vocabulary) -> Iterator[Wrong]:
    if not text_in(body, "line"):
        yield Wrong("line", "empty")


# --- parts of a body ---------------------------------------------------------------------------------------


# Asked of every part of every line that a nation sends, and nearly always right: it costs no generator.
RIGHT: Sequence[Wrong] = ()


def of_code(code: Any, known: Collection[str], field: str) -> Sequence[Wrong]:
    return RIGHT if isinstance(code, str) and code in known else [Wrong(field, "unknown", shown(code))]


def of_criterion(code: Any, words: Vocabulary) -> Sequence[Wrong]:
    """A criterion of the framework or of the room's own, whose words may come later, from another phone."""
    if words.custom_allowed and is_own(code):
        return RIGHT
    return of_code(code, words.any_criterion, "criterion")


def is_own(code: Any) -> bool:
    return isinstance(code, str) and code.startswith(OWN) and len(code) <= LONGEST_CODE


def of_group(code: Any, words: Vocabulary) -> Sequence[Wrong]:
    return of_code(code, words.any_group, "group")


def of_cell(cell: Any, words: Vocabulary) -> Sequence[Wrong]:
    sex, _, band = cell.partition("/") if isinstance(cell, str) else ("", "", "")
    return RIGHT if sex in words.sexes and band in words.bands else [Wrong("cell", "unknown", shown(cell))]


def of_count(n: Any, field: str) -> Sequence[Wrong]:
    return RIGHT if whole(n) and 0 <= n <= MOST_COUNT else [Wrong(field, "out_of_range", shown(n))]


def of_faces(counts: list[Any], words: Vocabulary, field: str) -> Iterator[Wrong]:
    """One count for each value of the scale."""
    if len(counts) != len(words.values):
        yield Wrong(field, "wrong_length", str(len(words.values)))
    for n in counts:
        yield from of_count(n, field)


def of_texts(texts: list[Any], field: str) -> Sequence[Wrong]:
    return [wrong for text in texts for wrong in of_text(text, field)]


def of_text(text: Any, field: str) -> Sequence[Wrong]:
    if not isinstance(text, str):
        return [Wrong(field, "unreadable")]
    return RIGHT if len(text) <= LONGEST_TEXT else [Wrong(field, "too_long", str(LONGEST_TEXT))]


READERS: dict[str, Callable[[Mapping[str, Any], Vocabulary], Iterator[Wrong]]] = {
    "setup": of_setup,
    "person": of_person,
    "raise": of_raise,
    "custom": of_custom,
    "priorities": of_priorities,
    "ballot": of_ballot,
    "counts": of_counts,
    "reflect": of_reflect,
    "photo": of_photo,
    "answer": of_answer,
    "void": of_void,
}


def is_day(text: Any) -> bool:
    """Whether it is a day of the calendar, written YYYY-MM-DD."""
    try:
        return isinstance(text, str) and bool(DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_instant(text: str) -> bool:
    """Whether the text is an ISO 8601 moment with a zone that every clock and database can hold."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return moment.tzinfo is not None and MINYEAR < moment.year < MAXYEAR
