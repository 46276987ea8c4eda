"""A meeting's voice: the scorecard, the lines written on it, and what lasts of them.

A line never changes: a correction is a later line that supersedes it. What a card shows is folded
from its lines by `rules.fold`, the same on a phone and here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Implementer, Office, Programme
from samleng.ground.people.models import Device, Person
from samleng.ground.people.rules import Acting, scope_of
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob


class Round(models.Model):
    """A programme's cycle (a year or half-year) by one pinned version of a framework."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "framework", "year", "cycle"], name="round_once")
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.cycle}"


class Batch(models.Model):
    """One planning file and what became of it."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    planned = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class State(models.TextChoices):
    PLANNED = "planned"
    RUNNING = "running"
    IN_REVIEW = "in_review"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Side(models.TextChoices):
    COMMUNITY = "community"
    PROVIDER = "provider"


class ScorecardQuerySet(ScopedQuerySet["Scorecard"]):
    implementer_field = "implementer"

    def open(self) -> ScorecardQuerySet:
        return self.exclude(state__in=[State.COMPLETED, State.CANCELLED])

    def with_context(self) -> ScorecardQuerySet:
        return self.select_related(
            "round__framework", "programme", "facility__service", "place__kind", "place__parent", "lead"
        )

    def writable(self, by: Acting) -> ScorecardQuerySet:
        """Cards somebody may hold: of their programme and area, and their own facility's self-assessment."""
        mine = self.within(scope_of(by, "scorecards.write_line"))
        offices = scope_of(by, "scorecards.assess_self").offices
        if not offices:
            return mine
        facilities = Office.objects.filter(pk__in=offices).values("facility_id")
        own = self.filter(side=Side.PROVIDER, facility_id__in=facilities)
        return self.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=own.values("pk")))

    def in_lists(self) -> ScorecardQuerySet:
        """With what a line of a list says; a method's whole text is not read for every line."""
        return self.with_context().defer("round__framework__body")


class Scorecard(models.Model):
    """One meeting's card: a facility, a side (community or provider), a round.

    Self-assessment is the same card with side "provider". The 6-digit code finds it, never opens it.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="scorecards")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    implementer = models.ForeignKey(Implementer, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="scorecards")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    code = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    planned_from = models.DateField()
    planned_to = models.DateField()
    held_on = models.DateField(null=True)
    # The day it first came in: a meeting held on paper is typed in later, and a correction changes nothing.
    entered_on = models.DateField(null=True)
    lead = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    # The phone or browser that may write now; another takes over by a verb, never by chance.
    holder = models.CharField(max_length=60, blank=True)
    planned_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    lines_erased_at = models.DateTimeField(null=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                condition=~Q(state__in=["completed", "cancelled"]),
                name="join_code_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(planned_to__gte=F("planned_from")), name="planned_dates_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "planned_from"]),
            models.Index(fields=["facility", "round"]),
            models.Index(fields=["lead", "state"]),
            models.Index(fields=["place", "state"]),
        ]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"

    @property
    def days_late(self) -> int:
        """How many days after the meeting it came in; 0 as long as one of the two is not known."""
        return (self.entered_on - self.held_on).days if self.entered_on and self.held_on else 0

    def __str__(self) -> str:
        return f"scorecard {self.code}"


class Line(models.Model):
    """One thing written on a card: a person present, a criterion raised, a ballot, counts, a reflection.

    Append-only; `uid` is made by the client, so a line sent twice, by two phones or after a crash
    counts once. Lines about people are erased when the programme's days have passed.
    """

    id = models.BigAutoField(primary_key=True)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="lines")
    uid = models.UUIDField()
    kind = models.CharField(max_length=16)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    # When the client says it was written; clocks of phones may be wrong, so it only orders and informs.
    written_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    writer = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scorecard", "uid"], name="line_once")]
        indexes = [models.Index(fields=["scorecard", "id"])]


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def waiting(self) -> ParcelQuerySet:
        """Kept, and not yet all on the card; what retention has emptied waits for nothing."""
        return self.filter(opened_at=None, scorecard__lines_erased_at=None)

    def refused(self) -> ParcelQuerySet:
        """Those that could not be opened when last tried, oldest first: for their phone and the reviewer."""
        return self.filter(opened_at=None, refused_at__isnull=False).order_by("received_at", "id")


class Parcel(models.Model):
    """What a phone sent in one request, kept as it came until its lines are on the card.

    Its `uid` is the client's, unique for an owner: the same again is the same parcel, other content under
    it a conflict. One that can no longer be opened stays, with the reasons, until retention empties it.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    owner = models.CharField(max_length=60)
    uid = models.UUIDField()
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="parcels")
    # Nobody looks parcels up by these two: two indexes less to write.
    writer = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", db_index=False)
    # Canonical JSON, or sealed bytes when `key` says which key opens them; empty once the lines hold it all.
    body = models.BinaryField()
    key = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    # [{"message": {"km": ...}, "remedy": {...}, "field", "row", "code"}]: told later, in any language.
    refused = models.JSONField(default=list)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "uid"], name="parcel_once_per_owner")]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(opened_at=None), name="parcels_waiting"),
        ]


