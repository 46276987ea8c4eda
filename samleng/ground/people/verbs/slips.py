"""Slips by the hundred: what `keys.enrol` does for one person, in few statements for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils import timezone

from samleng.ground.people.models import Enrolment, Person, Seat
from samleng.ground.people.verbs.keys import Slip, fresh_slip, no_field_role, require_keys_of
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record_many, verb

BATCH = 500


@verb
def enrol_many(
    *,
    by: Actor,
    people: Sequence[Person],
    progress: Callable[[int, int], None] | None = None,
) -> list[tuple[Person, Slip]]:
    """Make a slip for one phone of each person, all or none; their slips not yet opened stop working."""
    seats = Seat.objects.live().facts_of(people)
    fields = {person.pk: [seat for seat in seats[person.pk] if not seat.rights.staff] for person in people}
    for person in people:
        require_keys_of(by, person, "people.enrol", tuple(fields[person.pk]))
        if not fields[person.pk]:
            raise no_field_role()
    now = timezone.now()
    made = []
    for number, person in enumerate(people, 1):
        made.append((person, fresh_slip(person, now)))
        if progress and (number % 100 == 0 or number == len(people)):
            progress(number, len(people))
    for start in range(0, len(people), BATCH):
        some = [person.pk for person in people[start : start + BATCH]]
        waiting = Enrolment.objects.filter(person__in=some, used_at=None, withdrawn_at=None)
        waiting.update(withdrawn_at=now)
    Enrolment.objects.bulk_create([slip.enrolment for _person, slip in made], batch_size=BATCH)
    record_many(
        by=by,
        rows=[
            (
                "people.enrol",
                person,
                fields[person.pk][0].owner,
                {"enrolment": str(slip.enrolment.pk)},
            )
            for person, slip in made
        ],
    )
    return made
