"""The real gazetteer of the field, with all its faults."""

import csv
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from samleng.doors.exchange.boundaries import import_boundaries
from samleng.doors.exchange.facilities import import_facilities
from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.place_recipes import read_recipe
from samleng.doors.exchange.places import import_places
from samleng.ground.places.models import Place
from samleng.ground.places.search import search
from samleng.ground.services.models import Facility
from samleng.ground.services.verbs import name_sector, name_service
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from tests.doors.exchange.cambodia import kinds_in, pack

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def real(shared_data, tmp_path_factory, django_db_setup, django_db_blocker):
    """The real gazetteer, loaded once for the tests of this module and undone after them."""
    toml = pack(tmp_path_factory.mktemp("packs") / "kh", shared_data / "gazetteer")
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        start = time.process_time()
        report = import_places(by=SYSTEM, path=toml)
        yield toml, report, time.process_time() - start
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def test_it_loads_the_whole_gazetteer_and_reports_every_row_it_refused(real):
    _toml, report, seconds = real
    by_level = Counter(Place.objects.current().filter(country="kh").values_list("level", flat=True))
    assert (by_level[1], by_level[2], by_level[3]) == (25, 210, 1661)
    assert report.counts["rows"] == 25 + 210 + 1661 + 14576
    assert by_level[4] + report.counts["refused"] == 14576
    assert (report.counts["sound srok"], report.counts["sound krong"], report.counts["sound khan"]) == (
        163,
        33,
        14,
    )
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
    assert orphan.field == "CambodiaVillagesList2025.csv: commune_code"
    empty = {str(one.message)[:6] for one in report.warnings if one.code == "no_parts"}
    assert empty == {"100409", "120912"}
    # Twelve more have villages in the file, but none that may stand in them.
    assert sum(one.code == "parts_refused" for one in report.warnings) == 12
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
    # The quickest of three: what else the machine does at the moment says nothing of the search.
    spent = []
    for _turn in range(3):
        start = time.perf_counter()
        found = [place.code for place in search(text, country="kh")]
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.5
    assert code in found[:5]


@pytest.fixture
def services(real):
    health = name_sector(by=SYSTEM, code="t_health", name={"en": "Health"}, ladder=[])
    schools = name_sector(by=SYSTEM, code="t_education", name={"en": "Education"}, ladder=[])
    name_service(by=SYSTEM, code="T_HC", sector=health, name={"en": "x"}, stands_at=2, serves_many=True)
    name_service(by=SYSTEM, code="T_PS", sector=schools, name={"en": "x"}, stands_at=3, serves_many=False)


def test_it_matches_the_health_centres_of_2010_with_the_places_of_today(services, shared_data):
    path = shared_data / "facilities" / "health_center.geojson"
    report = import_facilities(by=SYSTEM, path=path, service="T_HC", country="kh", only_good=True)
    assert report.counts["rows"] == 956
    assert report.counts["codes_that_exist"] == 815
    assert report.counts["names_equal"] == pytest.approx(657, abs=5)
    assert report.loaded + len(report.rejected) == 956
    assert len(report.rejected) < 80
    assert all(str(one.message) and one.row for one in report.rejected)
    wrong = [one for one in report.warnings if one.row == 1 and one.code == "other_province"]
    assert "Sihanoukville" in str(wrong[0].message)
    # Tboung Khmum was part of Kampong Cham in 2010: the district's name carries its communes over.
    assert Facility.objects.get(codes__code="030408", codes__scheme="t_health").place.code.startswith("25")


def test_it_finds_more_centres_by_their_points_once_outlines_are_loaded(services, shared_data):
    folder = shared_data / "boundaries"
    found = [
        import_boundaries(by=SYSTEM, path=folder / f"khm_{name}.geojson", country="kh", only_good=True)
        for name in ("adm1_ocha_2018", "adm2_geoboundaries_simplified", "adm3_geoboundaries_simplified")
    ]
    assert [report.loaded for report in found][:1] == [25]
    assert found[1].loaded >= 190
    assert found[2].loaded >= 1550
    assert all(report.loaded + len(report.rejected) == report.counts["rows"] for report in found)
    path = shared_data / "facilities" / "health_center.geojson"
    report = import_facilities(by=SYSTEM, path=path, service="T_HC", country="kh", only_good=True)
    assert len(report.rejected) < 20
    assert report.counts["by_point"] > 0


