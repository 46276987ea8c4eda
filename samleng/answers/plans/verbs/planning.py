"""The one plan of a commune and year: opened, filled, worded, adopted, carried over."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import Misstep, Terms
from samleng.answers.actions.verbs import giving
from samleng.answers.plans import rules
from samleng.answers.plans.models import Meeting, Plan, PlanItem, TakenUp
from samleng.answers.plans.reading import of_plan, result_for
from samleng.answers.plans.verbs.links import withdraw_links
from samleng.answers.plans.verbs.meeting import not_ahead, refuse
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.permission import Denied, require
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob
from samleng.kit.words.text import clean

FIRST_YEAR, YEARS_AHEAD = 1990, 5


def locked(plan: Plan) -> Plan:
    """The plan as it is now, held until the transaction ends."""
    return Plan.objects.with_context().select_for_update(of=("self",)).get(pk=plan.pk)


def require_on(by: Actor, name: str, plan: Plan) -> None:
    """The plan's programme, in its place, or the office whose plan it is may do this."""
    if by.may(name, owner=plan.owner_key, path=plan.place.path):
        return
    require(by, name, owner=f"office:{plan.office_id}")


@verb
def open_plan(
    *,
    by: Actor,
    programme: Programme,
    framework: Framework,
    place: Place,
    office: Office,
    year: int,
    number: str = "",
) -> Plan:
    """Open the place's plan of a year, over all its facilities; opened again it is the same plan."""
    require(by, "plans.open", owner={programme.owner_key, office.owner_key}, path=place.path)
    plan, made = found_or_opened(programme, framework, place, office, year, number)
    if made:
        record(
            by=by,
            verb="plans.open_plan",
            thing=plan,
            owner=plan.owner_key,
            facts={"place": place.pk, "year": year, "office": str(office.pk)},
        )
    return plan


def found_or_opened(
    programme: Programme, framework: Framework, place: Place, office: Office, year: int, number: str = ""
) -> tuple[Plan, bool]:
    if place.level != framework.method.plan.level:
        refuse(Misstep("level", "place"))
    last = timezone.localdate().year + YEARS_AHEAD
    if not FIRST_YEAR <= year <= last:
        refuse(Misstep("year_range", "year", first=FIRST_YEAR, last=last))
    plan, made = Plan.objects.get_or_create(
        programme=programme,
        place=place,
        year=year,
        defaults={"framework": framework, "office": office, "number": clean(number)[:40]},
    )
    if plan.framework.code != framework.code:
        refuse(Misstep("other_framework", "framework"))
    return plan, made


@verb
def agree(
    *,
    by: Actor,
    plan: Plan,
    terms: Terms,
    office: Office,
    agreed_on: date | None = None,
    meeting: Meeting | None = None,
    facility: Facility | None = None,
    criterion: str = "",
) -> PlanItem:
    """Take an action into the plan, from a suggestion or new, with its criterion and both results."""
    plan = locked(plan)
    require_on(by, "plans.agree", plan)
    if meeting is not None and (
        meeting.programme_id != plan.programme_id or meeting.place_id != plan.place_id
    ):
        refuse(Misstep("other_meeting", "meeting"))
    if meeting is not None and Meeting.objects.filter(pk=meeting.pk, closed_at__isnull=False).exists():
        refuse(Misstep("closed", "meeting"))
    sides = both_results(meeting, criterion) if meeting is not None and criterion else (None, None)
    agreed_on = agreed_on or (meeting.held_on if meeting is not None else timezone.localdate())
    not_ahead(agreed_on, "agreed_on")
    action = giving.promise(
        by=rules.planner(by),
        programme=plan.programme,
        framework=plan.framework,
        place=plan.place,
        office=office,
        terms=terms,
        agreed_on=agreed_on,
        facility=facility or (meeting.facility if meeting is not None else None),
        criterion=criterion,
        community_result=sides[0],
        provider_result=sides[1],
    )
    return put(by, plan, action, "agree", meeting=meeting)


def both_results(meeting: Meeting, criterion: str) -> tuple[Any, Any]:
    """The community's and the provider's result on a criterion of the table."""
    found = result_for(meeting, "community", criterion), result_for(meeting, "provider", criterion)
    if found == (None, None):
        refuse(Misstep("criterion", "criterion", value=criterion))
    return found


def put(
    by: Actor,
    plan: Plan,
    action: Action,
    name: str,
    *,
    meeting: Meeting | None = None,
    carried_from: Plan | None = None,
) -> PlanItem:
    """The action stands in the plan, last in its part; standing there already it stays where it is."""
    standing = plan.items.filter(action=action).first()
    if standing is not None:
        return standing
    last = plan.items.filter(action__part=action.part).aggregate(last=Max("order"))["last"] or 0
    item = PlanItem.objects.create(
        plan=plan, action=action, meeting=meeting, order=last + 1, carried_from=carried_from
    )
    record(
        by=by,
        verb=f"plans.{name}",
        thing=plan,
        owner=plan.owner_key,
        facts={
            "action": str(action.pk),
            "part": action.part,
            "meeting": str(meeting.pk) if meeting else None,
            "carried_from": str(carried_from.pk) if carried_from else None,
        },
    )
    return item


