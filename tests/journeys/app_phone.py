"""A phone with the field app on it: Chromium with its own storage, whose signal can be cut and tab killed."""

from __future__ import annotations

import random
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, expect

from samleng.ground.people.models import Person
from samleng.ground.people.verbs.keys import enrol
from samleng.kit.ledger.rules import SYSTEM
from tests.browser import SIZES

PATIENCE = 20_000
LIES_OPEN = """async () => {
  const told = [];
  const bytes = (_key, value) =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? new TextDecoder().decode(value) : value instanceof Map || value instanceof Set ? [...value] : value;
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, failed) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = failed;
    });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise(done => {
        db.transaction(store).objectStore(store).getAll().onsuccess = event => done(event.target.result);
      });
      told.push(store, JSON.stringify(rows, bytes));
    }
    db.close();
  }
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) told.push(new URL(request.url).pathname);
  told.push(JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie);
  return told.join("\\n");
}"""


class AppPhone:
    """One enrolled phone of a person; `name` is for messages."""

    def __init__(
        self, browser: Browser, address: str, person: Person, *, language: str = "km", size: str = "phone"
    ) -> None:
        self.address, self.language = address, language
        self.slip = enrol(by=SYSTEM, person=person, keep_earlier=True)
        self.context = browser.new_context(
            viewport=SIZES[size],
            locale=language,
            timezone_id="Asia/Phnom_Penh",
            reduced_motion="reduce",
            permissions=["microphone"],
        )
        self.context.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        # The codes of sexes and age bands, in the order of the screen.
        self.cells: tuple[list[str], list[str]] = ([], [])
        self.page: Page = self.fresh_tab()
        self.person = person
        self.open_slip()
        self.open()
        if language != "km":
            self.page.locator("button.lang").click()
            self.page.wait_for_selector(f"html[lang={language}]")

    def open_slip(self) -> None:
        """Enrol this browser by the printed slip."""
        self.page.goto(f"{self.address}/{self.language}/enrol/{self.slip.code}/")
        self.page.fill("input[name=pin]", self.slip.pin)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url("**/desk/")

    def enrol_again(self) -> None:
        """The PIN is forgotten: a new slip, opened on the same phone."""
        self.slip = enrol(by=SYSTEM, person=self.person)
        self.open_slip()

    def fresh_tab(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def open(self, path: str = "") -> None:
        """Open the app, and unlock it with the PIN."""
        self.page.goto(f"{self.address}/app/{path}")
        self.page.fill("#pin", self.slip.pin)
        self.page.click("main button[type=submit]")
        self.page.wait_for_selector("main#room, main:not(:has(#pin))")

    def ready(self) -> None:
        """Wait until the app opens without a signal."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def cut(self) -> None:
        self.context.set_offline(True)

    def signal(self) -> None:
        self.context.set_offline(False)

    def kill(self) -> None:
        """The tab dies where it stands, and the app is opened again at the same place."""
        where = self.page.evaluate("location.hash")
        self.page.close(run_before_unload=False)
        self.page = self.fresh_tab()
        self.open(where)

    def take(self, code: str, table: int = 1) -> str:
        """Take a meeting along by its code; its id."""
        self.page.goto(f"{self.address}/app/#/")
        self.page.fill("#code", code)
        self.page.click("form:has(#code) button")
        self.page.wait_for_url("**/app/#/card/*")
        if table > 1:
            self.page.locator(f"input[name=table][value='{table}']").check()
            expect(self.page.locator(f"input[name=table][value='{table}']")).to_be_checked()
        self.card = str(self.page.url.rpartition("/")[2])
        return self.card

    def at(self, *parts: object) -> None:
        """Go to a step of the meeting."""
        way = "/".join(str(part) for part in parts)
        self.page.evaluate("address => { location.hash = address }", f"/card/{self.card}/{way}")
        self.page.wait_for_selector(f"main[data-step='{parts[0]}']" if parts else "main")

    def onward(self) -> None:
        self.page.locator(".onward :is(button, a)").last.click()

    def add_people(self, cells: Sequence[str]) -> None:
        """Tap each one's sex and age: "female/15-30"."""
        self.at("participants")
        columns = self.page.evaluate(
            "() => [...document.querySelectorAll('.tap thead th')].slice(1).map(cell => cell.textContent)"
        )
        assert columns
        for cell in cells:
            row, column = self.cell_place(cell)
            before = self.page.locator(".turn").inner_text()
            self.page.locator(".tap tbody tr").nth(row).locator("button").nth(column).click()
            expect(self.page.locator(".turn")).not_to_have_text(before)

    def cell_place(self, cell: str) -> tuple[int, int]:
        sex, _slash, band = cell.partition("/")
        sexes, bands = self.cells
        return bands.index(band), sexes.index(sex)

    def vote(self, scores: Sequence[Sequence[int]], chance: random.Random | None = None) -> None:
        """Everybody of this table votes in turn, `scores` one list a voter; at chance the tab is killed."""
        self.at("vote")
        self.page.locator(".next a.button").first.click()
        voted = "main[data-step=vote]:not(:has(form.ballot))"
        for voter, given in enumerate(scores):
            self.fill_ballot(given)
            if chance and chance.random() < 0.15:
                # In the middle of a ballot: it is not saved, so this voter is asked again.
                self.kill()
                self.fill_ballot(given)
            heading = self.page.locator("h1").inner_text()
            self.page.locator(".onward button").last.click()
            if voter < len(scores) - 1:
                expect(self.page.locator("h1")).not_to_have_text(heading)
            else:
                self.page.wait_for_selector(voted)
            if chance and chance.random() < 0.15:
                self.kill()
        self.page.wait_for_selector(voted)

    def fill_ballot(self, scores: Sequence[int]) -> None:
        self.page.wait_for_selector("form.ballot")
        for asked, score in enumerate(scores):
            self.page.locator(f"input[name=vote-{asked}]").nth(score - 1).check()

    def lies_open(self) -> str:
        """All that somebody reads who takes the phone apart: its databases and kept answers, as text."""
        return str(self.page.evaluate(LIES_OPEN))

    def sent(self) -> None:
        """Wait until nothing of any meeting is left to be sent."""
        self.page.goto(f"{self.address}/app/#/")
        self.page.wait_for_function(
            "() => document.querySelector('.chip.good') && !document.querySelector('.chip.care')",
            timeout=3 * PATIENCE,
        )

    def close(self) -> None:
        self.context.close()
        assert not self.errors, self.errors
