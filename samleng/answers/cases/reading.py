"""Reads of cases: what a desk lists page by page, what lies near a new report, what a reporter follows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Message, Step
from samleng.answers.cases.rules.story import ANSWERED, LIVE, OPEN
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.people.rules import Acting, is_system
from samleng.ground.places.models import Place
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.khmer import to_latin

PAGE = 50
A_WEEK = 7
# Nobody needs to know how many more than this wait; counting them would cost a walk through a nation's.
MOST_COUNTED = 1000
# How the mark of an urgent row begins; which walk is that of rows without a day.
HOT, IDLE = "u", 2
METRES_A_DEGREE = 111_320.0
# How long after it was answered a thing is still offered as "the same" to whoever reports it again.
STILL_NEAR_DAYS = 30
MOST_NEAR = 5
# Of no more in one square the distance is worked out.
MOST_MEASURED = 2000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a desk asks for; everything empty: all that is open, what is due first."""

    state: str = ""
    category: str = ""
    kind: str = ""
    assigned: str = ""
    overdue: bool = False
    # Due within the week; words or photos to review.
    soon: bool = False
    review: bool = False
    urgent: bool = False
    exposure: str = ""
    place_path: str = ""
    reference: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    """Some cases and the mark after which the next page begins; "" when there is none."""

    rows: Sequence[Case]
    after: str


def mark_of(case: Case) -> str:
    """Where a page ends: the row's own place in the order; what is urgent has a mark of its own."""
    first = HOT if case.urgent and case.next_due else ""
    return f"{first}{case.next_due or date.max:%Y%m%d}.{case.pk.hex}"


def after_mark(mark: str) -> Q | None:
    """The condition for rows behind a mark; None for what is no mark."""
    day, _dot, key = mark.removeprefix(HOT).partition(".")
    try:
        due, pk = date(int(day[:4]), int(day[4:6]), int(day[6:8])), UUID(hex=key)
    except (ValueError, TypeError):
        return None
    if due == date.max:
        return Q(next_due=None, pk__gt=pk)
    return Q(next_due__gt=due) | Q(next_due=due, pk__gt=pk) | Q(next_due=None)


def desk(by: Actor, wanted: Wanted, *, size: int = PAGE) -> Page:
    """One page of what somebody may see, what is urgent and then what is due first; three index walks.

    Urgent rows with a day come first, then the others with one, then those without: each is a walk of its own
    along an index, because one condition over all would sort a whole office. Only keys are walked; whole rows
    are read of a page.
    """
    today = timezone.localdate()
    # What has a day is open, and of what has none only the answered still moves: no other state is asked for.
    waiting = wanted.state == "" and not wanted.reference
    found = filtered(Case.objects.seen_by(by), replace(wanted, state="all") if waiting else wanted, today)
    dated = found.filter(next_due__isnull=False).order_by("next_due", "pk")
    hot, timed = dated.filter(urgent=True), dated.filter(urgent=False)
    idle = found.filter(next_due=None, **({"state": ANSWERED} if waiting else {})).order_by("pk")
    walks = [hot, timed]
    if wanted.state not in OPEN and not (wanted.overdue or wanted.soon or wanted.urgent):
        walks.append(idle)
    behind = after_mark(wanted.after) if wanted.after else None
    if behind is not None:
        passed = walk_of(wanted.after)
        walks = walks[passed:]
        if passed < IDLE:
            walks[0] = walks[0].filter(next_due__gte=due_in(wanted.after))
        walks[:1] = [one.filter(behind) for one in walks[:1]]
    keys: list[UUID] = []
    for walk in walks:
        if len(keys) <= size:
            keys += walk.values_list("pk", flat=True)[: size + 1 - len(keys)]
    known = {one.pk: one for one in with_shared_catalogues(keys[:size])}
    rows = [known[key] for key in keys[:size] if key in known]
    return Page(rows, mark_of(rows[-1]) if len(keys) > size and rows else "")


def with_shared_catalogues(keys: Iterable[UUID]) -> list[Case]:
    """These cases with what a list shows of them; a catalogue is large, and read once for all its cases."""
    lean = Case.objects.select_related("place__kind", "office__kind", "service", "assigned")
    rows = list(lean.filter(pk__in=list(keys)))
    versions = CatalogueVersion.objects.in_bulk({one.catalogue_id for one in rows})
    for one in rows:
        one.catalogue = versions[one.catalogue_id]
    return rows


def due_in(mark: str) -> date:
    day = mark.removeprefix(HOT)
    return date(int(day[:4]), int(day[4:6]), int(day[6:8]))


def walk_of(mark: str) -> int:
    """Which of the walks a page ended in: what is urgent, what has a day, what has none."""
    if mark.startswith(HOT):
        return 0
    return IDLE if due_in(mark) == date.max else 1


