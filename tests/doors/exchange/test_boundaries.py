import json
import time

import pytest

from samleng.doors.exchange.boundaries import import_boundaries
from samleng.doors.exchange.matching import EQUAL, LIKE, OTHER, SPELT, Tree, likeness
from samleng.ground.places.models import Boundary, Place
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.words.refusals import Refusal, Refusals, each
from tests.doors.exchange.maps import collection, point, square
from tests.ground.places.land import at, plant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def land():
    plant()


def load(path, **more):
    return import_boundaries(by=SYSTEM, path=path, country="xx", **more)


def province(tmp_path):
    return collection(tmp_path / "1.geojson", ({"ADM1_PCODE": "XX01", "ADM1_EN": "Kratié"}, square(0, 0, 10)))


def districts(tmp_path):
    return collection(
        tmp_path / "2.geojson",
        ({"shapeName": "Srok Thmey", "shapeType": "ADM2"}, square(0, 0, 5)),
        ({"shapeName": "Chaas", "shapeType": "ADM2"}, square(5, 0, 5)),
    )


def test_it_takes_a_province_by_its_p_code_and_districts_by_name_in_it(tmp_path):
    assert load(province(tmp_path), source="OCHA", licence="CC BY").loaded == 1
    assert load(districts(tmp_path)).loaded == 2
    boundary = Boundary.objects.get(place=at("0102"))
    assert (boundary.west, boundary.east) == (5, 10)
    assert Boundary.objects.get(place=at("01")).licence == "CC BY"
    assert Tree("xx").at_point(7, 1, 2) == at("0102")
    assert Tree("xx").at_point(50, 50, 2) is None


def test_it_changes_nothing_when_the_same_map_comes_again(tmp_path):
    load(province(tmp_path))
    entries = Entry.objects.count()
    again = load(province(tmp_path))
    assert (again.loaded, again.unchanged) == (0, 1)
    assert Entry.objects.count() == entries


def test_it_looks_for_a_name_only_where_the_outline_lies(tmp_path):
    load(province(tmp_path))
    load(districts(tmp_path))
    path = collection(
        tmp_path / "3.geojson",
        ({"shapeName": "Banteay Neang", "shapeType": "ADM3"}, square(1, 1)),
        ({"shapeName": "Nowhere At All", "shapeType": "ADM3"}, square(2, 2)),
    )
    with pytest.raises(Refusals) as caught:
        load(path)
    assert [(one.row, one.field, one.code) for one in each(caught.value)] == [(2, "name", "unknown")]
    assert not Boundary.objects.filter(place__level=3).exists()
    report = load(path, only_good=True)
    assert (report.loaded, len(report.rejected)) == (1, 1)


def test_it_refuses_two_outlines_of_one_place(tmp_path):
    given = {"ADM1_PCODE": "XX01", "ADM1_EN": "Kratie"}
    path = collection(tmp_path / "1.geojson", (given, square(0, 0)), (given, square(3, 3)))
    with pytest.raises(Refusals) as caught:
        load(path)
    assert {one.code for one in each(caught.value)} == {"ambiguous"}
    assert [one.row for one in each(caught.value)] == [1, 2]


def test_it_refuses_what_is_no_area_and_a_file_that_hides_its_level(tmp_path):
    given = {"ADM1_PCODE": "XX01", "ADM1_EN": "Kratie"}
    with pytest.raises(Refusals) as caught:
        load(collection(tmp_path / "a.geojson", (given, point(1, 1))))
    assert caught.value.many[0].code == "no_area"
    with pytest.raises(Refusal) as caught:
        load(collection(tmp_path / "b.geojson", ({"name": "Kratie"}, square(0, 0))))
    assert caught.value.field == "level"
    assert load(tmp_path / "b.geojson", level=1).loaded == 1


def test_it_draws_a_rough_line_with_fewer_points(tmp_path):
    ring = [[i / 10000, 0] for i in range(5000)] + [[0.5, 0.5], [0, 0.5], [0, 0]]
    area = {"type": "Polygon", "coordinates": [ring]}
    load(collection(tmp_path / "a.geojson", ({"ADM1_PCODE": "XX01", "ADM1_EN": "Kratie"}, area)))
    assert len(Boundary.objects.get().geometry["coordinates"][0]) < 10


def test_it_mends_a_line_that_crosses_itself(tmp_path):
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    load(collection(tmp_path / "a.geojson", ({"ADM1_PCODE": "XX01", "ADM1_EN": "Kratie"}, bow)))
    assert Boundary.objects.get().geometry["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "broken"),
        ("[]", "not_geojson"),
        ('{"features": []}', "not_geojson"),
        ('{"features": [3]}', "not_geojson"),
        ('{"features": [{"properties": {}}], "crs": {"properties": {"name": "local"}}}', "crs"),
        (
            '{"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [277999, 9]}}]}',
            "point",
        ),
        (
            '{"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [NaN, 9]}}]}',
            "point",
        ),
        ('{"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": []}}]}', "point"),
        ("[" * 100_000, "broken"),
        ('{"features": [' + "1" * 5000 + "]}", "broken"),
        (
            '{"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [1e999, 9]}}]}',
            "point",
        ),
    ],
)
def test_it_names_what_is_wrong_with_a_map(tmp_path, text, code):
    (tmp_path / "a.geojson").write_text(text)
    with pytest.raises(Refusal) as caught:
        load(tmp_path / "a.geojson")
    assert caught.value.code == code
    assert str(caught.value.remedy)


def test_it_says_how_a_written_name_fits():
    place = Place(name={"km": "បឹងកក់", "en": "Boeng Kak"}, aliases=["Lake"])
    fits = [
        likeness(place, name) for name in ("boeng kak", "Beung Kak", "Boeng Kak Lech", "lake", "Kampot", "")
    ]
    assert fits == [EQUAL, SPELT, LIKE, EQUAL, OTHER, OTHER]
    assert likeness(Place(name={"en": "Preah Dak"}), "Run Ta Aek") == OTHER


def test_it_keeps_a_map_as_json_that_any_browser_reads(tmp_path):
    load(province(tmp_path))
    assert json.loads(json.dumps(Boundary.objects.get().geometry))["coordinates"][0][0] in ([0, 0], [0, 10])


def test_it_bears_an_outline_that_is_one_large_tangle(tmp_path):
    ring = [[n % 1000 / 10000, n // 1000 / 10000] for n in range(300_000)] + [[0, 0]]
    area = {"type": "Polygon", "coordinates": [ring]}
    start = time.process_time()
    with pytest.raises(Refusals) as caught:
        load(collection(tmp_path / "a.geojson", ({"ADM1_PCODE": "XX99", "ADM1_EN": "x"}, area)))
    assert each(caught.value)[0].row == 1
    assert time.process_time() - start < 10
