"""A meeting held on paper and typed in later: both days kept, ballots in keyboard order, totals compared."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of
from samleng.voices.scorecards.rules.lines import Ballot
from samleng.voices.scorecards.rules.tally import tallies
from tests.doors.web.facilitated import Meeting, at, client_of
from tests.world import World


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A room of three listed people that has chosen two criteria."""
    one = Meeting(client_of(world.sophea), world.plan_card())
    one.begin()
    for cell in ("female/15-30", "male/31-59", "female/60+"):
        one.add(cell)
    method = one.card.round.framework.method
    one.choose(*[c.code for c in method.criteria_for("CL", "community")][:2])
    return one


def row(n: int, *votes: object, number: object = "", **more: object) -> dict[str, object]:
    """The fields of a row as the form sends it."""
    cells = {f"v-{n}-{i}": str(vote) for i, vote in enumerate(votes)}
    return {f"number-{n}": str(number), **cells, **{f"{name}-{n}": value for name, value in more.items()}}


def histograms(meeting: Meeting) -> list[list[int]]:
    card = Scorecard.objects.with_context().get(pk=meeting.card.pk)
    return [tally.histogram for tally in tallies(meeting.written, counting_of(card))]


def ballots(meeting: Meeting) -> list[Ballot]:
    return sorted(meeting.written.ballots.values(), key=lambda one: one.person)


def test_it_writes_each_row_as_a_ballot_that_came_on_paper(meeting: Meeting) -> None:
    given = row(0, 5, 2, number=1) | row(1, "៣", "៤", number="២")
    assert meeting.post("paper", **given)["Location"] == meeting.url("paper")
    people = {one.uid: one.number for one in meeting.written.people.values()}
    told = {people[one.person]: (one.door, list(one.scores.values())) for one in ballots(meeting)}
    assert told == {1: ("paper", [5, 2]), 2: ("paper", [3, 4])}
    page = meeting.get("paper")
    assert "2 ballots are typed in." in page and "No ballot yet: 3" in page.replace("</strong>", "")


def test_it_counts_what_is_ticked_on_a_ballot_without_a_number(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 5, 2, cell="female/15-30", special=["poor"]) | row(1, 1, 1))
    (first, second) = tallies(
        meeting.written, counting_of(Scorecard.objects.with_context().get(pk=meeting.card.pk))
    )
    assert first.histogram == [1, 0, 0, 0, 1] and second.histogram == [1, 1, 0, 0, 0]
    assert first.cells["female/15-30"] == [0, 0, 0, 0, 1] and first.cells["all"] == [1, 0, 0, 0, 0]
    assert len(meeting.written.people) == 3


def test_it_leaves_out_what_a_voter_left_out(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 5, "", number=1))
    assert histograms(meeting) == [[0, 0, 0, 0, 1], [0] * 5]


def test_it_counts_two_ballots_that_say_the_same_as_two(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 4, 4) | row(1, 4, 4))
    assert histograms(meeting) == [[0, 0, 0, 2, 0]] * 2


def test_it_counts_a_form_sent_twice_once(meeting: Meeting) -> None:
    given = {"token": str(uuid.uuid4()), **row(0, 4, 4), **row(1, 5, 1, number=2)}
    for _time in range(2):
        assert meeting.post("paper", **given).status_code == 302
    assert histograms(meeting) == [[0, 0, 0, 1, 1], [1, 0, 0, 1, 0]]
    changed = meeting.post("paper", **{**given, "v-0-0": "1"})
    assert changed.status_code == 422 and histograms(meeting)[0] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (row(0, 6, 2, number=1), "v-0-0"),
        (row(0, 3, "x", number=1), "v-0-1"),
        (row(0, 3, 3, number=9), "number-0"),
        (row(0, "", "", number=1), "v-0-0"),
        (row(0, 3, 3, number=1) | row(1, 4, 4, number=1), "number-1"),
        ({}, "number-0"),
    ],
)
def test_it_says_at_the_box_what_is_wrong_and_keeps_everything_typed(
    meeting: Meeting, given: dict[str, object], field: str
) -> None:
    answer = meeting.post("paper", **{**row(5, 2, 2), **given} if given else {})
    page = answer.content.decode()
    assert answer.status_code == 422 and f'href="#{field}"' in page
    assert not meeting.written.ballots
    assert not given or page.count('value="2"') >= 2