def filtered(found: Any, wanted: Wanted, today: date) -> Any:
    """The cases that fit what is asked for."""
    if wanted.state == "":
        found = found.filter(state__in=LIVE) if not wanted.reference else found
    elif wanted.state != "all":
        found = found.filter(state=wanted.state)
    for name in ("category", "kind", "exposure"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.assigned == "nobody":
        # What is answered waits for its reporter, not for somebody here.
        found = found.filter(assigned=None)
        found = found.filter(state__in=OPEN) if wanted.state == "" else found
    elif wanted.assigned:
        found = found.filter(assigned_id=wanted.assigned)
    if wanted.overdue:
        found = found.filter(state__in=OPEN, paused_on=None, next_due__lt=today)
    if wanted.soon:
        found = found.filter(state__in=OPEN, next_due__range=(today, today + timedelta(days=A_WEEK)))
    if wanted.urgent:
        found = found.filter(urgent=True)
    if wanted.review:
        found = found.filter(review_by__isnull=False)
    if wanted.place_path:
        found = found.filter(place__path__startswith=wanted.place_path)
    if wanted.reference:
        found = found.filter(reference=to_latin(wanted.reference).strip())
    return found


@dataclass(frozen=True)
class Near:
    """A case near a point, and how far away it is in metres; None where only the place is known."""

    case: Case
    metres: int | None


def near(
    category: str, latitude: float, longitude: float, metres: int, *, today: date | None = None
) -> list[Near]:
    """Public cases of the category within so many metres, open or answered lately, nearest first.

    One walk of the index over a band of latitude, then the true distance of the few that are left; whole
    rows are read only of those that are shown.
    """
    today = today or timezone.localdate()
    if metres <= 0:
        return []
    high = metres / METRES_A_DEGREE
    wide = high / max(0.01, math.cos(math.radians(latitude)))
    lively = Q(state__in=LIVE) | Q(closed_on__gte=today - timedelta(days=STILL_NEAR_DAYS))
    found = Case.objects.filter(
        lively, category=category, exposure="public", merged_into=None,
        latitude__range=(latitude - high, latitude + high),
        longitude__range=(longitude - wide, longitude + wide),
    ).values_list("pk", "latitude", "longitude")  # fmt: skip
    here = (latitude, longitude)
    measured = [
        (round(distance(here, (north or 0.0, east or 0.0))), pk) for pk, north, east in found[:MOST_MEASURED]
    ]
    close = sorted((one for one in measured if one[0] <= metres), key=lambda one: one[0])[:MOST_NEAR]
    known = {one.pk: one for one in with_shared_catalogues(pk for _away, pk in close)}
    return [Near(known[pk], away) for away, pk in close if pk in known]


def near_in(category: str, place: Place, *, today: date | None = None) -> list[Near]:
    """The same for whoever could say only the village or commune: the newest of that very place."""
    today = today or timezone.localdate()
    lively = Q(state__in=LIVE) | Q(closed_on__gte=today - timedelta(days=STILL_NEAR_DAYS))
    found = Case.objects.filter(lively, category=category, exposure="public", merged_into=None, place=place)
    return [Near(case, None) for case in found.with_context().order_by("-opened_on", "-pk")[:MOST_NEAR]]


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Metres between two points, on the flat: right to a thousandth within a town."""
    north = (there[0] - here[0]) * METRES_A_DEGREE
    east = (there[1] - here[1]) * METRES_A_DEGREE * math.cos(math.radians(here[0]))
    return math.hypot(north, east)


@dataclass(frozen=True)
class Thread:
    """What one reporter and the offices told each other, and what happened, in order."""

    heard: Heard
    case: Case
    messages: Sequence[Message]
    steps: Sequence[Step]


# What a reporter is shown of an office's doings; who works on it is the office's own affair.
TOLD_STEPS = frozenset(
    {
        *(
            "receive",
            "acknowledge",
            "decide",
            "ask",
            "write",
            "answer",
            "pause",
            "resume",
            "extend",
            "transfer",
        ),
        *("escalate", "judge", "reply", "approve", "merged", "merge", "join", "still_there", "withdraw"),
        *("mediate", "recommend", "respond", "review", "order", "done"),
        *("urgent", "not_urgent"),
        *("stand", "promised", "promise_kept", "promise_dropped", "take_back"),
    }
)


def thread(heard: Heard) -> Thread:
    """Everything one reporter may read of the case, sealed as it is; three queries."""
    case = Case.objects.with_context().get(pk=heard.case_id)
    messages = case.messages.filter(report=heard.report_id).select_related("sealed", "office")
    steps = [
        one
        for one in case.steps.select_related("office__kind").order_by("at")
        if one.kind in TOLD_STEPS and (one.report_id is None or one.report_id == heard.report_id)
    ]
    return Thread(heard, case, list(messages.prefetch_related("files__sealed").order_by("at")), steps)


def counts(by: Actor) -> Mapping[str, int]:
    """How much waits on a desk: urgent, overdue, due within the week, without anybody, mine, to review.

    None is counted further than `MOST_COUNTED`.
    """
    today = timezone.localdate()
    seen = Case.objects.seen_by(by)
    mine = by.person if isinstance(by, Acting) else None
    week = (today, today + timedelta(days=A_WEEK))
    waiting = {
        # Said as the index of what is urgent has it: it holds few, and nothing else is walked.
        "urgent": seen.filter(urgent=True, next_due__isnull=False),
        "overdue": seen.overdue(today),
        "this_week": seen.open().filter(next_due__range=week),
        "nobody": seen.open().filter(assigned=None),
        "mine": seen.live().filter(assigned_id=mine) if mine else seen.none(),
        "to_review": seen.live().filter(review_by__isnull=False),
    }
    return {name: some.order_by()[:MOST_COUNTED].count() for name, some in waiting.items()}


def many(by: Actor, ids: Iterable[Any]) -> list[Case]:
    """Those of the cases that somebody may see; the others are as if they were not there."""
    chosen = list(ids)
    if is_system(by):
        return list(Case.objects.with_context().filter(pk__in=chosen))
    return list(Case.objects.seen_by(by).with_context().filter(pk__in=chosen))
