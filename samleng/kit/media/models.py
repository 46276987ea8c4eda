"""Files people bring: photos, recordings, scans. Cleaned on the way in, forgotten on their day."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id


class Blob(models.Model):
    """A cleaned file kept by its content hash; the same bytes are stored once on disk."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    owner = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=20)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    # Of the bytes as they came in, so that a photo sent twice is known although cleaning changes bytes.
    source_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "source_sha256"], name="blob_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"
