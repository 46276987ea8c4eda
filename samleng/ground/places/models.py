"""Where things are: a country's tree of places in dated versions."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from samleng.ground.places.rules import label
from samleng.kit.words.order import by_name


class PlaceKind(models.Model):
    """What a unit is called (srok, krong, khum, sangkat): the kind gives the label, not the level."""

    country = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    level = models.PositiveSmallIntegerField()
    name = models.JSONField(default=dict)
    plural = models.JSONField(default=dict)
    # How the kind and a name stand together, one {} for the name; empty: the kind goes first.
    label = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "code"], name="place_kind_once")]

    def __str__(self) -> str:
        return f"{self.country}:{self.code}"


class PlaceQuerySet(models.QuerySet["Place"]):
    def current(self) -> PlaceQuerySet:
        return self.filter(valid_to=None)

    def at(self, day: date) -> PlaceQuerySet:
        """The versions in force on a day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def under(self, place: Place) -> PlaceQuerySet:
        """The place and everything in it."""
        return self.filter(path__startswith=place.path)

    def above(self, place: Place) -> PlaceQuerySet:
        """The places that hold this one, from the country down, without itself."""
        return self.filter(id__in=place.ancestor_ids[:-1]).order_by("level")

    def whole_country(self) -> Place | None:
        """The place that holds all others today, of the site's own pack where several are loaded."""
        roots = self.current().filter(level=0).select_related("kind").order_by("country")
        return roots.filter(country=settings.COUNTRY_PACK).first() or roots.first()

    def in_order(self, language: str = "") -> PlaceQuerySet:
        """As a reader of the language looks places up; of the page's own when none is named."""
        return self.order_by(by_name(language), "code")


class Place(models.Model):
    """One dated version of a place. Other rows refer to the version of their day, never to a code."""

    country = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    kind = models.ForeignKey(PlaceKind, models.PROTECT, related_name="places")
    level = models.PositiveSmallIntegerField()
    name = models.JSONField(default=dict)
    aliases = models.JSONField(default=list)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # Ids of the ancestors and of itself, "/1/12/140/": a subtree is one prefix.
    path = models.CharField(max_length=120, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    sort_key = models.CharField(max_length=400, db_index=True)
    search = models.TextField(blank=True)
    skeleton = models.TextField(blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["country", "code", "valid_from"], name="place_version_once"),
            models.UniqueConstraint(
                fields=["country", "code"], condition=Q(valid_to=None), name="place_current_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="place_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["parent", "sort_key"]), models.Index(fields=["level", "sort_key"])]

    def __str__(self) -> str:
        return f"{self.country}:{self.code}@{self.valid_from}"

    def label(self, language: str) -> str:
        """The place with its own kind: "Sangkat X" for a sangkat, never "Commune X"."""
        return label(name=self.name, kind=self.kind.name, pattern=self.kind.label, language=language)

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the country down to this place."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


class Succession(models.Model):
    """A version and what came after it: renamed, upgraded, split, merged, moved."""

    before = models.ForeignKey(Place, models.PROTECT, related_name="successions")
    after = models.ForeignKey(Place, models.PROTECT, related_name="origins")
    on = models.DateField()
    how = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after"], name="succession_once")]


class Boundary(models.Model):
    """The outline of a place version as GeoJSON geometry in WGS84, with its source."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="boundary")
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True)
    as_of = models.CharField(max_length=20, blank=True)
