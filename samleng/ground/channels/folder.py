"""A folder of TOML files as one catalogue's data, and where each entry of its lists stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samleng.ground.frameworks.folder import Unreadable, toml
from samleng.ground.frameworks.vocabulary import gettext_noop

FOLDER = "channels"
# The file with what is said once; the others hold lists only.
HEAD = "catalogue.toml"
ENTRY = re.compile(r"^\s*\[\[\s*([A-Za-z_]+)\s*\]\]")
IN_LIST = re.compile(r"([a-z_]+)\[(\d+)\](.*)")
ONCE = gettext_noop("“%(column)s” belongs into catalogue.toml; the file %(name)s may only hold lists.")


@dataclass(frozen=True)
class Place:
    """Where an entry of a list stands: its file, its line, and its number among the file's own."""

    file: str
    line: int | None
    number: int


@dataclass
class Gathered:
    """The data of a pack's catalogue in one piece, and the places of its entries by list."""

    data: dict[str, Any]
    places: dict[str, list[Place]] = field(default_factory=dict)

    def where(self, path: str) -> tuple[str, int | None]:
        """A path in the data as the file and path a person finds it under, and the line it begins at."""
        inside = IN_LIST.fullmatch(path)
        if inside and int(inside[2]) < len(self.places.get(inside[1], ())):
            place = self.places[inside[1]][int(inside[2])]
            return f"{place.file}: {inside[1]}[{place.number}]{inside[3]}", place.line
        return f"{HEAD}: {path}", None


def gathered(folder: Path) -> Gathered:
    """The catalogue in a folder such as packs/<country>/channels; Unreadable with what cannot be read."""
    found = Gathered(data={})
    others = sorted(path for path in folder.glob("*.toml") if path.name != HEAD)
    for path in (folder / HEAD, *others):
        add(found, path, toml(path))
    return found


def has_channels(pack: Path) -> bool:
    """Whether a pack says what people may say there."""
    return (pack / FOLDER / HEAD).is_file()


def add(found: Gathered, path: Path, given: Mapping[str, Any]) -> None:
    """What one file says, joined to what the files before it said."""
    lines = begins(path)
    for name, value in given.items():
        listed = isinstance(value, list) and all(isinstance(one, Mapping) for one in value)
        if not listed:
            if path.name != HEAD:
                raise Unreadable(ONCE, file=path.name, column=name)
            found.data[name] = value
            continue
        found.data.setdefault(name, []).extend(value)
        starts = lines.get(name, [])
        for number in range(len(value)):
            line = starts[number] if number < len(starts) else None
            found.places.setdefault(name, []).append(Place(path.name, line, number))


def begins(path: Path) -> dict[str, list[int]]:
    """The lines, counted from 1, at which the entries of each list of a file begin."""
    found: dict[str, list[int]] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if entry := ENTRY.match(text):
            found.setdefault(entry[1], []).append(number)
    return found
