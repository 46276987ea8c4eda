"""The machinery under the releases: protected cells become rows, and the fronts of places move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from samleng.ground.places.models import Place
from samleng.insight.disclosure.gathering import MEETING, Family, Former, Sum
from samleng.insight.disclosure.models import Counted, Figure, PublicPlace, Release
from samleng.insight.disclosure.rules.publication import (
    CLASSES,
    FULL,
    HIDDEN,
    STATED,
    Cell,
    Shown,
    Thresholds,
    check_release,
    dot,
    protect,
    weights_of_classes,
)
from samleng.insight.evidence.rules import Scale
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record


def figures_of(
    family: Family,
    sums: Mapping[tuple[object, ...], Sum],
    cells: list[Cell],
    known: list[Former],
    limits: Thresholds,
) -> list[Figure]:
    """The figures of one family, as telling as is safe beside all that was ever told."""
    scale = Scale.from_key(family.scale)
    before = [one.shown for one in known]
    shown = protect(cells, before, scale, limits)
    if check_release(shown, before, scale, limits):
        raise RuntimeError(f"an unsafe release of {family} was about to happen")
    rows = {id_of(one.shown): one.figure for one in known}
    return [figure_of(family, sums[one.cell.key], one, scale, limits, rows.get(id_of(one))) for one in shown]


def id_of(shown: Shown) -> tuple[object, ...]:
    return (*shown.cell.key, shown.cell.atoms, shown.form)


def figure_of(
    family: Family,
    total: Sum,
    shown: Shown,
    scale: Scale,
    limits: Thresholds,
    former: Figure | None,
) -> Figure:
    """The row that a public page shows: nothing stands in it that may not be read."""
    first = total.votes[0]
    place_id, facility = shown.cell.key
    figure = Figure(
        place_id=int(str(place_id)),
        facility_id=UUID(str(facility)) if facility else None,
        text=dict(first.text),
        order=first.order if facility else 9000 - min(len(total.votes), 9000),
        form=shown.form,
        reason=shown.reason,
        **family._asdict(),
    )
    if shown.held and former:
        for name in ("form", "n", "cards", "central_milli", "distribution", "reason"):
            setattr(figure, name, getattr(former, name))
        figure.held_from = former
        return figure
    if shown.form == HIDDEN:
        return figure
    figure.central_milli = total.central_milli(scale)
    if shown.form == STATED:
        return figure
    figure.n, figure.cards = shown.cell.n, len(total.votes)
    if shown.form == FULL:
        figure.distribution = list(shown.cell.histogram)
    elif shown.form == CLASSES:
        figure.distribution = [dot(w, shown.cell.histogram) for w in weights_of_classes(scale, limits)]
    return figure


def finish(
    by: Actor,
    release: Release,
    figures: list[Figure],
    sheets: Iterable[UUID],
    owner: str,
    reviewed: bool,
) -> Release:
    """Write the figures, the marks of what they count, the fronts of the places, one ledger row."""
    if not reviewed:
        own_words_out(figures)
    Figure.objects.bulk_create(figures, batch_size=500)
    Counted.objects.bulk_create(
        [Counted(release=release, sheet_id=sheet) for sheet in sheets], batch_size=2000
    )
    release.digest = digest_of(figures)
    release.save(update_fields=["digest"])
    if release.kind == MEETING and first_standing(release):
        move_fronts(release, 1)
    else:
        PublicPlace.objects.filter(programme_id=release.programme_id).update(at=release.at)
    record(
        by=by,
        verb=f"disclosure.release_{release.kind}",
        thing=release,
        owner=owner,
        facts=facts_of(release, figures),
    )
    return release


def own_words_out(figures: Iterable[Figure]) -> None:
    """Words that a meeting found itself are public only once a person has read them."""
    for figure in figures:
        if figure.criterion.startswith("own-"):
            figure.text = {}


def digest_of(figures: Iterable[Figure]) -> str:
    """The hash of everything the figures tell."""
    return fingerprint(
        [
            [f.place_id, f.facility_id, f.side, f.criterion, f.form, f.n, f.central_milli, f.distribution]
            for f in figures
        ]
    )


def facts_of(release: Release, figures: list[Figure]) -> dict[str, object]:
    """What the ledger says of a release."""
    return {"figures": len(figures), "digest": release.digest, "meeting": str(release.meeting_id or "")}


def first_standing(release: Release) -> bool:
    """Whether no other release of the meeting stands."""
    others = Release.objects.standing().filter(meeting_id=release.meeting_id).exclude(pk=release.pk)
    return not others.exists()


def move_fronts(release: Release, sign: int) -> None:
    """Count a release on the front of its place and of all above; a facility once in each."""
    others = Release.objects.standing().filter(facility_id=release.facility_id, kind=MEETING)
    others = others.filter(programme_id=release.programme_id).exclude(meeting_id=release.meeting_id)
    elsewhere = places_above(others.values_list("place_id", flat=True))
    for place_id in places_above([release.place_id]):
        front, _made = PublicPlace.objects.get_or_create(place_id=place_id, programme_id=release.programme_id)
        PublicPlace.objects.filter(pk=front.pk).update(
            facilities=F("facilities") + (0 if place_id in elsewhere else sign),
            meetings=F("meetings") + sign,
            at=timezone.now(),
        )


def places_above(ids: Iterable[int | None]) -> set[int]:
    """The ids of these places and of all that hold them."""
    places = Place.objects.filter(pk__in=list(ids)).only("path")
    return {one for place in places for one in place.ancestor_ids}
