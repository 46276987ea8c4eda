"""Recordings of a method's texts, so that whoever does not read hears what is asked, in their language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import models
from django.db.models import Q
from django.utils import timezone

from samleng.ground.sounds.rules import Slot, State
from samleng.kit.ledger.rules import fresh_id
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import EXTENSIONS

# The owner of what every programme of the country hears.
COUNTRY = ""


class TakeQuerySet(models.QuerySet["Take"]):
    def of(self, owner: str, slots: Iterable[Slot]) -> TakeQuerySet:
        """What is heard of these slots in an owner's meetings: its own takes, and the country's."""
        listed = list(slots)
        return self.filter(
            owner__in={owner, COUNTRY},
            about__in={one.about for one in listed},
            slot__in={one.code for one in listed},
            until=None,
        ).select_related("blob")


class Take(models.Model):
    """One recording of one text in one language; it belongs to the words and outlives a version of them."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    # A programme's key, or "" for the whole country.
    owner = models.CharField(max_length=60, blank=True)
    # The framework's code; "" for the lessons of this site.
    about = models.CharField(max_length=40, blank=True)
    slot = models.CharField(max_length=160)
    language = models.CharField(max_length=20)
    # Of the words that were read.
    words_digest = models.CharField(max_length=64)
    # Gone when the recording was removed; a take that was only done better stays for phones that know it.
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    millis = models.PositiveIntegerField(null=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    # Since then another take is heard, or none.
    until = models.DateTimeField(null=True)

    objects = TakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "about", "slot", "language", "words_digest"],
                condition=Q(until=None),
                name="one_take_is_heard",
            ),
            models.CheckConstraint(
                condition=Q(blob__isnull=False) | Q(until__isnull=False), name="heard_take_has_its_sound"
            ),
        ]

    @property
    def filename(self) -> str:
        """The name it is fetched under: it never gets other content."""
        ending = EXTENSIONS.get(self.blob.media_type, "bin") if self.blob else "gone"
        return f"{self.pk}.{ending}"

    def __str__(self) -> str:
        return f"{self.slot}:{self.language}:{self.pk}"


def given_file(slot: Slot, language: str) -> Path | None:
    """The file a pack names for a slot, among the static files; None where it names none that is there."""
    address = slot.given.get(language, "")
    if not address.startswith(settings.STATIC_URL):
        return None
    place = finders.find(address.removeprefix(settings.STATIC_URL))
    return Path(place) if isinstance(place, str) else None


class Shelf:
    """The takes of some slots as an owner hears them, read once."""

    def __init__(self, owner: str, slots: Iterable[Slot]) -> None:
        self.owner, self.slots = owner, tuple(slots)

    @cached_property
    def takes(self) -> dict[tuple[str, str, str], list[Take]]:
        """By (about, slot, language), the owner's own before the country's, the newest first."""
        found: dict[tuple[str, str, str], list[Take]] = defaultdict(list)
        rows = Take.objects.of(self.owner, self.slots).order_by("-at")
        for one in sorted(rows, key=lambda take: take.owner == COUNTRY):
            found[one.about, one.slot, one.language].append(one)
        return found

    def take(self, slot: Slot, language: str) -> Take | None:
        """The recording of the slot's words as they stand; None where none says just these."""
        kept = self.takes.get((slot.about, slot.code, language), [])
        digest = slot.digest(language) if kept else ""
        return next((one for one in kept if one.words_digest == digest), None)

    def by_language(self, slot: Slot) -> dict[str, Take]:
        """The slot's recordings in every language that has one."""
        found = {language: self.take(slot, language) for language in slot.spoken}
        return {language: take for language, take in found.items() if take}

    def state(self, slot: Slot, language: str) -> State:
        """How the slot stands; a file that the pack names counts too, where it is there."""
        take = self.take(slot, language)
        if take and take.blob:
            return State(slot, language, "recorded", take.blob.size)
        if (given := given_file(slot, language)) is not None:
            return State(slot, language, "recorded", given.stat().st_size)
        return State(slot, language, "changed" if self.old_words(slot, language) else "missing")

    def old_words(self, slot: Slot, language: str) -> bool:
        """Whether there are recordings, but of other words."""
        return bool(self.takes.get((slot.about, slot.code, language)))
