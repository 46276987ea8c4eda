"""A pack's folder as data: country.toml, and each framework's TOML joined with its criteria CSVs."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SIDES = {"both": ["community", "provider"]}


def country(folder: Path) -> dict[str, Any]:
    """The pack's country.toml."""
    return tomllib.loads((folder / "country.toml").read_text(encoding="utf-8"))


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV as texts, trimmed; missing cells are empty."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {str(k).strip(): (v or "").strip() for k, v in row.items() if k}


def bodies(folder: Path) -> Iterator[dict[str, Any]]:
    """Every framework of the pack as one table of data, its criteria files read in."""
    for path in sorted((folder / "frameworks").glob("*.toml")):
        yield body(path)


def body(path: Path) -> dict[str, Any]:
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    files = given.pop("criteria_files", [])
    found = [criterion(row) for name in files for row in rows(path.parent / name)]
    given["criteria"] = [*given.get("criteria", []), *found]
    return given


def criterion(row: dict[str, str]) -> dict[str, Any]:
    """One criterion of a CSV row; columns text_km, hint_en ... become words keyed by language."""
    sides = row.get("sides") or "both"
    made: dict[str, Any] = {
        "code": row["code"],
        "service": row["service"],
        "sides": SIDES.get(sides) or sides.split(),
        "theme": row.get("theme", ""),
        "text": words(row, "text_"),
        "checked": row.get("checked") or "C",
    }
    if hint := words(row, "hint_"):
        made["hint"] = hint
    if sounds := words(row, "sound_"):
        made["sounds"] = sounds
    if row.get("target"):
        made["standard"] = {
            "text": words(row, "standard_"),
            "unit": words(row, "unit_"),
            "target": int(row["target"]),
        }
    return made


def words(row: dict[str, str], start: str) -> dict[str, str]:
    return {name.removeprefix(start): text for name, text in row.items() if name.startswith(start) and text}
