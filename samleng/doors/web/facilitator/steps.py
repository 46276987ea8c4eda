"""The steps of a meeting up to the vote: the day, who is here, what is raised, what is chosen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from samleng.doors.web.facilitator.lines import (
    corrected,
    forget_person,
    in_time,
    line,
    moved,
    person_line,
    raised_lines,
    setup_line,
)
from samleng.doors.web.facilitator.room import Asked, Room, show
from samleng.doors.web.visit import token_of, tried
from samleng.kit.words.khmer import searchable, to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.scorecards.rules.tally import participation, raised_order
from samleng.voices.scorecards.verbs import writing


def put(room: Room, lines: list[dict[str, Any]]) -> list[Refusal]:
    """Write the lines; what was refused."""
    if not lines:
        return []
    return tried(lambda: writing.write(by=room.by, scorecard=room.card, lines=in_time(room, lines)))


def setup(request: HttpRequest, room: Room) -> HttpResponse:
    """The day it is held, the language spoken, and how votes will be written down."""
    typed = dict(room.written.setup) | {key: request.POST.get(key, "") for key in request.POST}
    refusals: list[Refusal] = []
    if request.method == "POST":
        changes = {key: request.POST.get(key, "").strip() for key in ("held_on", "language", "voting")}
        paper = request.POST.get("entry", "")
        if paper or room.written.setup.get("entry"):
            changes["entry"] = "paper" if paper else ""
        refusals = put(room, [setup_line(token_of(request), changes)])
        if not refusals:
            return redirect(room.after("setup"))
    today = timezone.localdate()
    held = str(typed.get("held_on") or today.isoformat())
    outside = not (room.card.planned_from.isoformat() <= held <= room.card.planned_to.isoformat())
    context = {"typed": typed | {"held_on": held}, "today": today, "outside": outside}
    return show(request, room, "setup", refusals=refusals, **context)


def people(request: HttpRequest, room: Room) -> HttpResponse:
    """Everybody in the room as a number with a profile: one tap adds a person."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        person = token_of(request)
        refusals = put(room, added(request, room, person))
        if not refusals:
            room.request.session["group"] = request.POST.get("group", "")
            return redirect(room.url("people"))
    counted = participation(room.written)
    context = {"counted": counted, "group": request.session.get("group", ""), "profile": room.method.profile}
    return show(request, room, "people", refusals=refusals, **context)


def added(request: HttpRequest, room: Room, person: UUID) -> list[dict[str, Any]]:
    known = room.written.people.get(str(person))
    number = known.number if known else free_number(room, request.POST.get("number", ""))
    return [person_line(room, person, profile_of(request, number))]


def free_number(room: Room, wanted: str) -> int:
    """The number asked for, or the next one when another device has given it away."""
    taken = {person.number for person in room.people}
    plain = to_latin(wanted).strip()
    number = int(plain) if plain.isdigit() else room.next_number
    return number if number not in taken else room.next_number


def profile_of(request: HttpRequest, number: int) -> dict[str, Any]:
    """A person's profile as a form sends it: "cell" is sex and age band together."""
    sex, _slash, band = request.POST.get("cell", "").partition("/")
    return {
        "number": number,
        "sex": sex,
        "band": band,
        "special": sorted(set(request.POST.getlist("special"))),
        "group": request.POST.get("group", ""),
        "counted": not request.POST.get("not_counted"),
    }


def person(request: HttpRequest, room: Room, person_id: UUID) -> HttpResponse:
    """One person: change the profile by a line that replaces it, or take them out."""
    known = room.written.people.get(str(person_id))
    if known is None:
        return redirect(room.url("people"))
    refusals: list[Refusal] = []
    if request.method == "POST":
        if request.POST.get("remove"):
            lines = forget_person(room, token_of(request), str(person_id))
        else:
            number = to_latin(request.POST.get("number", "")).strip()
            lines = [
                person_line(room, person_id, profile_of(request, int(number) if number.isdigit() else 0))
            ]
        refusals = put(room, lines)
        if not refusals:
            return redirect(room.url("people"))
    context = {"person": known, "profile": room.method.profile, "template": "facilitator/person.html"}
    return show(request, room, "people", refusals=refusals, **context)


def heads(request: HttpRequest, room: Room) -> HttpResponse:
    """Heads counted instead of listed: how many of each sex and age, and of each special group."""
    # What phones of other tables counted comes on top, and is theirs to change.
    given = room.written.heads.get("") or {}
    refusals: list[Refusal] = []
    if request.method == "POST":
        numbers = {
            key: whole(text) for key, text in request.POST.items() if key.startswith(("cell:", "special:"))
        }
        given = {
            "cells": {key[5:]: n for key, n in numbers.items() if key.startswith("cell:") and n},
            "special": {key[8:]: n for key, n in numbers.items() if key.startswith("special:") and n},
        }
        refusals = put(room, [setup_line(token_of(request), {"heads": given})])
        if not refusals:
            return redirect(room.after("people"))
    context = {"given": given, "profile": room.method.profile, "template": "facilitator/heads.html"}
    return show(request, room, "people", refusals=refusals, **context)