@verb
def join_action(*, by: Actor, plan: Plan, action: Action) -> PlanItem:
    """Take an action agreed elsewhere into this plan too: it serves this place, and exists once."""
    plan = locked(plan)
    require_on(by, "plans.agree", plan)
    action = Action.objects.select_for_update().get(pk=action.pk)
    if action.programme_id != plan.programme_id:
        refuse(Misstep("other_programme", "action"))
    if not Action.objects.unfinished().filter(pk=action.pk).exists():
        refuse(Misstep("finished", "action"))
    giving.reach(by=rules.planner(by), action=action, place=plan.place)
    return put(by, plan, action, "join_action")


@verb
def place_item(*, by: Actor, item: PlanItem, order: int) -> PlanItem:
    """Move an item to a position, counted from 1, within its part."""
    plan = locked(item.plan)
    require_on(by, "plans.agree", plan)
    part = plan.items.filter(action__part=item.action.part).order_by("order", "id")
    ids = rules.placed([one.pk for one in part], item.pk, order)
    rows = {one.pk: one for one in part}
    for position, pk in enumerate(ids, start=1):
        rows[pk].order = position
    PlanItem.objects.bulk_update(rows.values(), ["order"])
    record(
        by=by,
        verb="plans.place_item",
        thing=plan,
        owner=plan.owner_key,
        facts={"action": str(item.action_id), "order": rows[item.pk].order},
        tell=(),
    )
    return rows[item.pk]


@verb
def reword(
    *, by: Actor, item: PlanItem, terms: Terms, reason: str = "", office: Office | None = None
) -> PlanItem:
    """Word an action better: in place until it is adopted, afterwards by a successor with a reason."""
    plan = locked(item.plan)
    require_on(by, "plans.agree", plan)
    action = Action.objects.select_for_update().get(pk=item.action_id)
    if action.adopted_on is None:
        giving.correct(by=rules.planner(by), action=action, terms=terms, office=office)
    else:
        new = giving.supersede(by=rules.planner(by), action=action, terms=terms, reason=reason, office=office)
        PlanItem.objects.filter(action=action).update(action=new)
        TakenUp.objects.filter(action=action).update(action=new)
        # Whoever holds a link without an account could not open the new wording by it.
        withdraw_links(action)
    return PlanItem.objects.select_related("action", "plan").get(pk=item.pk)


@verb
def adopt(*, by: Actor, plan: Plan, scan: Blob | None, adopted_on: date) -> Plan:
    """The stamped paper is here: the plan is adopted, and its promises bind from that day.

    A later scan adopts what was agreed since; the day of the first adoption stays.
    """
    plan = locked(plan)
    require_on(by, "plans.adopt", plan)
    if scan is None or scan.erased_at is not None or scan.kind != "scan":
        refuse(Misstep("scan", "scan"))
    if scan.owner != plan.owner_key:
        raise Denied
    if plan.scan_id == scan.pk:
        return plan
    not_ahead(adopted_on, "adopted_on")
    actions = list(of_plan(plan).live().order_by("agreed_on"))
    if not actions:
        refuse(Misstep("empty_plan"))
    if adopted_on < actions[0].agreed_on:
        refuse(Misstep("before", "adopted_on"))
    plan.scan, plan.adopted_on = scan, plan.adopted_on or adopted_on
    plan.save(update_fields=["scan", "adopted_on"])
    for action in actions:
        giving.bind(by=rules.planner(by), action=action, on=max(adopted_on, action.agreed_on))
    record(
        by=by,
        verb="plans.adopt",
        thing=plan,
        owner=plan.owner_key,
        facts={"adopted_on": adopted_on.isoformat(), "scan": str(scan.pk), "actions": len(actions)},
    )
    return plan


@verb
def carry_over(*, by: Actor, plan: Plan, year: int | None = None) -> Plan:
    """What is unfinished goes into the next year's plan: the action stays one, the new plan holds it too."""
    plan = locked(plan)
    require_on(by, "plans.carry_over", plan)
    year = year or plan.year + 1
    if year <= plan.year:
        refuse(Misstep("year", "year"))
    following, made = found_or_opened(plan.programme, plan.framework, plan.place, plan.office, year)
    if following.carried_from_id is None:
        following.carried_from = plan
        following.save(update_fields=["carried_from"])
    carried = 0
    for item in plan.items.filter(action__in=Action.objects.unfinished()).order_by("order", "id"):
        before = following.items.filter(action=item.action).exists()
        put(by, following, item.action, "carry_action", carried_from=plan)
        carried += not before
    if made or carried:
        record(
            by=by,
            verb="plans.carry_over",
            thing=following,
            owner=following.owner_key,
            facts={"from": str(plan.pk), "year": year, "actions": carried, "new": made},
        )
    return following


@verb
def number_plan(*, by: Actor, plan: Plan, number: str) -> Plan:
    """Write the office's own reference number on the plan."""
    with transaction.atomic():
        plan = locked(plan)
        require_on(by, "plans.open", plan)
        plan.number = clean(number)[:40]
        plan.save(update_fields=["number"])
        record(by=by, verb="plans.number_plan", thing=plan, owner=plan.owner_key, tell=())
    return plan
