"""What is urgent: said with a reason, above the others at the desk, taken back by who directs it."""

from __future__ import annotations

import pytest

from samleng.answers.cases.models import Case
from samleng.answers.cases.reading import Wanted, counts, desk, thread
from samleng.answers.cases.verbs.answering import acknowledge, answer, assign
from samleng.answers.cases.verbs.moving import merge, split
from samleng.answers.cases.verbs.urging import mark_urgent, take_urgent_back
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.verbs import open_text
from samleng.kit.words.refusals import Refusal
from tests.town import Town, catalogue, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


def listed(town: Town, size: int = 50, **wanted: bool) -> list[Case]:
    """The boss's desk, page by page."""
    rows: list[Case] = []
    after = ""
    while True:
        page = desk(town.by(town.boss), Wanted(after=after, **wanted), size=size)  # type: ignore[arg-type]
        rows += page.rows
        after = page.after
        if not after:
            return rows


def test_it_stands_above_the_others_on_whatever_page(town: Town) -> None:
    cases = [town.file("dump").case for _n in range(6)]
    for case in cases[4:]:
        mark_urgent(by=town.by(town.boss), case=case, why="life")
    idle = acknowledge(by=town.by(town.boss), case=cases[0])
    answer(by=town.by(town.boss), case=idle, outcome="refused", said="x")
    by_day = sorted(map(town.again, cases[1:4]), key=lambda one: (one.next_due, one.pk))
    hot = sorted(map(town.again, cases[4:]), key=lambda one: (one.next_due, one.pk))
    for size in (1, 2, 3, 50):
        assert [one.pk for one in listed(town, size)] == [one.pk for one in (*hot, *by_day, idle)]
        assert listed(town, size, urgent=True) == hot
    assert counts(town.by(town.boss))["urgent"] == 2


def test_it_is_said_with_a_reason_in_the_story_and_the_ledger(town: Town) -> None:
    received = town.file("slow")
    assigned = assign(by=town.by(town.boss), case=received.case, person=town.sweeper)
    mark_urgent(by=town.by(town.sweeper), case=assigned, why="health", words="ផ្សែងពុល")
    case = town.again(received.case)
    assert (case.urgent, case.urgent_why, case.next_due) == (True, "health", received.case.next_due)
    step = case.steps.get(kind="urgent")
    assert (step.code, step.by) == ("health", town.sweeper.key)
    row = Entry.objects.get(verb="cases.mark_urgent")
    assert row.facts["why"] == "health"
    assert "ផ្សែងពុល" not in str(row.facts)
    assert open_text(case.notes.get().sealed, town.opener(town.boss, town.sweepers)) == "ផ្សែងពុល"
    # Who reported it reads that it comes before others, and not the note.
    assert "urgent" in [one.kind for one in thread(case.heard.get()).steps]


def test_it_is_marked_by_who_answers_and_taken_back_by_who_directs(town: Town) -> None:
    case = town.file("dump").case
    for stranger in (town.sokha, town.mayor, town.stranger):
        with pytest.raises(Denied):
            mark_urgent(by=town.by(stranger), case=case, why="life")
    mark_urgent(by=town.by(town.other_sweeper), case=case, why="grows")
    with pytest.raises(Refusal, match="urgent already"):
        mark_urgent(by=town.by(town.boss), case=case, why="life")
    with pytest.raises(Denied):
        take_urgent_back(by=town.by(town.other_sweeper), case=case)
    assert take_urgent_back(by=town.by(town.boss), case=case).urgent is False
    assert "not_urgent" in case.steps.values_list("kind", flat=True)
    with pytest.raises(Refusal, match="not marked"):
        take_urgent_back(by=town.by(town.boss), case=case)


def test_it_wants_a_reason_of_the_list_and_a_case_that_waits(town: Town) -> None:
    case = town.file("dump").case
    with pytest.raises(Refusal, match="not said why"):
        mark_urgent(by=town.by(town.boss), case=case, why="category")
    answer(by=town.by(town.boss), case=case, outcome="refused", said="x")
    with pytest.raises(Refusal, match="answered already"):
        mark_urgent(by=town.by(town.boss), case=case, why="life")


def test_it_goes_along_when_cases_become_one_or_two(town: Town) -> None:
    first, second = town.file("dump").case, town.file("dump").case
    mark_urgent(by=town.by(town.boss), case=second, why="life")
    one = merge(by=town.by(town.boss), case=first, others=[second])
    assert (town.again(one).urgent, town.again(one).urgent_why) == (True, "life")
    own = split(by=town.by(town.boss), case=one, heard=[one.heard.order_by("pk")[0]])
    assert own.urgent


def test_a_category_may_be_urgent_by_itself(town: Town) -> None:
    data = catalogue()
    data["version"] = "hot"
    data["categories"][0] |= {"urgent": True, "referral": "fire"}
    publish_catalogue(by=SYSTEM, data=data)
    case = town.file("dump").case
    assert (case.urgent, case.urgent_why) == (True, "category")
    assert take_urgent_back(by=town.by(town.boss), case=case).urgent_why == ""
