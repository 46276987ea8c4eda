"""The end of a meeting: what came out, why, what to do about it, the flip-chart, and sending it in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.facilitator.heard import players
from samleng.doors.web.facilitator.lines import corrected, line
from samleng.doors.web.facilitator.room import Room, show
from samleng.doors.web.facilitator.steps import put
from samleng.doors.web.planning.card import seen_card
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in, token_of, tried
from samleng.insight.disclosure.gathering import scale_of, thresholds_of
from samleng.insight.disclosure.rules.publication import FULL, HIDDEN, Cell, best_form
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import keep, open_blob
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.scorecards.balloting import PollKind
from samleng.voices.scorecards.models import Photo
from samleng.voices.scorecards.rules import checks, paper
from samleng.voices.scorecards.rules.statistics import add, mean, size
from samleng.voices.scorecards.rules.tally import Tally, participation, tallies, told_apart
from samleng.voices.scorecards.verbs import review, writing
from samleng.voices.scorecards.verbs.ending import week_tallies

MOST_PHOTOS = 12
# Where a framework asks nothing of its own about each priority.
ASKS = {
    "strengths": _("What is good?"),
    "weaknesses": _("What is not good?"),
    "suggestions": _("What should be done?"),
}


@dataclass(frozen=True)
class GroupMean:
    """A group's mean with its number of votes; None where they are too few to be read out."""

    name: Any
    mean: Fraction | None
    n: int


def group_means(room: Room, tally: Tally, *, exact: bool = False) -> list[GroupMean]:
    """Means by sex, age band, special group and group of the meeting."""
    profile, values = room.method.profile, room.counting.values
    few = 0 if exact else room.method.publication.small_count
    sexes, bands = told_apart(profile, tally.cells)
    parts = [*sexes, *bands]
    parts += [(s.name, [tally.special.get(s.code, [])]) for s in room.specials]
    parts += [(g.name, [tally.by_group.get(g.code, [])]) for g in room.groups]
    whole = [(name, add(*histograms)) for name, histograms in parts]
    return [
        GroupMean(name, mean(h, values) if size(h) > few else None, size(h)) for name, h in whole if size(h)
    ]


def score_of(room: Room, tally: Tally, *, exact: bool = False) -> dict[str, Any]:
    """A criterion's outcome as the score component draws it, with its means by group."""
    asked = room.by_code[tally.criterion]
    return {
        "code": tally.criterion,
        "title": asked.text,
        "median": tally.centre,
        "n": tally.n,
        "counts": tally.histogram if len(tally.histogram) <= 11 and tally.n else None,
        "sound": asked.sound,
        "ours_label": room.method.side(room.card.side).name,
        "groups": group_means(room, tally, exact=exact),
    }


def results(request: HttpRequest, room: Room) -> HttpResponse:
    """What the room said, criterion by criterion, to be read out."""
    scores = [
        score_of(room, tally)
        for tally in tallies(room.written, room.counting)
        if tally.criterion in room.by_code
    ]
    people = participation(room.written)
    asked = room.card.polls.filter(kind=PollKind.WEEK, closed_at=None, closes_at__gt=timezone.now()).exists()
    week = [] if asked else in_town(room)
    return show(request, room, "results", scores=scores, week=week, week_goes_on=asked, people=people)


def in_town(room: Room) -> list[dict[str, Any]]:
    """What a town said, as far as it may be read out to people who were not among its voters.

    By the rules of publication: the room has seen its own faces, of the town's it knows only who has a
    ticket. While the vote goes on nothing is told, because two looks would show the ballot between them.
    """
    scale, least = scale_of(room.method), thresholds_of(room.method)
    # A second vote of a few in the same town would be known from the difference to the first.
    turns = [
        poll.tickets.live().exclude(used_at=None).count()
        for poll in room.card.polls.filter(kind=PollKind.WEEK)
    ]
    apart = sum(map(bool, turns)) > 1 and any(0 < n <= least.small for n in turns)
    told = []
    for tally in week_tallies(room.card, room.written):
        if tally.criterion not in room.by_code:
            continue
        cell = Cell(
            key=(tally.criterion,),
            level=0,
            side=room.card.side,
            atoms=frozenset({tally.criterion}),
            histogram=tuple(tally.histogram),
            pooled=room.counting.combine == "pool",
        )
        form = HIDDEN if apart else best_form(cell, scale, least).form
        score = score_of(room, tally)
        if form != FULL:
            score |= {"counts": None}
        if form == HIDDEN:
            score |= {"median": None, "n": None}
        told.append(score)
    return told


def reflect(request: HttpRequest, room: Room, at: int = 1) -> HttpResponse:
    """One criterion: what is good, what is weak, what should be done; the chosen ideas ticked."""
    if not room.chosen:
        return redirect(room.url("choose"))
    at = min(max(at, 1), len(room.chosen))
    asked = room.chosen[at - 1]
    refusals: list[Refusal] = []
    typed = reflection_typed(request) if request.method == "POST" else None
    if typed is not None and not request.POST.get("more"):
        body = {"criterion": asked.code, **typed, **recorded(room, asked.code)}
        written = corrected(room, "reflect", token_of(request), body)
        refusals = put(room, [written, *taken_up(request, room, asked.code)])
        if not refusals:
            return redirect(
                room.url("reflect_on", at + 1) if at < len(room.chosen) else room.after("reflect")
            )
    stands = room.written.reflections.get(asked.code)
    kept = {
        "strengths": list(stands.strengths) if stands else [],
        "weaknesses": list(stands.weaknesses) if stands else [],
        "suggestions": [{"text": t, "chosen": c} for t, c in stands.suggestions] if stands else [],
    }
    by_criterion = {tally.criterion: tally for tally in tallies(room.written, room.counting)}
    context = {
        "asked": asked,
        "at": at,
        "score": score_of(room, by_criterion[asked.code]),
        "said": padded(typed or kept, 2 if request.POST.get("more") else 0),
        "reflections": room.written.reflections,
        "shown": shown(room, asked.code),
        "players": players(room.heard, asked.code),
        "asks": {one.code: one.name for one in room.method.raising.reflection} or ASKS,
        "required": room.method.raising.suggestions_required,
    }
    return show(request, room, "reflect", refusals=refusals, **context)


