import json

import pyproj
import pytest

from samleng.doors.exchange.boundaries import import_boundaries
from samleng.doors.exchange.facilities import import_facilities
from samleng.doors.exchange.models import ImportBatch
from samleng.ground.services.models import Facility, FacilityCode
from samleng.ground.services.verbs import name_sector, name_service
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals, each
from tests.doors.exchange.damaged import workbook, written
from tests.doors.exchange.maps import collection, point, square
from tests.ground.places.land import at, plant

pytestmark = pytest.mark.django_db
UTM = "urn:ogc:def:crs:EPSG::32648"


@pytest.fixture(autouse=True)
def land():
    plant()
    health = name_sector(by=SYSTEM, code="health", name={"en": "Health"}, ladder=[])
    schools = name_sector(by=SYSTEM, code="education", name={"en": "Education"}, ladder=[])
    name_service(by=SYSTEM, code="HC", sector=health, name={"en": "x"}, stands_at=2, serves_many=True)
    name_service(by=SYSTEM, code="PS", sector=schools, name={"en": "x"}, stands_at=3, serves_many=False)


def row(code, commune, name, **more):
    given = {
        "PCODE": 1,
        "PNAME": "Kratie",
        "DCODE": 101,
        "DNAME": "Srok Thmey",
        "CCODE": float(commune),
        "CNAME": name,
        "FACILITCOD": code,
        "FACILITNAM": f"Centre {code}",
        "COVERNAME": None,
    }
    return {**given, **more}, point(1.5, 1.5)


def load(path, service="HC", **more):
    return import_facilities(by=SYSTEM, path=path, service=service, country="xx", **more)


def test_it_takes_a_centre_where_code_and_name_agree(tmp_path):
    report = load(collection(tmp_path / "a.geojson", row("020117", 10101, "Banteay Neang")))
    assert (report.loaded, report.counts["names_equal"]) == (1, 1)
    facility = Facility.objects.get()
    assert facility.place == at("0101")
    assert [link.place for link in facility.links.all()] == [at("010101")]
    assert FacilityCode.objects.get().scheme == "health"
    assert FacilityCode.objects.get().code == "020117"


def test_it_turns_metres_into_degrees_by_the_system_the_file_names(tmp_path):
    x, y = pyproj.Transformer.from_crs(4326, 32648, always_xy=True).transform(103.2, 13.3)
    given, _geometry = row("1", 10101, "Banteay Neang")
    load(collection(tmp_path / "a.geojson", (given, point(x, y)), crs=UTM))
    facility = Facility.objects.get()
    assert (facility.longitude, facility.latitude) == (pytest.approx(103.2), pytest.approx(13.3))


def test_it_follows_the_name_where_the_code_is_now_anothers(tmp_path):
    report = load(collection(tmp_path / "a.geojson", row("1", 10102, "Bantey Nieng")))
    assert report.counts["by_name"] == 1
    assert [link.place.code for link in Facility.objects.get().links.all()] == ["010101"]
    assert "010101" in str(report.warnings[0].message)


def test_it_follows_the_point_where_the_name_is_gone_and_outlines_are_known(tmp_path):
    lost = collection(tmp_path / "a.geojson", row("1", 10199, "Gone"))
    with pytest.raises(Refusals) as caught:
        load(lost)
    assert [(one.row, one.field, one.code) for one in each(caught.value)] == [(1, "place", "unknown")]
    outlines = collection(
        tmp_path / "m.geojson", ({"ADM3_PCODE": "XX010102", "ADM3_EN": "Bat Trang"}, square(1, 1))
    )
    import_boundaries(by=SYSTEM, path=outlines, country="xx")
    report = load(lost)
    assert report.counts["by_point"] == 1
    assert [link.place.code for link in Facility.objects.get().links.all()] == ["010102"]


def test_it_does_not_believe_a_name_far_from_the_point(tmp_path):
    outlines = collection(
        tmp_path / "m.geojson", ({"ADM3_PCODE": "XX010102", "ADM3_EN": "Bat Trang"}, square(40, 40))
    )
    import_boundaries(by=SYSTEM, path=outlines, country="xx")
    with pytest.raises(Refusals):
        load(collection(tmp_path / "a.geojson", row("1", 10199, "Bat Trang")))


