"""A browser in a meeting with phones of other tables: it changes its own and loses nothing of theirs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from samleng.voices.scorecards.pinned import counting_of
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.verbs import writing
from tests.doors.web.facilitated import Meeting, client_of
from tests.world import line

FUTURE = datetime(2099, 12, 31, tzinfo=UTC)


@pytest.fixture
def meeting(world):
    meeting = Meeting(client_of(world.sophea), world.plan_card())
    meeting.begin()
    meeting.by = world.by(world.sophea)
    return meeting


def from_phone(meeting, *lines):
    writing.write(by=meeting.by, scorecard=meeting.card, lines=list(lines))


def criteria(meeting):
    method = meeting.card.round.framework.method
    return [c.code for c in method.criteria_for(meeting.card.service.code, "community")]


def test_it_adds_its_heads_to_those_of_another_table_however_often_it_saves_them(meeting):
    cell = "female/15-30"
    from_phone(meeting, line("setup", {"table": "t2", "heads": {"cells": {cell: 5}}}))
    for n in ("3", "4"):
        meeting.post("heads", **{f"cell:{cell}": n})
    assert participation(meeting.written).cells == {cell: 9}
    assert re.search(rf'name="cell:{cell}" value="4"', meeting.get("heads"))
    assert meeting.post("setup", held_on=timezone.localdate().isoformat(), voting="counts").status_code == 302
    assert participation(meeting.written).people == 9


def test_it_types_counts_of_its_own_beside_those_of_another_table(meeting):
    code = criteria(meeting)[0]
    meeting.choose(code)
    from_phone(
        meeting, line("counts", {"table": "t2", "group": "", "criterion": code, "counts": [0, 0, 7, 0, 0]})
    )
    for n in ("1", "2"):
        assert meeting.post("counts", **{"n-0-0-0": n}).status_code == 302
    assert tallies(meeting.written, counting_of(meeting.card))[0].histogram == [2, 0, 7, 0, 0]


def test_it_edits_what_all_tables_said_and_keeps_what_came_meanwhile(meeting):
    code = criteria(meeting)[0]
    meeting.choose(code)
    from_phone(meeting, line("reflect", {"table": "t2", "criterion": code, "strengths": ["nearr", "clean"]}))
    shown = re.search(r'name="shown" value="([^"]*)"', meeting.get("reflect"))[1]
    from_phone(meeting, line("reflect", {"table": "t3", "criterion": code, "weaknesses": ["dark"]}))
    fields = {"strengths": ["near", "clean"], "suggestions": ["a lamp"], "chosen": ["0"]}
    assert meeting.post("reflect", shown=shown, **fields).status_code == 302
    stands = meeting.written.reflections[code]
    assert (stands.strengths, stands.weaknesses) == (("near", "clean"), ("dark",))
    assert stands.suggestions == (("a lamp", True),)


def test_it_says_whose_number_it_is_where_two_tables_gave_the_same(meeting):
    meeting.add()
    about = {"sex": "male", "band": "60+", "table": "t2"}
    from_phone(meeting, line("person", {**about, "number": 1}), line("person", {**about, "number": 2}))
    meeting.choose(criteria(meeting)[0])
    for page in ("people", "raise", "vote"):
        shown = re.findall(r">(\d+(?: · t2)?)\s*<", meeting.get(page))
        assert {"1", "1 · t2", "2"} <= set(shown), page


def test_it_has_the_last_word_over_a_phone_whose_clock_runs_years_ahead(meeting):
    one, other = criteria(meeting)[:2]
    from_phone(
        meeting,
        line("setup", {"held_on": "2026-03-04", "voting": "counts"}, at=FUTURE),
        line("priorities", {"order": [one]}, at=FUTURE),
    )
    today = timezone.localdate().isoformat()
    meeting.post("setup", held_on=today, voting="people")
    meeting.choose(other, one)
    written = meeting.written
    assert (written.setup["held_on"], written.setup["voting"]) == (today, "people")
    assert written.priorities == [other, one]
