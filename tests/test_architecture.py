"""What the import contract in pyproject.toml cannot see: folders, relations, sizes, names, migrations.

An exception stands here with its reason, or it does not stand.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "samleng"
STEPS = ("kit", "ground", "voices", "answers", "insight", "doors")
MODULE_LINES, FUNCTION_LINES = 400, 40

# path from the root, or path:function -> why it may be longer than the house allows.
LONGER: dict[str, str] = {}
# Names that say nothing; a module says what it is about.
EMPTY_NAMES = {
    *("managers", "manager", "helpers", "helper", "utils", "util", "common", "base", "misc"),
    *("services", "actions", "signals", "processors", "handlers", "data", "info"),
}


def sources(*folders: str) -> Iterator[Path]:
    """Every Python file in these folders, migrations left out."""
    for folder in folders:
        yield from (p for p in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in p.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def none(found: list[str]) -> None:
    """Fails with one line for each finding, whole: a list cut short helps nobody."""
    assert not found, "\n".join(["", *found])


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


# --- folders -----------------------------------------------------------------------------------------------


def test_it_has_an_empty_init_in_every_folder_that_holds_python():
    # The linter sees neither a folder without one nor what is imported inside one.
    folders = {path.parent for path in HOUSE.rglob("*.py")}
    folders |= {
        parent for folder in folders for parent in folder.parents if HOUSE in (parent, *parent.parents)
    }
    missing = [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()]
    filled = [name_of(p) for p in HOUSE.rglob("__init__.py") if p.read_text().strip()]
    assert (sorted(missing), sorted(filled)) == ([], [])


def test_it_gives_no_module_an_empty_name():
    apps_named = {Path(config.path) for config in apps.get_app_configs()}
    bad = [
        name_of(path)
        for path in HOUSE.rglob("*")
        if path.stem in EMPTY_NAMES
        and path.suffix in ("", ".py")
        and path not in apps_named
        # Django itself asks for management/ and templatetags/; nothing of that kind is named here.
        and (path.suffix or any(path.glob("*.py")))
    ]
    none(bad)


def test_it_labels_every_app_by_the_last_part_of_its_name():
    ours = [config for config in apps.get_app_configs() if config.name.startswith("samleng.")]
    assert len(ours) >= len(STEPS)
    assert [config.name for config in ours if config.label != config.name.rsplit(".", 1)[1]] == []


# --- relations ---------------------------------------------------------------------------------------------


def order() -> dict[str, tuple[int, int]]:
    """App label -> (step, floor within the step), counted from the ground up, as the contract has them."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    places: dict[str, tuple[int, int]] = {}
    for contract in config["tool"]["importlinter"]["contracts"]:
        for container in contract.get("containers", []):
            step = container.removeprefix("samleng").strip(".")
            if not step:
                assert tuple(reversed(contract["layers"])) == STEPS
                continue
            for floor, layer in enumerate(reversed(contract["layers"])):
                for app in layer.split("|"):
                    places[app.strip(" ()")] = (STEPS.index(step), floor)
    return places


def relations() -> Iterator[tuple[str, models.Field, str]]:
    """(app it stands in, the field, app it points to) for every relation between tables of the house."""
    ours = {c.label for c in apps.get_app_configs() if c.name.startswith("samleng.")}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            related = getattr(field, "related_model", None)
            if not field.is_relation or field.auto_created or not isinstance(related, type):
                continue
            if {model._meta.app_label, related._meta.app_label} <= ours:
                yield model._meta.app_label, field, related._meta.app_label


def test_it_knows_the_floor_of_every_app_with_tables():
    known = order()
    assert {label for label, _, target in relations() for label in (label, target)} - set(known) == set()


def test_it_points_every_relation_to_the_same_or_an_earlier_floor():
    floors = order()
    wrong = [
        f"{field.model._meta.label}.{field.name} -> {target}"
        for source, field, target in relations()
        if source != target and not floors[target] < floors[source]
    ]
    none(wrong)


def test_it_lets_no_earlier_app_reach_back_through_a_relation():
    # Without "+" Django puts an attribute on the earlier model, and the flow would turn back there.
    wrong = [
        f"{field.model._meta.label}.{field.name}"
        for source, field, target in relations()
        if source != target and not (field.remote_field.related_name or "").endswith("+")
    ]
    none(wrong)


def test_it_has_neither_generic_relations_nor_signals():
    banned = re.compile(r"GenericForeignKey|GenericRelation|db\.models\.signals|django\.dispatch|@receiver")
    assert [name_of(p) for p in sources("samleng", "config") if banned.search(p.read_text())] == []


def test_it_names_no_field_after_a_language():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("samleng.")
        for field in model._meta.get_fields()
        if re.search(r"(^|_)(km|en|kh|khmer|english)$", field.name)
    ]
    none(wrong)


# --- rules and verbs ---------------------------------------------------------------------------------------


def modules(kind: str) -> list[str]:
    """Dotted names of every rules.py or verbs.py, and of the files in a folder of that name."""
    files = (p for p in sources("samleng") if kind in (p.stem, p.parent.name) and p.stem != "__init__")
    return [name_of(p).removesuffix(".py").replace("/", ".") for p in files]


@pytest.mark.parametrize("module", modules("rules"))
def test_it_keeps_django_out_of_the_rules(module):
    code = f"import sys, {module}; print(*(m for m in sys.modules if m.split('.')[0] == 'django'))"
    # A fresh process: in this one Django has long been loaded.
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (run.stderr, run.stdout.split()) == ("", [])


