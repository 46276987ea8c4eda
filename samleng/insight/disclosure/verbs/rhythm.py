"""What is due to be public: found by its missing mark, released by the site itself."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from samleng.answers.plans.models import Meeting, MeetingCard
from samleng.ground.offices.models import Programme
from samleng.insight.disclosure.gathering import MEETING, SUMS, latest_sheets
from samleng.insight.disclosure.models import Counted, Release
from samleng.insight.disclosure.verbs.releasing import release_meeting, release_sums
from samleng.insight.disclosure.verbs.together import release_many
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import State


def release_due(*, by: Actor = SYSTEM, limit: int = 50) -> int:
    """Release what waits: closed meetings of publishing programmes, and corrections; how many.

    What waits is found by its missing mark, so nothing is lost when this is cut or runs twice.
    """
    waiting = meetings_waiting(limit)
    done = release_many(by=by, meetings=[one.pk for one in waiting]) if waiting else set()
    released = len(done)
    for meeting in [*(one for one in waiting if one.pk not in done), *meetings_corrected(limit)]:
        with transaction.atomic():
            try:
                release_meeting(by=by, meeting=meeting)
            except Refusal:
                # Its cards were reopened in the meantime; it is found again when they are completed.
                continue
        released += 1
    return released


def meetings_waiting(limit: int) -> list[Meeting]:
    closed = Meeting.objects.filter(closed_at__isnull=False, programme__publishes_since__isnull=False)
    closed = closed.exclude(pk__in=Release.objects.filter(kind=MEETING).values("meeting_id"))
    unfinished = MeetingCard.objects.exclude(scorecard__state=State.COMPLETED).values("meeting_id")
    waiting = closed.filter(pk__in=MeetingCard.objects.values("meeting_id")).exclude(pk__in=unfinished)
    return list(waiting.order_by("closed_at", "pk")[:limit])


def meetings_corrected(limit: int) -> list[Meeting]:
    """Released meetings, a card of which was unlocked, corrected and completed since."""
    again = latest_sheets().filter(number__gt=1, scorecard__state=State.COMPLETED)
    again = again.exclude(pk__in=Counted.objects.filter(release__kind=MEETING).values("sheet_id"))
    tables = MeetingCard.objects.filter(scorecard_id__in=again.values("scorecard_id")).values("meeting_id")
    known = Release.objects.standing().filter(kind=MEETING).values("meeting_id")
    rows = Meeting.objects.filter(pk__in=tables, programme__publishes_since__isnull=False)
    return list(rows.filter(pk__in=known).order_by("pk")[:limit])


def sums_due(*, by: Actor = SYSTEM, today: date | None = None) -> int:
    """On the first days of a quarter: release the sums of every publishing programme; how many releases."""
    day = today or timezone.localdate()
    quarter = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    released = 0
    for programme in Programme.objects.filter(publishes_since__isnull=False).order_by("code"):
        mine = Release.objects.filter(programme_id=programme.pk)
        done = set(mine.filter(kind=SUMS, at__date__gte=quarter).values_list("year", flat=True))
        years = mine.filter(kind=MEETING, at__date__lt=quarter).values_list("year", flat=True)
        for year in sorted(set(years) - done):
            before = mine.filter(kind=SUMS).count()
            release_sums(by=by, programme=programme, year=year)
            released += mine.filter(kind=SUMS).count() - before
    return released
