"""Files that came in: what was loaded, what was refused and why. Nothing is lost silently."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id


class ImportBatch(models.Model):
    """One file taken in, with every refused row and its reason."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    kind = models.CharField(max_length=20)
    owner = models.CharField(max_length=60, blank=True)
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["owner", "-at"])]
