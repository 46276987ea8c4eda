"""New reports as a feed any reader takes: by place, part of the map and category, points blurred."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from samleng.insight.disclosure.models import Pin
from tests.ground.people.land import Land
from tests.insight.pinned import LATITUDE, LONGITUDE, hours, public_land, put

pytestmark = pytest.mark.django_db
POINT = "{http://www.georss.org/georss}point"


@pytest.fixture
def land() -> Land:
    return public_land()


def items(client: Client, **asked: str) -> list[ElementTree.Element]:
    answer = client.get("/feeds/reports.rss", {"lang": "en", **asked})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(answer.content).findall("./channel/item")


def names(found: list[ElementTree.Element]) -> list[str]:
    return [(one.findtext("guid") or "").rpartition("/")[2] for one in found]


def test_it_gives_the_newest_first_with_a_blurred_point(land: Land, client: Client):
    put(land, 2)
    shown = put(land, 1)
    found = items(client)
    assert names(found) == ["RUBB-0001", "RUBB-0002"]
    assert found[0].findtext(POINT) == f"{shown.lat_e5 / 1e5:.5f} {shown.lon_e5 / 1e5:.5f}"
    assert found[0].findtext("title").startswith("Dump · ")
    assert found[0].findtext("link").endswith("/en/map/reports/RUBB-0001/")


def test_it_gives_a_place_a_part_of_the_map_and_a_category(land: Land, client: Client):
    put(land, 1)
    put(land, 2, place_id=land.coast.pk, latitude=LATITUDE + 1)
    put(land, 3, latitude=None, longitude=None)
    assert names(items(client, place=land.north.code)) == ["RUBB-0001", "RUBB-0003"]
    box = f"{LONGITUDE - 0.05},{LATITUDE - 0.05},{LONGITUDE + 0.05},{LATITUDE + 0.05}"
    assert names(items(client, bbox=box)) == ["RUBB-0001"]
    assert len(items(client, category="dump")) == 3


def test_it_refuses_what_it_cannot_give_in_words(land: Land, client: Client):
    for asked in ({"bbox": "1,2"}, {"bbox": "100,10,108,15"}, {"category": "x"}, {"place": "x"}):
        answer = client.get("/feeds/reports.rss", {"lang": "en", **asked})
        assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
        assert answer.content.decode().startswith(f"{next(iter(asked))}: ")


def test_it_stays_xml_whatever_was_written_and_is_kept_by_its_tag(land: Land, client: Client):
    put(land, 1, words={"en": "<script>\x0b & more"}, reviewed_at=hours(-1))
    (one,) = items(client)
    assert "<script> & more" in one.findtext("description")
    first = client.get("/feeds/reports.rss")
    again = client.get("/feeds/reports.rss", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Pin.objects.all().delete()
    assert client.get("/feeds/reports.rss", headers={"If-None-Match": first["ETag"]}).status_code == 200
