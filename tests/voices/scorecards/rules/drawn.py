"""Rooms made up by hypothesis: lines as phones write them, in a small vocabulary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from samleng.voices.scorecards.rules.lines import Line

START = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
CRITERIA = ("c1", "c2", "c3")
SEXES, BANDS = ("female", "male"), ("15-30", "31+")
SPECIAL, GROUPS = ("disability", "minority"), ("", "women", "youth")

uids = st.integers(1, 60).map(lambda n: str(UUID(int=n)))
people = st.integers(1, 12).map(lambda n: str(UUID(int=1000 + n)))
moments = st.integers(0, 30).map(lambda s: (START + timedelta(seconds=s)).isoformat(timespec="microseconds"))
groups = st.sampled_from(GROUPS)

TABLES, DOORS = ("t1", "t2", "t10"), ("", "room", "qr", "paper", "week")

sounds = st.integers(1, 4).map(lambda n: str(UUID(int=7000 + n)))
tables = {"table": st.sampled_from(TABLES)}
doors = {"door": st.sampled_from(DOORS)}
fixes = {"replaces": uids}
criteria = st.sampled_from(CRITERIA)
heads = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.dictionaries(st.just("female/15-30"), st.integers(0, 9)),
        "special": st.dictionaries(st.sampled_from(SPECIAL), st.integers(0, 3)),
    },
)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "cell": st.sampled_from(["", "male/31+"]),
        "special": st.lists(st.sampled_from(SPECIAL), unique=True),
    },
)
texts = st.lists(st.sampled_from(["a", "b", "ក", "\U0001f600", "\uffee"]), max_size=3)
ideas = st.lists(
    st.fixed_dictionaries({"text": st.sampled_from("ab")}, optional={"chosen": st.booleans()}), max_size=3
)


def says(kind: str, given: dict, optional: dict) -> st.SearchStrategy:
    """(kind, body) of one kind of line; any line may be of a table and correct another."""
    return st.tuples(st.just(kind), st.fixed_dictionaries(given, optional={**optional, **tables, **fixes}))


bodies = st.one_of(
    says(
        "setup",
        {},
        {
            "held_on": st.sampled_from(["2026-03-04", "2026-03-05"]),
            "voting": st.sampled_from(["people", "counts"]),
            "language": st.sampled_from(["km", "en"]),
            "heads": heads,
        },
    ),
    says(
        "person",
        {
            "number": st.integers(1, 40),
            "sex": st.sampled_from(SEXES),
            "band": st.sampled_from(BANDS),
            "special": st.lists(st.sampled_from(SPECIAL), unique=True),
            "group": groups,
            "counted": st.booleans(),
        },
        {"person": people, **doors},
    ),
    says("raise", {"criterion": criteria}, {"person": people}),
    says("priorities", {"order": st.lists(criteria, unique=True)}, {}),
    says(
        "ballot",
        {"scores": st.dictionaries(criteria, st.integers(1, 5), min_size=1), "group": groups},
        {"person": people, "profile": profiles, **doors},
    ),
    says(
        "counts",
        {
            "criterion": criteria,
            "group": groups,
            "counts": st.lists(st.integers(0, 20), min_size=5, max_size=5),
        },
        {"cell": st.just("female/15-30")},
    ),
    says(
        "reflect",
        {"criterion": criteria},
        {"strengths": texts, "weaknesses": texts, "suggestions": ideas, "sound": sounds},
    ),
    says(
        "custom",
        {"code": st.sampled_from(["own-1", "own-2"]), "text": st.just({"km": "ក"})},
        {"sound": sounds},
    ),
    says("photo", {"photo": sounds}, {"about": criteria}),
    says("answer", {"mark": sounds, "words": st.sampled_from(["it is right", "ត្រូវហើយ"])}, {}),
    st.tuples(st.just("void"), st.fixed_dictionaries({"line": uids})),
)


@st.composite
def line(draw) -> Line:
    kind, body = draw(bodies)
    return Line(uid=draw(uids), kind=kind, body=body, written_at=draw(moments))


def cards(most: int = 40) -> st.SearchStrategy[list[Line]]:
    """Lines of one card: a uid stands for one content, as the server holds phones to."""
    return st.lists(line(), max_size=most, unique_by=lambda each: each.uid)


def person(n: int, *, sex: str = "female", band: str = "15-30", **more: object) -> Line:
    body = {"number": n, "sex": sex, "band": band, **more}
    return Line(uid=str(UUID(int=1000 + n)), kind="person", body=body, written_at=at(n))


def ballot(n: int, scores: dict[str, int], *, seconds: float | None = None, **more: object) -> Line:
    body = {"person": str(UUID(int=1000 + n)), "scores": scores, **more}
    when = at(100 + n * 60 if seconds is None else seconds)
    return Line(uid=str(UUID(int=5000 + n)), kind="ballot", body=body, written_at=when)


def made(kind: str, n: int, **body: object) -> Line:
    return Line(uid=str(UUID(int=n)), kind=kind, body=body, written_at=at(n))


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat(timespec="microseconds")
