"""Files that came in with what was refused and why, and other systems' keys. Nothing is lost silently."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.kit.ledger.rules import fresh_id
from samleng.voices.reports.models import Report


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


class ApiKeyQuerySet(ScopedQuerySet["ApiKey"]):
    office_fields = ("office",)
    place_field = ""

    def live(self) -> ApiKeyQuerySet:
        """Keys that were not taken back."""
        return self.filter(revoked_at=None)


class ApiKey(models.Model):
    """What lets another system send reports for an office or a programme; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(programme=None, office__isnull=False) | Q(programme__isnull=False, office=None),
                name="api_key_has_one_owner",
            )
        ]

    @property
    def owner_key(self) -> str:
        """The key of the office or programme whose system it is."""
        return f"office:{self.office_id}" if self.office_id else f"programme:{self.programme_id}"


class Posting(models.Model):
    """A report that another system sent by its key: of these it may send news, and none of them twice."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="postings")
    # Empty while it is being taken in.
    reference = models.CharField(max_length=40, blank=True)
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+")
    # What the other system itself calls it, where it says so.
    theirs = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "theirs"], condition=~Q(theirs=""), name="posting_once_by_their_number"
            ),
        ]
        indexes = [models.Index(fields=["reference"], name="posting_by_reference")]
