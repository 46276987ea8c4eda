"""What every verb of a promise does first and last: a file of its own because the rules know no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NoReturn

from django.utils import timezone

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action, Proof, Step
from samleng.answers.actions.rules import Misstep, Standing, Witness
from samleng.answers.actions.wording import WHY
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record
from samleng.kit.media.models import Blob
from samleng.kit.words.missteps import holder, refusal_of
from samleng.kit.words.text import clean


def refuse(step: Misstep) -> NoReturn:
    """Say a broken rule to people, at its field."""
    raise refusal_of(step, WHY) from step


held = holder(WHY)


def locked(action: Action) -> Action:
    """The action as it is now, held until the transaction ends."""
    return Action.objects.with_context().select_for_update(of=("self",)).get(pk=action.pk)


def statuses_of(action: Action) -> Sequence[Any]:
    return action.framework.method.plan.statuses


def standing(action: Action) -> Standing:
    """Where the action stands, for the rules and for pages."""
    kind = "open"
    if action.stopped_on is not None:
        kind = "stopped"
    elif action.claimed_on is not None:
        kind = "done"
    return Standing(
        kind=kind,
        claimed_on=action.claimed_on,
        confirmed_on=action.confirmed_on,
        superseded=Action.objects.filter(supersedes=action).exists(),
        escalation=action.escalation,
    )


def has_part_in(by: Actor, name: str, action: Action) -> bool:
    """Whether the action's programme (in the place) or the offices that answer for it may do this."""
    # An office's promise is its own wherever it lies: a health centre serves communes beside its own.
    if by.may(name, owner=action.office_keys):
        return True
    paths = [action.place.path, *action.reaches.values_list("place__path", flat=True)]
    return any(by.may(name, owner=action.owner_key, path=path) for path in paths)


def require_part_in(by: Actor, name: str, action: Action) -> None:
    """As `has_part_in`, and Denied if not."""
    if not has_part_in(by, name, action):
        raise Denied


def may_judge(by: Actor, action: Action) -> bool:
    """Whether they may say if a claim is true: with a part in it, and not only by watching other plans."""
    watches = rules.only_watches(by, action.owner_key, action.place.path)
    return has_part_in(by, "actions.confirm", action) and not watches


def speaks_as(by: Actor, action: Action) -> str:
    """Whose voice a step is: the office's that answers, a member's, or the facilitator's."""
    if isinstance(by, Witness):
        return by.role
    owners = {by.owner} | ({seat.owner for seat in by.seats} if isinstance(by, Acting) else set())
    return rules.OFFICE if owners & action.office_keys else getattr(by, "party", rules.FACILITATOR)


def day_of(action: Action, on: date | None, field: str = "on") -> date:
    """The day a step is dated: today unless said, never before the promise nor in the future."""
    today = max(timezone.localdate(), action.agreed_on)
    if on is None:
        return today
    if on < action.agreed_on or on > timezone.localdate():
        refuse(Misstep("day", field))
    return on


def write_step(by: Actor, action: Action, kind: str, on: date, party: str = "", **facts: Any) -> Step:
    """One step of the action's story; `facts` are status, percent, verdict and reason."""
    facts["reason"] = clean(facts.get("reason", ""))
    return Step.objects.create(
        action=action, kind=kind, on=on, by=by.key, party=party or speaks_as(by, action), **facts
    )


def attach(step: Step, proofs: Iterable[Blob]) -> list[Proof]:
    """Hang proofs on a step; each must be a file of the action's own programme that is still kept."""
    kept = []
    for blob in proofs:
        if blob.owner != step.action.owner_key or blob.erased_at is not None:
            raise Denied
        kept.append(Proof.objects.get_or_create(step=step, blob=blob)[0])
    return kept


def told(by: Actor, action: Action, name: str, step: Step | None = None, **facts: Any) -> None:
    """One ledger row about the action; texts only as a salted hash."""
    if step is not None:
        facts["step"] = str(step.pk)
    record(
        by=by,
        verb=f"actions.{name}",
        thing=action,
        owner=action.owner_key,
        facts={"status": action.status, "office": str(action.office_id), **facts},
        content=step.reason if step is not None and step.reason else None,
    )
