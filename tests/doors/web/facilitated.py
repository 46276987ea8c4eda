"""Steps that the tests of the meeting pages share: signing in, reading a page, filling its form."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

from samleng.doors.web.signin.accounts import give_totp
from samleng.ground.people.models import Person
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import folded
from samleng.voices.scorecards.rules.lines import Card


def client_of(person: Person) -> Client:
    """A browser in which the person is signed in with all that their role asks for."""
    if any(fact.rights.staff for seat in person.seats.all() for fact in seat.facts()):
        give_totp(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(name: str, *args: object, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


def token(html: bytes | str) -> str:
    """The token of the page's last form that carries one."""
    text = html.decode() if isinstance(html, bytes) else html
    return re.findall(r'name="token" value="([0-9a-f-]{36})"', text)[-1]


class Meeting:
    """A facilitator's browser with one card open."""

    def __init__(self, client: Client, card: Scorecard, language: str = "en") -> None:
        self.client, self.card, self.language = client, card, language

    def url(self, step: str, *more: object) -> str:
        name = f"room_{step}" if step else "room"
        return at(name, self.card.pk, *more, language=self.language)

    def begin(self) -> None:
        answer = self.client.post(self.url("begin"))
        assert answer.status_code == 302, answer.content.decode()[-2000:]

    def get(self, step: str, *more: object) -> str:
        answer = self.client.get(self.url(step, *more))
        assert answer.status_code == 200, (step, answer.status_code, answer.get("Location"))
        return answer.content.decode()

    def post(self, step: str, *more: object, **fields: Any) -> Any:
        given = {"token": str(uuid.uuid4()), **fields}
        return self.client.post(self.url(step, *more), given)

    @property
    def written(self) -> Card:
        return folded(Scorecard.objects.with_context().get(pk=self.card.pk))

    def add(self, cell: str = "female/15-30", **fields: Any) -> str:
        person = str(uuid.uuid4())
        assert self.post("people", token=person, cell=cell, **fields).status_code == 302
        return person

    def choose(self, *codes: str) -> None:
        for code in codes:
            self.post("raise", criterion=code)
        assert self.post("choose", order=",".join(codes[:-1]), do=f"add:{codes[-1]}").status_code == 302