class Photo(models.Model):
    """A picture of the flip-chart, shown beside the figures in review; never public."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="photos")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    # The name a phone gave it; a photo brought in the browser has none.
    uid = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "blob"], name="photo_once"),
            models.UniqueConstraint(fields=["scorecard", "uid"], name="photo_uid_once"),
        ]


class Recording(models.Model):
    """What somebody said instead of writing it, for lines that name it by its uid; never public.

    It may come before or after its lines, so no row ties the two: they are read together.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="recordings")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    uid = models.UUIDField()
    # The criterion it was recorded for, as the phone says; what a line says of it counts more.
    criterion = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scorecard", "uid"], name="recording_once")]


class Sheet(models.Model):
    """What was submitted, as counted: participation and checks. A later sheet supersedes an earlier one."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="sheets")
    number = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    # {"people": n, "cells": {"female/15-30": n}, "groups": {"disability": n}}
    participation = models.JSONField(default=dict)
    # [{"code", "passed", "params"}], and what review should look at: uniform or impossibly fast votes.
    checks = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    lines_digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scorecard", "number"], name="sheet_number_once")]


class Result(models.Model):
    """The lasting truth of a priority criterion: histograms per (sex x age band) and special group.

    `cells` = {"female/15-30": [n per scale point]}, `groups` = {"disability": [...]}; counts typed
    for a whole room stand under "all". Central value in thousandths, exact for halves.
    """

    id = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="results")
    order = models.PositiveSmallIntegerField()
    criterion = models.CharField(max_length=60)
    text = models.JSONField(default=dict)
    theme = models.CharField(max_length=40, blank=True)
    custom = models.BooleanField(default=False)
    raised_by = models.PositiveIntegerField(default=0)
    histogram = models.JSONField(default=list)
    cells = models.JSONField(default=dict)
    groups = models.JSONField(default=dict)
    n = models.PositiveIntegerField()
    central_milli = models.IntegerField(null=True)
    strengths = models.JSONField(default=list)
    weaknesses = models.JSONField(default=list)
    suggestions = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="criterion_once_a_sheet"),
            models.UniqueConstraint(fields=["sheet", "order"], name="order_once_a_sheet"),
        ]


class Mark(models.Model):
    """One field that the reviewer of a sheet asks to be looked at again, and why; it blames nobody.

    `field` is of `rules.marks`. Lines with an id above `after` came later and may answer it; what did
    is written down when the card is sent in again: the line's or photo's uid, its time, words if any.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="marks")
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="marks")
    field = models.CharField(max_length=120, blank=True)
    reason = models.TextField()
    after = models.BigIntegerField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "field"], name="field_marked_once_a_sheet"),
            models.CheckConstraint(
                condition=Q(answered_by="", answered_at=None)
                | (~Q(answered_by="") & Q(answered_at__isnull=False)),
                name="answer_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["scorecard", "at"])]


class RequestKind(models.TextChoices):
    CHANGE = "change"
    UNLOCK = "unlock"


class ChangeRequest(models.Model):
    """An implementer asks to change a plan's facts or to unlock a completed card, with a reason."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    changes = models.JSONField(default=dict)
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "kind"], condition=Q(decided_at=None), name="one_open_request_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, approved=None)
                | Q(decided_at__isnull=False, approved__isnull=False),
                name="decision_is_whole",
            ),
        ]
