"""What happened: one append-only table, the receipts of requests and the queue of its readers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import COLUMNS, whole_digest


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, thing: models.Model) -> EntryQuerySet:
        """Everything that happened to one thing, oldest first."""
        return self.filter(thing_kind=thing._meta.label_lower, thing_id=str(thing.pk)).order_by("id")

    def due_to(self, reader: str) -> EntryQuerySet:
        """What a reader (the projector, the postman) has not handled yet, oldest first."""
        return self.filter(due__reader=reader).order_by("id")

    def digest(self) -> str:
        """SHA-256 over the canonical bytes of every row in order of id: two equal ledgers give the same."""
        return whole_digest(self.order_by("id").values_list(*COLUMNS).iterator(chunk_size=2000))


class Entry(models.Model):
    """Who did what to which thing, when. Holds ids, codes and a salted hash; never text, phone or IP."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    verb = models.CharField(max_length=60)
    actor = models.CharField(max_length=60)
    via = models.CharField(max_length=20)
    owner = models.CharField(max_length=60, blank=True)
    thing_kind = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["thing_kind", "thing_id", "id"]),
            models.Index(fields=["owner", "id"]),
            models.Index(fields=["actor", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.verb} {self.thing_kind}:{self.thing_id}"


class Salt(models.Model):
    """The salt of an entry's content hash; forgetting it makes the hash say nothing."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="salt")
    salt = models.BinaryField()


class Due(models.Model):
    """An entry that a reader still has to handle; the row goes when it is done, in one transaction."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="due")
    reader = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "entry"], name="due_once")]


class Receipt(models.Model):
    """A request a client made with its own UUID: sent again it gets the same answer, counted once."""

    id = models.UUIDField(primary_key=True)
    owner = models.CharField(max_length=60)
    request = models.UUIDField()
    verb = models.CharField(max_length=60)
    payload_hash = models.CharField(max_length=64)
    answer_kind = models.CharField(max_length=60, blank=True)
    answer_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "request"], name="request_once_per_owner")]
