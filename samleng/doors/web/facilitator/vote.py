"""The vote: person by person, or as counts per face and group; no page shows a single ballot again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.doors.web.facilitator.lines import corrected, person_line, setup_line, voids
from samleng.doors.web.facilitator.room import Asked, Room, show
from samleng.doors.web.facilitator.steps import free_number, profile_of, put, whole
from samleng.doors.web.visit import token_of
from samleng.ground.frameworks.rules import Scale
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.rules.lines import Present
from samleng.voices.scorecards.rules.tally import among_heads, participation, voters_left


def vote(request: HttpRequest, room: Room) -> HttpResponse:
    """How far the vote is, and the two ways to write it down."""
    left = voters_left(room.written, room.written.priorities)
    voters = [person for person in room.people if person.counted]
    context = {
        "left": {person.uid for person in left},
        "voters": voters,
        "voted": len(voters) - len(left),
        "next": left[0] if left else None,
        "handed": handed(room),
        "countable": room.countable,
        "counted": counted_rooms(room),
    }
    return show(request, room, "vote", **context)


def handed(room: Room) -> bool:
    """Whether the device goes from voter to voter."""
    return bool(room.request.session.get("handed") == str(room.card.pk))


@require_POST
def hand_over(request: HttpRequest, room: Room) -> HttpResponse:
    """Begin or end handing the device round."""
    if request.POST.get("on"):
        request.session["handed"] = str(room.card.pk)
        left = voters_left(room.written, room.written.priorities)
        return redirect(room.url("pass", left[0].uid) if left else room.url("pass", uuid4()))
    request.session.pop("handed", None)
    return redirect(room.url("vote"))


def pass_on(request: HttpRequest, room: Room, person_id: UUID) -> HttpResponse:
    """Between two voters: nothing of the last ballot, only whose turn it is."""
    person = room.written.people.get(str(person_id))
    number = person.number if person else room.next_number
    context = {"person_id": person_id, "number": number, "template": "facilitator/pass.html"}
    return show(request, room, "vote", **context)


def ballot(request: HttpRequest, room: Room, person_id: UUID) -> HttpResponse:
    """One person's ballot: all criteria on one screen; somebody not listed says sex and age there too."""
    if not room.chosen:
        return redirect(room.url("choose"))
    known = room.written.people.get(str(person_id))
    typed, refusals = {}, []
    if request.method == "POST":
        typed = {key: request.POST.get(key, "") for key in request.POST}
        scores, refusals = scores_from(request, room)
        refusals = refusals or put(room, ballot_lines(request, room, person_id, known, scores))
        if not refusals:
            return redirect(after(room, known, request.POST.get("group", "")))
    context = {
        "person_id": person_id,
        "known": known,
        "number": known.number if known else room.next_number,
        "again": known is not None and f"ballot:{person_id}" in room.written.ballots,
        "typed": typed,
        "ticked": request.POST.getlist("special"),
        "group": typed.get("group", request.session.get("group", "")),
        "rows": rows(room, typed, refusals),
        "handed": handed(room),
        "last": last_voter(room),
        "profile": room.method.profile,
        "template": "facilitator/ballot.html",
    }
    return show(request, room, "vote", refusals=refusals, **context)


@dataclass(frozen=True)
class Row:
    """One criterion on a ballot, with what was typed and what is wrong."""

    asked: Asked
    name: str
    value: str
    error: Any


def rows(room: Room, typed: dict[str, str], refusals: list[Refusal]) -> list[Row]:
    wrong = {refusal.field: refusal.message for refusal in refusals}
    return [
        Row(c, f"vote-{i}", typed.get(f"vote-{i}", ""), wrong.get(f"vote-{i}", ""))
        for i, c in enumerate(room.chosen)
    ]


def scores_from(request: HttpRequest, room: Room) -> tuple[dict[str, int], list[Refusal]]:
    """The votes of a ballot, and what is missing or off the scale, each at its criterion."""
    scores: dict[str, int] = {}
    refusals: list[Refusal] = []
    scale = room.method.scale
    for i, criterion in enumerate(room.chosen):
        text = to_latin(request.POST.get(f"vote-{i}", "")).strip()
        if not text:
            refusals.append(Refusal(_("Choose an answer here."), field=f"vote-{i}", code="empty"))
        elif not text.lstrip("-").isdigit() or read_vote(scale, int(text), criterion) is None:
            refusals.append(
                Refusal(
                    filled(_("“%(value)s” is not on the scale."), value=text[:20]),
                    field=f"vote-{i}",
                    remedy=scale_says(room, criterion),
                )
            )
        else:
            scores[criterion.code] = int(read_vote(scale, int(text), criterion) or 0)
    return scores, refusals


def scale_says(room: Room, criterion: Asked) -> Any:
    scale = room.method.scale
    if scale.kind == "range":
        return filled(
            _("Write a number from %(low)d to %(high)d in steps of %(step)d."),
            low=scale.low, high=scale.high, step=scale.step,
        )  # fmt: skip
    return _("Choose one of the answers shown.")


def read_vote(scale: Scale, number: int, criterion: Asked) -> int | None:
    """The scale's value for what was written; something counted is held against its standard."""
    values = scale.values
    if scale.kind == "count_vs_standard" and criterion.standard is not None:
        return None if number < 0 else values[-1] if criterion.standard.met(number) else values[0]
    return number if number in values else None


