"""Three people who sign in to measure with, and the cards they hold."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

# The browser's own id and the token of its forms.
HOLDER = "11111111-2222-4333-8444-555555555555"
TOKEN = "b" * 32


def cookies() -> dict[str, str]:
    """The cookies of a facilitator, a manager and an office's clerk, by who they are."""
    from samleng.ground.offices.models import Office, Programme
    from samleng.ground.places.models import Place

    programme = Programme.objects.get(code="scale")
    root = Place.objects.current().filter(level=0).get()
    office = Office.objects.filter(code__startswith="scale-").order_by("code").first()
    return {
        "facilitator": signed_in("facilitator", programme=programme, area=root),
        "manager": signed_in("programme_admin", programme=programme, area=root),
        "clerk": signed_in("clerk", office=office),
    }


def signed_in(role: str, **where: Any) -> str:
    """A person of this role, and a browser of theirs that has passed every step of signing in."""
    from django.conf import settings
    from django.core import signing
    from django.test import Client

    from samleng.doors.web.facilitator.room import HOLDER as HOLDER_COOKIE
    from samleng.doors.web.signin.accounts import give_totp
    from samleng.ground.people.verbs.accounts import seat, welcome
    from samleng.kit.ledger.rules import SYSTEM

    person = welcome(by=SYSTEM, name=f"Bench {role}")
    seat(by=SYSTEM, person=person, role=role, **where)
    if person.acting().staff:
        give_totp(person)
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    device = signing.get_cookie_signer(salt=HOLDER_COOKIE).sign(HOLDER)
    kept = {settings.SESSION_COOKIE_NAME: session, HOLDER_COOKIE: device, settings.CSRF_COOKIE_NAME: TOKEN}
    return "; ".join(f"{name}={value}" for name, value in kept.items())


def phones(count: int) -> list[str]:
    """The cookies of as many enrolled phones of the facilitator."""
    from samleng.doors.door import DEVICE_COOKIE
    from samleng.ground.people.models import Device, Person
    from samleng.ground.people.sealing import fresh_token, token_hash

    person = Person.objects.get(name="Bench facilitator")
    tokens = [fresh_token() for _n in range(count)]
    Device.objects.bulk_create(
        [Device(person=person, token_hash=token_hash(token), label="bench") for token in tokens]
    )
    return [f"{DEVICE_COOKIE}={token}" for token in tokens]


def facilitator() -> Any:
    from samleng.ground.people.models import Person

    return Person.objects.get(name="Bench facilitator").acting()


def cards(count: int) -> list[Any]:
    """Running cards at as many facilities, held by the facilitator's browser."""
    from django.utils import timezone

    from samleng.ground.services.models import Facility
    from samleng.voices.scorecards.models import Round, Scorecard

    held = Round.objects.filter(programme__code="scale").order_by("-year").first()
    today = timezone.localdate()
    if held is None:
        raise RuntimeError("the made-up nation has no round")
    start = Scorecard.objects.filter(code__gte="900000").count()
    made = [
        Scorecard(
            round=held,
            programme=held.programme,
            facility=facility,
            service=facility.service,
            place=facility.place,
            side="community",
            code=f"{900000 + start + number}",
            state="running",
            planned_from=today,
            planned_to=today,
            holder=HOLDER,
        )
        for number, facility in enumerate(standing(Facility, count))
    ]
    return Scorecard.objects.bulk_create(made)


def standing(model: Any, count: int) -> list[Any]:
    """Facilities that stand in a commune, as often as needed."""
    some = list(model.objects.filter(sample=True, place__level=3).select_related("service", "place")[:2000])
    return [some[number % len(some)] for number in range(count)]


def lines(card: Any, people: int = 12, criteria: int = 4) -> list[dict[str, Any]]:
    """A whole small meeting, as a browser or phone sends it."""
    from django.utils import timezone

    method = card.round.framework.method
    now = timezone.now().isoformat()
    codes = [one.code for one in method.criteria_for(card.service.code, card.side)][:criteria]
    values, profile = method.scale.values, method.profile
    uids = [str(uuid.uuid4()) for _n in range(people)]
    bodies: list[tuple[str, str, dict[str, Any]]] = []
    bodies.append(("", "setup", {"held_on": timezone.localdate().isoformat(), "language": "km"}))
    for number, uid in enumerate(uids):
        sex, band = profile.sexes[number % 2].code, profile.age_bands[number % len(profile.age_bands)].code
        bodies.append((uid, "person", {"number": number + 1, "sex": sex, "band": band, "special": []}))
    bodies += [("", "raise", {"criterion": code, "person": uids[0]}) for code in codes]
    bodies.append(("", "priorities", {"order": codes}))
    for uid in uids:
        scores = {code: secrets.choice(values) for code in codes}
        bodies.append(("", "ballot", {"person": uid, "scores": scores}))
    for code in codes:
        told = {"strengths": ["ល្អ"], "weaknesses": ["ខ្វះ"], "suggestions": [{"text": "ជួសជុល", "chosen": True}]}
        bodies.append(("", "reflect", {"criterion": code, **told}))
    return [
        {"uid": uid or str(uuid.uuid4()), "kind": kind, "body": body, "written_at": now}
        for uid, kind, body in bodies
    ]
