"""Our rows in the words of ODK Central's API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import translation

from samleng.ground.offices.models import Programme
from samleng.ground.people.models import Person
from samleng.kit.words.text import say
from samleng.voices.forms.models import Attachment, Form, FormFile, Key, Review, State, Submission, Version
from samleng.voices.forms.rules.names import number


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def session(token: str, at: datetime, hours: int) -> dict[str, Any]:
    return {"token": token, "createdAt": instant(at), "expiresAt": instant(at + timedelta(hours=hours))}


def person(key: Key) -> dict[str, Any]:
    """Who the key acts for; names of people stay on the desk, so it is the sign-in name alone."""
    one: Person = key.person
    return {
        "id": number(one.pk),
        "type": "user",
        "displayName": one.username,
        "email": one.username,
        "createdAt": instant(one.joined_at),
        "updatedAt": None,
    }


def project(programme: Programme, at: datetime) -> dict[str, Any]:
    return {
        "id": number(programme.pk),
        "name": say(programme.name, translation.get_language() or "en"),
        "description": None,
        "archived": None,
        "keyId": None,
        "createdAt": instant(at),
        "updatedAt": None,
        "deletedAt": None,
    }


def form(row: Form, version: Version) -> dict[str, Any]:
    """A form by one of its versions; a draft is "open" there too, without the day it was published."""
    return {
        "projectId": number(row.programme_id),
        "xmlFormId": row.xml_id,
        "name": version.title,
        "version": version.version,
        "hash": version.md5,
        "state": "closed" if row.state == State.CLOSED else "open",
        "enketoId": None,
        "keyId": None,
        "createdAt": instant(row.made_at),
        "updatedAt": instant(version.made_at),
        "publishedAt": instant(version.published_at),
    }


def form_file(place: FormFile) -> dict[str, Any]:
    here = place.blob_id is not None
    return {
        "name": place.name,
        "type": place.kind,
        "hash": place.md5 or None,
        "exists": here,
        "blobExists": here,
        "datasetExists": False,
        "updatedAt": instant(place.brought_at),
    }


def field(given: dict[str, Any], repeats: list[str]) -> dict[str, Any]:
    return {
        "path": given["path"],
        "name": given["path"].rpartition("/")[2],
        "type": "repeat" if given["path"] in repeats else given["type"],
        "binary": given["type"] == "binary",
        "selectMultiple": given["type"] == "select_multiple",
    }


def submission(row: Submission, first: Submission) -> dict[str, Any]:
    """A record under the number it first came with, whatever its newest version is called."""
    corrected = row.pk != first.pk
    return {
        "instanceId": first.instance_id,
        "submitterId": number(first.sender_id) if first.sender_id else 0,
        # Not kept: which phone it was and what runs on it is nobody's business.
        "deviceId": None,
        "userAgent": None,
        "reviewState": getattr(row, "found", "") or None,
        "createdAt": instant(first.received_at),
        "updatedAt": instant(row.received_at) if corrected else None,
        "deletedAt": None,
        "currentVersion": {
            "instanceId": row.instance_id,
            "submitterId": number(row.sender_id) if row.sender_id else 0,
            "createdAt": instant(row.received_at),
            "current": True,
        },
    }


def attachment(row: Attachment) -> dict[str, Any]:
    return {"name": row.name, "exists": row.blob_id is not None}


def comment(row: Review) -> dict[str, Any]:
    return {
        "body": row.comment,
        "actorId": number(row.person_id) if row.person_id else 0,
        "createdAt": instant(row.at),
    }
