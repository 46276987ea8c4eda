"""The machinery under the projector: what a thing should be counted as, and moving the kept sums.

A thing is projected from how it stands now, not from what the ledger row says, so rows may come
late, twice or in any order. On PostgreSQL things are locked before cells and both in one order,
so that two projectors wait for each other and never embrace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from samleng.answers.actions.models import Action, Reach
from samleng.answers.actions.rules import ASKED, DONE, OPEN, STOPPED, TAKEN_UP
from samleng.answers.plans.models import PlanItem
from samleng.ground.frameworks.models import Framework
from samleng.ground.places.models import Place
from samleng.insight.evidence.models import (
    PromiseCell,
    PromiseFact,
    PromiseSpot,
    ScoreCell,
    ScoreFact,
    Standing,
)
from samleng.insight.evidence.rules import Promise, Scale, added
from samleng.voices.scorecards.models import Result, Scorecard, Sheet, State

STANDINGS = {State.IN_REVIEW: Standing.SUBMITTED, State.COMPLETED: Standing.COMPLETED}
CHUNK = 400


class ScoreKey(NamedTuple):
    """Which cell of the cube."""

    place_id: int
    programme_id: UUID
    year: int
    service: str
    side: str
    criterion: str
    scale: str
    standing: str


class PromiseKey(NamedTuple):
    place_id: int
    programme_id: UUID
    year: int
    part: str
    status: str


PROMISE_COUNTS = (
    *("promises", "claimed", "confirmed", "overdue", "escalated", "stopped"),
    *("within_6_months", "within_12_months"),
)


class Shift:
    """By how much cells move, gathered over a batch, so that each cell is written once."""

    def __init__(self) -> None:
        self.scores: dict[ScoreKey, tuple[list[int], int]] = {}
        self.promises: dict[PromiseKey, dict[str, int]] = {}
        self.paths: dict[int, list[int]] = {}

    def above(self, place_ids: Iterable[int]) -> list[int]:
        """The ids of these places and of all that hold them, each once."""
        wanted = list(place_ids)
        missing = [one for one in wanted if one not in self.paths]
        if missing:
            for place in Place.objects.filter(pk__in=missing).only("path"):
                self.paths[place.pk] = place.ancestor_ids
        return list(dict.fromkeys(one for place_id in wanted for one in self.paths[place_id]))

    def move_score(self, fact: ScoreFact, sign: int) -> None:
        if fact.custom:
            return
        for place_id in self.above([fact.place_id]):
            key = ScoreKey(
                place_id,
                UUID(str(fact.programme_id)),
                *(fact.year, fact.service, fact.side, fact.criterion, fact.scale, fact.standing),
            )
            histogram, cards = self.scores.get(key, ([], 0))
            self.scores[key] = (added(histogram, fact.histogram, sign), cards + sign)

    def move_promise(self, fact: PromiseFact, spots: Collection[int], sign: int) -> None:
        if not fact.settled:
            return
        counts = promise_of(fact).counts(overdue=fact.overdue)
        for place_id in self.above(spots):
            key = PromiseKey(place_id, UUID(str(fact.programme_id)), fact.year, fact.part, fact.status)
            cell = self.promises.setdefault(key, dict.fromkeys(PROMISE_COUNTS, 0))
            for name, count in counts.items():
                cell[name] += sign * count

    def apply(self) -> None:
        """Write every cell that moves; one that comes to nothing goes."""
        self._apply_scores({key: by for key, by in self.scores.items() if by[1] or any(by[0])})
        self._apply_promises({key: by for key, by in self.promises.items() if any(by.values())})

    def _apply_scores(self, moves: Mapping[ScoreKey, tuple[list[int], int]]) -> None:
        cells = locked_cells(ScoreCell, ScoreKey, moves)
        for key, (histogram, cards) in moves.items():
            cell = cells[key]
            cell.histogram = added(cell.histogram, histogram)
            cell.n, cell.cards = sum(cell.histogram), cell.cards + cards
        write(ScoreCell, list(cells.values()), ["histogram", "n", "cards"], "cards")

    def _apply_promises(self, moves: Mapping[PromiseKey, dict[str, int]]) -> None:
        cells = locked_cells(PromiseCell, PromiseKey, moves)
        now = timezone.now()
        for key, counts in moves.items():
            cell = cells[key]
            cell.moved_at = now
            for name, count in counts.items():
                setattr(cell, name, getattr(cell, name) + count)
        write(PromiseCell, list(cells.values()), [*PROMISE_COUNTS, "moved_at"], "promises")


def locked_cells(model: Any, key_of: Any, wanted: Collection[Any]) -> dict[Any, Any]:
    """The cells by key, made where missing, locked in order of their ids."""
    keys = sorted(wanted)
    found = {key: cell for key, cell in read_cells(model, key_of, keys) if key in wanted}
    missing = [key for key in keys if key not in found]
    if missing:
        # Waits for another projector's uncommitted row instead of failing on it or overwriting it.
        fresh = [model(**key._asdict()) for key in missing]
        model.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
        made = {key: cell for key, cell in read_cells(model, key_of, missing) if key in wanted}
        found.update(made)
    return found


def read_cells(model: Any, key_of: Any, keys: list[Any]) -> Iterable[tuple[Any, Any]]:
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        narrow = {f"{name}__in": {getattr(key, name) for key in part} for name in key_of._fields}
        for cell in model.objects.select_for_update().filter(**narrow).order_by("id"):
            yield key_of(*(getattr(cell, name) for name in key_of._fields)), cell


def write(model: Any, cells: list[Any], fields: list[str], counter: str) -> None:
    gone = [cell.pk for cell in cells if not getattr(cell, counter)]
    model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_create(
        [cell for cell in cells if getattr(cell, counter)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=fields,
        batch_size=CHUNK,
    )


# --- scorecards --------------------------------------------------------------------------------------------


def project_cards(ids: Collection[UUID | str], shift: Shift) -> None:
    """Bring the facts of these cards to how the cards stand now, and note by how much the sums move."""
    wanted = sorted(map(str, ids))
    cards = list(Scorecard.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    shift.above({card.place_id for card in cards})
    old = {fact.result_id: fact for fact in ScoreFact.objects.filter(scorecard_id__in=wanted)}
    shift.above({fact.place_id for fact in old.values()})
    new = {fact.result_id: fact for fact in score_facts(cards)}
    keep = {pk for pk, fact in new.items() if pk in old and same(old[pk], fact)}
    for pk, fact in old.items():
        if pk not in keep:
            shift.move_score(fact, -1)
    for pk, fact in new.items():
        if pk not in keep:
            shift.move_score(fact, 1)
    ScoreFact.objects.filter(pk__in=[pk for pk in old if pk not in keep]).delete()
    ScoreFact.objects.bulk_create([fact for pk, fact in new.items() if pk not in keep], batch_size=CHUNK)


def same(old: Any, new: Any) -> bool:
    """Whether two facts say the same, whatever moment they were written at."""
    names = [f.attname for f in old._meta.concrete_fields if f.name != "moved_at"]
    return all(plain(getattr(old, name)) == plain(getattr(new, name)) for name in names)


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def score_facts(cards: Collection[Scorecard]) -> Iterable[ScoreFact]:
    """What each card counts as: the results of its last sheet, once it is sent in."""
    counting = {card.pk: card for card in cards if card.state in STANDINGS}
    sheets: dict[UUID, Sheet] = {}
    for sheet in Sheet.objects.filter(scorecard_id__in=list(counting)).order_by("number"):
        sheets[sheet.scorecard_id] = sheet
    by_sheet = {sheet.pk: counting[card] for card, sheet in sheets.items()}
    rounds = rounds_of(counting.values())
    for result in Result.objects.filter(sheet_id__in=list(by_sheet)).order_by("sheet_id", "order"):
        card = by_sheet[result.sheet_id]
        year, scale, service = rounds[card.pk]
        yield ScoreFact(
            result_id=result.pk,
            sheet_id=result.sheet_id,
            scorecard_id=card.pk,
            programme_id=card.programme_id,
            facility_id=card.facility_id,
            place_id=card.place_id,
            year=year,
            service=service,
            side=card.side,
            criterion=result.criterion,
            scale=scale,
            custom=result.custom,
            histogram=list(result.histogram),
            n=result.n,
            central_milli=result.central_milli,
            standing=STANDINGS[State(card.state)],
        )


def rounds_of(cards: Iterable[Scorecard]) -> dict[UUID, tuple[int, str, str]]:
    """Year, scale and service code by card."""
    ids = [card.pk for card in cards]
    rows = Scorecard.objects.filter(pk__in=ids).values_list(
        "pk", "round__year", "round__framework_id", "service__code"
    )
    found = list(rows)
    scales = {
        framework.pk: Scale(framework.method.aggregate, tuple(framework.method.scale.values)).key
        for framework in Framework.objects.filter(pk__in={row[2] for row in found})
    }
    return {pk: (year, scales[framework], service) for pk, year, framework, service in found}


# --- promises ----------------------------------------------------------------------------------------------


def promise_of(fact: PromiseFact) -> Promise:
    return Promise(
        kind=fact.kind,
        agreed_on=fact.agreed_on,
        due_on=fact.due_on,
        claimed_on=fact.claimed_on,
        confirmed_on=fact.confirmed_on,
        escalated=fact.escalated,
    )


def project_promises(ids: Collection[UUID | str], shift: Shift, today: date) -> None:
    """Bring the facts of these promises to how they stand now, and note by how much the counts move."""
    wanted = sorted(map(str, ids))
    actions = list(Action.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    old = {str(fact.pk): fact for fact in PromiseFact.objects.filter(pk__in=wanted)}
    spots: dict[str, list[int]] = defaultdict(list)
    for fact_id, place_id in PromiseSpot.objects.filter(fact__in=list(old.values())).values_list(
        "fact_id", "place_id"
    ):
        spots[str(fact_id)].append(place_id)
    new = {str(fact.pk): fact for fact in promise_facts(actions, today)}
    reach: dict[str, set[int]] = {str(action.pk): {action.place_id} for action in actions}
    for action_id, place_id in Reach.objects.filter(action_id__in=wanted).values_list(
        "action_id", "place_id"
    ):
        reach[str(action_id)].add(place_id)
    gone, come, where = [], [], []
    shift.above({place for some in (*spots.values(), *reach.values()) for place in some})
    for pk in sorted({*old, *new}):
        was, now = old.get(pk), new.get(pk)
        before, after = sorted(spots[pk]), sorted(reach.get(pk, ()))
        if was and now and same(was, now) and before == after:
            continue
        if was:
            shift.move_promise(was, before, -1)
            gone.append(was.pk)
        if now:
            shift.move_promise(now, after, 1)
            come.append(now)
            where += [PromiseSpot(fact=now, place_id=place) for place in after]
    PromiseFact.objects.filter(pk__in=gone).delete()
    PromiseFact.objects.bulk_create(come, batch_size=CHUNK)
    PromiseSpot.objects.bulk_create(where, batch_size=CHUNK)


def promise_facts(actions: Collection[Action], today: date) -> Iterable[PromiseFact]:
    """What each promise counts as; one that a newer wording supersedes counts no more."""
    ids = [action.pk for action in actions]
    gone = set(Action.objects.filter(supersedes_id__in=ids).values_list("supersedes_id", flat=True))
    years: dict[UUID, int] = {}
    for action_id, year in PlanItem.objects.filter(action_id__in=ids).values_list("action_id", "plan__year"):
        years[action_id] = min(year, years.get(action_id, year))
    closed = Q(plan__adopted_on__isnull=False) | Q(meeting__closed_at__isnull=False)
    settled = set(PlanItem.objects.filter(closed, action_id__in=ids).values_list("action_id", flat=True))
    for action in actions:
        if action.pk in gone:
            continue
        fact = PromiseFact(
            action_id=action.pk,
            programme_id=action.programme_id,
            facility_id=action.facility_id,
            place_id=action.place_id,
            year=years.get(action.pk, action.agreed_on.year),
            part=action.part,
            status=action.status,
            kind=kind_of(action),
            escalated=action.escalation in (ASKED, TAKEN_UP),
            settled=action.pk in settled,
            agreed_on=action.agreed_on,
            due_on=action.due_on,
            claimed_on=action.claimed_on,
            confirmed_on=action.confirmed_on,
        )
        promise = promise_of(fact)
        fact.owed, fact.overdue = promise.owed, promise.overdue(today)
        yield fact


def kind_of(action: Action) -> str:
    """Whether the promise is given up, said to be done, or open."""
    if action.stopped_on is not None:
        return STOPPED
    return OPEN if action.claimed_on is None else DONE


def turn_overdue(shift: Shift, today: date, limit: int) -> int:
    """Count as overdue what was owed until yesterday; how many."""
    # "In", not "is": SQLite finds NOT overdue in no index, and this is asked all day.
    late = PromiseFact.objects.filter(owed__in=[True], overdue__in=[False], due_on__lt=today)
    facts = list(late.order_by("due_on", "pk").select_for_update()[:limit])
    places: dict[UUID, list[int]] = defaultdict(list)
    for fact_id, place_id in PromiseSpot.objects.filter(fact__in=facts).values_list("fact_id", "place_id"):
        places[fact_id].append(place_id)
    for fact in facts:
        shift.move_promise(fact, places[fact.pk], -1)
        fact.overdue, fact.moved_at = True, timezone.now()
        shift.move_promise(fact, places[fact.pk], 1)
    PromiseFact.objects.bulk_update(facts, ["overdue", "moved_at"], batch_size=CHUNK)
    return len(facts)
