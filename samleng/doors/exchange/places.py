"""Any country's tree of places: from the package and columns its pack names, or from a plain CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.place_changes import Changes
from samleng.doors.exchange.place_kinds import kinds_from
from samleng.doors.exchange.place_recipes import Recipe, Source, plain_recipe, read_recipe
from samleng.doors.exchange.report import Progress, Report, take_in
from samleng.doors.exchange.tables import Column, Row, missing_column, read_table
from samleng.ground.places.loading import Loaded, sentence
from samleng.ground.places.models import Place, PlaceKind
from samleng.ground.places.rules import Branch, Fault
from samleng.ground.places.verbs import load_tree, name_kinds
from samleng.kit.ledger.rules import Actor
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.kit.words.text import filled

INVISIBLE_IN_NAMES = ("\u200b", "\u200c", "\u200d", "\ufeff")


@dataclass
class Read:
    """What the files of a recipe say: branches, rows that cannot be read, and what replaces what."""

    branches: list[Branch] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    rows: int = 0
    replaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # How each file heads our columns, by the label its rows carry.
    headings: dict[str, Mapping[str, str]] = field(default_factory=dict)


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
    belongs to the site's country, and one of a country unknown here brings its kinds with it.
    """
    path = Path(path)
    recipe = read_recipe(path) if path.suffix.lower() == ".toml" else plain_recipe(path, country)
    good = recipe.keep_sound if only_good is None else only_good

    def work() -> Report:
        return _load(by, recipe, good, progress)

    return take_in(kind="places", by=by, path=path, work=work, dry_run=dry_run)


def _load(by: Actor, recipe: Recipe, only_good: bool, progress: Progress | None) -> Report:
    read = _read(recipe)
    kinds = recipe.kinds
    if not kinds and not PlaceKind.objects.filter(country=recipe.country).exists():
        kinds, read.branches, unsure = kinds_from(recipe.country, read.branches)
        read.problems += unsure
    if kinds:
        name_kinds(by=by, country=recipe.country, kinds=kinds)
    if read.problems and not only_good:
        raise Refusals([*read.problems, *_faults(by, recipe, read)])
    changes = Changes(by, recipe.country, read.branches, read.replaces)
    changes.make()
    read.problems += changes.problems
    if read.problems and not only_good:
        raise Refusals(read.problems)
    refused = {one.row for one in changes.problems}
    branches = [one for one in read.branches if one.row is None or one.row not in refused]
    loaded = _tree(by, recipe, branches, only_good=only_good, progress=progress)
    return _told(recipe, read, loaded, changes.made)


def _tree(
    by: Actor,
    recipe: Recipe,
    branches: Sequence[Branch],
    *,
    only_good: bool = False,
    progress: Progress | None = None,
) -> Loaded:
    return load_tree(
        by=by,
        country=recipe.country,
        branches=branches,
        on=recipe.valid_from or timezone.localdate(),
        prefixed=recipe.prefixed,
        digits=recipe.digits,
        only_good=only_good,
        progress=progress,
    )


def _faults(by: Actor, recipe: Recipe, read: Read) -> list[Refusal]:
    # Unreadable rows already stop the load; the faults of the others are told in the same breath.
    try:
        _tree(by, recipe, [one for one in read.branches if one.code not in read.replaces])
    except Refusals as more:
        return each(more)
    return []


def _told(recipe: Recipe, read: Read, loaded: Loaded, replaced: int) -> Report:
    """What was loaded, by kind; what was refused, by reason; what to look at."""
    report = Report(kind="places", loaded=loaded.changes + replaced, unchanged=loaded.unchanged)
    report.rejected = read.problems + [explained(fault, read.headings) for fault in loaded.faults]
    report.counts = {
        "rows": read.rows,
        "new": loaded.made,
        "corrected": loaded.corrected,
        "renewed": loaded.renewed,
        "replaced": replaced,
        "refused": len({(str(one.field).partition(": ")[0], one.row) for one in report.rejected}),
    }
    bad = {id(fault.branch) for fault in loaded.faults}
    sound = Counter(branch.kind for branch in read.branches if id(branch) not in bad)
    report.counts |= {f"sound {kind}": number for kind, number in sorted(sound.items())}
    reasons = Counter(one.code for one in report.rejected)
    report.counts |= {f"refused {reason}": number for reason, number in sorted(reasons.items())}
    report.warnings = _warnings(recipe, read, bad)
    return report


