"""A case at the desk: read with the key open, worked on step by step, and shut to everybody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from samleng.answers.cases.models import Case, Look, MessageFile, Note, Recommendation, Session
from samleng.answers.cases.verbs.answering import assign, write_to
from samleng.answers.cases.verbs.following import reply
from samleng.doors.exchange.open311.verbs import give_key
from samleng.doors.web.speak.turn import HELPER
from samleng.insight.disclosure.verbs.following import follow_all
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.media.models import Blob
from tests.doors.web.agreed import page, photo, post, today
from tests.doors.web.desked import brought, do, keyed_client
from tests.doors.web.facilitated import at, client_of
from tests.recorded import spoken
from tests.town import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
SECRET = "គាត់ទារលុយប្រាំម៉ឺន"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_it_keeps_words_shut_until_the_key_is_open_and_writes_down_who_looked(town: Town) -> None:
    case = town.file("conduct", words=SECRET).case
    shut = client_of(town.sokha)
    html = page(shut, "case", case.pk)
    assert SECRET not in html
    assert at("keys_unlock") in html
    assert not Look.objects.exists()
    client = keyed_client(town.sokha)
    for _time in range(2):
        assert SECRET in page(client, "case", case.pk)
    look = Look.objects.get()
    assert (look.case_id, look.what, look.by) == (case.pk, "words", town.sokha.key)
    assert town.sokha.name in page(client, "case_looks", case.pk)


def test_it_leads_a_complaint_from_receipt_to_an_answer(town: Town) -> None:
    received = town.file("conduct", words=SECRET)
    case, client = received.case, keyed_client(town.sokha)
    assert do(client, case, "acknowledge")["Location"] == at("case", case.pk)
    assert state(case) == "acknowledged"
    assert do(client, case, "decide", kind="complaint", jurisdiction="ours").status_code == 302
    assert do(client, case, "ask", words="ថ្ងៃណា?").status_code == 302
    assert state(case) == "waiting"
    reply(by=town.reporter(received), words="ថ្ងៃចន្ទ")
    html = page(client, "case", case.pk)
    assert "ថ្ងៃណា?" in html
    assert "ថ្ងៃចន្ទ" in html
    assert do(client, case, "answer", outcome="settled", words="ចប់").status_code == 302
    assert state(case) == "answered"


def test_it_counts_a_form_once_however_often_it_is_sent(town: Town) -> None:
    case, client = town.file("conduct", words=SECRET).case, keyed_client(town.sokha)
    token = "0194d4e2-7a3b-7c11-8f0e-2b6d9b7a1c55"
    for _time in range(2):
        assert do(client, case, "note", token=token, words="សូមប្រយ័ត្ន").status_code == 302
    assert Note.objects.count() == 1


def test_it_tells_an_officer_at_the_field_what_is_missing(town: Town) -> None:
    case, client = town.file("dump").case, keyed_client(town.boss)
    answer = do(client, case, "answer", outcome="fixed")
    assert answer.status_code == 422
    assert 'href="#id_evidence"' in answer.content.decode()
    assert not Blob.objects.exists()
    assert do(client, case, "answer", outcome="fixed", said="ស្អាតហើយ", evidence=photo()).status_code == 302
    case = town.again(case)
    assert (case.state, case.outcome) == ("answered", "fixed")
    picture = case.evidence.get()
    assert "no-store" in client.get(at("case_evidence", case.pk, picture.pk))["Cache-Control"]


def test_it_fills_in_a_template_in_the_language_of_who_reported(town: Town) -> None:
    case, client = town.file("dump", language="en").case, keyed_client(town.boss)
    html = page(client, "case_act", case.pk, "answer")
    assert "It is clean. See" in html
    assert (
        f"It is clean. See {case.reference}."
        in client.get(at("case_act", case.pk, "answer") + "?template=0").content.decode()
    )


def test_it_opens_a_photo_for_the_key_alone_and_keeps_it_nowhere(town: Town) -> None:
    case = town.file("dump", files=[brought()]).case
    sealed = case.heard.get().report.files.get().sealed
    address = at("case_file", case.pk, sealed.pk)
    assert at("keys_unlock") in client_of(town.sweeper).get(address)["Location"]
    client = keyed_client(town.sweeper)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "no-store" in answer["Cache-Control"]
    part = client.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert Look.objects.get(what="photo").by == town.sweeper.key
    other = town.file("dump", words="x").case
    assert client.get(at("case_file", other.pk, sealed.pk)).status_code == 404
    assert client_of(town.stranger).get(address).status_code == 404


def test_it_is_handed_on_by_the_office_and_leaves_its_list(town: Town) -> None:
    case, client = town.file("dump").case, keyed_client(town.boss)
    assert str(town.shire.pk) in page(client, "case_act", case.pk, "transfer")
    answer = do(client, case, "transfer", to=str(town.shire.pk), reason="មិនមែនរបស់យើង")
    assert answer["Location"] == at("cases")
    assert town.again(case).office_id == town.shire.pk
    assert client.get(at("case", case.pk)).status_code == 404


def test_it_joins_what_lies_near_and_splits_what_does_not_belong(town: Town) -> None:
    first, second = town.file("dump").case, town.file("dump", words="same").case
    client = keyed_client(town.boss)
    assert second.reference in page(client, "case_act", first.pk, "merge")
    assert do(client, first, "merge", others=str(second.pk)).status_code == 302
    assert state(second) == "merged"
    assert first.reference in page(client, "case", second.pk)
    chosen = first.heard.order_by("-pk").first()
    assert do(client, first, "split", to=str(chosen.pk)).status_code == 302
    assert Case.objects.filter(split_from=first).count() == 1


def test_it_mediates_and_hears_the_authority_answer(town: Town) -> None:
    wording = {"approved": "តម្លៃមិនត្រូវបានបិទផ្សាយ", "may_climb": True}
    case = town.file("conduct", words=SECRET, about=town.sweepers, **wording).case
    client = keyed_client(town.sokha)
    given = {"held_on": today(), "parties": ["complainant", "office"], "outcome": "agreed_in_part"}
    assert do(client, case, "mediate", minutes="គេយល់ព្រម", **given).status_code == 302
    assert Session.objects.get().parties == ["complainant", "office"]
    assert str(town.sweepers.pk) in page(client, "case_act", case.pk, "recommend")
    words = {"words": "សូមបិទផ្សាយតម្លៃ", "answer_by": today(20)}
    assert do(client, case, "recommend", to=str(town.sweepers.pk), **words).status_code == 302
    advice = Recommendation.objects.get()
    theirs = keyed_client(town.boss)
    html = page(theirs, "recommendations")
    assert at("recommendation", advice.pk) in html
    assert case.reference not in html
    html = page(theirs, "recommendation", advice.pk)
    assert "សូមបិទផ្សាយតម្លៃ" in html
    assert case.reference not in html
    assert SECRET not in html
    assert post(theirs, "recommendation", advice.pk, answer="refused").status_code == 422
    sent = post(theirs, "recommendation", advice.pk, answer="in_part", words="ខែក្រោយ")
    assert sent["Location"] == at("recommendations")
    assert "ខែក្រោយ" in page(client, "case", case.pk)
    assert keyed_client(town.mayor).get(at("recommendation", advice.pk)).status_code == 404


@pytest.mark.parametrize("who", ["other_sweeper", "mayor", "chief", "stranger"])
def test_it_is_as_if_absent_for_whoever_may_not_see_it(town: Town, who: str) -> None:
    case = town.file("slow", words=SECRET, about=town.shire).case
    assign(by=town.by(town.boss), case=case, person=town.sweeper)
    write_to(by=town.by(town.boss), case=case, words="x")
    client = client_of(getattr(town, who))
    assert client.get(at("case", case.pk)).status_code == 404
    for what in ("acknowledge", "note", "answer", "transfer", "assign", "decide"):
        assert client.get(at("case_act", case.pk, what)).status_code == 404, what
        fields = {"words": "x", "outcome": "answer", "reason": "x", "to": str(town.hall.pk)}
        assert do(client, case, what, **fields).status_code == 404, what
    assert "/account/login/" in Client().get(at("case", case.pk))["Location"]
    assert not Look.objects.exists()


def test_it_lets_a_clerk_do_only_what_a_clerk_may(town: Town) -> None:
    case = town.file("dump").case
    client = keyed_client(town.sweeper)
    html = page(client, "case", case.pk)
    assert at("case_act", case.pk, "write") in html
    for what in ("assign", "transfer", "merge", "decide", "mediate"):
        assert at("case_act", case.pk, what) not in html
        assert do(client, case, what, person="", to=str(town.shire.pk), reason="x").status_code == 404, what
    assert client.get(at("case_looks", case.pk)).status_code == 404


def test_it_tells_no_word_to_the_ledger(town: Town) -> None:
    case, client = town.file("conduct", words=SECRET).case, keyed_client(town.sokha)
    do(client, case, "note", words=SECRET)
    do(client, case, "write", words=SECRET)
    assert SECRET not in str(list(Entry.objects.values_list("facts", "verb")))


def test_it_seals_the_photos_of_an_answer_to_a_sealed_case_and_shows_them_to_office_and_reporter(
    town: Town,
) -> None:
    received = town.file("dump", exposure="confidential", point=None)
    client, case = keyed_client(town.boss), received.case
    assert do(client, case, "answer", outcome="fixed", evidence=photo()).status_code == 302
    assert state(case) == "answered" and not Blob.objects.exists()
    sealed = MessageFile.objects.get().sealed_id
    assert at("case_file", case.pk, sealed) in page(client, "case", case.pk)
    assert client.get(at("case_file", case.pk, sealed)).status_code == 200
    reporter = Client()
    receipt = town.receipts[received.report.pk]
    story = reporter.post(at("follow"), {"receipt": receipt}, follow=True).content.decode()
    assert at("follow_file", sealed) in story
    assert reporter.get(at("follow_file", sealed))["Content-Type"] == "image/webp"


def test_it_says_at_the_field_that_a_photo_for_a_sealed_case_is_none(town: Town) -> None:
    case = town.file("dump", exposure="confidential", point=None).case
    broken = SimpleUploadedFile("p.png", b"no picture at all", "image/png")
    answer = do(keyed_client(town.boss), case, "answer", outcome="fixed", evidence=broken)
    assert answer.status_code == 422 and 'href="#id_evidence"' in answer.content.decode()
    assert state(case) == "received" and not MessageFile.objects.exists()


@pytest.mark.parametrize("what", ["write", "answer"])
def test_it_sends_an_officers_voice_sealed_and_the_reporter_plays_it(
    town: Town, what: str, settings: Any
) -> None:
    received = town.file("slow")
    client, case = keyed_client(town.boss), received.case
    do(client, case, "decide", kind="complaint", jurisdiction="ours")
    form = page(client, "case_act", case.pk, what)
    assert "data-record" in form and "voice.js" in form and 'accept="audio/*"' in form
    # A tag that a phone writes into it must not come along.
    said = SimpleUploadedFile("place-and-name.wav", spoken() + b"LIST", "audio/wav")
    given = {"words": "x", "outcome": "answer"} if what == "answer" else {"words": ""}
    assert do(client, case, what, voice=said, **given).status_code == 302
    kept = MessageFile.objects.get()
    assert (kept.kind, Blob.objects.count()) == ("sound", 0)
    lies = b"".join(one.read_bytes() for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file())
    assert lies and spoken()[44:144] not in lies
    assert at("case_file", case.pk, kept.sealed_id) in page(client, "case", case.pk)
    phone = Client()
    receipt = town.receipts[received.report.pk]
    story = phone.post(at("follow"), {"receipt": receipt}, follow=True).content.decode()
    assert f'<audio src="{at("follow_file", kept.sealed_id)}"' in story
    played = phone.get(at("follow_file", kept.sealed_id))
    assert (played["Content-Type"], played.content) == ("audio/wav", spoken())
    assert Client().get(at("follow_file", kept.sealed_id)).status_code != 200


def test_it_takes_neither_an_empty_message_nor_what_is_no_voice(town: Town) -> None:
    case, client = town.file("slow").case, keyed_client(town.boss)
    answer = do(client, case, "write", words=" ")
    assert answer.status_code == 422 and 'href="#id_words"' in answer.content.decode()
    # No voice, one beyond the size, and one that lasts too long although it is small.
    for data in (b"MZ not a voice", spoken(seconds=800), spoken(seconds=320)):
        answer = do(client, case, "write", words="", voice=SimpleUploadedFile("v.wav", data, "audio/wav"))
        assert answer.status_code == 422 and 'href="#id_voice"' in answer.content.decode()
    assert not MessageFile.objects.exists()


def test_it_says_who_wrote_it_down_for_the_reporter_without_a_name(town: Town) -> None:
    case = town.file("slow", by=HELPER, on_behalf=True, helper_consent="spoken").case
    html = page(keyed_client(town.boss), "case", case.pk)
    assert "Written down by a helper, unnamed; they said yes after it was read to them." in html


def test_it_says_that_another_system_s_reporter_reads_only_what_everyone_may(town: Town) -> None:
    token = give_key(by=SYSTEM, owner=town.shire, label="FixMyStreet <b>").token
    sent = {"api_key": token, "service_code": "dump", "address_id": "010101", "description": "Dump"}
    (one,) = Client().post("/open311/v2/requests.json", sent).json()
    case = Case.objects.get(reference=one["service_request_id"])
    client = keyed_client(town.boss)
    for what in ("write", "ask", "answer"):
        html = client.get(at("case_act", case.pk, what)).content.decode()
        assert "FixMyStreet &lt;b&gt;" in html and 'name="said"' in html, what
    do(client, case, "write", words="", said="A truck comes on Monday")
    follow_all()
    news = Client().get("/open311/v2/servicerequestupdates.json").json()
    assert "A truck comes on Monday" in [row["description"] for row in news]
    # Who reported here has a receipt; of a sealed case nothing is said to everybody.
    own, sealed = town.file("dump").case, town.file("slow").case
    assert "another system" not in client.get(at("case_act", own.pk, "write")).content.decode()
    assert 'name="said"' not in client.get(at("case_act", sealed.pk, "write")).content.decode()
