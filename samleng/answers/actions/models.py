"""A promise: what will be done, by which office, until when, and whether people saw it done."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob
from samleng.voices.scorecards.models import Result


class ActionQuerySet(ScopedQuerySet["Action"]):
    def live(self) -> ActionQuerySet:
        return self.filter(superseded_by=None)


class Action(models.Model):
    """One promise. It exists once, however many communes it serves and plans it stands in.

    Its status follows from its steps; `claimed_on` and `confirmed_on` are two facts by two parties.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    part = models.CharField(max_length=4)
    category = models.CharField(max_length=40, blank=True)
    text = models.JSONField(default=dict)
    goal = models.JSONField(default=dict)
    proposer = models.CharField(max_length=120, blank=True)
    # What it answers: criterion and the scores of both sides as they stood.
    criterion = models.CharField(max_length=60, blank=True)
    community_result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+")
    provider_result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    role = models.JSONField(default=dict)
    partners = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    due_on = models.DateField()
    quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    unit = models.CharField(max_length=60, blank=True)
    beneficiaries = models.PositiveIntegerField(null=True)
    beneficiaries_women = models.PositiveIntegerField(null=True)
    cost = models.PositiveBigIntegerField(null=True)
    funding_source = models.CharField(max_length=120, blank=True)
    funding_secured = models.BooleanField(default=False)
    status = models.CharField(max_length=20)
    status_on = models.DateField()
    escalated_to = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    agreed_on = models.DateField()
    claimed_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="carried_to")
    made_at = models.DateTimeField(default=timezone.now)

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="action_dates_in_order"),
            models.CheckConstraint(
                condition=Q(beneficiaries_women=None)
                | Q(beneficiaries=None)
                | Q(beneficiaries_women__lte=F("beneficiaries")),
                name="women_among_beneficiaries",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "status", "due_on"]),
            models.Index(fields=["office", "status", "due_on"]),
            models.Index(fields=["escalated_to", "status"]),
            models.Index(fields=["place", "status"]),
            models.Index(fields=["facility"]),
        ]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"


class Reach(models.Model):
    """A place the action serves besides the one whose meeting agreed it."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="reaches")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "place"], name="reach_once")]


class Step(models.Model):
    """Something that happened to a promise: progress, a claim that it is done, a verdict on the claim."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    action = models.ForeignKey(Action, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    verdict = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)
    # Who is speaking: the office that promised, or the people it was promised to.
    party = models.CharField(max_length=12)
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["action", "at"])]


class Proof(models.Model):
    """A picture or paper that shows the step; public only after review."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="proofs")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    shown = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "blob"], name="proof_once")]
