"""Telling people, once each, what waits for them. A notice holds ids and codes, never what was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Member, Plan
from samleng.doors.postman.models import Notice
from samleng.doors.postman.rules import REMINDERS, TELLINGS
from samleng.ground.people.models import Seat
from samleng.ground.people.rules import ROLES
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
                key=f"{telling.kind}:{entry.pk}",
                kind=telling.kind,
                facts={"thing": entry.thing_kind, "id": entry.thing_id},
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


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
        return office_people(getattr(thing, "office_id", None))
    if to == "next_office":
        return office_people(getattr(thing, "escalated_to_id", None))
    if to == "members":
        return members_of(thing)
    return []


def seats_with(verb: str, thing: models.Model) -> list[str]:
    """Who holds a seat of the thing's programme with this verb, over the thing's place."""
    roles = [code for code, role in ROLES.items() if verb in role.verbs]
    place = getattr(thing, "place", None)
    programme: Any = getattr(thing, "programme_id", None)
    seats = Seat.objects.filter(role__in=roles, programme_id=programme, until=None, person__is_active=True)
    if place is not None:
        seats = seats.filter(area_id__in=place.ancestor_ids)
    implementer = getattr(thing, "implementer_id", None)
    if implementer:
        seats = seats.filter(Q(implementer=None) | Q(implementer_id=implementer))
    return [str(pk) for pk in seats.values_list("person_id", flat=True).distinct()]


def office_people(office: Any) -> list[str]:
    if not office:
        return []
    seats = Seat.objects.filter(office_id=office, until=None, person__is_active=True)
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
    """Remind offices of promises that fall due or are late, on the days named; how many were reminded."""
    today = timezone.localdate()
    reminded = 0
    for days in REMINDERS:
        due = Action.objects.filter(due_on=today - timedelta(days=days), claimed_on=None)
        for action in due.order_by("pk")[:limit]:
            if not is_open(action):
                continue
            kind = "promise_falls_due" if days <= 0 else "promise_is_late"
            people = office_people(action.escalated_to_id or action.office_id)
            Notice.objects.bulk_create(
                [
                    Notice(
                        person_id=person,
                        key=f"{kind}:{action.pk}:{days}",
                        kind=kind,
                        facts={"thing": "actions.action", "id": str(action.pk), "days": days},
                    )
                    for person in people
                ],
                ignore_conflicts=True,
            )
            reminded += len(people)
    return reminded


def is_open(action: Action) -> bool:
    """Whether the promise still waits, by the statuses of its framework."""
    statuses = {status.code: status.kind for status in action.framework.method.plan.statuses}
    return statuses.get(action.status) == "open"


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
