"""How the tree of places grows and changes; nothing is ever overwritten without a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from samleng.ground.places import versions
from samleng.ground.places.loading import Loaded, Loader
from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.places.rules import MERGED, MOVED, RENAMED, SPLIT, UPGRADED, Branch, Kind
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled


def check_may_shape(by: Actor) -> None:
    """Only the site itself (its console, its keepers acting for it) shapes the tree all others use."""
    if by.owner != SYSTEM.owner:
        raise Refusal(
            _("Only whoever runs this site may change its places."),
            code="forbidden",
            remedy=_("Ask them to load the change."),
        )


@verb
def name_kinds(*, by: Actor, country: str, kinds: Sequence[Kind]) -> None:
    """Say what the units of a country are called; naming a kind again corrects its words."""
    check_may_shape(by)
    known = {kind.code: kind for kind in PlaceKind.objects.filter(country=country)}
    changed = []
    for given in kinds:
        row = known.get(given.code) or PlaceKind(country=country, code=given.code)
        fields = {
            "level": given.level,
            "name": dict(given.name),
            "plural": dict(given.plural),
            "label": dict(given.label),
        }
        if row.pk and row.level != given.level:
            raise Refusal(
                filled(_("The kind “%(kind)s” already stands at another level."), kind=given.code),
                field="level",
                remedy=_("Give the place a kind of its own."),
            )
        if row.pk is None or any(getattr(row, key) != value for key, value in fields.items()):
            for key, value in fields.items():
                setattr(row, key, value)
            row.save()
            changed.append(row)
    if changed:
        facts = {"country": country, "kinds": [kind.code for kind in changed]}
        record(by=by, verb="name_kinds", thing=changed[0], facts=facts)


@verb
def load_tree(
    *,
    by: Actor,
    country: str,
    branches: Sequence[Branch],
    on: date,
    prefixed: bool = False,
    digits: Mapping[int, int] | None = None,
    only_good: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Loaded:
    """Bring in many places at once; the same branches again change nothing.

    A branch that differs from the version in force becomes a new version if its `valid_from` is
    later, else it corrects that version. Faults raise Refusals, unless `only_good` is given: then
    the sound branches are loaded and the faults are in the answer.
    """
    check_may_shape(by)
    loader = Loader(country=country, on=on, prefixed=prefixed, digits=digits or {}, progress=progress)
    loaded = loader.run(branches, only_good=only_good)
    if loader.first is not None and loaded.changes:
        record(
            by=by,
            verb="load_tree",
            thing=loader.first,
            facts={"country": country, **loaded.counts()},
        )
    return loaded


@verb
def raise_place(*, by: Actor, country: str, branch: Branch, on: date) -> Place:
    """Enter one place, from the day its branch names or from `on`; entered again, it stays as it is."""
    check_may_shape(by)
    loader = Loader(country=country, on=on)
    loader.run([branch], only_good=False)
    place = Place.objects.current().get(country=country, code=branch.code)
    if loader.made:
        record(by=by, verb="raise_place", thing=place, facts={"code": place.code})
    return place


@verb
def rename(*, by: Actor, place: Place, name: Mapping[str, str], on: date) -> Place:
    """Give a place another name from a day on; its former name stays an alias that search finds."""
    check_may_shape(by)
    after = versions.renew(
        place, on=on, how=RENAMED, name=dict(name), aliases=versions.former_names(place, name)
    )
    record(by=by, verb="rename", thing=after, facts={"before": place.pk, "on": on.isoformat()})
    return after


@verb
def upgrade(
    *,
    by: Actor,
    place: Place,
    kind: str,
    on: date,
    children: Mapping[str, str] | None = None,
    code: str | None = None,
) -> Place:
    """Make a place another kind of the same level (khum to sangkat, srok to krong).

    `children` maps the kinds below to the kinds they become ({"khum": "sangkat"}).
    """
    check_may_shape(by)
    target = versions.kind_of(place.country, kind)
    if target.level != place.level:
        raise Refusal(
            _("A place can only become a kind of its own level."),
            field="kind",
            remedy=_("Choose another kind."),
        )
    turned = {old: versions.kind_of(place.country, new) for old, new in (children or {}).items()}
    after = versions.renew(place, on=on, how=UPGRADED, kind=target, code=code or place.code, turned=turned)
    record(by=by, verb="upgrade", thing=after, facts={"before": place.pk, "kind": kind, "on": on.isoformat()})
    return after


@verb
def move(
    *, by: Actor, place: Place, parent: Place, on: date, codes: Mapping[str, str] | None = None
) -> Place:
    """Put a place, with all in it, under another parent; `codes` maps old codes to new ones."""
    check_may_shape(by)
    if parent.level >= place.level or parent.valid_to is not None:
        raise Refusal(
            _("The new parent must be a present place of a higher level."),
            field="parent",
            remedy=_("Choose another parent."),
        )
    renumbered = dict(codes or {})
    after = versions.renew(
        place,
        on=on,
        how=MOVED,
        parent=parent,
        code=renumbered.get(place.code, place.code),
        codes=renumbered,
    )
    record(
        by=by, verb="move", thing=after, facts={"before": place.pk, "parent": parent.pk, "on": on.isoformat()}
    )
    return after


@verb
def split(
    *,
    by: Actor,
    place: Place,
    into: Sequence[Branch],
    on: date,
    children: Mapping[str, str],
    codes: Mapping[str, str] | None = None,
) -> list[Place]:
    """Divide a place; `children` says by code in which of the new places each of its parts lies."""
    check_may_shape(by)
    parts = list(versions.children_of(place))
    unplaced = [part.code for part in parts if children.get(part.code) not in {one.code for one in into}]
    if len(into) < 2:
        raise Refusal(
            _("A division needs at least two new places."), field="into", remedy=_("Name them all.")
        )
    if unplaced:
        raise Refusals(
            [
                Refusal(
                    filled(_("It is not said where %(code)s goes."), code=code),
                    field="children",
                    remedy=_("Name one of the new places for it."),
                )
                for code in unplaced
            ]
        )
    after = versions.replace([place], into, on=on, how=SPLIT, parts=children, codes=codes or {})
    record(by=by, verb="split", thing=place, facts={"after": [one.pk for one in after], "on": on.isoformat()})
    return after


@verb
def merge(
    *,
    by: Actor,
    places: Sequence[Place],
    into: Branch,
    on: date,
    codes: Mapping[str, str] | None = None,
) -> Place:
    """Join places into one, which takes all their parts; their former names stay aliases."""
    check_may_shape(by)
    if len({place.pk for place in places}) < 2 or len({place.level for place in places}) != 1:
        raise Refusal(
            _("At least two places of one level can be joined."), field="places", remedy=_("Name them all.")
        )
    parts = {part.code: into.code for place in places for part in versions.children_of(place)}
    after = versions.replace(places, [into], on=on, how=MERGED, parts=parts, codes=codes or {})[0]
    record(
        by=by, verb="merge", thing=after, facts={"before": [one.pk for one in places], "on": on.isoformat()}
    )
    return after


@verb
def outline(
    *,
    by: Actor,
    outlines: Mapping[int, Mapping[str, object]],
    source: str,
    licence: str = "",
    as_of: str = "",
) -> int:
    """Store the boundaries of place versions (by id, GeoJSON geometry in WGS84); returns how many changed."""
    check_may_shape(by)
    changed, first = versions.store_outlines(outlines, source=source, licence=licence, as_of=as_of)
    if first is not None:
        record(by=by, verb="outline", thing=first, facts={"places": changed})
    return changed
