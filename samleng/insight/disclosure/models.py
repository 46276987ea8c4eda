"""What anyone may see: figures about people move in releases, each checked against all former ones."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id


class Release(models.Model):
    """A set of figures made public together, of one programme, on one day."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12)
    facility_id = models.UUIDField(null=True, db_index=True)
    meeting_id = models.UUIDField(null=True)
    year = models.PositiveSmallIntegerField()
    sample = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting_id"], name="meeting_released_once")]
        indexes = [models.Index(fields=["kind", "year", "at"])]


class Figure(models.Model):
    """One published figure: n, central value, and as much of the distribution as is safe."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="figures")
    place_id = models.BigIntegerField(db_index=True)
    facility_id = models.UUIDField(null=True)
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    text = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    # "full" five classes, "classes" three, "median" only, "stated" a small team's own position, "hidden".
    form = models.CharField(max_length=10)
    n = models.PositiveBigIntegerField(null=True)
    cards = models.PositiveIntegerField(null=True)
    central_milli = models.IntegerField(null=True)
    distribution = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["release", "place_id", "service", "order"]), models.Index(fields=["facility_id"])]


class PublicPlace(models.Model):
    """The front of a place: which release speaks for it now, counted when a release or promise moves."""

    place_id = models.BigIntegerField(primary_key=True)
    programmes = models.JSONField(default=list)
    facilities = models.PositiveIntegerField(default=0)
    sample = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
