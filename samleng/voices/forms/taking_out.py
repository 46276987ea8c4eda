"""Records as they are taken out, half a million of them: few columns, few questions asked, no XML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


class Asked(dict[Any, str]):
    """What many records share, asked for once each."""

    def __init__(self, ask: Callable[[Any], str]) -> None:
        self.ask = ask

    def __missing__(self, key: Any) -> str:
        self[key] = found = self.ask(key)
        return found


class Known:
    """What a form's records share: names of versions, codes of places, if any has files or was reviewed."""

    def __init__(self, form: UUID) -> None:
        self.versions = Asked(lambda pk: Version.objects.values_list("version", flat=True).get(pk=pk))
        self.places = Asked(lambda pk: Place.objects.values_list("code", flat=True).get(pk=pk))
        self.senders = Asked(lambda pk: str(number(pk)) if pk else "")
        self.files = Version.objects.filter(form=form).exclude(binaries=[]).exists()
        self.reviews = Review.objects.filter(record__form=form).exists()


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
    versions, places, senders, loads = known.versions, known.places, known.senders, orjson.loads
    found = []
    for pk, supersedes, first_id, version, sender, key, at, place, said in rows:
        known_as, since = before[plain(first_id)] if first_id else (key, at)
        told = versions[version], places[place], senders[sender]
        found.append(Taken(pk, at, supersedes, first_id, loads(said), known_as, since, *told))
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
