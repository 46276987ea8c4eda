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

bodies = st.one_of(
    st.tuples(st.just("setup"), st.fixed_dictionaries({"held_on": st.just("2026-03-04")})),
    st.tuples(
        st.just("person"),
        st.fixed_dictionaries(
            {
                "number": st.integers(1, 40),
                "sex": st.sampled_from(SEXES),
                "band": st.sampled_from(BANDS),
                "special": st.lists(st.sampled_from(SPECIAL), unique=True),
                "group": groups,
                "counted": st.booleans(),
            },
            optional={"person": people, "replaces": uids},
        ),
    ),
    st.tuples(
        st.just("raise"),
        st.fixed_dictionaries({"criterion": st.sampled_from(CRITERIA)}, optional={"person": people}),
    ),
    st.tuples(
        st.just("priorities"),
        st.fixed_dictionaries({"order": st.lists(st.sampled_from(CRITERIA), unique=True)}),
    ),
    st.tuples(
        st.just("ballot"),
        st.fixed_dictionaries(
            {
                "scores": st.dictionaries(st.sampled_from(CRITERIA), st.integers(1, 5), min_size=1),
                "group": groups,
            },
            optional={"person": people, "replaces": uids},
        ),
    ),
    st.tuples(
        st.just("counts"),
        st.fixed_dictionaries(
            {
                "criterion": st.sampled_from(CRITERIA),
                "group": groups,
                "counts": st.lists(st.integers(0, 20), min_size=5, max_size=5),
            },
            optional={"cell": st.just("female/15-30")},
        ),
    ),
    st.tuples(
        st.just("reflect"),
        st.fixed_dictionaries({"criterion": st.sampled_from(CRITERIA), "strengths": st.just(["a"])}),
    ),
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
