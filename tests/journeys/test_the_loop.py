"""The whole loop by hand in a browser: from a planned scorecard to a promise kept, told to everybody.

Each person has a browser of their own. Every page on the way is asked the same three things: that it fits
its window, that nothing serious keeps anybody out (axe), and that its scripts do not fail.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Plan
from samleng.doors.postman.verbs.telling import tell
from samleng.doors.web.look import build
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.models import Person
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.insight.disclosure.fronts import place_front
from samleng.insight.disclosure.verbs.rhythm import release_due, sums_due
from samleng.insight.evidence.verbs import project
from samleng.voices.scorecards.models import Scorecard, State
from tests import browser as browsing
from tests.doors.web.facilitated import at
from tests.journeys.hands import sign_in
from tests.world import World

# The two that differ in everything always, the others where there is time.
WALKS = [
    ("km", "phone"),
    ("en", "desk"),
    pytest.param("km", "desk", marks=pytest.mark.soak),
    pytest.param("en", "phone", marks=pytest.mark.soak),
]


@pytest.fixture(scope="module", autouse=True)
def built():
    build.build()


class Walker:
    """One person with a browser, walking in one language at one size."""

    def __init__(self, page: Page, address: str, language: str, person: Person | None = None) -> None:
        self.page, self.address, self.language = page, address, language
        if person is not None:
            sign_in(page, address, person)

    def go(self, name: str, *args: object) -> None:
        answer = self.page.goto(self.address + at(name, *args, language=self.language))
        assert answer and answer.status == 200, (name, answer and answer.status)
        self.look()

    def press(self, selector: str, where: str) -> None:
        """Press what leads on, and look at the page it leads to."""
        with self.page.expect_navigation(url=f"**{where}**"):
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state("networkidle")
        self.look()

    def look(self) -> None:
        assert browsing.overflow(self.page) == 0, (self.page.url, browsing.too_wide(self.page))
        assert not browsing.serious_issues(self.page), self.page.url
        assert self.page.locator("main h1").count() == 1, self.page.url

    def sees(self, text: str) -> None:
        shown = self.page.locator("main").inner_text()
        assert text in shown, f"{text!r} is not on {self.page.url}:\n{shown}"


def hold(walker: Walker, card: Scorecard, heads: list[int], counts: list[list[int]]) -> None:
    """From the 6-digit code to the card in review, votes typed as counts per face."""
    page = walker.page
    walker.go("join")
    page.fill("input[name=code]", card.code)
    walker.press("main form button", "/scorecards/")
    if "/room/" not in page.url:
        walker.go("room", card.pk)
    walker.press("main .next button", "/room/consent/")
    walker.press(".onward button", "/room/day/")
    page.fill("input[name=held_on]", timezone.localdate().isoformat())
    page.locator("label:has(input[name=voting][value=counts])").click()
    walker.press(".onward button", "/room/people/")
    walker.go("room_heads", card.pk)
    for box, number in zip(page.locator("input[name^='cell:']").all(), heads, strict=False):
        box.fill(str(number))
    walker.press(".onward button", "/room/")
    walker.go("room_raise", card.pk)
    for at_ in range(len(counts)):
        page.locator("#criteria button[name=criterion][aria-pressed=false]").first.click()
        page.wait_for_function(
            "n => document.querySelectorAll('#criteria [aria-pressed=true]').length > n", arg=at_
        )
    walker.press(".onward a", "/room/choose/")
    for at_ in range(len(counts)):
        page.locator("button[value^='add:']").first.click()
        page.wait_for_function("n => document.querySelectorAll('ol.things li.on').length > n", arg=at_)
    walker.go("room_counts", card.pk)
    for row, votes in enumerate(counts):
        for face, number in enumerate(votes):
            page.fill(f"input[name=n-0-{row}-{face}]", str(number))
    walker.press("form[data-counts] .onward button", "/room/results/")
    walker.press(".onward a", "/room/reflect/")
    for number in range(1, len(counts) + 1):
        page.locator("textarea[name=strengths]").first.fill("ល្អ")
        page.locator("textarea[name=weaknesses]").first.fill("ខ្វះខាត")
        page.locator("textarea[name=suggestions]").first.fill(f"ដាក់បុគ្គលិកប្រចាំការ {number}")
        page.locator("input[name=chosen]").first.check()
        walker.press(".onward button", "/room/")
    walker.go("room_finish", card.pk)
    walker.press(".onward button", "/sent/")
    card.refresh_from_db()
    assert card.state == State.IN_REVIEW


def plan_both(walker: Walker, facility: Facility, place: Place) -> tuple[Scorecard, Scorecard]:
    """A scorecard for each side, of a facility found by a part of its name."""
    page = walker.page
    walker.go("plan")
    page.fill("input[name=q]", facility.name[walker.language][:6])
    walker.press("main form[role=search] button", "/plan/")
    walker.press(".card h3 a", "/plan/")
    choose(page, "side", "both")
    choose(page, "place", str(place.pk))
    today = timezone.localdate()
    page.fill("input[name=planned_from]", today.isoformat())
    page.fill("input[name=planned_to]", (today + timedelta(days=7)).isoformat())
    walker.press("main form.form button", "/scorecards/")
    cards = {card.side: card for card in Scorecard.objects.filter(facility=facility)}
    return cards["community"], cards["provider"]


def choose(page: Page, name: str, value: str) -> None:
    """Choose a value of a list or of radio buttons."""
    if page.locator(f"select[name={name}]").count():
        page.select_option(f"select[name={name}]", value)
    else:
        page.locator(f"label:has(input[name={name}][value='{value}'])").click()


def review(walker: Walker, card: Scorecard) -> None:
    walker.go("desk")
    walker.press(f"li.card a[href*='{card.pk}']", "/review/")
    walker.press("button[name=complete]", "/scorecards/")
    card.refresh_from_db()
    assert card.state == State.COMPLETED


def meet(walker: Walker, cards: tuple[Scorecard, ...], office: Office) -> Meeting:
    """The interface meeting of both cards: opened, an action taken from a suggestion, closed with a reply."""
    page = walker.page
    walker.go("card", cards[0].pk)
    walker.press(f"a[href*='/meetings/of/{cards[0].pk}/']", "/meetings/hold/")
    assert page.locator("input[name=cards]:checked").count() == len(cards)
    page.fill("input[name=heads_people]", "21")
    walker.press("main form.form button", "/meetings/")
    walker.press(".suggestion a.button", "/agree/")
    choose(page, "part", page.locator("input[name=part]").last.get_attribute("value") or "")
    page.select_option("select[name=office]", str(office.pk))
    page.fill("input[name=role]", "ប្រធាន")
    today = timezone.localdate()
    page.fill("input[name=starts_on]", today.isoformat())
    page.fill("input[name=due_on]", (today + timedelta(days=30)).isoformat())
    page.fill("input[name=beneficiaries]", "៤០០")
    page.fill("input[name=beneficiaries_women]", "210")
    page.fill("input[name=cost]", "1200000")
    walker.press("main form.form button", "/meetings/")
    walker.go("meeting_close", Meeting.objects.get().pk)
    page.fill("textarea[name=reply_km]", "យើងនឹងធ្វើ")
    page.fill("textarea[name=reply_en]", "We will do it")
    walker.press("main form.form button", "/meetings/")
    meeting = Meeting.objects.get()
    assert meeting.closed_at is not None
    return meeting


def adopt(walker: Walker) -> Plan:
    """The plan as the council sees it: printed, stamped, its scan uploaded."""
    page = walker.page
    plan = Plan.objects.get()
    walker.go("desk")
    walker.press(f"li.card a[href*='{plan.pk}']", "/plans/")
    for form in ("plan_pdf", "plan_docx", "plan_xlsx"):
        answer = page.request.get(walker.address + at(form, plan.pk, language=walker.language))
        assert answer.ok and len(answer.body()) > 2000
    page.fill("#adopt input[name=adopted_on]", timezone.localdate().isoformat())
    page.set_input_files("#adopt input[name=scan]", files=[picture("scan.jpg")])
    walker.press("#adopt form button", "/plans/")
    plan.refresh_from_db()
    assert plan.adopted_on == timezone.localdate()
    return plan


def picture(name: str) -> dict[str, object]:
    """A photo as a phone makes one."""
    out = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def claim(walker: Walker, action: Action) -> None:
    """The office says that it is done, and shows it."""
    page = walker.page
    walker.go("desk")
    walker.press(f"li.card a[href*='{action.pk}']", "/promises/")
    walker.press("a[href$='/say/claim/']", "/say/claim/")
    page.set_input_files("input[name=proofs]", files=[picture("roster.jpg")])
    page.fill("textarea[name=note]", "បានបិទផ្សាយ")
    walker.press("main form.form button", f"/promises/{action.pk}/")
    action.refresh_from_db()
    assert action.claimed_on and not action.confirmed_on


def judge(walker: Walker, action: Action) -> None:
    """Somebody other than the office has looked and says so."""
    walker.go("desk")
    walker.press(f"li.card a[href*='{action.pk}']", "/promises/")
    walker.press("a[href$='/say/judge/']", "/say/judge/")
    choose(walker.page, "verdict", "fixed")
    walker.press("main form.form button", f"/promises/{action.pk}/")
    action.refresh_from_db()
    assert action.confirmed_on


def read(walker: Walker, world: World) -> None:
    """What anybody may read: from the country down to the promise, without signing in, and on paper."""
    walker.go("home")
    for place in (world.commune.parent.parent, world.commune.parent, world.commune):
        walker.press(f"main a[href$='/places/{place.code}/']", f"/places/{place.code}/")
    walker.sees("1")
    walker.go("place_print", world.commune.code)
    walker.go("place", world.commune.code)
    walker.press(f"main a[href*='/facilities/{world.clinic.pk}/']", "/facilities/")
    walker.sees({"km": "យើងនឹងធ្វើ", "en": "We will do it"}[walker.language])
    walker.sees("ដាក់បុគ្គលិកប្រចាំការ 1")
    walker.go("facility_print", world.clinic.pk)
    assert not walker.page.context.cookies()


def switch_on(walker: Walker, programme: Programme) -> None:
    """The programme's manager lets its figures be published."""
    walker.go("publication", programme.pk)
    walker.page.check("main input[name=read]")
    walker.press("main form button", f"/programmes/{programme.pk}/")
    programme.refresh_from_db()
    assert programme.publishes_since


