"""A parish, its neighbour, their clinic and offices: what promises and plans need to be tested."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone
from PIL import Image

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Terms
from samleng.answers.actions.verbs.giving import promise
from samleng.answers.plans.models import Meeting, Plan
from samleng.answers.plans.verbs.meeting import hold_meeting
from samleng.answers.plans.verbs.planning import open_plan
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import load
from samleng.ground.offices.models import Office, OfficeKind, Programme
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Acting, SeatFact
from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.services.models import Facility, FacilityLink, Service
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import keep
from samleng.voices.scorecards.models import Result, Round, Scorecard, Sheet, State
from tests.frozen import frozen

DEMO = Path(__file__).resolve().parents[2] / "packs" / "demo"


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def place(code: str, kind: PlaceKind, parent: Place | None) -> Place:
    made = Place.objects.create(
        country="demo",
        code=code,
        kind=kind,
        level=kind.level,
        name={"km": f"ឃុំ {code}", "en": f"Place {code}"},
        parent=parent,
        path="",
        valid_from=date(2020, 1, 1),
        sort_key=code,
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


@dataclass
class Land:
    places: dict[str, Place]
    offices: dict[str, Office]
    clinic: Facility
    school: Facility
    framework: Framework
    programme: Programme
    other: Programme
    round: Round
    cards: dict[str, Scorecard]
    results: dict[str, Result]
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def parish(self) -> Place:
        return self.places["parish"]

    def somebody(
        self, name: str, role: str, *, programme: Programme | None = None, office: str = "", area: str = ""
    ) -> Acting:
        """A person with one seat, made when first named."""
        person = self.people.get(name)
        if person is None:
            person = Person.objects.create(username=f"{name}-{uuid4().hex[:6]}", name=name)
            self.people[name] = person
        where = self.places[area or "parish"]
        held = self.offices[office] if office else None
        owner = programme or (None if held else self.programme)
        seat = SeatFact(
            role=role,
            programme=str(owner.pk) if owner else None,
            office=str(held.pk) if held else None,
            area_path=held.place.path if held else where.path,
        )
        return Acting(key=person.key, owner=seat.owner, person=str(person.pk), seats=(seat,))

    @property
    def sophea(self) -> Acting:
        """The facilitator."""
        return self.somebody("sophea", "facilitator")

    @property
    def vuthy(self) -> Acting:
        """The head of the clinic."""
        return self.somebody("vuthy", "office_head", office="clinic")

    @property
    def clerk(self) -> Acting:
        return self.somebody("clerk", "clerk", office="parish")

    @property
    def officer(self) -> Acting:
        return self.somebody("officer", "officer", area="land")

    @property
    def stranger(self) -> Acting:
        """An officer of another programme, over the whole country."""
        return self.somebody("stranger", "officer", programme=self.other, area="land")

    def promise(self, **how: Any) -> Action:
        terms = how.pop("terms", None) or some_terms(**{k: how.pop(k) for k in list(how) if k in TERMS})
        given = {"office": self.offices["clinic"], "place": self.parish, "facility": self.clinic}
        given |= {"by": SYSTEM, "programme": self.programme, "framework": self.framework}
        given |= {"terms": terms, "agreed_on": timezone.localdate() - timedelta(days=30)}
        made: Action = promise(**(given | how))
        return made

    def plan(self, year: int | None = None, **how: Any) -> Plan:
        given = {"place": self.parish, "office": self.offices["parish"], "framework": self.framework}
        given |= {"by": SYSTEM, "programme": self.programme, "year": year or timezone.localdate().year}
        made: Plan = open_plan(**(given | how))
        return made

    def meeting(self, **how: Any) -> Meeting:
        given = {"by": SYSTEM, "round": self.round, "facility": self.clinic, "place": self.parish}
        given |= {"held_on": timezone.localdate() - timedelta(days=5), "cards": list(self.cards.values())}
        made: Meeting = hold_meeting(**(given | how))
        return made

    def photo(self, colour: str = "teal") -> Blob:
        made: Blob = keep(by=SYSTEM, file=picture(colour), kind="photo", owner=self.programme.owner_key)
        return made

    def scan(self, colour: str = "white") -> Blob:
        made: Blob = keep(by=SYSTEM, file=picture(colour), kind="scan", owner=self.programme.owner_key)
        return made


TERMS = frozenset(Terms.__dataclass_fields__)


def some_terms(**how: Any) -> Terms:
    today = timezone.localdate()
    given: dict[str, Any] = {
        "part": "B",
        "text": {"en": "Put up the price list", "km": "បិទតារាងតម្លៃ"},
        "starts_on": today - timedelta(days=30),
        "due_on": today + timedelta(days=30),
    }
    return Terms(**(given | how))


def make_places() -> dict[str, Place]:
    names = [("land", 0), ("region", 1), ("shire", 2), ("parish", 3)]
    kinds = {code: PlaceKind.objects.create(country="demo", code=code, level=level) for code, level in names}
    land = place("S", kinds["land"], None)
    region = place("01", kinds["region"], land)
    shire = place("0101", kinds["shire"], region)
    return {
        "land": land,
        "region": region,
        "shire": shire,
        "parish": place("010101", kinds["parish"], shire),
        "neighbour": place("010102", kinds["parish"], shire),
    }


def make_offices(places: dict[str, Place], clinic: Facility, school: Facility) -> dict[str, Office]:
    rows = [
        ("parish", "parish_office", "parish", None),
        ("neighbour", "parish_office", "neighbour", None),
        ("shire", "shire_office", "shire", None),
        ("region", "region_office", "region", None),
        ("clinic", "clinic", "shire", clinic),
        ("health_board", "health_board", "region", None),
        ("ministry", "health_ministry", "land", None),
        ("school", "school", "parish", school),
        ("school_board", "school_board", "shire", None),
    ]
    return {
        code: Office.objects.create(
            code=code,
            kind=OfficeKind.objects.get(code=kind),
            name={"en": code.title(), "km": f"ការិយាល័យ {code}"},
            place=places[where],
            facility=facility,
        )
        for code, kind, where, facility in rows
    }


def make_cards(
    programme: Programme, round: Round, clinic: Facility, parish: Place
) -> tuple[dict[str, Scorecard], dict[str, Result]]:
    held = timezone.localdate() - timedelta(days=10)
    votes = {
        "community": {"CL02": [8, 6, 4, 2, 0], "CL01": [0, 2, 4, 10, 4], "own-1": [1, 1, 1, 1, 1]},
        "provider": {"CL01": [0, 0, 1, 3, 2], "CL02": [0, 1, 4, 1, 0], "CL04": [0, 0, 0, 6, 0]},
    }
    centres = {"community": {"CL02": 2000, "CL01": 4000, "own-1": 3000}}
    centres["provider"] = {"CL01": 4000, "CL02": 3000, "CL04": 4000}
    cards, results = {}, {}
    for number, (side, criteria) in enumerate(votes.items()):
        cards[side] = card = Scorecard.objects.create(
            round=round,
            programme=programme,
            facility=clinic,
            service=clinic.service,
            place=parish if side == "community" else clinic.place,
            side=side,
            code=f"10000{number}",
            state=State.COMPLETED,
            planned_from=held,
            planned_to=held,
            held_on=held,
        )
        sheet = Sheet.objects.create(scorecard=card, number=1, lines_digest="0" * 64, by="system")
        for order, (code, histogram) in enumerate(criteria.items(), start=1):
            results[f"{side}/{code}"] = Result.objects.create(
                sheet=sheet,
                order=order,
                criterion=code,
                text={"en": f"Criterion {code}", "km": f"លក្ខណៈ {code}"},
                histogram=histogram,
                n=sum(histogram),
                central_milli=centres[side][code],
                suggestions=[{"text": f"Do something about {code}", "chosen": True}],
            )
    return cards, results


@frozen
def make_land() -> Land:
    """Everything, fresh; needs the database."""
    frameworks = {f.code: f for f in load(by=SYSTEM, folder=DEMO)}
    places = make_places()
    clinic = Facility.objects.create(
        service=Service.objects.get(code="CL"),
        name={"en": "Clinic", "km": "គ្លីនិក"},
        place=places["shire"],
        sort_key="a",
    )
    for where in ("parish", "neighbour"):
        FacilityLink.objects.create(facility=clinic, place=places[where], since=date(2020, 1, 1))
    school = Facility.objects.create(
        service=Service.objects.get(code="SC"),
        name={"en": "School", "km": "សាលារៀន"},
        place=places["parish"],
        sort_key="b",
    )
    programme = Programme.objects.create(code="voices", name={"en": "Voices"})
    framework = frameworks["demo-five"]
    round = Round.objects.create(programme=programme, framework=framework, year=timezone.localdate().year)
    cards, results = make_cards(programme, round, clinic, places["parish"])
    return Land(
        places=places,
        offices=make_offices(places, clinic, school),
        clinic=clinic,
        school=school,
        framework=framework,
        programme=programme,
        other=Programme.objects.create(code="other", name={"en": "Other"}),
        round=round,
        cards=cards,
        results=results,
    )
