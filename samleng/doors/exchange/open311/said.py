"""Services and requests as Open311 says them: the same fields in XML and in JSON, none of them left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from samleng.doors.exchange.open311.asking import CLOSED, OPEN


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


def extended(more: dict[str, Any], notes: Iterable[Note]) -> dict[str, Any]:
    """What `extensions=true` adds: the history, the answers to the service's own questions, and the rest."""
    return {
        "extended_attributes": more,
        "attributes": [],
        "notes": [
            {"datetime": here(note.at), "description": note.words or None, "type": note.kind}
            for note in notes
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
