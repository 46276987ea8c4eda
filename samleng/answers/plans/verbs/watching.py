"""Who watches over a plan, and what they say about its promises."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from samleng.answers.actions import rules as promises
from samleng.answers.actions.models import Action, Step
from samleng.answers.actions.rules import Misstep, Witness
from samleng.answers.actions.verbs import following
from samleng.answers.plans import rules
from samleng.answers.plans.models import Member, Plan
from samleng.answers.plans.verbs.meeting import refuse
from samleng.answers.plans.verbs.planning import locked, require_on
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb


@verb
def appoint(*, by: Actor, plan: Plan, person: Person, role: str, since: date | None = None) -> Member:
    """Somebody joins the plan's monitoring committee, or becomes its community ambassador."""
    plan = locked(plan)
    require_on(by, "plans.appoint", plan)
    if role not in rules.MEMBER_ROLES:
        refuse(Misstep("role", "role", value=role))
    since = since or timezone.localdate()
    member = Member.objects.filter(plan=plan, person=person, until=None).first()
    if member is not None and member.role == role:
        return member
    if member is not None:
        dismiss(by=by, member=member, on=since)
    member = Member.objects.create(plan=plan, person=person, role=role, since=since)
    record(
        by=by,
        verb="plans.appoint",
        thing=plan,
        owner=plan.owner_key,
        facts={"member": str(member.pk), "person": str(person.pk), "role": role},
    )
    return member


@verb
def dismiss(*, by: Actor, member: Member, on: date | None = None) -> Member:
    """Somebody watches over the plan no longer; what they said stays."""
    plan = locked(member.plan)
    require_on(by, "plans.appoint", plan)
    if member.until is None:
        member.until = on or timezone.localdate()
        member.save(update_fields=["until"])
        record(
            by=by,
            verb="plans.dismiss",
            thing=plan,
            owner=plan.owner_key,
            facts={"member": str(member.pk), "person": str(member.person_id), "role": member.role},
            tell=(),
        )
    return member


def witness(by: Actor, action: Action) -> Witness:
    """Somebody as a member of a plan that holds the action; Denied if they are none."""
    if not isinstance(by, Acting):
        raise Denied
    today = timezone.localdate()
    live = Member.objects.live(today).filter(person_id=by.person, plan__items__action=action)
    member = live.order_by("since", "id").first()
    if member is None:
        raise Denied
    return Witness(key=by.key, owner=by.owner, via=by.via, person=by.person, seats=by.seats, role=member.role)


@verb
def confirm(
    *,
    by: Actor,
    action: Action,
    verdict: str = promises.FIXED,
    reason: str = "",
    on: date | None = None,
) -> Step:
    """A member of the committee or an ambassador says whether a claimed action is fixed, half or not."""
    spoken: Step = following.confirm(
        by=witness(by, action), action=action, verdict=verdict, reason=reason, on=on
    )
    return spoken


@verb
def dispute(*, by: Actor, action: Action, reason: str, on: date | None = None) -> Step:
    """A member says that what was claimed or confirmed does not hold."""
    spoken: Step = following.dispute(by=witness(by, action), action=action, reason=reason, on=on)
    return spoken
