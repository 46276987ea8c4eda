"""What anyone may see: figures about people move in releases, each checked against all former ones."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id


class ReleaseQuerySet(models.QuerySet["Release"]):
    def standing(self) -> ReleaseQuerySet:
        """Those not taken back. What was taken back still counts as known in every later check."""
        return self.filter(withdrawn_at=None)

    def newest_first(self) -> ReleaseQuerySet:
        return self.order_by("-year", "-cycle", "-at")


class Release(models.Model):
    """A set of figures made public together, of one programme, on one day."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme_id = models.UUIDField(db_index=True)
    # "meeting": one facility's figures; "sums": those of all places of the programme.
    kind = models.CharField(max_length=12)
    facility_id = models.UUIDField(null=True)
    meeting_id = models.UUIDField(null=True)
    place_id = models.BigIntegerField(null=True, db_index=True)
    # A correction of the same meeting is released again under the next number.
    number = models.PositiveSmallIntegerField(default=1)
    year = models.PositiveSmallIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)
    held_on = models.DateField(null=True)
    framework_id = models.CharField(max_length=40, blank=True)
    # The facility's own words about it, as they stood when the figures became public.
    reply = models.JSONField(default=dict)
    sample = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting_id", "number"], name="meeting_released_once")]
        indexes = [
            models.Index(fields=["kind", "programme_id", "year", "at"]),
            # Longer than the one above: SQLite, which knows no numbers of rows, takes the longest that fits.
            models.Index(fields=["facility_id", "kind", "programme_id"]),
        ]


class Counted(models.Model):
    """A sheet whose answers stand in a release: who knows the release knows a sum over these."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="counted")
    sheet_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "sheet_id"], name="sheet_counted_once")]
        # "Was this card ever told of?" is asked at every release.
        indexes = [models.Index(fields=["sheet_id"])]


class Figure(models.Model):
    """One published figure: n, central value, and as much of the distribution as is safe."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="figures")
    place_id = models.BigIntegerField(db_index=True)
    facility_id = models.UUIDField(null=True)
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    scale = models.CharField(max_length=200)
    text = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    # "full" every point of the scale, "classes" a few, "median" only, "stated" a small team's own
    # position, "hidden".
    form = models.CharField(max_length=10)
    n = models.PositiveBigIntegerField(null=True)
    cards = models.PositiveIntegerField(null=True)
    central_milli = models.IntegerField(null=True)
    distribution = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    # Too few people were added since: the former figure goes on speaking, with what it counted.
    held_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["release", "place_id", "service", "order"]),
            models.Index(fields=["facility_id"]),
        ]


class PublicPlace(models.Model):
    """How much a programme has made public in a place and all below; moved by each release."""

    id = models.BigAutoField(primary_key=True)
    place_id = models.BigIntegerField()
    programme_id = models.UUIDField()
    facilities = models.PositiveIntegerField(default=0)
    meetings = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_id", "programme_id"], name="public_place_once")]
