"""What people answered leaves as CSV and XLSX: whole, current, safe in spreadsheets, without the XML."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from unittest import mock

import openpyxl
import pytest

from samleng.doors.exchange.openrosa import exports
from samleng.voices.forms.models import Form, Submission
from samleng.voices.forms.rules import reading
from tests.voices.forms.asked import opened, picture, record, sent
from tests.world import World


@pytest.fixture
def form(world: World) -> Form:
    form = opened(world)
    sent(world, record("=HYPERLINK(1)", instance="uuid:1", photo="a.jpg"), files={"a.jpg": picture()})
    sent(world, record("old", instance="uuid:2", users=()))
    sent(world, record("-5", instance="uuid:3", corrects="uuid:2", users=(("007", ""),)))
    return form


def rows(answer: object) -> list[dict[str, str]]:
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheets know UTF-8 by its mark"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_it_writes_a_row_for_each_record_that_stands(form: Form) -> None:
    one, two = rows(exports.csv_of(form, exports.tables(form)[0], form.submissions.all()))
    assert one["name"] == "'=HYPERLINK(1)", "no cell is a formula"
    assert (one["place-gps-Latitude"], one["place-gps-Accuracy"]) == ("11.55", "4.5")
    assert (one["KEY"], one["FilesHere"], one["FilesNamed"]) == ("uuid:1", "1", "1")
    # A correction stands under the number of what it corrects.
    assert (two["name"], two["KEY"], two["Corrected"]) == ("-5", "uuid:2", "yes")


def test_it_writes_a_table_for_each_repeat(form: Form) -> None:
    main, users = exports.tables(form)
    assert (main.name, users.name) == ("wells", "wells-user")
    found = rows(exports.csv_of(form, users, form.submissions.all()))
    assert [(one["age"], one["PARENT_KEY"]) for one in found] == [
        ("31", "uuid:1"),
        ("5", "uuid:1"),
        ("007", "uuid:2"),
    ]
    assert len({one["KEY"] for one in found}) == 3


def test_it_keeps_the_column_of_a_question_that_a_newer_version_dropped(world: World, form: Form) -> None:
    opened(world, "2", **{"<name/>": "<called/>", '"/data/name"': '"/data/called"'})
    sent(world, record(version="2", instance="uuid:9").replace(b"name>", b"called>"))
    found = rows(exports.csv_of(form, exports.tables(form)[0], form.submissions.all()))
    assert [one["name"] for one in found] == ["'=HYPERLINK(1)", "-5", ""]
    assert [one["called"] for one in found] == ["", "", "ស្រះ"]


def test_it_packs_all_tables_and_writes_a_workbook(form: Form) -> None:
    data = b"".join(exports.zip_of(form, form.submissions.all()).streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.namelist() == ["wells.csv", "wells-user.csv"]
        assert packed.testzip() is None
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(exports.book_of(form, form.submissions.all()).streaming_content))
    )  # type: ignore[attr-defined]
    assert book.sheetnames == ["wells", "wells-user"]
    users = list(book["wells-user"].values)
    # A number is a number, a code keeps its zeros.
    assert [row[0] for row in users[1:]] == [31, 5, "007"]
    assert [cell.data_type for cell in book["wells"]["B"]] == ["s", "s", "n"]


def test_it_never_parses_xml_again_and_keeps_memory_flat(form: Form) -> None:
    row = Submission.objects.get(instance_id="uuid:1")
    Submission.objects.bulk_create(
        Submission(
            form=form,
            version=row.version,
            instance_id=f"uuid:many-{number}",
            payload_hash="",
            xml=row.xml,
            answers=row.answers,
            place=row.place,
        )
        for number in range(5000)
    )
    with mock.patch.object(reading, "read", side_effect=AssertionError("XML is parsed again")):
        pieces = iter(exports.csv_of(form, exports.tables(form)[0], form.submissions.all()).streaming_content)  # type: ignore[attr-defined]
        next(pieces)
        tracemalloc.start()
        lines = sum(piece.count(b"\n") for piece in pieces)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert lines == 5002
    assert most < 24 * 1024 * 1024, f"{most} bytes"
