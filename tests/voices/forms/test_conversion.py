"""Workbooks and XForms become forms: with pyxform's own outcomes, and a row and remedy where they do not."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.conversion import drawn_from
from tests.voices.forms.asked import xform

SURVEY = [
    ["type", "name", "label::ខ្មែរ (km)", "label::English (en)"],
    ["text", "name", "ឈ្មោះ", "Name"],
    ["begin repeat", "child", "កូន", "Child"],
    ["integer", "age", "អាយុ", "Age"],
    ["image", "photo", "រូប", "Photo"],
    ["end repeat", "", "", ""],
    ["select_one yn", "ok", "ល្អទេ", "Is it good"],
]
CHOICES = [
    ["list_name", "name", "label::ខ្មែរ (km)", "label::English (en)"],
    ["yn", "yes", "បាទ", "Yes"],
    ["yn", "no", "ទេ", "No"],
]


def book(survey: list[list[str]] = SURVEY, settings: dict[str, str] | None = None) -> bytes:
    made = openpyxl.Workbook()
    pages = {"survey": survey, "choices": CHOICES}
    given = {"form_id": "kids", "version": "1", "default_language": "ខ្មែរ (km)"} | (settings or {})
    pages["settings"] = [list(given), list(given.values())]
    for name, rows in pages.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    made.remove(made["Sheet"])
    made.save(out)
    return out.getvalue()


def refused(data: bytes, name: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        drawn_from(data, name)
    assert str(caught.value.message) and str(caught.value.remedy)
    return caught.value


def test_it_draws_a_form_from_a_workbook() -> None:
    drawn = drawn_from(book(), "kids.xlsx")
    shape = drawn.shape
    assert (shape.form_id, shape.version) == ("kids", "1")
    assert shape.languages == ["ខ្មែរ (km)", "English (en)"]
    assert shape.repeats == ["/child"]
    assert shape.binaries == ["/child/photo"]
    kinds = {one.path: one.type for one in shape.fields}
    assert kinds["/child/age"] == "int" and kinds["/ok"] == "select_one"
    assert next(one for one in shape.fields if one.path == "/name").label["ខ្មែរ (km)"] == "ឈ្មោះ"


def test_it_takes_the_file_s_name_where_the_form_has_no_id() -> None:
    assert drawn_from(book(settings={"form_id": ""}), "អណ្ដូង 2026.xlsx").shape.form_id == "អណ្ដូង_2026"


def test_it_names_the_row_and_what_to_do() -> None:
    wrong = refused(book([*SURVEY, ["intger", "n", "ចំនួន", "Number"]]), "kids.xlsx")
    assert (wrong.row, wrong.code) == (8, "xlsform")
    assert "intger" in str(wrong.message)


@pytest.mark.parametrize(
    "settings",
    [
        {"public_key": "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"},
        {"submission_url": "https://elsewhere.example/submission"},
    ],
)
def test_it_takes_out_what_would_seal_records_or_send_them_elsewhere(settings: dict[str, str]) -> None:
    drawn = drawn_from(book(settings=settings), "kids.xlsx")
    assert {"own": "submission"} in drawn.warnings
    assert not any(value.encode() in drawn.xform for value in settings.values())
    assert b"submission" not in drawn.xform


def test_it_lists_the_files_a_form_shows() -> None:
    media = dict(drawn_from(xform(), "wells.xml").shape.media)
    assert media == {"well.png": "image"}
    rows = [
        [*SURVEY[0], "calculation"],
        *SURVEY[1:],
        ["calculate", "c", "", "", "pulldata('villages', 'a', 'b', 'c')"],
    ]
    assert dict(drawn_from(book(rows), "kids.xlsx").shape.media) == {"villages.csv": "file"}


def test_it_refuses_what_is_no_form() -> None:
    assert refused(b"", "a.xlsx").code == "empty"
    assert refused(b"%PDF-1.4", "a.pdf").code == "type"
    assert refused(b"PK\x03\x04nothing", "a.xlsx").code == "damaged"
    assert refused(b"<html/>", "a.xml").code == "no_form"
    assert refused(b"<a><b></a>", "a.xml").code == "broken"


def test_it_lets_a_packed_bomb_eat_only_its_own_process() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book())) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in given.namelist():
            data = given.read(part)
            if part == "xl/worksheets/sheet1.xml":
                cell = b'<c r="A1" t="inlineStr"><is><t>x</t></is></c>'
                data = data.replace(b"</sheetData>", b"<row>" + cell * 6_000_000 + b"</row></sheetData>")
            made.writestr(part, data)
    assert refused(out.getvalue(), "bomb.xlsx").code in ("bomb", "damaged")


# --- files made by others --------------------------------------------------------------------------------


def outcomes(folder: Path) -> list[tuple[str, str, int]]:
    """(file, "ok" or the error's name, how many warnings) as pyxform 4.5.0 gave them."""
    with (folder / "PYXFORM_4.5.0_OUTCOMES.tsv").open() as file:
        return [
            (row["file"], row["outcome"], int(row["warnings"] or 0))
            for row in csv.DictReader(file, delimiter="\t")
        ]


def test_it_gives_pyxform_s_outcome_for_every_real_workbook(shared_data: Path) -> None:
    folder = shared_data / "forms"
    for name, outcome, warnings in outcomes(folder):
        data = (folder / name).read_bytes()
        if outcome == "ok":
            drawn = drawn_from(data, Path(name).name)
            assert len([one for one in drawn.warnings if "said" in one]) == warnings, name
            assert drawn.shape.fields, name
        else:
            refusal = refused(data, Path(name).name)
            assert refusal.code == "xlsform" and "Duplicate column header" in str(refusal.message), name


def test_it_reads_every_real_xform(shared_data: Path) -> None:
    found = {
        path.name: drawn_from(path.read_bytes(), path.name).shape
        for path in sorted((shared_data / "forms").rglob("*.xml"))
        if "instances" not in path.parts
    }
    assert len(found) == 10
    assert found["10-repeat-with-multiple-children.xml"].repeats == ["/repeat_with_child_group_1"]
    assert all(shape.form_id and shape.fields for shape in found.values())
