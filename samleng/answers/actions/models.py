"""A promise: what will be done, by which office, until when, and whether people saw it done."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.rules import Grant
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob
from samleng.voices.scorecards.models import Result


class ActionQuerySet(ScopedQuerySet["Action"]):
    office_fields = ("office", "escalated_to")

    def opened_by(self, grant: Grant) -> Q | None:
        """As usual, and also the actions that reach into the grant's area from elsewhere."""
        found = super().opened_by(grant)
        if found is None or not grant.programme or grant.area_path == "/":
            return found
        here = Reach.objects.filter(place__path__startswith=grant.area_path).values("action")
        return found | Q(programme_id=grant.programme, pk__in=here)

    def live(self) -> ActionQuerySet:
        """Not replaced by a later wording."""
        return self.filter(superseded_by=None)

    def unfinished(self) -> ActionQuerySet:
        """Neither confirmed nor dropped."""
        return self.live().filter(confirmed_on=None, stopped_on=None)

    def overdue(self, day: date) -> ActionQuerySet:
        """Over their day and not even claimed."""
        return self.unfinished().filter(claimed_on=None, due_on__lt=day)

    def waiting_for(self, office: Office) -> ActionQuerySet:
        """What the office has to do something about next: its own, and what was put up to it."""
        own = Q(office=office) & ~Q(escalation__in=["asked", "taken_up"])
        above = Q(escalated_to=office, escalation__in=["asked", "taken_up"])
        return self.unfinished().filter(own | above, claimed_on=None)

    def to_confirm(self) -> ActionQuerySet:
        """Claimed done and waiting for the people's verdict."""
        return self.unfinished().filter(claimed_on__isnull=False)

    def with_context(self) -> ActionQuerySet:
        return self.select_related(
            "programme", "framework", "facility__service", "place__kind", "office__kind", "escalated_to"
        )


class Action(models.Model):
    """One promise. It exists once, however many communes it serves and plans it stands in.

    Its status follows from its steps; `claimed_on` and `confirmed_on` are two facts by two parties.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    # Where in the place, as written, when it is no facility: "the road to the pagoda".
    location = models.CharField(max_length=200, blank=True)
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
    funding_amount = models.PositiveBigIntegerField(null=True)
    status = models.CharField(max_length=20)
    status_on = models.DateField()
    percent = models.PositiveSmallIntegerField(default=0)
    # The higher office it was put to, and what that office said: asked, taken_up, refused.
    escalated_to = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    escalation = models.CharField(max_length=10, blank=True)
    agreed_on = models.DateField()
    # The day its first plan was adopted: from then on it binds, and wording changes only by a successor.
    adopted_on = models.DateField(null=True)
    # As first promised; a later day of completion stands beside it, not over it.
    first_due_on = models.DateField()
    claimed_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    made_at = models.DateTimeField(default=timezone.now)

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="action_dates_in_order"),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(claimed_on__isnull=False), name="confirmed_after_claimed"
            ),
            models.CheckConstraint(
                condition=Q(escalation="") | Q(escalated_to__isnull=False), name="escalation_names_its_office"
            ),
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
            # Claimed and waiting for the people's verdict: few of a nation's, and every desk asks for them.
            models.Index(
                fields=["claimed_on"],
                name="action_to_confirm",
                condition=Q(claimed_on__isnull=False, confirmed_on=None, stopped_on=None),
            ),
        ]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"

    @property
    def office_keys(self) -> set[str]:
        """The owners' keys of the offices that answer for it."""
        return {f"office:{pk}" for pk in (self.office_id, self.escalated_to_id) if pk}


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
    # When somebody last let everyone see it or took it back: pages that were kept are then made anew.
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "blob"], name="proof_once")]
