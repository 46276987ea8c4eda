"""What is typed with a list beneath it: categories, places and offices, by name or code, without a script."""

from __future__ import annotations

import re
from collections.abc import Iterable

from samleng.ground.channels.rules import Catalogue, Category
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place
from samleng.ground.places.search import search
from samleng.kit.words.khmer import searchable, to_latin
from samleng.kit.words.text import say

MOST = 400
CODE = re.compile(r"\(([\w-]+)\)$")
# A question or an idea can be answered while the person stands there; the rest is a case.
ASKED = ("question", "suggestion")


def categories_for(catalogue: Catalogue, kinds: Iterable[str] | None = None) -> list[Category]:
    """What can be taken in: all with a clock, and those that only show a list of help."""
    wanted = set(kinds) if kinds is not None else None
    return [
        one
        for one in catalogue.categories
        if one.only_referral
        or (catalogue.profile_of(one) is not None and (wanted is None or one.kind in wanted))
    ]


def labels(catalogue: Catalogue, found: Iterable[Category], language: str) -> dict[str, Category]:
    """Each category by what stands in the list: its name, and its group where two are called the same."""
    made: dict[str, Category] = {}
    for one in found:
        name = say(one.name, language)
        group = catalogue.group(one.group)
        made[f"{name} · {say(group.name, language)}" if group else name] = one
    return made


def category_in(text: str, known: dict[str, Category], language: str) -> list[Category]:
    """The categories somebody may mean: the one chosen, else those whose name or keywords hold the words."""
    if text in known:
        return [known[text]]
    asked = searchable(text)
    if not asked:
        return []
    exact = [one for one in known.values() if asked in (searchable(say(one.name, language)), one.code)]
    if exact:
        return exact[:1]
    return [
        one
        for label, one in known.items()
        if asked in searchable(label) or any(asked in searchable(word) for word in one.keywords.values())
    ]


def places_under(office: Office, language: str) -> dict[str, Place]:
    """The places of an office's area as its list shows them; of a wide area only the upper ones."""
    inside = Place.objects.current().filter(path__startswith=office.place.path).select_related("kind")
    return {f"{one.label(language)} ({one.code})": one for one in inside.order_by("level", "code")[:MOST]}


def place_in(text: str, office: Office, known: dict[str, Place]) -> list[Place]:
    """The places somebody may mean; with nothing typed the office's own."""
    if not text.strip():
        return [office.place]
    if text in known:
        return [known[text]]
    # As the page offers it, with its code at the end; a wide area has more places than its list.
    coded = CODE.search(text.strip())
    code = coded.group(1) if coded else to_latin(text).strip()
    inside = Place.objects.current().filter(path__startswith=office.place.path, code=code)
    if coded or code.isdecimal() or inside.exists():
        return list(inside.select_related("kind"))
    found = search(text, within=office.place, limit=12)
    whole = [one for one in found if searchable(text) in map(searchable, one.name.values())]
    return whole if len(whole) == 1 else found


def offices_near(office: Office, language: str) -> dict[str, Office]:
    """The offices that a complaint here may be about: those above, beside and below."""
    above = [int(part) for part in office.place.path.strip("/").split("/") if part]
    top = Place.objects.filter(pk__in=above, level__gte=1).order_by("level").first() or office.place
    found = Office.objects.filter(place__path__startswith=top.path).order_by("place__level", "code")
    return {f"{say(one.name, language)} ({one.code})": one for one in found[:MOST]}
