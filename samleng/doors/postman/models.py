"""Telling people what the ledger says, once each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.doors.postman.rules import EMAIL
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import fresh_id
from samleng.voices.reports.models import Report


class Notice(models.Model):
    """One thing told to one person; the key makes sure it is told once."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    address = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="told_once")]
        indexes = [models.Index(fields=["person", "read_at", "at"])]


class Nudge(models.Model):
    """A word to one reporter that something moved; where to, only the contact of their report knows."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # However much moves meanwhile, one word is enough.
            models.UniqueConstraint(fields=["report"], condition=Q(sent_at=None), name="one_nudge_waits")
        ]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="nudge_to_send")]


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def live(self) -> SubscriptionQuerySet:
        """Those whose owner said that the address is theirs."""
        return self.filter(confirmed_at__isnull=False)


class Subscription(models.Model):
    """Somebody wants to hear of new public reports in a place, or around a point. Nobody knows who."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    # How it is told: by letter, on a browser's own device, or in a chat.
    kind = models.CharField(max_length=12, default=EMAIL)
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    # Empty: every public category.
    category = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    metres = models.PositiveIntegerField(null=True)
    # What is watched, in one word: asked for twice, it is one subscription.
    area = models.CharField(max_length=60)
    # A letter that asks "is this you?" waits to be sent.
    asks_since = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    # Somebody is bringing what waits for it, since then.
    taken_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["blind_index", "area", "category"], name="subscribed_once_to_an_area"
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False, metres=None)
                | Q(place=None, latitude__isnull=False, longitude__isnull=False, metres__isnull=False),
                name="subscription_watches_one_area",
            ),
        ]
        indexes = [
            models.Index(fields=["asks_since"], condition=Q(asks_since__isnull=False), name="letter_to_ask"),
            models.Index(fields=["made_at"], condition=Q(confirmed_at=None), name="never_confirmed"),
        ]


class Opening(models.Model):
    """What somebody asked for on the page, until they open it in a chat: good once, for an hour."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    category = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    metres = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)


class Watch(models.Model):
    """A key of the index from places and squares to subscriptions: a report asks once, with all its keys."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="watches", db_index=False)
    # A place's id; or a square of the map, counted down from -1.
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "key"], name="watch_once")]
        indexes = [models.Index(fields=["key", "subscription"], name="watch_key")]


class Matched(models.Model):
    """A report that was matched: it never is again, even where its pin is made anew."""

    case_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)


class Broadcast(models.Model):
    """What an operator or a municipality tells everybody in an area: no collection on Friday."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    words = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)
    matched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "at"]),
            models.Index(fields=["at"], condition=Q(matched_at=None), name="broadcast_to_match"),
        ]


class Alert(models.Model):
    """Something that a subscription is to be told; the row goes when it was sent."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="alerts")
    case_id = models.UUIDField(null=True)
    broadcast = models.ForeignKey(Broadcast, models.CASCADE, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "case_id"], name="alert_once"),
            models.UniqueConstraint(fields=["subscription", "broadcast"], name="broadcast_once"),
        ]
        indexes = [models.Index(fields=["next_try_at"], name="alert_to_send")]
