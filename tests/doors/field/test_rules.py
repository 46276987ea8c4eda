"""The app's own rules, as they ship, against the server's: figure for figure, whatever arrives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samleng.ground.frameworks.rules import AgeBand, Profile, Sex
from samleng.voices.scorecards.pinned import instant
from samleng.voices.scorecards.rules import statistics
from samleng.voices.scorecards.rules.checks import Facts, checked
from samleng.voices.scorecards.rules.lines import Line, dated
from samleng.voices.scorecards.rules.tally import Counting, Participation, told_apart
from samleng.voices.scorecards.rules.vocabulary import is_instant, wrongs
from tests.doors.field.node import Node, counted, sent
from tests.doors.field.rooms import COUNTINGS, WORDS, arrived, room, smallest
from tests.voices.scorecards.rules.drawn import bodies, cards, moments
from tests.voices.scorecards.rules.told import told

seeds = st.integers(0, 2**32)
countings = st.sampled_from(COUNTINGS)


def disagreeing(
    node: Node, rooms: Sequence[list[Line]], counting: Counting, seed: int, planted: str = ""
) -> list[Line] | None:
    """The first room that phone and server read differently, made as small as it gets; None if they agree."""
    chance = Random(seed)
    logs = [arrived(lines, chance) for lines in rooms]

    def differs(lines: Sequence[Line]) -> bool:
        [theirs] = node.ask("cards", logs=[sent(lines)], counting=counted(counting), planted=planted)
        return bool(theirs != told(lines, counting))

    read = node.ask("cards", logs=[sent(log) for log in logs], counting=counted(counting), planted=planted)
    for lines, log, theirs in zip(rooms, logs, read, strict=True):
        if theirs != told(lines, counting):
            return smallest(log, differs)
    return None


@settings(max_examples=100)
@given(seeds, countings)
def test_it_reads_thirty_rooms_as_the_server_does_in_any_order_and_however_often(node, seed, counting):
    rooms = [room(seed + n, counting) for n in range(30)]
    assert disagreeing(node, rooms, counting, seed) is None


@pytest.mark.soak
@settings(max_examples=700)
@given(seeds, countings)
def test_it_reads_twenty_thousand_rooms_as_the_server_does(node, seed, counting):
    rooms = [room(seed + n, counting) for n in range(30)]
    assert disagreeing(node, rooms, counting, seed) is None


@given(cards(30), seeds)
def test_it_reads_what_hypothesis_thinks_of_as_the_server_does(node, lines, seed):
    assert disagreeing(node, [lines], COUNTINGS[0], seed) is None


@pytest.mark.parametrize("planted", ["arrival", "whole", "clocks"])
def test_it_finds_out_a_merge_that_loses_work(node, planted):
    rooms = [room(seed) for seed in range(30)]
    found = disagreeing(node, rooms, COUNTINGS[0], 1, planted)
    assert found is not None and len(found) < 8


@given(st.lists(bodies, max_size=20), st.data())
def test_it_finds_the_same_faults_with_a_line(node, drawn, data):
    given = [{"kind": kind, "body": spoilt(data, body)} for kind, body in drawn]
    words = {
        key: list(value) if isinstance(value, frozenset) else value for key, value in vars(WORDS).items()
    }
    words |= {"customAllowed": words.pop("custom_allowed"), "mostPriorities": words.pop("most_priorities")}
    theirs = node.ask("wrongs", lines=given, words=words)
    ours = [[vars(wrong) for wrong in wrongs(one["kind"], one["body"], WORDS)] for one in given]
    assert list(map(ordered, theirs)) == list(map(ordered, ours))


def words_for_node() -> dict[str, Any]:
    words = {
        key: list(value) if isinstance(value, frozenset) else value for key, value in vars(WORDS).items()
    }
    return words | {
        "customAllowed": words.pop("custom_allowed"),
        "mostPriorities": words.pop("most_priorities"),
    }


def test_it_measures_texts_in_letters_whatever_they_take_in_memory(node):
    fit, long = ("\U0001f600" * n for n in (2000, 2001))
    bodies_given = [{"criterion": "c1", "strengths": [text]} for text in (fit, long)]
    found = node.ask(
        "wrongs", lines=[{"kind": "reflect", "body": body} for body in bodies_given], words=words_for_node()
    )
    assert found == [[vars(wrong) for wrong in wrongs("reflect", body, WORDS)] for body in bodies_given]
    assert [[one["code"] for one in each] for each in found] == [[], ["too_long"]]


scraps = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3000)
    | st.sampled_from([2**53, -(2**53)])
    | st.sampled_from(
        ["", " ", "\u200b", "\ufeff", "\x1c", "\0", "c1", "own-ក", "female/15-30", "2026-02-30"]
    )
    | st.sampled_from(
        ["t1", "week", "T 1", "2026-03-04", "ក" * 2001, "\U0001f600" * 2000, "own-" + "\U0001f600" * 56]
    )
    | st.just("0f8fad5b-d9cb-469f-a165-70867728950e")
)
KEYS = (
    "number sex band special group counted criterion order scores counts cell text code heads profile lead "
    "table door replaces person sound photo about strengths suggestions chart mark words held_on line name"
).split()
junk = (
    scraps
    | st.lists(scraps | st.dictionaries(st.sampled_from(["text", "chosen"]), scraps), max_size=5)
    | st.dictionaries(st.sampled_from(["text", "cells", "km", "c1", "special", "cell"]), scraps, max_size=2)
    | st.dictionaries(
        st.sampled_from(["cells", "special", "c1"]),
        st.lists(scraps, max_size=5)
        | st.dictionaries(st.sampled_from(["female/31+", "minority", "x"]), scraps),
        max_size=2,
    )
)


def spoilt(data: st.DataObject, body: dict[str, Any]) -> Any:
    """What a phone writes, with parts of it replaced by anything."""
    changes = data.draw(st.dictionaries(st.sampled_from(KEYS), junk, max_size=2))
    return data.draw(st.just({**body, **changes}) | junk)


def ordered(found: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    # An object's keys have no order that two languages share.
    return sorted(sorted(one.items()) for one in found)


@given(cards(12), st.lists(st.tuples(bodies, moments), max_size=5))
def test_it_dates_a_correction_as_the_server_does(node, known, drawn):
    fresh = [Line("00000000-fresh", kind, body, moment) for (kind, body), moment in drawn]
    cases = [{"line": sent([line])[0], "known": sent(known)} for line in fresh]
    assert node.ask("dated", cases=cases) == [dated(line, known) for line in fresh]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=30))
def test_it_sorts_texts_by_code_points(node, texts):
    assert node.ask("ordered", texts=texts) == sorted(texts)


widths = st.integers(1, 11)
histograms = widths.flatmap(lambda n: st.lists(st.integers(0, 40), min_size=n, max_size=n))


@given(st.lists(st.tuples(histograms, st.sampled_from(sorted(statistics.CENTRES))), max_size=20))
def test_it_finds_the_same_centres_exactly(node, drawn):
    cases = [
        {"histogram": histogram, "aggregate": aggregate, "values": list(range(0, 10 * len(histogram), 10))}
        for histogram, aggregate in drawn
    ]
    found = [statistics.centre(one["aggregate"], one["histogram"], one["values"]) for one in cases]
    assert node.ask("centres", cases=cases) == [
        {"centre": exact(value), "milli": statistics.milli(value), "n": sum(one["histogram"])}
        for value, one in zip(found, cases, strict=True)
    ]


@given(st.lists(st.fractions(min_value=-10, max_value=100), max_size=30))
def test_it_rounds_thousandths_alike(node, values):
    cases = [[str(value.numerator), str(value.denominator)] for value in values]
    assert node.ask("millis", cases=cases) == [statistics.milli(value) for value in values]


def exact(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


days = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 1, 1))
sums = st.dictionaries(st.sampled_from(["female/15-30", "female/31+", "male/31+", "all"]), st.integers(0, 30))
facts = st.fixed_dictionaries(
    {
        "side": st.sampled_from(["community", "provider"]),
        "cells": sums,
        "special": st.dictionaries(st.sampled_from(["disability", "minority"]), st.integers(0, 9)),
        "priorities": st.lists(st.sampled_from(["c1", "c2", "c3"]), unique=True),
        "with_suggestion": st.frozensets(st.sampled_from(["c1", "c2", "c3"])),
        "held_on": st.none() | days,
        "submitted_on": days,
        "information_given_on": st.none() | days,
    }
)
CHECKS_OF_A_METHOD = [
    ("a", "min_participants", {"people": 15}),
    ("b", "min_participants", {"people": 15, "side": "provider"}),
    ("c", "min_staff", {"people": 6}),
    ("d", "min_women_share", {"percent": 30}),
    ("e", "min_group", {"group": "disability", "people": 2}),
    ("f", "action_per_priority", {}),
    ("g", "entered_within_days", {"days": 30}),
    ("h", "information_given_before", {}),
    ("i", "plan_signed", {}),
    ("j", "constructor", {}),
]


@given(facts)
def test_it_judges_the_quality_checks_alike(node, drawn):
    people = sum(drawn["cells"].values())
    held = {"people": people, "cells": drawn.pop("cells"), "special": drawn.pop("special"), "groups": {}}
    ours = checked(Facts(participation=Participation(**held), **drawn), CHECKS_OF_A_METHOD)
    plain = {key: str(value) if isinstance(value, date) else value for key, value in drawn.items()}
    theirs = node.ask(
        "checked",
        facts={
            "side": plain["side"],
            "participation": held,
            "priorities": plain["priorities"],
            "withSuggestion": sorted(plain["with_suggestion"]),
            "heldOn": plain["held_on"],
            "submittedOn": plain["submitted_on"],
            "informationGivenOn": plain["information_given_on"],
        },
        checks=[{"code": code, "kind": kind, "params": params} for code, kind, params in CHECKS_OF_A_METHOD],
    )
    assert theirs == [vars(one) for one in ours]


@given(sums)
def test_it_tells_sexes_and_ages_apart_alike(node, cells):
    profile = {
        "sexes": [{"code": "female", "name": "Women"}, {"code": "male", "name": "Men"}],
        "age_bands": [{"code": "15-30", "name": "Young"}, {"code": "31+", "name": "Older"}],
    }
    ours = told_apart(
        Profile(
            sexes=tuple(Sex(**one) for one in profile["sexes"]),
            age_bands=tuple(AgeBand(**one) for one in profile["age_bands"]),
        ),
        cells,
    )
    assert node.ask("told_apart", profile=profile, cells=cells) == [
        [list(pair) for pair in part] for part in ours
    ]


zoned = st.datetimes(
    min_value=datetime(2, 1, 2),
    max_value=datetime(9998, 12, 30),
    timezones=st.integers(-1439, 1439).map(lambda n: timezone(timedelta(minutes=n))),
)


@given(st.lists(zoned, max_size=30))
def test_it_writes_moments_in_the_one_form(node, moments_given):
    texts = [moment.isoformat() for moment in moments_given]
    assert node.ask("instants", texts=texts) == [instant(moment) for moment in moments_given]


def test_it_takes_nothing_else_for_a_moment(node):
    texts = ["2026-02-30T00:00:00Z", "2026-03-04", "2026-03-04T08:00:00", "", "x", "2026-03-04T25:00:00Z",
             "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-03-04T08:00:00+24:00"]  # fmt: skip
    assert node.ask("instants", texts=texts) == [None] * len(texts)
    assert not any(is_instant(text) for text in texts)
    assert node.ask("instants", texts=["2026-03-04T15:00:00.1234567+07:00", "2026-03-04T08:00:00Z"]) == [
        "2026-03-04T08:00:00.123456+00:00",
        "2026-03-04T08:00:00.000000+00:00",
    ]
