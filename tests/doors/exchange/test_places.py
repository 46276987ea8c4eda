from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.places import import_places
from samleng.ground.places.models import Place, PlaceKind, Succession
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals, each
from tests.doors.exchange.damaged import workbook, written
from tests.ground.places.land import at, plant

pytestmark = pytest.mark.django_db
DAY_OF_CHANGE = date(2026, 1, 1)
HEAD = "code,parent,kind,name_km,name_en\n"


@pytest.fixture
def land():
    plant()


def test_it_takes_a_plain_csv_of_any_country(land, tmp_path):
    path = written(tmp_path / "a.csv", HEAD + "០១០២០២,102,sangkat,ថ្មី,New\n01020202,010202,phum,ភូមិ,Village\n")
    report = import_places(by=SYSTEM, path=path, country="xx")
    assert report.loaded == 2
    assert Place.objects.current().get(code="01020202").parent.code == "010202"


def test_it_takes_a_workbook_with_dates_and_other_names(land, tmp_path):
    head = ["code", "parent", "kind", "name_km", "name_en", "valid_from", "aliases"]
    path = workbook(
        tmp_path / "a.xlsx", [["010202", "0102", "sangkat", "ថ្មី", "New", "2024-02-01", "Neuf; Nova"]], head
    )
    import_places(by=SYSTEM, path=path, country="xx")
    place = Place.objects.get(code="010202")
    assert place.valid_from.isoformat() == "2024-02-01"
    assert place.aliases == ["Neuf", "Nova"]


def test_it_loads_nothing_while_a_row_is_at_fault_and_names_every_one(land, tmp_path):
    before = Place.objects.count()
    text = HEAD + "010202,0102,sangkat,ថ្មី,New\n010203,0199,sangkat,ក,Lost\n,0102,sangkat,ខ,None\n"
    with pytest.raises(Refusals) as caught:
        import_places(by=SYSTEM, path=written(tmp_path / "a.csv", text), country="xx")
    assert sorted((one.row, one.code) for one in each(caught.value)) == [(3, "orphan"), (4, "empty")]
    assert Place.objects.count() == before
    report = import_places(by=SYSTEM, path=tmp_path / "a.csv", country="xx", only_good=True)
    assert (report.loaded, len(report.rejected)) == (1, 2)


def test_it_undoes_a_dry_run(land, tmp_path):
    before = (Place.objects.count(), Entry.objects.count())
    path = written(tmp_path / "a.csv", HEAD + "010202,0102,sangkat,ថ្មី,New\n")
    report = import_places(by=SYSTEM, path=path, country="xx", dry_run=True)
    assert (report.loaded, report.dry_run) == (1, True)
    assert (Place.objects.count(), Entry.objects.count()) == before
    assert not ImportBatch.objects.exists()


def test_it_reads_a_pack_of_its_own_files(tmp_path):
    folder = tmp_path / "packs" / "yy"
    folder.mkdir(parents=True)
    (folder / "country.toml").write_text(
        '[places]\nvalid_from = 2024-01-01\n[[places.kinds]]\ncode = "land"\nlevel = 0\n'
        'name = { en = "Land" }\n[[places.kinds]]\ncode = "shire"\nlevel = 1\nname = { en = "Shire" }\n'
        '[[places.files]]\npath = "places.csv"\n'
    )
    written(folder / "places.csv", HEAD + "YY,,land,ដី,Land\nA,YY,shire,ក,Ash\n")
    assert import_places(by=SYSTEM, path=folder / "country.toml").loaded == 2
    assert PlaceKind.objects.filter(country="yy").count() == 2


def test_it_loads_the_invented_land_of_the_tests(settings):
    path = Path(settings.PACKS) / "demo" / "country.toml"
    report = import_places(by=SYSTEM, path=path)
    assert report.loaded == Place.objects.filter(country="demo").count() > 0
    assert not report.rejected
    assert import_places(by=SYSTEM, path=path).loaded == 0


