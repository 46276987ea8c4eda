"""One small world: Dara speaks, Sophea facilitates, Vuthy answers, a stranger may not.

It stands in the invented land of packs/demo. `world` builds the ground; `world.held_card()` and its
like walk further, through the same verbs that doors call.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from samleng.doors.exchange.places import import_places
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import load
from samleng.ground.offices.models import Implementer, Office, OfficeKind, Programme
from samleng.ground.offices.verbs import add_implementer, give_duty, open_programme, register_office
from samleng.ground.people.models import Person, Seat
from samleng.ground.people.rules import Acting, SeatFact
from samleng.ground.people.verbs.accounts import seat, welcome
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.ground.services.verbs import raise_facility
from samleng.kit.ledger.rules import SYSTEM
from samleng.voices.scorecards.models import Round, Scorecard
from samleng.voices.scorecards.verbs.planning import open_round, plan
from samleng.voices.scorecards.verbs.review import complete, submit
from samleng.voices.scorecards.verbs.writing import start, write
from tests.frozen import frozen

DEMO = Path(settings.PACKS) / "demo"
SINCE = date(2026, 1, 1)


def words(km: str, en: str) -> dict[str, str]:
    return {"km": km, "en": en}


def acting(person: Person) -> Acting:
    """The person with the seats they hold now."""
    seats = tuple(
        SeatFact(
            role=one.role,
            programme=str(one.programme_id) if one.programme_id else None,
            office=str(one.office_id) if one.office_id else None,
            implementer=str(one.implementer_id) if one.implementer_id else None,
            area_path=one.area.path,
        )
        for one in Seat.objects.filter(person=person, until=None).select_related("area")
    )
    return Acting(
        key=person.key, owner=seats[0].owner if seats else person.key, person=str(person.pk), seats=seats
    )


def line(kind: str, body: dict[str, Any], *, at: datetime | None = None, uid: str = "") -> dict[str, Any]:
    """A line as a phone sends it."""
    return {
        "uid": uid or str(uuid.uuid4()),
        "kind": kind,
        "body": body,
        "written_at": (at or timezone.now()).isoformat(),
    }


@dataclass
class World:
    """Everything that stands at the start; people are named by what they do in the story."""

    programme: Programme
    other_programme: Programme
    framework: Framework
    round: Round
    implementer: Implementer
    commune: Place
    other_commune: Place
    clinic: Facility
    school: Facility
    hall: Facility
    clinic_office: Office
    hall_office: Office
    shire_office: Office
    health_board: Office
    sophea: Person
    admin: Person
    officer: Person
    vuthy: Person
    chief: Person
    stranger: Person
    unassigned: Person
    cards: list[Scorecard] = field(default_factory=list)

    def by(self, person: Person) -> Acting:
        return acting(person)

    def plan_card(self, side: str = "community", facility: Facility | None = None, **given: Any) -> Scorecard:
        """A planned card of this month."""
        today = timezone.localdate()
        return plan(
            by=self.by(self.officer),
            round=given.pop("round", self.round),
            facility=facility or self.clinic,
            place=given.pop("place", self.commune),
            side=side,
            planned_from=today - timedelta(days=7),
            planned_to=today + timedelta(days=7),
            **given,
        )

    def running_card(self, side: str = "community", facility: Facility | None = None) -> Scorecard:
        card = self.plan_card(side, facility)
        return start(by=self.by(self.sophea), scorecard=card, holder="phone-1")

    def meeting_lines(
        self, card: Scorecard, votes: dict[str, list[int]] | None = None, people: int = 14
    ) -> list[dict[str, Any]]:
        """The lines of a whole small meeting; `votes` gives each criterion's scores person by person."""
        if votes is None:
            votes = default_votes(card, people)
        now = timezone.now() - timedelta(minutes=people)
        uids = [str(uuid.uuid4()) for _ in range(people)]
        made = [line("setup", {"held_on": timezone.localdate().isoformat(), "language": "km"}, at=now)]
        for i, uid in enumerate(uids):
            body = {
                "number": i + 1,
                "sex": "female" if i % 5 < 3 else "male",
                "band": ("15-30", "31-59", "60+")[i % 3],
                "special": ["poor"] if i % 7 == 0 else [],
            }
            made.append(line("person", body, at=now + timedelta(seconds=i), uid=uid))
        for criterion in votes:
            made.append(line("raise", {"criterion": criterion, "person": uids[0]}, at=now))
        made.append(line("priorities", {"order": list(votes)}, at=now))
        for i, uid in enumerate(uids):
            scores = {criterion: given[i] for criterion, given in votes.items()}
            made.append(
                line("ballot", {"person": uid, "scores": scores}, at=now + timedelta(seconds=60 * (i + 1)))
            )
        for criterion in votes:
            body = {
                "criterion": criterion,
                "strengths": ["ល្អ"],
                "weaknesses": ["ខ្វះខាត"],
                "suggestions": [{"text": "ធ្វើឱ្យប្រសើរ", "chosen": True}],
            }
            made.append(line("reflect", body, at=now))
        return made

    def held_card(
        self,
        side: str = "community",
        facility: Facility | None = None,
        votes: dict[str, list[int]] | None = None,
        people: int | None = None,
    ) -> Scorecard:
        """A card held, sent in and completed."""
        card = self.running_card(side, facility)
        people = people or (14 if side == "community" else 7)
        write(by=self.by(self.sophea), scorecard=card, lines=self.meeting_lines(card, votes, people))
        submit(by=self.by(self.sophea), scorecard=card)
        done = complete(by=self.by(self.officer), scorecard=card)
        self.cards.append(done)
        return done


