"""A plan made elsewhere is taken in row by row, twice without harm, and says what is wrong where."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from samleng.answers.actions.models import Action
from samleng.answers.plans.models import Plan, PlanItem
from samleng.answers.plans.reading import items_of
from samleng.doors.exchange.cells import Unreadable
from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.plan_import import day, import_plan
from samleng.doors.exchange.plans.files import draw_plan
from samleng.doors.exchange.report import Report
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, each
from tests.answers.land import Land, make_land

LANGUAGES = ("km", "en")


@pytest.fixture
def land(db: None, settings: Any, tmp_path: Path) -> Land:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_land()


@pytest.fixture
def take(land: Land) -> Callable[..., Report]:
    def run(path: Path, **how: Any) -> Report:
        given = {"by": SYSTEM, "programme": land.programme, "place": land.parish, "year": 2023}
        return import_plan(path=path, **(given | how))

    return run


def leaf(**how: Any) -> dict[str, Any]:
    row = {
        "no": "១",
        "priority_activity": "ដាក់ប្រព័ន្ធលូ",
        "location": "គ្លីនិក",
        "result_quantity": "១២០០",
        "result_unit": "ម៉ែត",
        "start_date": "មករា២០២៣",
        "end_date": "ធ្នូ២០២៣",
        "beneficiary_total": 12500,
        "beneficiary_female": 7250,
        "estimated_cost": "៤៨០០០០០០",
        "implementer": "ប្រធាន",
    }
    return row | how


def tree(tmp_path: Path, *leaves: dict[str, Any], sign: str = "ក") -> Path:
    path = tmp_path / "plan.json"
    path.write_text(
        json.dumps([{"no": sign, "_children": list(leaves)}], ensure_ascii=False), encoding="utf-8"
    )
    return path


def refused(call: Callable[[], object]) -> list[Refusal]:
    with pytest.raises(Refusal) as found:
        call()
    return each(found.value)


@pytest.mark.parametrize(
    ("written", "last", "meant"),
    [
        ("មករា២០២៣", False, date(2023, 1, 1)),
        ("ធ្នូ២០២៣", True, date(2023, 12, 31)),
        ("កុម្ភៈ ២០២៤", True, date(2024, 2, 29)),
        ("January 2023", False, date(2023, 1, 1)),
        ("Sep 2023", True, date(2023, 9, 30)),
        ("០៥/២០២៣", False, date(2023, 5, 1)),
        ("31/05/2023", False, date(2023, 5, 31)),
        ("2023-05-09", True, date(2023, 5, 9)),
        ("", True, None),
    ],
)
def test_it_reads_days_and_months_as_clerks_write_them(written: str, last: bool, meant: date | None) -> None:
    assert day(written, LANGUAGES, last=last) == meant


@pytest.mark.parametrize("written", ["ខែក្រោយ", "13/2023", "Smarch 2023", "1/1/1"])
def test_it_refuses_what_is_no_day(written: str) -> None:
    with pytest.raises(Unreadable):
        day(written, LANGUAGES, last=False)


def test_it_takes_the_real_sample(shared_data: Path, take: Callable[..., Report]) -> None:
    path = shared_data / "scorecard" / "jaap_sample.json"
    report = take(path)
    assert (report.loaded, report.unchanged, len(report.rejected)) == (3, 0, 0)
    (assumed,) = report.warnings
    assert assumed.row == 3 and "end_date" in str(assumed.field)
    pipes, ramp, rooms = [item.action for item in items_of(Plan.objects.get())]
    assert (pipes.part, pipes.quantity, pipes.cost) == ("A", 1200, 48_000_000)
    assert (pipes.starts_on, pipes.due_on) == (date(2023, 1, 1), date(2023, 12, 31))
    assert (pipes.beneficiaries, pipes.beneficiaries_women) == (12500, 7250)
    assert ramp.location == "មណ្ឌលសុខភាពពន្សាំង"
    assert (rooms.part, rooms.starts_on, rooms.due_on) == ("B", date(2023, 9, 1), date(2023, 12, 31))
    assert set(pipes.text) == {"km"}
    again = take(path)
    assert (again.loaded, again.unchanged) == (0, 3)
    assert Action.objects.count() == 3 and ImportBatch.objects.count() == 1


def test_it_finds_the_facility_by_its_name_and_the_office_by_it(
    land: Land, tmp_path: Path, take: Callable[..., Report]
) -> None:
    take(tree(tmp_path, leaf(), leaf(no="២", location="ផ្លូវទៅវត្ត")))
    by_name = {action.location: action for action in Action.objects.all()}
    assert (by_name["គ្លីនិក"].facility, by_name["គ្លីនិក"].office) == (land.clinic, land.offices["clinic"])
    assert (by_name["ផ្លូវទៅវត្ត"].facility, by_name["ផ្លូវទៅវត្ត"].office) == (None, land.offices["parish"])


def test_it_changes_an_action_when_its_row_changes(tmp_path: Path, take: Callable[..., Report]) -> None:
    take(tree(tmp_path, leaf()))
    report = take(tree(tmp_path, leaf(estimated_cost=50_000_000)))
    assert (report.loaded, report.unchanged) == (1, 0)
    assert Action.objects.get().cost == 50_000_000


def test_it_changes_nothing_in_a_dry_run(tmp_path: Path, take: Callable[..., Report]) -> None:
    report = take(tree(tmp_path, leaf()), dry_run=True)
    assert report.loaded == 1 and report.dry_run
    assert not Plan.objects.exists() and not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("how", "column"),
    [
        ({"beneficiary_female": 99999}, "beneficiary_female"),
        ({"start_date": "ធ្នូ២០២៤"}, "end_date"),
        ({"estimated_cost": "ច្រើន"}, "estimated_cost"),
        ({"start_date": "someday"}, "start_date"),
        ({"priority_activity": " "}, "priority_activity"),
        ({"priority_activity": "=1+1"}, "priority_activity"),
        ({"beneficiary_total": -1}, "beneficiary_total"),
        ({"result_unit": "ម" * 70}, "result_unit"),
    ],
)
def test_it_names_row_and_column_and_changes_nothing(
    tmp_path: Path, take: Callable[..., Report], how: dict, column: str
) -> None:
    path = tree(tmp_path, leaf(), leaf(no="២", **how))
    (found,) = refused(lambda: take(path))
    assert found.row == 2 and str(found.field).endswith(column) and str(found.remedy)
    assert "ក/២" in str(found.field)
    assert not Plan.objects.exists()
    report = take(path, only_good=True)
    assert (report.loaded, len(report.rejected)) == (1, 1)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '[{"no": "ក", "_children": [',
        '{"no": "ក"}',
        "[1, 2]",
        "[]",
        '[{"no": "ង", "_children": [{"no": "1"}]}]',
        '[{"no": "ក", "_children": {"no": "1"}}]',
        '[{"no": "ក", "_children": [{"no":"1","_children":[{"no":"1","_children":[{"no":"1"}]}]}]}]',
        "",
        "\x00" * 100,
    ],
)
def test_it_says_what_is_wrong_with_a_damaged_tree(
    tmp_path: Path, take: Callable[..., Report], content: str
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content, encoding="utf-8")
    assert all(str(one.message) for one in refused(lambda: take(path)))
    assert not Plan.objects.exists()


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_reads_back_the_form_we_give_out(
    land: Land, tmp_path: Path, take: Callable[..., Report], language: str
) -> None:
    names = {"km": ("ដាក់លូ", "រៀបចំបន្ទប់"), "en": ("Lay pipes", "Tidy the rooms")}[language]
    rows = [leaf(priority_activity=names[0]), leaf(no="2", priority_activity=names[1], result_quantity="2.5")]
    take(tree(tmp_path, *rows))
    take(tree(tmp_path, leaf(priority_activity=names[1]), sign="B"))
    before = PlanItem.objects.count()
    path = tmp_path / "plan.xlsx"
    path.write_bytes(draw_plan(Plan.objects.with_context().get(), "xlsx", language).data)
    report = take(path)
    assert (report.loaded, report.unchanged, report.rejected) == (0, 3, [])
    assert PlanItem.objects.count() == before


def table(tmp_path: Path, change: Callable[[Any], None], land: Land, take: Callable[..., Report]) -> Path:
    take(tree(tmp_path, leaf()))
    path = tmp_path / "plan.xlsx"
    path.write_bytes(draw_plan(Plan.objects.with_context().get(), "xlsx", "en").data)
    book = openpyxl.load_workbook(path)
    change(book.active)
    book.save(path)
    return path


def row_of(sheet: Any) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[11].value == 48_000_000)


@pytest.mark.parametrize(
    ("column", "value", "code"), [(12, "=1+1", "formula"), (11, 99999, "women"), (8, "soon", "cell")]
)
def test_it_names_the_row_of_the_sheet_and_its_heading(
    land: Land, tmp_path: Path, take: Callable[..., Report], column: int, value: object, code: str
) -> None:
    at = {}

    def change(sheet: Any) -> None:
        at["row"] = row_of(sheet)
        sheet.cell(at["row"], column).value = value

    path = table(tmp_path, change, land, take)
    found = refused(lambda: take(path))
    assert {one.row for one in found} == {at["row"]}
    heading = {12: "Estimated cost", 11: "Women", 8: "Start"}[column]
    assert any(one.code == code and heading in str(one.field) for one in found)


def test_it_names_a_missing_column(land: Land, tmp_path: Path, take: Callable[..., Report]) -> None:
    def change(sheet: Any) -> None:
        for row in sheet.iter_rows():
            if row[3].value == "Goal":
                row[3].value = None

    path = table(tmp_path, change, land, take)
    (found,) = refused(lambda: take(path))
    assert found.code == "missing_column" and "Goal" in str(found.field)


def test_it_lets_only_the_programmes_own_people_import(
    land: Land, tmp_path: Path, take: Callable[..., Report]
) -> None:
    for by in (land.stranger, land.sophea, land.clerk):
        with pytest.raises(Denied):
            take(tree(tmp_path, leaf()), by=by)
    assert take(tree(tmp_path, leaf()), by=land.officer).loaded == 1