def ballot_lines(
    request: HttpRequest, room: Room, person_id: UUID, known: Present | None, scores: dict[str, int]
) -> list[dict[str, Any]]:
    lines = []
    group = known.group if known else request.POST.get("group", "")
    body: dict[str, Any] = {"person": str(person_id), "scores": scores}
    if known is None:
        person = profile_of(request, free_number(room, request.POST.get("number", "")))
        if among_heads(room.written) and person["sex"] and person["band"]:
            # One of the heads: what they say of themselves stays with the ballot, or they count twice.
            cell = f"{person['sex']}/{person['band']}"
            body = {"scores": scores, "profile": {"cell": cell, "special": person["special"]}}
        else:
            lines.append(person_line(room, person_id, person))
    if group:
        body["group"] = group
    return [*lines, corrected(room, "ballot", token_of(request), body)]


def after(room: Room, known: Present | None, group: str) -> str:
    """Where to go when a ballot is saved: the next voter, or the overview when all listed have voted."""
    room.request.session["group"] = group
    fresh = Room(room.request, room.by, room.card, room.device)
    left = voters_left(fresh.written, fresh.written.priorities)
    page = "pass" if handed(room) else "ballot"
    if left:
        return room.url(page, left[0].uid)
    return room.url(page, uuid4()) if known is None else room.url("vote")


def last_voter(room: Room) -> Present | None:
    """Whose ballot was written last, to be able to ask them again."""
    ballots = [b for b in room.written.ballots.values() if b.person in room.written.people]
    newest = max(ballots, key=lambda b: b.written_at, default=None)
    return room.written.people[newest.person] if newest else None


def counted_rooms(room: Room) -> int:
    """How many criteria have votes typed as counts."""
    return len({c.criterion for c in room.written.counts if sum(c.counts)})


def counts(request: HttpRequest, room: Room) -> HttpResponse:
    """Votes as hands raised: one row a criterion, one number a face, for each group of the meeting."""
    if not room.chosen:
        return redirect(room.url("choose"))
    typed: dict[str, str] = {}
    refusals: list[Refusal] = []
    if request.method == "POST":
        typed = {key: request.POST.get(key, "") for key in request.POST}
        lines, refusals = counts_from(request, room)
        refusals = refusals or put(room, lines)
        if not refusals:
            return redirect(room.after("vote"))
    people = participation(room.written)
    context = {
        "grids": grids(room, typed),
        "heads": people.people,
        "refused": {refusal.field for refusal in refusals},
        "template": "facilitator/counts.html",
    }
    return show(request, room, "vote", refusals=refusals, **context)


def own_counts(room: Room) -> dict[tuple[str, str], tuple[int, ...]]:
    """Counts typed in this browser by (group, criterion); those of other tables are added to them."""
    return {(c.group, c.criterion): c.counts for c in room.written.counts if not c.cell and not c.table}


def groups_of(room: Room) -> list[tuple[str, Any]]:
    """The groups votes are counted in: the method's, or the one room."""
    return [(group.code, group.name) for group in room.groups] or [("", "")]


def grids(room: Room, typed: dict[str, str]) -> list[dict[str, Any]]:
    """For each group the rows of its grid: a criterion with one cell a face."""
    stand = own_counts(room)
    people = participation(room.written)
    made = []
    for g, (code, name) in enumerate(groups_of(room)):
        lines = []
        for i, criterion in enumerate(room.chosen):
            kept = stand.get((code, criterion.code), ("",) * len(room.points))
            cells = [
                {"name": f"n-{g}-{i}-{k}", "point": point, "value": typed.get(f"n-{g}-{i}-{k}", kept[k])}
                for k, point in enumerate(room.points)
            ]
            lines.append({"asked": criterion, "cells": cells, "id": f"row-{g}-{i}"})
        filled = any(key[0] == code for key in stand) or any(
            value for name, value in typed.items() if name.startswith(f"n-{g}-")
        )
        size = people.groups.get(code) if code else people.people
        made.append(
            {
                "code": code,
                "name": name,
                "rows": lines,
                "heads": size or people.people,
                "open": not g or filled,
            }
        )
    return made


def counts_from(request: HttpRequest, room: Room) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """A counts line for each row that was filled in; a row emptied again is taken out."""
    lines: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    token = token_of(request)
    stand = own_counts(room)
    width = len(room.points)
    for g, (code, _name) in enumerate(groups_of(room)):
        for i, criterion in enumerate(room.chosen):
            texts = [request.POST.get(f"n-{g}-{i}-{k}", "").strip() for k in range(width)]
            numbers = [whole(text) for text in texts]
            if any(not isinstance(n, int) for n in numbers):
                bad = next(k for k, n in enumerate(numbers) if not isinstance(n, int))
                refusals.append(
                    Refusal(
                        filled(_("“%(value)s” is not a number of people."), value=texts[bad][:20]),
                        field=f"n-{g}-{i}-{bad}",
                        remedy=_("Write a whole number, or nothing for none."),
                    )
                )
            elif not any(texts):
                if (code, criterion.code) in stand:
                    lines += voids(room, token, [f"counts:{code}:{criterion.code}:"])
            elif stand.get((code, criterion.code)) != tuple(numbers):
                body = {"group": code, "criterion": criterion.code, "counts": numbers}
                lines.append(corrected(room, "counts", token, body))
    if lines and room.written.setup.get("voting") != "counts":
        lines.append(setup_line(token, {"voting": "counts"}))
    return lines, refusals
