"""Where both sides meet, and the one plan of a commune that comes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.cases.models import Case, Cluster
from samleng.ground.frameworks.models import Framework
from samleng.ground.offices.models import Office, Programme
from samleng.ground.people.models import Person
from samleng.ground.people.rules import Grant
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob
from samleng.voices.scorecards.models import Round, Scorecard


class MeetingQuerySet(ScopedQuerySet["Meeting"]):
    def opened_by(self, grant: Grant) -> Q | None:
        """As usual; an office opens the meetings about the facility it stands for, and no others."""
        if not grant.office:
            return super().opened_by(grant)
        stands_for = Office.objects.filter(pk=grant.office, facility__isnull=False)
        return Q(facility__in=stands_for.values("facility"))

    def open(self) -> MeetingQuerySet:
        return self.filter(closed_at=None)

    def with_context(self) -> MeetingQuerySet:
        return self.select_related("programme", "round__framework", "place__kind", "facility__service")


class Meeting(models.Model):
    """An interface meeting: citizens and a provider look at both scorecards side by side."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    held_on = models.DateField()
    # Heads counted at the door by group, no names.
    attendance = models.JSONField(default=dict)
    minutes = models.TextField(blank=True)
    # The meeting agreed that the provider's own view is shown as its stated position.
    show_provider = models.BooleanField(default=False)
    provider_reply = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)
    # The framework's checks as they stood when it closed: [{"code", "kind", "passed", "found"}].
    checks = models.JSONField(default=list)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "facility", "place"], name="meeting_once_a_round")
        ]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"


class MeetingCard(models.Model):
    """A scorecard laid on the table of a meeting; a provider's own may lie at several communes' meetings."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="cards")
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "scorecard"], name="card_once_a_meeting")]


class PlanQuerySet(ScopedQuerySet["Plan"]):
    office_fields = ("office",)

    def watched_by(self, person_id: Any, day: date) -> PlanQuerySet:
        """Plans the person is named on as a member of the committee or an ambassador."""
        live = Member.objects.live(day).filter(person_id=person_id)
        return self.filter(pk__in=live.values("plan"))

    def with_context(self) -> PlanQuerySet:
        return self.select_related("programme", "framework", "place__kind", "place__parent", "office__kind")


class Plan(models.Model):
    """The joint accountability action plan: one per commune and year, over all its facilities."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    # The first adoption counts; a later scan adds what was agreed since.
    adopted_on = models.DateField(null=True)
    scan = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="carried_to")

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "place", "year"], name="one_plan_a_commune_and_year"
            ),
            models.CheckConstraint(
                condition=Q(adopted_on=None) | Q(scan__isnull=False), name="adopted_plan_has_its_scan"
            ),
        ]

    @property
    def owner_key(self) -> str:
        return f"programme:{self.programme_id}"


class PlanItem(models.Model):
    """An action's place in a plan; the action itself exists once."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items")
    action = models.ForeignKey(Action, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="+")
    order = models.PositiveSmallIntegerField()
    carried_from = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "action"], name="action_once_a_plan")]
        indexes = [models.Index(fields=["action"])]


class TakenUpQuerySet(models.QuerySet["TakenUp"]):
    def untold(self) -> TakenUpQuerySet:
        """Those whose promise came to its end, and whose reporters have not been told so."""
        ended = Q(action__confirmed_on__isnull=False) | Q(action__stopped_on__isnull=False)
        return self.filter(ended, told_as="")


class TakenUp(models.Model):
    """What people reported and an action of a plan answers: a public case, or a cluster of an office."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    action = models.ForeignKey(Action, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # "kept" or "dropped" once the reporters were told what became of the promise.
    told_as = models.CharField(max_length=10, blank=True)

    objects = TakenUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, cluster__isnull=False) | Q(case__isnull=False, cluster=None),
                name="taken_up_is_one_thing",
            ),
            models.UniqueConstraint(fields=["action", "case"], name="case_taken_up_once"),
            models.UniqueConstraint(fields=["action", "cluster"], name="cluster_taken_up_once"),
        ]
        indexes = [models.Index(fields=["action"], condition=Q(told_as=""), name="taken_up_untold")]


class MemberQuerySet(models.QuerySet["Member"]):
    def live(self, day: date) -> MemberQuerySet:
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))


class Member(models.Model):
    """Somebody who watches over one plan: of its monitoring committee, or a community ambassador."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "person"], condition=Q(until=None), name="member_once_a_plan"
            )
        ]


class UpdateLink(models.Model):
    """A one-use link by which an action's owner without an account says how far it is."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    action = models.ForeignKey(Action, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
