"""Telling people, once each, what waits for them. A notice holds ids and codes, never what was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.actions.rules import ASKED, TAKEN_UP
from samleng.answers.cases.models import Case
from samleng.answers.plans.models import Meeting, Member, Plan
from samleng.doors.postman.models import Notice
from samleng.doors.postman.rules import (
    CATCH_UP,
    FALLS_DUE,
    IS_LATE,
    MOVES,
    TELLINGS,
    UNANSWERED,
    UNCONFIRMED,
    due_reminder,
)
from samleng.doors.postman.verbs.nudging import nudge
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Seat
from samleng.ground.people.rules import ROLES, WATCHERS
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.verbs import done
from samleng.voices.scorecards.models import ChangeRequest, Scorecard

READER = "postman"


def tell(limit: int = 200) -> int:
    """Turn ledger rows not yet told into notices; each person is told each thing once. How many rows."""
    handled = 0
    ids = list(Entry.objects.due_to(READER).values_list("pk", flat=True)[:limit])
    for pk in ids:
        with transaction.atomic():
            entry = (
                Entry.objects.select_for_update(skip_locked=True, of=("self",))
                .due_to(READER)
                .filter(pk=pk)
                .first()
            )
            if entry is None:
                continue
            notify(entry)
            done(reader=READER, entry=entry)
            handled += 1
    return handled


def notify(entry: Entry) -> None:
    telling = TELLINGS.get(entry.verb)
    if entry.verb in MOVES:
        nudge(entry)
    if telling is None:
        return
    thing = apps.get_model(entry.thing_kind)._default_manager.filter(pk=entry.thing_id).first()
    if thing is None:
        return
    people = {person for to in telling.to for person in receivers(to, thing, entry)}
    # Nobody is told what they did themselves.
    people -= {entry.actor.removeprefix("person:")}
    Notice.objects.bulk_create(
        [
            Notice(
                person_id=person,
                key=f"{telling.kind}:{entry.thing_id if telling.once else entry.pk}",
                kind=telling.kind,
                facts=about(entry),
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def about(entry: Entry) -> dict[str, str]:
    """What a notice is about. Whoever is advised may be complained of: of the case they learn nothing."""
    if entry.verb == "cases.recommend":
        return {"thing": "cases.recommendation", "id": str(entry.facts.get("recommendation"))}
    return {"thing": entry.thing_kind, "id": entry.thing_id}


def receivers(to: str, thing: models.Model, entry: Entry) -> Iterable[str]:
    """Ids of the people that a telling means."""
    if to.startswith("seats:"):
        return seats_with(to.removeprefix("seats:"), thing)
    if to == "lead" and isinstance(thing, Scorecard):
        return [str(thing.lead_id)] if thing.lead_id else []
    if to == "asker" and "request" in entry.facts:
        asked = ChangeRequest.objects.filter(pk=entry.facts["request"]).first()
        return [str(asked.asked_by_id)] if asked and asked.asked_by_id else []
    if to == "office":
        return office_people(answering(thing))
    if to == "promiser":
        return office_people(getattr(thing, "office_id", None))
    if to == "judges" and isinstance(thing, Action):
        return judges(thing)
    if to == "member":
        return [str(entry.facts["person"])] if "person" in entry.facts else []
    if to == "next_office":
        return office_people(getattr(thing, "escalated_to_id", None))
    if to == "facility_office" and isinstance(thing, Meeting):
        office = Office.objects.filter(facility=thing.facility_id).first()
        return office_people(office and office.pk, "plans.see_meeting")
    if to == "members":
        return members_of(thing)
    return case_people(to, thing, entry) if isinstance(thing, Case) else []


def case_people(to: str, case: Case, entry: Entry) -> list[str]:
    """Who is told of a case: people of the office that has it now, and never of the one complained of."""
    if to == "given":
        return [str(entry.facts["person"])] if entry.facts.get("person") else []
    if to == "advised":
        return office_people(entry.facts.get("to"), "cases.respond")
    if to == "keeper" and case.assigned_id is not None:
        return [str(case.assigned_id)]
    return office_people(case.office_id, "cases.triage")


def answering(thing: models.Model) -> Any:
    """The office that has to act now: the higher one once it has taken the matter up."""
    if isinstance(thing, Action) and thing.escalation == TAKEN_UP:
        return thing.escalated_to_id
    return getattr(thing, "office_id", None)


def judges(action: Action) -> set[str]:
    """Who may say whether a claim is true: facilitators there and members, never the claiming office."""
    found = {*seats_with("actions.confirm", action), *members_of(action)}
    return found - {*office_people(action.office_id), *office_people(action.escalated_to_id)}


def roles_with(verb: str) -> set[str]:
    return {code for code, role in ROLES.items() if verb in role.verbs}


def seats_with(verb: str, thing: models.Model) -> list[str]:
    """Who holds a seat of the thing's programme with this verb, over the thing's place."""
    # Watchers see the plans they are named on, and are told as members.
    roles = roles_with(verb) - WATCHERS
    place = getattr(thing, "place", None)
    programme: Any = getattr(thing, "programme_id", None)
    seats = Seat.objects.filter(role__in=roles, programme_id=programme, until=None, person__is_active=True)
    if place is not None:
        served = (
            [other.place for other in thing.reaches.select_related("place")]
            if isinstance(thing, Action)
            else []
        )
        around = {pk for one in (place, *served) for pk in one.ancestor_ids}
        seats = seats.filter(area_id__in=around)
    implementer = getattr(thing, "implementer_id", None)
    if implementer:
        seats = seats.filter(Q(implementer=None) | Q(implementer_id=implementer))
    return [str(pk) for pk in seats.values_list("person_id", flat=True).distinct()]


def office_people(office: Any, verb: str = "") -> list[str]:
    """Who sits in an office; with a verb, those whose seat holds it."""
    if not office:
        return []
    seats = Seat.objects.filter(office_id=office, until=None, person__is_active=True)
    if verb:
        seats = seats.filter(role__in=roles_with(verb))
    return [str(pk) for pk in seats.values_list("person_id", flat=True).distinct()]


def members_of(thing: models.Model) -> list[str]:
    members = Member.objects.filter(until=None)
    if isinstance(thing, Plan):
        members = members.filter(plan=thing)
    elif isinstance(thing, Member):
        members = members.filter(pk=thing.pk)
    else:
        members = members.filter(plan__items__action_id=thing.pk)
    return [str(pk) for pk in members.values_list("person_id", flat=True).distinct()]


def remind(limit: int = 5000) -> int:
    """Remind whoever owns a promise's next step, on the days its framework names; how many were reminded."""
    today = timezone.localdate()
    frameworks = {one.pk: one.method.plan.remind_days for one in Framework.objects.all()}
    reach = max((abs(day) for days in frameworks.values() for day in days), default=0) + CATCH_UP
    waits = Q(claimed_on=None, due_on__range=(today - timedelta(days=reach), today + timedelta(days=reach)))
    waits |= Q(claimed_on=None, escalation=ASKED, status_on__gte=today - timedelta(days=reach))
    waits |= Q(claimed_on__gte=today - timedelta(days=reach))
    due = Action.objects.unfinished().filter(waits).select_related("place").order_by("pk")
    made = 0
    for action in due[:limit].iterator(chunk_size=500):
        made += remind_of(action, frameworks[action.framework_id], today)
    return made