def test_it_tells_what_each_row_that_did_not_match_looked_like(tmp_path):
    path = collection(
        tmp_path / "a.geojson",
        row("1", 10101, "Banteay Neang"),
        row("2", 10101, "Quite Different"),
        row("3", 19999, "Unknown"),
    )
    report = load(path, only_good=True)
    assert [(one.row, one.code) for one in report.rejected] == [(2, "other_name"), (3, "unknown")]
    assert "Quite Different" in str(report.rejected[0].message)
    assert (report.counts["codes_that_exist"], report.counts["unmatched"]) == (2, 2)
    assert len(ImportBatch.objects.get().refused) == 2


def test_it_warns_of_a_province_that_the_file_calls_otherwise(tmp_path):
    report = load(collection(tmp_path / "a.geojson", row("1", 10101, "Banteay Neang", PNAME="Sihanoukville")))
    assert [one.code for one in report.warnings] == ["other_province"]


def test_it_reads_which_communes_a_centre_serves(tmp_path):
    covers = "Bat Trang , Commune, 19 Vill and Nowhere"
    report = load(collection(tmp_path / "a.geojson", row("1", 10101, "Banteay Neang", COVERNAME=covers)))
    assert {link.place.code for link in Facility.objects.get().links.all()} == {"010101", "010102"}
    assert ["Nowhere" in str(one.message) for one in report.warnings] == [True]


def test_it_changes_nothing_when_the_same_list_comes_again_or_dry(tmp_path):
    path = collection(tmp_path / "a.geojson", row("1", 10101, "Banteay Neang"))
    assert load(path, dry_run=True).loaded == 1
    assert not Facility.objects.exists()
    load(path)
    entries = Entry.objects.count()
    again = load(path)
    assert (again.loaded, again.unchanged, Entry.objects.count()) == (0, 1, entries)


def test_it_names_both_rows_of_one_code_and_an_empty_one(tmp_path):
    path = collection(
        tmp_path / "a.geojson",
        row("1", 10101, "Banteay Neang"),
        row("1", 10102, "Bat Trang"),
        row("", 10102, "Bat Trang"),
    )
    with pytest.raises(Refusals) as caught:
        load(path)
    assert sorted((one.row, one.code) for one in each(caught.value)) == [(2, "duplicate"), (3, "empty")]
    assert not Facility.objects.exists()


def test_it_takes_a_workbook_with_a_sheet_for_each_province(tmp_path):
    head = ["location_id", "code", "name_en", "name_km"]
    path = workbook(
        tmp_path / "a.xlsx",
        [[10101, "s_1", "One", "មួយ"]],
        head,
        sheet="Kratie",
        more={"Kampot": [head, ["010201", "s_2", "", "ពីរ"]]},
    )
    report = load(path, "PS")
    assert report.loaded == 2
    assert {facility.place.code for facility in Facility.objects.all()} == {"010101", "010201"}
    assert [one.code for one in report.warnings] == ["other_province"]


def test_it_names_row_and_column_of_a_damaged_table(tmp_path):
    head = "location_id,code,name_en,name_km\n"
    for text, code, field in (
        ("location_id,code,name_en\n010101,1,One\n", "missing_column", "name_km"),
        (head + "010101,1,One,\n", "empty", "name_km"),
        (head + "010101,1,=A1,មួយ\n", "formula", "name_en"),
        (head + "019999,1,One,មួយ\n", "unknown", "place"),
        (head + "0101,1,One,មួយ\n", "level", "place"),
    ):
        with pytest.raises(Refusals) as caught:
            load(written(tmp_path / "a.csv", text), "PS")
        assert (caught.value.many[0].code, caught.value.many[0].field) == (code, field)
        assert not Facility.objects.exists()


def test_it_names_the_services_there_are(tmp_path):
    with pytest.raises(Refusal) as caught:
        load(tmp_path / "a.csv", "XX")
    assert caught.value.field == "service"
    assert "HC, PS" in str(caught.value.remedy)


def test_it_takes_other_headings_when_told(tmp_path):
    given = {"ident": "9", "titre": "Poste", "CCODE": "10101", "CNAME": "Banteay Neang"}
    path = collection(tmp_path / "a.geojson", (given, None))
    load(path, columns={"code": "ident", "name": "titre"})
    assert Facility.objects.get().name == {"en": "Poste"}
    assert json.loads(path.read_text())["features"][0]["geometry"] is None