def test_it_types_nobody_s_ballot_over_another(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 5, 5, number=1))
    answer = meeting.post("paper", **row(0, 1, 1, number=1))
    assert answer.status_code == 422 and b"has a ballot already" in answer.content
    assert histograms(meeting)[0] == [0, 0, 0, 0, 1]


def test_it_takes_the_rows_saved_last_out_again(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 5, 5))
    meeting.post("paper", **row(0, 1, 1) | row(1, 1, 1, number=2))
    assert "Take the 2 rows saved last out again" in meeting.get("paper")
    meeting.post("paper_out")
    assert histograms(meeting)[0] == [0, 0, 0, 0, 1]
    assert "saved last" not in meeting.get("paper")


def test_it_shows_no_ballot_again(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 5, 1, number=1))
    assert 'value="5"' not in meeting.get("paper")


def test_it_holds_the_ballots_against_the_flip_chart_and_counts_it_no_second_time(meeting: Meeting) -> None:
    meeting.post("paper", **row(0, 5, 2, number=1) | row(1, 5, 2, number=2))
    before = histograms(meeting)
    counted = {"c-0-4": "2", "c-1-1": "1", "c-1-2": "១"}
    assert meeting.post("chart", **counted)["Location"] == meeting.url("chart")
    assert histograms(meeting) == before
    page = meeting.get("chart")
    assert page.count("the same") == 1 and page.count("differs") == 1
    assert "1 / 2" in page and "1 / 0" in page
    assert "Flip-chart and ballots differ (criteria: 1/2)" in meeting.get("finish")


def test_it_refuses_a_flip_chart_that_is_not_numbers(meeting: Meeting) -> None:
    answer = meeting.post("chart", **{"c-0-0": "many"})
    assert answer.status_code == 422 and b'href="#c-0-0"' in answer.content
    assert "chart" not in meeting.written.setup


def test_it_keeps_the_day_it_was_held_and_the_day_it_came_in(world: World, meeting: Meeting) -> None:
    held = timezone.localdate() - timedelta(days=6)
    answer = meeting.post("setup", held_on=held.isoformat(), voting="people", entry="paper")
    assert answer.status_code == 302 and meeting.written.setup["entry"] == "paper"
    assert meeting.get("vote").index("Type in ballots") < meeting.get("vote").index("Person by person")
    meeting.post("paper", **row(0, 5, 2, number=1) | row(1, 5, 2, number=2))
    for at_criterion in (1, 2):
        meeting.post("reflect_on", at_criterion, suggestions=["Do it"], chosen=["0"])
    assert meeting.post("finish")["Location"] == meeting.url("done")
    card = Scorecard.objects.get(pk=meeting.card.pk)
    assert (card.held_on, card.entered_on, card.days_late) == (held, timezone.localdate(), 6)
    page = client_of(world.officer).get(at("review", card.pk)).content.decode()
    assert "entered on" in page and "6 days later" in page
    found = {one["code"]: one["found"] for one in card.sheets.get().checks}
    kinds = {check.code: check.kind for check in meeting.card.round.framework.method.checks}
    assert [n for code, n in found.items() if kinds[code] == "entered_within_days"] in ([], ["6"])


def test_it_shows_the_reviewer_where_flip_chart_and_ballots_differ(world: World, meeting: Meeting) -> None:
    meeting.post("setup", held_on=timezone.localdate().isoformat(), voting="people", entry="paper")
    meeting.post("paper", **row(0, 5, 2, number=1))
    meeting.post("chart", **{"c-0-3": "1"})
    for at_criterion in (1, 2):
        meeting.post("reflect_on", at_criterion, suggestions=["Do it"], chosen=["0"])
    meeting.post("finish")
    page = client_of(world.officer).get(at("review", meeting.card.pk)).content.decode()
    assert "Flip-chart and ballots differ (criteria: 1/1)" in page and "0 / 1" in page
