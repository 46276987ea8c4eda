from pathlib import Path

import pytest
from django.utils.translation import override

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.places import import_places
from samleng.ground.places.models import Place, PlaceKind
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals, each
from tests.doors.exchange.damaged import workbook, written
from tests.ground.places.land import plant

pytestmark = pytest.mark.django_db
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
