"""Accounts: who may act, in whose name, where, and with which device."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.offices.models import Implementer, Office, Programme
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import fresh_id


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """Somebody with an account. Name and sign-in name are private: they never leave the desk."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    sex = models.CharField(max_length=10, blank=True)
    schooling = models.CharField(max_length=20, blank=True)
    base = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, default="km")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = PersonManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = ["name"]

    @property
    def key(self) -> str:
        return f"person:{self.pk}"

    def __str__(self) -> str:
        return self.key


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


class Enrolment(models.Model):
    """A printed slip: its QR holds a code, its PIN opens it once, and the phone used becomes the device."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments")
    code_hash = models.CharField(max_length=64, unique=True)
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


class Device(models.Model):
    """A phone enrolled for one person; revoked when it is lost."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    enrolled_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Training(models.Model):
    """A module a facilitator has passed (M1 to M4); eligibility warns, it never blocks a meeting."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="trainings")
    module = models.CharField(max_length=10)
    passed_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "module"], name="module_passed_once")]
