"""A programme's own forms on its desk: uploaded, opened, counted, taken out; phones set up by a code."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
import zlib
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from samleng.doors.exchange.openrosa.settings_code import code_for
from samleng.kit.ledger.models import Entry
from samleng.voices.forms.models import Form, Key, State
from samleng.voices.forms.rules.names import number
from tests.doors.web.test_programme_pages import signed
from tests.voices.forms.asked import opened, picture, record, sent, xform
from tests.voices.forms.test_conversion import SURVEY, book
from tests.world import World, someone


def upload(client: Client, world: World, data: bytes, name: str, form: Form | None = None) -> object:
    names = (
        ("own_form_version", [world.programme.pk, form.pk])
        if form
        else ("own_form_new", [world.programme.pk])
    )
    return client.post(
        reverse(names[0], args=names[1]), {"file": SimpleUploadedFile(name, data)}, follow=True
    )


def address(world: World, name: str, *more: object) -> str:
    return reverse(name, args=[world.programme.pk, *more])


@pytest.mark.parametrize("language", ["km", "en"])
def test_it_opens_to_the_programme_s_own_staff_only(world: World, language: str) -> None:
    form = opened(world)
    desk = f"/{language}/programmes/{world.programme.pk}/forms/"
    for where in (desk, f"{desk}{form.pk}/"):
        assert signed(world.admin).get(where).status_code == 200
        for person in (world.stranger, world.vuthy, world.sophea):
            assert signed(person).get(where).status_code == 404
        assert Client().get(where).status_code == 302


def test_it_walks_a_form_from_the_workbook_to_the_answers(world: World) -> None:
    client = signed(world.admin)
    page = upload(client, world, book(), "kids.xlsx").content.decode()  # type: ignore[attr-defined]
    form = Form.objects.get()
    assert form.state == State.DRAFT and "A draft waits" in page
    client.post(address(world, "own_form_open", form.pk), {"version": "1"})
    form.refresh_from_db()
    assert form.state == State.OPEN
    page = client.get(address(world, "own_forms")).content.decode()
    assert "kids" in page and "Open" in page
    client.post(address(world, "own_form_close", form.pk))
    form.refresh_from_db()
    assert form.state == State.CLOSED
    client.post(address(world, "own_form_open", form.pk))
    form.refresh_from_db()
    assert form.state == State.OPEN


def test_it_tells_a_mistake_with_its_row_and_what_to_do(world: World) -> None:
    answer = upload(signed(world.admin), world, book([*SURVEY, ["intger", "n", "", ""]]), "kids.xlsx")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = html.unescape(answer.content.decode())  # type: ignore[attr-defined]
    assert "intger" in page and ">8<" in page and "survey" in page
    assert not Form.objects.exists()


def test_it_brings_the_files_a_form_shows(world: World) -> None:
    form, client = opened(world), signed(world.admin)
    page = client.get(address(world, "own_form", form.pk)).content.decode()
    assert "well.png" in page and "missing" in page
    file = SimpleUploadedFile("well.png", picture(form="PNG"))
    client.post(address(world, "own_form_file", form.pk), {"file": file})
    assert form.draft is not None and form.draft.files.get().blob is not None
    wrong = client.post(
        address(world, "own_form_file", form.pk), {"file": SimpleUploadedFile("x.png", picture())}
    )
    assert wrong.status_code == 422


def test_it_counts_and_gives_out_the_answers_and_writes_the_look_down(world: World) -> None:
    form, client = opened(world), signed(world.admin)
    sent(world, record("one"))
    assert "1 record" in client.get(address(world, "own_form", form.pk)).content.decode()
    for name, more, what in (
        ("own_form_csv", (form.pk, 0), "csv"),
        ("own_form_zip", (form.pk,), "csv"),
        ("own_form_xlsx", (form.pk,), "xlsx"),
    ):
        before = Entry.objects.filter(verb="forms.read_answers").count()
        answer = client.get(address(world, name, *more))
        assert answer.status_code == 200 and len(b"".join(answer.streaming_content)) > 100
        assert Entry.objects.filter(verb="forms.read_answers").count() == before + 1
        assert Entry.objects.filter(verb="forms.read_answers").latest("id").facts == {"what": what}
        for person in (world.stranger, world.sophea):
            assert signed(person).get(address(world, name, *more)).status_code == 404


def test_it_counts_and_gives_out_only_what_lies_in_the_reader_s_area(world: World) -> None:
    form = opened(world, "1", **{"<name/>": "<name/><commune/>"})
    for code in ("010101", "020101", "020101"):
        sent(
            world,
            record(instance=f"uuid:{code}-{uuid4()}").replace(
                b"<place>", f"<commune>{code}</commune><place>".encode()
            ),
        )
    here = someone("មន្ត្រីឃុំ", "officer", programme=world.programme, area=world.commune)
    for person, count in ((world.admin, 3), (here, 1)):
        client = signed(person)
        words = "1 record" if count == 1 else f"{count} records"
        for page in (address(world, "own_form", form.pk), address(world, "own_forms")):
            assert (
                words in client.get(page).content.decode()
                or f">{count}<" in client.get(page).content.decode()
            )
        table = b"".join(client.get(address(world, "own_form_csv", form.pk, 0)).streaming_content)  # type: ignore[attr-defined]
        assert table.count(b"\n") == 1 + count
        packed = b"".join(client.get(address(world, "own_form_zip", form.pk)).streaming_content)  # type: ignore[attr-defined]
        with zipfile.ZipFile(io.BytesIO(packed)) as book:
            assert book.read("wells.csv").count(b"\n") == 1 + count
            assert book.read("wells-user.csv").count(b"\n") == 1 + 2 * count


def test_it_sets_up_a_phone_by_a_code_shown_once(world: World) -> None:
    form, client = opened(world), signed(world.admin)
    given = client.post(
        address(world, "own_form_key_give"), {"person": str(world.sophea.pk), "purpose": "send"}
    )
    page = html.unescape(given.content.decode())
    assert "<svg" in page
    server = re.search(r"https?://\S+/v1/key/\S+/projects/\d+", page)
    assert server is not None
    path = "/v1/" + server[0].partition("/v1/")[2]
    assert form.xml_id in Client().get(f"{path}/formList").content.decode()
    assert "/v1/key/" not in client.get(address(world, "own_form_keys")).content.decode()
    client.post(address(world, "own_form_key_revoke", Key.objects.get().pk))
    assert Client().get(f"{path}/formList").status_code == 401


def test_it_gives_a_program_s_key_to_oneself_only(world: World) -> None:
    opened(world)
    client = signed(world.admin)
    mine = client.post(
        address(world, "own_form_key_give"), {"person": str(world.admin.pk), "purpose": "data"}
    )
    assert str(number(world.programme.pk)) in mine.content.decode()
    other = client.post(
        address(world, "own_form_key_give"), {"person": str(world.sophea.pk), "purpose": "data"}
    )
    assert other.status_code == 404
    assert Key.objects.count() == 1


def test_it_makes_a_code_that_collect_takes(shared_data: Path) -> None:
    code = code_for("https://site.example/v1/key/abc/projects/7", "កម្មវិធី")
    told = json.loads(zlib.decompress(base64.b64decode(code)))
    schema = json.loads((shared_data / "specs" / "odk-collect-settings.schema.json").read_text())
    jsonschema.validate(told, schema)
    assert told["general"]["server_url"] == "https://site.example/v1/key/abc/projects/7"
    assert told["general"]["form_update_mode"] == "match_exactly"


def test_it_uploads_a_new_version_of_the_same_form_only(world: World) -> None:
    form, client = opened(world), signed(world.admin)
    wrong = upload(client, world, book(), "kids.xlsx", form)
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    upload(client, world, xform("2"), "wells.xml", form)
    assert form.draft is not None and form.draft.version == "2"
