"""A meeting held on paper: its sheets are printed, and days later it is typed in by the number keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from samleng.doors.web.look import build
from samleng.kit.media.verbs import keep
from samleng.voices.scorecards.models import Scorecard, State
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import tallies
from samleng.voices.scorecards.verbs.writing import add_photo
from tests import browser as browsing
from tests.doors.web.agreed import photo
from tests.doors.web.facilitated import Meeting, client_of
from tests.journeys.hands import Hands
from tests.journeys.test_the_loop import WALKS, Walker

PEOPLE, CRITERIA = 12, 4


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


def ready(world, language: str) -> tuple[Scorecard, Meeting]:
    """A room that has listed its people and chosen its criteria, with a photo of the flip-chart."""
    meeting = Meeting(client_of(world.sophea), world.plan_card(), language)
    meeting.begin()
    for n in range(PEOPLE):
        meeting.add("female/15-30" if n % 2 else "male/31-59")
    codes = [c.code for c in meeting.card.round.framework.method.criteria_for("CL", "community")]
    meeting.choose(*codes[:CRITERIA])
    by = world.by(world.sophea)
    blob = keep(by=by, file=photo(), kind="photo", owner=meeting.card.owner_key)
    add_photo(by=by, scorecard=meeting.card, blob=blob)
    return meeting.card, meeting


def face(person: int, criterion: int) -> int:
    return (person * 7 + criterion * 3) % 5 + 1


@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), WALKS)
def test_it_prints_the_sheets_and_types_them_in_later(world, live_server, browser, language, size):
    card, _meeting = ready(world, language)
    held = timezone.localdate() - timedelta(days=3)
    with browsing.visit(browser, size=size, language=language) as page:
        walker = Walker(page, live_server.url, language, world.sophea)
        walker.go("card_sheets", card.pk)
        with page.expect_download() as download:
            page.locator("button[name=print]").click()
        assert download.value.suggested_filename == f"meeting-{card.code}.pdf"

        walker.go("room", card.pk)
        walker.press("button[name=take_over]", "/room/")
        walker.go("room_setup", card.pk)
        page.locator("#held_on").fill(held.isoformat())
        page.locator("input[name=entry]").check()
        walker.press(".onward button", "/room/")
        walker.go("room_vote", card.pk)
        walker.press("a[href$='/vote/paper/']", "/vote/paper/")
        hands = Hands(page)
        for first in (0, 10):
            for person in range(first, min(first + 10, PEOPLE)):
                # The number of the ballot, Enter, and then nothing but the digits under the faces.
                hands.type(str(person + 1))
                page.keyboard.press("Enter")
                hands.type("".join(str(face(person, i)) for i in range(CRITERIA)))
            walker.press("form[data-paper] .onward button", "/vote/paper/")
        walker.press("a[href$='/vote/paper/flip-chart/']", "/flip-chart/")
        page.locator("[name=c-0-0]").focus()
        for box in range(5 * CRITERIA):
            page.keyboard.type("2")
            if box + 1 < 5 * CRITERIA:
                page.keyboard.press("Enter")
        walker.press("form[data-counts] .onward button", "/flip-chart/")
        assert page.locator(".compared tbody tr").count() == CRITERIA
        walker.go("room_finish", card.pk)
    card = Scorecard.objects.with_context().get(pk=card.pk)
    for i, tally in enumerate(tallies(folded(card), counting_of(card))):
        assert tally.histogram == [sum(face(p, i) == f for p in range(PEOPLE)) for f in range(1, 6)]
    assert {one.door for one in folded(card).ballots.values()} == {"paper"}
    assert (card.held_on, card.state) == (held, State.RUNNING)


def test_it_needs_no_more_keys_than_are_on_the_paper(world, live_server, browser):
    card, _meeting = ready(world, "en")
    with browsing.visit(browser, size="desk", language="en") as page:
        walker = Walker(page, live_server.url, "en", world.sophea)
        walker.go("room", card.pk)
        walker.press("button[name=take_over]", "/room/")
        walker.go("room_paper", card.pk)
        hands = Hands(page)
        # A ballot without a number: past it and past what is ticked with Enter.
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        hands.type("5432")
        assert page.evaluate("document.activeElement.id") == "number-1"
        page.keyboard.type("3")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "v-1-0"
