"""What people may say here and what follows: published versions of a country's catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from samleng.ground.channels.rules import Catalogue, Referral
from samleng.kit.commit.asking import Question
from samleng.kit.ledger.rules import fresh_id


class CatalogueQuerySet(models.QuerySet["CatalogueVersion"]):
    def current(self) -> CatalogueVersion | None:
        """The version in force; None on a site where no channel was published."""
        key, since = newest.first() or (None, None)
        if key is None:
            return None
        # What a version says never changes: it is read once a process. Which one is in force is asked anew.
        if key not in _versions:
            _versions[key] = self.get(pk=key)
        found = _versions[key]
        found.in_force_since = since
        return found

    def catalogue(self) -> Catalogue | None:
        """What is in force. Read whole only where this process has not parsed it yet: it is a long text."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT digest FROM {table} ORDER BY in_force_since DESC, id DESC LIMIT 1")  # noqa: S608
            found = cursor.fetchone()
        if found is None:
            return None
        return _kept.get(found[0]) or self.get(digest=found[0]).catalogue


class CatalogueVersion(models.Model):
    """One published catalogue; every case pins the one it was received under."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    data = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    # Publishing the same data once more puts it in force again; nothing else of a version ever changes.
    in_force_since = models.DateTimeField(default=timezone.now, db_index=True)

    objects = CatalogueQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def save(self, *args: Any, **given: Any) -> None:
        """Only ever once: what a case has pinned must not change under it."""
        if not self._state.adding:
            raise TypeError("a published catalogue never changes; publish another")
        super().save(*args, **given)

    @property
    def catalogue(self) -> Catalogue:
        """The version as parsed; parsed once a process, since it never changes."""
        if self.digest not in _kept:
            _kept[self.digest] = Catalogue.parse(self.data)
        return _kept[self.digest]


_kept: dict[str, Catalogue] = {}
_versions: dict[UUID, CatalogueVersion] = {}
# Asked on every page of speaking.
newest = Question(
    lambda: CatalogueVersion.objects.order_by("-in_force_since", "-pk").values_list("pk", "in_force_since")[
        :1
    ]
)


class HelpNumberQuerySet(models.QuerySet["HelpNumber"]):
    def filled(self, catalogue: Catalogue) -> tuple[Referral, ...]:
        """The catalogue's lists of help with the numbers this site has entered."""
        entered = {(one.referral, one.contact): one.phone for one in self.all()}
        return tuple(
            replace(
                one,
                contacts=tuple(
                    replace(contact, phone=entered.get((one.code, contact.code), "") or contact.phone)
                    for contact in one.contacts
                ),
            )
            for one in catalogue.referrals
        )


class HelpNumber(models.Model):
    """A telephone number of a list of help, entered by the site: a pack never invents one."""

    referral = models.CharField(max_length=40)
    contact = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)

    objects = HelpNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "contact"], name="help_number_once_a_contact")
        ]
