"""What is offered where: sectors, services, facilities and the communes they serve."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from samleng.ground.places.models import Place
from samleng.kit.commit.asking import Things
from samleng.kit.ledger.rules import fresh_id


class Sector(models.Model):
    code = models.CharField(max_length=30, unique=True)
    name = models.JSONField(default=dict)
    # Kinds of office a matter climbs, lowest first: health and schools have their own line.
    ladder = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.code


class ServiceQuerySet(models.QuerySet["Service"]):
    def coded(self, code: str) -> Service | None:
        """The service with this code; None for none, and for no code."""
        return services_coded.first(code) if code else None


class Service(models.Model):
    """A kind of service, such as a health centre's."""

    code = models.CharField(max_length=30, unique=True)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="services")
    name = models.JSONField(default=dict)
    stands_at = models.PositiveSmallIntegerField()
    serves_many = models.BooleanField(default=False)

    objects = ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code


# Asked for every report.
services_coded: Things[Service] = Things(lambda code: Service.objects.filter(code=code))


class FacilityQuerySet(models.QuerySet["Facility"]):
    def open(self) -> FacilityQuerySet:
        return self.filter(closed_on=None)

    def serving(self, place: Place) -> FacilityQuerySet:
        """Facilities whose area lies in the place, or that stand in it."""
        return self.filter(
            Q(place__path__startswith=place.path)
            | Q(links__place__path__startswith=place.path, links__until=None)
        ).distinct()


class Facility(models.Model):
    """One place where a service is given: a health centre, a school, a commune office."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    service = models.ForeignKey(Service, models.PROTECT, related_name="facilities")
    name = models.JSONField(default=dict)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    sort_key = models.CharField(max_length=400, db_index=True)
    search = models.TextField(blank=True)
    skeleton = models.TextField(blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    # Invented for a demonstration: every page, chart and file about it says so.
    sample = models.BooleanField(default=False)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["place", "service"])]

    def __str__(self) -> str:
        return f"{self.service_id}:{self.id}"


class FacilityCode(models.Model):
    """A ministry's own code of a facility; text, leading zeros kept."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=40)
    code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="facility_code_once")]


class FacilityLink(models.Model):
    """A facility serves a place (a commune, a village) for a time; several may be served."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="links")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "place"], condition=Q(until=None), name="facility_serves_place_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="facility_link_dates_in_order"
            ),
        ]