def shown(room: Room, criterion: str) -> list[str]:
    """uids of the lines of other tables whose texts the form shows together with this browser's own."""
    return [
        each.uid
        for each in room.lines
        if each.kind == "reflect"
        and each.body["criterion"] == criterion
        and each.table
        # A table's recording has no place in this form, so what it belongs to stays beside it.
        and not each.body.get("sound")
    ]


def recorded(room: Room, criterion: str) -> dict[str, str]:
    """The recording that stands with this browser's own texts, which the form does not carry."""
    own = room.written.said.get(criterion, {}).get("")
    return {"sound": own.sounds[0]} if own and own.sounds else {}


def taken_up(request: HttpRequest, room: Room, criterion: str) -> list[dict[str, Any]]:
    """Voids of those lines: the form held all their texts, and what was left of them is in its line.

    What a table wrote after the form was shown is not among them and stays.
    """
    still = set(shown(room, criterion)) & set(request.POST.get("shown", "").split())
    return [line("void", token_of(request), {"line": uid}) for uid in sorted(still)]


def reflection_typed(request: HttpRequest) -> dict[str, Any]:
    """What was written about a criterion, empty rows left out."""

    def texts(name: str) -> list[str]:
        return [said for text in request.POST.getlist(name) if (said := clean(text))]

    ticked = set(request.POST.getlist("chosen"))
    suggestions = [
        {"text": said, "chosen": str(i) in ticked}
        for i, text in enumerate(request.POST.getlist("suggestions"))
        if (said := clean(text))
    ]
    return {"strengths": texts("strengths"), "weaknesses": texts("weaknesses"), "suggestions": suggestions}


def padded(said: dict[str, Any], more: int) -> dict[str, Any]:
    """With empty rows to write in: at least two of each, one always free."""

    def rows(kept: list[Any], empty: Any) -> list[Any]:
        return [*kept, *[empty] * max(2 - len(kept), 1 + more)]

    return {
        "strengths": rows(said["strengths"], ""),
        "weaknesses": rows(said["weaknesses"], ""),
        "suggestions": rows(said["suggestions"], {"text": "", "chosen": True}),
    }


def photos(request: HttpRequest, room: Room) -> HttpResponse:
    """Pictures of the flip-chart: for the reviewer's eyes beside the figures, never public."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        refusals = [r for file in request.FILES.getlist("photos")[:MOST_PHOTOS] for r in take(room, file)]
        if not request.FILES:
            refusals = [
                Refusal(
                    _("No picture was chosen."), field="photos", remedy=_("Take a picture, or choose one.")
                )
            ]
        if not refusals:
            return redirect(room.url("photos"))
    return show(request, room, "photos", refusals=refusals, pictures=list(room.card.photos.order_by("at")))


def take(room: Room, file: Any) -> list[Refusal]:
    def lay() -> None:
        # Whether they may is asked before a byte is kept.
        writing.allow(room.by, room.card, "scorecards.add_photo")
        blob = keep(by=room.by, file=file, kind="photo", owner=room.card.owner_key, field="photos")
        writing.add_photo(by=room.by, scorecard=room.card, blob=blob)

    return tried(lay)


@signed_in
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """A picture of the flip-chart, for those who hold or review the card."""
    by = acting_for(request)
    found = Photo.objects.select_related("blob").filter(pk=photo_id).first()
    if found is None:
        raise Denied
    seen_card(by, found.scorecard_id)
    with open_blob(found.blob) as file:
        return HttpResponse(file.read(), headers=headers(found.blob.media_type, "flip-chart"))


def finish(request: HttpRequest, room: Room) -> HttpResponse:
    """What is still missing, what review will look at, and the button that sends the card in."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        refusals = tried(lambda: review.submit(by=room.by, scorecard=room.card))
        if not refusals:
            return redirect("room_done", room.card.pk)
    context = {
        "missing": [(said(room, refusal), where(room, refusal)) for refusal in room.missing],
        "blocked": bool(room.missing) or any(one.open for one in room.todo),
        "flags": [*checks.flags(room.written), *paper.flags(room.written, room.counting)],
        "people": participation(room.written),
        "voters": room.written.voters,
        "pictures": room.card.photos.count(),
        "few": few(room),
    }
    return show(request, room, "finish", refusals=refusals, **context)


def few(room: Room) -> int:
    """How many people the framework wants in the room when fewer are; 0 when there are enough."""
    wanted = room.method.meeting.people if room.card.side == "community" else room.method.meeting.staff
    return wanted if participation(room.written).people < wanted else 0


def said(room: Room, refusal: Refusal) -> dict[str, Any]:
    """A lack in words, with the criterion it is about, if any."""
    code = (refusal.field or "").partition(":")[2]
    asked = room.by_code.get(code)
    return {"kind": (refusal.field or "").partition(":")[0], "criterion": asked.text if asked else None,
            "message": refusal.message}  # fmt: skip


def where(room: Room, refusal: Refusal) -> str:
    """The page where a lack is made good."""
    field, _colon, code = (refusal.field or "").partition(":")
    if field == "reflect" and code in room.written.priorities:
        return room.url("reflect_on", room.written.priorities.index(code) + 1)
    return room.url({"setup": "setup", "priorities": "choose", "vote": "vote"}.get(field, "setup"))
