"""Sealed texts and files, and for whom their keys are wrapped; nothing here says what they are about."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id


class Sealed(models.Model):
    """One text or file under a key of its own. A forgotten one keeps its row, and nothing else of it."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    # The sealed text; empty for a file, whose sealed bytes lie beside the database.
    body = models.BinaryField(default=b"")
    is_file = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    forgotten_at = models.DateTimeField(null=True)

    def readable_by(self, key: str) -> bool:
        """Whether its key is wrapped for this reader."""
        return self.wraps.filter(reader=key).exists()

    def __str__(self) -> str:
        return f"sealed:{self.pk}"


class Wrap(models.Model):
    """The key of a sealed text as one reader can open it: "vault:<uuid>", "report:<uuid>"."""

    sealed = models.ForeignKey(Sealed, models.CASCADE, related_name="wraps")
    reader = models.CharField(max_length=60)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sealed", "reader"], name="wrap_once_a_reader")]
        indexes = [models.Index(fields=["reader", "sealed"])]
