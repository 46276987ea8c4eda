"""The lines of a card and how they are read together, whatever order they arrive in.

The merge rule, the same on every phone and on the server (docs/merging.md says it for people): lines
are compared by their content only. A line that another names in `replaces` is out, whatever the
clocks say; `void` takes a line out. Of lines left for the same slot (one person, one ballot, one
table's reflection) the one with the greatest (written_at, uid) counts; the set-up is read so key by
key. What several phones ("table") counted adds up, and what they wrote stands one after the other.
So any set of lines gives one result, in any order, sent any number of times.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

KINDS = (
    "setup",
    "person",
    "raise",
    "custom",
    "priorities",
    "ballot",
    "counts",
    "reflect",
    "photo",
    # "It is right as it is": the answer in words to what the reviewer asked to be corrected.
    "answer",
    "void",
)
# How a ballot came: spoken to a facilitator or on their phone, on one's own phone in the room, typed in
# from paper later, or with a ticket over a week. The week is told apart from the room in every figure.
DOORS = ("room", "qr", "paper", "week")
ROOM_DOOR, QR, WEEK = "room", "qr", "week"
# How the code of a criterion of the room's own begins.
OWN = "own-"
# Parts of a body that say how a line is merged, not what it says.
MARKS = ("replaces", "table")


@dataclass(frozen=True)
class Line:
    """One line: `uid` and `written_at` (ISO 8601 in UTC, microseconds written) are the client's."""

    uid: str
    kind: str
    body: Mapping[str, Any]
    written_at: str

    @property
    def table(self) -> str:
        """Which of several phones in one meeting wrote it; "" where there is but one."""
        return str(self.body.get("table") or "")

    @property
    def door(self) -> str:
        return str(self.body.get("door") or ROOM_DOOR)


@dataclass(frozen=True)
class Present:
    """Somebody in the room: a running number and a profile, never a name."""

    uid: str
    number: int
    sex: str
    band: str
    special: tuple[str, ...] = ()
    group: str = ""
    counted: bool = True
    table: str = ""
    # "qr": on the card by a ballot with a ticket, and listed by nobody.
    door: str = ROOM_DOOR

    @property
    def cell(self) -> str:
        return f"{self.sex}/{self.band}"


@dataclass(frozen=True)
class Reflection:
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    # (text, chosen)
    suggestions: tuple[tuple[str, bool], ...] = ()
    # uids of recordings of what was said
    sounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """Votes typed as counts per face: of one group, or of one cell within it, at one table."""

    group: str
    criterion: str
    cell: str
    counts: tuple[int, ...]
    table: str = ""


@dataclass(frozen=True)
class Ballot:
    """One voter's scores. `cell` and `special` are what a voter nobody listed said of themselves."""

    person: str
    group: str
    scores: Mapping[str, int]
    written_at: str
    table: str = ""
    door: str = ROOM_DOOR
    cell: str = ""
    special: tuple[str, ...] = ()


@dataclass
class Week:
    """Those who voted with a ticket over a week."""

    people: dict[str, Present] = field(default_factory=dict)
    ballots: dict[str, Ballot] = field(default_factory=dict)


@dataclass
class Card:
    """A card as its lines stand together."""

    # `heads` in it is the sum of `heads`, which is kept by table.
    setup: dict[str, Any] = field(default_factory=dict)
    heads: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    people: dict[str, Present] = field(default_factory=dict)
    # criterion -> uids of who raised it ("" for the room)
    raised: dict[str, list[str]] = field(default_factory=dict)
    # criteria of the room's own: code -> text by language, and code -> uid of the recording
    custom: dict[str, dict[str, str]] = field(default_factory=dict)
    spoken: dict[str, str] = field(default_factory=dict)
    priorities: list[str] = field(default_factory=list)
    # ballot slot -> the ballot
    ballots: dict[str, Ballot] = field(default_factory=dict)
    counts: list[Counts] = field(default_factory=list)
    # criterion -> table -> what was said there; `reflections` is what all tables said
    said: dict[str, dict[str, Reflection]] = field(default_factory=dict)
    reflections: dict[str, Reflection] = field(default_factory=dict)
    # uid of the picture -> the criterion it is about, or ""
    photos: dict[str, str] = field(default_factory=dict)
    # mark of the reviewer -> what was answered to it in words
    answers: dict[str, str] = field(default_factory=dict)
    week: Week = field(default_factory=Week)

    @property
    def voters(self) -> int:
        return len(self.ballots)


