"""News from other systems: the office's own moves its case, who sent a report writes, others nothing."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from samleng.answers.cases.models import Case, Message
from samleng.answers.cases.verbs.answering import answer
from samleng.doors.exchange.open311.verbs import give_key
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.verbs import open_text
from tests.town import Town

V2 = "/open311/v2"


@pytest.fixture
def office_key(town: Town) -> str:
    return give_key(by=SYSTEM, owner=town.sweepers, label="City system").token


def post(token: str, case: Case, number: str = "1", **given: Any) -> Any:
    sent = {
        "api_key": token,
        "service_request_id": case.reference,
        "update_id": number,
        "updated_datetime": "2026-05-04T03:02:01Z",
        "status": "open",
        "description": "",
        **given,
    }
    return Client().post(f"{V2}/servicerequestupdates.json", sent)


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


def test_it_lets_the_office_s_system_answer_with_a_photo(town: Town, office_key: str) -> None:
    case = town.file("dump").case
    assert post(office_key, case, "1", status="investigating").status_code == 200
    assert town.again(case).state == "acknowledged"
    assert post(office_key, case, "2", status="in_progress", description="A truck comes").status_code == 200
    assert town.again(case).state == "working"
    # The category asks for a picture of what was done.
    answer = post(office_key, case, "3", status="fixed", description="Carted away")
    assert answer.status_code == 400, answer.content
    answer = post(office_key, case, "3", status="fixed", description="Carted away", media=photo())
    assert answer.status_code == 200, answer.content
    found = town.again(case)
    assert (found.state, found.outcome) == ("answered", "fixed") and found.evidence.count() == 1
    assert found.steps.get(kind="answer").said == "Carted away"


def test_it_takes_the_same_news_once(town: Town, office_key: str) -> None:
    case = town.file("dump").case
    for _n in range(3):
        answer = post(office_key, case, "7", status="in_progress", description="A truck comes")
        assert answer.status_code == 200, answer.content
    assert Message.objects.count() == 1
    assert post(office_key, case, "7", status="in_progress", description="Other words").status_code == 400
    assert post(office_key, case, "8", status="investigating").status_code == 200


def test_it_lets_whoever_sent_a_report_write_to_its_office_and_no_more(town: Town) -> None:
    token = give_key(by=SYSTEM, owner=town.shire, label="FixMyStreet").token
    sent = {"api_key": token, "service_code": "dump", "address_id": "010101", "description": "Dump"}
    (one,) = json.loads(Client().post(f"{V2}/requests.json", sent).content)
    case = Case.objects.get(reference=one["service_request_id"])
    answer = post(token, case, "1", status="fixed", description="Still there")
    assert answer.status_code == 200, answer.content
    message = Message.objects.get()
    assert message.from_reporter and town.again(case).state == "received"
    assert open_text(message.sealed, town.opener(town.boss, town.sweepers)) == "Still there"
    assert post(token, case, "1", status="fixed", description="Still there").status_code == 200
    assert Message.objects.count() == 1


def test_it_lets_whoever_sent_a_report_open_it_again(town: Town) -> None:
    token = give_key(by=SYSTEM, owner=town.shire, label="FixMyStreet").token
    sent = {"api_key": token, "service_code": "dump", "address_id": "010101", "description": "Dump"}
    (one,) = json.loads(Client().post(f"{V2}/requests.json", sent).content)
    case = Case.objects.get(reference=one["service_request_id"])
    answer(by=town.by(town.boss), case=case, outcome="refused", words="No road", said="No road")
    # A comment alone opens nothing.
    assert post(token, case, "1", status="closed", description="A pity").status_code == 200
    assert town.again(case).state == "answered"
    for _n in range(2):
        again = post(token, case, "2", status="OPEN", description="It is still there")
        assert again.status_code == 200, again.content
    found = town.again(case)
    assert (found.state, found.reopened, found.verdict) == ("working", 1, "not")


def test_it_tells_no_other_system_that_there_is_such_a_case(town: Town, office_key: str) -> None:
    sealed = town.file("slow").case
    public = town.file("dump").case
    other = give_key(by=SYSTEM, owner=town.shire, label="Other").token
    for token, case in ((office_key, sealed), (other, public), (other, sealed)):
        answer = post(token, case, description="x")
        assert answer.status_code == 404
        assert "service_request_id" in json.loads(answer.content)[0]["description"]
    assert post("wrong", public, description="x").status_code == 403
    assert not Message.objects.exists()


def test_it_asks_for_what_is_missing(town: Town, office_key: str) -> None:
    case = town.file("dump").case
    for wrong in ({"service_request_id": ""}, {"update_id": ""}, {"status": "lost"}):
        answer = post(office_key, case, **wrong)
        assert answer.status_code == 400 and next(iter(wrong)) in answer.content.decode()
