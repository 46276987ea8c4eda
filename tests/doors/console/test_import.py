"""The command takes every kind of file, and refuses every damaged copy of it without changing a row."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from samleng.doors.console.main import main
from samleng.doors.console.take_in import KINDS
from samleng.doors.exchange.models import ImportBatch
from samleng.kit.ledger.models import Entry
from tests.doors.exchange.damaged import with_part, workbook
from tests.doors.exchange.maps import collection, square
from tests.world import build

pytestmark = pytest.mark.django_db
ZEROS = 100 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """A good file of one kind: options of the command, headings, rows, and the column its codes stand in."""

    options: list[str]
    headings: list[str]
    rows: list[list[Any]]
    code: str
    name: str
    duplicate: str = "duplicate"
    missing: str = ""


HEAR = ["--programme", "hear"]
TABLES = {
    "places": Table(
        [],
        ["code", "parent", "kind", "name_km", "name_en"],
        [["010104", "0101", "parish", "ថ្មី", "New"], ["01010401", "010104", "hamlet", "ភូមិ", "Small"]],
        "code",
        "name_en",
    ),
    "facilities": Table(
        ["--service", "CL"],
        ["code", "name_en", "name_km", "location_id"],
        [["0101_1", "New clinic", "គ្លីនិក", "010101"], ["0101_2", "Old clinic", "ចាស់", "010102"]],
        "code",
        "name_en",
    ),
    "offices": Table(
        [],
        ["code", "kind", "name_km", "name_en", "place", "services"],
        [["o-1", "parish_office", "ក", "One", "010102", "PA"], ["o-2", "clinic", "ខ", "Two", "0102", "CL"]],
        "code",
        "name_en",
    ),
    "implementers": Table(
        HEAR,
        ["code", "name_en", "commune_id", "target_province_ids"],
        [["n-1", "Friends", "010101", "01,02"], ["n-2", "Others", "020101", "02"]],
        "code",
        "name_en",
        missing="name_en",
    ),
    "people": Table(
        HEAR,
        ["code", "name", "sex", "base_commune"],
        [["p-1", "Chea", "f", "010101"], ["p-2", "Kim", "m", "010102"]],
        "code",
        "name",
        missing="base_commune",
    ),
    "criteria": Table(
        ["--framework", "demo-five"],
        ["code", "criteria", "service", "hint"],
        [["CL90", "Seats to wait on", "CL", "Where?"], ["CL91", "Shade to wait in", "CL", "Where?"]],
        "code",
        "criteria",
        missing="criteria",
    ),
    "plan": Table(
        [*HEAR, "--place", "010101", "--year", "2026"],
        ["number", "text", "proposer", "goal", "location", "quantity", "unit", "starts_on", "due_on",
         "beneficiaries", "beneficiaries_women", "cost", "lead"],
        [["A"], ["1", "Mend the roof", "", "Dry", "", 1, "roof", "01/2026", "12/2026", 40, 20, 10, "Head"]],
        "number",
        "text",
        duplicate="",
        missing="due_on",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The small world, built once for this module and undone after it."""
    from django.db import transaction
    from django.utils import translation

    with django_db_blocker.unblock(), translation.override("en"):
        atomic = transaction.atomic()
        atomic.__enter__()
        build()
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def at_home(ground: None, settings: Any) -> None:
    settings.COUNTRY_PACK = "demo"


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of half a megabyte that would unpack to four hundred."""
    path = workbook(tmp_path_factory.mktemp("bomb") / "bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/big.xml", "w") as part:
        for _n in range(400):
            part.write(bytes(1024 * 1024))
    return path


def rows_of_every_table() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    """The exit code and what the command said in JSON."""
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def take(capsys: pytest.CaptureFixture[str], kind: str, path: Path, *more: str) -> tuple[int, Any]:
    options = TABLES[kind].options if kind in TABLES else ()
    if kind == "reports":
        options = ("--mapping", Path("tests/doors/exchange/past/boston.toml").resolve())
    return run(capsys, "import", kind, path, *options, *more)


def refused(capsys: pytest.CaptureFixture[str], kind: str, path: Path, *more: str) -> list[dict[str, Any]]:
    """What was said of a bad file; no row of any table is more or less than before."""
    before = rows_of_every_table()
    code, said = take(capsys, kind, path, *more)
    assert code == 2, said
    assert rows_of_every_table() == before
    assert said["refused"]
    assert all(one["message"] and one["remedy"] and one["field"] for one in said["refused"]), said
    return list(said["refused"])


def csv_of(path: Path, headings: list[str], rows: list[list[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def good(kind: str, tmp_path: Path, name: str = "good.xlsx") -> Path:
    table = TABLES[kind]
    make: Callable[..., Path] = workbook if name.endswith("x") else csv_of
    return make(tmp_path / name, headings=table.headings, rows=table.rows)


@pytest.mark.parametrize("name", ["good.xlsx", "good.csv"])
@pytest.mark.parametrize("kind", TABLES)
def test_it_takes_a_good_file_twice_and_changes_nothing_the_second_time(
    kind: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = good(kind, tmp_path, name)
    before = rows_of_every_table()
    code, report = take(capsys, kind, path, "--dry-run")
    assert code == 0, report
    assert (code, report["dry_run"]) == (0, True)
    assert report["loaded"] > 0
    assert rows_of_every_table() == before
    code, report = take(capsys, kind, path)
    assert code == 0
    assert set(report) == {
        "kind", "dry_run", "loaded", "unchanged", "counts", "rejected", "warnings", "batch",
    }  # fmt: skip
    assert ImportBatch.objects.filter(kind=kind, pk=report["batch"]).exists()
    entries = Entry.objects.count()
    code, again = take(capsys, kind, path)
    assert (code, again["loaded"], Entry.objects.count()) == (0, 0, entries)
    assert again["unchanged"] > 0


@pytest.mark.parametrize("order", [("--dry-run", "places", "FILE"), ("places", "--dry-run", "FILE")])
def test_it_takes_the_file_before_and_behind_the_options(
    order: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = good("places", tmp_path)
    code, report = run(capsys, "import", *(path if word == "FILE" else word for word in order))
    assert (code, report["dry_run"], report["loaded"]) == (0, True, 2)


@pytest.mark.parametrize("words", [("places", "a.csv", "b.csv"), ("places", "--dry", "--nothing", "a.csv")])
def test_it_takes_no_word_that_nobody_knows(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", *words])
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", TABLES)
def test_it_names_a_missing_column(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = TABLES[kind]
    gone = table.missing or table.code
    at = table.headings.index(gone)
    rows = [line[:at] + line[at + 1 :] for line in table.rows]
    path = csv_of(tmp_path / "a.csv", table.headings[:at] + table.headings[at + 1 :], rows)
    said = refused(capsys, kind, path)
    assert {one["row"] for one in said} <= {1, 2, 3}
    assert any(one["code"] in ("missing_column", "empty") for one in said)
    if kind not in ("criteria", "implementers", "plan"):
        # Those three may head it in several ways, of which the error names the first.
        assert (said[0]["field"], said[0]["row"]) in [(gone, 1), ("base", 1)]


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", [kind for kind, table in TABLES.items() if table.duplicate])
def test_it_names_a_code_that_stands_twice(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES[kind]
    path = csv_of(tmp_path / "a.csv", table.headings, [*table.rows, table.rows[0]])
    said = refused(capsys, kind, path)
    assert [(one["row"], one["code"]) for one in said] == [(4, "duplicate")]
    assert "2" in said[0]["message"]
    code, report = take(capsys, kind, path, "--only-good")
    assert (code, report["loaded"], len(report["rejected"])) == (0, 2, 1)


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", TABLES)
def test_it_names_row_and_column_of_a_letter_in_another_encoding(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES[kind]
    rows = [list(line) for line in table.rows]
    rows[-1][table.headings.index(table.name)] = "Cafe"
    path = csv_of(tmp_path / "a.csv", table.headings, rows)
    path.write_bytes(path.read_bytes().replace(b"Cafe", "Café".encode("cp1252")))
    (said,) = refused(capsys, kind, path)
    assert (said["code"], said["row"], said["field"]) == ("encoding", len(rows) + 1, table.name)
    # One encoding is read, so that no letter is guessed: UTF-16 is refused with its mark and without.
    whole = csv_of(path, table.headings, table.rows).read_bytes().decode()
    for encoding in ("utf-16", "utf-16-le"):
        path.write_bytes(whole.encode(encoding))
        (said,) = refused(capsys, kind, path)
        assert said["code"] in ("binary", "encoding")


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", TABLES)
def test_it_names_row_and_column_of_a_formula(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES[kind]
    rows = [list(line) for line in table.rows]
    rows[-1][table.headings.index(table.name)] = '=CONCATENATE("a","b")'
    said = refused(capsys, kind, workbook(tmp_path / "a.xlsx", rows, table.headings))
    assert [(one["row"], one["code"]) for one in said] == [(len(rows) + 1, "formula")]
    assert table.name in said[0]["field"]


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", KINDS)
def test_it_refuses_a_hundred_megabytes_of_zeros(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.csv", "a.xlsx", "a.geojson", "a.json"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(ZEROS)
        assert refused(capsys, kind, tmp_path / name)[0]["code"] == "too_large"


# What past reports are read into must stand before their file is opened: tests/doors/exchange/past.
@pytest.mark.shared_out
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "reports"])
def test_it_refuses_macros_bombs_and_torn_files(
    kind: str, tmp_path: Path, bomb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = good(kind if kind in TABLES else "places", tmp_path)
    macro = tmp_path / "a.xlsm"
    macro.write_bytes(sound.read_bytes())
    hidden = tmp_path / "hidden.xlsx"
    hidden.write_bytes(sound.read_bytes())
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(sound.read_bytes()[:-900])
    expected = {
        macro: "macro",
        with_part(hidden, "xl/vbaProject.bin", b"program"): "macro",
        bomb: "bomb",
        torn: "damaged",
    }
    for path, code in expected.items():
        said = refused(capsys, kind, path)
        assert [one["code"] for one in said] == [code if kind in TABLES else "other_sort"], path.name


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", KINDS)
def test_it_refuses_what_is_no_file_of_its_kind(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "empty.csv": b"",
        "empty.geojson": b"",
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "paper.json": b"%PDF-1.7\n" + bytes(100),
        "old.xls": b"\xd0\xcf\x11\xe0" + bytes(600),
        "words.csv": b"nothing of the kind\n1\n",
        "open.csv": b'code,name\n1,"open\n',
        "deep.json": b"[" * 100_000,
        "deep.geojson": b"[" * 100_000,
        "number.json": b"[" + b"9" * 5000 + b"]",
        "cut.json": b'[{"no": "A", "_chil',
        "cut.geojson": b'{"type": "FeatureCollection", "features": [{"ty',
        "page.csv": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    }
    for name, data in given.items():
        (tmp_path / name).write_bytes(data)
        refused(capsys, kind, tmp_path / name)
    assert refused(capsys, kind, tmp_path)[0]["code"] == "folder"
    assert refused(capsys, kind, tmp_path / "none.csv")[0]["code"] == "no_file"
    assert refused(capsys, kind, Path("a" * 5000))[0]["code"] in ("no_file", "unreadable")

    def closed(self: Path, *_mode: Any, **_more: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", closed)
    assert refused(capsys, kind, tmp_path / "words.csv")[0]["code"] == "unreadable"


# --- maps -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Map:
    options: list[str]
    properties: list[dict[str, Any]]
    geometries: list[dict[str, Any]] = field(default_factory=lambda: [square(0, 0), square(2, 2)])


MAPS = {
    "boundaries": Map(["--level", "1"], [{"name": "Cheung Phnom"}, {"name": "Moat Samot"}]),
    "facilities": Map(
        ["--service", "CL"],
        [
            {"FACILITCOD": "1", "FACILITNAM": "A", "CCODE": "010101", "CNAME": "Ou Tnaot"},
            {"FACILITCOD": "2", "FACILITNAM": "B", "CCODE": "010102", "CNAME": "Boeng Chhuk"},
        ],
        [{"type": "Point", "coordinates": [1, 1]}, {"type": "Point", "coordinates": [2, 2]}],
    ),
}


def map_of(kind: str, path: Path, **more: Any) -> Path:
    given = MAPS[kind]
    return collection(path, *zip(given.properties, given.geometries, strict=True), **more)


def take_map(capsys: pytest.CaptureFixture[str], kind: str, path: Path) -> tuple[int, Any]:
    return run(capsys, "import", kind, path, *MAPS[kind].options)


@pytest.mark.parametrize("kind", MAPS)
def test_it_takes_a_good_map_twice(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = map_of(kind, tmp_path / "a.geojson")
    code, report = take_map(capsys, kind, path)
    assert (code, report["loaded"]) == (0, 2)
    entries = Entry.objects.count()
    code, again = take_map(capsys, kind, path)
    assert (code, again["loaded"], again["unchanged"], Entry.objects.count()) == (0, 0, 2, entries)


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", MAPS)
def test_it_refuses_every_damaged_map_naming_the_feature(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = map_of(kind, tmp_path / "a.geojson").read_text(encoding="utf-8")
    data = json.loads(sound)
    first, second = data["features"]
    moved = {"type": "Point", "coordinates": [277999.0, 1300000.0]}
    damaged: dict[str, tuple[str, str, int | None]] = {
        "nan": (sound.replace("[2, 2]", "[NaN, 2]"), "point", 2),
        "infinite": (sound.replace("[2, 2]", "[1e999, 2]"), "point", 2),
        "deep": (sound.replace("[2, 2]", "[" * 50_000), "broken", None),
        "metres": (json.dumps(data | {"features": [first, second | {"geometry": moved}]}), "point", 2),
        "crs": (json.dumps(data | {"crs": {"properties": {"name": "EPSG:99999"}}}), "crs", None),
        "odd crs": (json.dumps(data | {"crs": {"properties": {"name": "my own"}}}), "crs", None),
        "no features": (json.dumps(data | {"features": []}), "not_geojson", None),
        "no collection": (json.dumps(first["geometry"]), "not_geojson", None),
        "numbers": (sound.replace("[2, 2]", "[2, 2, " + "1," * 1_500_000 + "1]"), "too_large", None),
    }
    for name, (text, code, row) in damaged.items():
        path = tmp_path / "b.geojson"
        path.write_text(text, encoding="utf-8")
        before = rows_of_every_table()
        exit_code, said = take_map(capsys, kind, path)
        assert exit_code == 2, name
        assert rows_of_every_table() == before, name
        told = said["refused"][0]
        assert (told["code"], told["remedy"] != "") == (code, True), name
        if row is not None:
            assert told["row"] == row, name


@pytest.mark.shared_out
@pytest.mark.parametrize("kind", MAPS)
def test_it_names_a_code_or_outline_that_stands_twice(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = map_of(kind, tmp_path / "a.geojson")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"].append(data["features"][0])
    path.write_text(json.dumps(data), encoding="utf-8")
    before = rows_of_every_table()
    code, said = take_map(capsys, kind, path)
    assert code == 2
    assert rows_of_every_table() == before
    assert {one["code"] for one in said["refused"]} <= {"duplicate", "ambiguous"}
    assert said["refused"][-1]["row"] == 3


def test_it_keeps_no_half_letters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = map_of("facilities", tmp_path / "a.geojson")
    path.write_text(path.read_text(encoding="utf-8").replace('"A"', '"A\\ud800\\u0000"'), encoding="utf-8")
    code, report = take_map(capsys, "facilities", path)
    assert (code, report["loaded"]) == (0, 2)


def test_it_takes_no_organisations_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (said,) = refused(capsys, "people", good("implementers", tmp_path))
    assert said["code"] == "other_kind"
    assert "implementers" in said["remedy"]


def test_it_needs_no_file_for_what_the_pack_itself_says(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run(capsys, "import", "places")
    assert (code, report["loaded"]) == (0, 0)
    assert report["unchanged"] > 10
    code, report = run(capsys, "import", "offices", "--dry-run")
    assert (code, report["loaded"] > 10) == (0, True)
    code, said = run(capsys, "import", "facilities", "--service", "CL")
    assert (code, said["refused"][0]["code"]) == (2, "no_file")


# --- a plan -------------------------------------------------------------------------------------------------


def test_it_passes_over_a_plans_sums_but_not_over_a_row_without_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES["plan"]
    cost = table.headings.index("cost")
    sums = ["", "", *[""] * (cost - 2), "=SUM(L3:L3)"]
    code, report = take(capsys, "plan", workbook(tmp_path / "a.xlsx", [*table.rows, sums], table.headings))
    assert (code, report["loaded"]) == (0, 1)
    wordless = ["2", "", *table.rows[1][2:]]
    said = refused(capsys, "plan", workbook(tmp_path / "b.xlsx", [*table.rows, wordless], table.headings))
    assert [(one["row"], one["field"]) for one in said] == [(4, "A/2 text")]


def test_it_reads_whose_plan_it_is_and_of_which_year_from_the_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES["plan"]
    row = list(table.rows[1])
    row[table.headings.index("location")] = "ឃុំអូរត្នោត"
    path = workbook(tmp_path / "a.xlsx", [table.rows[0], row], table.headings)
    code, report = run(capsys, "import", "plan", path, *HEAR)
    assert (code, report["loaded"], report["counts"]["year"]) == (0, 1, 2026)
    assert [one["field"] for one in report["warnings"]] == ["--place"]
    assert "010101" in report["warnings"][0]["message"]
    code, said = run(capsys, "import", "plan", good("plan", tmp_path), *HEAR)
    assert (code, [one["field"] for one in said["refused"]]) == (2, ["--place"])


# --- options, languages, a real process ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["facilities"], "--service"),
        (["facilities", "--service", "XX"], "--service"),
        (["people"], "--programme"),
        (["implementers", "--programme", "nobody"], "--programme"),
        (["plan", "--programme", "hear", "--place", "999999"], "--place"),
        (["criteria", "--framework", "none"], "--framework"),
    ],
)
def test_it_names_an_option_that_is_missing_or_names_nothing(
    words: list[str], option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = good(words[0], tmp_path)
    code, said = run(capsys, "import", words[0], path, *words[1:])
    assert code == 2
    assert said["refused"][0]["field"] == option
    assert said["refused"][0]["remedy"]


def test_it_speaks_to_people_on_stderr_in_the_terminals_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SAMLENG_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    path = csv_of(tmp_path / "a.csv", ["code", "kind"], [["01", "region"]])
    said = {}
    for language in ("C.UTF-8", "km_KH.UTF-8"):
        monkeypatch.setenv("LANG", language)
        assert main(["import", "places", str(path)]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        said[language] = shown.err
    assert "The column “name_km” is missing" in said["C.UTF-8"]
    assert "row 1, column “name_km”" in said["C.UTF-8"]
    assert "The column" not in said["km_KH.UTF-8"]
    assert main(["import", "places", str(path), "--language", "en"]) == 2
    assert "The column" in capsys.readouterr().err


def test_it_shows_people_every_row_it_refused_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLES["places"]
    lost = ["019901", "0199", "parish", "ក", "Lost"]
    path = csv_of(tmp_path / "a.csv", table.headings, [*table.rows, lost])
    assert main(["import", "places", str(path), "--only-good", "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "loaded 2, unchanged 0, refused 1" in shown
    assert "row 4, column “parent”: 019901 lies in 0199" in shown


def measured(home: Path, *words: object) -> tuple[int, int, str]:
    """A process of its own: its exit code, its largest memory in MB, and what it said."""
    code = (
        "import resource, sys; from samleng.doors.console.main import main; code = main(sys.argv[1:]);"
        "print('memory', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env=environment | {"SAMLENG_HOME": str(home), "SAMLENG_PACK": "demo", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, int(done.stdout.rsplit("memory", 1)[1]), done.stdout + done.stderr


@pytest.mark.once
def test_it_prepares_a_fresh_site_by_itself_and_keeps_its_memory_small(tmp_path: Path, bomb: Path) -> None:
    home = tmp_path / "fresh"
    table = TABLES["offices"]
    path = csv_of(tmp_path / "offices.csv", table.headings, table.rows)
    code, plain, said = measured(home, "import", "offices", path)
    assert (code, "loaded 2" in said) == (0, True), said
    with (tmp_path / "zeros.csv").open("wb") as file:
        file.truncate(ZEROS)
    with (tmp_path / "zeros.geojson").open("wb") as file:
        # Just small enough to be read as a map.
        file.truncate(60 * 1024 * 1024)
    for kind, damaged, room in (
        ("offices", tmp_path / "zeros.csv", 16),
        ("offices", bomb, 32),
        ("boundaries", tmp_path / "zeros.geojson", 200),
    ):
        code, memory, said = measured(home, "import", kind, damaged)
        assert code == 2, said
        assert memory < plain + room, (kind, memory, plain)
