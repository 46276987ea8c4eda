"""Requests that another system has published become cases as they stood there; nobody is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Step, Tenure, context
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.former import ENDED, former_fault, steps_to
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import fresh_reference, next_due, reader_of
from samleng.answers.cases.timing import calendar
from samleng.answers.cases.wording import refuse
from samleng.ground.channels import deadlines
from samleng.ground.channels.deadlines import Dues, Run
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category, Profile
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import require
from samleng.ground.places.models import Place
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import Actor, fresh_id
from samleng.kit.ledger.verbs import record_many, verb
from samleng.voices.reports.models import Report
from samleng.voices.reports.rules.filing import PUBLIC, Point
from samleng.voices.reports.verbs.former import FormerReport, hear_former

TOGETHER = 200


@dataclass(frozen=True, kw_only=True, repr=False)
class FormerCase:
    """One request as another system kept it: what, where, since when, and how it stands.

    `words` and `answer` were public there when `published`; else the words are sealed like everybody's and
    the answer is left out. `due_on` is the day that system had promised.
    """

    category: str
    place: Place
    point: Point | None
    opened_at: datetime
    state: str
    outcome: str = ""
    ended_at: datetime | None = None
    due_on: date | None = None
    language: str
    words: str = ""
    answer: str = ""
    published: bool = False


@dataclass
class Clocks:
    """The days that follow from a day, worked out once for each clock and day."""

    catalogue: CatalogueVersion
    known: dict[tuple[str, date], Dues] = field(default_factory=dict)

    def of(self, category: Category, day: date) -> Dues:
        profile = self.profile_of(category)
        key = (profile.code, day)
        if key not in self.known:
            self.known[key] = deadlines.dues(profile, Run(received=day), calendar(), today=day)
        return self.known[key]

    def profile_of(self, category: Category) -> Profile:
        profile = self.catalogue.catalogue.profile_of(category)
        if profile is None:
            refuse(Misstep("closed_channel", "category"))
        return profile


@verb
def take_over(
    *, by: Actor, office: Office, catalogue: CatalogueVersion, former: Sequence[FormerCase]
) -> list[Case]:
    """Write another system's requests down as cases of this office, in their order, in a few statements.

    What has ended keeps its days; what is still open is given the office's clock from today on, since it
    could not keep a clock it did not know. Nobody asked here, so nobody is told.
    """
    require(by, "exchange.import", owner=office.owner_key)
    reports = hear_former(
        by=by, office=office, reader=reader_of(office), catalogue=catalogue,
        former=[as_report(one) for one in former],
    )  # fmt: skip
    services = {one.code: one for one in Service.objects.select_related("sector")}
    clocks = Clocks(catalogue)
    cases = [
        case_of(office, report, one, services.get(report.of.service), clocks)
        for report, one in zip(reports, former, strict=True)
    ]
    named_all(cases)
    Case.objects.bulk_create(cases, batch_size=TOGETHER)
    Heard.objects.bulk_create(
        [Heard(case=case, report=report, how="opened") for case, report in zip(cases, reports, strict=True)],
        batch_size=TOGETHER,
    )
    Tenure.objects.bulk_create(
        [Tenure(case=one, office=office, why="opened", since=one.opened_at) for one in cases],
        batch_size=TOGETHER,
    )
    told = [step for case, one in zip(cases, former, strict=True) for step in steps_of(by, case, one)]
    Step.objects.bulk_create(told, batch_size=TOGETHER)
    record_many(by=by, rows=[("cases.take_over", one, office.owner_key, context(one)) for one in cases])
    return cases


def as_report(one: FormerCase) -> FormerReport:
    return FormerReport(
        category=one.category, place=one.place, point=one.point, heard_at=one.opened_at,
        language=one.language, words="" if one.published else one.words,
    )  # fmt: skip


def case_of(office: Office, report: Report, one: FormerCase, service: Service | None, clocks: Clocks) -> Case:
    """The row of one request: its days as they were, or the office's clock from today on."""
    if fault := former_fault(one.state, one.outcome) or ended_fault(one):
        refuse(Misstep("former", fault))
    today = timezone.localdate()
    opened_on, ended_on = day_of(one.opened_at), day_of(one.ended_at) if one.ended_at else None
    start = opened_on if ended_on else today
    dues = clocks.of(report.of, start)
    confirmed = ended_on or (today if one.state != story.RECEIVED else None)
    complaint = report.kind == "complaint"
    shown = one.words if one.published else ""
    case = Case(
        office=office, catalogue=report.catalogue, category=report.category, kind=report.kind,
        exposure=PUBLIC, service=service, place=report.place, latitude=report.latitude,
        longitude=report.longitude, state=one.state, outcome=one.outcome, opened_on=opened_on,
        clock_from=start, acknowledge_by=dues.acknowledge, admit_by=dues.admissibility,
        resolve_by=(one.due_on or dues.resolve) if ended_on else dues.resolve,
        acknowledged_on=confirmed, answered_on=ended_on,
        admitted_on=ended_on if complaint else None,
        jurisdiction=story.OURS if complaint and ended_on else "",
        closed_on=ended_on if one.state == story.CLOSED else None,
        # What was public already needs no second look.
        public_words=shown, reviewed_on=today if shown else None,
        sample=report.sample, opened_at=one.opened_at, updated_at=one.ended_at or one.opened_at,
    )  # fmt: skip
    case.next_due = next_due(case)
    return case


def ended_fault(one: FormerCase) -> str:
    """Whether its days fit to where it stands."""
    if (one.state in ENDED) != (one.ended_at is not None):
        return "ended_at"
    return "ended_at" if one.ended_at and one.ended_at < one.opened_at else ""


def day_of(at: datetime) -> date:
    return timezone.localdate(at)


def steps_of(by: Actor, case: Case, one: FormerCase) -> Iterable[Step]:
    """How it came to stand where it stands; the office's public words stand with its answer."""
    steps = steps_to(one.state)
    # Steps of one moment are read by their ids.
    for name, (kind, state) in zip(sorted(fresh_id() for _step in steps), steps, strict=True):
        at = one.opened_at if kind == "receive" else one.ended_at or timezone.now()
        answer = kind == "answer"
        yield Step(
            id=name, case=case, kind=kind, party=PARTIES.get(kind, story.OFFICE), office=case.office,
            state=state, code=one.outcome if kind in ("answer", "stand") else "",
            said=one.answer if answer and one.published else "", on=day_of(at), at=at, by=by.key,
        )  # fmt: skip


PARTIES = {"receive": story.REPORTER, "stand": story.CLOCK}


def named_all(cases: Sequence[Case]) -> None:
    """Give each a reference that nobody has, as `steps.named` does for one."""
    nameless = list(cases)
    taken: set[str] = set()
    while nameless:
        for one in nameless:
            one.reference = fresh_reference(one.opened_on)
        drawn = [one.reference for one in nameless]
        known = set(Case.objects.filter(reference__in=drawn).values_list("reference", flat=True))
        again = []
        for one in nameless:
            if one.reference in taken or one.reference in known:
                again.append(one)
            taken.add(one.reference)
        nameless = again
