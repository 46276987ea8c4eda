"""What the tests of the desk of cases share: an officer's browser with the key open, a photo."""

from __future__ import annotations

import io
from typing import Any

from django.test import Client
from PIL import Image

from samleng.answers.cases.models import Case
from samleng.ground.people.models import Person
from samleng.voices.reports.rules.filing import Brought
from tests.doors.web.agreed import post
from tests.doors.web.facilitated import at, client_of
from tests.town import PASSPHRASE


def keyed_client(person: Person) -> Client:
    """The officer's browser, signed in and with the key open."""
    client = client_of(person)
    answer = client.post(at("keys_unlock"), {"passphrase": PASSPHRASE})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    return client


def brought(colour: str = "teal", size: tuple[int, int] = (80, 60)) -> Brought:
    """A photo as a report carries it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "WEBP")
    return Brought(kind="photo", data=out.getvalue(), media_type="image/webp")


def do(client: Client, case: Case, what: str, **fields: Any) -> Any:
    return post(client, "case_act", case.pk, what, **fields)
