import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samleng.doors.exchange import guards
from samleng.doors.exchange.tables import Column, read_table, sheet_names
from samleng.kit.words.refusals import Refusal, Refusals
from tests.doors.exchange.damaged import ROWS, with_part, with_sheet_xml, workbook, written

COLUMNS = {
    "code": Column(kind="code", unique=True, pad=(2, 4, 6, 8)),
    "name_en": Column(aliases=("English",)),
    "name_km": Column(required=False),
}
GOOD = "code,name_en,name_km\n0101,North,ជើង\n0102,South,ត្បូង\n"


def refused(path, columns=COLUMNS, **more):
    with pytest.raises(Refusal) as caught:
        read_table(path, columns, **more).sound()
    first = caught.value.many[0] if isinstance(caught.value, Refusals) else caught.value
    assert str(first.remedy)
    return first


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_csv_as_spreadsheets_write_it(tmp_path, encoding, delimiter):
    table = read_table(written(tmp_path / "a.csv", GOOD.replace(",", delimiter), encoding), COLUMNS)
    assert [(row.number, row["code"], row["name_km"]) for row in table.sound()] == [
        (2, "0101", "ជើង"),
        (3, "0102", "ត្បូង"),
    ]


def test_it_reads_a_workbook_and_all_its_sheets(tmp_path):
    path = workbook(tmp_path / "a.xlsx", more={"two & more": [["code", "English"], [201, "West"]]})
    assert sheet_names(path) == ["list", "two & more"]
    assert [row["code"] for row in read_table(path, COLUMNS).sound()] == ["0101", "0102"]
    assert [row["code"] for row in read_table(path, COLUMNS, sheet="two & more").sound()] == ["0201"]
    rows = read_table(path, COLUMNS, sheet="*").sound()
    assert [(row.sheet, row.number) for row in rows] == [("list", 2), ("list", 3), ("two & more", 2)]


def test_it_finds_columns_whatever_their_order_case_and_invisible_signs(tmp_path):
    path = written(tmp_path / "a.csv", "x,NAME\u200b EN , \ufeffCode\n1,North,0101\n")
    assert read_table(path, COLUMNS).sound()[0]["name_en"] == "North"


def test_it_names_a_missing_column_and_the_headings_found(tmp_path):
    found = refused(written(tmp_path / "a.csv", "codes,name_en\n0101,North\n"))
    assert (found.code, found.field, found.row) == ("missing_column", "code", 1)
    assert "“codes”" in str(found.message)


def test_it_names_both_rows_of_a_code_that_stands_twice(tmp_path):
    for path in (
        written(tmp_path / "a.csv", GOOD + "០១០១,Again,ទៀត\n"),
        workbook(tmp_path / "a.xlsx", [*ROWS, [101, "Again", "ទៀត"]]),
    ):
        found = refused(path)
        assert (found.code, found.field, found.row) == ("duplicate", "code", 4)
        assert "row 2" in str(found.message)


def test_it_names_the_byte_and_row_where_the_encoding_breaks(tmp_path):
    data = GOOD.encode() + b"0103,Caf\xe9,x\n"
    (tmp_path / "a.csv").write_bytes(data)
    found = refused(tmp_path / "a.csv")
    assert (found.code, found.row, found.field) == ("encoding", 4, "name_en")
    assert str(data.index(b"\xe9")) in str(found.message)


def test_it_refuses_a_hundred_megabytes_of_zeros_unread(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    start = time.perf_counter()
    assert refused(path).code == "too_large"
    assert time.perf_counter() - start < 0.5


def test_it_refuses_zeros_that_are_few(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"code\n" + bytes(2_000_000))
    found = refused(tmp_path / "a.csv")
    assert (found.code, found.row) == ("binary", 2)


def test_it_refuses_formulas_in_the_columns_it_reads_only(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["0101", '=CONCAT("a","b")', "ជើង"]])
    found = refused(path)
    assert (found.code, found.field, found.row) == ("formula", "name_en", 2)
    other = workbook(
        tmp_path / "b.xlsx", [["0101", "a", "ជើង", "=A2"]], headings=["code", "name_en", "name_km", "audio"]
    )
    assert len(read_table(other, COLUMNS).sound()) == 1
    found = refused(written(tmp_path / "a.csv", 'code,name_en\n0101,"=HYPERLINK(""x"")"\n'))
    assert (found.code, found.field, found.row) == ("formula", "name_en", 2)


