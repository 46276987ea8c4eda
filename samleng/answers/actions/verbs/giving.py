"""A promise is given, worded better, bound by adoption, paid for, or given a later day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from samleng.answers.actions import rules
from samleng.answers.actions.models import Action, Reach, Step
from samleng.answers.actions.rules import Misstep, Terms
from samleng.answers.actions.steps import (
    day_of,
    held,
    locked,
    refuse,
    require_part_in,
    standing,
    told,
    write_step,
)
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.permission import require
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.words.text import check_words, clean
from samleng.voices.scorecards.models import Result


def worded(terms: Terms, framework: Framework) -> dict[str, Any]:
    """The terms as fields of an action, words and figures checked."""
    plan = framework.method.plan
    fields: dict[str, Any] = held(
        rules.checked, terms, [part.code for part in plan.parts], [c.code for c in plan.categories]
    )
    fields["text"] = check_words(terms.text, (), field="text", longest=600)
    if not fields["text"]:
        refuse(Misstep("text", "text"))
    fields["goal"] = check_words(terms.goal, (), field="goal", longest=300)
    fields["role"] = check_words(terms.role, (), field="role", longest=200)
    for name, most in (
        ("proposer", 120),
        ("location", 200),
        ("partners", 200),
        ("unit", 60),
        ("funding_source", 120),
    ):
        fields[name] = clean(fields[name])
        if len(fields[name]) > most:
            refuse(Misstep("long", name, most=most))
    return fields


@verb
def promise(
    *,
    by: Actor,
    programme: Programme,
    framework: Framework,
    place: Place,
    office: Office,
    terms: Terms,
    agreed_on: date,
    facility: Facility | None = None,
    criterion: str = "",
    community_result: Result | None = None,
    provider_result: Result | None = None,
    reaches: Iterable[Place] = (),
) -> Action:
    """An office promises something to the people of a place. `reaches` are other places it serves."""
    require(by, "actions.promise", owner={programme.owner_key, office.owner_key}, path=place.path)
    status = rules.starting(framework.method.plan.statuses)
    action = Action.objects.create(
        programme=programme,
        framework=framework,
        facility=facility,
        place=place,
        office=office,
        criterion=criterion,
        community_result=community_result,
        provider_result=provider_result,
        status=status.code,
        status_on=agreed_on,
        agreed_on=agreed_on,
        first_due_on=terms.due_on,
        **worded(terms, framework),
    )
    for other in reaches:
        if other.pk != place.pk:
            Reach.objects.get_or_create(action=action, place=other)
    told(by, action, "promise", place=place.pk, part=action.part, due_on=action.due_on.isoformat())
    return action


@verb
def reach(*, by: Actor, action: Action, place: Place) -> Action:
    """The action serves this place too; it still exists once."""
    action = locked(action)
    require(by, "actions.promise", owner=action.owner_key, path=place.path)
    if place.pk != action.place_id and Reach.objects.get_or_create(action=action, place=place)[1]:
        told(by, action, "reach", place=place.pk)
    return action


@verb
def correct(*, by: Actor, action: Action, terms: Terms, office: Office | None = None) -> Action:
    """Word a promise better while no plan that holds it is adopted."""
    action = locked(action)
    require_part_in(by, "actions.promise", action)
    held(rules.may_move, standing(action))
    if action.adopted_on is not None:
        refuse(Misstep("adopted"))
    for name, value in worded(terms, action.framework).items():
        setattr(action, name, value)
    action.office = office or action.office
    action.first_due_on = action.due_on
    action.save()
    told(by, action, "correct", due_on=action.due_on.isoformat())
    return action


@verb
def supersede(
    *, by: Actor, action: Action, terms: Terms, reason: str, office: Office | None = None
) -> Action:
    """Word an adopted promise anew: a successor stands for it, its clock and its scores unchanged."""
    old = locked(action)
    require_part_in(by, "actions.promise", old)
    held(rules.may_move, standing(old))
    if old.claimed_on is not None:
        refuse(Misstep("claimed"))
    if not reason.strip():
        refuse(Misstep("reason", "reason"))
    fields = worded(terms, old.framework)
    kept: tuple[str, ...] = (
        "programme",
        "framework",
        "facility",
        "place",
        "criterion",
        "community_result",
        "provider_result",
    )
    kept += ("status", "status_on", "percent", "escalated_to", "escalation", "agreed_on", "adopted_on")
    new = Action.objects.create(
        **{name: getattr(old, name) for name in (*kept, "first_due_on")},
        **fields,
        office=office or old.office,
        supersedes=old,
    )
    Reach.objects.bulk_create(Reach(action=new, place_id=other.place_id) for other in old.reaches.all())
    step = write_step(by, new, "reword", day_of(new, None), reason=reason)
    told(by, new, "supersede", step, supersedes=str(old.pk), due_on=new.due_on.isoformat())
    return new


@verb
def bind(*, by: Actor, action: Action, on: date) -> Action:
    """The promise stands in an adopted plan from this day; the first adoption counts."""
    action = locked(action)
    # Asked as the plan's own verb asks it: whoever may adopt a plan binds what stands in it.
    require_part_in(by, "plans.adopt", action)
    if action.adopted_on is None:
        action.adopted_on = on
        action.save(update_fields=["adopted_on"])
        told(by, action, "bind", on=on.isoformat())
    return action


@verb
def secure_funding(
    *, by: Actor, action: Action, source: str, amount: Any = None, secured: bool = True
) -> Action:
    """Money was found (or fell away): from where, how much, and whether it is sure."""
    action = locked(action)
    require_part_in(by, "actions.secure_funding", action)
    held(rules.may_move, standing(action))
    source = clean(source)
    if not source:
        refuse(Misstep("source", "source"))
    if len(source) > 120:
        refuse(Misstep("long", "source", most=120))
    action.funding_source, action.funding_secured = source, secured
    action.funding_amount = held(rules.whole, amount, "amount")
    action.save(update_fields=["funding_source", "funding_secured", "funding_amount"])
    told(by, action, "secure_funding", secured=secured, amount=action.funding_amount)
    return action


@verb
def extend(*, by: Actor, action: Action, due_on: date, reason: str) -> Step:
    """Give a promise a later day; the first one stays beside it."""
    action = locked(action)
    require_part_in(by, "actions.promise", action)
    held(rules.may_move, standing(action))
    if action.claimed_on is not None:
        refuse(Misstep("claimed"))
    if due_on <= action.due_on:
        refuse(Misstep("later", "due_on"))
    if not reason.strip():
        refuse(Misstep("reason", "reason"))
    step = write_step(by, action, "extend", day_of(action, None), reason=reason)
    before, action.due_on = action.due_on, due_on
    action.save(update_fields=["due_on"])
    told(by, action, "extend", step, before=before.isoformat(), due_on=due_on.isoformat())
    return step
