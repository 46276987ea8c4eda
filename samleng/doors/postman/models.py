"""Telling people what the ledger says, once each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.people.models import Person
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
