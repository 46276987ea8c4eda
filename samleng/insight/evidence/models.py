"""Figures projected from the ledger: summed once as things happen, never by grouping rows on a page."""

from __future__ import annotations

from django.db import models

from samleng.ground.places.models import Place


class ScoreFact(models.Model):
    """A result as projected, so that a superseded one can be taken out of the sums again."""

    result_id = models.BigIntegerField(primary_key=True)
    scorecard_id = models.UUIDField(db_index=True)
    programme_id = models.UUIDField()
    facility_id = models.UUIDField(db_index=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    histogram = models.JSONField()
    n = models.PositiveIntegerField()
    central_milli = models.IntegerField(null=True)
    counted = models.BooleanField(default=False)


class ScoreCell(models.Model):
    """The kept cube: one sum per place (and each place above it), year, service, side and criterion."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    programme_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    histogram = models.JSONField(default=list)
    n = models.PositiveBigIntegerField(default=0)
    cards = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "programme_id", "year", "service", "side", "criterion"], name="score_cell_once"
            )
        ]


class PromiseFact(models.Model):
    """A promise as projected: where it was counted and under which status."""

    action_id = models.UUIDField(primary_key=True)
    programme_id = models.UUIDField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=4)
    status = models.CharField(max_length=20)
    agreed_on = models.DateField()
    due_on = models.DateField()
    claimed_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)


class PromiseCell(models.Model):
    """Counts of promises per place (and each place above it), year and status; no secret, always live."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    programme_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=4)
    status = models.CharField(max_length=20)
    promises = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)
    within_6_months = models.IntegerField(default=0)
    within_12_months = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "programme_id", "year", "part", "status"], name="promise_cell_once"
            )
        ]
