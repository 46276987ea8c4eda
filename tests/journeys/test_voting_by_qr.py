"""Thirty-three people vote on their own phones: some twice, some too late, one with a forged ticket."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, build_opener

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page

from samleng.doors.web.look import build
from samleng.voices.scorecards.balloting import Ticket
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, folded
from samleng.voices.scorecards.rules.tally import participation, tallies
from tests import browser as browsing
from tests.doors.web.facilitated import Meeting, at, client_of
from tests.journeys.hands import sign_in
from tests.voices.scorecards.polled import codes_of

PEOPLE, LATE = 33, 2
FORGED = "7K3M-9QXD-04TB-R2WN"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


def look(page: Page) -> None:
    assert browsing.overflow(page) == 0, (page.url, browsing.too_wide(page))
    assert not browsing.serious_issues(page), page.url
    assert page.locator("main h1").count() == 1, page.url


def ready(world) -> Scorecard:
    """A meeting that has chosen and counted nobody yet."""
    card = world.plan_card()
    meeting = Meeting(client_of(world.sophea), card)
    meeting.begin()
    meeting.post("setup", held_on=timezone.localdate().isoformat(), language="km", voting="people")
    meeting.choose(*codes_of(Scorecard.objects.with_context().get(pk=card.pk)))
    return Scorecard.objects.with_context().get(pk=card.pk)


@contextmanager
def room(browser: Browser, address: str, world, card: Scorecard, language: str, size: str) -> Iterator[Page]:
    """The facilitator's browser, at the page of the vote by QR."""
    with browsing.visit(browser, size=size, language=language) as page:
        sign_in(page, address, world.sophea)
        page.goto(f"{address}/{language}/scorecards/{card.pk}/room/")
        page.locator("button[name=take_over]").click()
        page.goto(f"{address}/{language}/scorecards/{card.pk}/room/vote/phones/")
        yield page


def face(voter: int, criterion: int) -> int:
    return (voter * 7 + criterion * 3 + voter * voter // 3) % 5 + 1


def profile(voter: int) -> tuple[str, str]:
    return ("female", "male")[voter % 2], ("15-30", "31-59", "60+")[voter % 3]


def by_hand(page: Page, voter: int, *, scripts: bool, looking: bool = False) -> None:
    """One person answers, looks it over, sends, and goes back to see what is left."""
    if looking:
        look(page)
    sex, band = profile(voter)
    answers = [(f"vote-{i}", str(face(voter, i))) for i in range(3)] + [("sex", sex), ("band", band)]
    for at_question, (name, value) in enumerate(answers):
        page.locator(f"input[name={name}][value='{value}']").click()
        if scripts:
            # The next question comes by itself; what was just tapped is out of sight.
            page.locator(f".q.now:not(:has([name={name}]))").wait_for()
            assert page.locator(".q:visible").count() == 1, at_question
    if scripts:
        while page.locator(".onward button[value=review]").is_hidden():
            page.locator(".onward button[type=button]:visible").last.click()
    page.locator("button[value=review]").click()
    page.locator(".looked").wait_for()
    if looking:
        look(page)
    page.locator("button[value=send]").dblclick() if scripts else page.locator("button[value=send]").click()
    page.wait_for_url("**/vote/thanks/**")
    if looking:
        look(page)
    for _step in range(4):
        # Without scripts the page of the look before sending is kept by nobody: the browser says so.
        with suppress(Error) if not scripts else nullcontext():
            page.go_back()
        page.wait_for_load_state("networkidle")
        assert page.locator("input:checked, .looked, .answers").count() == 0, page.url


def over_http(address: str, path: str, **fields: Any) -> tuple[int, str]:
    """A phone's request without a browser: where it ends and what it says.

    The small server of the tests lets ten wait and resets the rest; a phone then sends the same again.
    """
    body = urlencode(fields).encode() if fields else None
    for _again in range(60):
        try:
            with build_opener().open(Request(address + path, data=body), timeout=60) as answer:
                return answer.status, answer.url + "\n" + answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except (URLError, ConnectionError):
            time.sleep(0.3)
    return 0, "no answer"


def ballot(voter: int, do: str = "send") -> dict[str, str]:
    sex, band = profile(voter)
    return {f"vote-{i}": str(face(voter, i)) for i in range(3)} | {"sex": sex, "band": band, "do": do}


def all_at_once(calls: list[tuple[Any, ...]]) -> list[tuple[int, str]]:
    answers: list[tuple[int, str]] = [(0, "")] * len(calls)

    def run(place: int) -> None:
        address, path, fields = calls[place]
        answers[place] = over_http(address, path, **fields)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), [("km", "phone"), ("en", "desk")])
