"""A case moves: to another office, up the ladder by itself or on request, into another case or out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Q
from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Tenure
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    changed,
    locked,
    named,
    reader_of,
    refuse_unapproved,
    require_case,
    told,
    vault_of,
    words_of,
    write_step,
)
from samleng.answers.cases.timing import CLOCK, goes_up, keep_run, profile_of, run_of, start_clock
from samleng.answers.cases.wording import held, refuse
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.ground.offices.routing import ladder_above
from samleng.ground.people.rules import is_system
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.sealing.rules import Opener
from samleng.kit.sealing.verbs import share_with
from samleng.kit.words.refusals import Refusal


def offices_above(case: Case) -> list[Office]:
    """The offices a case may climb to, the nearest first; never the one complained of."""
    excluded = [case.about] if case.about is not None else []
    return list(ladder_above(case.office, profile_of(case).ladder, case.place, excluded))


def next_office(case: Case) -> Office | None:
    """The nearest office above that can open what is sealed to it."""
    return next((one for one in offices_above(case) if Vault.objects.of(one, "cases") is not None), None)


def may_leave(case: Case, to: Office) -> list[Heard]:
    """The reports that may go to another office: public ones, and sealed ones with approved wording."""
    reader = vault_of(to).reader.key
    reports = list(case.heard.select_related("report__approved"))
    going = [one for one in reports if one.report.approved and one.report.approved.readable_by(reader)]
    if case.sealed and len(going) < len(reports):
        refuse(Misstep("not_approved"))
    return going


def put(by: Actor, case: Case, to: Office, why: str) -> None:
    """The case is another office's from now on, with a clock of its own."""
    Tenure.objects.filter(case=case, until=None).update(until=timezone.now())
    case.office, case.assigned, case.state = to, None, held(story.moved_state, case.standing)
    case.acknowledged_on = case.admitted_on = case.answered_on = None
    case.jurisdiction = case.outcome = ""
    start_clock(case)
    if why in ("escalated", "disputed"):
        case.rung += 1
    Tenure.objects.create(case=case, office=to, why=why, rung=case.rung)
    changed(
        case, "office", "assigned", "state", "acknowledged_on", "admitted_on", "answered_on", "jurisdiction",
        "outcome", "rung", *CLOCK,
    )  # fmt: skip


@verb
def transfer(*, by: Actor, case: Case, to: Office, reason: str, opener: Opener | None = None) -> Case:
    """Hand a case to the office whose matter it is. Sealed words go only in the wording approved."""
    case = locked(case)
    require_case(by, "cases.transfer", case)
    held(story.live, case.standing)
    words_of(reason, "reason")
    if to.pk == case.office_id:
        refuse(Misstep("same_office", "office"))
    if case.about_id == to.pk:
        refuse(Misstep("about_itself", "office"))
    shared_on(case, to, opener)
    may_leave(case, to)
    put(by, case, to, "transferred")
    step = write_step(by, case, "transfer")
    told(by, case, "transfer", step, to=str(to.pk))
    return case


def shared_on(case: Case, to: Office, opener: Opener | None) -> None:
    """Let the new office read the approved wording, where the old one's key is at hand."""
    for heard in case.heard.select_related("report__approved"):
        approved = heard.report.approved
        if approved is None or approved.readable_by(vault_of(to).reader.key):
            continue
        if opener is None:
            refuse(Misstep("locked"))
        share_with(approved, opener, [reader_of(to)])


@verb
def escalate(*, by: Actor, case: Case, why: str = "escalated") -> Case:
    """The case goes up one rung: by itself when its day has passed, by the office, or by a dispute."""
    case = locked(case)
    if not is_system(by):
        require_case(by, "cases.transfer", case)
    held(story.live, case.standing)
    to = next_office(case)
    if to is None:
        refuse(Misstep("top"))
    may_leave(case, to)
    put(by, case, to, why)
    step = write_step(by, case, "escalate", code=why)
    told(by, case, "escalate", step, to=str(to.pk), why=why)
    return case


