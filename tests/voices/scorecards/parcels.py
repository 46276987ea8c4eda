"""Phones and parcels for tests: a phone enrolled for somebody, and what it sends."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import orjson

from samleng.ground.people.models import Device, Person
from samleng.ground.people.sealing import token_hash
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.rules.parcels import Sent, read


def phone_of(person: Person, token: str = "") -> Device:
    """An enrolled phone; its token is the given one."""
    return Device.objects.create(
        person=person, token_hash=token_hash(token or str(uuid.uuid4())), label="phone"
    )


def content(
    card: Scorecard | uuid.UUID, lines: Sequence[dict[str, Any]], *, submit: bool = False
) -> dict[str, Any]:
    pk = card.pk if isinstance(card, Scorecard) else card
    return {"card": str(pk), "lines": list(lines), "submit": submit}


def sent(
    card: Scorecard,
    lines: Sequence[dict[str, Any]],
    *,
    submit: bool = False,
    uid: uuid.UUID | None = None,
) -> Sent:
    """The parcel as the door reads it."""
    return read(uid or uuid.uuid4(), orjson.dumps(content(card, lines, submit=submit)))
