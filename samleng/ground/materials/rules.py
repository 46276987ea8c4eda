"""Lessons: short cards that are read or listened to on a phone, and what a pack's file of them must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# A card is heard in half a minute and read on a small phone without scrolling.
LONGEST_CARD = 240
LONGEST_TITLE = 60
MOST_LESSONS, MOST_CARDS = 20, 6


class Unsound(Exception):
    """What is wrong in a file of lessons: each (path, what), the path as `lessons[2].cards[0].text.km`."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {what}" for path, what in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class LessonCard:
    """One card: its text by language, and its recordings by language where they have been made."""

    text: Mapping[str, str]
    sounds: Mapping[str, str]


@dataclass(frozen=True)
class Lesson:
    """A few cards about one thing."""

    code: str
    title: Mapping[str, str]
    cards: tuple[LessonCard, ...]


def read_lessons(data: Mapping[str, Any], languages: Sequence[str]) -> tuple[Lesson, ...]:
    """The lessons of a pack's data in their order; raises `Unsound` with every fault."""
    given = data.get("lessons", [])
    faults = list(faults_of(data, languages))
    if faults:
        raise Unsound(faults)
    return tuple(
        Lesson(
            code=one["code"],
            title=dict(one["title"]),
            cards=tuple(
                LessonCard(dict(card["text"]), dict(card.get("sounds", {}))) for card in one["cards"]
            ),
        )
        for one in given
    )


def faults_of(data: Mapping[str, Any], languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Everything wrong with a file of lessons."""
    yield from unknown(data, {"lessons"}, "")
    given = data.get("lessons", [])
    if not isinstance(given, list) or len(given) > MOST_LESSONS:
        yield "lessons", f"must be a list of at most {MOST_LESSONS}"
        return
    seen: set[str] = set()
    for n, one in enumerate(given):
        path = f"lessons[{n}]"
        if not isinstance(one, Mapping):
            yield path, "must be a table"
            continue
        code = str(one.get("code", ""))
        if not CODE.fullmatch(code) or code in seen:
            yield f"{path}.code", "must be a new code of small letters, digits and dashes"
        seen.add(code)
        yield from unknown(one, {"code", "title", "cards"}, path)
        yield from text_faults(one.get("title"), languages, LONGEST_TITLE, f"{path}.title")
        yield from card_faults(one.get("cards"), languages, f"{path}.cards")


def card_faults(given: Any, languages: Sequence[str], path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CARDS:
        yield path, f"must be a list of 1 to {MOST_CARDS} cards"
        return
    for n, card in enumerate(given):
        at = f"{path}[{n}]"
        if not isinstance(card, Mapping):
            yield at, "must be a table"
            continue
        yield from unknown(card, {"text", "sounds"}, at)
        yield from text_faults(card.get("text"), languages, LONGEST_CARD, f"{at}.text")
        sounds = card.get("sounds", {})
        if not isinstance(sounds, Mapping) or not all(isinstance(sound, str) for sound in sounds.values()):
            yield f"{at}.sounds", "must give an address by language"


def text_faults(given: Any, languages: Sequence[str], longest: int, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(given, Mapping):
        yield path, "must give a text by language"
        return
    for language in languages:
        text = given.get(language)
        if not isinstance(text, str) or not text.strip():
            yield f"{path}.{language}", "is missing"
        elif len(text) > longest:
            yield f"{path}.{language}", f"is longer than {longest} letters"


def unknown(given: Mapping[str, Any], known: set[str], path: str) -> Iterator[tuple[str, str]]:
    for key in given:
        if key not in known:
            yield f"{path}.{key}".lstrip("."), "is not known"
