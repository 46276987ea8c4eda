"""What other people's clients send beside what the specification has: understood, or answered as it says."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from PIL import Image

from samleng.answers.cases.models import Case
from samleng.doors.exchange.open311 import sending
from samleng.doors.exchange.open311.asking import number_of
from samleng.doors.exchange.open311.verbs import give_key
from samleng.doors.exchange.outside import reading
from samleng.doors.exchange.outside.calling import Answer
from samleng.ground.places.models import Boundary
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.verbs import open_text
from samleng.voices.reports.models import Report, ReportFile
from tests.town import DUMP_AT, Town

# What is read of a form is the same on every engine.
pytestmark = pytest.mark.once
V2 = "/open311/v2"
SENT = {"service_code": "dump", "address_id": "010101", "description": "Smoke"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def token(town: Town) -> str:
    return give_key(by=SYSTEM, owner=town.sweepers, label="City site").token


@pytest.fixture
def client() -> Client:
    return Client(headers={"Accept-Language": "en"})


def sent(client: Client, token: str, form: str = ".json", **given: Any) -> Any:
    data = {"api_key": token, **SENT, **given}
    return client.post(f"{V2}/requests{form}", {name: value for name, value in data.items() if value != ""})


def told(town: Town) -> dict[str, Any]:
    """What was said in the newest report, opened with the office's key."""
    newest = Report.objects.latest("heard_at")
    return dict(json.loads(open_text(newest.words, town.opener(town.boss, town.sweepers))))


def faults(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content)
    return " ".join(one["description"] for one in json.loads(answer.content))


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("12.34567", 12.34567), ("12,34567", 12.34567), ("១២.៣៤៥៦៧", 12.34567), ("\u22120.5", -0.5),
        ("1.234567e1", 12.34567), ("+104.5", 104.5), ("1.2345E-05", 0.000012345),
        ("1,234.5", None), ("1,2,3", None), ("12°20'", None), ("nan", None), ("1_0", None), ("", None),
        ("1e999", None), ("٣", None),
    ],
)  # fmt: skip
def test_it_reads_numbers_as_telephones_write_them(given: str, number: float | None) -> None:
    assert number_of(given) == number


def test_it_finds_a_point_in_khmer_digits_and_with_a_comma(town: Town, token: str, client: Client) -> None:
    ring = [[104, 12], [105, 12], [105, 13], [104, 13], [104, 12]]
    Boundary.objects.create(
        place=town.commune, geometry={"type": "Polygon", "coordinates": [ring]}, source="drawn",
        west=104, south=12, east=105, north=13,
    )  # fmt: skip
    for latitude, longitude in (("១២.៣៤៥៦៧", "១០៤.៥៦៧៨៩"), ("12,34567", "104,56789")):
        answer = sent(client, token, lat=latitude, long=longitude, address_id="")
        assert answer.status_code == 200, answer.content
        case = Case.objects.latest("opened_at")
        assert (case.latitude, case.longitude) == (DUMP_AT.latitude, DUMP_AT.longitude)
    assert "lat" in faults(sent(client, token, lat="north", long="104"))
    assert "long" in faults(sent(client, token, lat="12.3", lng="104"))


def test_it_takes_the_ending_in_any_letters_and_the_accept_header_by_its_weights(
    town: Town, client: Client
) -> None:
    for ending, accepts, kind in (
        ("JSON", "", "application/json"),
        ("Xml", "application/json", "text/xml"),
        ("", "application/json, text/plain, */*", "application/json"),
        ("", "text/xml, application/json;q=0.5", "text/xml"),
        ("", "application/xml;q=0.2, application/json", "application/json"),
        ("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/xml"),
        ("", "application/json;q=0, text/xml;q=0.1", "text/xml"),
        ("", "nonsense", "text/xml"),
    ):
        address = f"{V2}/services" + (f".{ending}" if ending else "")
        answer = client.get(address, headers={"Accept": accepts})
        assert answer.status_code == 200 and answer["Content-Type"].startswith(kind), (ending, accepts)
    assert client.get(f"{V2}/services.html").status_code == 404


