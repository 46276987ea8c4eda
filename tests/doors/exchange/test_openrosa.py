"""OpenRosa as Collect speaks it: headers, statuses, the list, the manifest, records and their files."""

from __future__ import annotations

import base64
import io
import logging
import logging.config
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from samleng.doors.exchange.openrosa import collecting
from samleng.ground.people.models import Seat
from samleng.kit.media.models import Blob
from samleng.voices.forms.models import Attachment, Form, Submission
from samleng.voices.forms.rules.names import md5, number
from samleng.voices.forms.verbs.keys import revoke_key
from samleng.voices.forms.verbs.publishing import add_form_file, bring, close_form, open_form
from tests.voices.forms.asked import data_key, opened, phone_key, picture, record, xform
from tests.world import World

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
ANSWER = "{http://openrosa.org/http/response}"


@pytest.fixture
def form(world: World) -> Form:
    return opened(world)


class Phone:
    """A phone with Collect, set up by a code."""

    def __init__(self, world: World) -> None:
        self.given = phone_key(world)
        self.base = f"/v1/key/{self.given.token}/projects/{number(world.programme.pk)}"
        self.client = Client(headers={"X-OpenRosa-Version": "1.0"})

    def get(self, address: str) -> Any:
        path = address.partition("/v1/")[2]
        return self.client.get(f"/v1/{path}" if "/v1/" in address else self.base + address)

    def head(self) -> Any:
        return self.client.head(f"{self.base}/submission")

    def post(self, xml: bytes, files: Mapping[str, bytes] | None = None, **more: str) -> Any:
        parts: dict[str, Any] = {
            "xml_submission_file": SimpleUploadedFile("record.xml", xml, "text/xml"),
            **{name: SimpleUploadedFile(name, data, "image/jpeg") for name, data in (files or {}).items()},
            **more,
        }
        return self.client.post(f"{self.base}/submission", parts)


@pytest.fixture
def phone(world: World) -> Phone:
    return Phone(world)


def said(answer: Any) -> str:
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{ANSWER}OpenRosaResponse"
    return root.findtext(f"{ANSWER}message") or ""


def openrosa_headers(answer: Any) -> None:
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert int(answer["X-OpenRosa-Accept-Content-Length"]) > 10_000_000
    assert answer["Date"].endswith("GMT")


def test_it_lists_open_forms_with_hash_and_addresses_that_work(
    world: World, form: Form, phone: Phone
) -> None:
    bring(
        by=world.by(world.admin), programme=world.programme, data=xform("1", wells="draft"), filename="d.xml"
    )
    answer = phone.get("/formList")
    openrosa_headers(answer)
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    (listed,) = ElementTree.fromstring(answer.content)
    assert listed.findtext(f"{LIST}formID") == "wells"
    assert listed.findtext(f"{LIST}name") == "អណ្ដូង Wells"
    got = phone.get(listed.findtext(f"{LIST}downloadUrl") or "")
    openrosa_headers(got)
    assert got.content == xform("1")
    assert listed.findtext(f"{LIST}hash") == f"md5:{md5(got.content)}"


def test_it_lists_one_form_all_versions_and_more_when_asked(world: World, form: Form, phone: Phone) -> None:
    opened(world, "2")
    count = lambda address: len(ElementTree.fromstring(phone.get(address).content))  # noqa: E731
    assert count("/formList") == 1
    assert count("/formList?formID=wells") == 1
    assert count("/formList?formID=other") == 0
    root = ElementTree.fromstring(phone.get("/formList?listAllVersions=true").content)
    assert [one.findtext(f"{LIST}version") for one in root] == ["2", "1"]
    assert [
        b'version="%s"' % v in phone.get(one.findtext(f"{LIST}downloadUrl") or "").content
        for one, v in zip(root, (b"2", b"1"), strict=True)
    ] == [True, True]
    assert root[0].find(f"{LIST}descriptionText") is None
    told = ElementTree.fromstring(phone.get("/formList?verbose=true").content)[0]
    assert "km" in (told.findtext(f"{LIST}descriptionText") or "")


def test_it_lists_a_closed_form_no_more(world: World, form: Form, phone: Phone) -> None:
    close_form(by=world.by(world.admin), form=form)
    assert len(ElementTree.fromstring(phone.get("/formList").content)) == 0


