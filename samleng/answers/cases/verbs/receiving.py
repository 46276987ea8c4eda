"""A report becomes a case: heard, routed, given its clock; or it joins the case it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Tenure
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    fresh_reference,
    fresh_step,
    locked,
    offices_readers,
    reader_of,
    told,
    write_step,
)
from samleng.answers.cases.timing import review_day, start_clock
from samleng.answers.cases.verbs.following import wake
from samleng.answers.cases.wording import refuse
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.opening import answering, passed_over
from samleng.ground.channels.rules import Catalogue, Category
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.ground.offices.routing import ladder_above
from samleng.ground.people.permission import require
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.kit.commit.grouped import committed
from samleng.kit.commit.rows import put
from samleng.kit.ledger.rules import Actor
from samleng.kit.sealing.rules import Reader
from samleng.voices.reports.models import Report
from samleng.voices.reports.rules.filing import PUBLIC, Filing, Unfit
from samleng.voices.reports.verbs.hearing import (
    Audience,
    Slip,
    Spoken,
    hear,
    heard_before,
    looked_at,
    slip_for,
    spoken,
)
from samleng.voices.reports.wording import refused

# How often a report is written anew whose case drew a reference that another one has.
TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Route:
    """Who will answer, and who stands above, lowest first."""

    office: Office
    # To whom the words for that office are sealed.
    reader: Reader
    ladder: tuple[Office, ...] = ()
    service: Service | None = None


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of a report: its case, itself, and whether it was new."""

    case: Case
    report: Report
    fresh: bool


Beside = Callable[[Received], object]


def receive(
    *,
    by: Actor,
    filing: Filing,
    place: Place,
    about: Office | None = None,
    facility: Facility | None = None,
    joins: Case | None = None,
    office: Office | None = None,
    slip: Slip | None = None,
    sample: bool = False,
    beside: Beside = lambda received: None,
) -> Received:
    """Hear a report and open a case for it, or let it join one ("me too"); sent again it is the same.

    `office` is where an office writes down what somebody tells at its counter (`cases.intake` is asked
    then); else the duties say who answers. What is slow comes before the write. A `slip` comes along where
    it was made before (`slip_ready`), or where nobody is given a receipt (`slip_of_nobody`), as from another
    system, which has its own number. What a door keeps `beside` it is written in the same commit.
    """
    slip = slip or slip_for(filing.receipt)
    if not slip.nobodys and (before := received_before(slip, filing)):
        return before
    catalogue, category = category_of(filing)
    looked_at(filing, category)
    if office is not None:
        require(by, "cases.intake", owner=office.owner_key)
    route = joined_route(joins, filing) if joins else None
    route = route or route_of(catalogue.catalogue, category, filing, place, about, office)
    # What is slow comes before the transaction: sealing, and the files.
    said = spoken(
        by=by, filing=filing, slip=slip, catalogue=catalogue, category=category, place=place, about=about,
        facility=facility, audience=audience(route, filing), sample=sample or route.office.sample,
    )  # fmt: skip

    return kept(
        lambda: take(by=by, spoken=said, route=route, joins=joins, beside=beside),
        lambda: received_before(slip, filing),
    )


def kept(written: Callable[[], Received], before: Callable[[], Received | None]) -> Received:
    """What was written, durable; or what the same report became by another line that was first."""
    for tries_left in reversed(range(TRIES)):
        try:
            return committed(written)
        except IntegrityError:
            if found := before():
                return found
            # A reference was drawn that a case has: the next one is another.
            if not tries_left:
                raise
    raise AssertionError("tried at least once")


def received_before(slip: Slip, filing: Filing) -> Received | None:
    """What became of the same report when it was sent before; None when it never was."""
    kept = heard_before(slip, filing)
    return Received(case=Heard.of(kept).case, report=kept, fresh=False) if kept else None


def category_of(filing: Filing) -> tuple[CatalogueVersion, Category]:
    """The catalogue in force and the category named; a Refusal when there is none."""
    catalogue = CatalogueVersion.objects.current()
    category = catalogue.catalogue.category(filing.category) if catalogue else None
    if catalogue is None or category is None:
        raise refused(Unfit("category", "category"))
    return catalogue, category


