"""Keeping the sums true to what happened, and reading them by those with a right to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import PlanItem
from samleng.ground.offices.models import Programme
from samleng.ground.places.models import Place
from samleng.insight.evidence.models import PromiseCell, PromiseFact, ScoreCell, ScoreFact, Standing
from samleng.insight.evidence.projection import Shift, project_cards, project_promises, turn_overdue
from samleng.insight.evidence.rules import Scale, Scope, added
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record
from samleng.voices.scorecards.models import Result, Scorecard, State

READER = "projector"


def project(*, limit: int = 500, today: date | None = None) -> int:
    """Handle what the ledger holds for the projector, oldest first, all of it or nothing; how many rows.

    Cut at any moment it loses nothing and counts nothing twice: sums, facts and marks are one
    transaction. Two projectors share the work.
    """
    with transaction.atomic():
        waiting = Due.objects.filter(reader=READER).order_by("entry_id")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        due = list(waiting[:limit])
        shift = Shift()
        cards, promises = touched(Entry.objects.filter(pk__in=[one.entry_id for one in due]))
        if cards:
            project_cards(cards, shift)
        if promises:
            project_promises(promises, shift, today or timezone.localdate())
        turned = turn_overdue(shift, today or timezone.localdate(), limit)
        shift.apply()
        Due.objects.filter(pk__in=[one.pk for one in due]).delete()
    return len(due) + turned


def project_all(*, today: date | None = None) -> int:
    """Project until nothing is left; how many rows were handled."""
    handled = 0
    while count := project(today=today):
        handled += count
    return handled


def touched(entries: Iterable[Entry]) -> tuple[set[str], set[str]]:
    """The scorecards and the promises whose figures these rows may have moved."""
    things: dict[str, set[str]] = {}
    for entry in entries:
        things.setdefault(entry.thing_kind, set()).add(entry.thing_id)
    promises = set(things.get("actions.action", ()))
    for kind, field in (("plans.plan", "plan"), ("plans.meeting", "meeting"), ("plans.planitem", "pk")):
        if kind in things:
            rows = PlanItem.objects.filter(**{f"{field}__in": things[kind]}).values_list(
                "action_id", flat=True
            )
            promises |= set(map(str, rows))
    # A new wording takes the place of the older one.
    older = Action.objects.filter(pk__in=promises, supersedes__isnull=False)
    promises |= set(map(str, older.values_list("supersedes_id", flat=True)))
    return things.get("scorecards.scorecard", set()), promises


def rebuild(*, progress: Callable[[int, int], None] | None = None, today: date | None = None) -> int:
    """Make every fact and sum anew from what retention has left; how many cards and promises count.

    One transaction: readers see the old sums until the new ones stand.
    """
    with transaction.atomic():
        for model in (ScoreFact, ScoreCell, PromiseFact, PromiseCell):
            model.objects.all().delete()
        cards = Scorecard.objects.filter(state__in=[State.IN_REVIEW, State.COMPLETED])
        ids = [*cards.order_by("pk").values_list("pk", flat=True)]
        promises = [*Action.objects.order_by("pk").values_list("pk", flat=True)]
        whole, done = len(ids) + len(promises), 0
        for start in range(0, len(ids), 500):
            done += rebuild_part(project_cards, ids[start : start + 500])
            if progress:
                progress(done, whole)
        for start in range(0, len(promises), 500):
            done += rebuild_part(
                project_promises, promises[start : start + 500], today or timezone.localdate()
            )
            if progress:
                progress(done, whole)
    return done


def rebuild_part(projected: Callable[..., None], ids: list[UUID], *more: Any) -> int:
    shift = Shift()
    projected(ids, shift, *more)
    shift.apply()
    return len(ids)


@dataclass(frozen=True, kw_only=True)
class Exact:
    """An exact sum for those with a right to it; never for publication."""

    programme_id: UUID
    year: int
    service: str
    side: str
    criterion: str
    standing: str
    histogram: tuple[int, ...]
    n: int
    cards: int
    central_milli: int | None
    scale: Scale

    @property
    def provisional(self) -> bool:
        """Sent in, not yet completed: it may still change."""
        return self.standing == Standing.SUBMITTED


@dataclass(frozen=True, kw_only=True)
class Look:
    """What an entitled reader was shown, and when; `not_for_publication` travels with it."""

    place_id: int
    rows: tuple[Exact, ...]
    at: datetime
    not_for_publication: bool = True


@dataclass(frozen=True, kw_only=True)
class ByGroup:
    """One criterion's votes by who gave them, summed over the cards of a place; never for publication.

    `cells` = {"female/15-30": histogram}, `groups` = {"disability": histogram}; counts typed for a
    whole room stand under "all" and belong to no group.
    """

    place_id: int
    scale: Scale
    standing: str
    cards: int
    cells: Mapping[str, tuple[int, ...]]
    groups: Mapping[str, tuple[int, ...]]
    at: datetime
    not_for_publication: bool = True


def by_group(
    *, by: Actor, scope: Scope, place: Place, year: int, service: str, side: str, criterion: str
) -> list[ByGroup]:
    """As `query` of one criterion, told apart by sex, age band and special group; the look is logged.

    One entry for each scale and standing that occurs, completed ones first.
    """
    facts = ScoreFact.objects.filter(place__path__startswith=place.path, custom=False)
    facts = facts.filter(year=year, service=service, side=side, criterion=criterion)
    opened = None if scope.everything else opened_at(scope, place)
    if opened is not None:
        facts = facts.filter(programme_id__in=opened)
    asked = {"year": year, "service": service, "side": side, "criterion": criterion}
    with transaction.atomic():
        marks = {one.result_id: (one.scale, one.standing) for one in facts.only("scale", "standing")}
        sums: dict[tuple[str, str], list[Any]] = {}
        kept = Result.objects.filter(pk__in=facts.values("result_id"))
        for pk, cells, groups in kept.values_list("pk", "cells", "groups").iterator(2000):
            whole = sums.setdefault(marks[pk], [0, {}, {}])
            whole[0] += 1
            for total, part in ((whole[1], cells), (whole[2], groups)):
                for code, histogram in part.items():
                    total[code] = added(total.get(code, []), histogram)
        seen = set(facts.values_list("programme_id", flat=True)) if opened is None else opened
        log_look(by, place, seen, {**asked, "by_group": True})
    return [
        ByGroup(
            place_id=place.pk,
            scale=Scale.from_key(scale),
            standing=standing,
            cards=cards,
            cells={code: tuple(histogram) for code, histogram in cells.items()},
            groups={code: tuple(histogram) for code, histogram in groups.items()},
            at=timezone.now(),
        )
        for (scale, standing), (cards, cells, groups) in sorted(sums.items(), key=lambda one: one[0])
    ]


def log_look(by: Actor, place: Place, programmes: Iterable[Any], asked: Mapping[str, object]) -> None:
    """Write down who looked at which programme's exact figures of a place."""
    for programme in Programme.objects.filter(pk__in=list(programmes)):
        record(by=by, verb="evidence.looked", thing=place, owner=programme.owner_key, facts=asked, tell=())


