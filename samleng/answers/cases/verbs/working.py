"""Work orders: a crew opens its day by a link, shows what it found and did, or says why it could not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

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
SENT_BACK = frozenset(REASONS[:2])
# A link that lay about so long is no longer in the hands it was given to.
LINK_DAYS = 90
MOST_PHOTOS = 4


@dataclass(frozen=True, kw_only=True)
class Hands(Actor):
    """A crew that opened its link: it may do its own orders, and nothing else."""

    crew: Crew


def hands_of(token: str) -> Hands | None:
    """The crew whose link this is; None for a link that ended or never was."""
    crew = Crew.objects.select_related("office").filter(token_hash=token_hash(token), ended_at=None).first()
    if crew is None or link_ends(crew) <= timezone.localdate():
        return None
    return Hands(key=f"crew:{crew.pk}", owner=crew.office.owner_key, via="crew", crew=crew)


def link_ends(crew: Crew) -> date:
    """The day from which a crew's link opens nothing."""
    return timezone.localtime(crew.linked_at).date() + timedelta(days=LINK_DAYS)


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
    if crew.ended_at is not None:
        refuse(Misstep("crew"))
    token = fresh_token()
    crew.token_hash, crew.linked_at = token_hash(token), timezone.now()
    crew.save(update_fields=["token_hash", "linked_at"])
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


def again(by: Actor, case: Case) -> Order | None:
    """Work that was said to be done and is not: the crew that said so has it on its list again, today.

    Called in the transaction of whoever says so. None where no crew did it, or it works there no more.
    """
    last = case.orders.filter(state=DONE).select_related("crew").order_by("-done_at").first()
    if last is None or last.office_id != case.office_id or last.crew.ended_at is not None:
        return None
    if kept := case.orders.filter(crew=last.crew, state=GIVEN).first():
        return kept
    made = Order.objects.create(
        case=case, office=case.office, crew=last.crew, day=timezone.localdate(), task=last.task, by=by.key
    )
    write_step(by, case, "order", party=story.CLOCK)
    return made


def open_order(by: Hands, given: Order) -> tuple[Order, Case]:
    """The crew's own order and its case, both held; Denied for another crew's."""
    kept = Order.objects.select_for_update().filter(pk=given.pk, crew=by.crew).first()
    if kept is None:
        raise Denied
    case = kept.case
    while case.merged_into is not None:
        case = case.merged_into
    case = locked(case)
    if case.office_id != kept.office_id:
        refuse(Misstep("order_moved"))
    return kept, case


def few(blobs: Iterable[Blob], field: str) -> list[Blob]:
    """The photos, if they are not too many."""
    shown = list(blobs)
    if len(shown) > MOST_PHOTOS:
        refuse(Misstep("photos", field, most=MOST_PHOTOS))
    return shown


@verb
def finish(*, by: Hands, order: Order, before: Iterable[Blob] = (), after: Iterable[Blob] = ()) -> Order:
    """The crew has done it and shows so; the case is answered with that, and its reporters judge."""
    kept, case = open_order(by, order)
    if kept.state == DONE:
        return kept
    found, shown = few(before, "before"), few(after, "after")
    if not shown:
        refuse(Misstep("evidence", "after"))
    if {one.sha256 for one in shown} & {one.sha256 for one in found}:
        refuse(Misstep("same_photo", "after"))
    kept.state, kept.reason, kept.done_at = DONE, "", timezone.now()
    kept.save(update_fields=["state", "reason", "done_at"])
    if case.state in story.OPEN:
        resumed(case)
        case.state, case.outcome, case.answered_on = story.ANSWERED, story.FIXED, timezone.localdate()
    step = write_step(by, case, "done", code=story.FIXED)
    hang(step, found, "before")
    hang(step, shown, "after")
    changed(case, "state", "outcome", "answered_on", *CLOCK)
    told(by, case, "answer", step, outcome=story.FIXED, order=str(kept.pk))
    return kept


@verb
def could_not(*, by: Hands, order: Order, reason: str, before: Iterable[Blob] = ()) -> Order:
    """The crew could not do it and says why; the office sees it at once.

    What is not the crew's or is not there goes back to whoever routes it: nobody has it any more.
    """
    kept, case = open_order(by, order)
    if kept.state == DONE:
        refuse(Misstep("order"))
    if reason not in REASONS:
        refuse(Misstep("order_reason", "reason"))
    if (kept.state, kept.reason) == (NOT_DONE, reason):
        return kept
    kept.state, kept.reason, kept.done_at = NOT_DONE, reason, timezone.now()
    kept.save(update_fields=["state", "reason", "done_at"])
    if reason in SENT_BACK:
        case.assigned = None
    step = write_step(by, case, "could_not", code=reason)
    hang(step, few(before, "before"), "before")
    changed(case, "assigned")
    told(by, case, "could_not", step, order=str(kept.pk), reason=reason)
    return kept
