"""People who speak, and officers who answer, each with a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from samleng.answers.cases.models import Case
from samleng.ground.people.models import Person
from samleng.kit.words.codes import valid_receipt_digits
from tests import browser as browsing
from tests.doors.web.facilitated import at
from tests.journeys.hands import sign_in
from tests.town import PASSPHRASE


class Visitor:
    """Somebody with a browser, in one language at one size, perhaps without JavaScript."""

    def __init__(self, page: Page, address: str, language: str, javascript: bool = True) -> None:
        self.page, self.address, self.language, self.javascript = page, address, language, javascript

    def go(self, name: str, *args: object) -> None:
        answer = self.page.goto(self.address + at(name, *args, language=self.language))
        assert answer and answer.status == 200, (name, answer and answer.status)
        self.look()

    def press(self, selector: str) -> None:
        """Press what leads on, and look at the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")
        self.look()

    def look(self) -> None:
        """Every page fits its window, keeps nobody out, and says what it is about."""
        assert browsing.overflow(self.page) == 0, (self.page.url, browsing.too_wide(self.page))
        # axe itself is a script, and waits for ever where none may run.
        assert not self.javascript or not browsing.serious_issues(self.page), self.page.url
        assert self.page.locator("main h1").count() == 1, self.page.url

    def sees(self, text: str) -> None:
        shown = self.page.locator("main").inner_text()
        assert text in shown, f"{text!r} is not on {self.page.url}:\n{shown}"


class Speaker(Visitor):
    """Somebody who says something, keeps the receipt, and comes back with it."""

    receipt = ""

    def begin(self, kind: str, category: str) -> None:
        self.go("speak")
        self.press(f"main a[href*='/speak/{kind}/']")
        self.press(f"main button[name=category][value={category}]")

    def step(self) -> str:
        return self.page.locator("input[name=step]").last.input_value()

    def on(self) -> None:
        """To the next step."""
        before = self.step()
        self.press("main form[data-draft] button[name=do][value=next]")
        assert self.step() != before, self.page.locator("main").inner_text()

    def place(self, name: str) -> None:
        """Find a place by its name and choose it."""
        assert self.step() == "place"
        self.page.fill("#q", name)
        self.press("main button[name=do][value=find]")
        self.press("main button[name=place]")

    def choose(self, field: str, value: str) -> None:
        self.page.locator(f"main label:has(input[name={field}][value='{value}'])").first.click()
        self.on()

    def tell(self, words: str, photos: Sequence[Path] = ()) -> None:
        assert self.step() == "words"
        if words:
            self.page.fill("main textarea[name=words]", words)
        if photos:
            self.page.set_input_files("main input[name=photos]", [str(one) for one in photos])
        self.on()

    def send(self) -> str:
        """Look it over, send it, keep the receipt and say so; the receipt."""
        assert self.step() == "check"
        self.press("main button[name=do][value=send]")
        groups = self.page.locator(".receipt .groups span").all_inner_texts()
        self.receipt = valid_receipt_digits(" ".join(groups)) or ""
        assert self.receipt, groups
        self.page.fill("#last", groups[-1])
        self.press("main button[name=do][value=saved]")
        return self.receipt

    def follow(self) -> None:
        """Come back with the receipt."""
        self.go("follow")
        self.page.fill("#receipt", self.receipt)
        self.press("main form button")
        assert "/follow/case/" in self.page.url, self.page.locator("main").inner_text()

    def act(self, name: str) -> None:
        """Open one of the things a reporter may do, from the page of the case."""
        self.press(f"main a[href$='{at(name, language=self.language)}']")

    def say(self) -> None:
        """Send the page's one form."""
        self.press("main form .onward button")


class Officer(Visitor):
    """Somebody at a desk, signed in and, who has one, with the key open."""

    def __init__(
        self, page: Page, address: str, language: str, javascript: bool, person: Person, keyed: bool = True
    ) -> None:
        super().__init__(page, address, language, javascript)
        sign_in(page, address, person)
        if not keyed:
            return
        self.go("keys_unlock")
        page.fill("input[name=passphrase]", PASSPHRASE)
        self.press("main form button")

    def open(self, case: Case) -> None:
        """The case, from the queue of the desk."""
        self.go("cases")
        self.press(f"main a[href$='{at('case', case.pk, language=self.language)}']")

    def do(self, what: str, **fields: str | Path) -> None:
        """One thing that is done to a case, by its own page."""
        self.press(f"main a[href$='/do/{what}/']")
        for name, value in fields.items():
            box = self.page.locator(f"main form.form [name={name}]").first
            if isinstance(value, Path):
                box.set_input_files(str(value))
            elif box.evaluate("e => e.type") in ("radio", "checkbox"):
                self.page.locator(f"main form.form [name={name}][value='{value}']").first.check(force=True)
            elif box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        self.press("main form.form button[type=submit], main form.form button:not([type])")
        assert not re.search(rf"/do/{what}/", self.page.url), self.page.locator("main").inner_text()
