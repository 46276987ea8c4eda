"""Rooms made up in bulk from a number: the same number always gives the same lines, thousands in a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from samleng.voices.scorecards.rules.lines import Line
from samleng.voices.scorecards.rules.tally import Counting
from samleng.voices.scorecards.rules.vocabulary import Vocabulary

START = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
# A criterion of one's own may be called anything; these sort differently by UTF-16 than by code points.
OWN = ("own-a", "own-ក", "own-\U0001f600", "own-\uffee")
TABLES = ("", "t1", "t2", "t10", "women-2")
TEXTS = ("a", "ក្បែរ", "ក\u200bខ", "\U0001f600", "\uffee", "z")
# How the frameworks of packs/demo count.
COUNTINGS = (
    Counting(values=(1, 2, 3, 4, 5)),
    Counting(values=tuple(range(0, 101, 10)), aggregate="mean", combine="median_of_medians"),
    Counting(values=(0, 1), aggregate="met_standard"),
    Counting(values=(0, 1), aggregate="share_yes", combine="median_of_medians"),
)
WORDS = Vocabulary(
    values=COUNTINGS[0].values,
    criteria=frozenset({"c1", "c2", "c3"}),
    sexes=frozenset({"female", "male"}),
    bands=frozenset({"15-30", "31+"}),
    special=frozenset({"disability", "minority"}),
    groups=frozenset({"women", "youth"}),
    most_priorities=7,
    custom=frozenset(OWN),
)


class Writer:
    """Somebody who writes lines at random, on phones whose clocks may be years off."""

    def __init__(self, chance: Random, words: Vocabulary = WORDS) -> None:
        self.chance, self.words = chance, words
        self.people = [str(self.uid()) for _n in range(8)]
        self.files = [str(self.uid()) for _n in range(3)]
        self.clock = {table: self.chance.choice((0, 0, 0, 1, -9000, 26_000)) for table in TABLES}

    @property
    def criteria(self) -> list[str]:
        return sorted(self.words.criteria | self.words.custom)

    def uid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128))

    def line(self, known: Sequence[Line], table: str = "") -> Line:
        """One line; a few correct or void one of the known."""
        chance = self.chance
        kind = chance.choice(KINDS) if known else "setup"
        body = BODIES[kind](self)
        if kind == "void":
            body["line"] = chance.choice(known).uid
        elif known and chance.random() < 0.2:
            body |= self.correction(kind, known)
        if table:
            body["table"] = table
        # Few moments, so that many lines are written at the same one.
        moment = START + timedelta(days=self.clock[table], seconds=chance.randrange(40) / 4)
        return Line(str(self.uid()), kind, body, moment.isoformat(timespec="microseconds"))

    def correction(self, kind: str, known: Sequence[Line]) -> dict[str, Any]:
        """What replaces a known line: mostly one of its kind, as an app does, now and then any."""
        alike = [line for line in known if line.kind == kind] or known
        return {"replaces": self.chance.choice(alike if self.chance.random() < 0.9 else known).uid}

    def maybe(self, key: str, of: Sequence[Any] | frozenset[str], often: float = 0.5) -> dict[str, Any]:
        """A part of a body that not every line has."""
        return {key: self.choice(of)} if self.chance.random() < often else {}

    def cell(self) -> str:
        return f"{self.choice(self.words.sexes)}/{self.choice(self.words.bands)}"

    def some(self, of: Sequence[Any], most: int) -> list[Any]:
        return self.chance.sample(list(of), self.chance.randint(0, min(most, len(of))))

    def choice(self, of: Sequence[Any] | frozenset[str]) -> Any:
        return self.chance.choice(sorted(of))


def setup(w: Writer) -> dict[str, Any]:
    cells = {w.cell(): w.chance.randint(0, 20) for _n in range(2)}
    special = {code: w.chance.randint(0, 3) for code in w.some(sorted(w.words.special), 2)}
    whole: dict[str, Any] = {
        "held_on": w.choice(["2026-03-04", "2026-03-05"]),
        "language": w.choice(["km", "en"]),
        "voting": w.choice(["people", "counts"]),
        "heads": {"cells": cells, "special": special} if w.chance.random() < 0.8 else {},
    }
    return {key: whole[key] for key in w.some(sorted(whole), 3)}


def person(w: Writer) -> dict[str, Any]:
    return {
        "number": w.chance.randint(1, 9),
        "sex": w.choice(w.words.sexes),
        "band": w.choice(w.words.bands),
        "special": w.some(sorted(w.words.special), 2),
        "group": w.choice([*w.words.groups, ""]),
        "counted": w.chance.random() < 0.9,
        **w.maybe("person", w.people, 0.8),
        **door(w),
    }


def door(w: Writer) -> dict[str, Any]:
    return w.maybe("door", ["", "room", "qr", "paper", "week"], 0.3)


def raised(w: Writer) -> dict[str, Any]:
    return {
        "criterion": w.choice(w.criteria),
        **w.maybe("person", w.people),
    }


def ballot(w: Writer) -> dict[str, Any]:
    scores = {c: w.choice(w.words.values) for c in w.some(w.criteria, len(w.criteria))} or {
        w.criteria[0]: w.words.values[0]
    }
    said = {
        "cell": w.cell(),
        "special": w.some(w.words.special, 2),
    }
    return {
        "scores": scores,
        **w.maybe("group", [*w.words.groups, ""]),
        **w.maybe("person", w.people, 0.8),
        **({"profile": said} if w.chance.random() < 0.2 else {}),
        **door(w),
    }


def counts(w: Writer) -> dict[str, Any]:
    return {
        "group": w.choice([*w.words.groups, ""]),
        "criterion": w.choice(w.criteria),
        "counts": [w.chance.choice((0, 0, 1, 7)) for _value in w.words.values],
        **w.maybe("cell", [w.cell()], 0.2),
    }


def reflect(w: Writer) -> dict[str, Any]:
    return {
        "criterion": w.choice(w.criteria),
        "strengths": w.some(TEXTS, 3),
        "weaknesses": w.some(TEXTS, 2),
        "suggestions": [{"text": text, "chosen": w.chance.random() < 0.5} for text in w.some(TEXTS, 3)],
        **w.maybe("sound", w.files, 0.3),
    }


def custom(w: Writer) -> dict[str, Any]:
    return {
        "code": w.choice(OWN),
        "text": {"km": w.choice(TEXTS)},
        **w.maybe("sound", w.files, 0.3),
    }


BODIES: dict[str, Callable[[Writer], dict[str, Any]]] = {
    "setup": setup,
    "person": person,
    "raise": raised,
    "custom": custom,
    "priorities": lambda w: {"order": w.some(w.criteria, min(5, w.words.most_priorities))},
    "ballot": ballot,
    "counts": counts,
    "reflect": reflect,
    "photo": lambda w: {"photo": w.choice(w.files), "about": w.choice([*w.criteria, ""])},
    "answer": lambda w: {"mark": w.choice(w.files), "words": w.choice(TEXTS)},
    "void": lambda w: {},
}
KINDS = ("setup", "priorities", "custom", "photo", "answer", "void") + (
    ("person", "raise", "ballot", "ballot", "counts", "reflect") * 2
)


def room(seed: int, counting: Counting = COUNTINGS[0], most: int = 60) -> list[Line]:
    """The lines of one meeting of up to four tables."""
    chance = Random(seed)
    words = replace(WORDS, values=counting.values)
    writer, tables = Writer(chance, words), chance.sample(TABLES, chance.randint(1, 4))
    lines: list[Line] = []
    for _n in range(chance.randint(1, most)):
        lines.append(writer.line(lines, chance.choice(tables)))
    return lines


def arrived(lines: Sequence[Line], chance: Random) -> list[Line]:
    """The same lines as they may arrive: in any order, some of them again and again."""
    again = [*lines, *chance.choices(lines, k=len(lines) // 2)] if lines else []
    chance.shuffle(again)
    return again


def smallest(lines: Sequence[Line], differs: Callable[[Sequence[Line]], bool]) -> list[Line]:
    """A counter-example with every line left out that it does not need."""
    kept = list(lines)
    for line in list(lines):
        fewer = [each for each in kept if each.uid != line.uid]
        if differs(fewer):
            kept = fewer
    return kept