def opened_at(scope: Scope, place: Place) -> set[str]:
    """The programmes whose exact totals a scope opens at a place; Denied when there are none."""
    opened = {g.programme for g in scope.grants if g.programme and place.path.startswith(g.area_path)}
    if not opened:
        raise Denied
    return opened


def query(
    *,
    by: Actor,
    scope: Scope,
    place: Place,
    year: int | None = None,
    service: str = "",
    side: str = "",
    criterion: str = "",
) -> Look:
    """Exact totals of a place for the programmes the scope opens there; the look is logged.

    `scope` is what the reader's seats with "disclosure.see_exact" open (people.rules.scope_of);
    raises Denied when it opens nothing here.
    """
    cells = ScoreCell.objects.filter(place=place)
    for name, value in (("year", year), ("service", service), ("side", side), ("criterion", criterion)):
        if value:
            cells = cells.filter(**{name: value})
    opened = None if scope.everything else opened_at(scope, place)
    if opened is not None:
        cells = cells.filter(programme_id__in=opened)
    with transaction.atomic():
        rows = tuple(
            exact(cell) for cell in cells.order_by("-year", "service", "criterion", "side", "standing")
        )
        seen = {row.programme_id for row in rows} if opened is None else opened
        asked = {"year": year, "service": service, "side": side, "criterion": criterion}
        log_look(by, place, seen, asked)
    return Look(place_id=place.pk, rows=rows, at=timezone.now())


def exact(cell: ScoreCell) -> Exact:
    scale = Scale.from_key(cell.scale)
    return Exact(
        programme_id=cell.programme_id,
        year=cell.year,
        service=cell.service,
        side=cell.side,
        criterion=cell.criterion,
        standing=cell.standing,
        histogram=tuple(cell.histogram),
        n=cell.n,
        cards=cell.cards,
        central_milli=scale.centre_milli(cell.histogram),
        scale=scale,
    )