def test_it_ignores_what_it_does_not_know(town: Town, token: str, client: Client) -> None:
    more = {
        "utm_source": "app", "device_id": "abc-123", "account_id": "77", "attribute[weather]": "rain",
        "email": "not an address", "phone": "0" * 300, "first_name": "ស្រី", "last_name": "",
    }  # fmt: skip
    (one,) = json.loads(sent(client, token, **more).content)
    assert set(one) == {"service_request_id", "service_notice", "account_id"}
    # Whose telephone it was is asked for by nobody, and kept nowhere.
    assert "abc-123" not in json.dumps(told(town))


def test_it_knows_whose_site_it_is(town: Town, token: str, client: Client, settings: Any) -> None:
    settings.JURISDICTION = "town.example"
    assert sent(client, token, jurisdiction_id="town.example").status_code == 200
    assert "jurisdiction_id" in faults(sent(client, token, jurisdiction_id="city.example"), 404)
    answer = sent(client, token, ".xml", jurisdiction_id="city.example")
    assert ElementTree.fromstring(answer.content).findtext("error/code") == "404"


def test_it_reads_answers_however_they_are_numbered(town: Town, token: str, client: Client) -> None:
    for code in ("size]", "size][]", "size][0]", "'size']", '"size"]'):
        name = f"attribute[{code}"
        assert sent(client, token, **{name: "truck"}).status_code == 200
        assert told(town)["answers"] == {"size": "truck"}, name
    two = sent(client, token, **{"attribute[size][]": ["truck", "bag"]})
    assert "attribute[size]" in faults(two)
    wrong = sent(client, token, ".xml", **{"attribute[size]": "mountain"})
    assert "attribute[size]" in ElementTree.fromstring(wrong.content).findtext("error/description", "")


def test_it_keeps_every_link_and_the_words_that_fixmystreet_sends_beside(
    town: Town, token: str, client: Client
) -> None:
    more = {
        "description": "", "attribute[title]": "Rubbish by the well", "attribute[description]": "A big heap",
        "attribute[report_url]": "https://fms.example/report/7", "attribute[easting]": "1",
        "media_url": ["https://fms.example/1.jpg", "https://fms.example/2.jpg"],
    }  # fmt: skip
    assert sent(client, token, **more).status_code == 200
    assert told(town)["words"].split("\n\n") == [
        "Rubbish by the well", "A big heap", "https://fms.example/1.jpg", "https://fms.example/2.jpg",
        "https://fms.example/report/7",
    ]  # fmt: skip


def test_it_takes_photos_under_any_name_and_says_what_is_none(town: Town, token: str, client: Client) -> None:
    answer = sent(client, token, description="", media=[photo(), photo("b.jpg")], photo1=photo("c.jpg"))
    assert answer.status_code == 200 and ReportFile.objects.count() == 3
    for file in (SimpleUploadedFile("a.jpg", b""), SimpleUploadedFile("a.pdf", b"%PDF-1.4 x")):
        assert "media:" in faults(sent(client, token, media=file))


def test_it_asks_for_something_to_be_said(town: Town, token: str, client: Client) -> None:
    assert "description:" in faults(sent(client, token, description=""))
    assert "4,000" in faults(sent(client, token, description="x" * 4001))
    # As a browser's form sends it, each end of a line is two signs.
    assert sent(client, token, description="x\r\n" * 2000).status_code == 200


def test_it_says_what_it_takes_to_whoever_sends_no_form(town: Town, token: str, client: Client) -> None:
    body = {"api_key": token, **SENT}
    answer = client.post(f"{V2}/requests.json", json.dumps(body), content_type="application/json")
    assert "form" in faults(answer, 415)
    packed = gzip.compress(urlencode(body).encode())
    answer = client.post(
        f"{V2}/requests.json", packed, content_type=FORM, headers={"Content-Encoding": "gzip"}
    )
    assert "packed" in faults(answer, 415)
    assert client.post(f"{V2}/requests.json", urlencode(body), content_type=FORM).status_code == 200
    # The key may stand in the address, and the form in it too.
    assert client.post(f"{V2}/requests.json?{urlencode(body)}").status_code == 200


