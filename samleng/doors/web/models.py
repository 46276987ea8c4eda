"""What pages remember for the people who work on them; nothing of anybody else."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from samleng.ground.people.models import Person


class SavedFilter(models.Model):
    """A way of looking at the desk that somebody named: codes of what is asked for, never a text."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    # As the address carries it: "state=working&assigned=me".
    query = models.CharField(max_length=400)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_filter_once_a_name")]

    def __str__(self) -> str:
        return f"saved_filter:{self.pk}"