@pytest.mark.parametrize(
    "text", ["", "[places", "[places]\nfiles = 3", '[places]\npackage = "no_such_package_here"\n']
)
def test_it_names_what_is_wrong_with_a_recipe(tmp_path, text):
    (tmp_path / "country.toml").write_text(text)
    with pytest.raises(Refusal) as caught:
        import_places(by=SYSTEM, path=tmp_path / "country.toml")
    assert str(caught.value.message)
    assert str(caught.value.remedy)


def test_it_says_its_refusals_in_the_language_of_the_reader(land, tmp_path):
    with override("en"), pytest.raises(Refusals) as caught:
        import_places(by=SYSTEM, path=written(tmp_path / "a.csv", "code,kind\n01,x\n"), country="xx")
    missing = {one.code for one in each(caught.value)}
    assert missing == {"missing_column"}


# --- what takes the place of what -------------------------------------------------------------------------

CHANGES = "code,parent,kind,name_km,name_en,valid_from,replaces\n"


def changed(tmp_path, text, **more):
    return import_places(by=SYSTEM, path=written(tmp_path / "c.csv", CHANGES + text), country="xx", **more)


def ways(code):
    """How the versions with this code came about, and the codes of what was before."""
    links = Succession.objects.filter(after__code=code).select_related("before")
    return {(link.how, link.before.code) for link in links}


def test_it_renames_a_district_as_a_new_dated_version(land, tmp_path):
    report = changed(tmp_path, "0101,01,srok,ស្រុកទំនើប,Srok Tumnoep,2026-01-01,\n")
    assert (report.loaded, report.counts["renewed"]) == (1, 1)
    before, after = Place.objects.filter(code="0101").order_by("valid_from")
    assert (before.valid_to, after.valid_from, after.name["en"]) == (
        DAY_OF_CHANGE,
        DAY_OF_CHANGE,
        "Srok Tumnoep",
    )
    assert ways("0101") == {("renamed", "0101")}
    # Its parts go along, and the old name still finds it.
    assert at("010101").parent == after
    assert "Srok Thmey" in after.aliases
    assert changed(tmp_path, "0101,01,srok,ស្រុកទំនើប,Srok Tumnoep,2026-01-01,\n").loaded == 0


SPLIT = (
    "0103,01,srok,ជើង,North,2026-01-01,0101\n"
    "0104,01,srok,ត្បូង,South,2026-01-01,0101\n"
    "010301,0103,khum,បន្ទាយនាង,Banteay Neang,2026-01-01,010101\n"
    "010401,0104,khum,បត់ត្រង់,Bat Trang,2026-01-01,010102\n"
    "01040101,010401,phum,ស្វាយ,Svay,2026-01-01,01010201\n"
)


def test_it_divides_a_district_and_renumbers_its_parts(land, tmp_path):
    report = changed(tmp_path, SPLIT)
    assert (report.counts["replaced"], report.rejected) == (1, [])
    assert not Place.objects.current().filter(code__in=["0101", "010101", "010102", "01010201"]).exists()
    assert ways("0103") == ways("0104") == {("split", "0101")}
    assert ways("010301") == {("carried", "010101")}
    assert (at("01040101").parent.code, at("01010101").parent.code) == ("010401", "010301")
    assert Place.objects.at(DAY_OF_CHANGE - timedelta(days=1)).get(code="0101").valid_to == DAY_OF_CHANGE


def test_it_divides_once_when_the_file_comes_again(land, tmp_path):
    changed(tmp_path, SPLIT)
    entries, places = Entry.objects.count(), Place.objects.count()
    again = changed(tmp_path, SPLIT)
    assert (again.loaded, again.unchanged) == (0, 5)
    assert (Entry.objects.count(), Place.objects.count()) == (entries, places)


