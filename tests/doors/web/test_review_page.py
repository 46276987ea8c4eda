"""The reviewer's page: exact figures for whoever may, each look on record, and the yes or the way back."""

from __future__ import annotations

import pytest

from samleng.kit.ledger.models import Entry
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.verbs.delivering import deliver
from samleng.voices.scorecards.verbs.review import submit
from samleng.voices.scorecards.verbs.writing import write
from tests.doors.web.facilitated import at, client_of
from tests.voices.scorecards.parcels import phone_of
from tests.voices.scorecards.parcels import sent as parcel
from tests.world import World, line


@pytest.fixture
def sent(world: World) -> Scorecard:
    """A card of fourteen people, sent in."""
    card, by = world.running_card(), world.by(world.sophea)
    write(by=by, scorecard=card, lines=world.meeting_lines(card))
    submit(by=by, scorecard=card)
    card.refresh_from_db()
    return card


def test_it_shows_how_each_group_of_people_voted_and_writes_the_look_down(
    world: World, sent: Scorecard
) -> None:
    answer = client_of(world.officer).get(at("review", sent.pk))
    figures = answer.context["figures"]
    profile = sent.round.framework.method.profile
    heads = {str(name): n for name, n in figures.people}
    by_sex = [heads[str(sex.name)] for sex in profile.sexes if str(sex.name) in heads]
    by_age = [heads[str(band.name)] for band in profile.age_bands if str(band.name) in heads]
    assert sum(by_sex) == sum(by_age) == 14 and len(by_sex) == 2 and len(by_age) == 3
    for score in figures.scores:
        votes = {str(group["name"]): group["n"] for group in score["groups"]}
        assert (
            sum(votes[str(sex.name)] for sex in profile.sexes if str(sex.name) in votes) == score["n"] == 14
        )
    assert Entry.objects.about(sent).filter(verb="scorecards.look", actor=world.officer.key).count() == 1


def test_it_is_closed_to_who_does_not_review(world: World, sent: Scorecard) -> None:
    for person in (world.sophea, world.stranger, world.vuthy):
        assert client_of(person).get(at("review", sent.pk)).status_code == 404


def test_it_ticks_and_completes_from_one_form(world: World, sent: Scorecard) -> None:
    client = client_of(world.officer)
    assert client.post(at("review_tick", sent.pk), {"tick": [], "complete": "yes"}).status_code == 302
    sent.refresh_from_db()
    assert sent.state == State.COMPLETED
    suggestions = [one for r in sent.sheets.order_by("number").last().results.all() for one in r.suggestions]
    assert suggestions and not any(one["chosen"] for one in suggestions)


def test_it_says_why_nothing_can_be_ticked_any_more_and_what_helps(world: World, sent: Scorecard) -> None:
    client = client_of(world.officer)
    client.post(at("review_mark", sent.pk), {"reason": "Count again"})
    answer = client.post(at("review_tick", sent.pk), {"tick": []})
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "has not been sent in yet" in said and "must be sent in by its facilitator first" in said


def test_it_sends_back_with_a_reason_only(world: World, sent: Scorecard) -> None:
    client = client_of(world.officer)
    assert client.post(at("review_mark", sent.pk), {"reason": " "}).status_code == 422
    assert client.post(at("review_mark", sent.pk), {"reason": "Count again"}).status_code == 302
    sent.refresh_from_db()
    assert sent.state == State.RUNNING


def test_it_shows_what_came_from_a_phone_too_late(world: World, sent: Scorecard) -> None:
    late = parcel(sent, [line("person", {"number": 99, "sex": "female", "band": "15-30"})])
    deliver(by=world.by(world.sophea), sent=late, device=phone_of(world.sophea))
    page = client_of(world.officer).get(at("review", sent.pk)).content.decode()
    assert "Something from a phone is not on this scorecard" in page
    assert "This scorecard is in review." in page
