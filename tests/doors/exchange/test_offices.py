from datetime import date
from pathlib import Path

import pytest

from samleng.doors.exchange.models import ImportBatch
from samleng.doors.exchange.offices import import_offices
from samleng.ground.offices.models import Duty, Office
from samleng.ground.offices.verbs import next_up
from samleng.ground.places.models import Place
from samleng.ground.places.verbs import move, rename
from samleng.ground.services.models import Facility, FacilityCode, Service
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, each
from tests.doors.exchange.damaged import workbook, written
from tests.world import ground, place

pytestmark = pytest.mark.django_db
HEAD = ["code", "kind", "name_km", "name_en", "place", "parent", "services", "phone"]
SHIRE = ["shire-0101", "shire_office", "រដ្ឋបាលស្រុក", "Shire office", "0101", "", "", "012 345 678"]
PARISH = ["p-010101", "Parish office", "រដ្ឋបាលឃុំ", "Parish", "010101", "shire-0101", "PA; SC", ""]


@pytest.fixture(autouse=True)
def land():
    ground()


def sheet(tmp_path, *rows, head=HEAD):
    return workbook(tmp_path / "offices.xlsx", rows, head)


def load(path, **more):
    return import_offices(by=SYSTEM, path=path, country="demo", **more)


def refused(path, **more):
    before = Office.objects.count(), Duty.objects.count(), Entry.objects.count(), ImportBatch.objects.count()
    with pytest.raises(Refusal) as caught:
        load(path, **more)
    after = Office.objects.count(), Duty.objects.count(), Entry.objects.count(), ImportBatch.objects.count()
    assert before == after
    assert all(str(one.remedy) for one in each(caught.value))
    return [(one.row, one.field, one.code) for one in each(caught.value)]


def test_it_registers_offices_with_their_duties_and_numbers(tmp_path):
    report = load(sheet(tmp_path, PARISH, SHIRE))
    assert (report.loaded, report.counts["new"], report.counts["duties"]) == (2, 2, 2)
    parish = Office.objects.get(code="p-010101")
    assert (parish.kind.code, parish.place, parish.name["km"]) == (
        "parish_office",
        place("010101"),
        "រដ្ឋបាលឃុំ",
    )
    assert set(parish.duties.values_list("service__code", flat=True)) == {"PA", "SC"}
    assert Office.objects.get(code="shire-0101").phone == "+85512345678"
    # The kind and the area say who is above; the column only has to agree.
    assert next_up(parish, Service.objects.get(code="PA")).code == "shire-0101"
    assert report.warnings == []


def test_it_changes_nothing_when_the_same_file_comes_again_even_on_a_later_day(tmp_path):
    load(sheet(tmp_path, PARISH, SHIRE))
    Duty.objects.update(since=date(2020, 1, 1))
    entries, batches = Entry.objects.count(), ImportBatch.objects.count()
    again = load(tmp_path / "offices.xlsx")
    assert (again.loaded, again.unchanged) == (0, 2)
    assert (Entry.objects.count(), ImportBatch.objects.count()) == (entries, batches)
    assert set(Duty.objects.values_list("since", flat=True)) == {date(2020, 1, 1)}


def test_it_corrects_an_office_and_keeps_what_the_file_does_not_speak_of(tmp_path):
    load(sheet(tmp_path, PARISH, SHIRE))
    head = ["code", "kind", "name_en", "name_km", "place"]
    report = load(
        sheet(tmp_path, ["shire-0101", "shire_office", "Shire hall", "រដ្ឋបាលស្រុក", "0101"], head=head)
    )
    assert (report.loaded, report.counts["changed"]) == (1, 1)
    office = Office.objects.get(code="shire-0101")
    assert (office.name["en"], office.phone) == ("Shire hall", "+85512345678")


def test_it_tells_a_duty_that_the_file_no_longer_names_and_takes_none_away(tmp_path):
    load(sheet(tmp_path, PARISH, SHIRE))
    report = load(sheet(tmp_path, [*PARISH[:6], "PA", ""], SHIRE))
    assert [(one.row, one.field, one.code) for one in report.warnings] == [(2, "services", "more_duties")]
    assert Duty.objects.filter(until=None).count() == 2


def test_it_takes_headings_and_values_as_an_office_writes_them(tmp_path):
    text = "លេខកូដ;ប្រភេទ;ឈ្មោះ;លេខកូដទីកន្លែង;ទទួលខុសត្រូវ;ចាប់ពីថ្ងៃ;លេខទូរស័ព្ទ\nc-1;គ្លីនិក;គ្លីនិកព្រៃ;១០១;CL;០១/០២/២០២៦;១១៥\n"
    assert load(written(tmp_path / "a.csv", text)).loaded == 1
    office = Office.objects.get(code="c-1")
    assert (office.kind.code, office.place.code, office.phone) == ("clinic", "0101", "115")
    assert office.name == {"km": "គ្លីនិកព្រៃ"}
    assert office.duties.get().since == date(2026, 2, 1)


def test_it_stands_an_office_for_a_facility_by_its_code(tmp_path):
    facility = Facility.objects.create(
        service=Service.objects.get(code="CL"), name={"en": "Clinic"}, place=place("0101"), sort_key="c"
    )
    FacilityCode.objects.create(facility=facility, scheme="health", code="030408")
    head = ["code", "kind", "name_en", "place", "facility"]
    load(sheet(tmp_path, ["c-1", "clinic", "Clinic", "0101", "030408"], head=head))
    assert Office.objects.get(code="c-1").facility == facility
    path = sheet(tmp_path, ["c-2", "clinic", "Other", "0101", "030408"], head=head)
    assert refused(path) == [(2, "facility", "conflict")]
    path = sheet(tmp_path, ["c-2", "clinic", "Other", "0101", "9"], head=head)
    assert refused(path) == [(2, "facility", "no_facility")]