def verbs() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function marked as a verb, with the name of its file."""
    for path in sources("samleng"):
        for node in ast.parse(path.read_text()).body:
            marks = {ast.unparse(mark) for mark in getattr(node, "decorator_list", [])}
            if isinstance(node, ast.FunctionDef) and marks & {"verb", "ledger.verb"}:
                yield name_of(path), node


def test_it_makes_every_verb_keyword_only_typed_explained_and_somebody_s():
    wrong, right = [], 0
    for file, node in verbs():
        given = node.args.kwonlyargs
        typed = node.returns is not None and all(arg.annotation for arg in given)
        by = "by" in {arg.arg for arg in given}
        if typed and by and not node.args.args and ast.get_docstring(node) and "verbs" in file:
            right += 1
        else:
            wrong.append(f"{file}:{node.name}")
    none(wrong)
    assert right > 0


# path -> why it writes although it holds no verb.
WRITERS = {
    "samleng/doors/console/nation.py": "made-up data in bulk to measure with; no verb makes a nation",
    "samleng/doors/console/load_scale.py": "a made-up nation leaves the postman's queue: nobody is told",
    "samleng/doors/web/signin/accounts.py": "rows of the sign-in package, which lies outside the house",
    "samleng/insight/disclosure/drafting.py": "the inside of the verbs that release figures",
    "samleng/answers/actions/steps.py": "what every verb of a promise does first and last",
    "samleng/answers/cases/steps.py": "what every verb of a case does first and last",
    "samleng/doors/exchange/report.py": "an import's own record of what it refused",
    "samleng/insight/evidence/projection.py": "the projector writes what the ledger tells, in nobody's name",
    "samleng/ground/places/loading.py": "the inside of load_tree, which writes the ledger",
    "samleng/ground/places/versions.py": "the inside of the verbs that change a place; they write the ledger",
}
WRITES = {"create", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}


def is_write(call: ast.Call) -> bool:
    """A call of the ORM that changes rows: through a manager, a relation, a queryset or a row itself."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "save":
        # Pictures and workbooks are saved to a path; rows are saved without one.
        return not call.args and {word.arg for word in call.keywords} <= {
            "update_fields",
            "force_insert",
            "using",
        }
    # Dictionaries and digests are updated too; rows only through a manager that is named.
    through_manager = call.func.attr == "update" and "objects." in ast.unparse(call.func)
    return call.func.attr in WRITES or through_manager


def written(path: Path) -> list[str]:
    """Where a module writes rows."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return [f"{name_of(path)}:{call.lineno}" for call in calls if is_write(call)]


def test_it_writes_rows_in_verbs_and_nowhere_else():
    found = [
        place
        for path in sources("samleng")
        if "verbs" not in (path.stem, path.parent.name) and name_of(path) not in WRITERS
        for place in written(path)
    ]
    none(found)
    none([name for name in WRITERS if not written(ROOT / name)])


# --- sizes -------------------------------------------------------------------------------------------------


def sizes() -> Iterator[tuple[str, int, int]]:
    """(name, lines, most lines allowed) of every module and function of ours."""
    for path in sources("samleng", "config", "packs", "tools", "bench"):
        text = path.read_text()
        yield name_of(path), text.count("\n"), MODULE_LINES
        for node in functions(ast.parse(text)):
            yield f"{name_of(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1, FUNCTION_LINES


def test_it_keeps_modules_and_functions_small():
    none([f"{n}: {lines}" for n, lines, most in sizes() if lines > most and n not in LONGER])


def test_it_lists_no_exception_that_is_no_longer_one():
    long = {name for name, lines, most in sizes() if lines > most}
    none(sorted(set(LONGER) - long))


def test_it_lays_the_app_s_screens_out_to_be_read():
    """ruff sees no TypeScript."""
    screens = HOUSE / "doors" / "field" / "app" / "src"
    none(
        [
            f"{path.relative_to(screens)}:{number}: {len(line)} columns"
            for path in [screens / "app.tsx", *sorted((screens / "screens").glob("*.tsx"))]
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if len(line) > 120
        ]
    )


# --- no country --------------------------------------------------------------------------------------------

COUNTRY = re.compile(
    r"cambodia|kampuchea|phnom.?penh|កម្ពុជា|\bISAF\b|[\"']kh[\"']|packs[./]kh\b", re.IGNORECASE
)


def test_it_names_no_country_and_no_country_s_package():
    text_files = (
        p for p in HOUSE.rglob("*") if p.suffix in {".py", ".html", ".txt", ".css", ".js", ".toml", ".typ"}
    )
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in sorted(text_files)
        if "built" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if COUNTRY.search(line)
    ]
    none(found)


# --- migrations --------------------------------------------------------------------------------------------


def test_it_has_one_line_of_migrations_in_every_app():
    graph = MigrationLoader(None).graph
    ours = {c.label for c in apps.get_app_configs() if c.name.startswith("samleng.")}
    forks = []
    for app in sorted(ours):
        names = sorted(name for label, name in graph.nodes if label == app)
        for before, after in pairwise(names):
            if (app, before) not in [parent.key for parent in graph.node_map[(app, after)].parents]:
                forks.append(f"{app}: {after} does not follow {before}")
    none(forks)


@pytest.mark.django_db
def test_it_has_no_migration_left_to_write():
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)
    except SystemExit:
        pytest.fail(out.getvalue())
