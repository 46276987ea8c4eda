"""Reports taken up: whose matter, until when, what was said and done, and how its reporter found it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from samleng.answers.cases.rules.story import OPEN, Standing
from samleng.answers.cases.seeing import PUBLIC, CaseQuerySet
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility, Service
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob
from samleng.kit.sealing.models import Sealed
from samleng.voices.reports.models import Report

HELD = Q(assigned__isnull=False)
HOT = Q(urgent=True, next_due__isnull=False)
SHOWN, REVIEW = Q(exposure=PUBLIC, merged_into=None), Q(review_by__isnull=False)


class Case(models.Model):
    """One matter an office has to answer, whoever reported it and however many they are."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    # What people call it by; finds, never authorises.
    reference = models.CharField(max_length=20, unique=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+")
    category = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    exposure = models.CharField(max_length=12)
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    # The office complained of: it never reads, gets or hears of the case.
    about = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=14)
    jurisdiction = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=10, blank=True)
    # The clock: days in the land; `next_due` is the one that counts now.
    opened_on = models.DateField()
    # From this day the office's clock counts; {"since", "until", "reason"} for each time it stood.
    clock_from = models.DateField()
    pauses = models.JSONField(default=list)
    extended = models.PositiveSmallIntegerField(default=0)
    acknowledge_by = models.DateField()
    admit_by = models.DateField(null=True)
    resolve_by = models.DateField()
    next_due = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    admitted_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    pause_reason = models.CharField(max_length=30, blank=True)
    # Until when a public report's words and photos wait for review; null where nothing waits.
    review_by = models.DateField(null=True)
    reviewed_on = models.DateField(null=True)
    # What everyone may read of what was said, as a moderator let it pass.
    public_words = models.TextField(blank=True)
    # It stands above the others at the desk; a code says why. Its clock is no other for that.
    urgent = models.BooleanField(default=False)
    urgent_why = models.CharField(max_length=10, blank=True)
    assigned = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    reports = models.PositiveIntegerField(default=1)
    reopened = models.PositiveSmallIntegerField(default=0)
    rung = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="split")
    sample = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(exposure="public") | Q(latitude=None, longitude=None, public_words=""),
                name="only_public_cases_show_anything",
            ),
            models.CheckConstraint(condition=~Q(office=F("about")), name="nobody_judges_themselves"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
                name="a_merged_case_says_into_which",
            ),
        ]
        indexes = [
            # The desk: what is due first, of what still moves; what is counted above the list.
            models.Index(fields=["office", "next_due", "id"], name="case_desk"),
            models.Index(fields=["office", "state", "next_due", "id"], name="case_desk_state"),
            models.Index(fields=["office", "next_due", "id"], condition=HOT, name="case_desk_urgent"),
            models.Index(fields=["assigned", "next_due"], condition=HELD, name="case_mine"),
            models.Index(fields=["office", "state"], condition=Q(assigned=None), name="case_nobodys"),
            models.Index(fields=["office", "state"], condition=REVIEW, name="case_to_review"),
            models.Index(fields=["next_due"], condition=Q(next_due__isnull=False), name="case_clock"),
            models.Index(fields=["category", "latitude", "longitude"], condition=SHOWN, name="case_near"),
            models.Index(fields=["place", "category"], name="case_place"),
            models.Index(fields=["updated_at"], name="case_updated"),
            models.Index(fields=["answered_on"], condition=Q(state="answered"), name="case_unjudged"),
            models.Index(fields=["closed_on"], condition=Q(closed_on__isnull=False), name="case_to_forget"),
        ]

    @property
    def owner_key(self) -> str:
        return f"office:{self.office_id}"

    @property
    def sealed(self) -> bool:
        return self.exposure != PUBLIC

    @property
    def of(self) -> Category:
        """The category as this case's version of the catalogue has it."""
        return self.catalogue.catalogue.category(self.category)

    @property
    def standing(self) -> Standing:
        return Standing(
            state=self.state,
            kind=self.kind,
            jurisdiction=self.jurisdiction,
            outcome=self.outcome,
            paused=self.paused_on is not None,
            acknowledged=self.acknowledged_on is not None,
        )

    def overdue(self, today: date) -> bool:
        """Whether the day that counts now has passed."""
        counts = self.state in OPEN and self.paused_on is None
        return counts and self.next_due is not None and self.next_due < today

    def __str__(self) -> str:
        return f"case:{self.reference}"


