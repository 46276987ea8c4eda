"""A crew with a link does its day's work and shows it, or says why it could not."""

from __future__ import annotations

import pytest
from django.utils import timezone

from samleng.answers.cases.verbs.working import (
    Hands,
    could_not,
    end_crew,
    finish,
    form_crew,
    hands_of,
    new_link,
    order,
)
from samleng.ground.people.permission import Denied
from tests.answers.cases.test_answering import after, code_of
from tests.town import Town


def crew_of(town: Town) -> Hands:
    _crew, token = form_crew(by=town.by(town.boss), office=town.sweepers, name="ក្រុមទី១")
    hands = hands_of(token)
    assert hands is not None
    return hands


def given(town: Town, hands: Hands, case):
    return order(by=town.by(town.boss), case=case, crew=hands.crew, day=timezone.localdate())


@pytest.fixture(autouse=True)
def crews_may_be_sent(town: Town) -> None:
    """Crews are sent by operators; here the head of the sweepers is one too."""
    from samleng.ground.people.verbs.accounts import seat
    from samleng.kit.ledger.rules import SYSTEM
    from tests.world import SINCE

    seat(by=SYSTEM, person=town.boss, role="operator", office=town.sweepers, since=SINCE)


def test_it_answers_the_case_with_the_picture_the_crew_took(town: Town):
    hands, case = crew_of(town), town.file("dump").case
    work = given(town, hands, case)
    assert town.again(case).state == "working"
    assert code_of(finish, by=hands, order=work) == "evidence"
    assert finish(by=hands, order=work, after=after(town, case)).state == "done"
    case = town.again(case)
    assert (case.state, case.outcome) == ("answered", "fixed")
    assert case.evidence.get().shown is False


def test_it_counts_once_when_the_crews_phone_sends_twice(town: Town):
    hands, case = crew_of(town), town.file("dump").case
    work = given(town, hands, case)
    shown = after(town, case)
    finish(by=hands, order=work, after=shown)
    assert finish(by=hands, order=work, after=shown).state == "done"
    assert case.steps.filter(kind="done").count() == 1


def test_it_tells_the_office_why_it_could_not_be_done(town: Town):
    hands, case = crew_of(town), town.file("dump").case
    work = given(town, hands, case)
    assert code_of(could_not, by=hands, order=work, reason="lazy") == "order_reason"
    assert could_not(by=hands, order=work, reason="no_access").reason == "no_access"
    assert town.again(case).state == "working"


def test_it_lets_a_crew_touch_nothing_but_its_own_orders(town: Town):
    hands, other, case = crew_of(town), crew_of(town), town.file("dump").case
    work = given(town, hands, case)
    with pytest.raises(Denied):
        finish(by=other, order=work, after=after(town, case))


def test_it_opens_nothing_with_an_old_or_an_ended_link(town: Town):
    crew, old = form_crew(by=town.by(town.boss), office=town.sweepers, name="ក្រុម")
    _crew, new = new_link(by=town.by(town.boss), crew=crew)
    assert hands_of(old) is None and hands_of(new) is not None
    end_crew(by=town.by(town.boss), crew=crew)
    assert hands_of(new) is None


def test_it_sends_no_crew_to_what_is_sealed(town: Town):
    with pytest.raises(Denied):
        given(town, crew_of(town), town.file("slow").case)
