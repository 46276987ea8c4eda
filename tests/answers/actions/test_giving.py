"""A promise is given, worded, bound, paid for and given a later day."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.verbs.following import claim
from samleng.answers.actions.verbs.giving import (
    bind,
    correct,
    extend,
    promise,
    reach,
    secure_funding,
    supersede,
)
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import scope_of
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.answers.land import Land, some_terms

TODAY = timezone.localdate


def test_it_promises_and_writes_one_row_without_any_text(land: Land) -> None:
    action = land.promise(
        by=land.sophea, cost="៤៨០០០០០០", criterion="CL02", community_result=land.results["community/CL02"]
    )
    assert action.status == "not_started"
    assert action.cost == 48_000_000
    assert action.first_due_on == action.due_on
    entry = Entry.objects.get(thing_id=str(action.pk))
    assert (entry.verb, entry.owner) == ("actions.promise", land.programme.owner_key)
    assert "price" not in str(entry.facts)


def test_it_counts_a_promise_sent_twice_once(land: Land) -> None:
    request, terms = uuid4(), some_terms()
    first = land.promise(by=land.sophea, request=request, terms=terms)
    again = land.promise(by=land.sophea, request=request, terms=terms)
    assert first.pk == again.pk and Action.objects.count() == 1
    with pytest.raises(Refusal) as other:
        land.promise(by=land.sophea, request=request, terms=some_terms(unit="rooms"))
    assert other.value.code == "conflict"


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"beneficiaries": 10, "beneficiaries_women": 11}, "beneficiaries_women"),
        ({"due_on": TODAY() - timedelta(days=60)}, "due_on"),
        ({"part": "Z"}, "part"),
        ({"category": "dragons"}, "category"),
        ({"text": {}}, "text"),
        ({"text": {"en": "x" * 700}}, "text"),
        ({"cost": "much"}, "cost"),
        ({"partners": "x" * 300}, "partners"),
    ],
)
def test_it_names_the_field_of_bad_terms(land: Land, how: dict, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        land.promise(**how)
    assert refused.value.field == field
    assert str(refused.value.message) and str(refused.value.remedy)
    assert not Action.objects.exists()


def test_it_lets_only_the_programme_here_or_the_office_promise(land: Land) -> None:
    for by in (
        land.stranger,
        land.somebody("far", "facilitator", area="neighbour"),
        land.somebody("member", "committee"),
        land.somebody("teacher", "office_head", office="school"),
    ):
        with pytest.raises(Denied):
            land.promise(by=by)
    land.promise(by=land.clerk, office=land.offices["parish"], facility=None)


def test_it_words_a_promise_better_until_it_is_adopted(land: Land) -> None:
    action = land.promise()
    better = some_terms(text={"en": "Put up the price list at the door"}, due_on=TODAY() + timedelta(days=9))
    action = correct(by=land.sophea, action=action, terms=better)
    assert action.text["en"].endswith("door")
    assert action.first_due_on == action.due_on
    bind(by=SYSTEM, action=action, on=TODAY())
    with pytest.raises(Refusal) as refused:
        correct(by=land.sophea, action=action, terms=some_terms())
    assert refused.value.code == "adopted"


def test_it_words_an_adopted_promise_anew_and_keeps_its_clock(land: Land) -> None:
    old = bind(by=SYSTEM, action=land.promise(criterion="CL02"), on=TODAY())
    with pytest.raises(Refusal):
        supersede(by=land.sophea, action=old, terms=some_terms(), reason=" ")
    new = supersede(by=land.sophea, action=old, terms=some_terms(unit="lists"), reason="Two doors")
    assert (new.agreed_on, new.criterion, new.first_due_on) == (old.agreed_on, "CL02", old.first_due_on)
    assert list(Action.objects.live()) == [new]
    for late in (
        lambda: claim(by=land.vuthy, action=old, reason="done"),
        lambda: supersede(by=land.sophea, action=old, terms=some_terms(), reason="again"),
    ):
        with pytest.raises(Refusal) as refused:
            late()
        assert refused.value.code == "superseded"


def test_it_gives_a_later_day_beside_the_first(land: Land) -> None:
    action = land.promise()
    later = action.due_on + timedelta(days=60)
    with pytest.raises(Refusal) as refused:
        extend(by=land.sophea, action=action, due_on=action.due_on, reason="rain")
    assert refused.value.field == "due_on"
    extend(by=land.sophea, action=action, due_on=later, reason="rain")
    action.refresh_from_db()
    assert (action.due_on, action.first_due_on < later) == (later, True)


def test_it_notes_where_the_money_comes_from(land: Land) -> None:
    action = land.promise(cost=100)
    action = secure_funding(by=land.vuthy, action=action, source="Parish budget", amount="១០០")
    assert (action.funding_secured, action.funding_amount) == (True, 100)
    with pytest.raises(Denied):
        secure_funding(by=land.sophea, action=action, source="x")
    with pytest.raises(Refusal) as refused:
        secure_funding(by=land.vuthy, action=action, source=" ")
    assert refused.value.field == "source"


def test_it_reaches_another_place_and_is_seen_there(land: Land) -> None:
    action = land.promise()
    far = land.somebody("far", "facilitator", area="neighbour")
    assert not Action.objects.within(scope_of(far)).exists()
    reach(by=land.officer, action=action, place=land.places["neighbour"])
    reach(by=land.officer, action=action, place=land.places["neighbour"])
    assert list(Action.objects.within(scope_of(far))) == [action]
    assert Entry.objects.filter(verb="actions.reach").count() == 1
    assert not Action.objects.within(scope_of(land.stranger)).exists()


def test_it_is_seen_by_its_office_and_no_other(land: Land) -> None:
    action = land.promise()
    assert list(Action.objects.within(scope_of(land.vuthy))) == [action]
    teacher = land.somebody("teacher", "office_head", office="school")
    assert not Action.objects.within(scope_of(teacher)).exists()


def test_it_promises_by_keyword_only() -> None:
    with pytest.raises(TypeError):
        promise(SYSTEM)  # type: ignore[misc]
