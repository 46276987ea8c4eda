"""Accounts: who may act, in whose name, where, and with which device."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Implementer, Office, Programme
from samleng.ground.people.rules import Acting, Grant, Scope, SeatFact
from samleng.ground.people.scoping import ScopedQuerySet
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.words.khmer import searchable, sort_key, to_latin


class RoleName(models.TextChoices):
    """What people call each role of `roles.ROLES`."""

    PROGRAMME_ADMIN = "programme_admin", _("Programme manager")
    OFFICER = "officer", _("Programme officer")
    IMPLEMENTER_OFFICER = "implementer_officer", _("Implementer's officer")
    REVIEWER = "reviewer", _("Reviewer")
    AUDITOR = "auditor", _("Auditor")
    FACILITATOR = "facilitator", _("Facilitator")
    COMMITTEE = "committee", _("Member of a monitoring committee")
    AMBASSADOR = "ambassador", _("Community ambassador")
    OFFICE_HEAD = "office_head", _("Head of an office or facility")
    CLERK = "clerk", _("Clerk")
    DISTRICT_OFFICER = "district_officer", _("Officer of a higher-level office")
    OMBUDSMAN = "ombudsman", _("Ombudsman")
    OPERATOR = "operator", _("Waste or utility operator")
    MODERATOR = "moderator", _("Moderator of public reports")
    CUSTODIAN = "custodian", _("Custodian of an office's keys")
    REGISTRAR = "registrar", _("Keeper of the national registers")


class Sex(models.TextChoices):
    FEMALE = "female", _("Woman")
    MALE = "male", _("Man")
    OTHER = "other", _("Other")


class Schooling(models.TextChoices):
    NONE = "none", _("No formal school")
    PRIMARY_SOME = "primary_some", _("Some primary school")
    PRIMARY = "primary", _("Primary school")
    LOWER_SOME = "lower_some", _("Some lower secondary school")
    LOWER = "lower", _("Lower secondary school")
    UPPER_SOME = "upper_some", _("Some upper secondary school")
    UPPER = "upper", _("Upper secondary school")
    HIGHER = "higher", _("Higher than secondary school")


class PersonQuerySet(models.QuerySet["Person"]):
    def seen_in(self, scope: Scope) -> PersonQuerySet:
        """People with a live seat that the scope opens."""
        if scope.everything:
            return self
        return self.filter(pk__in=Seat.objects.live().within(scope).values("person_id"))

    def called(self, words: str, programmes: Iterable[Any]) -> PersonQuerySet:
        """People whose name holds the words, Khmer and Latin alike, or whose number these programmes gave.

        Another programme's number finds nobody: it would tell who works there.
        """
        numbered = Badge.objects.filter(programme__in=list(programmes), code__iexact=to_latin(words.strip()))
        named = Q(search__contains=searchable(words))
        return self.filter(named | Q(pk__in=numbered.values("person_id")))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """Somebody with an account. Name and sign-in name are private: they never leave the desk."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)
    schooling = models.CharField(max_length=20, choices=Schooling.choices, blank=True)
    base = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, default="km")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    search = models.TextField(blank=True)
    sort_key = models.CharField(max_length=400, blank=True, db_index=True)
    # Raised to end every session of the person at once.
    turn = models.PositiveIntegerField(default=0)

    objects = PersonManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django asks this name for the current secret and for each fallback.
        return salted_hmac(
            "samleng.people.session", f"{self.password}:{self.turn}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def named(self, name: str) -> Person:
        """The same row under this name, made findable and sortable by it."""
        self.name, self.search, self.sort_key = name, searchable(name), sort_key(name)[:400]
        return self

    def seat_facts(self) -> tuple[SeatFact, ...]:
        """The seats held now, as rules know them."""
        return tuple(fact for seat in self.seats.live().in_force() for fact in seat.facts())

    def acting(self, *, via: str = "web", owner: str = "") -> Acting:
        """The person as verbs know them, with the seats held now; one query.

        `owner` chooses in whose name they act when they hold several seats; else the first one's.
        """
        seats = self.seat_facts()
        owners = [seat.owner for seat in seats]
        chosen = owner if owner in owners else (owners[0] if owners else "")
        if not self.is_active:
            seats, chosen = (), ""
        return Acting(key=self.key, person=str(self.pk), seats=seats, owner=chosen, via=via)

    @property
    def key(self) -> str:
        return f"person:{self.pk}"

    def __str__(self) -> str:
        return self.key


class SeatQuerySet(ScopedQuerySet["Seat"]):
    office_fields = ("office",)
    place_field = "area"
    implementer_field = "implementer"
    implementer_shared = False

    def opened_by(self, grant: Grant) -> Q | None:
        """Who keeps the country's registers also sees who sits in its offices."""
        if grant.registry:
            return Q(office__isnull=False, area__path__startswith=grant.area_path)
        return super().opened_by(grant)

    def live(self) -> SeatQuerySet:
        """Seats held today."""
        today = timezone.localdate()
        return self.filter(since__lte=today).filter(Q(until=None) | Q(until__gt=today))

    def in_force(self) -> SeatQuerySet:
        """With their areas, oldest seat first."""
        return self.select_related("area").order_by("since", "id")

    def facts_of(self, people: Sequence[Person]) -> dict[Any, list[SeatFact]]:
        """The seats of many people as rules know them, by person, in few queries."""
        return self.facts_by_id([person.pk for person in people])

    def facts_by_id(self, people: Sequence[Any]) -> dict[Any, list[SeatFact]]:
        """The same for people known by their ids only."""
        found: dict[Any, list[SeatFact]] = defaultdict(list)
        for start in range(0, len(people), 500):
            for seat in self.filter(person__in=people[start : start + 500]).in_force():
                found[seat.person_id] += seat.facts()
        return found


class Seat(models.Model):
    """A role a person holds in one programme or one office, within an area, for a time."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="seats")
    role = models.CharField(max_length=30)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    implementer = models.ForeignKey(Implementer, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Place, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    objects = SeatQuerySet.as_manager()

    def facts(self) -> list[SeatFact]:
        """The seat as rules know it, once for its area and once for each version that followed it."""
        return [
            SeatFact(
                role=self.role,
                programme=str(self.programme_id) if self.programme_id else None,
                office=str(self.office_id) if self.office_id else None,
                implementer=str(self.implementer_id) if self.implementer_id else None,
                area_path=place.path,
            )
            for place in followed(self.area)
        ]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(programme=None, office__isnull=False) | Q(programme__isnull=False, office=None),
                name="seat_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "programme", "area"],
                condition=Q(until=None, office=None),
                name="programme_seat_once",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "office"],
                condition=Q(until=None, programme=None),
                name="office_seat_once",
            ),
        ]


def followed(place: Place) -> list[Place]:
    """The version and all that came after it, so that a seat outlives a renaming or a split."""
    found, waiting = [place], [place]
    while waiting:
        before = waiting.pop()
        if before.valid_to is None:
            continue
        for step in before.successions.select_related("after"):
            if step.after not in found:
                found.append(step.after)
                waiting.append(step.after)
    return found


class Badge(models.Model):
    """The number by which a programme's own lists know a person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="badges")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="badge_code_once"),
            models.UniqueConstraint(fields=["programme", "person"], name="badge_once_a_programme"),
        ]