def test_it_takes_the_fields_own_list_of_schools(services, shared_data):
    path = shared_data / "scorecard" / "primary_schools.xlsx"
    report = import_facilities(by=SYSTEM, path=path, service="T_PS", country="kh")
    assert report.loaded == 6
    assert set(Facility.objects.filter(service__code="T_PS").values_list("place__level", flat=True)) == {3}


def rows(folder, name):
    with (folder / f"Cambodia{name}List2025.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_it_loses_no_row_of_the_villages_and_keeps_each_code_once(real, shared_data):
    """Counted from the files themselves, by nothing of ours."""
    _toml, report, _seconds = real
    given = rows(shared_data / "gazetteer", "Villages")
    assert (len(given), len({row["village_code"] for row in given})) == (14576, 14522)
    communes = {row["commune_code"] for row in rows(shared_data / "gazetteer", "Commune")}
    kept = dict(Place.objects.current().filter(country="kh", level=4).values_list("code", "parent__code"))
    refused = {one.row for one in report.rejected}
    assert len(kept) + len(refused) == 14576
    seen = set()
    for number, row in enumerate(given, 2):
        code, commune = row["village_code"], row["commune_code"]
        sound = code.isdigit() and len(code) == 8 and code.startswith(commune) and commune in communes
        assert (number in refused) == (not sound or code in seen), row
        if sound:
            seen.add(code)
            assert kept[code] == commune
    assert seen == set(kept)


def test_it_has_the_kinds_of_the_field_and_no_district_without_one(real, shared_data):
    field = kinds_in(shared_data / "gazetteer" / "pumi_districts.yml")
    ours = dict(Place.objects.current().filter(country="kh", level=2).values_list("code", "kind__code"))
    assert Counter(ours.values()) == {"srok": 163, "krong": 33, "khan": 14}
    assert {code: kind for code, kind in ours.items() if field.get(code, kind) != kind} == {}


def test_it_takes_the_pack_that_is_shipped_from_its_package(shared_data, settings):
    """Not the recipe of these tests but the country's own, beside what the other one has loaded."""
    recipe = read_recipe(Path(settings.PACKS) / "kh" / "country.toml")
    assert [source.path.name for source in recipe.sources] == [
        f"Cambodia{name}List2025.csv" for name in ("Province", "District", "Commune", "Villages")
    ]
    for source in recipe.sources:
        ours = shared_data / "gazetteer" / source.path.name
        assert source.path.read_bytes() == ours.read_bytes()
    kinds = Counter(recipe.sources[1].kinds.values())
    assert kinds == {"srok": 163, "krong": 33, "khan": 14}


def test_it_carries_a_real_district_over_into_two_with_all_in_it(real, tmp_path):
    parts = (
        Place.objects.current().filter(country="kh", code__startswith="0110", level__gte=3).order_by("code")
    )
    first = parts[0].code
    lines = ["code,parent,kind,name_km,name_en,valid_from,replaces"]
    lines += ["0190,01,krong,ជើង,North,2027-01-01,0110", "0191,01,krong,ត្បូង,South,2027-01-01,0110"]
    for part in parts.select_related("kind"):
        code = ("0191" if part.code.startswith(first) else "0190") + part.code[4:]
        above = code[:-2]
        if part.level == 3:
            above = code[:4]
        names = f"{part.name['km']},{part.name['en']}"
        lines.append(f"{code},{above},{part.kind.code},{names},2027-01-01,{part.code}")
    path = tmp_path / "split.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with transaction.atomic():
        report = import_places(by=SYSTEM, path=path, country="kh")
        assert (report.counts["replaced"], report.rejected) == (1, [])
        before = Place.objects.get(country="kh", code="0110")
        assert before.valid_to == date(2027, 1, 1)
        after = set(before.successions.values_list("after__code", "how"))
        assert after == {("0190", "split"), ("0191", "split")}
        now = Place.objects.current().filter(country="kh")
        assert not now.filter(path__contains=f"/{before.pk}/").exists()
        assert not now.filter(code__startswith="0110").exists()
        assert now.filter(code__startswith="019").count() == len(lines) - 1
        assert import_places(by=SYSTEM, path=path, country="kh").loaded == 0
        transaction.set_rollback(True)
