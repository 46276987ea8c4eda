"""Where a demo story of packs/*/demo/story.toml happens: programme, facilities, offices, duties, people.

Every day in the story is counted from today, so that the demo is never out of date.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils import timezone

from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, OfficeKind
from samleng.ground.offices.verbs import add_implementer, give_duty, open_programme, register_office
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.ground.people.verbs.records import record_training
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.ground.services.verbs import raise_facility
from samleng.insight.disclosure.verbs.switching import switch_publication
from samleng.kit.ledger.rules import SYSTEM


class Setting:
    """What stands before a story of a pack begins: its programme, facilities, offices, duties and people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data: dict[str, Any] = tomllib.loads((folder / "story.toml").read_text(encoding="utf-8"))
        self.today = timezone.localdate()
        self.made: dict[str, Any] = {}

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def place(self, code: str) -> Place:
        return Place.objects.current().get(country=self.folder.parent.name, code=code)

    def by(self, key: str) -> Acting:
        person: Person = self.made[key]
        return person.acting()

    def organise(self) -> None:
        """Programme, facilities, offices and people."""
        given = self.data["programme"]
        programme = open_programme(by=SYSTEM, code=given["code"], name=given["name"], sample=True)
        self.made["programme"] = programme
        for one in self.data["implementers"]:
            self.made[one["key"]] = add_implementer(
                by=SYSTEM,
                programme=programme,
                code=one["key"],
                name=one["name"],
                targets=[self.place(code) for code in one["targets"]],
            )
        for one in self.data["facilities"]:
            self.made[one["key"]] = raise_facility(
                by=SYSTEM,
                service=Service.objects.get(code=one["service"]),
                name=one["name"],
                place=self.place(one["place"]),
                serves=[self.place(code) for code in one.get("serves", [])],
                on=self.day(1500),
                latitude=one.get("latitude"),
                longitude=one.get("longitude"),
                sample=True,
            )
        for one in self.data["offices"]:
            self.made[one["key"]] = self.office(one)
        for one in self.data["people"]:
            self.made[one["key"]] = self.person(one)
        switch_publication(by=SYSTEM, programme=programme, on=True)

    def office(self, one: Mapping[str, Any]) -> Office:
        made = register_office(
            by=SYSTEM,
            code=office_code(one),
            kind=OfficeKind.objects.get(code=one["kind"]),
            name=one["name"],
            place=self.place(one["place"]),
            facility=self.made.get(one.get("facility", "")),
            sample=True,
        )
        for service in one.get("answers_for", []):
            self.duty(made, one, {"service": service})
        for duty in one.get("duties", []):
            self.duty(made, one, duty)
        return made

    def duty(self, office: Office, one: Mapping[str, Any], duty: Mapping[str, Any]) -> None:
        """What the office answers for, in its own place or inside the outline of a contract."""
        ring = duty.get("zone", [])
        give_duty(
            by=SYSTEM,
            office=office,
            service=Service.objects.get(code=duty["service"]),
            area=self.place(one["place"]),
            since=self.day(1500),
            categories=duty.get("categories", ()),
            zone={"type": "Polygon", "coordinates": [[*ring, ring[0]]]} if ring else None,
        )

    def person(self, one: Mapping[str, Any]) -> Person:
        made = welcome(by=SYSTEM, name=one["name"], username=one["key"], language=one.get("language", "km"))
        if "role" in one:
            seat(
                by=SYSTEM,
                person=made,
                role=one["role"],
                programme=None if "office" in one else self.made["programme"],
                office=self.made.get(one.get("office", "")),
                implementer=self.made.get(one.get("implementer", "")),
                area=self.place(one["area"]) if "area" in one else None,
                since=self.day(400),
            )
        for key in one.get("also_at", []):
            seat(by=SYSTEM, person=made, role=one["role"], office=self.made[key], since=self.day(400))
        for module in one.get("modules", []):
            record_training(by=SYSTEM, person=made, module=module, passed_on=self.day(380))
        return made

    @cached_property
    def framework(self) -> Framework:
        return Framework.objects.filter(code=self.data["programme"]["framework"]).latest("published_at")

    def people(self) -> list[Person]:
        return list(Person.objects.filter(username__in=[one["key"] for one in self.data["people"]]))

    def offices(self) -> list[Office]:
        return list(Office.objects.filter(code__in=[office_code(one) for one in self.data["offices"]]))


def office_code(one: Mapping[str, Any]) -> str:
    return f"sample-{one['key']}"