def remind_of(action: Action, days: Iterable[int], today: date) -> int:
    """One promise's reminder of today, to whoever has to do something next; how many were not told yet."""
    after = [day for day in days if day > 0]
    if action.claimed_on is not None:
        kind, day = UNCONFIRMED, due_reminder(action.claimed_on, after, today)
    elif action.escalation == ASKED:
        kind, day = UNANSWERED, due_reminder(action.status_on, after, today)
    else:
        day = due_reminder(action.due_on, days, today)
        kind = IS_LATE if day is not None and day > 0 else FALLS_DUE
    if day is None:
        return 0
    people: Iterable[str]
    if kind == UNCONFIRMED:
        people = judges(action)
    else:
        people = office_people(action.escalated_to_id if kind == UNANSWERED else answering(action))
    since = {UNCONFIRMED: action.claimed_on, UNANSWERED: action.status_on}.get(kind, action.due_on)
    rows = [
        Notice(
            person_id=person,
            # The day counted from is part of the key: a promise claimed again is reminded of again.
            key=f"{kind}:{action.pk}:{since}:{day}",
            kind=kind,
            facts={"thing": "actions.action", "id": str(action.pk), "days": day},
        )
        for person in people
    ]
    known = set(Notice.objects.filter(key__in={row.key for row in rows}).values_list("person_id", flat=True))
    fresh = [row for row in rows if UUID(str(row.person_id)) not in known]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@transaction.atomic
def read(*, person_id: str, notice_id: str) -> Notice | None:
    """The person has seen a notice."""
    notice = Notice.objects.filter(pk=notice_id, person_id=person_id).first()
    if notice is not None and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def read_all(*, person_id: str) -> int:
    """The person has seen every notice so far; how many were new."""
    return Notice.objects.filter(person_id=person_id, read_at=None).update(read_at=timezone.now())
