"""Before everyone reads it: words let pass, photos blacked out, notes redacted; identities and clusters."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from samleng.answers.cases.models import Case, Cluster, Evidence, Look, Note
from samleng.answers.cases.verbs.answering import answer, note
from samleng.kit.ledger.models import Entry
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import keep, open_blob
from samleng.voices.reports.rules.filing import Identity
from tests.doors.web.agreed import page, photo, post
from tests.doors.web.desked import brought, keyed_client
from tests.doors.web.facilitated import at, client_of
from tests.town import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
SOMEBODY = Identity(name="ដារា", phone="012345678")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def pixels(blob: Blob) -> Image.Image:
    with open_blob(blob) as file:
        return Image.open(io.BytesIO(file.read())).convert("RGB")


def sealed_photo(case: Case) -> Any:
    return case.heard.get().report.files.get().sealed


def test_it_shows_the_sealed_words_beside_those_let_pass_and_warns_of_names(town: Town) -> None:
    case = town.file("dump", words="លោកសុខ ទូរស័ព្ទ ០១២ ៣៤៥ ៦៧៨").case
    client = keyed_client(town.boss)
    html = page(client, "case_review", case.pk)
    assert "a telephone or other number" in html
    assert "perhaps a name" in html
    told = {"public_words": "Call 012 345 678"}
    assert post(client, "case_review", case.pk, **told).status_code == 422
    assert town.again(case).review_by is not None
    assert post(client, "case_review", case.pk, public_words="គំនរសំរាម").status_code == 302
    case = town.again(case)
    assert (case.public_words, case.review_by) == ("គំនរសំរាម", None)
    assert post(client, "case_review", case.pk, **told, sure="yes").status_code == 302


def test_it_blacks_out_parts_of_a_sealed_photo_on_a_copy_drawn_anew(town: Town) -> None:
    case = town.file("dump", files=[brought("white", (100, 100))]).case
    client = keyed_client(town.boss)
    args = ("case_file_black", case.pk, sealed_photo(case).pk)
    assert "data-black" in page(client, *args)
    areas = {"left-0": "១០", "top-0": "10", "width-0": "30", "height-0": "30,5"}
    assert post(client, *args, **{**areas, "left-0": "x"}).status_code == 422
    assert post(client, *args, **{**areas, "width-0": "300"}).status_code == 422
    assert not Evidence.objects.exists()
    assert post(client, *args, **areas)["Location"] == at("case_review", case.pk)
    hung = Evidence.objects.get()
    assert (hung.shown, hung.moment) == (True, "before")
    image = pixels(hung.blob)
    assert max(image.getpixel((25, 25))) < 20
    assert min(image.getpixel((70, 70))) > 230
    assert "image/webp" in client.get(at("case_file", case.pk, sealed_photo(case).pk))["Content-Type"]


def test_it_erases_the_office_s_own_picture_when_a_blacked_one_takes_its_place(town: Town) -> None:
    case = town.file("dump").case
    by = town.by(town.boss)
    blob = keep(by=by, file=photo("white"), kind="photo", owner=case.owner_key)
    answer(by=by, case=case, outcome="fixed", evidence=[blob])
    hung = Evidence.objects.get()
    client = keyed_client(town.boss)
    areas = {"left-0": "0", "top-0": "0", "width-0": "100", "height-0": "100"}
    assert post(client, "case_evidence_black", case.pk, hung.pk, **areas).status_code == 302
    hung.refresh_from_db()
    blob.refresh_from_db()
    assert blob.erased_at is not None
    assert max(pixels(hung.blob).getpixel((30, 30))) < 20
    assert not hung.shown
    post(client, "case_show", case.pk, hung.pk, shown="yes")
    hung.refresh_from_db()
    assert hung.shown


def test_it_lets_nothing_of_a_sealed_case_out_and_nobody_else_review(town: Town) -> None:
    sealed = town.file("slow", files=[brought()]).case
    client = keyed_client(town.boss)
    assert client.get(at("case_review", sealed.pk)).status_code == 404
    assert post(client, "case_file_black", sealed.pk, sealed_photo(sealed).pk).status_code == 404
    public = town.file("dump", files=[brought()]).case
    clerk = keyed_client(town.sweeper)
    assert clerk.get(at("case_review", public.pk)).status_code == 404
    assert post(clerk, "case_file_black", public.pk, sealed_photo(public).pk).status_code == 404
    assert not Evidence.objects.exists()


def test_it_redacts_a_note_for_good(town: Town) -> None:
    case = town.file("conduct").case
    kept = note(by=town.by(town.sokha), case=case, words="Sok Dara នៅផ្ទះលេខ៤")
    before = kept.sealed
    client = keyed_client(town.sokha)
    assert "Sok Dara" in page(client, "case_redact", case.pk, "note", kept.pk)
    assert post(client, "case_redact", case.pk, "note", kept.pk, words="ម្នាក់").status_code == 302
    before.refresh_from_db()
    assert before.forgotten_at is not None
    html = page(client, "case", case.pk)
    assert "Sok Dara" not in html
    assert "ម្នាក់" in html
    other = town.file("dump").case
    own = note(by=town.by(town.boss), case=other, words="x")
    boss = keyed_client(town.boss)
    assert post(boss, "case_redact", other.pk, "note", own.pk, words="y").status_code == 404
    assert Note.objects.get(pk=own.pk).sealed_id == own.sealed_id


def test_it_opens_an_identity_once_and_only_for_a_reason(town: Town) -> None:
    case = town.file("conduct", exposure="confidential", identity=SOMEBODY).case
    heard = case.heard.get()
    client = keyed_client(town.keeper)
    html = client.get(f"{at('identities')}?reference={case.reference}").content.decode()
    assert at("identity", case.pk, heard.pk) in html
    assert "012345678" not in page(client, "identity", case.pk, heard.pk)
    assert post(client, "identity", case.pk, heard.pk).status_code == 422
    assert not Look.objects.exists()
    told = post(client, "identity", case.pk, heard.pk, reason="ត្រូវការពារនាង")
    assert "012345678" in told.content.decode()
    assert "no-store" in told["Cache-Control"]
    look = Look.objects.get()
    assert (look.what, look.by) == ("identity", town.keeper.key)
    assert "ត្រូវការពារនាង" not in str(list(Entry.objects.values_list("facts")))
    assert town.keeper.name in page(keyed_client(town.sokha), "case_looks", case.pk)


@pytest.mark.parametrize("who", ["sokha", "high_keeper", "boss", "stranger"])
def test_it_opens_no_identity_to_anybody_but_the_office_s_custodian(town: Town, who: str) -> None:
    case = town.file("conduct", exposure="confidential", identity=SOMEBODY).case
    client = client_of(getattr(town, who))
    heard = case.heard.get()
    assert client.get(at("identity", case.pk, heard.pk)).status_code == 404
    assert post(client, "identity", case.pk, heard.pk, reason="x").status_code == 404
    found = client.get(f"{at('identities')}?reference={case.reference}")
    assert at("identity", case.pk, heard.pk) not in found.content.decode()
    assert not Look.objects.exists()


def test_it_gathers_public_cases_and_too_few_sealed_ones_not(town: Town) -> None:
    client = client_of(town.boss)
    public, sealed = town.file("dump").case, town.file("slow", approved="យឺត", may_climb=True).case
    asked = {"office": str(town.sweepers.pk), "place": str(town.commune.pk)}
    html = client.get(at("clusters_gather"), {**asked, "category": "dump"}).content.decode()
    assert public.reference in html
    given = {**asked, "category": "slow", "case": str(sealed.pk), "words": "យឺតណាស់"}
    assert post(client, "clusters_gather", **given).status_code == 422
    given = {**asked, "category": "dump", "case": str(public.pk), "words": "គំនរសំរាម"}
    assert post(client, "clusters_gather", **given).status_code == 302
    kept = Cluster.objects.get()
    assert "គំនរសំរាម" in page(client, "clusters")
    assert post(client_of(town.sokha), "cluster_back", kept.pk).status_code == 404
    assert post(client, "cluster_back", kept.pk).status_code == 302
    kept.refresh_from_db()
    assert kept.withdrawn_at is not None
