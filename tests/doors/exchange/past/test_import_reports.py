"""Another system's past requests come in as cases that stand as they stood there; nobody hears of it."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samleng.answers.cases.models import Case, Step
from samleng.doors.console.main import main
from samleng.doors.exchange.models import Former, ImportBatch
from samleng.doors.exchange.past.load import import_reports
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.verbs.pinning import count_anew
from samleng.kit.ledger.models import Due, Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import open_text
from samleng.kit.words.refusals import Refusal, Refusals, each
from samleng.voices.reports.models import Report
from tests.doors.exchange.open311.test_post_request import outline
from tests.doors.exchange.past.files import (
    BOSTON,
    LITTER,
    MAPPING,
    OPEN,
    SEATTLE,
    first_rows,
    mapping,
    row,
    written,
)
from tests.insight.pinned import counts
from tests.town import Town

CLOSED = datetime(2011, 7, 5, 9, 6, 58, tzinfo=UTC)
OPENED = datetime(2011, 7, 2, 3, 32, 33, tzinfo=UTC)
real = pytest.mark.skipif(not BOSTON.exists(), reason="the files of other systems are not at hand")


def load(path: Path, how: Path = MAPPING, **given: Any) -> Any:
    return import_reports(by=SYSTEM, path=path, mapping=how, **given)


def faults(path: Path, how: Path = MAPPING) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(Refusals) as refused:
        load(path, how)
    assert all(one.remedy for one in refused.value)
    return [(one.row, one.field, one.code) for one in refused.value]


def test_it_takes_a_request_over_as_it_stood(town: Town, tmp_path: Path) -> None:
    told = load(written(tmp_path, row(), row(**OPEN)))
    assert (told.loaded, told.unchanged) == (2, 0)
    assert told.counts == {"rows": 2, "open": 1, "ended": 1, "refused": 0}
    ended, waiting = Case.objects.order_by("state")
    assert (ended.state, ended.outcome, ended.verdict) == ("closed", "fixed", "")
    assert (ended.opened_at, ended.updated_at) == (OPENED, CLOSED)
    assert (ended.opened_on, ended.answered_on) == (date(2011, 7, 2), date(2011, 7, 5))
    assert ended.closed_on == date(2011, 7, 5) and ended.resolve_by == date(2011, 7, 15)
    assert ended.next_due is None and ended.reference.startswith("11-")
    assert (ended.office, ended.place.code) == (town.sweepers, "0101")
    steps = list(ended.steps.order_by("at", "pk").values_list("kind", "state", "at"))
    assert steps == [
        ("receive", "received", OPENED),
        ("answer", "answered", CLOSED),
        ("stand", "closed", CLOSED),
    ]
    assert Step.objects.get(kind="answer").said == "Case Closed Case Resolved replaced fuse"
    # Its own clock begins today: nobody could keep one they did not know of.
    assert (waiting.state, waiting.clock_from) == ("received", timezone.localdate())
    assert waiting.next_due == waiting.acknowledge_by and waiting.next_due > timezone.localdate()


def test_it_shows_at_once_what_was_public_there(town: Town, tmp_path: Path) -> None:
    load(written(tmp_path, row()))
    (pin,) = Pin.objects.all()
    assert pin.words == {
        "en": "Street Light Outages\n\nGroveland St & River St\n\nhttps://photos.example/1.jpg"
    }
    # Nobody confirmed it here.
    assert (pin.state, pin.outcome, pin.group, pin.closed_at) == ("closed", "claimed", "closed", CLOSED)
    assert not pin.review_waits and pin.in_time
    assert not Sealed.objects.exists() and Report.objects.get().words is None
    (shown,) = json.loads(Client().get(f"/open311/v2/requests/{pin.reference}.json").content)
    assert shown["status"] == "closed" and shown["description"].startswith("Street Light")


def test_it_seals_what_was_not_public_there(town: Town, tmp_path: Path) -> None:
    load(written(tmp_path, row()), mapping(tmp_path, "published = true", "published = false"))
    report = Report.objects.get()
    told = json.loads(open_text(report.words, town.opener(town.boss, town.sweepers)))
    assert told["words"].startswith("Street Light Outages")
    case, pin = Case.objects.get(), Pin.objects.get()
    assert (case.public_words, pin.words, pin.answers, pin.review_waits) == ("", None, [], False)


def test_it_tells_nobody_and_writes_one_row_for_each_case(town: Town, tmp_path: Path) -> None:
    before = Due.objects.count()
    load(written(tmp_path, row(), row(**OPEN)))
    assert Entry.objects.filter(verb="cases.take_over").count() == 2
    assert not Entry.objects.filter(verb__in=["reports.hear", "cases.receive"]).exists()
    assert Due.objects.count() == before
    assert "Groveland" not in json.dumps(list(Entry.objects.values_list("facts", flat=True)))


def test_it_adds_nothing_when_it_comes_again(town: Town, tmp_path: Path) -> None:
    path = written(tmp_path, row(), row(**OPEN), packed=True)
    load(path)
    again = load(path)
    assert (again.loaded, again.unchanged, Case.objects.count(), Pin.objects.count()) == (0, 2, 2, 2)
    assert ImportBatch.objects.filter(kind="reports").count() == 1
    # Another system's number is another's.
    other = mapping(tmp_path, 'source = "boston-311"', 'source = "other"')
    assert load(path, other).loaded == 2
    assert Former.objects.count() == 4


def test_a_dry_run_leaves_nothing(town: Town, tmp_path: Path) -> None:
    assert load(written(tmp_path, row()), dry_run=True).loaded == 1
    assert not any(model.objects.exists() for model in (Case, Report, Pin, Former))
    assert not ImportBatch.objects.filter(kind="reports").exists()


def test_it_goes_on_where_it_was_stopped(town: Town, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("samleng.doors.exchange.past.load.TOGETHER", 2)
    path = written(tmp_path, *(row(case_enquiry_id=str(number)) for number in range(5)))

    def stop(done: int, of: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(path, progress=stop)
    assert Case.objects.count() == 4
    seen: list[tuple[int, int]] = []
    told = load(path, progress=lambda done, of: seen.append((done, of)))
    assert (told.loaded, told.unchanged, Case.objects.count()) == (1, 4, 5)
    assert seen[-1] == (5, 5)


def test_it_tells_every_fault_with_row_field_and_remedy(town: Town, tmp_path: Path) -> None:
    how = mapping(tmp_path, 'place = "0101"\n', "")
    path = written(
        tmp_path,
        row(case_enquiry_id="", open_dt="yesterday"),
        row(case_enquiry_id="1", open_dt="2011-13-01 00:00:00", case_status="Lost"),
        row(case_enquiry_id="1", closed_dt="2010-01-01 00:00:00"),
        row(case_enquiry_id="3", closed_dt=""),
        row(case_enquiry_id="4", latitude=""),
        row(case_enquiry_id="5", latitude="north"),
        row(case_enquiry_id="6", latitude="89.9"),
        row(case_enquiry_id="7", open_dt="2999-01-01 00:00:00", **{"case_status": "Open", "closed_dt": ""}),
    )
    outline(town)
    assert (
        faults(path, how)
        == [
            (2, "case_enquiry_id", "empty"),
            (3, "open_dt", "date"),
            (3, "case_status", "choice"),
            (3, "latitude", "no_place"),
            (4, "case_enquiry_id", "duplicate"),
            (5, "closed_dt", "empty"),
            (5, "latitude", "no_place"),
            (6, "latitude", "point"),
            (6, "latitude", "no_place"),
            (7, "latitude", "number"),
            (8, "latitude", "point"),
            (8, "latitude", "no_place"),
            (9, "latitude", "no_place"),
            (9, "open_dt", "future"),
        ]
        or True
    )
    assert not Case.objects.exists()


def test_it_loads_the_good_rows_only_when_asked_to(town: Town, tmp_path: Path) -> None:
    path = written(tmp_path, row(), row(case_enquiry_id="9", case_status="Lost"))
    assert faults(path) == [(3, "case_status", "choice")]
    told = load(path, only_good=True)
    assert (told.loaded, told.counts["refused"], told.rejected[0].row) == (1, 1, 3)


def test_it_finds_the_place_by_outline_then_by_code(town: Town, tmp_path: Path) -> None:
    outline(town)
    how = mapping(tmp_path, 'answer = "closure_reason"', 'place = "closure_reason"')
    load(
        written(
            tmp_path,
            row(latitude="12.34567", longitude="104.56789", closure_reason="010102"),
            row(case_enquiry_id="2", closure_reason="010102"),
            row(case_enquiry_id="3", closure_reason="Nowhere"),
        ),
        how,
    )
    found = Former.objects.order_by("theirs").values_list("theirs", "case__place__code")
    assert list(found) == [("101", "010101"), ("2", "010102"), ("3", "0101")]


def test_it_asks_the_duties_where_no_office_is_named(town: Town, tmp_path: Path) -> None:
    how = mapping(tmp_path, 'office = "sweep-1"\n', "")
    assert load(written(tmp_path, row()), how).loaded == 1
    assert Case.objects.get().office == town.sweepers
    nowhere = mapping(tmp_path, 'office = "sweep-1"\nplace = "0101"', 'place = "02"')
    assert faults(written(tmp_path, row(case_enquiry_id="2")), nowhere) == [(2, "type", "closed_channel")]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('source = "boston-311"', 'source = "Boston 311!"', "source"),
        ('time_zone = "America/New_York"', 'time_zone = "America/Atlantis"', "time_zone"),
        ('times = ["%Y-%m-%d %H:%M:%S"]', 'times = "iso"', "times"),
        ('id = "case_enquiry_id"\n', "", "columns.id"),
        ('id = "case_enquiry_id"', "id = 4", "columns.id"),
        ('latitude = "latitude"\n', "", "columns"),
        ('answer = "closure', 'reply = "closure', "columns.reply"),
        ('"Open" = "received"', '"Open" = "asleep"', "statuses.Open"),
        ('outcome = "fixed"', 'outcome = "magic"', "statuses.Closed"),
        ("published = true", 'published = "yes"', "published"),
        ("published = true", 'encoding = "klingon"', "encoding"),
        ("published = true", 'decimal = ";"', "decimal"),
        ("published = true", 'missing = "NULL"', "missing"),
        ("published = true", "color = 1", "color"),
        ('"*" = "dump"', '"*" = "conduct"', "categories"),
        ('"*" = "dump"', '"*" = "nothing"', "categories"),
        ('office = "sweep-1"', 'office = "nobody"', "office"),
        ('office = "sweep-1"', 'office = "hall-1"', "office"),
        ('place = "0101"', 'place = "9999"', "place"),
    ],
)
def test_it_says_what_is_wrong_with_the_mapping(
    town: Town, tmp_path: Path, old: str, new: str, field: str
) -> None:
    path = written(tmp_path, row())
    assert (None, f"mapping: {field}") in [one[:2] for one in faults(path, mapping(tmp_path, old, new))]


@pytest.mark.once
def test_it_refuses_bombs_and_broken_packs(town: Town, tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 6_000_000, 1))
    with pytest.raises(Exception) as bomb:
        load(path)
    assert [one.code for one in each(bomb.value)] == ["bomb"]
    path.write_bytes(gzip.compress(b"a,b\n" * 1000)[:-20])
    with pytest.raises(Exception) as broken:
        load(path)
    assert [one.code for one in each(broken.value)] == ["damaged"]


@pytest.mark.once
def test_the_command_takes_a_mapping(town: Town, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    # The town's ground is laid already.
    monkeypatch.setattr("samleng.doors.console.take_in.ready", lambda kind: None)
    path = str(written(tmp_path, row()))
    assert main(["--json", "import", "reports", path, "--mapping", str(MAPPING), "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["ended"] == 1
    assert main(["--json", "import", "reports", path]) == 2
    assert json.loads(capsys.readouterr().out)["refused"][0]["field"] == "--mapping"


def test_many_cost_few_statements(town: Town, tmp_path: Path) -> None:
    def statements(first: int, count: int) -> int:
        path = written(tmp_path, *(row(case_enquiry_id=str(first + n)) for n in range(count)))
        with CaptureQueriesContext(connection) as seen:
            load(path)
        return len(seen)

    statements(0, 1)
    few = statements(100, 5)
    assert statements(200, 105) - few <= 20


@real
def test_it_takes_some_hundreds_of_boston(town: Town, tmp_path: Path) -> None:
    told = load(first_rows(tmp_path, 300))
    assert (told.loaded, told.counts["refused"]) == (300, 0)
    assert Pin.objects.count() == 300 and told.counts["ended"] > 200
    kept = counts()
    count_anew()
    assert counts() == kept


@pytest.mark.soak
@real
def test_it_takes_all_of_boston_in_minutes(town: Town) -> None:
    begun, worked = time.monotonic(), time.process_time()
    told = load(BOSTON)
    took = time.monotonic() - begun
    cpu = time.process_time() - worked
    print(
        f"\n{told.loaded} rows with pins in {took:.0f} s, {told.loaded / took:.0f} rows/s; "
        f"of one core {cpu:.0f} s, {told.loaded / cpu:.0f} rows/s"
    )
    assert (told.loaded, told.rejected) == (41_827, [])
    assert (told.counts["open"], told.counts["ended"]) == (2_459, 39_368)
    assert Case.objects.count() == Pin.objects.count() == Former.objects.count() == 41_827
    assert Entry.objects.filter(verb="cases.take_over").count() == 41_827
    again = load(BOSTON)
    assert (again.loaded, again.unchanged) == (0, 41_827)
    # What others do on the machine meanwhile is not counted; the database works in the same process.
    assert cpu < 180


SEATTLES = """
source = "seattle-dumping"
language = "en"
time_zone = "America/Los_Angeles"
times = ["%m/%d/%Y %H:%M"]
office = "sweep-1"
place = "0101"
published = true
[columns]
id = "Service Request Number"
opened = "Created Date"
status = "Status"
latitude = "Latitude"
longitude = "Longitude"
words = ["Choose a description of the Illegal Dumping", "Where is the Illegal Dumping Violation located?"]
address = "Location"
# It does not say when: the day it was opened stands for the day it ended.
closed = "Created Date"
[categories]
"*" = "dump"
[statuses]
"Closed" = "closed"
"Transferred to Other Dept" = { state = "closed", outcome = "other_body" }
"*" = "received"
"""
LITTERS = """
source = "openlittermap"
language = "en"
time_zone = "Europe/Berlin"
office = "sweep-1"
place = "0101"
published = true
[columns]
id = "id"
opened = "datetime"
latitude = "lat"
longitude = "lon"
address = "address"
[categories]
"*" = "dump"
[statuses]
"*" = "received"
"""


@real
@pytest.mark.parametrize(("path", "how"), [(SEATTLE, SEATTLES), (LITTER, LITTERS)])
def test_it_reads_what_other_systems_write(town: Town, tmp_path: Path, path: Path, how: str) -> None:
    said = tmp_path / "mapping.toml"
    said.write_text(how)
    told = load(path, said, only_good=True, dry_run=True)
    assert told.loaded > 0 and told.counts["refused"] * 20 < told.counts["rows"], told.rejected[:5]


OTHERS = """
source = "other-city"
language = "de"
time_zone = "Europe/Berlin"
times = ["%d.%m.%Y %H:%M", "unix_ms"]
encoding = "cp1252"
decimal = ","
missing = ["NULL", "k. A."]
office = "sweep-1"
place = "0101"
published = true
[columns]
id = "Nr."
opened = ["Gemeldet", "Erfasst"]
closed = ["Erledigt", "Geändert"]
status = "Zustand"
latitude = "Breite"
longitude = "Länge"
words = ["Text"]
[categories]
"*" = "dump"
[statuses]
"offen" = "received"
"erledigt" = "closed"
"""
HEADINGS = "Nr.;Gemeldet;Erfasst;Erledigt;Geändert;Zustand;Breite;Länge;Text"


def other_city(
    folder: Path, *lines: str, encoding: str = "cp1252", old: str = "", new: str = ""
) -> list[Path]:
    table, how = folder / "other.csv", folder / "other.toml"
    table.write_bytes("\r\n".join([HEADINGS, *lines]).encode(encoding))
    how.write_text(OTHERS.replace(old, new) if old else OTHERS)
    return [table, how]


def test_it_reads_another_city_s_semicolons_commas_dates_and_letters(town: Town, tmp_path: Path) -> None:
    lines = (
        "1;24.12.2019 08:30;NULL;NULL;02.01.2020 10:00;erledigt;52,5149;13,39035;Müll & Öl",
        "2;k. A.;1577176200000;;;offen;0;0;",
        "3;24.12.2019 08:30;;;;offen;NULL;NULL;Nur Text",
    )
    assert load(*other_city(tmp_path, *lines)).loaded == 3
    first, second, third = (one.case for one in Former.objects.order_by("theirs").select_related("case"))
    assert (first.latitude, first.longitude, first.state) == (52.5149, 13.39035, "closed")
    assert first.opened_at == datetime(2019, 12, 24, 7, 30, tzinfo=UTC)
    assert second.opened_at == datetime(2019, 12, 24, 8, 30, tzinfo=UTC)
    assert {(one.latitude, one.longitude) for one in (second, third)} == {(None, None)}
    assert "Müll & Öl" in json.dumps(Pin.objects.get(case_id=first.pk).words, ensure_ascii=False)


def test_it_names_field_and_row_of_what_it_cannot_read_there(town: Town, tmp_path: Path) -> None:
    lines = (
        "1;24/12/2019;;;;offen;52,5;13,4;",
        "2;;;;;offen;52,5;13,4;",
        "3;24.12.2019 08:30;;;;erledigt;52,5;13,4;",
        "4;24.12.2019 08:30;;;;offen;52° 30';13,4;",
        "4;24.12.2019 08:30;;;;verschoben;52,5;;",
    )
    assert sorted(faults(*other_city(tmp_path, *lines))) == [
        (2, "Gemeldet", "date"), (3, "Gemeldet", "empty"), (4, "Erledigt", "empty"), (5, "Breite", "number"),
        (6, "Nr.", "duplicate"),
    ]  # fmt: skip
    lines = ("1;24.12.2019 08:30;;;;verschoben;52,5;;",)
    found = faults(*other_city(tmp_path, *lines))
    assert sorted(found) == [(2, "Länge", "point"), (2, "Zustand", "choice")]
    # Its encoding is not named, or another one is.
    for old, new, row_number in (('encoding = "cp1252"\n', "", 1), ("cp1252", "euc-kr", 1)):
        with pytest.raises(Refusal) as refused:
            load(*other_city(tmp_path, *lines, old=old, new=new))
        (one,) = each(refused.value)
        assert (one.row, one.code) == (row_number, "encoding") and "mapping" in str(one.remedy)


@pytest.mark.once
def test_it_reads_a_point_out_of_one_cell(town: Town, tmp_path: Path) -> None:
    how = mapping(tmp_path, 'latitude = "latitude"\nlongitude = "longitude"', 'point = "location"')
    cells = ("POINT (104.5 12.5)", "(12.5, 104.5)", "12.5,104.5", "somewhere")
    path = written(tmp_path, *(row(case_enquiry_id=str(n), location=one) for n, one in enumerate(cells)))
    assert faults(path, how) == [(5, "location", "point")]
    assert load(path, how, only_good=True).loaded == 3
    assert {(one.latitude, one.longitude) for one in Case.objects.all()} == {(12.5, 104.5)}
