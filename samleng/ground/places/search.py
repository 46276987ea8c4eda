"""Finding places by what people type: either script, any spelling they use, best first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.places.rules import without_kind
from samleng.kit.words.khmer import searchable, skeleton
from samleng.kit.words.text import clean

# A shorter skeleton is in half of all names.
SHORTEST_SKELETON_PART = 5


def search(
    text: str,
    *,
    country: str | None = None,
    level: int | None = None,
    within: Place | None = None,
    day: date | None = None,
    limit: int = 20,
) -> list[Place]:
    """Places whose name, alias or code matches, best first: whole name, beginning, part, likely spelling.

    Without `day` the versions in force now are searched. A kind's word in the text ("Khum X", ឃុំX)
    is not taken for a part of the name, unless that finds the name itself.
    """
    places = Place.objects.at(day) if day else Place.objects.current()
    if country:
        places = places.filter(country=country)
    if level is not None:
        places = places.filter(level=level)
    if within is not None:
        places = places.under(within)
    kinds = [word for names in PlaceKind.objects.values_list("name", flat=True) for word in names.values()]
    found = best_first(places, text, kinds)
    if found is None:
        return []
    found = found.select_related("kind", "parent__kind").order_by("rank", "level", "sort_key", "code")
    return list(found[:limit])


def best_first(rows: QuerySet[Any], text: str, kinds: Iterable[str] = ()) -> QuerySet[Any] | None:
    """Rows (having `search` and `skeleton`) that match, annotated with `rank`; None when nothing is asked."""
    asked = searchable(clean(text[:200]))
    if not asked:
        return None
    bare = without_kind(asked, kinds)
    bones = skeleton(bare)
    steps = [
        _any([f"\n{one}\n" for one in {asked, bare}]),
        _any([f"\n{one}" for one in {asked, bare}]),
        _any([asked, bare]),
    ]
    if len(bones) > 1:
        steps += [Q(skeleton__contains=f"\n{bones}\n"), Q(skeleton__contains=f"\n{bones}")]
    if len(bones) >= SHORTEST_SKELETON_PART:
        steps.append(Q(skeleton__contains=bones))
    whole = Q()
    for step in steps:
        whole |= step
    rank = Case(*(When(step, then=Value(n)) for n, step in enumerate(steps)), output_field=IntegerField())
    return rows.filter(whole).annotate(rank=rank)


def _any(values: Iterable[str]) -> Q:
    found = Q()
    for value in values:
        found |= Q(search__contains=value)
    return found


def place_at(code: str, day: date, *, country: str) -> Place | None:
    """The version of the code that was in force on the day, or None."""
    return Place.objects.at(day).filter(country=country, code=code).select_related("kind").first()
