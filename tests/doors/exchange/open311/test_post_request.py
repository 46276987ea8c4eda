"""Another system sends a report: sealed like everybody's, once, with a key, only where all may see it."""

from __future__ import annotations

import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from samleng.answers.cases.models import Case
from samleng.doors.exchange.models import Posting
from samleng.doors.exchange.open311 import sending
from samleng.doors.exchange.open311.verbs import give_key, reference_of, revoke_key
from samleng.ground.places.models import Boundary
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.verbs import open_text
from samleng.voices.reports.models import Report, ReportFile
from tests.town import Town

V2 = "/open311/v2"
SENT = {
    "service_code": "dump",
    "address_id": "010101",
    "description": "Smoke & stink",
    "attribute[size]": "truck",
}


@pytest.fixture
def token(town: Town) -> str:
    return give_key(by=SYSTEM, owner=town.sweepers, label="City site").token


def post(token: str, form: str = "json", headers: dict[str, str] | None = None, **given: Any) -> Any:
    data = {**SENT, "api_key": token, **given}
    sent = {name: value for name, value in data.items() if value is not None}
    return Client(headers={"Accept-Language": "en", **(headers or {})}).post(f"{V2}/requests.{form}", sent)


def number(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    (one,) = json.loads(answer.content)
    return one["service_request_id"]


def said(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content)
    return " ".join(one["description"] for one in json.loads(answer.content))


def test_it_opens_a_case_whose_words_only_the_office_can_open(town: Town, token: str) -> None:
    case = Case.objects.get(reference=number(post(token)))
    assert (case.office, case.exposure, case.category, case.place) == (
        town.sweepers,
        "public",
        "dump",
        town.commune,
    )
    report = Report.objects.get()
    told = open_text(report.words, town.opener(town.boss, town.sweepers))
    assert json.loads(told) == {"words": "Smoke & stink", "answers": {"size": "truck"}}
    assert report.door == "open311" and case.public_words == ""
    entry = Entry.objects.get(verb="reports.hear")
    assert entry.actor.startswith("api:") and "Smoke" not in json.dumps(entry.facts)


def test_it_answers_in_xml_with_a_number_and_no_token(town: Town, token: str) -> None:
    answer = post(token, "xml")
    root = ElementTree.fromstring(answer.content)
    assert answer["Content-Type"] == "text/xml; charset=utf-8" and root.tag == "service_requests"
    assert root.findtext("request/service_request_id") == Case.objects.get().reference
    assert root.find("request/token") is None and root.find("request/account_id") is not None


def test_it_gives_a_token_to_whoever_does_not_wait_and_tells_its_number(town: Town, token: str) -> None:
    (one,) = json.loads(post(token, headers={"Prefer": "respond-async"}).content)
    assert one["token"] and "service_request_id" not in one
    # As FixMyStreet does: the same address up to five times.
    root = ElementTree.fromstring(Client().get(f"{V2}/tokens/{one['token']}.xml").content)
    assert root.findtext("request/service_request_id") == Case.objects.get().reference


def test_it_lets_nobody_write_without_a_good_key(town: Town, token: str) -> None:
    key = Posting._meta.get_field("key").related_model.objects.get()
    for wrong in (None, "", "12345", token + "x", "\x00"):
        answer = post(token, api_key=wrong)
        assert answer.status_code in (400, 403), answer.content
    revoke_key(by=SYSTEM, key=key)
    assert "api_key" in said(post(token), 403)
    assert not Report.objects.exists()


def test_it_takes_only_public_categories(town: Town, token: str) -> None:
    for code in ("conduct", "slow", "ask", "nothing"):
        said(post(token, service_code=code), 404)
    assert "service_code" in said(post(token, service_code=""))
    assert not Report.objects.exists()


def test_it_takes_the_same_report_once_by_their_own_number(town: Town, token: str) -> None:
    theirs = {"attribute[fixmystreet_id]": "4711"}
    first = number(post(token, **theirs))
    assert number(post(token, **theirs)) == first
    assert number(post(token, **{"attribute[external_id]": "4711"})) == first
    assert number(post(token, **{"attribute[external_id]": "4712"})) != first
    assert Report.objects.count() == 2
    # Another system's number is another's.
    other = give_key(by=SYSTEM, owner=town.shire, label="Other site").token
    assert number(post(other, **theirs)) != first


def test_it_lets_their_number_be_used_again_when_nothing_came_of_it(town: Town, token: str) -> None:
    theirs = {"attribute[external_id]": "1"}
    said(post(token, **theirs, **{"attribute[size]": "mountain"}))
    assert not Posting.objects.exists()
    number(post(token, **theirs))


def test_it_wants_to_know_where(town: Town, token: str) -> None:
    for wrong in (
        {"address_id": ""},
        {"address_id": "999999"},
        {"address_id": None, "address_string": "Nowhere at all"},
        {"lat": "12.3"},
        {"lat": "95", "long": "104"},
        {"lat": "nan", "long": "104"},
    ):
        assert said(post(token, **wrong))
    assert not Report.objects.exists()
    number(post(token, address_id=None, address_string="Ou Tnaot"))


def test_it_asks_what_the_category_asks(town: Town, token: str) -> None:
    assert said(post(token, **{"attribute[size]": "mountain"}))
    assert said(post(token, description="", **{"attribute[size]": ""}))
    assert said(post(token, description="x" * 4001))
    # What stops the form shows help instead, and is not taken in.
    assert said(post(token, **{"attribute[fire]": "yes"}))
    # Attributes that nobody asked for are what other systems always send.
    number(post(token, **{"attribute[easting]": "1", "attribute[title]": "Dump", "attribute[since][]": ""}))


def test_it_draws_photos_anew_and_refuses_what_is_none(town: Town, token: str) -> None:
    picture = Image.new("RGB", (40, 30), "red")
    exif = Image.Exif()
    exif[0x010E] = "the reporter's house"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    number(post(token, media=SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")))
    kept = ReportFile.objects.get()
    assert kept.kind == "photo" and b"house" not in bytes(kept.sealed.body or b"")
    said(post(token, media=SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")))
    many = [SimpleUploadedFile(f"{n}.jpg", out.getvalue(), "image/jpeg") for n in range(7)]
    assert "six" in said(post(token, media=many))


def test_it_fetches_nothing_from_a_link(town: Town, token: str) -> None:
    number(post(token, media_url="http://169.254.169.254/latest/meta-data"))
    told = open_text(Report.objects.get().words, town.opener(town.boss, town.sweepers))
    assert "169.254" in json.loads(told)["words"]


def test_it_takes_a_name_only_where_custodians_keep_it(town: Town, token: str) -> None:
    number(post(token, first_name="Dara", last_name="Sok", email="dara@example.org", phone="012345678"))
    report = Report.objects.get()
    assert report.identity is None
    assert "Dara" not in open_text(report.words, town.opener(town.boss, town.sweepers))


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "application/json"]
)
def test_it_answers_what_is_no_form(town: Town, kind: str) -> None:
    answer = Client().post(f"{V2}/requests.json", b"\xff--x\r\n", content_type=kind)
    assert answer.status_code in (400, 403, 415) and json.loads(answer.content)


def test_it_takes_what_fixmystreet_sends(town: Town, token: str) -> None:
    """The exact form that FixMyStreet posts; `jurisdiction_id` is empty where a site serves one."""
    sent = {
        "jurisdiction_id": "",
        "api_key": token,
        "service_code": "dump",
        "lat": "12.34567",
        "long": "104.56789",
        "email": "test@example.com",
        "first_name": "Test",
        "last_name": "User",
        "description": "title:  Dump\n\ndetail: Big\n\nurl: http://fms.example/1\n\nSubmitted via FMS\n",
        "attribute[easting]": "100",
        "attribute[size]": "bag",
    }
    # Outside every outline and far from every place nobody answers.
    assert Client().post(f"{V2}/requests.xml", sent).status_code == 400
    outline(town)
    answer = Client().post(f"{V2}/requests.xml", sent)
    root = ElementTree.fromstring(answer.content)
    assert answer.status_code == 200 and root.findtext("request/service_request_id"), answer.content
    assert Case.objects.get().place == town.commune


def outline(town: Town) -> None:
    """The commune as a square around the dump."""
    west, south, east, north = 104.5, 12.3, 104.6, 12.4
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    Boundary.objects.create(
        place=town.commune,
        geometry={"type": "Polygon", "coordinates": [ring]},
        west=west,
        south=south,
        east=east,
        north=north,
        source="drawn for the test",
    )


def test_it_gives_the_first_one_s_number_to_who_came_in_the_same_moment(
    town: Town, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"attribute[external_id]": "77"}
    first = number(post(token, **theirs))
    asked: list[str] = []

    def late(key: Any, theirs: str) -> str:
        asked.append(theirs)
        return "" if len(asked) == 1 else reference_of(key, theirs)

    # Looked for before the other one's commit, it is not there yet.
    monkeypatch.setattr(sending, "reference_of", late)
    assert number(post(token, **theirs)) == first and len(asked) == 2
    assert Report.objects.count() == Case.objects.count() == Posting.objects.count() == 1
