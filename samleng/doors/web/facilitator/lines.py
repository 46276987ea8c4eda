"""From what a form sends to lines on the card: the same form twice gives the same lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from samleng.doors.web.facilitator.room import Room
from samleng.kit.ledger.rules import canonical
from samleng.voices.scorecards.pinned import instant, lines_of
from samleng.voices.scorecards.rules.lines import Line, dated, slot

Sent = dict[str, Any]


def line(kind: str, token: UUID, body: Mapping[str, Any]) -> Sent:
    """A line whose uid comes from the form's token and its content.

    A form sent twice counts once; sent again with other content, after going back, it corrects.
    """
    uid = uuid5(token, f"{kind}:{canonical(body).decode()}")
    return {"uid": str(uid), "kind": kind, "body": dict(body), "written_at": instant(timezone.now())}


def in_time(room: Room, lines: Sequence[Sent]) -> list[Sent]:
    """The lines dated so that what was typed here counts over what stood here, whatever clocks say."""
    return [one | {"written_at": dated(Line(**one), room.lines)} for one in lines]


def setup_line(token: UUID, changes: Mapping[str, Any]) -> Sent:
    """What changes of the set-up; it is read key by key, so the rest stays as it stands."""
    return line("setup", token, changes)


def corrected(room: Room, kind: str, token: UUID, body: Mapping[str, Any]) -> Sent:
    """A line that supersedes what stands in its place; what stands there already is not written again."""
    written = line(kind, token, body)
    stands = standing_line(room, slot(Line(**written)))
    if stands is None:
        return written
    if same(stands.body, body):
        return {"uid": stands.uid, "kind": kind, "body": dict(stands.body), "written_at": stands.written_at}
    return line(kind, token, {**body, "replaces": stands.uid})


def person_line(room: Room, person: UUID, profile: Mapping[str, Any]) -> Sent:
    """A person under their own UUID, which the form carries; an edit replaces what stood."""
    return corrected(room, "person", person, {"person": str(person), **profile})


def same(stands: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    return canonical({k: v for k, v in stands.items() if k != "replaces"}) == canonical(body)


def standing_line(room: Room, wanted: str) -> Line | None:
    """The line that counts for a slot, such as "person:<uid>"."""
    return next((each for each in room.lines if slot(each) == wanted), None)


def voids(room: Room, token: UUID, slots: Iterable[str]) -> list[Sent]:
    """Lines that take everything ever written for these slots out of the card."""
    wanted = set(slots)
    gone = [each.uid for each in lines_of(room.card) if each.kind != "void" and slot(each) in wanted]
    return [line("void", token, {"line": uid}) for uid in gone]


def forget_person(room: Room, token: UUID, person: str) -> list[Sent]:
    """Take a person out, with what they raised and how they voted."""
    raised = [f"raise:{criterion}:{person}" for criterion in room.written.raised]
    return voids(room, token, [f"person:{person}", f"ballot:{person}", *raised])


def raised_lines(
    room: Room, token: UUID, wanted: set[tuple[str, str]], had: set[tuple[str, str]]
) -> list[Sent]:
    """Lines that bring who raised what from `had` to `wanted`; pairs are (criterion, person or "")."""
    fresh = [
        line("raise", token, {"criterion": criterion, **({"person": person} if person else {})})
        for criterion, person in sorted(wanted - had)
    ]
    named = [f"raise:{criterion}:{person}" for criterion, person in had - wanted if person]
    rooms = {criterion for criterion, person in had - wanted if not person}
    nobodys = [
        line("void", token, {"line": each.uid})
        for each in room.lines
        if each.kind == "raise" and each.body["criterion"] in rooms and not each.body.get("person")
    ]
    return fresh + voids(room, token, named) + nobodys


def moved(order: list[str], what: str, criterion: str) -> list[str]:
    """The order after one step: "add", "remove", "up" or "down"."""
    without = [code for code in order if code != criterion]
    if what == "add":
        return [*without, criterion]
    if what == "remove" or criterion not in order:
        return without
    at = order.index(criterion) + (-1 if what == "up" else 1)
    return [*without[: max(at, 0)], criterion, *without[max(at, 0) :]]
