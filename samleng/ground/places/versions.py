"""New versions of places and all that hangs on them; the machinery under the verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape

from samleng.ground.places.models import Boundary, Place, PlaceKind, PlaceQuerySet, Succession
from samleng.ground.places.rules import CARRIED, Branch, names_of, search_lines, skeleton_lines
from samleng.kit.words.khmer import sort_key
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

BATCH = 500


def fresh_ids(count: int) -> list[int]:
    """So many unused ids: a path holds the row's own id, so it must be known before the row is written."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [Place._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
    # SQLite has one writer at a time: inside the transaction nobody else can take these.
    last = Place.objects.aggregate(last=Max("id"))["last"] or 0
    return list(range(last + 1, last + 1 + count))


def describe(place: Place) -> Place:
    """Set what is derived from the names and the code, for search and order."""
    names = names_of(place.name, place.aliases)
    place.search = search_lines(place.code, names)
    place.skeleton = skeleton_lines(names)
    shown = place.name.get("km") or next(iter(place.name.values()), place.code)
    place.sort_key = sort_key(shown)[:400]
    return place


def put_under(place: Place, parent: Place | None) -> Place:
    """Hang the place, whose id is known, under its parent."""
    place.parent = parent
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    return place


def kind_of(country: str, code: str) -> PlaceKind:
    """The kind by its code, or a Refusal."""
    try:
        return PlaceKind.objects.get(country=country, code=code)
    except PlaceKind.DoesNotExist:
        raise Refusal(
            filled(_("There is no kind of place “%(kind)s”."), kind=code),
            field="kind",
            remedy=_("Use one of the country's kinds."),
        ) from None


def children_of(place: Place) -> PlaceQuerySet:
    """The parts of a place now in force."""
    return Place.objects.current().filter(parent=place).select_related("kind").order_by("code")


def former_names(place: Place, name: Mapping[str, str]) -> list[str]:
    """The aliases of a place that takes another name."""
    kept = [*place.aliases, *(old for tag, old in place.name.items() if name.get(tag) != old)]
    return list(dict.fromkeys(kept))


class Renewal:
    """Closes versions on a day and opens those that come after them, with their whole subtrees."""

    def __init__(
        self,
        on: date,
        *,
        codes: Mapping[str, str] | None = None,
        turned: Mapping[str, PlaceKind] | None = None,
    ) -> None:
        self.on = on
        self.codes = codes or {}
        self.turned = turned or {}
        self.closed: list[Place] = []
        self.opened: list[Place] = []
        self.links: list[Succession] = []
        self.outlines: list[tuple[Place, Place]] = []

    def close(self, place: Place) -> None:
        if place.valid_to is not None or place.valid_from >= self.on:
            raise Refusal(
                filled(
                    _("%(code)s has no version in force before %(on)s."),
                    code=place.code,
                    on=self.on.isoformat(),
                ),
                field="on",
                remedy=_("Choose a later day, or the version in force."),
            )
        self.closed.append(place)

    def open(self, place: Place, parent: Place | None, before: Iterable[Place], how: str) -> Place:
        place.pk = fresh_ids(1)[0] if connection.vendor == "postgresql" else self._next_id()
        put_under(place, parent)
        place.level = place.kind.level
        self.opened.append(describe(place))
        self.links += [Succession(before=old, after=place, on=self.on, how=how) for old in before]
        return place

    def _next_id(self) -> int:
        return self.opened[-1].pk + 1 if self.opened else fresh_ids(1)[0]

    def follow(self, old: Place, how: str, parent: Place | None, **changes: Any) -> Place:
        """Close one version and open its single successor, then do so for its parts."""
        self.close(old)
        given = {
            "country": old.country,
            "code": self.codes.get(old.code, old.code),
            "kind": self.turned.get(old.kind.code, old.kind),
            "name": old.name,
            "aliases": old.aliases,
            "latitude": old.latitude,
            "longitude": old.longitude,
            **changes,
        }
        after = self.open(Place(valid_from=self.on, **given), parent, [old], how)
        self.outlines.append((old, after))
        for part in children_of(old):
            self.follow(part, CARRIED, after)
        return after

    def save(self) -> None:
        taken = (
            Place.objects.filter(
                country__in={one.country for one in self.opened}, code__in={one.code for one in self.opened}
            )
            .exclude(id__in=[one.pk for one in self.closed])
            .values_list("code", flat=True)
            .exclude(code__in={one.code for one in self.closed})
        )
        if used := sorted(set(taken)):
            raise Refusal(
                filled(_("The code %(code)s is or was another place's."), code=", ".join(used)),
                field="code",
                remedy=_("A code is never used again: give a new one."),
            )
        with transaction.atomic():
            for start in range(0, len(self.closed), BATCH):
                ids = [one.pk for one in self.closed[start : start + BATCH]]
                Place.objects.filter(id__in=ids).update(valid_to=self.on)
            Place.objects.bulk_create(self.opened, batch_size=BATCH)
            Succession.objects.bulk_create(self.links, batch_size=BATCH)
            self._copy_outlines()

    def _copy_outlines(self) -> None:
        after = {old.pk: new for old, new in self.outlines}
        copies = []
        for boundary in Boundary.objects.filter(place_id__in=list(after)):
            old = boundary.place_id
            boundary.pk = None
            boundary._state.adding = True
            boundary.place = after[old]
            copies.append(boundary)
        Boundary.objects.bulk_create(copies, batch_size=BATCH)


