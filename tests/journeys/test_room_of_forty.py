"""Forty people and six criteria at human speed: under 15 minutes person by person, under 4 by counts."""

from __future__ import annotations

import pytest
from django.utils import timezone

from samleng.doors.web.look import build
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import participation, tallies
from tests import browser as browsing
from tests.doors.web.facilitated import Meeting, client_of
from tests.journeys.hands import Hands, sign_in

PEOPLE, CRITERIA = 40, 6


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


def ready(world, page, address: str, language: str) -> tuple[Scorecard, Hands]:
    """A meeting that has chosen its six criteria and now votes, open in the browser."""
    card = world.plan_card()
    meeting = Meeting(client_of(world.sophea), card, language)
    meeting.begin()
    meeting.post("setup", held_on=timezone.localdate().isoformat(), voting="people")
    codes = [c.code for c in card.round.framework.method.criteria_for(card.service.code, "community")]
    # What the room says in its own words makes up for a short list of the framework.
    for number in range(CRITERIA - len(codes[:CRITERIA])):
        meeting.post("raise", what="own", text=f"ទឹកស្អាត {number}")
    meeting.choose(*codes[:CRITERIA], *meeting.written.custom)
    sign_in(page, address, world.sophea)
    page.goto(f"{address}/{language}/scorecards/{card.pk}/room/")
    page.locator("button[name=take_over]").click()
    return Scorecard.objects.with_context().get(pk=card.pk), Hands(page)


def face(person: int, criterion: int) -> int:
    return (person * 7 + criterion * 3 + person * person // 3) % 5 + 1


@pytest.mark.shared_out
@pytest.mark.parametrize("language", ["km", "en"])
def test_it_takes_forty_ballots_in_four_hundred_and_forty_taps(world, live_server, browser, language):
    with browsing.visit(browser, language=language) as page:
        card, hands = ready(world, page, live_server.url, language)
        page.goto(f"{live_server.url}/{language}/scorecards/{card.pk}/room/vote/")
        hands.tap(".next a.button")
        cells = ["female/15-30", "male/31-59", "female/60+"]
        for person in range(PEOPLE):
            page.locator(f"[name=number][value='{person + 1}']").wait_for(state="attached")
            hands.tap(page.locator(f"input[name=cell][value='{cells[person % 3]}']"))
            for criterion in range(CRITERIA):
                hands.tap(page.locator(f"input[name=vote-{criterion}][value='{face(person, criterion)}']"))
        page.locator(f"[name=number][value='{PEOPLE + 1}']").wait_for(state="attached")

    written = folded(card)
    assert participation(written).people == PEOPLE and len(written.ballots) == PEOPLE
    for i, tally in enumerate(tallies(written, counting_of(card))):
        assert tally.histogram == [sum(face(p, i) == f for p in range(PEOPLE)) for f in range(1, 6)]
    assert hands.taps <= 440
    assert hands.seconds < 15 * 60


def test_it_lists_people_with_one_tap_each_and_loses_none_when_tapped_quickly(world, live_server, browser):
    with browsing.visit(browser, language="km") as page:
        card, hands = ready(world, page, live_server.url, "km")
        page.goto(f"{live_server.url}/km/scorecards/{card.pk}/room/people/")
        for person in range(PEOPLE):
            # Two buttons in turn: the same one again within a blink is taken for a double tap.
            cell = "female/15-30" if person % 2 else "male/31-59"
            hands.tap(page.locator(f"button[value='{cell}']"))
        page.locator(".chips a", has_text=str(PEOPLE)).wait_for(timeout=60_000)
        assert page.locator(".chips a b").count() == PEOPLE
    numbers = sorted(p.number for p in folded(card).people.values())
    assert numbers == list(range(1, PEOPLE + 1))
    assert hands.taps == PEOPLE


def test_it_takes_a_double_tap_for_one_person(world, live_server, browser):
    with browsing.visit(browser, language="en") as page:
        card, _hands = ready(world, page, live_server.url, "en")
        page.goto(f"{live_server.url}/en/scorecards/{card.pk}/room/people/")
        page.locator("button[value='female/15-30']").dblclick()
        page.locator(".chips a b").first.wait_for()
        page.wait_for_load_state("networkidle")
    assert len(folded(card).people) == 1


def test_it_takes_the_room_by_counts_in_less_than_four_minutes(world, live_server, browser):
    with browsing.visit(browser, language="km") as page:
        card, hands = ready(world, page, live_server.url, "km")
        page.goto(f"{live_server.url}/km/scorecards/{card.pk}/room/people/heads/")
        for cell, number in (
            ("female/15-30", "10"),
            ("male/15-30", "8"),
            ("female/31-59", "12"),
            ("male/31-59", "10"),
        ):
            hands.tap(f"input[name='cell:{cell}']")
            hands.type(number)
        hands.tap("button.button:has(svg):not([name])")
        page.goto(f"{live_server.url}/km/scorecards/{card.pk}/room/vote/counts/")
        hands.tap("input[name=n-0-0-0]")
        for criterion in range(CRITERIA):
            counts = [criterion, 10 - criterion, 12, 8, 10]
            hands.type("\t".join(str(n) for n in counts))
            assert page.locator("[data-sum]").nth(criterion).text_content() == "40/40"
            if criterion < CRITERIA - 1:
                hands.type("\t")
        hands.tap("form[data-counts] button.button")
        page.wait_for_url("**/results/")
    assert [t.n for t in tallies(folded(card), counting_of(card))] == [PEOPLE] * CRITERIA
    assert hands.seconds < 4 * 60


def test_it_shows_nothing_of_a_ballot_to_the_next_voter_nor_by_going_back(world, live_server, browser):
    with browsing.visit(browser, language="en") as page:
        card, hands = ready(world, page, live_server.url, "en")
        page.goto(f"{live_server.url}/en/scorecards/{card.pk}/room/vote/")
        hands.tap("button[name=on]")
        for _voter in range(2):
            hands.tap(".next a.button")
            hands.tap("input[name=cell][value='female/15-30']")
            for criterion in range(CRITERIA):
                hands.tap(f"input[name=vote-{criterion}][value='5']")
            page.locator(".next .turn").wait_for()
            assert page.locator("input:checked").count() == 0
        for _step in range(4):
            page.go_back()
            page.wait_for_load_state("networkidle")
            assert page.locator("input[type=radio]:checked").count() == 0
    assert len(folded(card).ballots) == 2
