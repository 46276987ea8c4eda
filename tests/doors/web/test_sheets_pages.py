"""Printing sheets from a scorecard's page, from the room and from the list; for those who may see it."""

from __future__ import annotations

import pytest

from samleng.doors.web.planning import sheets
from tests.doors.web.facilitated import Meeting, at, client_of
from tests.world import World


def test_it_offers_every_sheet_before_the_meeting_from_the_card_and_from_the_room(world: World) -> None:
    card = world.plan_card()
    client = client_of(world.sophea)
    address = at("card_sheets", card.pk)
    assert address in client.get(at("card", card.pk)).content.decode()
    assert address in client.get(at("room", card.pk)).content.decode()
    page = client.get(address).content.decode()
    assert page.count('name="sheet"') == page.count('name="sheet" value=') == 4
    assert page.count("checked") >= 4


def test_it_offers_them_again_with_the_criteria_the_room_chose(world: World) -> None:
    meeting = Meeting(client_of(world.sophea), world.plan_card())
    meeting.begin()
    codes = [c.code for c in meeting.card.round.framework.method.criteria_for("CL", "community")][:2]
    meeting.choose(*codes)
    assert at("card_sheets", meeting.card.pk) in meeting.get("choose")


def test_it_gives_the_kit_as_one_pdf(world: World) -> None:
    card = world.plan_card()
    given = {
        "sheet": ["participants", "ballots"],
        "language": "km",
        "also": "en",
        "people": "២៤",
        "print": "1",
    }
    answer = client_of(world.sophea).get(at("card_sheets", card.pk), given)
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert f"meeting-{card.code}.pdf" in answer["Content-Disposition"]


def test_it_names_a_demonstration_s_file_so(world: World) -> None:
    world.programme.sample = True
    world.programme.save(update_fields=["sample"])
    card = world.plan_card()
    answer = client_of(world.sophea).get(at("card_sheets", card.pk), {"sheet": "reflection", "print": "1"})
    assert "SAMPLE-meeting" in answer["Content-Disposition"]


@pytest.mark.parametrize("given", [{}, {"sheet": "all"}, {"sheet": "ballots", "people": "500"}])
def test_it_says_what_cannot_be_printed_and_keeps_the_page(world: World, given: dict[str, str]) -> None:
    card = world.plan_card()
    answer = client_of(world.sophea).get(at("card_sheets", card.pk), {**given, "print": "1"})
    assert answer.status_code == 422 and b"Make the PDF" in answer.content


def test_it_prints_the_kits_of_the_planned_ones_the_list_s_filters_leave(world: World) -> None:
    world.plan_card()
    world.plan_card("provider")
    world.running_card()
    client = client_of(world.officer)
    assert at("print_kits") in client.get(at("scorecards")).content.decode()
    assert len(client.get(at("print_kits")).context["cards"]) == 2
    assert len(client.get(at("print_kits"), {"side": "provider"}).context["cards"]) == 1
    given = {"side": "provider", "sheet": "reflection", "print": "1"}
    assert client.get(at("print_kits"), given).content.startswith(b"%PDF")


def test_it_asks_to_narrow_the_list_down_when_they_are_too_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_CARDS", 1)
    world.plan_card()
    world.plan_card("provider")
    assert b"Use the filters" in client_of(world.officer).get(at("print_kits")).content


def test_it_is_closed_to_whoever_may_not_see_the_card(world: World) -> None:
    card = world.plan_card()
    for person in (world.stranger, world.vuthy):
        assert client_of(person).get(at("card_sheets", card.pk), {"print": "1"}).status_code == 404
    assert not client_of(world.stranger).get(at("print_kits")).context["cards"]
