"""Figures projected from the ledger: summed once as things happen, never by grouping rows on a page."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.ground.places.models import Place


class Standing(models.TextChoices):
    """Completed cards count in public; submitted ones are shown, marked, to those with a right to them."""

    SUBMITTED = "submitted"
    COMPLETED = "completed"


class ScoreFact(models.Model):
    """A result as projected, so that a superseded one can be taken out of the sums again."""

    result_id = models.BigIntegerField(primary_key=True)
    sheet_id = models.UUIDField()
    scorecard_id = models.UUIDField(db_index=True)
    programme_id = models.UUIDField()
    facility_id = models.UUIDField(db_index=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    # Which points the histogram counts on; counts on different scales are never added.
    scale = models.CharField(max_length=200)
    # Raised in one meeting only: it has no meaning elsewhere, so it is in no sum.
    custom = models.BooleanField(default=False)
    histogram = models.JSONField()
    n = models.PositiveIntegerField()
    central_milli = models.IntegerField(null=True)
    standing = models.CharField(max_length=10, choices=Standing.choices)

    class Meta:
        indexes = [models.Index(fields=["programme_id", "year", "service", "side", "criterion"])]


class ScoreCell(models.Model):
    """The kept cube: one sum per place (and each place above it), year, service, side and criterion."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    programme_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    scale = models.CharField(max_length=200)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    histogram = models.JSONField(default=list)
    n = models.PositiveBigIntegerField(default=0)
    cards = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "place",
                    "programme_id",
                    "year",
                    "service",
                    "side",
                    "criterion",
                    "scale",
                    "standing",
                ],
                name="score_cell_once",
            )
        ]


class PromiseFact(models.Model):
    """A promise as projected: where it was counted and under which status."""

    action_id = models.UUIDField(primary_key=True)
    programme_id = models.UUIDField()
    facility_id = models.UUIDField(null=True, db_index=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=4)
    status = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    escalated = models.BooleanField(default=False)
    # Its meeting is closed or its plan adopted; before that it is a draft and counts nowhere.
    settled = models.BooleanField(default=False)
    # Still owed after its date; moved by the calendar, not by the ledger.
    overdue = models.BooleanField(default=False)
    owed = models.BooleanField(default=True)
    agreed_on = models.DateField()
    due_on = models.DateField()
    claimed_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["owed", "overdue", "due_on"])]


class PromiseSpot(models.Model):
    """A place a promise is counted at: where it was agreed and every further place it serves."""

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(PromiseFact, models.CASCADE, related_name="spots")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "place"], name="promise_spot_once")]


class PromiseCell(models.Model):
    """Counts of promises per place (and each place above it), year and status; no secret, always live."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    programme_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=4)
    status = models.CharField(max_length=20)
    promises = models.IntegerField(default=0)
    claimed = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    escalated = models.IntegerField(default=0)
    stopped = models.IntegerField(default=0)
    within_6_months = models.IntegerField(default=0)
    within_12_months = models.IntegerField(default=0)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "programme_id", "year", "part", "status"], name="promise_cell_once"
            )
        ]
