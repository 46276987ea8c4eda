"""A case of a public category stands on the map at once, its point blurred; its words wait for a reviewer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from samleng.insight.disclosure.models import OfficeCount, Pin
from samleng.insight.disclosure.rules.blurring import E5
from samleng.insight.disclosure.rules.pins import PublicAnswer, Step
from samleng.insight.disclosure.verbs.pinning import count_anew, pin, unpin
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, counts, days, facts_of, hours, public_land, put


@pytest.fixture
def land(db: None) -> Land:
    return public_land()


def test_it_shows_type_place_dates_and_clock_at_once(land: Land):
    shown = put(land)
    assert (shown.category, shown.group, shown.place_id) == ("dump", "open", land.river.pk)
    assert (shown.first_area, shown.second_area, shown.third_area) == (land.north.pk, land.river.pk, None)
    assert (shown.words, shown.photo_id) == (None, None)
    assert shown.age == 1


def test_it_keeps_no_trace_of_the_true_point(land: Land):
    shown = put(land)
    assert (shown.lat_e5, shown.lon_e5) != (round(LATITUDE * E5), round(LONGITUDE * E5))
    assert abs(shown.lat_e5 - LATITUDE * E5) < 100
    entry = Entry.objects.get(verb="disclosure.pin")
    assert "11.5" not in str(entry.facts)


def test_it_counts_once_however_often_it_is_told(land: Land):
    facts = facts_of(land)
    for _n in range(3):
        pin(by=SYSTEM, facts=facts)
    assert Pin.objects.count() == 1
    assert Entry.objects.filter(verb="disclosure.pin").count() == 1
    assert OfficeCount.objects.get().reports == 1


def test_it_keeps_what_is_newer_when_older_news_comes_late(land: Land):
    put(land, state="working", updated_at=hours(0))
    put(land, state="received", updated_at=hours(-5))
    assert Pin.objects.get().state == "working"


def test_it_refuses_every_category_that_is_not_public(land: Land):
    for given in ({"category": "conduct"}, {"category": "nothing"}, {"exposure": "confidential"}):
        with pytest.raises(Refusal) as refused:
            put(land, **given)
        assert refused.value.code == "not_public"
    assert not Pin.objects.exists()


def test_it_refuses_words_that_nobody_has_reviewed(land: Land):
    with pytest.raises(Refusal) as refused:
        put(land, words={"en": "Mr X did it"})
    assert refused.value.code == "unreviewed"
    shown = put(land, words={"en": "Rubbish burns"}, reviewed_at=hours(-1))
    assert shown.words == {"en": "Rubbish burns"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.filter(pk=shown.pk).update(reviewed_at=None)


def test_it_refuses_half_a_point_and_lists_a_report_without_one(land: Land):
    with pytest.raises(Refusal):
        put(land, longitude=None)
    assert put(land, latitude=None, longitude=None).spot is None
    assert counts()["cells"] == set()


def test_it_is_done_by_the_site_alone(land: Land):
    _person, acting = land.somebody("Vuthy", "office_head", office=land.offices["hill"])
    with pytest.raises(Denied):
        pin(by=acting, facts=facts_of(land))
    with pytest.raises(Denied):
        unpin(by=acting, case_id=facts_of(land).case_id)


def test_it_keeps_counts_that_equal_a_count_made_anew(land: Land):
    office = uuid.uuid4()
    for number in range(1, 8):
        put(land, number, latitude=LATITUDE + number / 400, office_id=office if number % 2 else None)
    put(land, 2, latitude=LATITUDE + 0.3, updated_at=hours(0), office_id=office)
    put(
        land,
        3,
        state="resolved",
        outcome="fixed",
        closed_at=hours(-2),
        updated_at=hours(0),
        latitude=None,
        longitude=None,
    )
    put(
        land, 4, answered_at=hours(-20), updated_at=hours(0), requested_at=timezone.now() - timedelta(days=90)
    )
    unpin(by=SYSTEM, case_id=facts_of(land, 5).case_id)
    kept = counts()
    assert len(kept["cells"]) > 20
    count_anew(by=SYSTEM)
    assert counts() == kept


def test_it_is_taken_off_without_a_trace_in_any_count(land: Land):
    put(land)
    for _n in range(2):
        unpin(by=SYSTEM, case_id=facts_of(land).case_id)
    assert not Pin.objects.exists()
    assert counts() == {"cells": set(), "offices": set()}
    assert Entry.objects.filter(verb="disclosure.unpin").count() == 1


def test_it_tells_steps_and_answers_in_their_order(land: Land):
    facts = facts_of(
        land,
        steps=(Step(at=hours(-3), state="received"), Step(at=hours(-1), state="working")),
        answers=(PublicAnswer(at=hours(-1), text={"en": "A truck comes on Monday."}),),
    )
    shown = pin(by=SYSTEM, facts=facts)
    assert [state for _at, state in shown.steps] == ["received", "working"]
    assert shown.answers[0]["text"] == {"en": "A truck comes on Monday."}
    assert put(land, due_on=days(-1), updated_at=hours(0)).group == "late"
