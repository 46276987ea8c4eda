"""A programme's own forms and what people answered: versions, records, their files, and keys to send with.

A record never changes: a correction is a later record that supersedes it. Its answers are kept parsed
beside the XML as it was sent, so that lists and exports never read XML again.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.offices.models import Implementer, Programme
from samleng.ground.people.models import Person
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob


class State(models.TextChoices):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class FormQuerySet(ScopedQuerySet["Form"]):
    place_field = ""

    def published(self) -> FormQuerySet:
        """Forms that were opened once; a draft is nobody's but its makers'."""
        return self.exclude(state=State.DRAFT)


class Form(models.Model):
    """One form of a programme, known by the id that stands in it; it is filled in while it is open."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    xml_id = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    current = models.OneToOneField("Version", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = FormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "xml_id"], name="form_id_once_a_programme"),
            models.CheckConstraint(
                condition=Q(state="draft", current=None) | (~Q(state="draft") & Q(current__isnull=False)),
                name="open_form_has_a_version",
            ),
        ]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"

    @property
    def draft(self) -> Version | None:
        """The version that waits to be opened, if there is one."""
        return self.versions.lean().filter(published_at=None).first()

    def __str__(self) -> str:
        return self.xml_id


class VersionQuerySet(models.QuerySet["Version"]):
    def lean(self) -> VersionQuerySet:
        """Without the form's text and questions, which few readers need."""
        return self.defer("xform", "fields")

    def published(self) -> VersionQuerySet:
        return self.exclude(published_at=None)


class Version(models.Model):
    """A form as it reads; once published it never changes. Without `published_at` it is the draft."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    version = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200)
    xform = models.BinaryField()
    md5 = models.CharField(max_length=32)
    # rules.shape.Field as objects, in the order of the form.
    fields = models.JSONField(default=list)
    repeats = models.JSONField(default=list)
    binaries = models.JSONField(default=list)
    # The paths of questions whose answer is the code of a place.
    places = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    # [{"said": what pyxform warned of, in its own words} | {"own": a code of wording.OWN_WARNINGS}]
    warnings = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "version"],
                condition=Q(published_at__isnull=False),
                name="published_version_once",
            ),
            models.UniqueConstraint(fields=["form"], condition=Q(published_at=None), name="one_draft_a_form"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}:{self.version}"


class Source(models.Model):
    """The workbook a version was made from, as it came, to be fetched again."""

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="source")
    filename = models.CharField(max_length=200)
    data = models.BinaryField()


class FormFile(models.Model):
    """A picture, sound, film or list that a version shows or looks up in; missing until it is brought."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    md5 = models.CharField(max_length=32, blank=True)
    brought_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="form_file_once"),
            models.CheckConstraint(
                condition=Q(blob=None, md5="") | (Q(blob__isnull=False) & ~Q(md5="")),
                name="form_file_is_whole_or_missing",
            ),
        ]


class SubmissionQuerySet(ScopedQuerySet["Submission"]):
    programme_field = "form__programme"
    implementer_field = "implementer"

    def lean(self) -> SubmissionQuerySet:
        """Without the XML and the answers."""
        return self.defer("xml", "answers")

    def standing(self) -> SubmissionQuerySet:
        """What counts: records that no correction supersedes."""
        return self.filter(superseded_by=None)


class Submission(models.Model):
    """One record: the XML as sent, its answers parsed, where it lies, who sent it, what it corrects."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    instance_id = models.CharField(max_length=200)
    payload_hash = models.CharField(max_length=64)
    xml = models.BinaryField()
    answers = models.JSONField(default=dict)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    # The record that all corrections go back to; itself null there.
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    # The version of the place on the day it came: decided once, and by it who reads the record.
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    implementer = models.ForeignKey(Implementer, models.PROTECT, null=True, related_name="+")
    sender = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "instance_id"], name="instance_once_a_form"),
            models.CheckConstraint(
                condition=Q(first=None, supersedes=None) | Q(first__isnull=False, supersedes__isnull=False),
                name="a_correction_has_a_first",
            ),
        ]
        indexes = [models.Index(fields=["form", "id"])]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class Attachment(models.Model):
    """A file that a record names; `blob` is empty while it has not come."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="attachment_once")]


class ReviewState(models.TextChoices):
    RECEIVED = "received"
    HAS_ISSUES = "hasIssues"
    EDITED = "edited"
    APPROVED = "approved"
    REJECTED = "rejected"


class Review(models.Model):
    """What somebody entitled found of a record, or a comment (without a state); never changed, only followed.

    It stands at the record that all corrections go back to. The record itself has no state: it is a voice.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    record = models.ForeignKey(Submission, models.CASCADE, related_name="reviews")
    state = models.CharField(max_length=10, choices=ReviewState.choices, blank=True)
    comment = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["record", "id"])]
        constraints = [
            models.CheckConstraint(condition=~Q(state="", comment=""), name="a_review_says_something")
        ]


class Purpose(models.TextChoices):
    SEND = "send"
    DATA = "data"


class KeyQuerySet(ScopedQuerySet["Key"]):
    place_field = ""

    def live(self) -> KeyQuerySet:
        return self.filter(revoked_at=None)


class Key(models.Model):
    """What lets a phone with Collect or Kobo, or a program, act for one person; only its hash is kept.

    "send" fetches forms and sends records; "data" also reads answers and changes forms, as far as the
    person may.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "person"])]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"