def test_it_names_every_fault_of_every_row_and_loads_nothing(tmp_path):
    path = sheet(
        tmp_path,
        SHIRE,
        ["a", "palace", "ក", "A", "0101", "", "", ""],
        ["b", "shire_office", "", "", "0199", "", "XX", "12"],
        ["", "shire_office", "ខ", "C", "0101", "", "", ""],
        ["d", "parish_office", "គ", "D", "010101", "nobody", "", ""],
        ["shire-0101", "shire_office", "ឃ", "E", "0101", "", "", ""],
    )
    assert sorted(refused(path)) == [
        (3, "kind", "choice"),
        (4, "name_km", "empty"),
        (4, "phone", "phone"),
        (4, "place", "no_place"),
        (4, "services", "no_service"),
        (5, "code", "empty"),
        (6, "parent", "no_office"),
        (7, "code", "duplicate"),
    ]
    report = load(path, only_good=True)
    assert (report.loaded, report.counts["refused"]) == (1, 5)
    assert len(ImportBatch.objects.get(kind="offices").refused) == 8


def test_it_refuses_what_hangs_on_a_refused_row(tmp_path):
    bad = [*SHIRE[:4], "0199", "", "", ""]
    report_rows = refused(sheet(tmp_path, PARISH, bad))
    assert (2, "parent", "no_office") in report_rows
    with pytest.raises(Refusal):
        load(tmp_path / "offices.xlsx", only_good=True)  # no row is sound


def test_it_says_when_the_ladder_leads_elsewhere_and_when_the_level_is_another(tmp_path):
    school = ["s-1", "school", "សាលា", "School", "0101", "shire-0101", "", ""]
    report = load(sheet(tmp_path, SHIRE, school))
    assert {(one.row, one.field, one.code) for one in report.warnings} == {
        (3, "place", "other_level"),
        (3, "parent", "other_ladder"),
    }


def test_it_tells_what_became_of_an_old_code(tmp_path):
    path = sheet(tmp_path, ["x", "parish_office", "ក", "X", "010199", "", "", ""])
    with pytest.raises(Refusal) as caught:
        load(path)
    assert "no place with the code “010199”" in str(caught.value)
    rename(by=SYSTEM, place=place("010101"), name={"en": "New name", "km": "ថ្មី"}, on=date(2026, 6, 1))
    # A renamed place keeps its code, so the file is still right.
    assert load(sheet(tmp_path, [*PARISH[:5], "", "", ""])).loaded == 1
    gone = place("010102")
    move(by=SYSTEM, place=gone, parent=gone.parent, on=date(2026, 6, 1), codes={"010102": "010109"})
    with pytest.raises(Refusal) as caught:
        load(sheet(tmp_path, ["x", "parish_office", "ក", "X", "010102", "", "", ""]))
    assert "became 010109" in str(caught.value)


def test_it_undoes_a_dry_run(tmp_path):
    before = Entry.objects.count()
    report = load(sheet(tmp_path, SHIRE), dry_run=True)
    assert (report.loaded, report.dry_run) == (1, True)
    assert (Office.objects.count(), Entry.objects.count()) == (0, before)


def test_it_is_only_for_those_who_keep_the_register(world, tmp_path):
    before = Office.objects.count()
    path = sheet(tmp_path, [*SHIRE[:5], "", "", ""])
    with pytest.raises(Refusal) as caught:
        import_offices(by=world.by(world.stranger), path=path, country="demo")
    assert [(one.row, one.code) for one in each(caught.value)] == [(2, "denied")]
    assert Office.objects.count() == before


# --- the administrations that a pack says every place has ---------------------------------------------------


def pack(tmp_path, text):
    path = tmp_path / "country.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_registers_the_administration_of_every_place_of_a_kind(settings):
    report = load(Path(settings.PACKS) / "demo" / "country.toml")
    places = Place.objects.current().filter(country="demo", level__in=[2, 3])
    assert report.loaded == places.count() == Office.objects.count() > 10
    ward = Office.objects.get(code="parish_office-010201")
    assert (ward.place, ward.name["km"]) == (place("010201"), "រដ្ឋបាលសង្កាត់ផ្សារចាស់")
    assert "Ward" in ward.name["en"]
    assert ward.duties.get().service.code == "PA"
    assert next_up(ward, Service.objects.get(code="PA")).code == "shire_office-0102"
    entries = Entry.objects.count()
    again = load(Path(settings.PACKS) / "demo" / "country.toml")
    assert (again.loaded, Entry.objects.count()) == (0, entries)


@pytest.mark.parametrize(
    "text",
    [
        "[places]\n",
        "administrations = 3\n",
        '[[administrations]]\nkind = "palace"\nplace_kinds = ["parish"]\nname = {}\n',
        '[[administrations]]\nkind = "parish_office"\nplace_kinds = ["galaxy"]\nname = {}\n',
        "[[administrations",
    ],
)
def test_it_names_what_is_wrong_with_a_pack(tmp_path, text):
    assert [(field, code) for _row, field, code in refused(pack(tmp_path, text))] == [
        ("administrations", "bad_recipe")
    ]
