"""One document written twice: XML with a tag for each item, JSON by the Spark convention."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from samleng.doors.exchange.open311.documents import JSON, XML, written

AT = datetime(2026, 5, 4, 3, 2, 1, 999, tzinfo=timezone(timedelta(hours=7)))


def test_it_writes_a_list_bare_in_json_and_wrapped_in_xml() -> None:
    services = [{"service_code": "1", "metadata": False}, {"service_code": "2", "metadata": True}]
    assert json.loads(written("services", services, JSON)) == services
    assert written("services", services, XML).decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n<services>'
        "<service><service_code>1</service_code><metadata>false</metadata></service>"
        "<service><service_code>2</service_code><metadata>true</metadata></service></services>"
    )


def test_it_writes_a_single_definition_as_an_object() -> None:
    values = [{"key": "a", "name": "A & <B>"}]
    one = {"service_code": "1", "attributes": [{"code": "x", "order": 1, "values": values}]}
    assert json.loads(written("service_definition", one, JSON)) == one
    root = ElementTree.fromstring(written("service_definition", one, XML))
    assert root.findtext("attributes/attribute/values/value/name") == "A & <B>"


def test_it_writes_what_is_not_known_as_null_and_as_an_empty_element() -> None:
    assert written("service_requests", [{"address": None}], JSON) == b'[{"address":null}]'
    assert written("service_requests", [{"address": None}], XML).endswith(
        b"<service_requests><request><address/></request></service_requests>"
    )
    assert written("service_requests", [], XML).endswith(b"<service_requests/>")


def test_it_writes_times_to_the_second_with_their_zone() -> None:
    assert b"2026-05-04T03:02:01+07:00" in written("x", {"at": AT}, XML)
    assert json.loads(written("x", {"at": AT.astimezone(UTC)}, JSON)) == {"at": "2026-05-03T20:02:01+00:00"}


@given(st.text(), st.sampled_from(["services", "service_requests", "errors"]))
def test_it_writes_whatever_people_wrote_so_that_it_can_be_read(words: str, root: str) -> None:
    words = words.encode("utf-8", "replace").decode()
    assert len(ElementTree.fromstring(written(root, [{"description": words}], XML))) == 1
    assert len(json.loads(written(root, [{"description": words}], JSON))) == 1