def test_it_tells_browsers_of_other_sites_what_they_may(town: Town, client: Client) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    for path in ("requests.json", "servicerequestupdates.xml", "requests"):
        answer = client.options(f"{V2}/{path}", headers=asked)
        assert answer.status_code == 204 and answer.content == b"" and "Content-Type" not in answer
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "POST" in answer["Access-Control-Allow-Methods"]
        assert "Content-Type" in answer["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer
    assert "POST" not in client.options(f"{V2}/services.json", headers=asked)["Allow"]
    seen = client.get(f"{V2}/services.json", headers={"Origin": "https://app.example"})
    assert seen["Access-Control-Allow-Origin"] == "*" and "Link" in seen["Access-Control-Expose-Headers"]
    answer = client.put(f"{V2}/requests.json")
    assert answer.status_code == 405 and "POST" in answer["Allow"]


def test_it_answers_packed_to_whoever_can_unpack_it(town: Town, client: Client) -> None:
    whole = client.get(f"{V2}/services/dump.xml")
    packed = client.get(f"{V2}/services/dump.xml", headers={"Accept-Encoding": "gzip, deflate"})
    assert packed["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == whole.content
    head = client.head(f"{V2}/services.json")
    assert head.status_code == 200 and head.content == b""


def test_it_says_that_it_may_be_sent_again_where_it_waited_for_its_turn_in_vain(
    town: Town, token: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(why: str) -> Any:
        def fail(**_given: Any) -> None:
            raise OperationalError(why)

        return fail

    for why, status in (("database is locked", 503), ("the disk is gone", 500)):
        with monkeypatch.context() as patched:
            patched.setattr(sending, "receive", failing(why))
            answer = sent(client, token, **{"attribute[external_id]": "7"})
        assert answer.status_code == status and ("Retry-After" in answer) == (status == 503)
    assert sent(client, token, **{"attribute[external_id]": "7"}).status_code == 200


# Documents of other systems, and how many rows of what each holds.
EXAMPLES = {
    "services.xml": ("service", 36),
    "node_dc-services.xml": ("service", None),
    "service_requests.xml": ("request", None),
    "node_service-requests.xml": ("request", None),
    "node_service-request.xml": ("request", 1),
    "get_service_request.xml": ("request", 1),
    "post_service_request.xml": ("request", 1),
    "request_id_from_token.xml": ("request", 1),
    "service_requests_empty.xml": ("request", 0),
}
ERRORS = {"403.xml": "Invalid api_key", "get_service_request_not_found.xml": "not found"}


def example(shared_data: Path, name: str) -> Answer:
    # Some were kept with the head of the answer.
    body = (shared_data / "open311" / name).read_bytes()
    return Answer(body=body[body.index(b"<?xml") :], kind="text/xml", ahead=None)


def test_it_reads_what_other_systems_write(shared_data: Path) -> None:
    for name, (item, count) in EXAMPLES.items():
        found = reading.rows(example(shared_data, name), item)
        assert len(found) == count if count is not None else found, (name, len(found))
    for name, words in ERRORS.items():
        assert words in reading.what_they_say(example(shared_data, name).body), name
    for name in ("service_definition.xml", "node_dc-services-S0301.xml"):
        assert all(reading.attributes_of(example(shared_data, name))), name


def test_it_writes_no_field_that_others_do_not_know(shared_data: Path, town: Town, client: Client) -> None:
    ours = ElementTree.fromstring(client.get(f"{V2}/services.xml").content)
    theirs = ElementTree.parse(shared_data / "open311" / "node_dc-services.xml").getroot()
    assert {one.tag for one in ours[0]} == {part.tag for one in theirs for part in one}
    ours = ElementTree.fromstring(client.get(f"{V2}/services/dump.xml").content)
    theirs = ElementTree.parse(shared_data / "open311" / "node_dc-services-S0301.xml").getroot()
    assert {one.tag for one in ours.iter()} <= {one.tag for one in theirs.iter()}
