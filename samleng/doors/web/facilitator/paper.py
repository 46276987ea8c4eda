"""Typing in a meeting held on paper: ballots in keyboard order, and the flip-chart to check them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.doors.web.facilitator.lines import corrected, line, setup_line
from samleng.doors.web.facilitator.room import Asked, Room, show
from samleng.doors.web.facilitator.steps import put, whole
from samleng.doors.web.facilitator.vote import scale_says
from samleng.doors.web.visit import token_of
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled
from samleng.voices.scorecards.rules.lines import Present
from samleng.voices.scorecards.rules.paper import Compared, compared

ROWS = 10
PAPER = "paper"


@dataclass(frozen=True)
class Cell:
    """One vote of a row: its name in the form, what was typed, and whether it was refused."""

    name: str
    asked: Asked
    value: str
    wrong: bool


def ballots(request: HttpRequest, room: Room) -> HttpResponse:
    """Ten ballots at a time: number if it has one, else what is ticked on it, then a digit a criterion."""
    if not room.chosen:
        return redirect(room.url("choose"))
    refusals: list[Refusal] = []
    if request.method == "POST":
        lines, refusals = typed_in(request, room)
        refusals = refusals or put(room, lines)
        if not refusals:
            request.session["paper"] = {"card": str(room.card.pk), "uids": [one["uid"] for one in lines]}
            return redirect(room.url("paper"))
    saved = request.session.get("paper") or {}
    context = {
        "rows": rows(request, room, {refusal.field for refusal in refusals}),
        "typed": sum(one.door == PAPER for one in room.written.ballots.values()),
        "left": [one.number for one in room.people if one.counted and not voted(room, one)],
        "saved": len(saved.get("uids", [])) if saved.get("card") == str(room.card.pk) else 0,
        "compared": comparisons(room),
        "pictures": list(room.card.photos.order_by("at")),
        "profile": room.method.profile,
        "one_digit": all(0 <= value <= 9 for value in room.method.scale.values),
        "template": "facilitator/paper.html",
    }
    return show(request, room, "vote", refusals=refusals, **context)


def rows(request: HttpRequest, room: Room, refused: set[str | None]) -> list[dict[str, Any]]:
    """The empty rows of the form; after a refusal with everything that was typed."""
    made = []
    for n in range(ROWS):
        cells = [
            Cell(f"v-{n}-{i}", asked, request.POST.get(f"v-{n}-{i}", ""), f"v-{n}-{i}" in refused)
            for i, asked in enumerate(room.chosen)
        ]
        made.append(
            {
                "n": n,
                "number": request.POST.get(f"number-{n}", ""),
                "number_wrong": f"number-{n}" in refused,
                "cell": request.POST.get(f"cell-{n}", ""),
                "special": request.POST.getlist(f"special-{n}"),
                "cells": cells,
            }
        )
    return made


def voted(room: Room, person: Present) -> bool:
    return f"ballot:{person.uid}" in room.written.ballots


def typed_in(request: HttpRequest, room: Room) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """A ballot line for each row that holds votes; Refusals name each box that cannot be read."""
    token = token_of(request)
    lines: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    given: set[int] = set()
    for n in range(ROWS):
        scores, wrong = scores_of(request, room, n)
        number = to_latin(request.POST.get(f"number-{n}", "")).strip()
        refusals += wrong
        if not scores:
            if number and not wrong:
                refusals.append(Refusal(_("This ballot has no votes yet."), field=f"v-{n}-0", code="empty"))
            continue
        person, refusal = whose(room, number, scores, given, f"number-{n}")
        if refusal is not None:
            refusals.append(refusal)
        elif person is not None:
            body = {"person": person.uid, "scores": scores, "door": PAPER}
            if person.group:
                body["group"] = person.group
            lines.append(corrected(room, "ballot", uuid5(token, f"row:{n}"), body))
        else:
            lines.append(nobody_s(request, token, n, scores))
    if not lines and not refusals:
        refusals = [Refusal(_("Nothing was typed yet."), field="number-0", code="empty")]
    return lines, refusals


def nobody_s(request: HttpRequest, token: UUID, n: int, scores: dict[str, int]) -> dict[str, Any]:
    """A ballot without a number, with what is ticked on it; the same row of the same form is one ballot."""
    profile: dict[str, Any] = {}
    if cell := request.POST.get(f"cell-{n}", ""):
        profile["cell"] = cell
    if special := sorted(set(request.POST.getlist(f"special-{n}"))):
        profile["special"] = special
    body: dict[str, Any] = {"scores": scores, "door": PAPER}
    if profile:
        body["profile"] = profile
    return line("ballot", token, body) | {"uid": str(uuid5(token, f"row:{n}"))}


def scores_of(request: HttpRequest, room: Room, n: int) -> tuple[dict[str, int], list[Refusal]]:
    """The votes of a row: what a voter left out is left out."""
    scores: dict[str, int] = {}
    refusals: list[Refusal] = []
    for i, asked in enumerate(room.chosen):
        text = to_latin(request.POST.get(f"v-{n}-{i}", "")).strip()
        if not text:
            continue
        value = int(text) if text.isdigit() and len(text) < 6 else None
        if value is None or value not in room.method.scale.values:
            refusals.append(
                Refusal(
                    filled(_("“%(value)s” is not on the scale."), value=text[:20]),
                    field=f"v-{n}-{i}",
                    remedy=scale_says(room, asked),
                )
            )
        else:
            scores[asked.code] = value
    return scores, refusals


def whose(
    room: Room, number: str, scores: dict[str, int], given: set[int], field: str
) -> tuple[Present | None, Refusal | None]:
    """The person of a ballot's number; None where it has none."""
    if not number:
        return None, None
    found = next((one for one in room.people if number.isdigit() and str(one.number) == number), None)
    if found is None:
        return None, Refusal(
            filled(_("Number %(value)s is not on the list of people."), value=number[:10]),
            field=field,
            remedy=_("Write that person on the list first, or leave the number empty."),
        )
    stood = room.written.ballots.get(f"ballot:{found.uid}")
    if found.number in given or (stood is not None and dict(stood.scores) != scores):
        return None, Refusal(
            filled(_("Number %(value)s has a ballot already."), value=number),
            field=field,
            remedy=_("Look at the paper again. To type it anew, open the number on the page of the vote."),
        )
    given.add(found.number)
    return found, None