def climb(today: date | None = None, batch: int = 500) -> tuple[int, int]:
    """Take every case up whose day has passed by more than its profile allows; (moved, stuck).

    One that cannot go (no office above, or wording not approved) stays where it is, overdue in public, and
    holds up none behind it.
    """
    today = today or timezone.localdate()
    moved = stuck = 0
    late = Case.objects.with_context().overdue(today).order_by("next_due", "id")
    behind = Q()
    while cases := list(late.filter(behind)[:batch]):
        for case in cases:
            if not goes_up(case, today):
                continue
            try:
                escalate(by=SYSTEM, case=case)
                moved += 1
            except Refusal:
                stuck += 1
        last = cases[-1]
        behind = Q(next_due__gt=last.next_due) | Q(next_due=last.next_due, pk__gt=last.pk)
    return moved, stuck


@verb
def merge(*, by: Actor, case: Case, others: Iterable[Case]) -> Case:
    """Make one case of several about the same thing; every reporter is told the rest through this one."""
    case = locked(case)
    gone = [locked(one) for one in others if one.pk != case.pk]
    if not gone:
        refuse(Misstep("nothing", "cases"))
    for one in (case, *gone):
        require_case(by, "cases.merge", one)
        held(story.live, one.standing)
        if alike(one) != alike(case):
            refuse(Misstep("not_alike", "cases"))
        refuse_unapproved(one, "cases")
    for other in gone:
        taken_in(by, case, other)
    case.reports = case.heard.count()
    # What was urgent for one of them is urgent for all.
    case.urgent_why = next((one.urgent_why for one in (case, *gone) if one.urgent), "")
    case.urgent = bool(case.urgent_why)
    case.opened_on = min(case.opened_on, *(one.opened_on for one in gone))
    # The oldest reporter's day stays the day: nobody waits longer because others came.
    earliest = min(case.clock_from, *(one.clock_from for one in gone))
    keep_run(case, replace(run_of(case), received=earliest))
    step = write_step(by, case, "merge")
    changed(case, "reports", "opened_on", "urgent", "urgent_why", *CLOCK)
    told(by, case, "merge", step, others=[str(one.pk) for one in gone])
    return case


def alike(case: Case) -> tuple[object, ...]:
    """What two cases must share to become one."""
    return case.category, case.exposure, case.office_id


def taken_in(by: Actor, case: Case, other: Case) -> None:
    """The reports of another case in this one; the other stays as a signpost."""
    other.heard.update(case=case, how="merged")
    other.state, other.merged_into, other.outcome = story.MERGED, case, "duplicate"
    other.closed_on = timezone.localdate()
    step = write_step(by, other, "merged")
    changed(other, "state", "merged_into", "outcome", "closed_on")
    told(by, other, "merged", step, into=str(case.pk))


@verb
def split(*, by: Actor, case: Case, heard: Iterable[Heard]) -> Case:
    """Make a case of its own of reports that are about something else after all; the clock goes with it."""
    case = locked(case)
    require_case(by, "cases.merge", case)
    held(story.live, case.standing)
    chosen = list(heard)
    if not chosen or any(one.case_id != case.pk for one in chosen) or len(chosen) >= case.heard.count():
        refuse(Misstep("nothing", "heard"))
    own = Case.objects.get(pk=case.pk)
    own.pk = type(own)._meta.pk.get_default()
    own._state.adding = True
    own.split_from, own.public_words, own.reports = case, "", len(chosen)
    named(own, timezone.localdate())
    Heard.objects.filter(pk__in=[one.pk for one in chosen]).update(case=own)
    case.reports = case.heard.count()
    Tenure.objects.create(case=own, office=own.office, why="split", rung=own.rung)
    step = write_step(by, case, "split")
    write_step(by, own, "split")
    changed(case, "reports")
    told(by, own, "split", None, origin=str(case.pk))
    told(by, case, "split_off", step, into=str(own.pk))
    return own