def test_it_refuses_a_cell_that_shows_an_error(tmp_path):
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>name_en</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>0101</t></is></c><c r="B2" t="e"><v>#REF!</v></c></row>'
        b"</sheetData></worksheet>"
    )
    found = refused(with_sheet_xml(workbook(tmp_path / "a.xlsx"), xml))
    assert (found.code, found.row) == ("error", 2)


def test_it_refuses_macros(tmp_path):
    assert refused(with_part(workbook(tmp_path / "a.xlsx"), "xl/vbaProject.bin", b"x")).code == "macro"
    assert refused(workbook(tmp_path / "a.xlsm")).code == "macro"


def test_it_refuses_a_bomb_before_unpacking_it(tmp_path):
    path = with_part(workbook(tmp_path / "a.xlsx"), "xl/media/big.xml", bytes(400 * 1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    start = time.perf_counter()
    assert refused(path).code == "bomb"
    assert time.perf_counter() - start < 2


def test_it_counts_what_a_lying_directory_hides(tmp_path, monkeypatch):
    monkeypatch.setattr(guards, "LARGEST_UNPACKED", 1024)
    with zipfile.ZipFile(workbook(tmp_path / "a.xlsx")) as book, pytest.raises(Refusal) as caught:
        guards._unpacked_size(book, max(book.infolist(), key=lambda part: part.file_size), 1024)
    assert caught.value.code == "bomb"


def test_it_refuses_an_archive_hidden_in_a_workbook_and_one_that_is_none(tmp_path):
    inner = workbook(tmp_path / "in.xlsx").read_bytes()
    assert refused(with_part(workbook(tmp_path / "a.xlsx"), "xl/embeddings/b.xlsx", inner)).code == "nested"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as book:
        book.writestr("a.csv", GOOD)
    assert refused(tmp_path / "b.zip").code == "not_a_workbook"


def test_it_refuses_entities_and_a_sheet_that_reaches_beyond_all_use(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    assert refused(with_sheet_xml(workbook(tmp_path / "a.xlsx"), bomb)).code == "doctype"
    wide = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert refused(with_sheet_xml(workbook(tmp_path / "b.xlsx"), wide)).code == "too_wide"
    for text in (
        ",".join(f"c{n}" for n in range(1_000_000)),
        "code\n" + "," * 2000,
        GOOD + "," * 2000,
    ):
        (tmp_path / "c.csv").write_text(text)
        assert refused(tmp_path / "c.csv").code == "too_wide"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "old_workbook"),
        ("a.xlsx", b"code,name_en\n", "not_a_workbook"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 100, "damaged"),
        ("a.csv", b'code,name_en\n0101,"open\n', "broken"),
        ("a.csv", b"code,name_en\n", "no_rows"),
        ("a.csv", b"code,name_en\n0101,North,more\n", "overflow"),
        ("a.csv", b"code,name_en\n0101,\n", "empty"),
        ("a.csv", b"code,name_en\n1.01E+07,North\n", "shortened"),
    ],
)
def test_it_names_what_is_wrong_with_a_file(tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    assert refused(tmp_path / name).code == code


def test_it_refuses_a_file_that_is_not_there_and_a_sheet_that_is_not(tmp_path):
    assert refused(tmp_path / "none.csv").code == "no_file"
    found = refused(workbook(tmp_path / "a.xlsx"), sheet="other")
    assert found.code == "no_sheet"
    assert "list" in str(found.message)


def test_it_loads_the_good_rows_only_when_asked(tmp_path):
    path = written(tmp_path / "a.csv", GOOD + "0103,,x\n")
    table = read_table(path, COLUMNS)
    with pytest.raises(Refusals):
        table.sound()
    assert [row["code"] for row in table.sound(only_good=True)] == ["0101", "0102"]


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("integer", "១២៥០", 1250),
        ("integer", "1,250", 1250),
        ("integer", "3.0", 3),
        ("number", "១២.៥", Decimal("12.5")),
        ("date", "31/05/2026", date(2026, 5, 31)),
        ("date", "២០២៦-០៥-៣១", date(2026, 5, 31)),
        ("bool", "ចាស", True),
        ("bool", "No", False),
        ("list", "01, 02;03", ["01", "02", "03"]),
        ("code", " 0 101\u200b", "0101"),
        ("code", "301.0", "0301"),
        ("code", "20404", "020404"),
        ("text", "ទឹក\u200bស្អាត", "ទឹក\u200bស្អាត"),
    ],
)
def test_it_reads_values_as_people_write_them(tmp_path, kind, typed, value):
    path = written(tmp_path / "a.csv", f'v\n"{typed}"\n')
    columns = {"v": Column(kind=kind, pad=(2, 4, 6, 8) if kind == "code" else ())}
    assert read_table(path, columns).sound()[0]["v"] == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "1.5"),
        ("number", "NaN"),
        ("number", "1e99"),
        ("date", "31/02/2026"),
        ("bool", "maybe"),
    ],
)
def test_it_names_row_and_column_of_a_value_it_cannot_read(tmp_path, kind, typed):
    found = refused(written(tmp_path / "a.csv", f"v\n{typed}\n"), {"v": Column(kind=kind)})
    assert (found.field, found.row, found.code) == ("v", 2, kind)


