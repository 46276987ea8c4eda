"""A whole meeting in the browser without JavaScript, in both languages."""

from __future__ import annotations

import uuid

import pytest

from samleng.kit.media.verbs import keep
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.rules.tally import participation
from samleng.voices.scorecards.verbs.writing import add_photo
from tests.doors.web.agreed import photo
from tests.doors.web.facilitated import Meeting, at, client_of


def criteria(card: Scorecard, side: str = "community") -> list[str]:
    return [c.code for c in card.round.framework.method.criteria_for(card.service.code, side)]


@pytest.mark.parametrize("language", ["en", "km"])
def test_it_walks_from_the_list_to_a_card_in_review(world, language):
    card = world.plan_card()
    client = client_of(world.sophea)
    assert card.facility.name[language] in client.get(at("my_scorecards", language=language)).content.decode()
    found = client.post(at("join", language=language), {"code": card.code})
    assert found["Location"] == at("room", card.pk, language=language)
    assert client.get(found["Location"]).status_code == 200

    meeting = Meeting(client, card, language)
    meeting.begin()
    meeting.get("consent")
    meeting.post("consent")
    meeting.get("setup")
    from django.utils import timezone

    answer = meeting.post(
        "setup", held_on=timezone.localdate().isoformat(), language=language, voting="people"
    )
    assert answer["Location"] == meeting.url("people")
    people = [
        meeting.add("female/15-30"),
        meeting.add("male/60+", special=["poor"]),
        meeting.add("female/31-59"),
    ]
    page = meeting.get("people")
    assert page.count('class="turn"') == 1
    assert [p.number for p in sorted(meeting.written.people.values(), key=lambda p: p.number)] == [1, 2, 3]

    codes = criteria(card)[:2]
    meeting.get("raise")
    meeting.choose(*codes)
    meeting.get("choose")
    assert meeting.written.priorities == codes
    meeting.get("vote")
    for person in people:
        meeting.get("ballot", person)
        answer = meeting.post("ballot", person, **{"vote-0": "4", "vote-1": "2"})
        assert answer.status_code == 302
    assert answer["Location"] == meeting.url("vote")
    assert len(meeting.written.ballots) == 3
    assert "too few to read out" in meeting.get("results") or language == "km"

    for i in range(len(codes)):
        meeting.get("reflect_on", i + 1)
        meeting.post(
            "reflect_on",
            i + 1,
            strengths=["a"],
            weaknesses=["b"],
            suggestions=["do it", "and this"],
            chosen=["1"],
        )
    assert [s for r in meeting.written.reflections.values() for s in r.suggestions] == [
        ("do it", False),
        ("and this", True),
    ] * 2
    meeting.get("photos")
    meeting.get("finish")
    answer = meeting.post("finish")
    assert answer["Location"] == meeting.url("done")
    assert client.get(answer["Location"]).status_code in (200, 404)
    assert Scorecard.objects.get(pk=card.pk).state == State.IN_REVIEW


def test_it_shows_a_flip_chart_to_those_who_hold_or_see_the_card_only(world):
    card, by = world.running_card(), world.by(world.sophea)
    blob = keep(by=by, file=photo(), kind="photo", owner=card.owner_key, field="photos")
    taken = add_photo(by=by, scorecard=card, blob=blob)
    seen = {
        person: client_of(person).get(at("photo", taken.pk)).status_code
        for person in (world.sophea, world.officer, world.stranger, world.vuthy)
    }
    assert seen == {world.sophea: 200, world.officer: 200, world.stranger: 404, world.vuthy: 404}


def test_it_counts_a_voter_whom_nobody_listed_once_where_heads_are_counted(world):
    meeting = Meeting(client_of(world.sophea), world.plan_card())
    meeting.begin()
    meeting.choose(*criteria(meeting.card)[:3])
    meeting.post("heads", **{"cell:female/15-30": "3"})
    answer = meeting.post("ballot", uuid.uuid4(), cell="female/15-30", **{f"vote-{i}": "4" for i in range(3)})
    assert answer.status_code == 302, answer.content.decode()
    written = meeting.written
    assert (participation(written).people, written.people, len(written.ballots)) == (3, {}, 1)
    assert [one.cell for one in written.ballots.values()] == ["female/15-30"]
