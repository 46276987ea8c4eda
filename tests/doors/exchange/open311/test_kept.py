"""Rows are written once and kept; what changes is told at once, and what is kept stays within its bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from samleng.doors.exchange.open311 import rows
from samleng.doors.exchange.open311.kept import BESIDE, Kept
from samleng.ground.channels.verbs import publish_catalogue
from samleng.ground.offices.models import Office
from samleng.ground.places.models import Place, PlaceKind
from samleng.insight.disclosure.models import Pin
from samleng.kit.ledger.rules import SYSTEM
from tests.ground.channels.small import said, small
from tests.ground.people.land import Land
from tests.insight.pinned import hours, public_land, put


@pytest.fixture
def land(db: None) -> Land:
    land = public_land()
    put(land, office_id=land.offices["hill"].pk)
    return land


def told(query: str = "locale=en") -> dict[str, Any]:
    (one,) = json.loads(Client().get(f"/open311/v2/requests.json?{query}").content)
    return dict(one)


def test_it_writes_a_row_once(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told()
    monkeypatch.setattr(rows, "told", lambda *_ids, **_more: {})
    assert told() == before
    # In another language, or with its history, it is another row.
    for query in ("locale=km", "locale=en&extensions=1"):
        assert Client().get(f"/open311/v2/requests.json?{query}").content == b"[]"


def test_it_tells_every_change_of_a_pin_at_once_whoever_makes_it(land: Land) -> None:
    for number in range(1, 4):
        put(land, office_id=land.offices["hill"].pk, updated_at=hours(-number), words={"en": f"{number}"},
            reviewed_at=hours(-number))  # fmt: skip
        assert told()["description"] == "1"
    put(land, office_id=None, updated_at=hours(0), closed_at=hours(0), state="closed", outcome="fixed")
    assert (told()["status"], told()["description"], told()["agency_responsible"]) == ("closed", None, None)
    # As somebody would with a statement of their own.
    for name in ("a", "b", "a"):
        Pin.objects.update(words={"en": name}, reviewed_at=hours(0))
        assert told()["description"] == name
    Pin.objects.update(words=None, reviewed_at=None)
    assert told()["description"] is None


def test_it_tells_new_names_of_places_offices_and_categories_at_once(land: Land) -> None:
    told()
    Office.objects.update(name=said("Another office"))
    assert told()["agency_responsible"] == "Another office"
    Place.objects.filter(pk=land.river.pk).update(name=said("Elsewhere"))
    assert "Elsewhere" in told()["address"]
    PlaceKind.objects.update(name=said("Hamlet"), label={})
    assert told()["address"].startswith("Hamlet Elsewhere")
    data = small(version="2")
    data["categories"][0]["name"] = said("Rubbish everywhere")
    publish_catalogue(by=SYSTEM, data=data)
    assert told()["service_name"] == "Rubbish everywhere"


def test_it_says_what_is_late_as_of_today_and_not_of_yesterday(land: Land, monkeypatch: Any) -> None:
    query = "locale=en&extensions=true"
    assert told(query)["extended_attributes"]["late"] is False
    tomorrow_but_one = hours(49)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow_but_one)
    assert told(query)["extended_attributes"]["late"] is True


def test_it_keeps_no_more_than_it_may_and_first_lets_go_what_nobody_asks_for() -> None:
    kept, row = Kept(most=20 * (100 + BESIDE)), b"x" * 100
    shelf = kept.shelf("xml", "en")
    assert shelf == kept.shelf("xml", "en") != kept.shelf("json", "en")
    for number in range(1000):
        kept.put((shelf, number, 0), row)
        assert kept.get((shelf, 0, 0)) == row
        assert len(kept.young) + len(kept.old) <= 24
    assert kept.get((shelf, 500, 0)) is None and kept.get((shelf, 999, 0)) == row
