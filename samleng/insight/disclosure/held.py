"""What a programme sees of its own publicity: its releases, and texts that wait for somebody's yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from samleng.answers.plans.models import Meeting, MeetingCard
from samleng.insight.disclosure.gathering import MEETING
from samleng.insight.disclosure.models import Counted, Figure, Release
from samleng.insight.disclosure.rules.publication import CLASSES, HIDDEN, MEDIAN, STATED
from samleng.voices.scorecards.models import Result, State

OWN = "own-"


def releases_of(programme_id: UUID) -> QuerySet[Release]:
    """A programme's releases, newest first."""
    return Release.objects.filter(programme_id=programme_id).order_by("-at", "-id")


def sized(releases: QuerySet[Release]) -> QuerySet[Release]:
    """Each with how many figures it holds and how they are told; for a few, not for all of a nation's."""
    counted = {
        "all_figures": Count("figures"),
        "hidden": Count("figures", filter=Q(figures__form=HIDDEN)),
        "less": Count("figures", filter=Q(figures__form__in=[CLASSES, MEDIAN, STATED])),
        "former": Count("figures", filter=Q(figures__held_from__isnull=False)),
    }
    return releases.annotate(**counted)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many closed meetings are not public yet, and of how many a scorecard is still unfinished."""

    ready: int
    unfinished: int


def meetings_waiting_for(programme_id: UUID) -> Waiting:
    """What a programme's closed meetings still wait for before their figures can be public."""
    closed = Meeting.objects.filter(programme_id=programme_id, closed_at__isnull=False)
    closed = closed.filter(pk__in=MeetingCard.objects.values("meeting_id"))
    closed = closed.exclude(pk__in=Release.objects.filter(kind=MEETING).values("meeting_id"))
    open_cards = MeetingCard.objects.exclude(scorecard__state=State.COMPLETED).values("meeting_id")
    unfinished = closed.filter(pk__in=open_cards).count()
    return Waiting(ready=closed.count() - unfinished, unfinished=unfinished)


def next_sums(today: date | None = None) -> date:
    """The day on which the next sums are released: the first of the coming quarter."""
    day = today or timezone.localdate()
    month = 3 * ((day.month - 1) // 3) + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)


@dataclass(frozen=True, kw_only=True)
class HeldText:
    """A criterion in a village's own words, public as a figure without its words until somebody reads it."""

    figure_id: int
    words: Mapping[str, str]
    facility_id: UUID | None
    place_id: int
    side: str
    year: int
    since: datetime
    scorecard_id: UUID


def texts_held(programme_id: UUID) -> list[HeldText]:
    """The own words that wait in the newest standing release of each meeting, longest waiting first."""
    standing = Release.objects.standing().filter(programme_id=programme_id, kind=MEETING)
    waiting = list(
        Figure.objects.filter(release__in=standing, criterion__startswith=OWN, text={})
        .select_related("release")
        .order_by("release__at", "id")
    )
    later = standing.filter(meeting_id__in={one.release.meeting_id for one in waiting})
    newest = dict(later.order_by("number").values_list("meeting_id", "pk"))
    figures = [one for one in waiting if newest[one.release.meeting_id] == one.release_id]
    said = words_said(figures)
    return [
        HeldText(
            figure_id=one.pk,
            words=said[key][0],
            facility_id=one.facility_id,
            place_id=one.place_id,
            side=one.side,
            year=one.release.year,
            since=one.release.at,
            scorecard_id=said[key][1],
        )
        for one in figures
        if (key := (one.release_id, one.criterion, one.side)) in said
    ]


def words_said(
    figures: list[Figure],
) -> dict[tuple[UUID, str, str], tuple[Mapping[str, str], UUID]]:
    """What was written on the cards behind these figures, by release, criterion and side."""
    pairs = Counted.objects.filter(release__in={one.release_id for one in figures})
    by_sheet = dict(pairs.values_list("sheet_id", "release_id"))
    rows = Result.objects.filter(sheet__in=by_sheet, criterion__in={one.criterion for one in figures})
    fields = ("sheet_id", "criterion", "sheet__scorecard__side", "text", "sheet__scorecard_id")
    return {
        (by_sheet[sheet], criterion, side): (text, card)
        for sheet, criterion, side, text, card in rows.values_list(*fields)
        if text
    }
