"""The place a record lies in, which decides who reads it: its own answer first, then its sender's area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from samleng.ground.people.rules import seats_for
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import to_latin
from samleng.voices.forms.rules.places import common_ground
from samleng.voices.forms.wording import no_places


@dataclass(frozen=True, kw_only=True)
class Lies:
    """A place's id, and the implementer's whose people sent the record; None for the programme's own."""

    place: int
    implementer: UUID | None


def where_it_lies(by: Actor, owner: str, said: Sequence[str]) -> Lies:
    """Where a record lies whose answers name these codes, sent by somebody for a programme (its key)."""
    seats = [seat for seat in seats_for(by, "forms.send") if seat.owner == owner]
    senders = {seat.implementer for seat in seats}
    implementer = senders.pop() if len(senders) == 1 else None
    paths = [seat.area_path for seat in seats]
    if not paths:
        country = Place.objects.whole_country()
        if country is None:
            raise no_places()
        paths = [country.path]
    found = place_said(said, paths[0].split("/")[1]) or senders_ground(paths)
    if found is None:
        raise no_places()
    return Lies(place=found, implementer=UUID(implementer) if implementer else None)


def place_said(said: Sequence[str], country: str) -> int | None:
    """The smallest of the country's places whose code was answered; codes that are none's say nothing."""
    if not said:
        return None
    today = Place.objects.at(timezone.localdate()).filter(path__startswith=f"/{country}/")
    codes = {to_latin(one) for one in said}
    return today.filter(code__in=codes).order_by("-level", "pk").values_list("pk", flat=True).first()


def senders_ground(paths: Sequence[str]) -> int | None:
    """The smallest place that holds all areas somebody works in, by today's versions of them."""
    if len(set(paths)) == 1:
        # Nearly everybody works in one area, and many records come at once.
        return common_ground(paths)
    ids = {path.strip("/").rpartition("/")[2] for path in paths}
    now = Place.objects.current().filter(pk__in=[one for one in ids if one.isdecimal()])
    return common_ground(list(now.values_list("path", flat=True)) or paths)
