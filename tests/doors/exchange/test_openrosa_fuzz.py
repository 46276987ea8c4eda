"""Whatever is sent to the addresses of phones and programs is answered as they understand it, never 500."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samleng.voices.forms.rules.names import number
from tests.voices.forms.asked import data_key, opened, phone_key, picture, record, sent
from tests.world import World

NAMES = st.one_of(
    st.sampled_from(["wells", "uuid:1", "a.jpg", "1", "___", "..", "ទម្រង់", "0", "-1"]), st.text(max_size=30)
)
FORM, RECORD = "/forms/{}", "/forms/{}/submissions/{}"
FOR_PHONES = [
    "/formList",
    "/submission",
    f"{FORM}.xml",
    f"{FORM}/manifest",
    f"{FORM}/attachments/{{}}",
    f"{FORM}/versions/{{}}.xml",
    f"{FORM}/versions/{{}}/manifest",
    "/{}",
]
FOR_PROGRAMS = [
    "/forms",
    FORM,
    f"{FORM}/draft",
    f"{FORM}/draft/attachments/{{}}",
    f"{FORM}/draft/publish",
    f"{FORM}/fields",
    f"{FORM}/versions",
    f"{FORM}/submissions",
    f"{FORM}/submissions.csv",
    RECORD,
    f"{RECORD}.xml",
    f"{RECORD}/comments",
    f"{RECORD}/attachments",
    f"{RECORD}/attachments/{{}}",
    "/{}",
]
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
QUERIES = st.dictionaries(
    st.sampled_from(["formID", "verbose", "listAllVersions", "limit", "offset", "publish", "version"]),
    st.one_of(st.text(max_size=20), st.integers().map(str), st.just("true")),
    max_size=3,
)
KINDS = st.sampled_from(
    [
        "application/json",
        "application/xml",
        "text/csv",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "x",
    ]
)
PART = b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="r.xml"\r\n\r\n'
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b"{}", b"[]", b'{"reviewState":1}', b'{"body":null}', b"null", b"[" * 5000, b"<data/>"]),
    st.fixed_dictionaries({"reviewState": st.text(max_size=12)}).map(lambda one: repr(one).encode()),
    st.builds(
        lambda one: PART + one + b"\r\n--b--\r\n", st.one_of(st.binary(max_size=99), st.just(record()))
    ),
)
CALLS = st.tuples(METHODS, QUERIES, KINDS, BODIES, st.lists(NAMES, min_size=4, max_size=4))


@pytest.fixture
def doors(world: World) -> dict[str, Any]:
    opened(world)
    sent(world, record(instance="uuid:1", photo="a.jpg"), files={"a.jpg": picture()})
    project = number(world.programme.pk)
    basic = base64.b64encode(f"{world.admin.username}:{data_key(world).token}".encode()).decode()
    return {
        "phone": (Client(), f"/v1/key/{phone_key(world).token}/projects/{project}"),
        "program": (Client(headers={"Authorization": f"Basic {basic}"}), f"/v1/projects/{project}"),
    }


def address(base: str, path: str, names: list[str], query: dict[str, str]) -> str:
    filled = path.format(*(quote(name.encode("utf-8", "replace"), safe="") for name in names))
    asked = "&".join(
        f"{name}={quote(value.encode('utf-8', 'replace'), safe='')}" for name, value in query.items()
    )
    return f"{base}{filled}?{asked}"


def called(doors: dict[str, Any], who: str, path: str, call: Any) -> Any:
    method, query, kind, body, names = call
    client, base = doors[who]
    return client.generic(method, address(base, path, names, query), body, content_type=kind)


def answered_as_openrosa(doors: dict[str, Any], path: str, call: Any) -> None:
    answer = called(doors, "phone", path, call)
    assert answer.status_code < 500
    assert answer["X-OpenRosa-Version"] == "1.0" and "Date" in answer
    if call[0] not in ("HEAD",) and answer.status_code >= 400:
        assert ElementTree.fromstring(answer.content).tag.endswith("OpenRosaResponse")


def answered_in_json(doors: dict[str, Any], path: str, call: Any) -> None:
    answer = called(doors, "program", path, call)
    assert answer.status_code in (200, 201, 400, 401, 404, 405, 409, 413, 501)
    if answer.status_code >= 400 and not path.startswith("/{}"):
        kind = answer["Content-Type"]
        assert kind.startswith("application/json") or "X-OpenRosa-Version" in answer, kind


QUIETLY = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@settings(max_examples=60, **QUIETLY)
@given(path=st.sampled_from(FOR_PHONES), call=CALLS)
def test_it_answers_phones_in_openrosa(doors: dict[str, Any], path: str, call: Any) -> None:
    answered_as_openrosa(doors, path, call)


@settings(max_examples=60, **QUIETLY)
@given(path=st.sampled_from(FOR_PROGRAMS), call=CALLS)
def test_it_answers_programs_in_json(doors: dict[str, Any], path: str, call: Any) -> None:
    answered_in_json(doors, path, call)


@pytest.mark.soak
@settings(max_examples=3000, **QUIETLY)
@given(path=st.sampled_from(FOR_PHONES), call=CALLS)
def test_it_answers_phones_in_openrosa_for_long(doors: dict[str, Any], path: str, call: Any) -> None:
    answered_as_openrosa(doors, path, call)


@pytest.mark.soak
@settings(max_examples=3000, **QUIETLY)
@given(path=st.sampled_from(FOR_PROGRAMS), call=CALLS)
def test_it_answers_programs_in_json_for_long(doors: dict[str, Any], path: str, call: Any) -> None:
    answered_in_json(doors, path, call)