def worker() -> None:
    """What the worker does in the background, done now."""
    for work in (project, release_due, sums_due, tell):
        work()


@pytest.mark.shared_out
@pytest.mark.parametrize(("language", "size"), WALKS)
def test_it_walks_the_whole_loop_by_hand(world, live_server, browser, language, size):
    with ExitStack() as stack:

        def walker(person: Person | None = None) -> Walker:
            page = stack.enter_context(browsing.visit(browser, size=size, language=language))
            return Walker(page, live_server.url, language, person)

        officer, sophea, vuthy = walker(world.officer), walker(world.sophea), walker(world.vuthy)
        switch_on(walker(world.admin), world.programme)
        cards = citizens, staff = plan_both(officer, world.clinic, world.commune)
        hold(sophea, citizens, [4, 3, 4, 4], [[5, 4, 3, 2, 1], [1, 2, 3, 4, 5]])
        hold(vuthy, staff, [3, 2, 2], [[0, 1, 2, 3, 1], [0, 0, 1, 3, 3]])
        for card in cards:
            review(officer, card)
        early = walker()
        early.go("facility", world.clinic.pk)
        assert not early.page.locator("main .figure").count(), "nothing is public before the meeting closed"
        meet(sophea, cards, world.clinic_office)
        adopt(walker(world.chief))
        action = Action.objects.get()
        claim(vuthy, action)
        judge(sophea, action)
        worker()
        # Somebody else's browser: the first one may keep its page for a minute.
        read(walker(), world)
    told = place_front(world.commune).promises
    assert (told.kept, told.promised) == (1, 1)