def slot(line: Line) -> str:
    """What the line is about: of lines with the same slot only one counts.

    The week's lines share no slot with the room's, so that no ticket can touch what the room said.
    """
    body = line.body
    table = f"@{line.table}" if line.table else ""
    week = f"@{WEEK}" if line.door == WEEK else ""
    match line.kind:
        case "priorities":
            return "priorities"
        case "ballot":
            return f"ballot:{body.get('person') or line.uid}{week}"
        case "counts":
            return f"counts:{body['group']}:{body['criterion']}:{body.get('cell', '')}{table}"
        case "reflect":
            return f"reflect:{body['criterion']}{table}"
        case "raise":
            return f"raise:{body['criterion']}:{body.get('person') or line.uid}"
        case "person":
            return f"person:{body.get('person') or line.uid}{week}"
        case "custom":
            return f"custom:{body['code']}"
        case "photo":
            return f"photo:{body['photo']}"
        case "answer":
            return f"answer:{body['mark']}"
    # A set-up line says some keys; which line's word counts is found key by key when they are folded.
    return f"{line.kind}:{line.uid}"


def standing(lines: Iterable[Line]) -> list[Line]:
    """The lines that count after replacing, voiding and merging, in a fixed order."""
    unique = {line.uid: line for line in lines}
    out = {str(line.body["line"]) for line in unique.values() if line.kind == "void"}
    out |= {str(line.body["replaces"]) for line in unique.values() if line.body.get("replaces")}
    best: dict[str, Line] = {}
    for line in unique.values():
        if line.uid in out or line.kind == "void":
            continue
        key = slot(line)
        kept = best.get(key)
        if kept is None or (line.written_at, line.uid) > (kept.written_at, kept.uid):
            best[key] = line
    return sorted(best.values(), key=lambda line: (line.written_at, line.uid))


def dated(line: Line, lines: Iterable[Line]) -> str:
    """When a line shall say it was written, beside the lines its writer knows.

    Its own moment, but never before what stands in its slot: a writer who saw an older word and changed
    it means the change, even where the older word came from a phone whose clock runs ahead.
    """
    rivals = (
        each.written_at
        for each in lines
        if each.uid != line.uid and (slot(each) == slot(line) or each.kind == line.kind == "setup")
    )
    newest = max(rivals, default="")
    return line.written_at if line.written_at > newest else just_after(newest)


def just_after(moment: str) -> str:
    return (
        (datetime.fromisoformat(moment) + timedelta(microseconds=1))
        .astimezone(UTC)
        .isoformat(timespec="microseconds")
    )


def fold(lines: Iterable[Line]) -> Card:
    """The card that the lines make together."""
    card = Card()
    for line in standing(lines):
        write_on(card, line)
    if card.heads:
        card.setup["heads"] = added_heads(list(card.heads.values()))
    for criterion, tables in card.said.items():
        card.reflections[criterion] = joined([tables[table] for table in sorted(tables)])
    return card


