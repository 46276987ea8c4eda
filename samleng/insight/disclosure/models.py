"""What anyone may see: figures about people move in releases, each checked against all former ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob


class ReleaseQuerySet(models.QuerySet["Release"]):
    def standing(self) -> ReleaseQuerySet:
        """Those not taken back. What was taken back still counts as known in every later check."""
        return self.filter(withdrawn_at=None)

    def newest_first(self) -> ReleaseQuerySet:
        return self.order_by("-year", "-cycle", "-at")


class Release(models.Model):
    """A set of figures made public together, of one programme, on one day."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme_id = models.UUIDField(db_index=True)
    # "meeting": one facility's figures; "sums": those of all places of the programme.
    kind = models.CharField(max_length=12)
    facility_id = models.UUIDField(null=True)
    meeting_id = models.UUIDField(null=True)
    place_id = models.BigIntegerField(null=True, db_index=True)
    # A correction of the same meeting is released again under the next number.
    number = models.PositiveSmallIntegerField(default=1)
    year = models.PositiveSmallIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)
    held_on = models.DateField(null=True)
    framework_id = models.CharField(max_length=40, blank=True)
    # The facility's own words about it, as they stood when the figures became public.
    reply = models.JSONField(default=dict)
    sample = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting_id", "number"], name="meeting_released_once")]
        indexes = [
            models.Index(fields=["kind", "programme_id", "year", "at"]),
            # Longer than the one above: SQLite, which knows no numbers of rows, takes the longest that fits.
            models.Index(fields=["facility_id", "kind", "programme_id"]),
        ]


class Counted(models.Model):
    """A sheet whose answers stand in a release: who knows the release knows a sum over these."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="counted")
    sheet_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "sheet_id"], name="sheet_counted_once")]
        # "Was this card ever told of?" is asked at every release.
        indexes = [models.Index(fields=["sheet_id"])]


class Figure(models.Model):
    """One published figure: n, central value, and as much of the distribution as is safe."""

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="figures")
    place_id = models.BigIntegerField(db_index=True)
    facility_id = models.UUIDField(null=True)
    service = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    criterion = models.CharField(max_length=60)
    scale = models.CharField(max_length=200)
    text = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    # "full" every point of the scale, "classes" a few, "median" only, "stated" a small team's own
    # position, "hidden".
    form = models.CharField(max_length=10)
    n = models.PositiveBigIntegerField(null=True)
    cards = models.PositiveIntegerField(null=True)
    central_milli = models.IntegerField(null=True)
    distribution = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    # Too few people were added since: the former figure goes on speaking, with what it counted.
    held_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["release", "place_id", "service", "order"]),
            models.Index(fields=["facility_id"]),
        ]


class PublicPlace(models.Model):
    """How much a programme has made public in a place and all below; moved by each release."""

    id = models.BigAutoField(primary_key=True)
    place_id = models.BigIntegerField()
    programme_id = models.UUIDField()
    facilities = models.PositiveIntegerField(default=0)
    meetings = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_id", "programme_id"], name="public_place_once")]


class Group(models.TextChoices):
    """How a case stands for whoever looks at the map."""

    OPEN = "open"
    LATE = "late"
    FIXED = "fixed"
    CLOSED = "closed"


class PinQuerySet(models.QuerySet["Pin"]):
    def newest_first(self) -> PinQuerySet:
        return self.order_by("-requested_at", "-id")

    def after(self, key: tuple[datetime, int]) -> PinQuerySet:
        """What follows a pin in the order of `newest_first`."""
        at, pk = key
        return self.filter(Q(requested_at__lt=at) | Q(requested_at=at, id__lt=pk), requested_at__lte=at)

    def in_any_of(self, places: Collection[int], level: int) -> PinQuerySet:
        """Those in these places of one level and all below them."""
        if level < 1:
            return self
        return self.filter(**{f"{AREAS[min(level, len(AREAS)) - 1]}__in": list(places)})


# The ids of the place's ancestors at levels 1, 2 and 3, and of the place itself.
AREAS = ("first_area", "second_area", "third_area", "place_id")


class Pin(models.Model):
    """What everyone may know of a case in a public category. The true point is nowhere in it."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.UUIDField(unique=True)
    reference = models.CharField(max_length=40, unique=True)
    category = models.CharField(max_length=60)
    service = models.CharField(max_length=30, blank=True)
    sector = models.CharField(max_length=30, blank=True)
    office_id = models.UUIDField(null=True)
    state = models.CharField(max_length=30)
    outcome = models.CharField(max_length=30, blank=True)
    requested_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # Until when the first answer was promised, and the next day that the case's clock waits for.
    answer_due_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    # The blurred point in hundred-thousandths of a degree, and its square in the order of windows.
    lat_e5 = models.IntegerField(null=True)
    lon_e5 = models.IntegerField(null=True)
    spot = models.BigIntegerField(null=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    first_area = models.BigIntegerField(null=True)
    second_area = models.BigIntegerField(null=True)
    third_area = models.BigIntegerField(null=True)
    me_too = models.PositiveIntegerField(default=0)
    # Null until somebody has read and seen them.
    words = models.JSONField(null=True)
    photo = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_due_on = models.DateField(null=True)
    steps = models.JSONField(default=list)
    answers = models.JSONField(default=list)
    sample = models.BooleanField(default=False)
    # As counted: what the days make of it (rules/pins.py), and when they next make something else of it.
    age = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=10, choices=Group.choices)
    owed = models.BooleanField(default=False)
    in_time = models.BooleanField(default=False)
    review_waits = models.BooleanField(default=False)
    review_late = models.BooleanField(default=False)
    turns_on = models.DateField(null=True)
    # Another after every change of the row, whoever makes it: the database sees to it (told.py).
    stamp = models.BigIntegerField(default=0, db_default=0)

    objects = PinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=False) | Q(words=None, photo=None),
                name="pin_shows_what_was_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(lat_e5=None, lon_e5=None, spot=None)
                | Q(lat_e5__isnull=False, lon_e5__isnull=False, spot__isnull=False),
                name="pin_point_is_whole",
            ),
            models.CheckConstraint(
                condition=(Q(closed_at=None) & Q(group__in=("open", "late")))
                | (Q(closed_at__isnull=False) & Q(group__in=("fixed", "closed"))),
                name="pin_closed_is_counted_closed",
            ),
        ]
        indexes = [
            # With order and point, so that a page of an area is chosen from one index alone (told.py).
            models.Index(fields=["requested_at", "id", "lat_e5", "lon_e5", "stamp"], name="pin_newest"),
            models.Index(fields=["updated_at", "requested_at", "id", "stamp"], name="pin_changed"),
            models.Index(
                fields=["spot", "requested_at", "id", "lat_e5", "lon_e5", "stamp"], name="pin_in_area"
            ),
            models.Index(fields=["category", "requested_at"], name="pin_of_category"),
            models.Index(fields=["sector", "requested_at"], name="pin_of_sector"),
            models.Index(fields=["group", "requested_at"], name="pin_of_group"),
            models.Index(fields=["office_id", "requested_at"], name="pin_of_office"),
            models.Index(fields=["first_area", "requested_at"], name="pin_in_first"),
            models.Index(fields=["second_area", "requested_at"], name="pin_in_second"),
            models.Index(fields=["third_area", "requested_at"], name="pin_in_third"),
            models.Index(fields=["place_id", "requested_at"], name="pin_in_place"),
            # Whole, so that a window's pins are counted from the index alone.
            models.Index(
                fields=["spot", "category", "group", "sector", "age", "lat_e5", "lon_e5"], name="pin_on_map"
            ),
            models.Index(fields=["turns_on"], name="pin_turning", condition=Q(turns_on__isnull=False)),
        ]