def route_of(
    catalogue: Catalogue,
    category: Category,
    filing: Filing,
    place: Place,
    about: Office | None,
    at_counter: Office | None = None,
) -> Route:
    """Who must answer, and who is above; a Refusal where nobody is named.

    What an office hears at its own counter it answers itself, unless the complaint is about it.
    """
    excluded = passed_over([about]) if about is not None else set()
    if at_counter is not None:
        if at_counter.pk in excluded:
            refuse(Misstep("about_itself", "about"))
        found = [at_counter]
    else:
        point = (filing.point.latitude, filing.point.longitude) if filing.point else None
        found = answering(catalogue, category, place=place, point=point, about=about)
    profile = catalogue.profile_of(category)
    readers = Vault.objects.readers([one.pk for one in found])
    office = next((one for one in found if one.pk in readers), None)
    if office is None or profile is None:
        refuse(Misstep("no_vault" if found and profile else "closed_channel", "category"))
    return Route(
        office=office, reader=readers[office.pk], service=Service.objects.coded(category.service),
        ladder=tuple(ladder_above(office, profile.ladder, place, excluded)),
    )  # fmt: skip


def joined_route(case: Case, filing: Filing) -> Route:
    """The office of the case that a report joins; only public matters are joined by strangers."""
    if case.sealed or filing.exposure != PUBLIC or filing.category != case.category:
        refuse(Misstep("not_alike"))
    return Route(office=case.office, reader=reader_of(case.office))


def take(*, by: Actor, spoken: Spoken, route: Route, joins: Case | None, beside: Beside) -> Received:
    """Write down a report whose way is known; in the transaction that is open."""
    report = hear(by=by, spoken=spoken)
    case = open_case(by, report, route) if joins is None else join(by, joins, report)
    received = Received(case=case, report=report, fresh=True)
    beside(received)
    return received


def audience(route: Route, filing: Filing) -> Audience:
    """To whom what is sealed: the office's words, its custodians' identities, and the ladder's wording."""
    identity: tuple[Reader, ...] = ()
    if filing.identity.given:
        vault = Vault.objects.of(route.office, "identity")
        if vault is None:
            refuse(Misstep("no_vault", "exposure"))
        identity = (vault.reader,)
    beyond = tuple(offices_readers(route.ladder)) if filing.may_climb or filing.exposure == PUBLIC else ()
    return Audience(words=(route.reader,), identity=identity, beyond=beyond)


def open_case(by: Actor, report: Report, route: Route) -> Case:
    """The case of a report that nobody told before; IntegrityError where a case has its reference already."""
    today, office = timezone.localdate(), route.office
    case = Case(
        reference=fresh_reference(today), office=office, catalogue=report.catalogue, category=report.category,
        kind=report.kind, exposure=report.exposure, service=route.service, facility=report.facility,
        place=report.place, latitude=report.latitude, longitude=report.longitude, about=report.about,
        state=story.starting_state(), opened_on=today,
        review_by=review_day(today) if report.exposure == PUBLIC else None, sample=report.sample,
        urgent=report.of.urgent, urgent_why=story.BY_CATEGORY if report.of.urgent else "",
    )  # fmt: skip
    start_clock(case)
    case.next_due = case.acknowledge_by
    put([case])
    put([Heard(case=case, report=report, how="opened")])
    put([Tenure(case=case, office=office, why="opened")])
    step = fresh_step(by, case, "receive", party=story.REPORTER)
    put([step])
    told(by, case, "receive", step, door=report.door)
    return case


def join(by: Actor, case: Case, report: Report) -> Case:
    """One more who says the same; a case that was called done wakes, since a neighbour still sees it."""
    case = locked(case)
    heard = Heard.objects.create(case=case, report=report, how="joined")
    case.reports += 1
    step = write_step(by, case, "join", party=story.NEIGHBOUR, report=report)
    facts: dict[str, Any] = {"reports": case.reports}
    case.updated_at = timezone.now()
    case.save(update_fields=["reports", "updated_at"])
    told(by, case, "join", step, **facts)
    if case.state in (story.ANSWERED, story.CLOSED):
        wake(by, case, heard)
    return case