def write_on(card: Card, line: Line) -> None:
    body = line.body
    voters = card.week if line.door == WEEK else card
    match line.kind:
        case "setup":
            for key, value in body.items():
                if key == "heads":
                    card.heads[line.table] = value or {}
                elif key not in MARKS:
                    card.setup[str(key)] = value
        case "person":
            person = present(line)
            voters.people[person.uid] = person
        case "raise":
            card.raised.setdefault(str(body["criterion"]), []).append(str(body.get("person") or ""))
        case "custom":
            card.custom[str(body["code"])] = dict(body.get("text", {}))
            if body.get("sound"):
                card.spoken[str(body["code"])] = str(body["sound"])
        case "priorities":
            card.priorities = unique_in_order(body["order"])
        case "ballot":
            voters.ballots[slot(line)] = ballot(line)
        case "counts":
            card.counts.append(counts(line))
        case "reflect":
            card.said.setdefault(str(body["criterion"]), {})[line.table] = reflection(body)
        case "photo":
            card.photos[str(body["photo"])] = str(body.get("about", ""))
        case "answer":
            card.answers[str(body["mark"])] = str(body["words"])


def present(line: Line) -> Present:
    body = line.body
    return Present(
        uid=str(body.get("person") or line.uid),
        number=int(body["number"]),
        sex=str(body["sex"]),
        band=str(body["band"]),
        special=tuple(sorted(body.get("special", ()))),
        group=str(body.get("group", "")),
        counted=bool(body.get("counted", True)),
        table=line.table,
        door=line.door,
    )


def ballot(line: Line) -> Ballot:
    body = line.body
    profile = body.get("profile") or {}
    return Ballot(
        person=str(body.get("person") or ""),
        group=str(body.get("group", "")),
        scores={str(k): int(v) for k, v in body["scores"].items()},
        written_at=line.written_at,
        table=line.table,
        door=line.door,
        cell=str(profile.get("cell", "")),
        special=tuple(sorted(profile.get("special", ()))),
    )


def counts(line: Line) -> Counts:
    body = line.body
    return Counts(
        group=str(body["group"]),
        criterion=str(body["criterion"]),
        cell=str(body.get("cell", "")),
        counts=tuple(int(c) for c in body["counts"]),
        table=line.table,
    )


def reflection(body: Mapping[str, Any]) -> Reflection:
    return Reflection(
        strengths=tuple(body.get("strengths", ())),
        weaknesses=tuple(body.get("weaknesses", ())),
        suggestions=tuple((s["text"], bool(s.get("chosen"))) for s in body.get("suggestions", ())),
        sounds=(str(body["sound"]),) if body.get("sound") else (),
    )


def joined(tables: Sequence[Reflection]) -> Reflection:
    """What the tables said, one after the other: the same text once, chosen where any table chose it."""
    if len(tables) == 1:
        return tables[0]
    chosen = {text for one in tables for text, ticked in one.suggestions if ticked}
    ideas = unique_in_order([text for one in tables for text, _ticked in one.suggestions])
    return Reflection(
        strengths=tuple(unique_in_order([text for one in tables for text in one.strengths])),
        weaknesses=tuple(unique_in_order([text for one in tables for text in one.weaknesses])),
        suggestions=tuple((text, text in chosen) for text in ideas),
        sounds=tuple(unique_in_order([uid for one in tables for uid in one.sounds])),
    )


def added_heads(tables: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Heads counted at several tables as one count: {"cells": {...}, "special": {...}}; {} where none."""
    total = {part: Counter[str]() for part in ("cells", "special")}
    for heads in tables:
        for part, sums in total.items():
            for code, n in (heads.get(part) or {}).items():
                sums[str(code)] += int(n)
    return {part: dict(sums) for part, sums in total.items()} if any(tables) else {}


def numbered(people: Iterable[Present]) -> dict[str, tuple[int, str]]:
    """Everybody's running number; with their table ("" if none) where two tables gave the same number."""
    listed = list(people)
    tables: dict[int, set[str]] = defaultdict(set)
    for person in listed:
        tables[person.number].add(person.table)
    return {p.uid: (p.number, p.table if len(tables[p.number]) > 1 else "") for p in listed}


def unique_in_order(codes: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(str(code) for code in codes))
