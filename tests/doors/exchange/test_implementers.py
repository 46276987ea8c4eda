import pytest

from samleng.doors.exchange.implementers import import_implementers
from samleng.doors.exchange.offices import import_offices
from samleng.ground.offices.models import Implementer
from samleng.ground.offices.verbs import open_programme
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, each
from tests.doors.exchange.damaged import workbook, written
from tests.ground.people.land import make_land
from tests.world import ground, place

pytestmark = pytest.mark.django_db
# As the field's own workbook heads its columns.
HEAD = ["name", "province_id", "district_id", "commune_id", "target_province_ids"]


@pytest.fixture
def hear():
    ground()
    return open_programme(by=SYSTEM, code="hear", name={"en": "Hear"})


def load(path, programme, **more):
    return import_implementers(by=SYSTEM, path=path, programme=programme, country="demo", **more)


def refused(path, programme):
    before = Implementer.objects.count(), Entry.objects.count()
    with pytest.raises(Refusal) as caught:
        load(path, programme)
    assert (Implementer.objects.count(), Entry.objects.count()) == before
    return [(one.row, one.field, one.code) for one in each(caught.value)]


def test_it_takes_the_fields_own_shape_under_either_name(hear, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", [["NGO1", "01", "0101", "010101", "01,02"], ["NGO2", 2, 201, 20101, 2]], HEAD
    )
    report = import_offices(by=SYSTEM, path=path, programme=hear, country="demo")
    assert (report.kind, report.loaded) == ("implementers", 2)
    first, second = Implementer.objects.order_by("code")
    assert (first.code, first.name, first.place) == ("NGO1", {"en": "NGO1"}, place("010101"))
    assert {one.code for one in first.targets.all()} == {"01", "02"}
    # The zeros that a spreadsheet drops from numbers are put back.
    assert (second.place.code, [one.code for one in second.targets.all()]) == ("020101", ["02"])
    entries = Entry.objects.count()
    again = load(path, hear)
    assert (again.loaded, again.unchanged, Entry.objects.count()) == (0, 2, entries)


def test_it_finds_an_organisation_again_by_code_or_else_by_name(hear, tmp_path):
    load(
        written(tmp_path / "a.csv", "name_km,name_en,targets\nអង្គការ,Good Friends of Trees,01\nក្រុម,,02\n"),
        hear,
    )
    assert set(Implementer.objects.values_list("code", flat=True)) == {"Good-Friends-of-Trees", "ngo"}
    report = load(written(tmp_path / "b.csv", "name_km,name_en,targets\nក្រុម,Group,01\n"), hear)
    assert (report.loaded, report.counts["changed"]) == (1, 1)
    assert Implementer.objects.get(code="ngo").name == {"km": "ក្រុម", "en": "Group"}
    load(written(tmp_path / "c.csv", "code,name_en,targets\nngo,Group two,01\n"), hear)
    assert Implementer.objects.count() == 2


def test_it_names_every_fault_and_loads_only_the_good_when_asked(hear, tmp_path):
    rows = [
        ["Good", "01", "0101", "010101", "01"],
        ["Apart", "02", "0101", "010101", "01"],
        ["Lost", "01", "", "", "01, 77"],
        ["", "01", "", "", "01"],
        ["Good", "01", "", "", "01"],
    ]
    path = workbook(tmp_path / "a.xlsx", rows, HEAD)
    assert refused(path, hear) == [
        (3, "province_id", "apart"),
        (4, "target_province_ids", "no_place"),
        (5, "name", "empty"),
        (6, "name", "duplicate"),
    ]
    report = load(path, hear, only_good=True)
    assert (report.loaded, report.counts["refused"]) == (1, 4)


def test_it_asks_for_which_programme(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["NGO1", "01", "0101", "010101", "01"]], HEAD)
    with pytest.raises(Refusal) as caught:
        import_offices(by=SYSTEM, path=path, country="demo")
    assert caught.value.field == "--programme"


def test_it_is_only_for_who_runs_the_programme(hear, tmp_path):
    land = make_land()
    path = written(tmp_path / "a.csv", "name_en,targets\nA,01\n")
    _person, stranger = land.somebody("Admin", "programme_admin", programme=land.roads, area=land.country)
    with pytest.raises(Denied):
        import_implementers(by=stranger, path=path, programme=hear, country="demo")
    assert not Implementer.objects.filter(programme=hear).exists()


def test_it_takes_the_fields_own_workbook(hear, shared_data, settings):
    path = shared_data / "scorecard" / "local_ngo_sample.xlsx"
    # Its codes are another country's; each row says so.
    with pytest.raises(Refusal) as caught:
        load(path, hear)
    assert {one.code for one in each(caught.value)} == {"no_place"}