def test_it_gives_the_files_of_a_form_that_were_brought(world: World, phone: Phone) -> None:
    by = world.by(world.admin)
    draft = bring(by=by, programme=world.programme, data=xform(), filename="wells.xml")
    open_form(by=by, form=draft.form)
    listed = ElementTree.fromstring(phone.get("/formList").content)[0]
    address = listed.findtext(f"{LIST}manifestUrl") or ""
    assert len(ElementTree.fromstring(phone.get(address).content)) == 0
    draft = bring(by=by, programme=world.programme, data=xform("2"), filename="wells.xml")
    add_form_file(by=by, version=draft, name="well.png", file=picture(form="PNG"))
    open_form(by=by, form=draft.form)
    (file,) = ElementTree.fromstring(phone.get(address).content)
    assert file.findtext(f"{MANIFEST}filename") == "well.png"
    got = phone.get(file.findtext(f"{MANIFEST}downloadUrl") or "")
    openrosa_headers(got)
    assert file.findtext(f"{MANIFEST}hash") == f"md5:{md5(b''.join(got.streaming_content))}"


def test_it_answers_head_with_204_and_only_201_to_a_record(world: World, form: Form, phone: Phone) -> None:
    ahead = phone.head()
    assert (ahead.status_code, ahead.content) == (204, b"")
    openrosa_headers(ahead)
    xml = record(photo="a.jpg")
    for files in ({}, {"a.jpg": picture()}, {"a.jpg": picture()}):
        answer = phone.post(xml, files, **{"*isIncomplete*": "yes"})
        assert answer.status_code == 201, answer.content
        openrosa_headers(answer)
        assert said(answer)
    assert Submission.objects.count() == 1
    assert Attachment.objects.get().blob is not None


def test_it_says_what_is_wrong_in_the_language_of_the_phone_s_owner(
    world: World, form: Form, phone: Phone
) -> None:
    phone.post(record("one", instance="uuid:1"))
    wrong = {
        409: record("two", instance="uuid:1"),
        404: record(form="nothing"),
        400: b"<data",
    }
    for status, xml in wrong.items():
        answer = phone.post(xml)
        assert answer.status_code == status, answer.content
        openrosa_headers(answer)
        assert said(answer)
    assert phone.post(record(version="9")).status_code == 404
    close_form(by=world.by(world.admin), form=form)
    assert phone.post(record()).status_code == 409
    assert phone.post(record("two", instance="uuid:2", corrects="uuid:1")).status_code == 409


def test_it_answers_401_to_a_key_that_opens_nothing_any_more(world: World, form: Form, phone: Phone) -> None:
    revoke_key(by=world.by(world.admin), key=phone.given.key)
    for answer in (phone.get("/formList"), phone.head(), phone.post(record())):
        assert answer.status_code == 401
        openrosa_headers(answer)
        assert answer["WWW-Authenticate"].startswith("Basic ")
    assert not Submission.objects.exists()


def test_it_answers_401_when_its_owner_has_left_the_programme(world: World, form: Form, phone: Phone) -> None:
    Seat.objects.filter(person=world.sophea).update(until="2026-01-02")
    assert phone.head().status_code == 401
    assert phone.post(record()).status_code == 401


def test_it_opens_no_other_programme_and_no_answers_by_a_phone_s_key(
    world: World, form: Form, phone: Phone
) -> None:
    other = f"/v1/key/{phone.given.token}/projects/{number(world.other_programme.pk)}"
    assert Client().get(f"{other}/formList").status_code == 401
    project = f"/v1/projects/{number(world.programme.pk)}"
    basic = base64.b64encode(f"{world.sophea.username}:{phone.given.token}".encode()).decode()
    client = Client(headers={"Authorization": f"Basic {basic}"})
    assert client.get(f"{project}/formList").status_code == 200
    assert client.get(f"{project}/forms/wells/submissions").status_code == 404
    assert client.get(f"{phone.base}/forms/wells/submissions").status_code == 404


def test_it_takes_a_key_as_password_and_never_one_for_answers_in_an_address(world: World, form: Form) -> None:
    given = data_key(world)
    project = number(world.programme.pk)
    assert Client().get(f"/v1/key/{given.token}/projects/{project}/formList").status_code == 401
    for name, status in ((world.admin.username, 200), ("somebody", 401)):
        basic = base64.b64encode(f"{name}:{given.token}".encode()).decode()
        client = Client(headers={"Authorization": f"Basic {basic}"})
        assert client.get(f"/v1/projects/{project}/formList").status_code == status


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b.jpg", "/etc/x.jpg"])
def test_it_refuses_a_path_for_a_file_s_name(world: World, form: Form, phone: Phone, name: str) -> None:
    boundary = "b0undary"
    parts = [
        ('name="xml_submission_file"; filename="r.xml"', record()),
        (f'name="x"; filename="{name}"', picture()),
    ]
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    answer = phone.client.post(
        f"{phone.base}/submission",
        body + f"--{boundary}--\r\n".encode(),
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert answer.status_code == 400
    assert "passwd" in said(answer) or "jpg" in said(answer)
    assert not Submission.objects.exists()


def test_it_refuses_a_claimed_length_without_reading(world: World, form: Form, phone: Phone) -> None:
    answer = phone.client.generic(
        "POST",
        f"{phone.base}/submission",
        b"",
        CONTENT_TYPE="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(10 * 1024**3),
    )
    assert answer.status_code == 413
    assert "MB" in said(answer)


def test_it_says_what_failed_in_openrosa_too(
    world: World, form: Form, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(collecting, "send", broken)
    answer = phone.post(record())
    assert answer.status_code == 500 and said(answer)
    openrosa_headers(answer)


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/formlist",
        "/forms/wells/draft",
        "/forms/wells%00/manifest",
        "/formList?formID=%00",
        "/%0A",
        "/",
    ],
)
def test_it_answers_an_unknown_address_as_openrosa_does(form: Form, phone: Phone, address: str) -> None:
    answer = phone.get(address)
    assert answer.status_code == 404 and said(answer)
    openrosa_headers(answer)


