"""Who can open what is sealed: a person's key, an office's vaults, and who holds a vault's key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.keys.rules import CASES, IDENTITY
from samleng.ground.offices.models import Office
from samleng.ground.people.models import Person
from samleng.kit.commit.asking import Question
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.sealing.rules import Reader


class Purpose(models.TextChoices):
    CASES = CASES, _("Sealed cases")
    IDENTITY = IDENTITY, _("Identities of reporters")


class PersonKeyQuerySet(models.QuerySet["PersonKey"]):
    def live(self) -> PersonKeyQuerySet:
        """Keys in use, of people whose account is open."""
        return self.filter(retired_at=None, person__is_active=True)

    def of(self, person: Any) -> PersonKey | None:
        """The key a person (or the id of one) uses now."""
        return self.live().filter(person=person).first()


class PersonKey(models.Model):
    """A person's own key; its private half lies here only under a passphrase that the site does not know."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    public = models.BinaryField()
    locked = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    failed = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    objects = PersonKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(retired_at=None), name="one_key_a_person_uses"
            )
        ]

    def __str__(self) -> str:
        return f"key:{self.pk}"


class VaultQuerySet(models.QuerySet["Vault"]):
    def live(self) -> VaultQuerySet:
        """Vaults that texts are sealed to now."""
        return self.filter(opened_at__isnull=False, retired_at=None)

    def of(self, office: Any, purpose: str = CASES) -> Vault | None:
        """The vault that texts for an office are sealed to; None before one was opened."""
        return self.live().filter(office=office, purpose=purpose).first()

    def readers(self, offices: Sequence[UUID], purpose: str = CASES) -> dict[UUID, Reader]:
        """To whom texts for these offices are sealed; an office without a vault in use is missing."""
        rows = vaults_of(list(offices), purpose) if offices else []
        return {office: Reader(f"vault:{key}", bytes(public)) for office, key, public in rows}

    def held_with(self, key: PersonKey) -> VaultQuerySet:
        """Vaults whose key this person's key opens."""
        return self.live().filter(shares__key=key).distinct()

    def kept_by(self, key: PersonKey) -> VaultQuerySet:
        """Vaults of which this person has one of the two halves."""
        return self.live().filter(halves__key=key).distinct()


class Vault(models.Model):
    """An office's key for one purpose. What is sealed to it only its holders open, with their own keys."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    version = models.PositiveSmallIntegerField(default=1)
    public = models.BinaryField()
    # The former key, sealed to this one: what was written to it at the very moment of the change is not lost.
    former = models.BinaryField(default=b"")
    # Nothing while a new key is still being given all that the former one opens.
    opened_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = VaultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "purpose", "version"], name="vault_version_once"),
            models.UniqueConstraint(
                fields=["office", "purpose"],
                condition=Q(opened_at__isnull=False, retired_at=None),
                name="one_vault_in_use",
            ),
        ]

    @property
    def reader(self) -> Reader:
        """To whom texts for this vault are sealed."""
        return Reader(key=self.reader_key, public=bytes(self.public))

    @property
    def reader_key(self) -> str:
        return f"vault:{self.pk}"

    @property
    def owner_key(self) -> str:
        return f"office:{self.office_id}"

    def __str__(self) -> str:
        return self.reader_key


# Asked for every report.
vaults_of = Question(
    lambda offices, purpose: (
        Vault.objects.live()
        .filter(office__in=offices, purpose=purpose)
        .values_list("office_id", "pk", "public")
    )
)


class Share(models.Model):
    """A vault's private key, sealed to one holder's own key."""

    vault = models.ForeignKey(Vault, models.CASCADE, related_name="shares")
    key = models.ForeignKey(PersonKey, models.CASCADE, related_name="shares")
    sealed = models.BinaryField()
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vault", "key"], name="share_once_a_holder")]


class Half(models.Model):
    """One of the two halves of a vault's private key, sealed to one custodian; alone it says nothing."""

    vault = models.ForeignKey(Vault, models.CASCADE, related_name="halves")
    key = models.ForeignKey(PersonKey, models.CASCADE, related_name="halves")
    sealed = models.BinaryField()
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vault", "key"], name="half_once_a_custodian")]


class Handed(models.Model):
    """A custodian's half on its way to the next holder, sealed to that holder's own key."""

    half = models.OneToOneField(Half, models.CASCADE, related_name="handed")
    to = models.ForeignKey(PersonKey, models.CASCADE, related_name="handed")
    sealed = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)
