"""What crews say counts once, and comes back to them when a neighbour still sees the thing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.models import Crew, Order
from samleng.answers.cases.verbs.answering import assign
from samleng.answers.cases.verbs.following import judge, still_there
from samleng.answers.cases.verbs.moving import transfer
from samleng.answers.cases.verbs.working import (
    LINK_DAYS,
    MOST_PHOTOS,
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
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import keep
from samleng.kit.words.refusals import Refusal
from tests.answers.land import picture
from tests.town import Town


def crew_of(town: Town, name: str = "ក្រុមព្រឹក") -> tuple[Crew, Hands]:
    crew, token = form_crew(by=town.by(town.boss), office=town.sweepers, name=name)
    hands = hands_of(token)
    assert hands is not None
    return crew, hands


def given(town: Town, crew: Crew, case=None) -> Order:
    case = case or town.file("dump").case
    return order(
        by=town.by(town.boss), case=case, crew=crew, day=timezone.localdate(), task="Bring the truck"
    )


def photo(hands: Hands, colour: str) -> Blob:
    return keep(by=hands, file=picture(colour), kind="photo", owner=hands.crew.office.owner_key)


def code_of(act, **more) -> str:
    with pytest.raises(Refusal) as refused:
        act(**more)
    return refused.value.code


def test_it_counts_once_however_often_it_is_sent(town: Town):
    crew, hands = crew_of(town)
    one = given(town, crew)
    for _ in range(3):
        finish(by=hands, order=one, after=[photo(hands, "green")])
    assert one.case.evidence.count() == 1 and one.case.steps.filter(kind="done").count() == 1
    other = given(town, crew)
    for _ in range(2):
        could_not(by=hands, order=other, reason="no_access")
    assert other.case.steps.filter(kind="could_not").count() == 1


def test_it_wants_a_photo_that_shows_it_done(town: Town):
    crew, hands = crew_of(town)
    one = given(town, crew)
    same = photo(hands, "red")
    assert code_of(finish, by=hands, order=one, before=[same]) == "evidence"
    assert code_of(finish, by=hands, order=one, before=[same], after=[same]) == "same_photo"
    many = [photo(hands, colour) for colour in ("red", "green", "blue", "black", "white")]
    assert len(many) > MOST_PHOTOS
    assert code_of(finish, by=hands, order=one, after=many) == "photos"
    assert code_of(could_not, by=hands, order=one, reason="tired") == "order_reason"


def test_it_sends_back_to_whoever_routes_it_what_is_not_the_crew_s(town: Town):
    crew, hands = crew_of(town)
    for reason, kept in (("not_our_zone", False), ("needs_truck", True)):
        case = assign(by=town.by(town.boss), case=town.file("dump").case, person=town.sweeper)
        could_not(by=hands, order=given(town, crew, case), reason=reason)
        assert (town.again(case).assigned is not None) is kept
        assert town.again(case).state == "working"


def test_it_may_still_be_done_after_it_could_not(town: Town):
    crew, hands = crew_of(town)
    one = given(town, crew)
    could_not(by=hands, order=one, reason="needs_truck")
    assert finish(by=hands, order=one, after=[photo(hands, "green")]).state == "done"
    assert code_of(could_not, by=hands, order=one, reason="no_access") == "order"


def test_it_comes_back_to_the_same_crew_when_a_neighbour_still_sees_it(town: Town):
    crew, hands = crew_of(town)
    first = town.file("dump")
    neighbour = town.file("dump", joins=first.case)
    finish(by=hands, order=given(town, crew, first.case), after=[photo(hands, "green")])
    case = still_there(by=town.reporter(neighbour))
    fresh = case.orders.get(state="given")
    assert (fresh.crew, fresh.task, fresh.day) == (crew, "Bring the truck", timezone.localdate())
    assert case.reopened == 1 and case.steps.filter(kind="order").count() == 2
    # And is not given twice while it stands on the list.
    finish(by=hands, order=fresh, after=[photo(hands, "blue")])
    judge(by=town.reporter(first), verdict="half")
    assert case.orders.filter(state="given").count() == 1


def test_it_comes_back_to_nobody_where_the_crew_works_no_more(town: Town):
    crew, hands = crew_of(town)
    received = town.file("dump")
    finish(by=hands, order=given(town, crew, received.case), after=[photo(hands, "green")])
    end_crew(by=town.by(town.boss), crew=crew)
    judge(by=town.reporter(received), verdict="not")
    assert not received.case.orders.filter(state="given").exists()


def test_it_does_nothing_to_a_case_that_another_office_has_now(town: Town):
    crew, hands = crew_of(town)
    one = given(town, crew)
    transfer(by=town.by(town.boss), case=town.again(one.case), to=town.shire, reason="Not ours")
    assert code_of(finish, by=hands, order=one, after=[photo(hands, "green")]) == "order_moved"


def test_it_is_opened_by_its_own_link_alone(town: Town):
    crew, _hands = crew_of(town)
    _other, others = crew_of(town, "ក្រុមល្ងាច")
    one = given(town, crew)
    with pytest.raises(Denied):
        finish(by=others, order=one, after=[photo(others, "green")])
    _crew, token = new_link(by=town.by(town.boss), crew=crew)
    assert hands_of(token) is not None
    Crew.objects.filter(pk=crew.pk).update(linked_at=timezone.now() - timedelta(days=LINK_DAYS))
    assert hands_of(token) is None
    _crew, token = new_link(by=town.by(town.boss), crew=crew)
    end_crew(by=town.by(town.boss), crew=crew)
    assert hands_of(token) is None
    assert code_of(new_link, by=town.by(town.boss), crew=Crew.objects.get(pk=crew.pk)) == "crew"


def test_it_is_formed_and_sent_out_only_by_who_leads_the_office(town: Town):
    with pytest.raises(Denied):
        form_crew(by=town.by(town.mayor), office=town.sweepers, name="x")
    with pytest.raises(Denied):
        form_crew(by=town.by(town.sweeper), office=town.sweepers, name="x")
    crew, _hands = crew_of(town)
    case = town.file("dump").case
    for person in (town.sweeper, town.mayor, town.stranger):
        with pytest.raises(Denied):
            order(by=town.by(person), case=case, crew=crew, day=timezone.localdate())
