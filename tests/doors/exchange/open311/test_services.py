"""Discovery, services and their definitions: what the validators and schemas of others ask of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from tests.doors.exchange.open311.services import opened
from tests.world import World

V2 = "/open311/v2"


@pytest.fixture
def open_channel(world: World) -> World:
    opened()
    return world


def xml(address: str, **more: Any) -> ElementTree.Element:
    answer = Client().get(address, **more)
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ElementTree.fromstring(answer.content)


def as_json(address: str, **more: Any) -> Any:
    answer = Client().get(address, **more)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(answer.content)


def test_it_tells_where_it_is_as_the_validator_wants(open_channel: World) -> None:
    for address in ("/open311/discovery.xml", f"{V2}/discovery.xml"):
        root = xml(address)
        assert root.tag == "discovery"
        for name in ("contact", "key_service"):
            assert (root.findtext(name) or "").strip()
        changed = datetime.fromisoformat(root.findtext("changeset") or "")
        assert changed.tzinfo and changed <= datetime.now(UTC)
        (endpoint,) = root.findall("endpoints/endpoint")
        assert endpoint.findtext("specification") == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint.findtext("type") in ("production", "test")
        assert datetime.fromisoformat(endpoint.findtext("changeset") or "") <= datetime.now(UTC)
        assert [one.text for one in endpoint.findall("formats/format")] == ["text/xml", "application/json"]
        path = (endpoint.findtext("url") or "").partition("testserver")[2]
        assert xml(f"{path}/services.xml").tag == "services"
    told = as_json("/open311/discovery.json")
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    assert isinstance(told["endpoints"][0]["formats"], list)


def test_it_tells_where_it_is_before_a_channel_is_open(db: None) -> None:
    assert datetime.fromisoformat(as_json("/open311/discovery.json")["changeset"]) <= datetime.now(UTC)
    assert as_json(f"{V2}/services.json") == []
    assert len(xml(f"{V2}/services.xml")) == 0


def test_it_lists_public_categories_and_no_others(open_channel: World) -> None:
    services = as_json(f"{V2}/services.json?locale=en")
    assert [one["service_code"] for one in services] == ["dump", "light"]
    dump, light = services
    assert dump["metadata"] is True and light["metadata"] is False
    assert light["service_name"] == "Broken <light> & lamp" and light["keywords"] == "lamp,dark"
    assert {one["type"] for one in services} == {"realtime"} and dump["group"] == "Rubbish"
    rows = xml(f"{V2}/services.xml?locale=en").findall("service")
    assert [[(part.tag, part.text or "") for part in row] for row in rows] == [
        [(name, {True: "true", False: "false", None: ""}.get(value, value)) for name, value in one.items()]
        for one in services
    ]


def test_it_defines_every_kind_of_question(open_channel: World) -> None:
    told = as_json(f"{V2}/services/dump.json?locale=en")
    assert told["service_code"] == "dump"
    assert [(one["code"], one["datatype"], one["order"]) for one in told["attributes"]] == [
        ("fire", "singlevaluelist", 1),
        ("size", "singlevaluelist", 2),
        ("since", "datetime", 3),
    ]
    assert told["attributes"][0]["values"] == [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}]
    root = xml(f"{V2}/services/dump.xml?locale=en")
    assert root.tag == "service_definition" and root.findtext("service_code") == "dump"
    values = root.findall("attributes/attribute")[1].findall("values/value")
    assert [(one.findtext("key"), one.findtext("name")) for one in values] == [
        ("bag", "A bag"),
        ("truck", "A truck"),
    ]


def test_it_answers_in_the_language_asked_for(open_channel: World) -> None:
    assert as_json(f"{V2}/services.json?locale=km")[0]["service_name"] == "ខ្មែរ Dump"
    told = as_json(f"{V2}/services.json", headers={"Accept-Language": "en"})
    assert told[0]["service_name"] == "Dump"


def test_it_passes_the_schemas_of_open311(open_channel: World, shared_data: Path) -> None:
    for name, address in (("service", "services"), ("service-definition", "services/dump")):
        schema = json.loads((shared_data / "specs" / f"georeport-{name}.json").read_text())
        told = as_json(f"{V2}/{address}.json")
        for one in told if isinstance(told, list) else [told]:
            jsonschema.validate(one, schema)


def test_it_says_what_is_wrong_as_a_list_in_the_form_asked_for(open_channel: World) -> None:
    for path in ("services/nothing", "services/conduct", "nowhere", "services/a/b/c"):
        answer = Client().get(f"{V2}/{path}.json")
        assert answer.status_code == 404
        (fault,) = json.loads(answer.content)
        assert fault["code"] == 404 and fault["description"]
        answer = Client().get(f"{V2}/{path}.xml")
        assert answer.status_code == 404 and answer["Content-Type"] == "text/xml; charset=utf-8"
        (fault,) = ElementTree.fromstring(answer.content).findall("error")
        assert fault.findtext("code") == "404" and fault.findtext("description")


def test_it_serves_one_jurisdiction(open_channel: World) -> None:
    assert Client().get(f"{V2}/services.xml?jurisdiction_id={settings.JURISDICTION}").status_code == 200
    assert Client().get(f"{V2}/services.xml?jurisdiction_id=").status_code == 200
    answer = Client().get(f"{V2}/services.xml?jurisdiction_id=elsewhere.gov")
    assert answer.status_code == 404 and b"<errors><error><code>404</code>" in answer.content


def test_it_chooses_the_form_for_an_address_without_one(open_channel: World) -> None:
    assert xml(f"{V2}/services").tag == "services"
    assert isinstance(as_json(f"{V2}/services", headers={"Accept": "application/json"}), list)
    assert resolve(f"{V2}/services.html")


def test_it_lets_other_sites_pages_read_and_keeps_no_visitor(open_channel: World) -> None:
    answer = Client().get(f"{V2}/services.json")
    assert answer["Access-Control-Allow-Origin"] == "*" and not answer.cookies
    assert Client().head(f"{V2}/services.json").status_code == 200
    answer = Client().delete(f"{V2}/services.json")
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(answer.content)[0]["code"] == 405
    assert Client().get(f"{V2}/services.json?jurisdiction_id=%00").status_code == 404
