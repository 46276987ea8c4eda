"""The vote by QR opened from the facilitator's phone: own phones, the facilitator's and paper in one room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from samleng.doors.field import build as field
from samleng.doors.web.look import build as look
from samleng.voices.scorecards.balloting import Poll, Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import participation, tallies
from samleng.voices.scorecards.verbs.opening import PATIENCE, open_parcels
from samleng.voices.scorecards.verbs.polling import open_poll
from tests import browser as browsing
from tests.doors.web.facilitated import at
from tests.journeys.app_phone import AppPhone
from tests.journeys.test_field_app import CELLS, profile_codes

pytestmark = pytest.mark.django_db(transaction=True)
VOTES = ([5, 4, 3], [1, 2, 3], [2, 2, 5], [4, 4, 4], [3, 1, 5])
LETTERS = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    look.build()
    field.build()


def seen(phone: AppPhone) -> None:
    """Whole and readable to all, as it stands."""
    assert browsing.overflow(phone.page) == 0, browsing.too_wide(phone.page)
    assert not browsing.serious_issues(phone.page)


def chosen(phone: AppPhone, card: Scorecard, people: int) -> None:
    """A meeting on the phone, with a signal, up to the vote: people listed, three criteria chosen."""
    phone.cells = profile_codes(card)
    phone.take(card.code)
    phone.ready()
    phone.at("information")
    phone.onward()
    phone.page.wait_for_selector("main[data-step=setup]")
    phone.onward()
    phone.page.wait_for_selector("main[data-step=participants]")
    if people:
        phone.add_people([CELLS[n % len(CELLS)] for n in range(people)])
    for step, tap, rows in (
        ("raise", ".things > li:not(.on) .act > button.small-button", ".things > li.on"),
        ("prioritise", "ul.things .small-button", "ol.things > li"),
    ):
        phone.at(step)
        for number in range(3):
            phone.page.locator(tap).first.click()
            expect(phone.page.locator(rows)).to_have_count(number + 1)
    phone.at("vote")


def by_qr(phone: AppPhone) -> None:
    phone.page.locator("a[href$='/vote/phones']").click()


def letters_on(phone: AppPhone) -> str:
    expect(phone.page.locator(".short-way b")).to_have_text(LETTERS)
    return phone.page.locator(".short-way b").inner_text()


@contextmanager
def voter(browser: Browser, address: str, path: str) -> Iterator[Page]:
    """Somebody in the room with a phone of their own, who has looked at the QR."""
    with browsing.visit(browser, language="km") as page:
        page.goto(address + path)
        yield page


def answer(page: Page, scores: Sequence[int], number: int | None = None) -> None:
    """Tap a face for each criterion, the sticker's number where it is asked for, and look it over."""
    for place, score in enumerate(scores):
        page.locator(f"input[name=vote-{place}][value='{score}']").click()
    if number:
        page.locator("input[name=number]").fill(str(number))
    while page.locator("button[value=review]").is_hidden():
        page.locator(".onward button[type=button]:visible").last.click()
    page.locator("button[value=review]").click()
    page.locator(".looked").wait_for()


def send(page: Page) -> None:
    page.locator("button[value=send]").click()
    page.wait_for_url("**/vote/thanks/**")


def ticket_path(letters: str) -> str:
    return at("vote_ticket", letters, language="km")


