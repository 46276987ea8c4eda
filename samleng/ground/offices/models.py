"""Who answers and who organises: offices, their duties, programmes and their implementers."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.kit.ledger.rules import fresh_id


class OfficeKind(models.Model):
    """A kind of office (commune administration, health centre, district education office)."""

    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    level = models.PositiveSmallIntegerField()
    # Whether it is the administration of the places of its level, and not a service's own office.
    administers = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class OfficeQuerySet(models.QuerySet["Office"]):
    def administering(self, place: Place) -> OfficeQuerySet:
        """The place's own administration, also where it was registered under a former version of the place.

        Of several the one registered at the latest version, then the first code: the register decides.
        """
        here = self.filter(place__country=place.country, place__code=place.code)
        own = here.filter(kind__administers=True, kind__level=place.level)
        return own.order_by("-place__valid_from", "code")

    def over(self, place: Place, kind: str) -> OfficeQuerySet:
        """Offices of a kind whose area holds the place."""
        return self.filter(kind__code=kind, place_id__in=place.ancestor_ids)

    def answering(self, service: Service, place: Place, day: date) -> OfficeQuerySet:
        """Offices with a duty for the service at the place on a day, the smallest area first."""
        on = Q(duties__since__lte=day) & (Q(duties__until=None) | Q(duties__until__gt=day))
        held = Q(duties__service=service, duties__area_id__in=place.ancestor_ids)
        return self.filter(on & held).order_by("-duties__area__level", "code").distinct()


class Office(models.Model):
    """A public office: who answers. Its area is its place and all below."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    code = models.CharField(max_length=60, unique=True)
    kind = models.ForeignKey(OfficeKind, models.PROTECT, related_name="offices")
    name = models.JSONField(default=dict)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    facility = models.OneToOneField(Facility, models.PROTECT, null=True, related_name="+")
    # The office's own number, as anybody may call it; never a person's.
    phone = models.CharField(max_length=20, blank=True)
    sample = models.BooleanField(default=False)

    objects = OfficeQuerySet.as_manager()

    @property
    def owner_key(self) -> str:
        return f"office:{self.pk}"

    def __str__(self) -> str:
        return self.code


class DutyQuerySet(models.QuerySet["Duty"]):
    def on(self, day: date) -> DutyQuerySet:
        """Duties held on a day."""
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))


class Duty(models.Model):
    """This office answers for this service in this area, for a time.

    `categories` narrows it to these kinds of report (empty: all of the service); `zone` is the outline of a
    contract: then the outline says where, and the area only under whom it lies.
    """

    office = models.ForeignKey(Office, models.CASCADE, related_name="duties")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    area = models.ForeignKey(Place, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    categories = models.JSONField(default=list)
    # GeoJSON geometry in WGS84 and what it fits into.
    zone = models.JSONField(null=True)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "service", "area"], condition=Q(until=None), name="duty_once"
            ),
            # Each edge is asked for: what compares with nothing passes a constraint.
            models.CheckConstraint(
                condition=Q(
                    zone__isnull=True,
                    west__isnull=True,
                    south__isnull=True,
                    east__isnull=True,
                    north__isnull=True,
                )
                | Q(
                    zone__isnull=False,
                    west__isnull=False,
                    south__isnull=False,
                    east__isnull=False,
                    north__isnull=False,
                    west__lte=F("east"),
                    south__lte=F("north"),
                ),
                name="duty_zone_has_bounds",
            ),
        ]


class Programme(models.Model):
    """A tenant: an organisation's programme that plans scorecards and owns what is collected."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    code = models.SlugField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    # A demonstration: SAMPLE is drawn inside everything that leaves it.
    sample = models.BooleanField(default=False)
    # Nothing of a programme is public before it says so itself.
    publishes_since = models.DateField(null=True)
    retention_days = models.PositiveSmallIntegerField(default=90)
    auto_complete_days = models.PositiveSmallIntegerField(default=15)

    @property
    def owner_key(self) -> str:
        return f"programme:{self.pk}"

    def __str__(self) -> str:
        return self.code


class Implementer(models.Model):
    """An organisation that carries out a programme on the ground, in its target places."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="implementers")
    code = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    targets = models.ManyToManyField(Place, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="implementer_code_once")]

    def __str__(self) -> str:
        return f"{self.programme_id}:{self.code}"
