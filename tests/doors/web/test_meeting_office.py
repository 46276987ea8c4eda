"""The facility's own office reads the meeting its people sat in: scores, what was agreed, its answer."""

from __future__ import annotations

import pytest
from django.utils import timezone

from samleng.answers.plans.verbs.meeting import close_meeting, hold_meeting, record_attendance
from samleng.doors.postman.models import Notice
from samleng.doors.postman.verbs.telling import tell
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.web.agreed import agreed, met, page, post, terms
from tests.doors.web.facilitated import at, client_of
from tests.world import World

pytestmark = pytest.mark.django_db


def clerk_of(world: World, office: object) -> Person:
    person: Person = welcome(by=SYSTEM, name="Clerk")
    seat(by=SYSTEM, person=person, role="clerk", office=office)
    return person


def test_it_shows_both_middle_scores_what_was_agreed_and_the_answer(world: World) -> None:
    meeting = met(world)
    agreed(world, meeting)
    agreed(world, meeting, text_en="Mend the road to the clinic", office=str(world.hall_office.pk))
    html = page(client_of(world.vuthy), "meeting", meeting.pk)
    assert "Citizens" in html and "Providers" in html
    assert html.count('class="key"') >= 4 and "not for publication" in html
    assert "Post the list of medicine" in html and "Mend the road to the clinic" in html
    assert "Still open" in html and "The facility&#x27;s answer" not in html
    close_meeting(
        by=SYSTEM, meeting=meeting, provider_reply={"en": "We open at seven", "km": "យើងបើកម៉ោងប្រាំពីរ"}
    )
    html = page(client_of(clerk_of(world, world.clinic_office)), "meeting", meeting.pk)
    assert "We open at seven" in html


def test_it_links_only_to_the_promises_of_its_own(world: World) -> None:
    meeting = met(world)
    own = agreed(world, meeting)
    other = agreed(world, meeting, text_en="Mend the road", office=str(world.hall_office.pk))
    html = page(client_of(world.vuthy), "meeting", meeting.pk)
    assert at("action", own.pk) in html and at("action", other.pk) not in html


def test_it_tells_nothing_of_who_came_what_each_said_or_how_votes_fell(world: World) -> None:
    meeting = met(world)
    record_attendance(by=SYSTEM, meeting=meeting, attendance={"people": 47}, minutes="Sok spoke first")
    theirs, ours = (page(client_of(one), "meeting", meeting.pk) for one in (world.vuthy, world.sophea))
    votes = "people voted"
    for words in ('figure">47<', "Sok spoke first", "ខ្វះខាត", "ធ្វើឱ្យប្រសើរ", votes, world.cards[0].code):
        assert words in ours, words
        assert words not in theirs, words


def test_it_offers_nothing_to_do_and_refuses_each_address_that_writes(world: World) -> None:
    meeting = met(world)
    client = client_of(world.vuthy)
    html = page(client, "meeting", meeting.pk)
    for name in ("meeting_heads", "meeting_agree", "meeting_close"):
        assert at(name, meeting.pk) not in html
        assert client.get(at(name, meeting.pk)).status_code == 404
        assert post(client, name, meeting.pk, **terms(world)).status_code == 404
    meeting.refresh_from_db()
    assert meeting.closed_at is None and not meeting.attendance


def test_it_is_as_if_absent_for_another_office_of_the_same_area(world: World) -> None:
    meeting = met(world)
    # The shire office stands in the clinic's own place, the hall answers for the commune that met.
    for office in (world.shire_office, world.hall_office, world.health_board):
        client = client_of(clerk_of(world, office))
        assert client.get(at("meeting", meeting.pk)).status_code == 404, office
        assert str(meeting.pk) not in page(client, "meetings")
    keeper = welcome(by=SYSTEM, name="Keeper")
    seat(by=SYSTEM, person=keeper, role="registrar", office=world.clinic_office)
    assert client_of(keeper).get(at("meeting", meeting.pk)).status_code == 404


def test_it_stands_in_the_offices_list_and_is_found_from_its_own_card(world: World) -> None:
    meeting = met(world)
    client = client_of(world.vuthy)
    assert at("meeting", meeting.pk) in page(client, "meetings")
    assert at("meetings") in page(client, "desk")
    own = next(card for card in world.cards if card.side == "provider")
    assert client.get(at("meeting_from_card", own.pk))["Location"] == at("meeting", meeting.pk)


def notices(person: Person) -> list[str]:
    while tell():
        pass
    return list(
        Notice.objects.filter(person=person, kind__startswith="meeting_").values_list("kind", flat=True)
    )


def test_it_tells_the_office_once_that_the_meeting_is_open_and_once_that_it_closed(world: World) -> None:
    meeting = met(world)
    assert notices(world.vuthy) == ["meeting_open"]
    hold_meeting(
        by=SYSTEM,
        round=world.round,
        facility=world.clinic,
        place=world.commune,
        held_on=timezone.localdate(),
        cards=world.cards[:1],
    )
    assert notices(world.vuthy) == ["meeting_open"]
    close_meeting(by=SYSTEM, meeting=meeting)
    assert sorted(notices(world.vuthy)) == ["meeting_closed", "meeting_open"]
    assert notices(world.chief) == notices(world.stranger) == []
    client = client_of(world.vuthy)
    html = page(client, "desk")
    assert (
        "The meeting about your facility is closed." in html
        and "The meeting about your facility is open." in html
    )
    notice = Notice.objects.get(person=world.vuthy, kind="meeting_closed")
    assert client.get(at("notice", notice.pk))["Location"] == at("meeting", meeting.pk)
