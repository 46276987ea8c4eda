"""A pack's folder as data: country.toml, and each framework's TOML joined with the files it names."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samleng.ground.frameworks.vocabulary import SIDES, gettext_noop

BOTH = {"both": list(SIDES), "": list(SIDES)}
COLUMNS = {"code", "service", "sides", "theme", "place_kinds", "target", "at_most", "checked"}
WORDED = ("text_", "hint_", "standard_", "unit_", "sound_")
NO_FILE = gettext_noop("The file %(name)s is not there.")
NOT_TOML = gettext_noop("The file %(name)s is not sound TOML: %(why)s")
NOT_UTF8 = gettext_noop("The file %(name)s is not encoded as UTF-8.")
NO_COLUMN = gettext_noop("The file %(name)s lacks the column “%(column)s”.")
ODD_COLUMN = gettext_noop("The file %(name)s has the unknown column “%(column)s”.")
NOT_WHOLE = gettext_noop("“%(found)s” is not a whole number.")
NO_CRITERION = gettext_noop("No criterion has the code “%(code)s”.")


class Unreadable(Exception):
    """A file that cannot be read as part of a pack; `row` counts from 1, the heading is row 1."""

    def __init__(
        self, template: str, *, file: str, row: int | None = None, column: str = "", **facts: object
    ):
        self.template, self.facts = template, {"name": file, "column": column, **facts}
        super().__init__(template % self.facts)
        self.file, self.row, self.column = file, row, column


@dataclass(frozen=True)
class Compiled:
    """A framework's data in one piece, and which file and row each criterion came from."""

    body: dict[str, Any]
    path: Path
    origins: list[tuple[str, int]] = field(default_factory=list)


def country(folder: Path) -> dict[str, Any]:
    """The pack's country.toml."""
    return toml(folder / "country.toml")


def toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, or Unreadable."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Unreadable(NO_FILE, file=path.name) from error
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, file=path.name) from error
    except (ValueError, RecursionError) as error:
        # Besides what is no TOML: a number longer than any, tables nested deeper than any.
        raise Unreadable(NOT_TOML, file=path.name, why=error) from error


def rows(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV as texts, trimmed; missing cells are empty. Unreadable without a needed column."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise Unreadable(NO_FILE, file=path.name) from error
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, file=path.name) from error
    reader = csv.DictReader(text.splitlines())
    headings = [str(name).strip() for name in reader.fieldnames or ()]
    for column in needed:
        if column not in headings:
            raise Unreadable(NO_COLUMN, file=path.name, row=1, column=column)
    for row in reader:
        yield {str(k).strip(): (v or "").strip() for k, v in row.items() if k}


def compiled(folder: Path) -> Iterator[Compiled]:
    """Every framework of the pack, ordered by file name."""
    for path in sorted((folder / "frameworks").glob("*.toml")):
        yield whole(path)


def bodies(folder: Path) -> Iterator[dict[str, Any]]:
    """The data alone of every framework of the pack."""
    for one in compiled(folder):
        yield one.body


def whole(path: Path) -> Compiled:
    """A framework's TOML with what it includes, and its criteria and wordings read from their CSVs.

    `include` names TOML files whose settings stand where this one has none of its own;
    `criteria_files` and `wording_files` name CSVs; all relative to the TOML.
    """
    own = toml(path)
    given: dict[str, Any] = {}
    for name in own.pop("include", []):
        given |= toml(path.parent / name)
    given |= own
    found: list[dict[str, Any]] = list(given.get("criteria", []))
    origins = [(path.name, 0)] * len(found)
    for name in given.pop("criteria_files", []):
        for number, row in enumerate(rows(path.parent / name, "code", "service"), start=2):
            found.append(criterion(row, name, number))
            origins.append((name, number))
    for name in given.pop("wording_files", []):
        add_wordings(found, path.parent / name, name)
    return Compiled({**given, "criteria": found}, path, origins)


def criterion(row: Mapping[str, str], file: str = "", number: int = 0) -> dict[str, Any]:
    """One criterion of a CSV row; columns text_km, hint_en ... become words keyed by language."""
    for column in row:
        if column not in COLUMNS and not column.startswith(WORDED):
            raise Unreadable(ODD_COLUMN, file=file, row=1, column=column)
    sides = row.get("sides", "")
    made: dict[str, Any] = {
        "code": row["code"],
        "service": row["service"],
        "sides": BOTH.get(sides) or sides.split(),
        "theme": row.get("theme", ""),
        "text": words(row, "text_"),
        "checked": row.get("checked") or "C",
    }
    for name, start in (("hint", "hint_"), ("sounds", "sound_")):
        if found := words(row, start):
            made[name] = found
    if row.get("place_kinds"):
        made["place_kinds"] = row["place_kinds"].split()
    if row.get("target"):
        made["standard"] = standard(row, file, number)
    return made


def standard(row: Mapping[str, str], file: str, number: int) -> dict[str, Any]:
    if not row["target"].isdecimal():
        raise Unreadable(NOT_WHOLE, file=file, row=number, column="target", found=row["target"][:40])
    made: dict[str, Any] = {
        "text": words(row, "standard_"),
        "unit": words(row, "unit_"),
        "target": int(row["target"]),
    }
    if row.get("at_most", "").casefold() in ("yes", "1", "true"):
        made["at_most"] = True
    return made


def add_wordings(criteria: list[dict[str, Any]], path: Path, file: str) -> None:
    """Other words for the same criteria at places of some kinds (columns code, place_kinds, text_, hint_)."""
    by_code = {one["code"]: one for one in criteria}
    for number, row in enumerate(rows(path, "code", "place_kinds"), start=2):
        if row["code"] not in by_code:
            raise Unreadable(NO_CRITERION, file=file, row=number, column="code", code=row["code"][:60])
        made: dict[str, Any] = {"place_kinds": row["place_kinds"].split(), "text": words(row, "text_")}
        if hint := words(row, "hint_"):
            made["hint"] = hint
        by_code[row["code"]].setdefault("wordings", []).append(made)


def words(row: Mapping[str, str], start: str) -> dict[str, str]:
    """The texts of the columns that begin so, by the language tag that follows."""
    return {name.removeprefix(start): text for name, text in row.items() if name.startswith(start) and text}
