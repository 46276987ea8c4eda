"""An enrolled phone that speaks to the field door, without the app."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from samleng.doors.door import DEVICE_COOKIE
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.keys import Opened, enrol, open_enrolment
from samleng.kit.ledger.rules import SYSTEM


class Phone:
    """A facilitator's phone: enrolled by a slip, opened with its PIN."""

    def __init__(self, person: Person) -> None:
        slip = enrol(by=SYSTEM, person=person, keep_earlier=True)
        self.person, self.pin = person, slip.pin
        self.opened: Opened = open_enrolment(code=slip.code, pin=slip.pin, label="a phone")
        self.client = Client(headers={"accept": "application/json"})
        self.client.cookies[DEVICE_COOKIE] = self.opened.token

    def unlock(self, pin: str = "") -> Any:
        return self.post("field_unlock", body={"pin": pin or self.pin})

    def get(self, name: str, *args: object, **given: str) -> Any:
        return self.client.get(reverse(name, args=args), given)

    def post(self, name: str, *args: object, body: dict[str, Any]) -> Any:
        return self.client.post(reverse(name, args=args), json.dumps(body), content_type="application/json")


def opened(person: Person) -> Phone:
    phone = Phone(person)
    assert phone.unlock().status_code == 200
    return phone
