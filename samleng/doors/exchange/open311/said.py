"""Services and requests as Open311 says them: the same fields in XML and in JSON, none of them left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from samleng.doors.exchange.open311.asking import CLOSED, OPEN

LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A further question of a service."""

    code: str
    datatype: str
    required: bool
    order: int
    description: str
    hint: str = ""
    # False for what is only told, such as a number to call.
    variable: bool = True
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Service:
    """What can be reported here, in the words of one language."""

    code: str
    name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note:
    """One step of a request that everyone may know of."""

    at: datetime
    kind: str
    words: str
    # For other systems: the same step always has the same one.
    id: str = ""
    open: bool = True
    state: str = ""
    media_url: str | None = None
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What everyone may know of one request."""

    reference: str
    service: str
    service_name: str
    open: bool
    requested: datetime
    updated: datetime | None = None
    expected: datetime | None = None
    # How it stands in words, whose turn it is and what happens next.
    status_notes: str = ""
    office: str = ""
    notice: str = ""
    words: str = ""
    place_code: str = ""
    place_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    media_url: str | None = None
    notes: tuple[Note, ...] = ()
    answers: tuple[tuple[str, str, str], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def service(one: Service) -> dict[str, Any]:
    """A row of GET services."""
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": one.description or None,
        "metadata": bool(one.attributes),
        "type": "realtime",
        "keywords": ",".join(word.replace(",", " ") for word in one.keywords) or None,
        "group": one.group or None,
    }


def definition(one: Service) -> dict[str, Any]:
    """GET services/{code}: the service's own questions."""
    return {"service_code": one.code, "attributes": [attribute(part) for part in one.attributes]}


def attribute(one: Attribute) -> dict[str, Any]:
    said: dict[str, Any] = {
        "variable": one.variable,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": one.hint or None,
        "order": one.order,
        "description": one.description,
    }
    if one.values:
        said["values"] = [{"key": key, "name": name} for key, name in one.values]
    return said


def request(one: Shown, *, extensions: bool = False) -> dict[str, Any]:
    """A row of GET requests."""
    said = {
        "service_request_id": one.reference,
        "status": status(one.open),
        "status_notes": one.status_notes or None,
        "service_name": one.service_name or None,
        "service_code": one.service,
        "description": one.words[:LONGEST] or None,
        "agency_responsible": one.office or None,
        "service_notice": one.notice or None,
        "requested_datetime": here(one.requested),
        "updated_datetime": here(one.updated),
        "expected_datetime": here(one.expected),
        "address": one.place_name or None,
        "address_id": one.place_code or None,
        "zipcode": None,
        "lat": one.latitude,
        "long": one.longitude,
        "media_url": one.media_url,
    }
    return said | extended(one) if extensions else said


def extended(one: Shown) -> dict[str, Any]:
    """What `extensions=true` adds: the history, the answers to the service's own questions, and the rest."""
    return {
        "extended_attributes": one.more,
        "attributes": [{"code": code, "name": name, "value": value} for code, name, value in one.answers],
        "notes": [
            {"datetime": here(note.at), "description": note.words or None, "type": note.kind}
            for note in one.notes
        ],
    }


def update(one: Note) -> dict[str, Any]:
    """A row of GET servicerequestupdates, as mySociety has it."""
    return {
        "update_id": one.id,
        "service_request_id": one.reference,
        "status": one.state,
        "updated_datetime": here(one.at),
        "description": one.words,
        "media_url": one.media_url,
        "external_status_code": one.kind,
    }


def status(is_open: bool) -> str:
    return OPEN if is_open else CLOSED


def here(at: datetime | None) -> datetime | None:
    """The time on the land's clock."""
    return None if at is None else timezone.localtime(at, timezone.get_default_timezone())


def handed_in(reference: str, *, notice: str, token: str = "") -> list[dict[str, Any]]:
    """What POST requests answers: the number, or a token for it, never both."""
    if token:
        return [{"token": token, "service_notice": notice or None, "account_id": None}]
    return [{"service_request_id": reference, "service_notice": notice or None, "account_id": None}]


def rows(some: Iterable[Shown], *, extensions: bool = False) -> list[dict[str, Any]]:
    return [request(one, extensions=extensions) for one in some]
