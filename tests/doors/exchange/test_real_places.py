"""The real gazetteer of the field, with all its faults."""

import time
from collections import Counter

import pytest

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.places import import_places
from samleng.ground.places.models import Place
from samleng.ground.places.search import search
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.exchange.cambodia import kinds_in, pack

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def real(shared_data, tmp_path_factory, django_db_setup, django_db_blocker):
    """The real gazetteer, loaded once for the tests of this module and undone after them."""
    from django.db import transaction

    toml = pack(tmp_path_factory.mktemp("packs") / "kh", shared_data / "gazetteer")
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        start = time.perf_counter()
        report = import_places(by=SYSTEM, path=toml)
        yield toml, report, time.perf_counter() - start
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def test_it_loads_the_whole_gazetteer_and_reports_every_row_it_refused(real):
    _toml, report, seconds = real
    by_level = Counter(Place.objects.current().filter(country="kh").values_list("level", flat=True))
    assert (by_level[1], by_level[2], by_level[3]) == (25, 210, 1661)
    assert report.counts["rows"] == 25 + 210 + 1661 + 14576
    assert by_level[4] + report.counts["refused"] == 14576
    assert len(report.rejected) == report.counts["refused"]
    assert all(one.row and str(one.message) and str(one.remedy) for one in report.rejected)
    assert seconds < 10


def test_it_gives_each_fault_of_the_real_files_its_reason(real):
    _toml, report, _seconds = real
    codes = Counter(one.code for one in report.rejected)
    assert codes["bad_code"] == 9  # the placeholder 0506140-
    assert codes["orphan"] == 9  # villages of 120913, which the list of communes lacks
    assert codes["duplicate"] > 0
    assert set(codes) == {"bad_code", "orphan", "duplicate", "not_under_parent"}
    orphan = next(one for one in report.rejected if one.code == "orphan")
    assert "120913" in str(orphan.message)
    assert orphan.field == "CambodiaVillagesList2025.csv: parent"
    empty = {str(one.message)[:6] for one in report.warnings if one.code == "no_parts"}
    assert {"100409", "120912"} <= empty
    assert sum(one.code == "invisible" for one in report.warnings) == 6


def test_it_keeps_the_report_for_those_who_come_later(real):
    batch = ImportBatch.objects.get(kind="places")
    assert len(batch.refused) == len(real[1].rejected)
    assert set(batch.refused[0]["message"]) == {"km", "en"}
    assert batch.refused[0]["row"]


def test_it_changes_nothing_when_the_same_files_come_again(real):
    toml, report, _seconds = real
    entries, batches = Entry.objects.count(), ImportBatch.objects.count()
    again = import_places(by=SYSTEM, path=toml)
    assert (again.loaded, again.unchanged) == (0, report.loaded)
    assert (Entry.objects.count(), ImportBatch.objects.count()) == (entries, batches)


def test_it_calls_communes_as_the_field_does(real, shared_data):
    field = kinds_in(shared_data / "gazetteer" / "pumi_communes.yml")
    ours = dict(Place.objects.current().filter(country="kh", level=3).values_list("code", "kind__code"))
    shared = ours.keys() & field.keys()
    assert len(shared) > 1600
    assert [code for code in shared if ours[code] != field[code]] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kratié", "10"),
        ("Krachéh", "10"),
        ("Modul Kiri", "11"),
        ("មណ្ឌលគិរី", "11"),
        ("Siemreab", "17"),
        ("Kampong Cham", "03"),
        ("បាត់ដំបង", "02"),
        ("អូរសែនជ័យ", "10050609"),
        ("០២០៤", "0204"),
    ],
)
def test_it_finds_real_places_as_people_spell_them(real, text, code):
    start = time.perf_counter()
    found = [place.code for place in search(text, country="kh")]
    assert time.perf_counter() - start < 0.5
    assert code in found[:5]