class Happening(models.Model):
    """Something that everyone may know to have happened to a report; numbered in the order it came out."""

    id = models.BigAutoField(primary_key=True)
    # No relation: pins are taken off by the million, and their happenings with them.
    pin_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=30)
    # What an office said to everybody; null for a step.
    text = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at", "id"], name="happening_at")]


class Naming(models.Model):
    """One row: its stamp is another after every change of what a place or an office is called.

    The database sees to it, whoever changes a name; what was written with names is kept under the stamp.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    stamp = models.BigIntegerField(default=0)


class Joined(models.Model):
    """Where a report went that was found to be about the same thing as another: a signpost to its pin."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=40, unique=True)
    case_id = models.UUIDField(db_index=True)


class MapCount(models.Model):
    """How many pins a square of the map holds, by category and group; kept as pins come, change and go."""

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    # 1, 2 and 3 for what was reported within the last year (rules/pins.py); 0 for all of any age.
    age = models.PositiveSmallIntegerField()
    square = models.BigIntegerField()
    category = models.CharField(max_length=60)
    group = models.CharField(max_length=10)
    sector = models.CharField(max_length=30, blank=True)
    n = models.IntegerField()
    # Sums of the points counted: where the middle of them lies.
    lat = models.BigIntegerField()
    lon = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "age", "square", "category", "group"], name="map_count_once"
            )
        ]
        indexes = [
            # Whole, so that a window is summed up from the index alone.
            models.Index(
                fields=["level", "age", "square", "category", "group", "sector", "n", "lat", "lon"],
                name="map_count_whole",
            )
        ]


class OfficeCount(models.Model):
    """What an office has made of the public reports put to it; kept as pins come, change and go."""

    id = models.BigAutoField(primary_key=True)
    # Of reports that no office has yet: the UUID of zeros.
    office_id = models.UUIDField(unique=True)
    reports = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    fixed = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    # Those whose first answer was given, or is owed by now; of them those answered in time.
    owed = models.IntegerField(default=0)
    in_time = models.IntegerField(default=0)
    review_waits = models.IntegerField(default=0)
    review_late = models.IntegerField(default=0)