def whole(text: str) -> Any:
    """A whole number as typed, in either script; 0 for nothing, the text itself when it is no number."""
    plain = to_latin(text).strip()
    return int(plain) if plain.isdigit() else (plain or 0)


def raising(request: HttpRequest, room: Room) -> HttpResponse:
    """What the room raises: each criterion with its hint, its sound and who raised it; or a new one."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        token = token_of(request)
        text = clean(request.POST.get("text", ""))
        if request.POST.get("what") == "own":
            code = f"own-{token.hex[:12]}"
            own = line("custom", token, {"code": code, "text": {request.LANGUAGE_CODE: text}})
            refusals = put(room, [own, line("raise", token, {"criterion": code})])
        else:
            criterion = request.POST.get("criterion", "")
            had = {(criterion, who) for who in room.written.raised.get(criterion, ())}
            refusals = put(room, raised_lines(room, token, set() if had else {(criterion, "")}, had))
        if not refusals:
            return redirect(room.url("raise"))
    words = request.GET.get("q", "")
    context = {"found": found(room, words), "q": words, "raised": dict(raised_order(room.written))}
    return show(request, room, "raise", refusals=refusals, **context)


def found(room: Room, words: str) -> list[Any]:
    """Criteria whose text or hint holds the words, in any language; raised ones first."""
    asked = searchable(clean(words)[:100])
    raised = room.written.raised
    hits = [
        c for c in room.criteria
        if not asked or any(asked in searchable(text) for text in [*c.text.values(), *c.hint.values()])
    ]  # fmt: skip
    return sorted(hits, key=lambda c: -len(raised.get(c.code, ())))


def raised_by(request: HttpRequest, room: Room, criterion: str) -> HttpResponse:
    """Who raised one criterion: tick the numbers."""
    if criterion not in room.by_code:
        return redirect(room.url("raise"))
    had = {(criterion, who) for who in room.written.raised.get(criterion, ())}
    refusals: list[Refusal] = []
    if request.method == "POST":
        wanted = {(criterion, who) for who in request.POST.getlist("who") if who in room.written.people}
        refusals = put(room, raised_lines(room, token_of(request), wanted, had))
        if not refusals:
            return redirect(room.url("raise"))
    context = {"criterion": room.by_code[criterion], "who": {who for _c, who in had}}
    return show(request, room, "raise", refusals=refusals, template="facilitator/raised_by.html", **context)


def raised_of(request: HttpRequest, room: Room, person_id: UUID) -> HttpResponse:
    """What one person raised: tick the criteria, then the next person."""
    who = room.written.people.get(str(person_id))
    if who is None:
        return redirect(room.url("raise"))
    had = {(criterion, who.uid) for criterion, all_who in room.written.raised.items() if who.uid in all_who}
    refusals: list[Refusal] = []
    if request.method == "POST":
        wanted = {(criterion, who.uid) for criterion in request.POST.getlist("criterion")}
        refusals = put(room, raised_lines(room, token_of(request), wanted, had))
        after = [p for p in room.people if p.number > who.number]
        if not refusals:
            return redirect(room.url("raised_of", after[0].uid) if after else room.url("raise"))
    context = {"who": who, "ticked": {criterion for criterion, _w in had}}
    return show(request, room, "raise", refusals=refusals, template="facilitator/raised_of.html", **context)


def choose(request: HttpRequest, room: Room) -> HttpResponse:
    """Choose the priorities and order them; the form carries the order it starts from."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        base = [code for code in request.POST.get("order", "").split(",") if code]
        what, _colon, criterion = request.POST.get("do", "").partition(":")
        order = moved(base, what, criterion) if criterion else base
        refusals = put(room, [corrected(room, "priorities", token_of(request), {"order": order})])
        if not refusals:
            return redirect(room.url("choose"))
    context = {
        "order": ",".join(room.written.priorities),
        "others": to_choose(room),
        "voted": bool(room.written.ballots or room.written.counts),
        "raising": room.method.raising,
    }
    return show(request, room, "choose", refusals=refusals, **context)


def to_choose(room: Room) -> list[tuple[Asked, int]]:
    """What may still be chosen: what was raised, most first; all where the method raises nothing."""
    raised = raised_order(room.written)
    if not room.has("raise"):
        raised += [(c.code, 0) for c in room.criteria if c.code not in room.written.raised]
    chosen = set(room.written.priorities)
    return [(room.by_code[c], n) for c, n in raised if c not in chosen and c in room.by_code]
