"""The lines of a card and how they are read together, whatever order they arrive in.

The merge rule, the same on every phone and on the server: lines are compared by their content
only. A line that another names in `replaces` is out, whatever the clocks say. Of lines left for
the same slot (one person, one ballot, one reflection) the one with the greatest (written_at, uid)
counts. `void` takes a line out. So any set of lines gives one result, in any order, sent any
number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    # "It is right as it is": the answer in words to what the reviewer asked to be corrected.
    "answer",
    "void",
)


@dataclass(frozen=True)
class Line:
    """One line: `uid` and `written_at` (ISO 8601 in UTC) are the client's."""

    uid: str
    kind: str
    body: Mapping[str, Any]
    written_at: str


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

    @property
    def cell(self) -> str:
        return f"{self.sex}/{self.band}"


@dataclass(frozen=True)
class Reflection:
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    # (text, chosen)
    suggestions: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Counts:
    """Votes typed as counts per face: of one group, or of one cell within it."""

    group: str
    criterion: str
    cell: str
    counts: tuple[int, ...]


@dataclass
class Card:
    """A card as its lines stand together."""

    setup: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Present] = field(default_factory=dict)
    # criterion -> uids of who raised it ("" for the room)
    raised: dict[str, list[str]] = field(default_factory=dict)
    custom: dict[str, dict[str, str]] = field(default_factory=dict)
    priorities: list[str] = field(default_factory=list)
    # ballot slot -> (person uid or "", group, {criterion: value}, written_at)
    ballots: dict[str, Ballot] = field(default_factory=dict)
    counts: list[Counts] = field(default_factory=list)
    reflections: dict[str, Reflection] = field(default_factory=dict)
    # mark of the reviewer -> what was answered to it in words
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def voters(self) -> int:
        return len(self.ballots)


@dataclass(frozen=True)
class Ballot:
    person: str
    group: str
    scores: Mapping[str, int]
    written_at: str


def slot(line: Line) -> str:
    """What the line is about: of lines with the same slot only one counts."""
    body = line.body
    match line.kind:
        case "setup" | "priorities":
            return line.kind
        case "ballot":
            return f"ballot:{body.get('person') or line.uid}"
        case "counts":
            return f"counts:{body['group']}:{body['criterion']}:{body.get('cell', '')}"
        case "reflect":
            return f"reflect:{body['criterion']}"
        case "raise":
            return f"raise:{body['criterion']}:{body.get('person') or line.uid}"
        case "person":
            return f"person:{body.get('person') or line.uid}"
        case "custom":
            return f"custom:{body['code']}"
        case "answer":
            return f"answer:{body['mark']}"
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


def fold(lines: Iterable[Line]) -> Card:
    """The card that the lines make together."""
    card = Card()
    for line in standing(lines):
        write_on(card, line)
    return card


def write_on(card: Card, line: Line) -> None:
    body = line.body
    match line.kind:
        case "setup":
            card.setup = {k: v for k, v in body.items() if k != "replaces"}
        case "person":
            person = present(line)
            card.people[person.uid] = person
        case "raise":
            card.raised.setdefault(str(body["criterion"]), []).append(str(body.get("person") or ""))
        case "custom":
            card.custom[str(body["code"])] = dict(body["text"])
        case "priorities":
            card.priorities = unique_in_order(body["order"])
        case "ballot":
            scores = {str(k): int(v) for k, v in body["scores"].items()}
            person_uid, group = str(body.get("person") or ""), str(body.get("group", ""))
            card.ballots[slot(line)] = Ballot(person_uid, group, scores, line.written_at)
        case "counts":
            counts = tuple(int(c) for c in body["counts"])
            card.counts.append(
                Counts(str(body["group"]), str(body["criterion"]), str(body.get("cell", "")), counts)
            )
        case "reflect":
            card.reflections[str(body["criterion"])] = reflection(body)
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
    )


def reflection(body: Mapping[str, Any]) -> Reflection:
    return Reflection(
        strengths=tuple(body.get("strengths", ())),
        weaknesses=tuple(body.get("weaknesses", ())),
        suggestions=tuple((s["text"], bool(s.get("chosen"))) for s in body.get("suggestions", ())),
    )


def unique_in_order(codes: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(str(code) for code in codes))
