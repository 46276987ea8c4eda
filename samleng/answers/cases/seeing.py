"""Which cases somebody may see: the reads that every list, page and verb of a case begins with."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from samleng.answers.cases.rules.story import LIVE, OPEN
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting, is_system
from samleng.kit.ledger.rules import Actor

if TYPE_CHECKING:
    from samleng.answers.cases.models import Case  # noqa: F401  named in a string

PUBLIC = "public"
# Whoever decides whose a case is must see it; a custodian opens identities, and nothing else.
SEES_SEALED = frozenset({"cases.triage", "cases.identity"})
# The doors at which an office writes down itself what somebody says.
TAKEN_IN = (COUNTER, LETTER) = ("counter", "letter")


def not_about(by: Acting) -> Q:
    """Who sits in two offices must not read through the one what is said about the other."""
    theirs = [seat.office for seat in by.seats if seat.office]
    return Q(exposure=PUBLIC) | Q(about=None) | ~Q(about_id__in=theirs)


class CaseQuerySet(models.QuerySet["Case"]):
    def seen_by(self, by: Actor, right: str = "cases.see") -> CaseQuerySet:
        """The cases somebody may read: their office's public ones, and of the sealed ones those they
        triage or are assigned to. Nothing about an office they sit in, by whatever seat, unless it is public.
        """
        if is_system(by):
            return self
        if not isinstance(by, Acting):
            return self.none()
        own = not_about(by)
        # Joined by "or" only where somebody sits in several offices: one office is one walk of an index.
        opened: list[Q] = []
        for seat in by.seats:
            if seat.office is None or right not in seat.rights.verbs:
                continue
            part = Q(exposure=PUBLIC) | Q(assigned_id=by.person)
            if SEES_SEALED & seat.rights.verbs:
                part = Q()
            opened.append(Q(office_id=seat.office) & part & own)
        return self.filter(reduce(or_, opened)) if opened else self.none()

    def taken_in_at(self, office: Office, by: Acting) -> CaseQuerySet:
        """What came to an office over its counter or by letter, wherever it is now: for a list of numbers
        alone, since it may be sealed from who reads them. Nothing about an office they sit in.
        """
        came = self.filter(heard__how="opened", heard__report__door__in=TAKEN_IN)
        return came.filter(not_about(by), tenures__office=office, tenures__why="opened")

    def open(self) -> CaseQuerySet:
        return self.filter(state__in=OPEN)

    def live(self) -> CaseQuerySet:
        return self.filter(state__in=LIVE)

    def overdue(self, today: date) -> CaseQuerySet:
        """Open cases whose next day has passed; one that is paused is not late."""
        return self.filter(state__in=OPEN, paused_on=None, next_due__lt=today)

    def with_context(self) -> CaseQuerySet:
        return self.select_related("catalogue", "place__kind", "office__kind", "service", "assigned")
