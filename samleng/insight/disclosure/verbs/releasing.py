"""Making figures public: a facility's when its meeting has closed, sums on their day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
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
    if last and last.withdrawn_at is None and counts(last, [sheet.pk for sheet in sheets]):
        return last
    around = Round.objects.select_related("framework").get(pk=row.round_id)
    scales = scales_by_framework([around.framework_id])
    votes = list(votes_of([sheet.pk for sheet in sheets], scales))
    criteria = {vote.family.criterion for vote in votes}
    known = formers(releases_that_know(row, sheets, around.year), scales, criteria)
    limits = thresholds_of(around.framework.method)
    figures: list[Figure] = []
    for family, said in by_family(votes).items():
        cell = Sum(said).cell((row.place_id, str(row.facility_id)), FACILITY_LEVEL, row.show_provider)
        figures += figures_of(family, {cell.key: Sum(said)}, [cell], known[family], limits)
    release = begun(row, around, last.number + 1 if last else 1)
    release.save(force_insert=True)
    figures.sort(key=lambda figure: figure.order)
    for figure in figures:
        figure.release = release
    ids = [sheet.pk for sheet in sheets]
    return finish(by, release, figures, ids, row.owner_key, reviewed(sheets))


def begun(meeting: Meeting, around: Round, number: int) -> Release:
    """The release of a meeting, not yet written and still without its figures."""
    return Release(
        programme_id=meeting.programme_id,
        kind=MEETING,
        facility_id=meeting.facility_id,
        meeting_id=meeting.pk,
        place_id=meeting.place_id,
        number=number,
        year=around.year,
        cycle=around.cycle,
        held_on=meeting.held_on,
        framework_id=str(around.framework_id),
        reply=meeting.provider_reply,
        sample=meeting.programme.sample or meeting.facility.sample,
        digest="",
    )


def counts(release: Release, sheets: Iterable[UUID]) -> bool:
    """Whether the release stands on exactly these sheets."""
    return set(release.counted.values_list("sheet_id", flat=True)) == set(sheets)


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


def releases_that_know(meeting: Meeting, sheets: Iterable[Sheet], year: int) -> QuerySet[Release]:
    """Former releases that told something about these cards: this meeting's, and sums they stand in."""
    cards = [sheet.scorecard_id for sheet in sheets]
    same = Sheet.objects.filter(scorecard_id__in=cards).values("pk")
    summed = Counted.objects.filter(release__kind=SUMS, sheet_id__in=same).values("release_id")
    earlier = Release.objects.filter(programme_id=meeting.programme_id)
    if not summed.exists():
        return earlier.filter(meeting_id=meeting.pk)
    # A sum they stand in tells of them together with everything else that was told that year.
    return earlier.filter(year=year)


def reviewed(sheets: Iterable[Sheet]) -> bool:
    """Whether a person, not the passing of days, completed the cards: only then own words are public."""
    ids = {sheet.scorecard_id for sheet in sheets}
    return bool(ids) and ids <= completed_by_people(ids)


def completed_by_people(cards: Iterable[UUID]) -> set[UUID]:
    """Of these cards those whose last completion was a person's."""
    completed = Entry.objects.filter(
        thing_kind="scorecards.scorecard",
        thing_id__in=[str(one) for one in cards],
        verb="scorecards.complete",
    )
    actors = dict(completed.order_by("id").values_list("thing_id", "actor"))
    return {UUID(one) for one, actor in actors.items() if actor != SYSTEM.key}


def release_sums(*, by: Actor, programme: Programme, year: int) -> Release | None:
    """Make the year's sums of communes, districts, provinces and the country public.

    They count what its meetings have made public, so that no sum speaks before a facility's
    meeting has closed. None when nothing is there to sum.
    """
    require(by, "disclosure.publish", owner=programme.owner_key)
    while True:
        # Worked out before anything is locked: a nation's takes minutes, and nobody waits for it.
        basis = basis_of(programme.pk, year)
        figures = draft_sums(programme, year, basis)
        with transaction.atomic():
            row = Programme.objects.select_for_update().get(pk=programme.pk)
            if row.publishes_since is None:
                raise Refusal(
                    _("This programme does not publish."),
                    remedy=_("Its manager switches publication on first."),
                    code="state",
                )
            if not basis.sheets:
                return None
            if basis_of(programme.pk, year) != basis:
                continue
            if basis.last is not None and counts(Release.objects.get(pk=basis.last), basis.sheets):
                return Release.objects.get(pk=basis.last)
            release = Release.objects.create(
                programme_id=row.pk,
                kind=SUMS,
                year=year,
                framework_id=basis.framework_id,
                sample=row.sample,
                digest="",
            )
            for figure in figures:
                figure.release = release
            return finish(by, release, figures, basis.sheets, row.owner_key, reviewed=False)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What sums are worked out from; the same basis gives the same sums."""

    sheets: tuple[UUID, ...]
    known: tuple[UUID, ...]
    last: UUID | None
    framework_id: str


def basis_of(programme_id: UUID, year: int) -> Basis:
    mine = Release.objects.filter(programme_id=programme_id, year=year)
    last = mine.standing().filter(kind=SUMS).order_by("-at").values_list("pk", flat=True).first()
    rounds = Round.objects.filter(programme_id=programme_id, year=year).order_by("pk")
    return Basis(
        sheets=tuple(sheets_released(programme_id, year)),
        known=tuple(mine.order_by("pk").values_list("pk", flat=True)),
        last=last,
        framework_id=str(rounds.values_list("framework_id", flat=True).last() or ""),
    )


def draft_sums(programme: Programme, year: int, basis: Basis) -> list[Figure]:
    """The figures of a year's sums, as telling as is safe; nothing is written."""
    if basis.last is not None and counts(Release.objects.get(pk=basis.last), basis.sheets):
        return []
    rounds = list(Round.objects.filter(programme=programme, year=year).select_related("framework"))
    scales = scales_by_framework(one.framework_id for one in rounds)
    limits = {scales[one.framework_id]: thresholds_of(one.framework.method) for one in rounds}
    known = formers(Release.objects.filter(pk__in=basis.known), scales)
    levels = dict(Place.objects.values_list("pk", "level"))
    figures: list[Figure] = []
    for family, votes in by_family(votes_of(basis.sheets, scales)).items():
        if not votes[0].custom:
            sums = sums_of(votes)
            cells = [one.cell(key, levels[int(str(key[0]))]) for key, one in sums.items()]
            figures += figures_of(family, sums, cells, known[family], limits[family.scale])
    return figures


def sheets_released(programme_id: UUID, year: int) -> list[UUID]:
    """The sheets that stand behind the newest release of each of the programme's meetings."""
    newest: dict[UUID | None, UUID] = {}
    meetings = Release.objects.standing().filter(programme_id=programme_id, kind=MEETING, year=year)
    for meeting_id, pk in meetings.order_by("number").values_list("meeting_id", "pk"):
        newest[meeting_id] = pk
    whole = Counted.objects.filter(
        release__kind=MEETING, release__programme_id=programme_id, release__year=year
    )
    standing = set(newest.values())
    pairs = whole.values_list("release_id", "sheet_id")
    return sorted({sheet for release, sheet in pairs if release in standing})


def sums_of(votes: Iterable[Vote]) -> dict[tuple[object, ...], Sum]:
    """The votes added up for each place they lie in."""
    sums: dict[tuple[object, ...], Sum] = defaultdict(Sum)
    for vote in votes:
        for place_id in vote.place_ids:
            sums[(place_id, None)].votes.append(vote)
    return sums