def test_it_takes_a_village_s_votes_behind_one_address(world, live_server, browser, language, size):
    card, address = ready(world), live_server.url
    with room(browser, address, world, card, language, size) as page:
        look(page)
        page.locator("#places").fill(str(PEOPLE))
        page.locator("form:has([value=room]) button.button").click()
        page.locator(".tally").wait_for()
        look(page)
        poll_page = page.url

        # One after the other, with and without scripts, each on a phone of their own.
        page.locator("form[action$='/ticket/'] button").click()
        for voter in range(4):
            page.locator(".qr svg").wait_for()
            if not voter:
                look(page)
            shown = page.locator(".short-way b").inner_text()
            assert CODE.fullmatch(shown)
            scripts = voter % 2 == 0
            speaks = ("km", "en")[voter // 2]
            with browsing.visit(browser, language=speaks, javascript=scripts) as phone:
                phone.goto(address + at("vote_ticket", shown, language=speaks))
                by_hand(phone, voter, scripts=scripts, looking=scripts)
            # The page sees by itself that the ticket is used.
            page.locator(".status-line[data-state=used]").wait_for()
            page.locator("form[action$='/ticket/'] button").click()
            page.locator(".short-way b", has_not_text=shown).wait_for()

        # The ticket shown last is seen by nobody and skipped; the rest take one from the room's own code.
        page.goto(poll_page)
        page.locator("button[value=open]").click()
        page.locator(".qr svg").wait_for()
        look(page)
        code = page.locator(".short-way b").inner_text()
        Ticket.objects.filter(used_at=None).update(withdrawn_at=timezone.now())
        path = at("vote_door", code, language=language)
        taken = all_at_once([(address, path, {"token": uuid.uuid4()}) for _ in range(PEOPLE - 4 + 3)])
        tickets = [CODE.search(said)[0] for status, said in taken if status == 200]
        assert len(tickets) == PEOPLE - 4
        assert [status for status, _said in taken if status != 200] == [409] * 3

        # All of them vote at once from one address, half of them twice.
        voters = list(range(4, PEOPLE - LATE))
        places = dict(zip(voters, tickets, strict=False))
        twice = [voter for voter in voters for _ in range(2 if voter % 2 else 1)]
        calls = [(address, at("vote_ticket", places[v], language=language), ballot(v)) for v in twice]
        for status, said in all_at_once(calls):
            assert status == 200 and "/vote/thanks/" in said.splitlines()[0]
        changed = ballot(voters[0]) | {"vote-0": str(face(voters[0], 0) % 5 + 1)}
        assert over_http(address, at("vote_ticket", tickets[0], language="en"), **changed)[0] == 410
        assert over_http(address, at("vote_ticket", FORGED, language="en"), **ballot(0))[0] == 404

        page.goto(poll_page)
        page.locator(".tally .turn", has_text=str(PEOPLE - LATE)).wait_for()
        page.locator("button[value=close]").click()
        page.locator(".notice.good").wait_for()
        look(page)
        for ticket in tickets[-LATE:]:
            status, said = over_http(address, at("vote_ticket", ticket, language="en"), **ballot(0))
            assert status == 410 and "This vote is closed" in said
        page.goto(f"{address}/{language}/scorecards/{card.pk}/room/results/")
        look(page)

    written = folded(card)
    assert written.voters == participation(written).people == PEOPLE - LATE
    for i, tally in enumerate(tallies(written, counting_of(card))):
        given = [face(voter, i) for voter in range(PEOPLE - LATE)]
        assert tally.histogram == [given.count(n) for n in range(1, 6)]


def test_it_keeps_the_answers_when_the_line_is_cut_while_sending(world, live_server, browser):
    card, address = ready(world), live_server.url
    with room(browser, address, world, card, "en", "phone") as page:
        page.locator("#places").fill("3")
        page.locator("form:has([value=room]) button.button").click()
        page.locator("form[action$='/ticket/'] button").click()
        shown = page.locator(".short-way b").inner_text()
    with browsing.visit(browser, language="en") as phone:
        phone.goto(address + at("vote_ticket", shown))
        sex, band = profile(0)
        for name, value in [*((f"vote-{i}", "4") for i in range(3)), ("sex", sex), ("band", band)]:
            phone.locator(f"input[name={name}][value='{value}']").click()
            phone.locator(f".q.now:not(:has([name={name}]))").wait_for()
        while phone.locator(".onward button[value=review]").is_hidden():
            phone.locator(".onward button[type=button]:visible").last.click()
        phone.context.set_offline(True)
        phone.locator("button[value=review]").click()
        phone.locator(".status-line", has_text="No connection").wait_for()
        phone.context.set_offline(False)
        phone.locator("button[value=review]").click()
        # Changed without asking the network: the page as it was comes back.
        phone.locator("button[value=change]").click()
        assert phone.locator("input[name=vote-0][value='4']").is_checked()
        phone.locator("button[value=review]").click()
        phone.locator(".looked").wait_for()
        # The server writes the ballot, but its answer is lost: sent again it is the same one.
        phone.route("**/vote/**", lambda route: (route.fetch(max_redirects=0), route.abort()), times=1)
        phone.locator("button[value=send]").click()
        phone.locator(".status-line", has_text="No connection").wait_for()
        phone.locator("button[value=send]").click()
        phone.wait_for_url("**/vote/thanks/**")
    assert folded(card).voters == 1
