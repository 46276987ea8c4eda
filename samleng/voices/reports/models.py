"""What one person said: a report, its files, and a rating. Nothing here changes; answers stand elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.rules import Reader


class ReportQuerySet(models.QuerySet["Report"]):
    def under(self, lookup: str) -> Report | None:
        """The report whose receipt gives this look-up, if there is one."""
        return self.select_related("catalogue", "place").filter(lookup=lookup).first()


class Report(models.Model):
    """One thing one person said about a service, an office or a place, once and for good.

    Words, answers and identity are sealed: the row itself tells only what routing and clocks need. Whoever
    holds the receipt is the reporter; the site keeps a look-up made from it and the public half of its key.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+")
    category = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    exposure = models.CharField(max_length=12)
    # The version of the place on the day it was said.
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    # The thing's own point, only where everybody may see it anyway.
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    # What it is about, when it is about an office or a facility.
    about = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    heard_at = models.DateTimeField(default=timezone.now)
    happened_on = models.DateField(null=True)
    words = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    # The wording its reporter lets go beyond the first office; none: nothing goes.
    approved = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    identity = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    lookup = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField(max_length=32)
    # Tells the same report sent twice from another one under the same receipt; keyed by the receipt.
    digest = models.CharField(max_length=64)
    # Who wrote it down for somebody else, and how that person agreed (a code, never words).
    helper = models.CharField(max_length=60, blank=True)
    consent = models.CharField(max_length=20, blank=True)
    sample = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(exposure="public") | Q(latitude=None, longitude=None),
                name="only_public_reports_have_a_point",
            ),
            models.CheckConstraint(
                condition=~Q(exposure="anonymous") | Q(identity=None), name="anonymous_reports_name_nobody"
            ),
        ]

    @property
    def reader(self) -> Reader:
        """The reporter as somebody to whom answers are sealed."""
        return Reader(f"report:{self.pk}", bytes(self.public_key))

    @property
    def of(self) -> Category:
        """The category as the report's own version of the catalogue has it."""
        return self.catalogue.catalogue.category(self.category)

    def __str__(self) -> str:
        return f"report:{self.pk}"


class ReportFile(models.Model):
    """A photo or a recording that came with a report, sealed."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    sealed = models.ForeignKey(Sealed, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["report", "position"], name="report_file_once")]


class NoticeContact(models.Model):
    """Where a reporter wants to be told that something moved; the postman's alone, and gone with the report.

    Sealed with the key that lies outside database and backup, found again only by a keyed blind index. It is
    no identity: no office and no custodian ever reads it.
    """

    report = models.OneToOneField(Report, models.CASCADE, related_name="notice_contact")
    # "email" or "phone".
    kind = models.CharField(max_length=10)
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64, db_index=True)


class RatingQuerySet(models.QuerySet["Rating"]):
    def of_office(self, office: Office) -> RatingQuerySet:
        return self.filter(office=office)


class Rating(models.Model):
    """How somebody found a service of an office: a face or a number, and by which parts; nobody's name.

    Every rating counts once: its id was drawn by the phone or the page it was given on.
    """

    id = models.UUIDField(primary_key=True)
    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    transaction = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    # {"waiting": 2, "manner": 3}: by sub-category, on the form's own scale.
    parts = models.JSONField(default=dict)
    # Answers to questions whose answers are choices, {"felt_safe": "yes"}.
    answers = models.JSONField(default=dict)
    sex = models.CharField(max_length=10, blank=True)
    comment = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    door = models.CharField(max_length=20)
    given_on = models.DateField()
    sample = models.BooleanField(default=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["office", "given_on"]),
            models.Index(fields=["place", "given_on"]),
        ]
