"""A reviewer sends a card back with marks; the facilitator puts right or answers; the reviewer compares."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from samleng.doors.web.look import build
from samleng.kit.media.verbs import keep
from samleng.voices.scorecards.models import Mark, Scorecard, State
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.verbs.review import submit
from samleng.voices.scorecards.verbs.writing import add_photo, write
from tests import browser as browsing
from tests.doors.web.agreed import photo
from tests.journeys.test_the_loop import WALKS, Walker
from tests.world import World


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


def sent_in(world: World) -> Scorecard:
    """A card of fourteen people with a picture of its flip-chart, sent in."""
    card, by = world.running_card(), world.by(world.sophea)
    write(by=by, scorecard=card, lines=world.meeting_lines(card))
    add_photo(by=by, scorecard=card, blob=keep(by=by, file=photo(), kind="photo", owner=card.owner_key))
    submit(by=by, scorecard=card)
    return Scorecard.objects.with_context().get(pk=card.pk)


@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), WALKS)
def test_it_goes_back_and_comes_again_corrected(world, live_server, browser, language, size):
    card = sent_in(world)
    criterion = folded(card).priorities[0]
    with ExitStack() as stack:

        def walker(person):
            page = stack.enter_context(browsing.visit(browser, size=size, language=language))
            return Walker(page, live_server.url, language, person)

        reviewer, sophea = walker(world.officer), walker(world.sophea)
        reviewer.go("review", card.pk)
        reviewer.press(f"a[href$='{card.pk}/review/mark/']", "/review/mark/")
        page = reviewer.page
        assert not page.locator("[id='people']").is_visible()
        for field, why in (("people", "15?"), (f"reflect:{criterion}", "Which well?")):
            page.locator(f"input[name=field][value='{field}']").check()
            page.locator(f"[id='{field}']").fill(why)
        reviewer.look()
        reviewer.press("form.marks button.button", f"/scorecards/{card.pk}/")
        assert Scorecard.objects.get(pk=card.pk).state == State.RUNNING

        sophea.go("room", card.pk)
        sophea.sees("15?")
        sophea.press(f"form[action$='{card.pk}/room/begin/'] button", "/room/")
        sophea.press(f".todo a[href$='{card.pk}/room/reflect/1/']", "/reflect/1/")
        sophea.sees("Which well?")
        box = sophea.page.locator("textarea[name=suggestions]").first
        box.fill("ជីកអណ្ដូងឱ្យជ្រៅ")
        sophea.press(".onward button", "/room/reflect/2/")
        sophea.go("room_people", card.pk)
        mark = Mark.objects.get(field="people")
        sophea.press(f"a[href$='/correct/{mark.pk}/']", "/correct/")
        sophea.page.locator("#words").fill("One child held a sticker")
        sophea.press("form.card button.button", "/room/finish/")
        sophea.press(".onward button", "/sent/")

        reviewer.go("review", card.pk)
        for text in ("Which well?", "ធ្វើឱ្យប្រសើរ", "ជីកអណ្ដូងឱ្យជ្រៅ", "15?", "One child held a sticker"):
            reviewer.sees(text)
    assert Scorecard.objects.get(pk=card.pk).state == State.IN_REVIEW