@require_POST
def take_out(request: HttpRequest, room: Room) -> HttpResponse:
    """Take the rows saved last out again: they were typed wrong, and no page shows a single ballot."""
    saved = request.session.pop("paper", None) or {}
    if saved.get("card") == str(room.card.pk):
        token = token_of(request)
        put(room, [line("void", token, {"line": uid}) for uid in saved["uids"]])
    return redirect(room.url("paper"))


def comparison(one: Compared, text: Any, points: list[dict[str, Any]]) -> dict[str, Any]:
    """A criterion's flip-chart and ballots face by face, with where they differ."""
    return {
        "text": text,
        "differs": one.differs,
        "cells": list(zip(points, one.typed, one.chart, one.missing, strict=True)),
        "sums": (sum(one.typed), sum(one.chart)),
    }


def comparisons(room: Room) -> list[dict[str, Any]]:
    """All that can be compared of the room."""
    return [
        comparison(one, room.by_code[one.criterion].text, room.points)
        for one in compared(room.written, room.counting)
        if one.criterion in room.by_code
    ]


def chart(request: HttpRequest, room: Room) -> HttpResponse:
    """What the flip-chart says, a number a face: never counted, only held against the ballots."""
    if not room.chosen or not room.countable:
        return redirect(room.url("paper"))
    refusals: list[Refusal] = []
    if request.method == "POST":
        counted, refusals = chart_from(request, room)
        refusals = refusals or put(room, [setup_line(token_of(request), {"chart": counted})])
        if not refusals:
            return redirect(room.url("chart"))
    stands = room.written.setup.get("chart") or {}
    grid = [
        {
            "asked": asked,
            "cells": [
                {
                    "name": f"c-{i}-{k}",
                    "point": point,
                    "value": request.POST.get(f"c-{i}-{k}", stands.get(asked.code, [""] * 99)[k]),
                }
                for k, point in enumerate(room.points)
            ],
        }
        for i, asked in enumerate(room.chosen)
    ]
    context = {
        "grid": grid,
        "refused": {refusal.field for refusal in refusals},
        "compared": comparisons(room),
        "pictures": list(room.card.photos.order_by("at")),
        "template": "facilitator/chart.html",
    }
    return show(request, room, "vote", refusals=refusals, **context)


def chart_from(request: HttpRequest, room: Room) -> tuple[dict[str, list[int]], list[Refusal]]:
    """The rows that were filled in: criterion -> a count for each face."""
    counted: dict[str, list[int]] = {}
    refusals: list[Refusal] = []
    for i, asked in enumerate(room.chosen):
        texts = [request.POST.get(f"c-{i}-{k}", "").strip() for k in range(len(room.points))]
        numbers = [whole(text) for text in texts]
        for k, number in enumerate(numbers):
            if not isinstance(number, int):
                refusals.append(
                    Refusal(
                        filled(_("“%(value)s” is not a number of people."), value=texts[k][:20]),
                        field=f"c-{i}-{k}",
                        remedy=_("Write a whole number, or nothing for none."),
                    )
                )
        if any(texts):
            counted[asked.code] = numbers
    return counted, refusals