def test_it_joins_communes_and_renumbers_one(land, tmp_path):
    report = changed(
        tmp_path,
        "010103,0101,khum,រួម,Joined,2026-01-01,010101; 010102\n"
        "010202,0102,sangkat,ទួលតាឯក,Tuol Ta Aek,2026-01-01,010201\n"
        "01020201,010202,phum,ស្វាយចេក,Svay Chek,2026-01-01,01020101\n",
    )
    assert report.counts["replaced"] == 2
    assert ways("010103") == {("merged", "010101"), ("merged", "010102")}
    assert at("01010201").parent.code == "010103"
    assert (ways("010202"), ways("01020201")) == ({("moved", "010201")}, {("carried", "01020101")})


@pytest.mark.parametrize(
    ("text", "row", "code"),
    [
        ("0103,01,srok,ជើង,North,2026-01-01,0199\n", 2, "no_place"),
        ("0103,01,srok,ជើង,North,,0101\n", 2, "dates"),
        ("0103,01,srok,ជើង,North,2020-01-01,0101\n", 2, "dates"),
        # Nobody says where the district's communes go.
        ("0103,01,srok,ជើង,North,2026-01-01,0101\n0104,01,srok,ត្បូង,South,2026-01-01,0101\n", 2, "refused"),
    ],
)
def test_it_refuses_a_change_that_cannot_be_and_changes_nothing(land, tmp_path, text, row, code):
    before = Place.objects.count(), Entry.objects.count(), Place.objects.current().count()
    with pytest.raises(Refusals) as caught:
        changed(tmp_path, text)
    assert {(one.row, one.field, one.code) for one in each(caught.value)} == {(row, "replaces", code)}
    assert (Place.objects.count(), Entry.objects.count(), Place.objects.current().count()) == before


# --- a country nobody has described -----------------------------------------------------------------------


def test_it_takes_the_tree_of_a_country_without_a_pack(tmp_path):
    text = (
        "code,name_en,kind,parent_id,latitude,longitude\n"
        "A,Aland,province,,1.5,2.5\nB,Bland,province,,,\nA1,Ash,district,A,,\nA1a,Elm,village,A1,,\n"
    )
    path = written(tmp_path / "a.csv", text)
    assert import_places(by=SYSTEM, path=path, country="zz").loaded == 5
    kinds = dict(PlaceKind.objects.filter(country="zz").values_list("code", "level"))
    assert kinds == {"country": 0, "province": 1, "district": 2, "village": 3}
    assert Place.objects.get(country="zz", code="A").parent.code == "ZZ"
    assert Place.objects.get(country="zz", code="A1a").label("en") == "Village Elm"
    assert import_places(by=SYSTEM, path=path, country="zz").loaded == 0


def test_it_knows_the_row_of_the_whole_country(tmp_path):
    text = HEAD + "YY,,country,ដី,Land\nA,YY,shire,ក,Ash\n"
    assert import_places(by=SYSTEM, path=written(tmp_path / "a.csv", text), country="yy").loaded == 2
    assert Place.objects.get(country="yy", level=0).code == "YY"


def test_it_refuses_a_kind_at_two_depths(tmp_path):
    text = HEAD + "YY,,country,ដី,Land\nA,YY,shire,ក,Ash\nB,A,shire,ខ,Birch\n"
    with pytest.raises(Refusals) as caught:
        import_places(by=SYSTEM, path=written(tmp_path / "a.csv", text), country="yy")
    assert (4, "kind", "wrong_level") in [(one.row, one.field, one.code) for one in each(caught.value)]
    assert not PlaceKind.objects.filter(country="yy").exists()


def test_it_takes_the_fields_own_sample_of_locations(shared_data):
    path = shared_data / "scorecard" / "locations.sample.csv"
    report = import_places(by=SYSTEM, path=path, country="sample")
    assert (report.loaded, report.rejected) == (6, [])
    assert Place.objects.get(country="sample", code="01020101").level == 4
