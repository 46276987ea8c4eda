"""A nation's worth of made-up data, to measure with: the size of method and facts, not their truth.

About 20,000 scorecards, 1.5 million ratings and 26,000 actions a year. Rows are written in bulk as
the verbs would leave them; figures are then projected and released by the same code as ever.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Meeting, MeetingCard, Plan, PlanItem
from samleng.doors.console.prepare import prepare, progress
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.rules import Method, ServiceKind
from samleng.ground.offices.models import Office, OfficeKind, Programme
from samleng.ground.offices.verbs import open_programme
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, FacilityLink, Service
from samleng.insight.disclosure.verbs.releasing import release_meeting, release_sums
from samleng.insight.disclosure.verbs.switching import switch_publication
from samleng.insight.evidence.verbs import project_all
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Result, Round, Scorecard, Sheet
from samleng.voices.scorecards.rules.statistics import add, centre, milli
from samleng.voices.scorecards.verbs.planning import open_round

BATCH = 2000
# Facilities per place where they stand: many-serving ones a district, then four and one a commune.
PER_PLACE = (6, 4, 1)
PEOPLE = {"community": 33, "provider": 6}
CRITERIA = 4
ACTIONS_PER_PLACE = 16


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="share of the nation, for a quick try")
    parser.add_argument("--seed", type=int, default=1)


def run(given: argparse.Namespace) -> int:
    prepare(progress)
    if Programme.objects.filter(code="scale").exists():
        raise Refusal(
            "This site already holds the made-up nation.", field="site", remedy="Use a new SAMLENG_HOME."
        )
    began = time.monotonic()
    Nation(given.seed, given.share).load(given.years)
    print(
        f"scorecards {Scorecard.objects.count()}, results {Result.objects.count()}, "
        f"actions {Action.objects.count()}, ledger {Entry.objects.count()}, "
        f"seconds {time.monotonic() - began:.0f}"
    )
    return 0


class Nation:
    """The made-up programme of a whole country."""

    def __init__(self, seed: int, share: float) -> None:
        self.chance = random.Random(seed)  # noqa: S311  made-up data, not a secret
        self.framework = Framework.objects.order_by("published_at").first()
        if self.framework is None:
            raise Refusal("No framework is published.", field="framework", remedy="Start the site once.")
        self.method: Method = self.framework.method
        level = self.method.plan.level
        communes = list(Place.objects.current().filter(level=level).order_by("code"))
        self.communes = communes[: max(1, round(len(communes) * share))]

    def load(self, years: int) -> None:
        with transaction.atomic():
            self.programme = open_programme(
                by=SYSTEM, code="scale", name={"en": "Scale", "km": "Scale"}, sample=True
            )
            switch_publication(by=SYSTEM, programme=self.programme, on=True)
            self.facilities()
            self.offices()
        this = timezone.localdate().year
        for year in range(this - years + 1, this + 1):
            with transaction.atomic():
                self.year(year)
            progress(f"{year} written")
        progress(f"projected {project_all()} ledger rows")
        self.release(range(this - years + 1, this + 1))

    def services(self) -> list[tuple[ServiceKind, int]]:
        many = [s for s in self.method.services if s.serves_many][:1]
        own = [s for s in self.method.services if s.stands_at == self.method.plan.level and not s.serves_many]
        kinds = many + own[:2]
        return list(zip(kinds, PER_PLACE, strict=False))

    def facilities(self) -> None:
        rows: dict[str, Service] = {service.code: service for service in Service.objects.all()}
        districts = Place.objects.in_bulk({place.parent_id for place in self.communes})
        below: dict[int, list[Place]] = {}
        for place in self.communes:
            below.setdefault(place.parent_id, []).append(place)
        self.made: list[tuple[Facility, Place]] = []
        links = []
        for kind, count in self.services():
            for where in districts.values() if kind.serves_many else self.communes:
                for number in range(count):
                    name = {tag: f"{where.name.get(tag, where.code)} {number + 1}" for tag in ("km", "en")}
                    one = Facility(
                        service=rows[kind.code], name=name, place=where, sort_key=name["en"], sample=True
                    )
                    served = self.chance.choice(below[where.pk]) if kind.serves_many else where
                    self.made.append((one, served))
                    if kind.serves_many:
                        links.append(FacilityLink(facility=one, place=served, since=date(2020, 1, 1)))
        Facility.objects.bulk_create([one for one, _place in self.made], BATCH)
        FacilityLink.objects.bulk_create(links, BATCH)

    def offices(self) -> None:
        kind = OfficeKind.objects.filter(level=self.method.plan.level).order_by("code").first()
        if kind is None:
            raise Refusal("The pack names no kind of office for communes.", field="office_kinds")
        made = [
            Office(code=f"scale-{p.country}-{p.code}", kind=kind, name=p.name, place=p, sample=True)
            for p in self.communes
        ]
        Office.objects.bulk_create(made, BATCH)
        self.office = {one.place_id: one for one in made}

    def year(self, year: int) -> None:
        round = open_round(by=SYSTEM, programme=self.programme, framework=self.framework, year=year)
        held = date(year, 3, 15)
        at = datetime(year, 4, 1, tzinfo=timezone.get_current_timezone())
        cards, sheets, results, met, laid = [], [], [], [], []
        for number, (facility, place) in enumerate(self.made):
            meeting = Meeting(
                programme=self.programme,
                round=round,
                place=place,
                facility=facility,
                held_on=held,
                attendance={"people": 40},
                show_provider=True,
                closed_at=at,
            )
            met.append(meeting)
            for side in ("community", "provider"):
                card = self.card(round, facility, place, side, number, at, held)
                sheet = Sheet(
                    scorecard=card,
                    number=1,
                    participation={"people": PEOPLE[side]},
                    lines_digest="",
                    by="system",
                )
                cards.append(card)
                sheets.append(sheet)
                laid.append(MeetingCard(meeting=meeting, scorecard=card))
                results.extend(self.results(sheet, facility.service.code, side))
        for rows in (cards, sheets, results, met, laid):
            type(rows[0]).objects.bulk_create(rows, BATCH)
        self.tell("scorecards.complete", cards, at)
        self.tell("plans.close_meeting", met, at)
        self.plans(year, round, at)

    def card(
        self, round: Round, facility: Facility, place: Place, side: str, number: int, at: datetime, held: date
    ) -> Scorecard:
        return Scorecard(
            round=round,
            programme=self.programme,
            facility=facility,
            service=facility.service,
            place=place,
            side=side,
            code=f"{number % 1000000:06d}",
            state="completed",
            planned_from=held,
            planned_to=held,
            held_on=held,
            planned_at=at,
            submitted_at=at,
            completed_at=at,
            lines_erased_at=at,
        )

    def results(self, sheet: Sheet, service: str, side: str) -> Iterator[Result]:
        criteria = self.method.criteria_for(service, side)
        for order, criterion in enumerate(
            self.chance.sample(criteria, min(CRITERIA, len(criteria))), start=1
        ):
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
        profile, width = self.method.profile, len(self.method.scale.values)
        middle = self.chance.randrange(width)
        cells: dict[str, list[int]] = {}
        for _person in range(people):
            sex = profile.sexes[self.chance.random() < 0.4].code
            cell = f"{sex}/{self.chance.choice(profile.age_bands).code}"
            at = min(width - 1, max(0, middle + self.chance.choice((-1, -1, 0, 0, 0, 1, 1, 2))))
            cells.setdefault(cell, [0] * width)[at] += 1
        return cells

    def plans(self, year: int, round: Round, at: datetime) -> None:
        plans, actions, items = [], [], []
        by_place: dict[int, list[Facility]] = {}
        for facility, place in self.made:
            by_place.setdefault(place.pk, []).append(facility)
        for place in self.communes:
            plan = Plan(
                programme=self.programme,
                framework=self.framework,
                place=place,
                office=self.office[place.pk],
                year=year,
                number=f"{year}/{place.code}",
            )
            plans.append(plan)
            for order in range(1, ACTIONS_PER_PLACE + 1):
                action = self.action(place, self.chance.choice(by_place[place.pk]), year)
                actions.append(action)
                items.append(PlanItem(plan=plan, action=action, order=order))
        for rows in (plans, actions, items):
            type(rows[0]).objects.bulk_create(rows, BATCH)
        self.tell("actions.promise", actions, at)

    def action(self, place: Place, facility: Facility, year: int) -> Action:
        agreed = date(year, 4, 1)
        part = self.chance.choice(self.method.plan.parts)
        status = self.chance.choice(self.method.plan.statuses)
        done = status.kind == "done"
        claimed = agreed + timedelta(days=self.chance.randrange(20, 400)) if done else None
        given: dict[str, Any] = {"claimed_on": claimed}
        if claimed and self.chance.random() < 0.7:
            given["confirmed_on"] = claimed + timedelta(days=10)
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

    def tell(self, verb: str, things: list[Any], at: datetime) -> None:
        """Ledger rows as the verb would write them, queued for the projector only."""
        kind = things[0]._meta.label_lower
        owner = self.programme.owner_key
        for start in range(0, len(things), BATCH):
            rows = Entry.objects.bulk_create(
                [
                    Entry(
                        verb=verb,
                        actor="system",
                        via="system",
                        owner=owner,
                        thing_kind=kind,
                        thing_id=str(one.pk),
                        at=at,
                    )
                    for one in things[start : start + BATCH]
                ]
            )
            Due.objects.bulk_create([Due(entry=row, reader="projector") for row in rows])

    def release(self, years: range) -> None:
        waiting = list(Meeting.objects.filter(programme=self.programme).order_by("held_on", "pk"))
        for number, meeting in enumerate(waiting, start=1):
            release_meeting(by=SYSTEM, meeting=meeting)
            if number % 1000 == 0:
                progress(f"released {number} of {len(waiting)} meetings")
        for year in years:
            release_sums(by=SYSTEM, programme=self.programme, year=year)
        progress(f"projected {project_all()} more ledger rows")