def renew(
    place: Place,
    *,
    on: date,
    how: str,
    codes: Mapping[str, str] | None = None,
    turned: Mapping[str, PlaceKind] | None = None,
    **changes: Any,
) -> Place:
    """The next version of a place from a day on, with the parts carried along; returns it."""
    renewal = Renewal(on, codes=codes, turned=turned)
    parent = changes.pop("parent", place.parent)
    after = renewal.follow(place, how, parent, **changes)
    renewal.save()
    return after


def replace(
    before: Sequence[Place],
    into: Sequence[Branch],
    *,
    on: date,
    how: str,
    parts: Mapping[str, str],
    codes: Mapping[str, str],
) -> list[Place]:
    """Close some versions and open others instead; `parts` gives each part's new parent by code."""
    renewal = Renewal(on, codes=codes)
    for old in before:
        renewal.close(old)
    country, above = before[0].country, before[0].parent
    aliases = [name for old in before for name in names_of(old.name, old.aliases)] if how == "merged" else []
    after = {}
    for branch in into:
        own = set(branch.name.values())
        fresh = Place(
            country=country,
            code=branch.code,
            kind=kind_of(country, branch.kind),
            name=dict(branch.name),
            aliases=[*branch.aliases, *(name for name in dict.fromkeys(aliases) if name not in own)],
            valid_from=on,
            latitude=branch.latitude,
            longitude=branch.longitude,
        )
        parent = above
        if branch.parent and (above is None or branch.parent != above.code):
            parent = Place.objects.current().get(country=country, code=branch.parent)
        after[branch.code] = renewal.open(fresh, parent, before, how)
    for old in before:
        for part in children_of(old):
            renewal.follow(part, CARRIED, after[parts[part.code]])
    renewal.save()
    return list(after.values())


def store_outlines(
    outlines: Mapping[int, Mapping[str, object]], *, source: str, licence: str, as_of: str
) -> tuple[int, Place | None]:
    """Keep geometries that are new or differ; how many, and the first place touched."""
    known = {row.place_id: row for row in Boundary.objects.filter(place_id__in=list(outlines))}
    fresh: list[Boundary] = []
    changed: list[Boundary] = []
    for place_id, geometry in outlines.items():
        west, south, east, north = shape(geometry).bounds
        row = known.get(place_id) or Boundary(place_id=place_id)
        if row.pk and (row.geometry, row.source, row.as_of) == (geometry, source, as_of):
            continue
        row.geometry, row.source, row.licence, row.as_of = dict(geometry), source, licence, as_of
        row.west, row.south, row.east, row.north = west, south, east, north
        (changed if row.pk else fresh).append(row)
    Boundary.objects.bulk_create(fresh, batch_size=BATCH)
    fields = ["geometry", "source", "licence", "as_of", "west", "south", "east", "north"]
    Boundary.objects.bulk_update(changed, fields, batch_size=50)
    touched = [*fresh, *changed]
    return len(touched), Place.objects.get(pk=touched[0].place_id) if touched else None
