"""Votes on people's own phones: a card's polls, their tickets, and what lasts of a week in town.

A file of its own because `models.py` is full; the app's `ready` brings both to Django.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id
from samleng.voices.scorecards.models import Scorecard, Sheet


class PollKind(models.TextChoices):
    ROOM = "room"
    WEEK = "week"


class Poll(models.Model):
    """A vote of a card on people's own phones: in the room, or ticketed over days in a town.

    The criteria are those chosen at its opening; `places` is how many may vote where neither a list nor
    heads say how many are there, and for a week how many tickets there are.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="polls")
    kind = models.CharField(max_length=4, choices=PollKind.choices)
    criteria = models.JSONField(default=list)
    places = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    # A week begins with its first day and ends with its last; a room's vote nobody closed ends by itself.
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Whether the room's own QR hands out tickets now.
    door_open = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "kind"], condition=Q(closed_at=None), name="one_open_poll_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="poll_opens_before_it_closes"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.opens_at <= timezone.now() < self.closes_at


class TicketQuerySet(models.QuerySet["Ticket"]):
    def live(self) -> TicketQuerySet:
        """Those handed out and not taken back, used or not."""
        return self.filter(withdrawn_at=None, voided_at=None)

    def unused(self) -> TicketQuerySet:
        return self.live().filter(used_at=None)


class Handed(models.TextChoices):
    SHOWN = "shown"
    PRINTED = "printed"
    DOOR = "door"


class Ticket(models.Model):
    """One ballot's right to be cast, once. Nothing about a phone is kept: no address, no mark, no cookie.

    The secret is in its holder's hands; here is its hash. Erased with the card's lines.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="tickets")
    token_hash = models.CharField(max_length=64, unique=True)
    handed = models.CharField(max_length=8, choices=Handed.choices)
    # What a facilitator may know of it: a running number; that of the person where it is a listed one's.
    number = models.PositiveSmallIntegerField()
    person = models.CharField(max_length=36, blank=True)
    group = models.CharField(max_length=40, blank=True)
    drawn_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    # The fingerprint of what was cast tells the same ballot sent again from another one.
    content = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "person"],
                condition=~Q(person="") & Q(withdrawn_at=None, voided_at=None),
                name="one_live_ticket_a_person",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None), name="ticket_used_or_withdrawn"
            ),
        ]
        indexes = [models.Index(fields=["poll", "number"])]


class WeekResult(models.Model):
    """What a town said on a criterion over its days: beside the room's result, never in it.

    A table of its own, so that nothing that counts `Result`s (the projector, the releases) can take it
    for the room's. Shape as there.
    """

    id = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="week_results")
    order = models.PositiveSmallIntegerField()
    criterion = models.CharField(max_length=60)
    text = models.JSONField(default=dict)
    histogram = models.JSONField(default=list)
    cells = models.JSONField(default=dict)
    groups = models.JSONField(default=dict)
    n = models.PositiveIntegerField()
    central_milli = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="week_criterion_once_a_sheet"),
            models.UniqueConstraint(fields=["sheet", "order"], name="week_order_once_a_sheet"),
        ]
