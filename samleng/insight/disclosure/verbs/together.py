"""Many meetings' first releases in few statements: what a nation's closing days need."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from samleng.answers.plans.models import Meeting, MeetingCard
from samleng.ground.places.models import Place
from samleng.insight.disclosure.drafting import digest_of, facts_of, figures_of, own_words_out
from samleng.insight.disclosure.gathering import (
    FACILITY_LEVEL,
    MEETING,
    Sum,
    Vote,
    by_family,
    latest_sheets,
    scales_by_framework,
    thresholds_of,
    votes_of,
)
from samleng.insight.disclosure.models import Counted, Figure, PublicPlace, Release
from samleng.insight.disclosure.verbs.releasing import begun, completed_by_people
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import READERS, record_many
from samleng.voices.scorecards.models import Sheet, State


def release_many(*, by: Actor, meetings: Collection[UUID]) -> set[UUID]:
    """Make these meetings' figures public, each as `release_meeting` would; the ids of those that are.

    Takes only first releases of what no sum has told of, for nothing is known of those; any other
    meeting, and one that may not be public yet, is left as it is.
    """
    with transaction.atomic():
        rows = fresh_meetings(meetings)
        for row in rows:
            require(by, "disclosure.publish", owner=row.owner_key, path=row.place.path)
        sheets = sheets_of(rows)
        cards = {sheet.scorecard_id for some in sheets.values() for sheet in some}
        told = set(Counted.objects.filter(sheet_id__in=sheets_ever(cards)).values_list("sheet_id", flat=True))
        rows = [row for row in rows if sheets[row.pk] and not told & {one.pk for one in sheets[row.pk]}]
        drafted = drafts(rows, sheets)
        Release.objects.bulk_create([release for _row, release, _figures in drafted])
        Figure.objects.bulk_create([one for *_of, some in drafted for one in some], batch_size=500)
        Counted.objects.bulk_create(
            [
                Counted(release=release, sheet_id=sheet.pk)
                for row, release, _figures in drafted
                for sheet in sheets[row.pk]
            ],
            batch_size=2000,
        )
        move_many([(release, row.place) for row, release, _figures in drafted])
        told_of = [
            ("disclosure.release_meeting", release, row.owner_key, facts_of(release, figures))
            for row, release, figures in drafted
        ]
        record_many(by=by, rows=told_of, tell=READERS)
    return {row.pk for row in rows}


def fresh_meetings(ids: Collection[UUID]) -> list[Meeting]:
    """Of these the closed ones of publishing programmes, all cards completed, never released before."""
    open_cards = MeetingCard.objects.filter(meeting_id__in=ids).exclude(scorecard__state=State.COMPLETED)
    known = Release.objects.filter(meeting_id__in=ids).values_list("meeting_id", flat=True)
    waiting = Meeting.objects.filter(
        pk__in=ids, closed_at__isnull=False, programme__publishes_since__isnull=False
    )
    locked = waiting.select_for_update(of=("self",)).order_by("pk")
    unfit = {*open_cards.values_list("meeting_id", flat=True), *known}
    rows = locked.select_related("programme", "place", "facility", "round__framework")
    return [row for row in rows if row.pk not in unfit]


def sheets_of(meetings: Iterable[Meeting]) -> dict[UUID, list[Sheet]]:
    """The last sheets that lay on each table."""
    table = dict(
        MeetingCard.objects.filter(meeting__in=list(meetings)).values_list("scorecard_id", "meeting_id")
    )
    found: dict[UUID, list[Sheet]] = defaultdict(list)
    for sheet in latest_sheets().filter(scorecard_id__in=list(table)).order_by("pk"):
        found[table[sheet.scorecard_id]].append(sheet)
    return found


def sheets_ever(cards: Collection[UUID]) -> list[UUID]:
    return list(Sheet.objects.filter(scorecard_id__in=cards).values_list("pk", flat=True))


def drafts(
    meetings: Collection[Meeting], sheets: dict[UUID, list[Sheet]]
) -> list[tuple[Meeting, Release, list[Figure]]]:
    """Each meeting's release with its figures; nothing is written."""
    scales = scales_by_framework({row.round.framework_id for row in meetings})
    every = [sheet for row in meetings for sheet in sheets[row.pk]]
    said: dict[UUID, list[Vote]] = defaultdict(list)
    for vote in votes_of([sheet.pk for sheet in every], scales):
        said[vote.sheet_id].append(vote)
    people = completed_by_people(sheet.scorecard_id for sheet in every)
    made = []
    for row in meetings:
        votes = [vote for sheet in sheets[row.pk] for vote in said[sheet.pk]]
        limits = thresholds_of(row.round.framework.method)
        figures: list[Figure] = []
        for family, some in by_family(votes).items():
            cell = Sum(some).cell((row.place_id, str(row.facility_id)), FACILITY_LEVEL, row.show_provider)
            figures += figures_of(family, {cell.key: Sum(some)}, [cell], [], limits)
        figures.sort(key=lambda figure: figure.order)
        if not {sheet.scorecard_id for sheet in sheets[row.pk]} <= people:
            own_words_out(figures)
        release = begun(row, row.round, 1)
        release.digest = digest_of(figures)
        for figure in figures:
            figure.release = release
        made.append((row, release, figures))
    return made


def move_many(releases: Collection[tuple[Release, Place]]) -> None:
    """Count these releases on the fronts of their places and of all above; a facility once in each."""
    standing = Release.objects.standing().filter(
        kind=MEETING, facility_id__in={release.facility_id for release, _place in releases}
    )
    others = standing.exclude(pk__in=[release.pk for release, _place in releases])
    pairs = list(others.values_list("facility_id", "programme_id", "place_id"))
    held = Place.objects.filter(pk__in={place for *_of, place in pairs if place}).only("path")
    above = {place.pk: place.ancestor_ids for place in held}
    counted = {(f, p, one) for f, p, place in pairs if place for one in above[place]}
    facilities, meetings = Counter[tuple[int, UUID]](), Counter[tuple[int, UUID]]()
    for release, here in releases:
        for one in here.ancestor_ids:
            front, mark = (one, release.programme_id), (release.facility_id, release.programme_id, one)
            facilities[front] += mark not in counted
            meetings[front] += 1
            counted.add(mark)
    # In one order, so that two workers wait for each other and never embrace.
    fronts = [PublicPlace(place_id=place, programme_id=programme) for place, programme in sorted(meetings)]
    PublicPlace.objects.bulk_create(fronts, ignore_conflicts=True, batch_size=500)
    for place, programme in sorted(meetings):
        PublicPlace.objects.filter(place_id=place, programme_id=programme).update(
            facilities=F("facilities") + facilities[place, programme],
            meetings=F("meetings") + meetings[place, programme],
            at=timezone.now(),
        )
