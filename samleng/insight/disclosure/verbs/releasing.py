"""Making figures public: a facility's when its meeting has closed, sums on their day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from samleng.answers.plans.models import Meeting, MeetingCard
from samleng.ground.offices.models import Programme
from samleng.ground.places.models import Place
from samleng.insight.disclosure.drafting import figures_of, finish
from samleng.insight.disclosure.gathering import (
    FACILITY_LEVEL,
    MEETING,
    SUMS,
    Sum,
    Vote,
    by_family,
    formers,
    latest_sheets,
    scales_by_framework,
    thresholds_of,
    votes_of,
)
from samleng.insight.disclosure.models import Counted, Figure, Release
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.permission import require
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.words.refusals import Refusal
from samleng.voices.scorecards.models import Round, Sheet, State


@verb
def release_meeting(*, by: Actor, meeting: Meeting) -> Release:
    """Make a facility's figures public once its interface meeting has closed.

    The same figures again give the same release; a corrected card gives the next number, in which a
    figure that changed by too few people keeps its former value.
    """
    row = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("programme", "place", "facility")
        .get(pk=meeting.pk)
    )
    require(by, "disclosure.publish", owner=row.owner_key, path=row.place.path)
    sheets = sheets_on_table(row)
    last = Release.objects.filter(meeting_id=row.pk).order_by("-number").first()
    if last and last.withdrawn_at is None and counts(last, sheets):
        return last
    around = Round.objects.select_related("framework").get(pk=row.round_id)
    scales = scales_by_framework([around.framework_id])
    votes = list(votes_of([sheet.pk for sheet in sheets], scales))
    release = Release.objects.create(
        programme_id=row.programme_id,
        kind=MEETING,
        facility_id=row.facility_id,
        meeting_id=row.pk,
        place_id=row.place_id,
        number=last.number + 1 if last else 1,
        year=around.year,
        cycle=around.cycle,
        held_on=row.held_on,
        framework_id=str(around.framework_id),
        reply=row.provider_reply,
        sample=row.programme.sample or row.facility.sample,
        digest="",
    )
    known = formers(releases_that_know(row, sheets, release), scales)
    limits = thresholds_of(around.framework.method)
    figures: list[Figure] = []
    for family, said in by_family(votes).items():
        cell = Sum(said).cell((row.place_id, str(row.facility_id)), FACILITY_LEVEL, row.show_provider)
        figures += figures_of(release, family, {cell.key: Sum(said)}, [cell], known[family], limits)
    return finish(
        by, release, sorted(figures, key=lambda f: f.order), sheets, row.owner_key, reviewed(sheets)
    )


def counts(release: Release, sheets: Iterable[Sheet]) -> bool:
    """Whether the release stands on exactly these sheets."""
    return set(release.counted.values_list("sheet_id", flat=True)) == {sheet.pk for sheet in sheets}


def sheets_on_table(meeting: Meeting) -> list[Sheet]:
    """The last sheets of the completed cards that lay on the table; Refusal while it may not be public."""
    if meeting.programme.publishes_since is None:
        raise Refusal(
            _("This programme does not publish."),
            remedy=_("Its manager switches publication on first."),
            code="state",
        )
    if meeting.closed_at is None:
        raise Refusal(
            _("The interface meeting is still open."), remedy=_("Close the meeting first."), code="state"
        )
    cards = MeetingCard.objects.filter(meeting=meeting)
    if cards.exclude(scorecard__state=State.COMPLETED).exists() or not cards.exists():
        raise Refusal(
            _("Not every scorecard of this meeting is completed."),
            remedy=_("Review and complete them first."),
            code="state",
        )
    return list(latest_sheets().filter(scorecard_id__in=cards.values("scorecard_id")).order_by("pk"))


def releases_that_know(meeting: Meeting, sheets: Iterable[Sheet], but: Release) -> QuerySet[Release]:
    """Former releases that told something about these cards: this meeting's, and sums they stand in."""
    cards = [sheet.scorecard_id for sheet in sheets]
    same = Sheet.objects.filter(scorecard_id__in=cards).values("pk")
    summed = Counted.objects.filter(release__kind=SUMS, sheet_id__in=same).values("release_id")
    earlier = Release.objects.filter(programme_id=meeting.programme_id).exclude(pk=but.pk)
    if not summed.exists():
        return earlier.filter(meeting_id=meeting.pk)
    # A sum they stand in tells of them together with everything else that was told that year.
    return earlier.filter(year=but.year)


