import json
import zipfile

import pytest

from samleng.doors.console.main import main
from samleng.doors.exchange.criteria import import_criteria
from samleng.doors.exchange.models import ImportBatch
from samleng.ground.frameworks.models import Framework
from samleng.ground.frameworks.verbs import load
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, each
from tests.doors.exchange.damaged import with_part, workbook, written
from tests.ground.frameworks.bodies import PACKS

pytestmark = pytest.mark.django_db
HEAD = ["No", "Scorecard Criterias", "tag", "hint", "Khmer (km)"]


@pytest.fixture
def base():
    return {one.code: one for one in load(by=SYSTEM, folder=PACKS / "demo")}["demo-five"]


@pytest.fixture
def isaf():
    return load(by=SYSTEM, folder=PACKS / "kh")[0]


def sheet(tmp_path, *rows, head=HEAD, name="Clinic (CL)", more=None):
    return workbook(tmp_path / "criteria.xlsx", rows, head, sheet=name, more=more)


def newest(code="demo-five"):
    return Framework.objects.filter(code=code).order_by("-published_at").first()


def refused(**given):
    before = Framework.objects.count(), Entry.objects.count(), ImportBatch.objects.count()
    with pytest.raises(Refusal) as caught:
        import_criteria(by=SYSTEM, **given)
    assert (Framework.objects.count(), Entry.objects.count(), ImportBatch.objects.count()) == before
    return each(caught.value)


def test_it_takes_the_fields_own_workbook(isaf, shared_data):
    path = shared_data / "scorecard" / "indicator.xlsx"
    report = import_criteria(by=SYSTEM, path=path, framework=isaf)
    method = newest("isaf").method
    assert report.rejected == [] and report.counts["rows"] == 50
    assert report.counts["new"] + report.counts["completed"] - 5 + report.unchanged == 50
    # The centres' list is known already; its recordings, in six languages, were not.
    assert method.criterion("HC03").sounds["km"] == "hc_3_km.mp3"
    assert set(method.criterion("HC03").sounds) == set(method.audio_languages)
    assert method.criterion("GF-packaging_reuse").hint["km"].startswith("តាមបទពិសោធន៍")
    assert [point.sounds["cmo"] for point in method.scale.points] == [
        f"rating_{n}_bn.mp3" for n in range(1, 6)
    ]
    # Items 6-10 of the communes' sheet are a paste of the health centres' list.
    strays = [one for one in report.warnings if one.code == "stray"]
    assert len(strays) >= 5
    assert newest("isaf").code == "isaf" and newest("isaf").version == "2026.3"


def test_it_changes_nothing_when_the_fields_workbook_comes_again(isaf, shared_data):
    path = shared_data / "scorecard" / "indicator.xlsx"
    import_criteria(by=SYSTEM, path=path)
    entries, versions = Entry.objects.count(), Framework.objects.count()
    again = import_criteria(by=SYSTEM, path=path, framework=newest("isaf"))
    assert again.loaded == 0 and again.rejected == []
    assert (Entry.objects.count(), Framework.objects.count()) == (entries, versions)


def test_it_publishes_new_criteria_as_the_next_version(base, tmp_path):
    path = sheet(tmp_path, [1, "មានកៅអីរង់ចាំ", "seats", "អ្នកអង្គុយទីណា?", "cl_1.mp3"], [2, "មានម្លប់", "", "", ""])
    report = import_criteria(by=SYSTEM, path=path, framework=base)
    method = newest().method
    assert (report.loaded, method.version, base.method.criterion("CL05")) == (2, "2", None)
    seats, shade = method.criterion("CL-seats"), method.criterion("CL05")
    assert seats.sounds == {"km": "cl_1.mp3"} and seats.untranslated
    assert shade.text == {"km": "មានម្លប់"} and shade.sides == ("community", "provider")
    assert [one.code for one in report.warnings] == ["untranslated", "untranslated"]


def test_it_knows_a_criterion_again_by_its_words(base, tmp_path):
    # The same look with an invisible space and other signs is the same text.
    path = sheet(tmp_path, [1, "បុគ្គលិក\u200bរួសរាយ", "", "", "cl.mp3"])
    report = import_criteria(by=SYSTEM, path=path, framework=base)
    assert (report.loaded, report.counts["new"]) == (1, 0)
    assert newest().method.criterion("CL01").text == base.method.criterion("CL01").text
    assert len(newest().method.criteria) == len(base.method.criteria)


def test_it_makes_no_version_when_nothing_is_new(base, tmp_path):
    report = import_criteria(by=SYSTEM, path=sheet(tmp_path, [1, "បុគ្គលិករួសរាយ", "", "", ""]), framework=base)
    assert (report.loaded, report.unchanged) == (0, 1) and newest() == base


def test_it_takes_the_translation_that_comes_later(base, tmp_path):
    import_criteria(by=SYSTEM, path=sheet(tmp_path, [1, "មានម្លប់", "", "", ""]), framework=base)
    path = sheet(tmp_path, [1, "មានម្លប់", "There is shade"], head=["No", "criteria", "text_en"])
    report = import_criteria(by=SYSTEM, path=path, framework=newest())
    shade = newest().method.criterion("CL05")
    assert (report.loaded, shade.text["en"], shade.untranslated) == (1, "There is shade", False)


