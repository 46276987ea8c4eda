"""Steps that the tests of meetings, plans and promises share."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.verbs.meeting import hold_meeting
from samleng.answers.plans.verbs.watching import appoint
from samleng.ground.people.models import Person
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.web.facilitated import at, client_of
from tests.world import World

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def photo(colour: str = "teal", name: str = "p.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def paper(name: str = "p.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def post(client: Client, page: str, /, *args: object, **fields: Any) -> Any:
    """A form sent with a token of its own unless one is given."""
    return client.post(at(page, *args), {"token": str(uuid.uuid4()), **fields})


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(at(name, *args))
    assert answer.status_code == 200, (name, answer.status_code, answer.get("Location"))
    return answer.content.decode()


def met(world: World, held_on: date | None = None) -> Meeting:
    """An interface meeting over both cards of the clinic."""
    cards = [world.held_card("community"), world.held_card("provider")]
    return hold_meeting(
        by=world.by(world.sophea),
        round=world.round,
        facility=world.clinic,
        place=world.commune,
        held_on=held_on or timezone.localdate(),
        cards=cards,
    )


def terms(world: World, **given: Any) -> dict[str, Any]:
    """The fields of a promise as the form sends them."""
    return {
        "part": "B",
        "criterion": "CL02",
        "text_km": "បិទបញ្ជីថ្នាំ",
        "text_en": "Post the list of medicine",
        "office": str(world.clinic_office.pk),
        "role": "ប្រធាន",
        "starts_on": today(),
        "due_on": today(60),
    } | given


def agreed(world: World, meeting: Meeting | None = None, **given: Any) -> Action:
    """A promise of the clinic, agreed at a meeting by its facilitator in the browser."""
    meeting = meeting or met(world)
    before = set(Action.objects.values_list("pk", flat=True))
    answer = post(client_of(world.sophea), "meeting_agree", meeting.pk, **terms(world, **given))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Action.objects.exclude(pk__in=before).get()


def plan_of(action: Action) -> Plan:
    return Plan.objects.get(items__action=action)


def somebody(world: World, role: str, place: Place | None = None, name: str = "") -> Person:
    """A person with a seat of the programme in a place."""
    person: Person = welcome(by=SYSTEM, name=name or role)
    seat(by=SYSTEM, person=person, role=role, programme=world.programme, area=place or world.commune)
    return person


def watcher(world: World, plan: Plan, role: str = "ambassador") -> Person:
    """Somebody who watches over the plan."""
    person = somebody(world, role)
    appoint(by=SYSTEM, plan=plan, person=person, role=role)
    return person
