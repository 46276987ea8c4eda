"""A person's hands on a page: taps and keys are counted, and what they would take is reckoned.

Times are of the keystroke-level model: a tap with the look before it 1.1 s, a key 0.28 s.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from samleng.doors.web.signin.accounts import give_totp
from samleng.ground.people.models import Person

TAP, KEY = 1.1, 0.28


@dataclass
class Hands:
    """Taps and keys so far on one page."""

    page: Page
    taps: int = 0
    keys: int = 0

    def tap(self, what: str | Locator) -> None:
        found = self.page.locator(what) if isinstance(what, str) else what
        found.click()
        self.taps += 1

    def type(self, text: str) -> None:
        """Type into the box that has the focus; a tab between boxes counts as a key."""
        for key in text:
            self.page.keyboard.press("Tab" if key == "\t" else key)
        self.keys += len(text)

    @property
    def seconds(self) -> float:
        return self.taps * TAP + self.keys * KEY


def sign_in(page: Page, address: str, person: Person) -> None:
    """Put the person's session into the browser, with the second step that staff need."""
    if any(fact.rights.staff for seat in person.seats.all() for fact in seat.facts()):
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