def test_it_takes_a_csv_with_a_column_for_the_service(base, tmp_path):
    path = written(
        tmp_path / "list.csv", "service,text_km,text_en,sides,theme\nSC,មានរបង,A fence,community,hygiene\n"
    )
    import_criteria(by=SYSTEM, path=path, framework=base)
    fence = newest().method.criterion("SC06")
    assert (fence.sides, fence.theme, fence.untranslated) == (("community",), "hygiene", False)


def test_it_gives_the_version_that_was_asked_for(base, tmp_path):
    import_criteria(by=SYSTEM, path=sheet(tmp_path, [1, "មានម្លប់", "", "", ""]), framework=base, version="9")
    assert newest().version == "9"


def test_it_changes_nothing_in_a_dry_run(base, tmp_path):
    report = import_criteria(
        by=SYSTEM, path=sheet(tmp_path, [1, "មានម្លប់", "", "", ""]), framework=base, dry_run=True
    )
    assert report.loaded == 1 and newest() == base and not ImportBatch.objects.exists()


def test_it_tells_every_bad_row_at_once(base, tmp_path):
    path = sheet(
        tmp_path,
        [1, "មានម្លប់", "", "", ""],
        [2, "មានម្លប់", "", "", ""],
        [3, "", "", "", ""],
        [4, "មានកៅអី", "", "", "https://elsewhere.example/x.mp3"],
        more={"Zoo (ZO)": [HEAD, [1, "សត្វ", "", "", ""]], "Notes": [HEAD, [1, "អ្វីមួយ", "", "", ""]]},
    )
    told = {(one.code, one.row): one for one in refused(path=path, framework=base)}
    assert set(told) == {
        ("duplicate", 3),
        ("empty", 4),
        ("bad_sound", 5),
        ("unknown_service", 2),
        ("no_service", None),
    }
    assert told["bad_sound", 5].field == "Clinic (CL): Khmer (km)"
    assert all(str(one.remedy) for one in told.values())


def test_it_loads_the_good_rows_when_asked(base, tmp_path):
    path = sheet(tmp_path, [1, "មានម្លប់", "", "", ""], [2, "", "", "", ""])
    report = import_criteria(by=SYSTEM, path=path, framework=base, only_good=True)
    assert (report.loaded, [one.row for one in report.rejected]) == (1, [3])


def test_it_never_lets_a_code_take_another_text(base, tmp_path):
    import_criteria(by=SYSTEM, path=sheet(tmp_path, [1, "មានម្លប់", "shade", "", ""]), framework=base)
    (told,) = refused(path=sheet(tmp_path, [1, "មានដើមឈើ", "shade", "", ""]), framework=newest())
    assert (told.code, told.row) == ("taken", 2)


def test_it_refuses_a_point_that_the_scale_lacks(base, tmp_path):
    rating = [["No", "Scorecard Criterias", "Khmer (km)"], [7, "ល្អ", "r.mp3"]]
    (told,) = refused(
        path=sheet(tmp_path, [1, "មានម្លប់", "", "", ""], more={"Rating": rating}), framework=base
    )
    assert (told.code, told.row, told.field) == ("no_point", 2, "Rating: No")


def test_it_refuses_a_column_that_is_missing(base, tmp_path):
    (told,) = refused(path=sheet(tmp_path, [1, ""], head=["No", "tag"]), framework=base)
    assert told.code == "missing_column" and "Scorecard Criterias" in str(told.message)


@pytest.mark.parametrize("damage", ["macro", "formula", "encoding", "zeros", "bomb", "not_a_table"])
def test_it_refuses_a_damaged_file_and_changes_nothing(base, tmp_path, damage):
    path = sheet(tmp_path, [1, "=1+1" if damage == "formula" else "មានម្លប់", "", "", ""])
    if damage == "macro":
        with_part(path, "xl/vbaProject.bin", b"x")
    elif damage == "encoding":
        path = written(tmp_path / "list.csv", "service,text_km\nSC,មានរបង\n", "utf-16-le")
    elif damage == "zeros":
        path = tmp_path / "zeros.xlsx"
        with path.open("wb") as file:
            file.truncate(100 * 1024 * 1024)
    elif damage == "bomb":
        with_part(path, "xl/bomb.xml", b"0" * (300 * 1024 * 1024), compress=zipfile.ZIP_DEFLATED)
    elif damage == "not_a_table":
        path = written(tmp_path / "x.xlsx", "<html>")
    told = refused(path=path, framework=base)
    assert all(str(one.message) and (one.field or one.row) for one in told)


def test_it_stands_at_the_command_line(base, tmp_path, capsys):
    path = sheet(tmp_path, [1, "មានម្លប់", "", "", ""])
    assert main(["import", "criteria", str(path), "--framework", "demo-five", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["loaded"] == 1
    assert (
        main(["import", "criteria", str(sheet(tmp_path, [1, "", "", "", ""])), "--framework", "demo-five"])
        == 2
    )
    assert "row 2" in capsys.readouterr().err
