"""Work orders: a crew opens its day by a link, shows what it found and did, or says why it could not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from samleng.answers.cases.models import Case, Crew, Order
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import changed, locked, require_case, told, write_step
from samleng.answers.cases.timing import CLOCK
from samleng.answers.cases.verbs.answering import hang, receipt_confirmed, resumed
from samleng.answers.cases.wording import held, refuse
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied, require
from samleng.ground.people.sealing import fresh_token, token_hash
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob
from samleng.kit.words.text import clean

GIVEN, DONE, NOT_DONE = "given", "done", "not_done"
# Why a crew could not do it; the first two send the case back to who routes it.
REASONS = ("not_our_zone", "not_found", "no_access", "needs_truck", "too_dangerous")


@dataclass(frozen=True, kw_only=True)
class Hands(Actor):
    """A crew that opened its link: it may do its own orders, and nothing else."""

    crew: Crew


def hands_of(token: str) -> Hands | None:
    """The crew whose link this is; None for a link that ended or never was."""
    crew = Crew.objects.select_related("office").filter(token_hash=token_hash(token), ended_at=None).first()
    if crew is None:
        return None
    return Hands(key=f"crew:{crew.pk}", owner=crew.office.owner_key, via="crew", crew=crew)


@verb
def form_crew(*, by: Actor, office: Office, name: str) -> tuple[Crew, str]:
    """Form a crew; its link's token is told once, here, and kept nowhere."""
    require(by, "cases.assign", owner=office.owner_key)
    if not clean(name):
        refuse(Misstep("words", "name"))
    token = fresh_token()
    crew = Crew.objects.create(office=office, name=clean(name)[:80], token_hash=token_hash(token))
    record(by=by, verb="cases.form_crew", thing=crew, owner=office.owner_key, tell=())
    return crew, token


@verb
def new_link(*, by: Actor, crew: Crew) -> tuple[Crew, str]:
    """Give a crew a new link; the old one opens nothing from now on."""
    require(by, "cases.assign", owner=crew.office.owner_key)
    token = fresh_token()
    crew.token_hash = token_hash(token)
    crew.save(update_fields=["token_hash"])
    record(by=by, verb="cases.new_link", thing=crew, owner=crew.office.owner_key, tell=())
    return crew, token


@verb
def end_crew(*, by: Actor, crew: Crew) -> Crew:
    """The crew works no more; its link opens nothing."""
    require(by, "cases.assign", owner=crew.office.owner_key)
    crew.ended_at = crew.ended_at or timezone.now()
    crew.save(update_fields=["ended_at"])
    record(by=by, verb="cases.end_crew", thing=crew, owner=crew.office.owner_key, tell=())
    return crew


@verb
def order(*, by: Actor, case: Case, crew: Crew, day: date, task: str = "") -> Order:
    """Send a crew of the office to a public case on a day."""
    case = locked(case)
    require_case(by, "cases.work", case)
    held(story.live, case.standing)
    if case.sealed:
        raise Denied
    if crew.office_id != case.office_id or crew.ended_at is not None:
        refuse(Misstep("crew", "crew"))
    receipt_confirmed(case)
    resumed(case)
    case.state = story.WORKING
    made = Order.objects.create(
        case=case, office=case.office, crew=crew, day=day, task=clean(task)[:600], by=by.key
    )
    step = write_step(by, case, "order")
    changed(case, "state", "acknowledged_on", *CLOCK)
    told(by, case, "order", step, order=str(made.pk), day=day.isoformat())
    return made


def open_order(by: Hands, given: Order) -> tuple[Order, Case]:
    """The crew's own order and its case, both held; Denied for another crew's."""
    kept = Order.objects.select_for_update().filter(pk=given.pk, crew=by.crew).first()
    if kept is None:
        raise Denied
    return kept, locked(kept.case)


@verb
def finish(*, by: Hands, order: Order, before: Iterable[Blob] = (), after: Iterable[Blob] = ()) -> Order:
    """The crew has done it and shows so; the case is answered with that, and its reporters judge."""
    kept, case = open_order(by, order)
    if kept.state == DONE:
        return kept
    shown = list(after)
    if not shown:
        refuse(Misstep("evidence", "after"))
    kept.state, kept.reason, kept.done_at = DONE, "", timezone.now()
    kept.save(update_fields=["state", "reason", "done_at"])
    if case.state in story.OPEN:
        case.state, case.outcome, case.answered_on = story.ANSWERED, story.FIXED, timezone.localdate()
    step = write_step(by, case, "done", code=story.FIXED)
    hang(step, before, "before")
    hang(step, shown, "after")
    changed(case, "state", "outcome", "answered_on")
    told(by, case, "answer", step, outcome=story.FIXED, order=str(kept.pk))
    return kept


@verb
def could_not(*, by: Hands, order: Order, reason: str, before: Iterable[Blob] = ()) -> Order:
    """The crew could not do it and says why; the office sees it at once."""
    kept, case = open_order(by, order)
    if kept.state == DONE:
        refuse(Misstep("order"))
    if reason not in REASONS:
        refuse(Misstep("order_reason", "reason"))
    kept.state, kept.reason, kept.done_at = NOT_DONE, reason, timezone.now()
    kept.save(update_fields=["state", "reason", "done_at"])
    step = write_step(by, case, "could_not", code=reason)
    hang(step, before, "before")
    changed(case)
    told(by, case, "could_not", step, order=str(kept.pk), reason=reason)
    return kept
