"""Old files' places found in the tree of today: by code, by name, by the point on the map."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from shapely.geometry import Point, shape
from shapely.strtree import STRtree

from samleng.doors.exchange.cells import CODE, Column, read_cell
from samleng.ground.places.models import Boundary, Place, Succession
from samleng.ground.places.rules import names_of
from samleng.kit.words.khmer import searchable, skeleton
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

EQUAL, SPELT, LIKE, OTHER = "equal", "spelt", "like", "other"
NEARLY, ROUGHLY = 0.8, 0.6
SHORTEST_PART = 4
# About fifteen kilometres: old outlines and old points are both rough.
NEAR_DEGREES = 0.14
NOT_NAME = re.compile(r"\W+")


@lru_cache(maxsize=65536)
def _forms(name: str) -> tuple[str, str]:
    return NOT_NAME.sub("", searchable(name)), skeleton(name)


def likeness(place: Place, name: str) -> str:
    """How a written name fits a place: equal, the same otherwise spelt, like, or other."""
    plain, bones = _forms(name)
    if not plain:
        return OTHER
    known = [_forms(one) for one in names_of(place.name, place.aliases)]
    if any(plain == form for form, _other in known):
        return EQUAL
    if bones and any(bones == other for _form, other in known):
        return SPELT
    for form, other in known:
        if min(len(plain), len(form)) >= SHORTEST_PART and (plain in form or form in plain):
            return LIKE
        # Skeletons are coarse, so the letters themselves must agree as well.
        if bones and _ratio(bones, other) >= NEARLY and _ratio(plain, form) >= ROUGHLY:
            return LIKE
    return OTHER


@lru_cache(maxsize=65536)
def _ratio(one: str, other: str) -> float:
    # Two lengths alone bound the likeness from above, which spares most comparisons.
    if min(len(one), len(other)) * 2 < ROUGHLY * (len(one) + len(other)):
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@dataclass(frozen=True, kw_only=True)
class Match:
    """The place found and how: "code", "name", "point"; without a place, `why` says what was seen."""

    place: Place | None = None
    how: str = ""
    why: str = ""
    seen: Place | None = None


class Tree:
    """The places of a country now in force, ready to be asked by code, name and point."""

    def __init__(self, country: str) -> None:
        places = Place.objects.current().filter(country=country).select_related("kind")
        self.by_code = {place.code: place for place in places}
        self.by_id = {place.pk: place for place in self.by_code.values()}
        self.by_level: dict[int, list[Place]] = defaultdict(list)
        self.by_bones: dict[tuple[int, str], list[Place]] = defaultdict(list)
        for place in self.by_code.values():
            self.by_level[place.level].append(place)
            for bones in {one for one in place.skeleton.split("\n") if one}:
                self.by_bones[place.level, bones].append(place)
        rows = Boundary.objects.filter(place__country=country, place__valid_to=None).values_list(
            "place_id", "geometry"
        )
        known = [(self.by_id[pk], shape(geometry)) for pk, geometry in rows if pk in self.by_id]
        self.outline_of = dict(known)
        self.outlined = [place for place, _outline in known]
        self.outlines = STRtree([outline for _place, outline in known])
        self.country = country

    @cached_property
    def later(self) -> dict[str, list[Place]]:
        """What became of the codes that are no longer in force: the places of today that came after."""
        after: dict[int, list[int]] = defaultdict(list)
        for before, then in Succession.objects.filter(before__country=self.country).values_list(
            "before_id", "after_id"
        ):
            after[before].append(then)
        gone = Place.objects.filter(country=self.country).exclude(valid_to=None)
        found: dict[str, list[Place]] = {}
        for pk, code in gone.values_list("pk", "code"):
            ahead, seen = list(after[pk]), set()
            while ahead:
                now = ahead.pop()
                if now not in seen:
                    seen.add(now)
                    ahead += after[now]
            found.setdefault(code, []).extend(self.by_id[one] for one in sorted(seen) if one in self.by_id)
        return found

    @cached_property
    def pad(self) -> tuple[int, ...]:
        """The lengths its codes have, by which a zero that a spreadsheet dropped is put back."""
        return tuple(sorted(set(codes_of_levels(self).values())))

    def coded(self, said: str, *, field: str, row: int | None) -> Place:
        """The place of today with the code as written, or a Refusal that says what became of it."""
        code = read_cell(said, Column(kind=CODE, pad=self.pad))
        if code in self.by_code:
            return self.by_code[code]
        after = self.later.get(code, [])
        if after:
            told = _("The code “%(code)s” is no longer in force; it became %(after)s.")
        else:
            told = _("There is no place with the code “%(code)s” today.")
        raise Refusal(
            filled(told, code=code, after=called(tuple(after))),
            field=field,
            row=row,
            remedy=_("Look the place up by name; old codes change when places are divided or renamed."),
            code="no_place",
        )

    def above(self, place: Place, level: int) -> Place | None:
        """The place of that level in which this one lies, or itself."""
        return next(
            (
                self.by_id[pk]
                for pk in place.ancestor_ids
                if pk in self.by_id and self.by_id[pk].level == level
            ),
            None,
        )

    def named(self, name: str, level: int, within: Place | None) -> list[Place]:
        """Places of a level with the name, however spelt, in an area."""
        found = self.by_bones.get((level, skeleton(name)), [])
        return [place for place in found if within is None or place.path.startswith(within.path)]

    def at_point(self, longitude: float, latitude: float, level: int) -> Place | None:
        """The place of a level whose outline holds the point, where outlines are loaded."""
        if not self.outlined:
            return None
        hits = self.outlines.query(Point(longitude, latitude), predicate="within")
        return next((self.outlined[i] for i in hits if self.outlined[i].level == level), None)

    def area(self, code: str, name: str, level: int) -> Place | None:
        """The area a row names: by code if the name agrees, else the only one of the level so named."""
        coded = self.by_code.get(code)
        if coded is not None and coded.level == level and (not name or likeness(coded, name) != OTHER):
            return coded
        named = self.named(name, level, None) if name else []
        return named[0] if len(named) == 1 else coded

    def near(self, place: Place, point: tuple[float, float] | None) -> bool:
        """Whether the point lies in or close to the place; True where its outline is not known."""
        if point is None or place not in self.outline_of:
            return True
        return bool(self.outline_of[place].distance(Point(*point)) <= NEAR_DEGREES)

    def find(
        self,
        *,
        code: str,
        name: str,
        level: int,
        within: Iterable[Place | None] = (),
        point: tuple[float, float] | None = None,
    ) -> Match:
        """The place a row means: its code if the name agrees, else the one so named, else where it stands.

        `within` are areas from narrow to wide in which a name may be looked for; `point` is
        (longitude, latitude). A code whose name is another's is not believed alone.
        """
        coded = self.by_code.get(code)
        if coded is not None and coded.level != level:
            coded = None
        fit = likeness(coded, name) if coded is not None and name else ""
        if coded is not None and (not name or fit in (EQUAL, SPELT)):
            return Match(place=coded, how="code")
        for area in within:
            # Where the narrow area is unknown, one of the same name in the wide one proves nothing.
            named = self.named(name, level, area) if area is not None and name else []
            if len(named) == 1 and self.near(named[0], point):
                return Match(place=named[0], how="name", seen=coded)
            if area is None or named:
                break
        if fit == LIKE:
            return Match(place=coded, how="code", why=LIKE)
        here = self.at_point(*point, level) if point else None
        if here is not None and (here == coded or coded is None or likeness(here, name) != OTHER):
            return Match(place=here, how="point", seen=coded)
        return Match(why="other_name" if coded is not None else "unknown", seen=coded or here)


def _called(places: tuple[Place, ...]) -> str:
    language = (get_language() or "en").split("-")[0]
    return ", ".join(f"{place.code} {place.label(language)}" for place in places)


# Said in the language of whoever reads it later.
called = lazy(_called, str)


def codes_of_levels(tree: Tree) -> Mapping[int, int]:
    """How long a code of digits is at each level, where all of a level are of one length."""
    lengths: dict[int, set[int]] = defaultdict(set)
    for place in tree.by_code.values():
        if place.code.isdigit():
            lengths[place.level].add(len(place.code))
    return {level: next(iter(found)) for level, found in lengths.items() if len(found) == 1}
