"""The rows of a made-up nation, written in bulk as the verbs would leave them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, MeetingCard, Plan, PlanItem
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method, ServiceKind
from samleng.ground.offices.models import Office, OfficeKind, Programme
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, FacilityLink, Service
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Result, Round, Scorecard, Sheet
from samleng.voices.scorecards.rules.statistics import add, centre, milli

# The programme's code, and how the codes of its offices begin.
CODE = "scale"
BATCH = 2000
# Facilities per place where they stand: many-serving ones a district, then four and one a commune.
PER_PLACE = (6, 4, 1)
PEOPLE = {"community": 33, "provider": 6}
CRITERIA = 4
ACTIONS_PER_PLACE = 16
# One facility in so many is still in review in the last year.
IN_REVIEW = 40


@dataclass
class Spot:
    """A facility with the commune whose meeting speaks of it."""

    facility: Facility
    place: Place
    number: int


@dataclass
class District:
    """The communes that are written together."""

    code: str
    communes: list[Place] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


def services_of(method: Method) -> list[tuple[ServiceKind, int]]:
    """The kinds of facility, and how many of each stand at a place."""
    many = [s for s in method.services if s.serves_many][:1]
    own = [s for s in method.services if s.stands_at == method.plan.level and not s.serves_many]
    return list(zip(many + own[:2], PER_PLACE, strict=False))


def raise_ground(districts: Sequence[District], method: Method, chance: random.Random) -> None:
    """Facilities and a commune office for every commune."""
    rows: dict[str, Service] = {service.code: service for service in Service.objects.all()}
    here = OfficeKind.objects.filter(level=method.plan.level, administers=True)
    kind = here.order_by("code").first()
    if kind is None:
        raise Refusal(
            "The pack names no kind of office that administers communes.",
            field="office_kinds",
            remedy="Say “yes” under administers in its office_kinds.csv.",
        )
    made, links = [], []
    for district in districts:
        above = district.communes[0].parent
        for service, count in services_of(method):
            for where in [above] if service.serves_many else district.communes:
                for number in range(count):
                    one = facility(rows[service.code], where, number)
                    made.append(one)
                    if service.serves_many:
                        place = chance.choice(district.communes)
                        links.append(FacilityLink(facility=one, place=place, since=date(2020, 1, 1)))
    Facility.objects.bulk_create(made, BATCH)
    FacilityLink.objects.bulk_create(links, BATCH)
    places = [place for district in districts for place in district.communes]
    Office.objects.bulk_create(
        [
            Office(code=f"{CODE}-{p.country}-{p.code}", kind=kind, name=p.name, place=p, sample=True)
            for p in places
        ],
        BATCH,
    )


def facility(service: Service, where: Any, number: int) -> Facility:
    name = {tag: f"{where.name.get(tag, where.code)} {number + 1}" for tag in ("km", "en")}
    return Facility(service=service, name=name, place=where, sort_key=name["en"], sample=True)


def districts_of(communes: Sequence[Place]) -> list[District]:
    """The communes by the district that holds them, with the facilities that were raised for them."""
    by_id: dict[int | None, District] = {}
    for place in communes:
        parent: Any = place.parent
        by_id.setdefault(place.parent_id, District(code=parent.code)).communes.append(place)
    here = {place.pk: place for place in communes}
    served = dict(
        FacilityLink.objects.filter(facility__sample=True, place__in=here).values_list(
            "facility_id", "place_id"
        )
    )
    made = Facility.objects.filter(sample=True).select_related("service").order_by("service__code", "pk")
    number = 0
    for one in made:
        place_of = here.get(served.get(one.pk, one.place_id))
        if place_of is not None:
            by_id[place_of.parent_id].spots.append(Spot(one, place_of, number))
            number += 1
    return list(by_id.values())


class Writer:
    """Writes one year of some districts: cards, sheets, results, meetings, plans and promises."""

    def __init__(self, programme: Programme, framework: Framework, round: Round, *, last: bool) -> None:
        self.programme, self.framework, self.round, self.last = programme, framework, round, last
        self.method: Method = framework.method
        self.held = date(round.year, 3, 15)
        self.at = datetime(round.year, 4, 1, tzinfo=timezone.get_current_timezone())
        # What waits for review was sent in just now, or the worker would complete it as forgotten.
        self.now = timezone.now()
        self.rows: dict[type, list[Any]] = {}

    def put(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def write(self, districts: Sequence[District], chance: random.Random) -> None:
        """Everything about these districts in this year, ledger rows and all."""
        self.chance, self.rows = chance, {}
        offices = Office.objects.filter(code__startswith=f"{CODE}-")
        self.office = {one.place_id: one for one in offices.filter(place__in=self.places(districts))}
        met: dict[int, list[Meeting]] = {}
        for district in districts:
            for spot in district.spots:
                open_ = self.last and spot.number % IN_REVIEW == 0
                cards = [self.card(spot, side, open_) for side in PEOPLE]
                if not open_:
                    meeting = self.meeting(spot, cards)
                    met.setdefault(spot.place.pk, []).append(meeting)
        for place in self.places(districts):
            self.plan(place, met.get(place.pk, []))
        order = (Scorecard, Sheet, Result, Meeting, MeetingCard, Plan, Action, PlanItem)
        for kind in order:
            kind.objects.bulk_create(self.rows.get(kind, []), BATCH)
        cards = self.rows.get(Scorecard, [])
        self.tell("scorecards.complete", [one for one in cards if one.completed_at], ("projector",))
        self.tell("scorecards.submit", [one for one in cards if not one.completed_at], ("projector",))
        self.tell("plans.close_meeting", self.rows.get(Meeting, []), ())
        self.tell("actions.promise", self.rows.get(Action, []), ("projector",))

    @staticmethod
    def places(districts: Sequence[District]) -> list[Place]:
        return [place for district in districts for place in district.communes]

    def card(self, spot: Spot, side: str, open_: bool) -> Scorecard:
        card = self.put(
            Scorecard(
                round=self.round,
                programme=self.programme,
                facility=spot.facility,
                service=spot.facility.service,
                place=spot.place,
                side=side,
                code=f"{2 * spot.number + (side == 'provider'):06d}",
                state="in_review" if open_ else "completed",
                planned_from=self.held,
                planned_to=self.held,
                held_on=self.held,
                planned_at=self.at,
                submitted_at=self.now if open_ else self.at,
                completed_at=None if open_ else self.at,
                lines_erased_at=self.at,
            )
        )
        people = {"people": PEOPLE[side]}
        sheet = self.put(Sheet(scorecard=card, number=1, participation=people, lines_digest="", by="system"))
        for result in self.results(sheet, spot.facility.service.code, side):
            self.put(result)
        return card

    def results(self, sheet: Sheet, service: str, side: str) -> Iterator[Result]:
        criteria = self.method.criteria_for(service, side)
        chosen = self.chance.sample(criteria, min(CRITERIA, len(criteria)))
        for order, criterion in enumerate(chosen, start=1):
            cells = self.cells(PEOPLE[side])
            histogram = add(*cells.values())
            middle = centre(self.method.aggregate, histogram, self.method.scale.values)
            yield Result(
                sheet=sheet,
                order=order,
                criterion=criterion.code,
                text=criterion.text,
                theme=criterion.theme,
                raised_by=order,
                histogram=histogram,
                cells=cells,
                groups={},
                n=PEOPLE[side],
                central_milli=milli(middle),
                suggestions=[{"text": "…", "chosen": True}],
            )

    def cells(self, people: int) -> dict[str, list[int]]:
        profile, width, chance = self.method.profile, len(self.method.scale.values), self.chance
        middle = chance.randrange(width)
        cells: dict[str, list[int]] = {}
        for _person in range(people):
            sex = profile.sexes[chance.random() < 0.4].code
            cell = f"{sex}/{chance.choice(profile.age_bands).code}"
            at = min(width - 1, max(0, middle + chance.choice((-1, -1, 0, 0, 0, 1, 1, 2))))
            cells.setdefault(cell, [0] * width)[at] += 1
        return cells

    def meeting(self, spot: Spot, cards: Sequence[Scorecard]) -> Meeting:
        meeting = self.put(
            Meeting(
                programme=self.programme,
                round=self.round,
                place=spot.place,
                facility=spot.facility,
                held_on=self.held,
                attendance={"people": 40},
                show_provider=True,
                closed_at=self.at,
            )
        )
        for card in cards:
            self.put(MeetingCard(meeting=meeting, scorecard=card))
        return meeting

    def plan(self, place: Place, meetings: Sequence[Meeting]) -> None:
        plan = self.put(
            Plan(
                programme=self.programme,
                framework=self.framework,
                place=place,
                office=self.office[place.pk],
                year=self.round.year,
                number=f"{self.round.year}/{place.code}",
            )
        )
        for order in range(1, ACTIONS_PER_PLACE + 1 if meetings else 1):
            meeting = self.chance.choice(meetings)
            action = self.put(self.action(place, meeting.facility))
            self.put(PlanItem(plan=plan, action=action, meeting=meeting, order=order))

    def action(self, place: Place, facility: Facility) -> Action:
        agreed = date(self.round.year, 4, 1)
        part = self.chance.choice(self.method.plan.parts)
        status = self.chance.choice(self.method.plan.statuses)
        done = status.kind == "done"
        claimed = agreed + timedelta(days=self.chance.randrange(20, 400)) if done else None
        given: dict[str, Any] = {"claimed_on": claimed}
        if claimed and self.chance.random() < 0.7:
            given["confirmed_on"] = claimed + timedelta(days=10)
        if status.kind == "stopped":
            given["stopped_on"] = agreed + timedelta(days=90)
        return Action(
            programme=self.programme,
            framework=self.framework,
            facility=facility,
            place=place,
            part=part.code,
            text={"en": "Made-up action", "km": "សកម្មភាពប្រឌិត"},
            office=self.office[place.pk],
            starts_on=agreed,
            due_on=agreed + timedelta(days=240),
            cost=self.chance.randrange(0, 60) * 100_000,
            status=status.code,
            status_on=agreed,
            agreed_on=agreed,
            first_due_on=agreed + timedelta(days=240),
            **given,
        )

    def tell(self, verb: str, things: Sequence[Any], readers: Sequence[str]) -> None:
        """Ledger rows as the verb would write them; nobody is sent a notice about made-up things."""
        for start in range(0, len(things), BATCH):
            rows = Entry.objects.bulk_create(
                [
                    Entry(
                        verb=verb,
                        actor="system",
                        via="system",
                        owner=self.programme.owner_key,
                        thing_kind=one._meta.label_lower,
                        thing_id=str(one.pk),
                        at=self.at,
                    )
                    for one in things[start : start + BATCH]
                ]
            )
            Due.objects.bulk_create([Due(entry=row, reader=reader) for row in rows for reader in readers])