@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), [("km", "phone"), ("en", "desk")])
def test_it_votes_on_own_phones_on_the_facilitator_s_and_on_paper_in_one_room(
    world, live_server, browser, language, size
):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea, language=language, size=size)
    chosen(phone, card, 5)
    by_qr(phone)
    page = phone.page
    page.locator("main button.button").wait_for()
    seen(phone)
    page.locator("main button.button").click()
    page.locator(".tally").wait_for()
    seen(phone)
    poll = Poll.objects.get()
    assert (poll.kind, poll.closed_at) == ("room", None)

    # One after the other: the first answer is lost on the way, and asked for again it is the same ticket.
    page.route("**/app/votes/*/ticket", lambda route: (route.fetch(), route.abort()), times=1)
    page.locator("section.card button").first.click()
    page.locator(".notice.care").wait_for()
    page.locator("section.card button").first.click()
    shown = []
    for scores in VOTES[:2]:
        shown.append(letters_on(phone))
        if len(shown) == 1:
            seen(phone)
            assert Ticket.objects.count() == 1
        with voter(browser, live_server.url, ticket_path(shown[-1])) as own:
            expect(page.locator("[data-state=opened]")).to_be_visible()
            answer(own, scores)
            send(own)
        page.locator("[data-state=used]").wait_for()
        page.locator("main button.button").first.click()
        expect(page.locator(".short-way b")).not_to_have_text(shown[-1])

    # Number 3 has opened the ticket and begun, and then would rather write on paper: it is typed in.
    with voter(browser, live_server.url, ticket_path(letters_on(phone))) as own:
        page.locator("[data-state=opened]").wait_for()
        answer(own, [1, 1, 1])
        phone.at("vote")
        page.locator(".chips a").nth(2).click()
        phone.fill_ballot(VOTES[2])
        heading = page.locator("h1").inner_text()
        page.locator(".onward button").last.click()
        expect(page.locator("h1")).not_to_have_text(heading)
        phone.at("vote", "phones")
        expect(page.locator(".tally .turn")).to_contain_text("3")
        # What was begun on the own phone counts no more, and says so.
        own.locator("button[value=send]").click()
        own.locator(".errors, main h1").first.wait_for()
        assert "/vote/thanks/" not in own.url

    # The room's own code: number 4 takes a ticket with it.
    page.locator("section.next button").click()
    page.locator("section.next svg.qr").wait_for()
    seen(phone)
    code = page.locator("section.next .short-way b").inner_text()
    with voter(browser, live_server.url, at("vote_door", code, language="km")) as own:
        own.locator("main button").first.click()
        own.wait_for_url(re.compile(r"/vote/(?:[0-9A-Z]{4}-){3}"))
        answer(own, VOTES[3], number=4)
        send(own)
    expect(page.locator(".tally .turn")).to_contain_text("4")

    # The signal goes: the last one votes on the facilitator's phone, and it is sent when the signal is back.
    phone.cut()
    page.locator(".notice.care").wait_for()
    phone.at("vote")
    page.locator(".next a.button").first.click()
    phone.fill_ballot(VOTES[4])
    page.locator(".onward button").last.click()
    page.wait_for_selector("main[data-step=vote]:not(:has(form.ballot))")
    phone.signal()
    phone.at("vote", "phones")
    expect(page.locator(".tally .turn")).to_have_text(re.compile("5.*5"))
    page.locator(".onward button").click()
    page.locator(".notice.good").wait_for()
    seen(phone)
    page.locator(".onward a").click()
    page.wait_for_selector("main[data-step=results] .score")
    on_phone = figures_on(phone)
    phone.sent()
    phone.close()

    open_parcels(now=timezone.now() + PATIENCE)
    written = folded(card)
    assert (participation(written).people, written.voters) == (5, 5)
    assert sorted(one.door for one in written.ballots.values()) == ["qr", "qr", "qr", "room", "room"]
    for place, tally in enumerate(tallies(written, counting_of(card))):
        given = [scores[place] for scores in VOTES]
        assert tally.histogram == [given.count(n) for n in range(1, 6)]
    assert on_phone == [sorted(scores[place] for scores in VOTES)[2] for place in range(3)]
    poll.refresh_from_db()
    assert poll.closed_at is not None


def figures_on(phone: AppPhone) -> list[Any]:
    """The middle scores that the phone itself shows."""
    return [float(text) for text in phone.page.locator(".score .figure").all_inner_texts()]


def test_it_says_that_there_is_no_signal_and_offers_the_other_ways(world, live_server, browser):
    card = Scorecard.objects.with_context().get(pk=world.plan_card().pk)
    phone = AppPhone(browser, live_server.url, world.sophea)
    chosen(phone, card, 0)
    phone.cut()
    by_qr(phone)
    phone.page.locator(".notice.care").wait_for()
    seen(phone)
    assert phone.page.locator("main a.button").count() == 2
    phone.signal()
    phone.page.locator("main button.button").last.click()
    # Nobody is listed: the site asks how many are here, and takes Khmer digits.
    phone.page.locator("#places").fill("៣")
    phone.page.locator("main button.button").first.click()
    phone.page.locator(".tally").wait_for()
    assert Poll.objects.get().places == 3
    # The tab dies with a ticket on the screen: the next one shown takes its place.
    for expected in (1, 1):
        phone.page.locator("section.card button").first.click()
        letters_on(phone)
        assert Ticket.objects.filter(withdrawn_at=None).count() == expected
        phone.kill()
        phone.page.locator(".tally").wait_for()
    with phone.page.expect_download() as download:
        phone.page.locator("summary").last.click()
        phone.page.locator("#count").fill("2")
        phone.page.locator("details button").click()
    assert download.value.suggested_filename == f"tickets-{card.code}.pdf"
    assert Ticket.objects.filter(withdrawn_at=None).count() == 3
    # The vote is closed and the line breaks before its ballots are here: it says so, and brings them later.
    phone.page.route("**/state?*", lambda route: route.abort())
    phone.page.locator(".onward button").click()
    phone.page.locator(".notice.care button").wait_for()
    phone.page.unroute("**/state?*")
    phone.page.locator(".notice.care button").click()
    phone.page.locator(".notice.good").wait_for()
    # Another phone has opened the next one: this one goes on with it.
    open_poll(by=world.by(world.sophea), scorecard=card, places=4)
    phone.page.locator("main button.button").last.click()
    phone.page.locator(".tally").wait_for()
    # The session is over after half a day: the PIN opens it again.
    phone.context.clear_cookies(name="sessionid")
    phone.page.locator("section.next button").click()
    phone.page.locator(".notice.bad button").click()
    phone.page.fill("#pin", phone.slip.pin)
    phone.page.locator("main button[type=submit]").click()
    phone.page.locator(".tally").wait_for()
    phone.close()