class Contact(models.Model):
    """A telephone number or address, sealed; found again only by a keyed blind index."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10)
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "blind_index"], name="contact_once")]


class Invitation(models.Model):
    """A one-use link by which a staff member sets a password and a second step."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class Enrolment(models.Model):
    """A printed slip: its QR holds a code, its PIN opens it once, and the phone used becomes the device."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments")
    code_hash = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=200)
    failed = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class Pin(models.Model):
    """A facilitator's PIN; good only on an enrolled device."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="pin")
    secret = models.CharField(max_length=200)
    failed = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField(default=timezone.now)


class DeviceQuerySet(models.QuerySet["Device"]):
    def in_use(self) -> DeviceQuerySet:
        """Phones that were not revoked, of people whose account is open."""
        return self.filter(revoked_at=None, person__is_active=True)

    def acting(self, hashes: Collection[str], *, via: str) -> dict[str, tuple[Any, Acting]]:
        """The phones whose tokens have these hashes, by hash: (id, who acts as if by PIN); two queries."""
        rows = self.in_use().filter(token_hash__in=hashes).values_list("token_hash", "pk", "person_id")
        phones = list(rows)
        facts = Seat.objects.live().facts_by_id(list({person for _hash, _pk, person in phones}))
        found = {}
        for token_hash, pk, person in phones:
            seats = tuple(fact for fact in facts[person] if not fact.rights.staff)
            owner = seats[0].owner if seats else ""
            by = Acting(key=f"person:{person}", person=str(person), seats=seats, owner=owner, via=via)
            found[token_hash] = (pk, by)
        return found


class Device(models.Model):
    """A phone enrolled for one person; revoked when it is lost."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    enrolled_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()


class Training(models.Model):
    """A module a facilitator has passed (M1 to M4); eligibility warns, it never blocks a meeting."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="trainings")
    module = models.CharField(max_length=10)
    # Lists often only say that it was passed; then the day is not known.
    passed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "module"], name="module_passed_once")]
