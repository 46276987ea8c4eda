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

    @property
    def needed(self) -> bool:
        """Whether any row still shows it; that it once was an upload does not count."""
        return any(
            link.related_model._default_manager.filter(**{link.field.name: self}).exists()
            for link in self._meta.get_fields(include_hidden=True)
            if link.auto_created and link.one_to_many and link.related_model is not Upload
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class UploadState(models.TextChoices):
    OPEN = "open"
    FINISHED = "finished"
    REFUSED = "refused"


class UploadQuerySet(models.QuerySet["Upload"]):
    def about(self, thing: models.Model) -> UploadQuerySet:
        """Every file begun for one thing, in the order in which they were begun."""
        return self.filter(thing_kind=thing._meta.label_lower, thing_id=str(thing.pk)).order_by("id")

    def open(self) -> UploadQuerySet:
        """Those of which bytes are still to come, or to be looked at."""
        return self.filter(state=UploadState.OPEN)


class Upload(models.Model):
    """A file on its way in, piece by piece: what was announced of it and what became of it.

    How many bytes have arrived only the file on disk says (`parts.arrived`), so nothing here can
    disagree with it after a crash.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    owner = models.CharField(max_length=60)
    # Made by the client: the name under which lines and other rows speak of the file.
    uid = models.UUIDField()
    thing_kind = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    # Which part of the thing it belongs to, in the codes of whoever keeps the thing.
    part = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20)
    length = models.PositiveBigIntegerField()
    # SHA-256 of the whole as the client has it, in hex; "" when it was not said.
    checksum = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.OPEN)
    # Why it was refused, {"code", ...}: whoever sends it again is told the same.
    refused = models.JSONField(default=dict)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="uploads")
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "uid"], name="upload_once_per_owner"),
            models.CheckConstraint(
                condition=models.Q(state="finished", blob__isnull=False)
                | (~models.Q(state="finished") & models.Q(blob=None)),
                name="finished_upload_has_its_blob",
            ),
        ]
        indexes = [
            models.Index(fields=["thing_kind", "thing_id"]),
            models.Index(fields=["uid"]),
            models.Index(fields=["state", "begun_at"]),
        ]

    @property
    def announced(self) -> tuple[object, ...]:
        """What the client said of the file: the same uid must always come with the same."""
        return (self.thing_kind, self.thing_id, self.part, self.kind, self.length, self.checksum)

    def __str__(self) -> str:
        return f"upload:{self.uid}"
