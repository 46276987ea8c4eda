import shutil

import pytest

from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import load
from samleng.ground.offices.models import OfficeKind
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, each
from tests.ground.frameworks.bodies import PACKS

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path):
    return shutil.copytree(PACKS / "demo", tmp_path / "demo")


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusals(pack):
    with pytest.raises(Refusal) as refused:
        load(by=SYSTEM, folder=pack)
    return each(refused.value)


def test_it_loads_a_pack_and_again_changes_nothing(pack):
    assert {one.code for one in load(by=SYSTEM, folder=pack)} == {"demo-five", "demo-range", "demo-counted"}
    assert set(Framework.objects.values_list("country", flat=True)) == {"demo"}
    assert OfficeKind.objects.get(code="clinic").name["en"] == "Clinic"
    entries = Entry.objects.count()
    load(by=SYSTEM, folder=pack)
    assert Entry.objects.count() == entries


def test_it_loads_nothing_of_a_pack_with_one_bad_framework(pack):
    change(pack / "frameworks" / "demo_range.toml", 'aggregate = "mean"', 'aggregate = "mode"')
    refusals(pack)
    assert not Framework.objects.exists() and not OfficeKind.objects.exists() and not Entry.objects.exists()


def test_it_refuses_a_changed_file_under_the_same_version(pack):
    load(by=SYSTEM, folder=pack)
    change(pack / "frameworks" / "demo_five.csv", "Friendly staff", "Kind staff")
    assert [one.code for one in refusals(pack)] == ["conflict"]
    change(pack / "frameworks" / "demo_five.toml", 'version = "1"', 'version = "2"')
    assert len(load(by=SYSTEM, folder=pack)) == 3 and Framework.objects.filter(code="demo-five").count() == 2


def test_it_names_the_file_and_row_of_a_bad_criterion(pack):
    change(pack / "frameworks" / "demo_five.csv", "CL03,CL,both,hours", "CL03,CL,both,weather")
    (told,) = refusals(pack)
    assert (told.field, told.row) == ("demo_five.csv: theme", 4)


def test_it_names_the_file_and_path_of_a_bad_setting(pack):
    change(pack / "frameworks" / "demo_range.toml", 'aggregate = "mean"', 'aggregate = "mode"')
    (told,) = refusals(pack)
    assert told.field == "demo_range.toml: aggregate"


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "row"),
    [
        ("demo_five.csv", "code,service", "kode,service", "demo_five.csv: code", 1),
        ("demo_five.csv", "theme,text_km", "them,text_km", "demo_five.csv: them", 1),
        ("demo_counted.csv", "toilets,2,", "toilets,two,", "demo_counted.csv: target", 2),
        ("demo_five.toml", 'code = "demo-five"', "code = ", "demo_five.toml", None),
        ("demo_five.toml", '"shared/land.toml"', '"shared/sea.toml"', "sea.toml", None),
    ],
)
def test_it_says_which_file_cannot_be_read(pack, file, old, new, field, row):
    change(pack / "frameworks" / file, old, new)
    (told,) = refusals(pack)
    assert (told.field, told.row, told.code) == (field, row, "bad_pack")
    assert str(told.remedy) and not Framework.objects.exists()


def test_it_says_that_a_file_is_not_in_utf_8(pack):
    (pack / "frameworks" / "demo_five.csv").write_bytes("code,service\nកខ".encode("utf-16"))
    (told,) = refusals(pack)
    assert told.field == "demo_five.csv" and "UTF-8" in str(told.message)


def test_it_says_where_a_kind_of_office_has_no_level(pack):
    change(pack / "office_kinds.csv", "clinic,2,", "clinic,middle,")
    (told,) = refusals(pack)
    assert (told.field, told.row) == ("office_kinds.csv: level", 5)