def reviewed(sheets: Iterable[Sheet]) -> bool:
    """Whether a person, not the passing of days, completed the cards: only then own words are public."""
    ids = [str(sheet.scorecard_id) for sheet in sheets]
    completed = Entry.objects.filter(
        thing_kind="scorecards.scorecard", thing_id__in=ids, verb="scorecards.complete"
    )
    actors = dict(completed.order_by("id").values_list("thing_id", "actor"))
    return bool(ids) and all(actors.get(one, SYSTEM.key) != SYSTEM.key for one in ids)


@verb
def release_sums(*, by: Actor, programme: Programme, year: int) -> Release | None:
    """Make the year's sums of communes, districts, provinces and the country public.

    They count what its meetings have made public, so that no sum speaks before a facility's
    meeting has closed. None when nothing is there to sum.
    """
    require(by, "disclosure.publish", owner=programme.owner_key)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    if row.publishes_since is None:
        raise Refusal(_("This programme does not publish."), code="state")
    sheets = sheets_released(row.pk, year)
    if not sheets:
        return None
    last = (
        Release.objects.standing().filter(programme_id=row.pk, kind=SUMS, year=year).order_by("-at").first()
    )
    if last and counts(last, sheets):
        return last
    rounds = list(Round.objects.filter(programme=row, year=year).select_related("framework"))
    scales = scales_by_framework(one.framework_id for one in rounds)
    limits = {scales[one.framework_id]: thresholds_of(one.framework.method) for one in rounds}
    release = Release.objects.create(
        programme_id=row.pk,
        kind=SUMS,
        year=year,
        framework_id=str(rounds[-1].framework_id),
        sample=row.sample,
        digest="",
    )
    earlier = Release.objects.filter(programme_id=row.pk, year=year).exclude(pk=release.pk)
    known = formers(earlier, scales)
    levels = dict(Place.objects.values_list("pk", "level"))
    figures: list[Figure] = []
    for family, votes in by_family(votes_of([sheet.pk for sheet in sheets], scales)).items():
        if not votes[0].custom:
            sums = sums_of(votes)
            cells = [one.cell(key, levels[int(str(key[0]))]) for key, one in sums.items()]
            figures += figures_of(release, family, sums, cells, known[family], limits[family.scale])
    return finish(by, release, figures, sheets, row.owner_key, reviewed=False)


def sheets_released(programme_id: UUID, year: int) -> list[Sheet]:
    """The sheets that stand behind the newest release of each of the programme's meetings."""
    newest: dict[UUID | None, UUID] = {}
    meetings = Release.objects.standing().filter(programme_id=programme_id, kind=MEETING, year=year)
    for meeting_id, pk in meetings.order_by("number").values_list("meeting_id", "pk"):
        newest[meeting_id] = pk
    counted = Counted.objects.filter(release__in=newest.values()).values("sheet_id")
    return list(Sheet.objects.filter(pk__in=counted).order_by("pk"))


def sums_of(votes: Iterable[Vote]) -> dict[tuple[object, ...], Sum]:
    """The votes added up for each place they lie in."""
    sums: dict[tuple[object, ...], Sum] = defaultdict(Sum)
    for vote in votes:
        for place_id in vote.place_ids:
            sums[(place_id, None)].votes.append(vote)
    return sums
