"""The map for machines: the same for everybody, kept by its tag, and plain about what it refuses."""

from __future__ import annotations

import json

import pytest
from django.core.cache import caches
from django.test import Client

from samleng.ground.places.models import Boundary
from samleng.insight.disclosure import clusters
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, public_land, put

pytestmark = pytest.mark.django_db
HERE = f"{LONGITUDE - 0.4},{LATITUDE - 0.4},{LONGITUDE + 0.4},{LATITUDE + 0.4}"


@pytest.fixture
def land() -> Land:
    caches["map"].clear()
    return public_land()


def asked(client: Client, bbox: str = HERE, zoom: object = 9, **more: str) -> dict:
    answer = client.get("/api/v1/map/clusters", {"bbox": bbox, "zoom": zoom, "lang": "en", **more})
    return {"status": answer.status_code, **json.loads(answer.content)}


def test_it_gives_pins_by_name_where_they_are_few(land: Land, client: Client):
    put(land)
    told = asked(client)
    assert (told["total"], told["clusters"]) == (1, [])
    (pin,) = told["pins"]
    assert pin["url"] == "/en/map/reports/RUBB-0001/"
    assert told["categories"] == {"dump": "Dump"}
    assert asked(client, lang="km")["categories"] == {"dump": "ខ្មែរ Dump"}
    assert asked(client, lang="km")["pins"][0]["url"].startswith("/km/")


def test_it_gives_counts_where_they_are_many(land: Land, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clusters, "MOST_PINS", 2)
    for number in range(1, 5):
        put(land, number)
    told = asked(client)
    assert told["pins"] == []
    ((lat, lon, n, late),) = told["clusters"]
    assert (n, late) == (4, 0)
    assert abs(lat - LATITUDE) < 0.01 and abs(lon - LONGITUDE) < 0.01


def test_it_is_kept_by_its_tag_and_is_the_same_for_all(land: Land, client: Client):
    put(land)
    first = client.get("/api/v1/map/clusters", {"bbox": HERE, "zoom": 9})
    assert first["Cache-Control"] == "public, max-age=30"
    assert "Vary" not in first
    same = client.get(
        "/api/v1/map/clusters", {"bbox": HERE, "zoom": 9}, headers={"If-None-Match": first["ETag"]}
    )
    assert (same.status_code, same.content) == (304, b"")
    # A reader whose window is a hair's breadth off gets what is kept for the first.
    with_hair = HERE.replace(str(LONGITUDE - 0.4), f"{LONGITUDE - 0.4001:.5f}")
    assert client.get("/api/v1/map/clusters", {"bbox": with_hair, "zoom": 9})["ETag"] == first["ETag"]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"bbox": ""}, "bbox", "bbox_four"),
        ({"bbox": "0,0,0"}, "bbox", "bbox_four"),
        ({"bbox": "nan,0,1,1"}, "bbox", "bbox_number"),
        ({"bbox": "-180,-85,180,85", "zoom": 12}, "bbox", "bbox_large"),
        ({"bbox": "5,5,4,6"}, "bbox", "bbox_order"),
        ({"zoom": "-3"}, "zoom", "zoom_number"),
        ({"zoom": "77"}, "zoom", "zoom_range"),
        ({"zoom": "9' OR 1=1"}, "zoom", "zoom_number"),
        ({"category": "x' OR 1=1 --"}, "category", "unknown"),
        ({"state": "open\x00"}, "state", "unknown"),
        ({"within": "31"}, "within", "unknown"),
    ],
)
def test_it_refuses_hostile_windows_and_says_what_to_do(
    land: Land, client: Client, given: dict, field: str, code: str
):
    told = asked(client, **given)
    assert told["status"] == 400
    assert (told["error"]["field"], told["error"]["code"]) == (field, code)
    assert told["error"]["message"] and told["error"]["remedy"]


def test_it_gives_outlines_as_fine_as_the_zoom_shows(land: Land, client: Client):
    land.north.refresh_from_db()
    edge = [[104.5 + n / 1000, 11.2 + (n % 2) / 5000] for n in range(800)]
    ring = [*edge, [105.3, 12.0], [104.5, 12.0], edge[0]]
    area = {"type": "Polygon", "coordinates": [ring]}
    sides = {"west": 104.5, "south": 11.2, "east": 105.3, "north": 12.0}
    Boundary.objects.create(place=land.north, geometry=area, source="a survey", **sides)
    answer = client.get("/api/v1/map/outlines", {"bbox": HERE, "zoom": 9, "lang": "en"})
    told = json.loads(answer.content)
    assert told["level"] == 1
    (one,) = told["features"]
    assert one["properties"]["code"] == "1"
    assert len(one["geometry"]["coordinates"][0]) < 20
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert client.get("/api/v1/map/outlines", {"bbox": "1,2", "zoom": 9}).status_code == 400
    far = client.get("/api/v1/map/outlines", {"bbox": "10,10,11,11", "zoom": 9})
    assert json.loads(far.content)["features"] == []
