"""Records as they are taken out, half a million of them: few columns, few questions asked, no XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import CharField, Count, TextField
from django.db.models.functions import Cast

from samleng.ground.places.models import Place
from samleng.voices.forms.models import Attachment, Review, Submission, SubmissionQuerySet, Version
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.verbs.reviewing import findings

# Read at once; before the first line only a few, so that it leaves soon.
FIRST, AT_ONCE = 100, 1000
# Ids as text: to make half a million UUIDs of each would cost a fifth of the whole.
ASKED = {
    name: Cast(field, CharField())
    for name, field in {
        "own": "pk",
        "after": "supersedes",
        "begun": "first",
        "asked": "version",
        "by": "sender",
    }.items()
}


@dataclass(slots=True)
class Taken:
    """One record: its answers, under which number and since when, and what stands beside them."""

    pk: str
    received_at: datetime
    supersedes_id: str | None
    first_id: str | None
    answers: dict[str, Any]
    key: str
    first_at: datetime
    version: str
    place: str
    sender: str
    found: str = ""
    named: int = 0
    here: int = 0


class Known:
    """What a form's records share, asked for once: names of versions, codes of places, if any has files."""

    def __init__(self, form: UUID) -> None:
        self.versions: dict[str, str] = {}
        self.places: dict[int, str] = {}
        self.senders: dict[str | None, str] = {None: ""}
        self.files = Version.objects.filter(form=form).exclude(binaries=[]).exists()
        self.reviews = Review.objects.filter(record__form=form).exists()

    def version(self, pk: str) -> str:
        if pk not in self.versions:
            self.versions[pk] = Version.objects.values_list("version", flat=True).get(pk=pk)
        return self.versions[pk]

    def place(self, pk: int) -> str:
        if pk not in self.places:
            self.places[pk] = Place.objects.values_list("code", flat=True).get(pk=pk)
        return self.places[pk]

    def sender(self, pk: str | None) -> str:
        if pk not in self.senders:
            self.senders[pk] = str(number(pk)) if pk else ""
        return self.senders[pk]


def records(read: SubmissionQuerySet) -> Iterator[Taken]:
    """Those records of what may be read that stand, in the order they came, some at a time.

    Each some is a question of its own: the first row leaves at once, and no transaction stays open while
    somebody's slow line takes the rest.
    """
    form = read.order_by().values_list("form", flat=True).first()
    if form is None:
        return
    known = Known(form)
    rows = read.standing().order_by("pk").annotate(**ASKED, said=Cast("answers", TextField()))
    rows = rows.values_list(*ASKED, "instance_id", "received_at", "place_id", "said")
    some = list(rows[:FIRST])
    while some:
        yield from whole(some, known)
        some = list(rows.filter(pk__gt=some[-1][0])[:AT_ONCE])


def whole(rows: list[tuple[Any, ...]], known: Known) -> list[Taken]:
    """These rows with what belongs to them."""
    first = {one[2] for one in rows if one[2]}
    before = {}
    if first:
        asked = Submission.objects.filter(pk__in=first).values_list("pk", "instance_id", "received_at")
        before = {plain(pk): (key, at) for pk, key, at in asked}
    found = []
    for pk, supersedes, first_id, version, sender, key, at, place, said in rows:
        key, first_at = before[plain(first_id)] if first_id else (key, at)
        found.append(
            Taken(
                pk=pk,
                received_at=at,
                supersedes_id=supersedes,
                first_id=first_id,
                answers=orjson.loads(said),
                key=key,
                first_at=first_at,
                version=known.version(version),
                place=known.place(place),
                sender=known.sender(sender),
            )
        )
    if known.reviews or first:
        findings(found)
    if known.files:
        count_files(found)
    return found


def count_files(rows: list[Taken]) -> None:
    """How many files each record names, and how many of them are here."""
    # By the range of their ids: naming a thousand of them costs more than the counting.
    asked = Attachment.objects.filter(submission__gte=rows[0].pk, submission__lte=rows[-1].pk)
    asked = asked.order_by().values("submission")
    counts = asked.annotate(named=Count("pk"), here=Count("blob"))
    found = {plain(one["submission"]): (one["named"], one["here"]) for one in counts}
    for row in rows:
        row.named, row.here = found.get(plain(row.pk), (0, 0))


def plain(pk: object) -> str:
    """An id as both engines' texts of it agree: without dashes."""
    return str(pk).replace("-", "")