def test_it_takes_an_address_with_a_slash_at_its_end_and_refuses_other_methods(
    form: Form, phone: Phone
) -> None:
    assert phone.get("/formList/").status_code == 200
    assert phone.client.head(f"{phone.base}/submission/").status_code == 204
    for answer in (phone.client.post(f"{phone.base}/formList"), phone.client.put(f"{phone.base}/submission")):
        assert answer.status_code == 405 and answer["Allow"] and said(answer)
        openrosa_headers(answer)


def test_it_tells_programs_what_there_is_not(world: World) -> None:
    project = f"/v1/projects/{number(world.programme.pk)}"
    for address, status in (
        (f"{project}/datasets", 501),
        (f"{project}/forms/wells.svc/Submissions", 501),
        (f"{project}/app-users", 501),
        ("/v1/nothing", 404),
    ):
        answer = Client().get(address)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
        assert answer.json()["message"]


def test_it_lets_no_empty_file_hold_a_record_back(form: Form, phone: Phone) -> None:
    xml = record(photo="a.jpg")
    answer = phone.post(xml, {"a.jpg": b""})
    assert answer.status_code == 201 and "a.jpg" in said(answer)
    assert Attachment.objects.get().blob is None
    assert phone.post(xml, {"a.jpg": picture()}).status_code == 201
    assert Attachment.objects.get().blob is not None


def test_it_gathers_250_files_that_come_a_hundred_at_a_time(form: Form, phone: Phone) -> None:
    names = [f"p{n}.csv" for n in range(250)]
    xml = record(users=tuple((str(n), name) for n, name in enumerate(names)))
    assert phone.post(xml, dict.fromkeys(names[:130], b"1,2\n")).status_code == 413, "all or nothing"
    assert not Submission.objects.exists()
    for start in (0, 100, 200):
        # Every file holds the same: nothing of that is a conflict.
        answer = phone.post(xml, dict.fromkeys(names[start : start + 100], b"1,2\n"))
        assert answer.status_code == 201, answer.content
    assert Submission.objects.count() == 1
    assert Attachment.objects.exclude(blob=None).count() == 250


def test_it_takes_file_names_in_khmer_however_they_are_written(form: Form, phone: Phone) -> None:
    name = "រូបថត ទី១.csv"
    for head in (f'filename="{name}"', "filename*=UTF-8''" + quote(name)):
        body = b"".join(
            b"--b\r\nContent-Disposition: form-data; " + what + b"\r\n\r\n" + data + b"\r\n"
            for what, data in (
                (b'name="xml_submission_file"; filename="r.xml"', record(photo=name)),
                (f'name="f"; {head}'.encode(), b"1,2\n"),
            )
        )
        answer = phone.client.post(
            f"{phone.base}/submission", body + b"--b--\r\n", content_type="multipart/form-data; boundary=b"
        )
        assert answer.status_code == 201, answer.content
    assert [one.name for one in Attachment.objects.exclude(blob=None)] == [name, name]


def test_it_refuses_every_hostile_file_and_keeps_nothing_of_it(
    form: Form, phone: Phone, shared_data: Path
) -> None:
    for path in sorted((shared_data / "hostile_uploads").iterdir()):
        data = path.read_bytes()
        data = base64.b64decode(data) if path.suffix == ".b64" else data
        for given in ((data, {}), (record(photo=path.name), {path.name: data})):
            answer = phone.post(*given)
            assert answer.status_code == 400, path.name
            openrosa_headers(answer)
            assert said(answer)
    assert not Submission.objects.exists() and not Attachment.objects.exists() and not Blob.objects.exists()


def test_it_keeps_keys_out_of_the_log() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        made = logging.config.DictConfigurator({"version": 1})
        handler.addFilter(made.configure_filter(settings.LOGGING["filters"][name]))
    logger = logging.getLogger("test.keys")
    logger.addHandler(handler)
    logger.propagate = False
    logger.warning("Bad Request: %s", "/v1/key/s3cret-key/projects/7/submission")
    assert out.getvalue() == "Bad Request: /v1/key/-/projects/7/submission\n"