def test_it_reads_numbers_and_dates_that_a_workbook_keeps_as_such(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[301, 12.5, date(2026, 5, 31)]], headings=["code", "n", "day"])
    columns = {"code": COLUMNS["code"], "n": Column(kind="number"), "day": Column(kind="date")}
    row = read_table(path, columns).sound()[0]
    assert (row["code"], row["n"], row["day"]) == ("0301", Decimal("12.5"), date(2026, 5, 31))


def test_it_offers_the_values_of_a_column_with_choices(tmp_path):
    columns = {"sex": Column(choices={"ស្រី": "female", "F": "female", "M": "male"})}
    assert read_table(written(tmp_path / "a.csv", "sex\nស្រី\nm\n"), columns).sound()[1]["sex"] == "male"
    found = refused(written(tmp_path / "a.csv", "sex\nx\n"), columns)
    assert "ស្រី, F, M" in str(found.remedy)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_it_refuses_or_reads_any_bytes_and_never_breaks(tmp_path, data):
    for name in ("a.csv", "a.xlsx"):
        (tmp_path / name).write_bytes(data)
        try:
            read_table(tmp_path / name, COLUMNS).sound(only_good=True)
        except Refusal as found:
            assert str(found.message)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 5000), flip=st.integers(1, 255))
def test_it_survives_a_workbook_with_a_wrong_byte(tmp_path, at, flip):
    data = bytearray(workbook(tmp_path / "a.xlsx").read_bytes())
    data[at % len(data)] ^= flip
    (tmp_path / "b.xlsx").write_bytes(bytes(data))
    try:
        read_table(tmp_path / "b.xlsx", COLUMNS).sound(only_good=True)
    except Refusal as found:
        assert str(found.message)


def test_it_reads_the_fields_own_schools_workbook(shared_data):
    path = shared_data / "scorecard" / "primary_schools.xlsx"
    columns = {"location_id": Column(kind="code", pad=(2, 4, 6, 8)), "code": Column(), "name_km": Column()}
    rows = read_table(path, columns, sheet="*").sound()
    assert {row.sheet for row in rows} == {"Koh Kong", "Kratie"}
    assert all(len(row["location_id"]) == 6 for row in rows)


def test_it_takes_the_fields_criteria_although_its_sound_column_holds_formulas(shared_data):
    path = shared_data / "scorecard" / "indicator.xlsx"
    criteria = {"Scorecard Criterias": Column(), "tag": Column(required=False)}
    for sheet, count in zip(sheet_names(path)[:4], (10, 10, 10, 20), strict=True):
        assert len(read_table(path, criteria, sheet=sheet).sound()) == count
    found = refused(path, {**criteria, "Khmer (km)": Column()})
    assert (found.code, found.field, found.row) == ("formula", "Khmer (km)", 2)
