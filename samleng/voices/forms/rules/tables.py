"""Answers as tables: one row a record, one table more for each repeat, the same columns in every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

PLACE_PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")
# What stands beside the answers in the main table.
BEFORE, AFTER = (
    ("SubmissionDate",),
    ("KEY", "Sender", "Version", "Corrected", "ReviewState", "PlaceCode", "FilesHere", "FilesNamed"),
)


@dataclass(frozen=True)
class Column:
    """A column: its heading, the names down to the answer within its row, the part of a place."""

    heading: str
    names: tuple[str, ...]
    part: int = -1

    def of(self, row: dict[str, Any]) -> str:
        """The answer as text; "" where there is none."""
        at: Any = row
        for name in self.names:
            if type(at) is not dict:
                return ""
            at = at.get(name)
        if self.part < 0 and type(at) is str:
            return at
        if at is None or isinstance(at, dict):
            return ""
        if isinstance(at, list):
            return " | ".join(str(one) for one in at if not isinstance(one, dict))
        if self.part < 0:
            return str(at)
        parts = str(at).split()
        return parts[self.part] if self.part < len(parts) else ""


@dataclass(frozen=True)
class Table:
    """The main table (path "") or one of a repeat, with its columns."""

    path: str
    name: str
    columns: tuple[Column, ...]

    @property
    def headings(self) -> list[str]:
        own = [column.heading for column in self.columns]
        return [*own, "KEY", "PARENT_KEY"] if self.path else [*BEFORE, *own, *AFTER]


Asked = tuple[Sequence[dict[str, Any]], Sequence[str]]


def tables_of(versions: Iterable[Asked], form_id: str) -> list[Table]:
    """The tables of a form over all its versions (fields, repeats), the newest first.

    A question that a newer version has dropped keeps its column: its answers are still here.
    """
    fields: dict[str, tuple[str, str]] = {}
    several: dict[str, None] = {}
    for asked, repeats in versions:
        several.update(dict.fromkeys(repeats))
        for one in asked:
            fields.setdefault(one["path"], (one["type"], one["repeat"]))
    made = []
    for path in ["", *several]:
        own = [(at, kind) for at, (kind, repeat) in fields.items() if repeat == path]
        name = form_id if not path else f"{form_id}-{path.strip('/').replace('/', '-')}"
        found = [column for at, kind in own for column in columns(at, kind, path)]
        made.append(Table(path, name, tuple(found)))
    return made


def columns(at: str, kind: str, repeat: str) -> Iterator[Column]:
    """The column of a question, or the four of a place."""
    names = tuple(at[len(repeat) :].strip("/").split("/"))
    heading = "-".join(names)
    if kind != "geopoint":
        yield Column(heading, names)
        return
    for part, name in enumerate(PLACE_PARTS):
        yield Column(f"{heading}-{name}", names, part)


def repeated(answers: dict[str, Any], path: str, key: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Every turn of a repeat in a record: its answers, its own key, the key of what it stands in."""
    waiting: list[tuple[Any, list[str], str, str]] = [(answers, path.strip("/").split("/"), key, "")]
    while waiting:
        at, names, above, walked = waiting.pop(0)
        if not names or not isinstance(at, dict):
            continue
        below, here = at.get(names[0]), f"{walked}/{names[0]}"
        if not isinstance(below, list):
            waiting.append((below, names[1:], above, here))
            continue
        for number, turn in enumerate(below, start=1):
            own = f"{above}{here}[{number}]"
            if len(names) == 1:
                yield (turn if isinstance(turn, dict) else {}), own, above
            else:
                waiting.append((turn, names[1:], own, ""))
