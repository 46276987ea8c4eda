"""Files that came in, other systems' keys, and systems to which cases go. Nothing is lost silently."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case
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
    # What it opens: sending reports and news of them; moving the cases in the office's hands.
    sends = models.BooleanField(default=True)
    answers = models.BooleanField(default=True)
    # The office's own system whose key it is: what comes by it is never sent back there.
    system = models.ForeignKey("OutsideSystem", models.SET_NULL, null=True, related_name="keys")
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
    def owner(self) -> Office | Programme:
        """The office or programme whose system it is."""
        return self.office or self.programme

    @property
    def owner_key(self) -> str:
        """The ledger's key of the same."""
        return f"office:{self.office_id}" if self.office_id else f"programme:{self.programme_id}"


class Posting(models.Model):
    """A report that another system sent by its key: of these it may send news, and none of them twice."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="postings")
    reference = models.CharField(max_length=40, blank=True)
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+")
    # What the other system itself calls it, where it says so.
    theirs = models.CharField(max_length=80, blank=True)
    # The sites through which it came, as they told it, so that it is sent back to none of them.
    trail = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "theirs"], condition=~Q(theirs=""), name="posting_once_by_their_number"
            ),
        ]
        indexes = [models.Index(fields=["reference"], name="posting_by_reference")]


class OutsideSystem(models.Model):
    """An office's own system elsewhere: what is public in its hands is sent there, and news comes back."""

    class Photos(models.TextChoices):
        """How a photo goes along once it may be seen."""

        FILE = "file", _("As a file")
        LINK = "link", _("As a link to this site")
        NONE = "none", _("Not at all")

    id = models.UUIDField(primary_key=True, default=fresh_id)
    office = models.OneToOneField(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    # What stands before /requests.xml, and the form that is spoken there.
    address = models.CharField(max_length=300)
    form = models.CharField(max_length=4, default="xml")
    jurisdiction = models.CharField(max_length=100, blank=True)
    # Under a key that lies outside the database; empty where none is asked for.
    key = models.BinaryField(default=bytes)
    # Our categories and what they are called there; what is not named is not sent.
    services = models.JSONField(default=dict)
    photos = models.CharField(max_length=4, choices=Photos.choices, default=Photos.FILE)
    # Under which attribute our number is sent, and whether a report sent again under it is the same one.
    number_field = models.CharField(max_length=60, default="external_id")
    takes_once = models.BooleanField(default=False)
    # Answers that its own questions get with every report: {"their code": "value"}.
    fixed = models.JSONField(default=dict)
    # Cases that came to the office before this day are not sent.
    since = models.DateField()
    on = models.BooleanField(default=True)
    # Whether news can be asked for by time; null until it was tried.
    tells_news = models.BooleanField(null=True)
    # How many seconds their clock is ahead of ours.
    ahead = models.IntegerField(default=0)
    # News until here, on our clock, is known.
    heard_until = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    # When it was last asked for what it may have told late.
    swept_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # How often in a row it could not be reached, why, and when it is tried again.
    fails = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=20, blank=True)
    next_at = models.DateTimeField(null=True)

    @property
    def owner_key(self) -> str:
        return f"office:{self.office_id}"


class HandedOverQuerySet(models.QuerySet["HandedOver"]):
    def due(self, system: OutsideSystem, now: datetime) -> HandedOverQuerySet:
        """What is to be sent, or asked for by its token, now."""
        waits = self.filter(system=system, state__in=(HandedOver.DUE, HandedOver.UNSURE, HandedOver.TOKEN))
        return waits.filter(Q(next_at=None) | Q(next_at__lte=now)).order_by("next_at", "pk")

    def waiting_for_a_person(self) -> HandedOverQuerySet:
        return self.filter(state__in=(HandedOver.ASKS, HandedOver.REFUSED))


class HandedOver(models.Model):
    """The one mark of a case in an outside system: whether it was sent, and what it is called there."""

    # To be sent; being sent; perhaps sent; a person must say whether it was; taken in under a token; there;
    # not wanted there; not the office's any more.
    DUE, SENDING, UNSURE, ASKS, TOKEN = "due", "sending", "unsure", "asks", "token"
    HELD, REFUSED, OVER = "held", "refused", "over"

    id = models.UUIDField(primary_key=True, default=fresh_id)
    system = models.ForeignKey(OutsideSystem, models.PROTECT, related_name="handed")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, default=DUE)
    number = models.CharField(max_length=100, blank=True)
    token = models.CharField(max_length=200, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
    # What they said to it, in a line.
    said = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    with_words = models.BooleanField(default=False)
    # Which of the words and photos that were let go they know, hashed.
    words_mark = models.CharField(max_length=64, blank=True)
    # How the case stood when it was last looked at for what they should know.
    seen = models.DateTimeField(null=True)
    # For systems that are asked case by case: what they last said, and when.
    their_status = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(null=True)

    objects = HandedOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "case"], name="handed_over_once"),
            models.UniqueConstraint(
                fields=["system", "number"], condition=~Q(number=""), name="one_case_to_a_number"
            ),
        ]
        indexes = [
            models.Index(fields=["system", "state", "next_at"], name="handed_due"),
            models.Index(fields=["system", "asked_at"], name="handed_asked"),
        ]


class PassedOn(models.Model):
    """One piece of news of ours for an outside system, sent until it has arrived."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    handed = models.ForeignKey(HandedOver, models.CASCADE, related_name="passed")
    # What it is about: "step:<id>", or "words:<mark>" for words and photo that were let go later.
    about = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
    # What they said against it, in a line.
    said = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handed", "about"], name="passed_on_once")]
        indexes = [models.Index(fields=["next_at"], condition=Q(done_at=None), name="passed_due")]


class Learnt(models.Model):
    """One piece of news from an outside system, carried out once or, with its reason, not at all."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    handed = models.ForeignKey(HandedOver, models.CASCADE, related_name="learnt")
    # Their own number of it, hashed: it may be of any length.
    theirs = models.CharField(max_length=64)
    status = models.CharField(max_length=40)
    # Empty where it was carried out.
    trouble = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handed", "theirs"], name="learnt_once")]


class Former(models.Model):
    """A request taken over from another system, by that system's own number: none comes in twice."""

    id = models.BigAutoField(primary_key=True)
    # Which system, as its mapping calls it.
    source = models.CharField(max_length=40)
    theirs = models.CharField(max_length=80)
    case = models.OneToOneField(Case, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "theirs"], name="former_once")]
