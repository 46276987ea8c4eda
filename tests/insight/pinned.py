"""Pins for tests: a public category, a place, an office, and what a case tells of itself."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.offices.verbs import name_office_kind
from samleng.insight.disclosure.models import MapCount, OfficeCount, Pin
from samleng.insight.disclosure.rules.pins import PinFacts
from samleng.insight.disclosure.verbs.pinning import pin
from samleng.kit.ledger.rules import SYSTEM
from tests.frozen import frozen
from tests.ground.channels.small import said, small
from tests.ground.people.land import Land, make_land

# Where the invented dump lies.
LATITUDE, LONGITUDE = 11.55, 104.92


@frozen
def public_land() -> Land:
    """A land with offices and a catalogue of one public category, "dump"."""
    land = make_land()
    for code, level in (("hall", 2), ("district", 1), ("ombudsman", 1)):
        name_office_kind(by=SYSTEM, code=code, name=said(code), level=level)
    publish_catalogue(by=SYSTEM, data=small())
    return land


def facts_of(land: Any, number: int = 1, **given: Any) -> PinFacts:
    """A dump reported ten days ago, its answer due tomorrow."""
    now = timezone.now()
    told = PinFacts(
        case_id=uuid.uuid5(uuid.NAMESPACE_OID, str(number)),
        reference=f"RUBB-{number:04}",
        category="dump",
        exposure="public",
        state="received",
        requested_at=now - timedelta(days=10, minutes=number),
        updated_at=now - timedelta(days=1),
        place_id=place_of(land).pk,
        service="SWEEP",
        sector="cleaning",
        latitude=LATITUDE,
        longitude=LONGITUDE,
        answer_due_on=timezone.localdate() + timedelta(days=1),
        due_on=timezone.localdate() + timedelta(days=1),
        review_due_on=timezone.localdate() + timedelta(days=2),
    )
    return replace(told, **given)


def place_of(land: Any) -> Any:
    return land.river


def put(land: Any, number: int = 1, **given: Any) -> Pin:
    return pin(by=SYSTEM, facts=facts_of(land, number, **given))


def counts() -> dict[str, set[tuple[Any, ...]]]:
    """Everything that is counted, to be held against a count made anew."""
    cells = MapCount.objects.exclude(n=0).values_list(
        "level", "age", "square", "category", "sector", "group", "n", "lat", "lon"
    )
    offices = OfficeCount.objects.exclude(reports=0).values_list(
        "office_id", "reports", "open", "late", "fixed", "closed", "owed", "in_time", "review_late"
    )
    return {"cells": set(cells), "offices": set(offices)}


def days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def hours(number: int) -> datetime:
    return timezone.now() + timedelta(hours=number)