def default_votes(card: Scorecard, people: int) -> dict[str, list[int]]:
    """Uneven but fixed votes on the first three criteria of the card's service and side."""
    method = card.round.framework.method
    codes = [c.code for c in method.criteria_for(card.service.code, card.side)][:3]
    values = method.scale.values
    return {
        code: [values[(i * 7 + k * 3 + (i * i) // 3) % len(values)] for i in range(people)]
        for k, code in enumerate(codes)
    }


@frozen
def ground() -> None:
    """The invented land's places, kinds of office and frameworks."""
    if not Place.objects.filter(country="demo").exists():
        import_places(by=SYSTEM, path=DEMO / "country.toml")
    load(by=SYSTEM, folder=DEMO)


def place(code: str) -> Place:
    return Place.objects.current().get(country="demo", code=code)


def office(
    code: str, kind: str, where: Place, name: dict[str, str], facility: Facility | None = None
) -> Office:
    return register_office(
        by=SYSTEM,
        code=code,
        kind=OfficeKind.objects.get(code=kind),
        name=name,
        place=where,
        facility=facility,
    )


def someone(name: str, role: str, **where: Any) -> Person:
    person = welcome(by=SYSTEM, name=name)
    if role:
        seat(by=SYSTEM, person=person, role=role, since=SINCE, **where)
    return person


@frozen
def build() -> World:
    ground()
    commune, other = place("010101"), place("020101")
    shire, region = place("0101"), place("01")
    service = {s.code: s for s in Service.objects.all()}
    clinic = raise_facility(
        by=SYSTEM,
        service=service["CL"],
        name=words("គ្លីនិកព្រៃស្រស់", "Prey Sros clinic"),
        place=shire,
        serves=[commune, place("010102")],
        on=SINCE,
    )
    school = raise_facility(
        by=SYSTEM, service=service["SC"], name=words("សាលាអូរត្នោត", "Ou Tnaot school"), place=commune, on=SINCE
    )
    hall = raise_facility(
        by=SYSTEM, service=service["PA"], name=words("សាលាឃុំអូរត្នោត", "Ou Tnaot hall"), place=commune, on=SINCE
    )
    clinic_office = office("clinic-1", "clinic", shire, words("គ្លីនិកព្រៃស្រស់", "Prey Sros clinic"), clinic)
    hall_office = office(
        "parish-010101", "parish_office", commune, words("រដ្ឋបាលឃុំអូរត្នោត", "Ou Tnaot parish office"), hall
    )
    shire_office = office(
        "shire-0101", "shire_office", shire, words("រដ្ឋបាលស្រុកព្រៃស្រស់", "Prey Sros shire office")
    )
    board = office(
        "board-01", "health_board", region, words("ក្រុមប្រឹក្សាសុខភាពជើងភ្នំ", "Cheung Phnom health board")
    )
    for one, code, area in (
        (clinic_office, "CL", shire),
        (hall_office, "PA", commune),
        (hall_office, "SC", commune),
    ):
        give_duty(by=SYSTEM, office=one, service=service[code], area=area, since=SINCE)
    programme = open_programme(by=SYSTEM, code="hear", name=words("កម្មវិធីស្តាប់", "Hear programme"))
    other_programme = open_programme(by=SYSTEM, code="other", name=words("កម្មវិធីផ្សេង", "Other programme"))
    implementer = add_implementer(
        by=SYSTEM, programme=programme, code="ngo-1", name=words("អង្គការមួយ", "First NGO"), targets=[shire]
    )
    root = place("S")
    framework = Framework.objects.get(code="demo-five")
    return World(
        programme=programme,
        other_programme=other_programme,
        framework=framework,
        round=open_round(by=SYSTEM, programme=programme, framework=framework, year=2026),
        implementer=implementer,
        commune=commune,
        other_commune=other,
        clinic=clinic,
        school=school,
        hall=hall,
        clinic_office=clinic_office,
        hall_office=hall_office,
        shire_office=shire_office,
        health_board=board,
        sophea=someone("សុភា", "facilitator", programme=programme, area=commune),
        admin=someone("អ្នកគ្រប់គ្រង", "programme_admin", programme=programme, area=root),
        officer=someone("មន្ត្រី", "officer", programme=programme, area=root),
        vuthy=someone("វុទ្ធី", "office_head", office=clinic_office),
        chief=someone("មេឃុំ", "office_head", office=hall_office),
        stranger=someone("អ្នកក្រៅ", "programme_admin", programme=other_programme, area=root),
        unassigned=someone("អ្នកមិនបានចាត់តាំង", "facilitator", programme=programme, area=other),
    )


@pytest.fixture
def world(db: None) -> World:
    """The small world, built through the same verbs that doors call."""
    return build()
