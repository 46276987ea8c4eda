"""A promise moves: progress, the claim that it is done, the verdict of other people, or its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action, Proof, Step
from samleng.answers.actions.rules import Misstep, Witness
from samleng.answers.actions.steps import (
    attach,
    day_of,
    held,
    locked,
    may_judge,
    refuse,
    require_part_in,
    speaks_as,
    standing,
    statuses_of,
    told,
    write_step,
)
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import open_small

# Whoever reviews what a programme has collected also looks at the proofs before everyone may.
SHOW = "scorecards.review"


@verb
def report_progress(
    *,
    by: Actor,
    action: Action,
    status: str = "",
    percent: int | None = None,
    note: str = "",
    proofs: Iterable[Blob] = (),
    on: date | None = None,
) -> Step:
    """Say how far it is: one of the framework's open statuses, a per cent, a note, pictures."""
    action = locked(action)
    require_part_in(by, "actions.report_progress", action)
    moves = bool(status) and status != action.status
    to = held(rules.named, statuses_of(action), status or action.status)
    held(rules.may_report, standing(action), to if moves else None, note)
    percent = held(rules.whole, percent, "percent")
    if percent is not None and percent > 100:
        refuse(Misstep("percent", "percent"))
    on = day_of(action, on)
    step = write_step(by, action, "progress", on, status=to.code, percent=percent, reason=note)
    attach(step, proofs)
    if moves:
        action.status, action.status_on = to.code, on
    action.percent = action.percent if percent is None else percent
    action.save(update_fields=["status", "status_on", "percent"])
    told(by, action, "report_progress", step, percent=action.percent)
    return step


@verb
def claim(
    *, by: Actor, action: Action, proofs: Iterable[Blob] = (), reason: str = "", on: date | None = None
) -> Step:
    """The office says it is done, with something to look at, or words why there is none."""
    action, proofs = locked(action), list(proofs)
    require_part_in(by, "actions.claim", action)
    held(rules.may_claim, standing(action), len(proofs), reason)
    on = day_of(action, on)
    status = rules.claiming(statuses_of(action))
    step = write_step(
        by, action, "claim", on, party=rules.OFFICE, status=action.status, percent=100, reason=reason
    )
    attach(step, proofs)
    action.status, action.status_on, action.claimed_on, action.percent = status.code, on, on, 100
    action.save(update_fields=["status", "status_on", "claimed_on", "percent"])
    told(by, action, "claim", step, proofs=len(proofs))
    return step


@verb
def confirm(
    *,
    by: Actor,
    action: Action,
    verdict: str = rules.FIXED,
    reason: str = "",
    party: str = "",
    on: date | None = None,
) -> Step:
    """Other people than those who claimed say whether it is fixed, half or not.

    `party` "citizens": a facilitator writes down what a meeting of citizens said.
    """
    action = locked(action)
    if not may_judge(by, action):
        raise Denied
    held(rules.may_confirm, standing(action), verdict, reason)
    held(rules.refuse_own, claim_of(action).by, by, action.office_keys)
    on = day_of(action, on)
    party = rules.CITIZENS if party == rules.CITIZENS and not isinstance(by, Witness) else ""
    if (party or speaks_as(by, action)) not in action.framework.method.plan.confirmed_by:
        refuse(Misstep("party"))
    step = write_step(by, action, "verdict", on, party=party, verdict=verdict, reason=reason)
    if verdict == rules.FIXED:
        action.confirmed_on = on
        action.save(update_fields=["confirmed_on"])
    else:
        reopen(action, on)
    told(by, action, "confirm", step, verdict=verdict, party=step.party)
    return step


def claim_of(action: Action) -> Step:
    """The step by which the action is claimed done now."""
    return action.steps.filter(kind="claim").latest("at")


def reopen(action: Action, on: date) -> None:
    """Back to the open status it had before the claim; that it was claimed stays in its steps."""
    before = {status.code: status for status in statuses_of(action)}.get(claim_of(action).status)
    begun = rules.under_way(statuses_of(action))
    first = rules.starting(statuses_of(action))
    status = begun if before is None or before.kind != rules.OPEN or before.code == first.code else before
    action.status, action.status_on = status.code, on
    action.claimed_on = action.confirmed_on = None
    action.save(update_fields=["status", "status_on", "claimed_on", "confirmed_on"])


@verb
def dispute(*, by: Actor, action: Action, reason: str, on: date | None = None) -> Step:
    """What was claimed, or confirmed earlier, does not hold: it is open again, with the reason."""
    action = locked(action)
    if not may_judge(by, action):
        raise Denied
    held(rules.may_dispute, standing(action), reason)
    held(rules.refuse_own, claim_of(action).by, by, action.office_keys)
    on = day_of(action, on)
    step = write_step(by, action, "dispute", on, verdict=rules.NOT, reason=reason)
    reopen(action, on)
    told(by, action, "dispute", step, party=step.party)
    return step


@verb
def drop(*, by: Actor, action: Action, reason: str, on: date | None = None) -> Step:
    """The promise is given up, and people are told why."""
    action = locked(action)
    require_part_in(by, "actions.drop", action)
    held(rules.may_move, standing(action))
    if not reason.strip():
        refuse(Misstep("reason", "reason"))
    on = day_of(action, on)
    status = rules.stopping(statuses_of(action))
    step = write_step(by, action, "drop", on, status=status.code, reason=reason)
    action.status, action.status_on, action.stopped_on = status.code, on, on
    action.claimed_on = None
    action.save(update_fields=["status", "status_on", "stopped_on", "claimed_on"])
    told(by, action, "drop", step)
    return step


@verb
def show_proof(*, by: Actor, proof: Proof, shown: bool = True) -> Proof:
    """After looking at it, let everyone see a proof, or take it back; a Refusal for what cannot be drawn."""
    require_part_in(by, SHOW, proof.step.action)
    proof = (
        Proof.objects.select_for_update(of=("self",)).select_related("blob", "step__action").get(pk=proof.pk)
    )
    if proof.shown == shown:
        return proof
    if shown:
        # It was looked at beside the old words, and only the newest are public.
        held(rules.may_show, standing(proof.step.action))
        open_small(proof.blob)
    proof.shown, proof.shown_at = shown, timezone.now()
    proof.save(update_fields=["shown", "shown_at"])
    told(by, proof.step.action, "show_proof", shown=shown, proof=proof.pk)
    return proof