def explained(fault: Fault, headings: Mapping[str, Mapping[str, str]]) -> Refusal:
    """The fault as a refusal that names the file it stands in and the column as that file heads it."""
    told = sentence(fault)
    source = fault.branch.source
    column = headings.get(source, {}).get(str(told.field), told.field)
    told.field = f"{source}: {column}" if source else column
    return told


def _read(recipe: Recipe) -> Read:
    read = Read()
    if recipe.root:
        read.branches.append(replace(recipe.root, valid_from=recipe.valid_from))
    kind_of = {branch.code: branch.kind for branch in read.branches}
    root = recipe.root.code if recipe.root else _root_in_force(recipe.country)
    if root and not recipe.root:
        kind_of[root] = ""
    kind_of |= dict(Place.objects.current().filter(country=recipe.country).values_list("code", "kind__code"))
    several = len(recipe.sources) > 1
    for source in recipe.sources:
        table = read_table(source.path, _columns(source, recipe))
        label = source.path.name if several else ""
        read.headings[label] = _headings(table.labels)
        if table.rows and not any(f"name:{tag}" in table.labels for tag in source.name):
            read.problems += [
                missing_column(Column(), heading, table.headings) for heading in source.name.values()
            ]
        read.rows += len(table.rows) + len({one.row for one in table.problems})
        for problem in table.problems:
            problem.field = f"{label}: {problem.field}" if label else problem.field
        read.problems += table.problems
        for row in table.rows:
            branch = _branch(row, source, recipe, kind_of, root, label)
            kind_of[branch.code] = branch.kind
            read.branches.append(branch)
            if row.get("replaces"):
                read.replaces[branch.code] = tuple(dict.fromkeys(row["replaces"]))
    return read


def _headings(labels: Mapping[str, str]) -> dict[str, str]:
    names = [heading for column, heading in labels.items() if column.startswith("name:")]
    return {**labels, "name": ", ".join(names) or "name"}


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
        "replaces": Column(kind="list", required=False, aliases=("was", "former_codes")),
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
        columns["kind"] = Column(heading=source.kind_column, longest=30)
    for tag, heading in source.name.items():
        columns[f"name:{tag}"] = Column(
            heading=heading, required=not source.some_names, filled=False, longest=200
        )
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


def _warnings(recipe: Recipe, read: Read, bad: set[int]) -> list[Refusal]:
    levels = dict(PlaceKind.objects.filter(country=recipe.country).values_list("code", "level"))
    parts = Counter(branch.parent for branch in read.branches if id(branch) not in bad)
    lost = Counter(branch.parent for branch in read.branches if id(branch) in bad)
    deepest = max((levels.get(branch.kind, 0) for branch in read.branches), default=0)
    found = []
    for branch in read.branches:
        if any(sign in text for text in branch.name.values() for sign in INVISIBLE_IN_NAMES):
            told = _("The name of %(code)s holds invisible spaces; it is shown as it is written.")
            found.append(_note(branch, "invisible", told, read))
        if id(branch) in bad or levels.get(branch.kind, 0) >= deepest or parts[branch.code]:
            continue
        if lost[branch.code]:
            told = _("%(code)s has no places loaded inside it: all that name it were refused.")
            found.append(_note(branch, "parts_refused", told, read))
        else:
            found.append(_note(branch, "no_parts", _("%(code)s has no places loaded inside it."), read))
    return found + list(_not_in_files(recipe, read.branches))


def _not_in_files(recipe: Recipe, branches: Iterable[Branch]) -> Iterable[Refusal]:
    """Places that a country's whole list no longer names; a plain CSV is never the whole list."""
    if len(recipe.sources) < 2:
        return
    given = {branch.code for branch in branches}
    stays = _("%(code)s is not in the files; it stays in force.")
    for place in Place.objects.current().filter(country=recipe.country).exclude(level=0).only("code"):
        if place.code not in given:
            yield Refusal(filled(stays, code=place.code), field="code", code="not_in_files")


def _note(branch: Branch, code: str, message: Any, read: Read) -> Refusal:
    column = "name" if code == "invisible" else "code"
    column = read.headings.get(branch.source, {}).get(column, column)
    column = f"{branch.source}: {column}" if branch.source else column
    return Refusal(filled(message, code=branch.code), field=column, row=branch.row, code=code)
