from __future__ import annotations

import pytest

from samleng.insight.disclosure.models import Figure, PublicPlace, Release
from samleng.insight.disclosure.verbs.releasing import release_meeting
from samleng.insight.disclosure.verbs.rhythm import release_due
from samleng.insight.disclosure.verbs.switching import switch_publication, withdraw
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.verbs.requests import ask_unlock, decide
from samleng.voices.scorecards.verbs.review import complete, send_back, submit
from samleng.voices.scorecards.verbs.writing import write
from tests.insight.walk import criteria, held, meet, publish, shut
from tests.world import World, line

pytestmark = pytest.mark.django_db
ROOM = (2, 5, 9, 11, 6)


def figures(world: World, side: str = "community") -> dict[str, Figure]:
    rows = Figure.objects.filter(facility_id=world.clinic.pk, side=side).order_by("release__number")
    return {row.criterion: row for row in rows}


def test_it_releases_a_closed_meeting_of_a_publishing_programme(world: World):
    publish(world)
    meeting = meet(
        world, world.clinic, [held(world, world.clinic, ROOM, (6, 7, 7, 7, 6))], reply={"en": "We hear you."}
    )
    assert release_due() == 1
    first, second = criteria(world, world.clinic)[:2]
    shown = figures(world)
    assert (shown[first].form, shown[first].n, shown[first].distribution) == ("classes", 33, [7, 9, 17])
    assert (shown[second].form, shown[second].distribution) == ("full", [6, 7, 7, 7, 6])
    release = Release.objects.get(meeting_id=meeting.pk)
    assert release.reply == {"en": "We hear you."}
    assert Entry.objects.filter(verb="disclosure.release_meeting").count() == 1
    assert release_due() == 0


def test_it_releases_nothing_before_the_meeting_closes_or_the_programme_publishes(world: World):
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)], close=False)
    assert release_due() == 0
    with pytest.raises(Refusal):
        release_meeting(by=SYSTEM, meeting=meeting)
    shut(meeting)
    assert release_due() == 0
    publish(world)
    assert release_due() == 1
    assert Figure.objects.exists()


def test_it_is_not_done_by_a_facilitator_or_another_programme(world: World):
    publish(world)
    meeting = meet(world, world.clinic, [held(world, world.clinic, ROOM)])
    for person in (world.sophea, world.stranger, world.vuthy):
        with pytest.raises(Denied):
            release_meeting(by=world.by(person), meeting=meeting)
        with pytest.raises(Denied):
            switch_publication(by=world.by(person), programme=world.programme, on=False)
    release_meeting(by=world.by(world.admin), meeting=meeting)
    assert Release.objects.count() == 1


def test_it_keeps_no_number_of_a_hidden_figure_in_the_row(world: World):
    publish(world)
    meet(world, world.clinic, [held(world, world.clinic, (0, 0, 33, 0, 0), (0, 33, 0, 0, 0))])
    release_due()
    for row in figures(world).values():
        assert (row.form, row.n, row.cards, row.central_milli, row.distribution) == (
            "hidden",
            None,
            None,
            None,
            [],
        )


def test_it_shows_a_small_team_only_as_the_position_it_agreed_to_state(world: World):
    publish(world)
    cards = [held(world, world.clinic, ROOM), held(world, world.clinic, (0, 1, 0, 2, 0), side="provider")]
    meet(world, world.clinic, cards, show_provider=True)
    release_due()
    row = next(iter(figures(world, "provider").values()))
    assert (row.form, row.n, row.central_milli, row.distribution) == ("stated", None, 4000, [])


def test_it_hides_a_small_team_that_did_not_agree(world: World):
    publish(world)
    cards = [held(world, world.clinic, ROOM), held(world, world.clinic, (0, 1, 0, 2, 0), side="provider")]
    meet(world, world.clinic, cards)
    release_due()
    assert {row.form for row in figures(world, "provider").values()} == {"hidden"}


def corrected(world: World, card, *extra: int) -> None:
    """The card unlocked, votes added, sent in and completed again."""
    first = criteria(world, world.clinic)[0]
    asked = ask_unlock(by=world.by(world.sophea), scorecard=card, reason="some were forgotten")
    decide(by=world.by(world.admin), change_request=asked, approved=True)
    card.refresh_from_db()
    send_back(by=world.by(world.officer), scorecard=card, reason="add them")
    card.refresh_from_db()
    counts = line("counts", {"criterion": first, "group": "women", "counts": list(extra)})
    write(by=world.by(world.sophea), scorecard=card, lines=[counts])
    submit(by=world.by(world.sophea), scorecard=card)
    complete(by=world.by(world.officer), scorecard=card)


@pytest.mark.parametrize(
    ("extra", "n", "is_held"), [((0, 0, 1, 2, 0), 40, True), ((6, 6, 6, 6, 6), 70, False)]
)
def test_it_holds_a_figure_that_changed_by_too_few_people(world: World, extra, n, is_held):
    publish(world)
    card = held(world, world.clinic, (7, 8, 9, 10, 6))
    meet(world, world.clinic, [card])
    release_due()
    corrected(world, card, *extra)
    assert release_due() == 1
    row = figures(world)[criteria(world, world.clinic)[0]]
    assert (row.release.number, row.n, row.held_from is not None) == (2, n, is_held)
    assert release_due() == 0


def test_it_counts_facilities_on_the_front_once_and_takes_a_withdrawn_one_off(world: World):
    publish(world)
    meet(world, world.clinic, [held(world, world.clinic, ROOM)])
    release_due()
    fronts = {p.place_id: (p.facilities, p.meetings) for p in PublicPlace.objects.all()}
    assert set(fronts.values()) == {(1, 1)}
    assert set(fronts) == set(world.commune.ancestor_ids)
    withdraw(by=world.by(world.admin), release=Release.objects.get(), reason="asked for by the facility")
    assert {(p.facilities, p.meetings) for p in PublicPlace.objects.all()} == {(0, 0)}