class Heard(models.Model):
    """A report in a case: it opened it, joined it ("me too"), or came with one that was merged."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="heard")
    report = models.OneToOneField(Report, models.PROTECT, related_name="+")
    how = models.CharField(max_length=10)
    verdict = models.CharField(max_length=10, blank=True)
    verdict_on = models.DateField(null=True)
    # How the office dealt with it, in five steps; asked after the verdict.
    stars = models.PositiveSmallIntegerField(null=True)
    # Until here the reporter has read.
    read_until = models.DateTimeField(null=True)

    @classmethod
    def of(cls, report: Report) -> Heard:
        """A report's part in the case it is in now, with both."""
        return cls.objects.select_related("case", "report").get(report=report)


class Step(models.Model):
    """Something that happened to a case, in order; what everybody may read of it stands in `said`."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20)
    party = models.CharField(max_length=10)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=14)
    # A code: an outcome, a verdict, a reason to pause, a jurisdiction.
    code = models.CharField(max_length=30, blank=True)
    # The office's own public words, in public categories only.
    said = models.TextField(blank=True)
    sealed = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["case", "at"])]


class Message(models.Model):
    """Words between an office and one reporter; sealed to both, read by nobody else."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    report = models.ForeignKey(Report, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    from_reporter = models.BooleanField()
    sealed = models.ForeignKey(Sealed, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["case", "report", "at"])]


class MessageFile(models.Model):
    """A photo or a recording sent with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10)
    sealed = models.ForeignKey(Sealed, models.PROTECT, related_name="+")


class Note(models.Model):
    """What an office writes down for itself; it stays with the office when the case moves on."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    sealed = models.ForeignKey(Sealed, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)


class Evidence(models.Model):
    """A picture that shows the thing before or after; public only once it was looked at."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence")
    step = models.ForeignKey(Step, models.CASCADE, null=True, related_name="evidence")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=10)
    shown = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "blob"], name="case_evidence_once")]


class Tenure(models.Model):
    """An office that has or had the case: from when until when, and why it came and went."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tenures")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=20)
    rung = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(until=None), name="one_office_at_a_time")
        ]


class Session(models.Model):
    """One sitting of a mediation: when, with whom by their part in it, and what came of it."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    case = models.ForeignKey(Case, models.CASCADE, related_name="sessions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    held_on = models.DateField()
    # Who sat there, as codes of parts (complainant, office, witness); names stand nowhere.
    parties = models.JSONField(default=list)
    outcome = models.CharField(max_length=20, blank=True)
    minutes = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)


class Recommendation(models.Model):
    """What an ombudsman asks of an authority, and what the authority answered; or that it did not."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    case = models.ForeignKey(Case, models.CASCADE, related_name="recommendations")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    to = models.ForeignKey(Office, models.PROTECT, related_name="+")
    # In words that name nobody: it is sealed to both offices and the reporters.
    sealed = models.ForeignKey(Sealed, models.PROTECT, related_name="+")
    answer_by = models.DateField()
    answer = models.CharField(max_length=10, blank=True)
    answered_on = models.DateField(null=True)
    reply = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)


class Crew(models.Model):
    """People of an operator who go out together; they open their day's work by a link and sign in nowhere."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    # Since when this link is in somebody's hands; an old one opens nothing.
    linked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)


class Order(models.Model):
    """Work sent to a crew: a link that any phone opens, what is to be done there, and what came of it."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    case = models.ForeignKey(Case, models.CASCADE, related_name="orders")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="orders")
    day = models.DateField()
    # What the crew must know, in the office's own words; never the reporter's.
    task = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="given")
    reason = models.CharField(max_length=20, blank=True)
    done_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["crew", "day"]), models.Index(fields=["office", "state"])]


class Letter(models.Model):
    """That a case came as a letter: what a register says of it. What it says is sealed with the report."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="letter")
    dated_on = models.DateField(null=True)
    came_on = models.DateField()
    sheets = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=60)


class Cluster(models.Model):
    """Cases of one office about the same thing, in words that point at nobody: evidence for a plan."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    words = models.TextField()
    # How many people speak in it, as it was put together.
    people = models.PositiveIntegerField()
    cases = models.ManyToManyField(Case, related_name="clusters")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)
    withdrawn_at = models.DateTimeField(null=True)


class Look(models.Model):
    """Somebody opened sealed words or an identity: who, what, when, and for an identity why."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="looks")
    what = models.CharField(max_length=10)
    by = models.CharField(max_length=60)
    reason = models.ForeignKey(Sealed, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)


def context(case: Case) -> dict[str, Any]:
    """What the ledger says of a case: codes; a sealed one's place and category stay out of it."""
    facts: dict[str, Any] = {"state": case.state, "office": str(case.office_id), "exposure": case.exposure}
    if not case.sealed:
        facts |= {"category": case.category, "place": case.place_id}
    return facts
