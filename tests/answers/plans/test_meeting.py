"""Both sides meet over their cards, and the meeting closes."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from samleng.answers.plans.models import Meeting
from samleng.answers.plans.reading import table_of
from samleng.answers.plans.verbs.meeting import close_meeting, record_attendance
from samleng.ground.frameworks.verbs import publish
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Round, Scorecard, State
from tests.answers.land import Land


def test_it_shows_both_medians_and_the_gap(land: Land) -> None:
    rows = {row.criterion: row for row in table_of(land.meeting(by=land.sophea))}
    assert list(rows) == ["CL02", "CL01", "own-1", "CL04"]
    assert rows["CL02"].gap_milli == -1000
    assert rows["CL01"].gap_milli == 0
    assert set(rows["own-1"].views) == {"community"} and rows["own-1"].gap_milli is None
    assert set(rows["CL04"].views) == {"provider"}
    assert rows["CL02"].views["community"].suggestions[0]["text"] == "Do something about CL02"


def test_it_looks_only_at_the_newest_sheet(land: Land) -> None:
    card = land.cards["community"]
    old = card.sheets.get()
    new = card.sheets.create(number=2, supersedes=old, lines_digest="1" * 64, by="system")
    new.results.create(
        order=1, criterion="CL01", text={"en": "x"}, histogram=[0, 0, 0, 0, 9], n=9, central_milli=5000
    )
    rows = {row.criterion: row for row in table_of(land.meeting())}
    assert rows["CL01"].views["community"].central_milli == 5000
    assert "community" not in rows["CL02"].views


def test_it_is_one_meeting_a_facility_place_and_round(land: Land) -> None:
    first = land.meeting(by=land.sophea, cards=[land.cards["community"]])
    again = land.meeting(by=land.sophea)
    assert first.pk == again.pk and first.cards.count() == 2
    land.meeting(by=land.sophea)
    assert Entry.objects.filter(verb="plans.hold_meeting").count() == 2


def test_it_lays_the_providers_card_on_the_tables_of_several_communes(land: Land) -> None:
    land.meeting()
    other = land.meeting(place=land.places["neighbour"], cards=[land.cards["provider"]])
    assert other.cards.count() == 1


@pytest.mark.parametrize("wrong", ["none", "state", "facility", "place"])
def test_it_refuses_cards_that_do_not_belong_on_the_table(land: Land, wrong: str) -> None:
    card = land.cards["community"]
    changes = {
        "state": {"state": State.RUNNING},
        "facility": {"facility": land.school},
        "place": {"place": land.places["neighbour"]},
    }
    Scorecard.objects.filter(pk=card.pk).update(**changes.get(wrong, {"code": card.code}))
    cards = [] if wrong == "none" else [Scorecard.objects.get(pk=card.pk)]
    with pytest.raises(Refusal) as refused:
        land.meeting(cards=cards)
    assert refused.value.field == "cards"
    assert not Meeting.objects.exists()


def test_it_refuses_the_future_and_strangers(land: Land) -> None:
    with pytest.raises(Refusal) as refused:
        land.meeting(held_on=timezone.localdate() + timedelta(days=7))
    assert refused.value.field == "held_on"
    for by in (land.stranger, land.vuthy, land.somebody("far", "facilitator", area="neighbour")):
        with pytest.raises(Denied):
            land.meeting(by=by)


def test_it_counts_heads_and_no_names(land: Land) -> None:
    meeting = land.meeting()
    meeting = record_attendance(
        by=land.sophea,
        meeting=meeting,
        attendance={"people": 30, "female": 20, "provider": 4},
        minutes="Water first",
    )
    assert meeting.attendance["female"] == 20
    with pytest.raises(Refusal) as refused:
        record_attendance(by=land.sophea, meeting=meeting, attendance={"people": 3, "female": 4})
    assert refused.value.field == "female"
    assert "Water" not in str(Entry.objects.get(verb="plans.record_attendance").facts)


def test_it_closes_with_the_providers_reply_and_says_so_once(land: Land) -> None:
    meeting, request = land.meeting(), uuid4()
    reply = {"en": "We open at seven from now on", "km": "យើងបើកម៉ោងប្រាំពីរ"}
    for _ in range(2):
        meeting = close_meeting(
            by=land.sophea, meeting=meeting, provider_reply=reply, show_provider=True, request=request
        )
    assert meeting.closed_at and meeting.show_provider and meeting.provider_reply == reply
    entry = Entry.objects.get(verb="plans.close_meeting")
    assert entry.facts["show_provider"] is True and "seven" not in str(entry.facts)
    assert Entry.objects.due_to("projector").filter(pk=entry.pk).exists()
    assert close_meeting(by=land.sophea, meeting=meeting).closed_at == meeting.closed_at
    assert Entry.objects.filter(verb="plans.close_meeting").count() == 1


def test_it_does_not_close_with_one_side_missing(land: Land) -> None:
    checks = [{"code": "both", "kind": "both_sides_present", "name": {"km": "ទាំងពីរ", "en": "Both"}}]
    strict = publish(by=SYSTEM, body=land.framework.body | {"version": "strict", "checks": checks})
    Round.objects.filter(pk=land.round.pk).update(framework=strict)
    meeting = land.meeting(cards=[land.cards["community"]])
    with pytest.raises(Refusal) as refused:
        close_meeting(by=land.sophea, meeting=meeting)
    assert refused.value.code == "both_sides_present"
    meeting.refresh_from_db()
    assert meeting.closed_at is None


def test_it_does_not_close_over_a_card_still_in_review(land: Land) -> None:
    meeting = land.meeting()
    Scorecard.objects.filter(pk=land.cards["provider"].pk).update(state=State.IN_REVIEW)
    with pytest.raises(Refusal) as refused:
        close_meeting(by=land.sophea, meeting=meeting)
    assert refused.value.code == "cards"


def test_it_takes_nothing_more_once_closed(land: Land) -> None:
    meeting = close_meeting(by=land.sophea, meeting=land.meeting())
    assert land.meeting(held_on=meeting.held_on) == meeting
    with pytest.raises(Refusal):
        record_attendance(by=land.sophea, meeting=meeting, attendance={"people": 1})
    with pytest.raises(Refusal):
        land.meeting(held_on=meeting.held_on - timedelta(days=1))
