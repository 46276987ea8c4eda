"""Speaking without JavaScript: one thing a page, from the kind of message to a receipt that was kept."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.verbs.answering import answer
from samleng.ground.keys.models import Vault
from samleng.kit.ledger.models import Entry
from samleng.kit.sealing.verbs import open_file, open_text
from samleng.voices.reports.models import NoticeContact, Report
from tests.doors.web.speak.walker import Walker, photo
from tests.town import Town

pytestmark = pytest.mark.django_db

WORDS = "គំនរសំរាមធំណាស់ នៅក្បែរស្ពាន"


def dumped(town: Town, walker: Walker | None = None, **more: Any) -> Walker:
    """A walker who told of a dump and stands before the check."""
    walker, place = walker or Walker(), more.pop("place", town.commune)
    walker.begin("dump", **more)
    walker.through(
        {"do": None, "place": place.pk},
        {"answer": "no"},
        {"answer": "bag"},
        {"words": WORDS},
        {"exposure": "public"},
    )
    assert walker.step == "check", walker.page
    return walker


def test_it_offers_the_kinds_of_message_and_the_way_with_a_receipt(town: Town) -> None:
    page = Walker().get("speak")
    assert "Complain" in page and "Report" in page and "I have a receipt" in page
    assert "no-store" in Walker().client.get("/en/speak/")["Cache-Control"]


def test_it_finds_a_category_by_a_misspelt_khmer_word_in_a_plain_form(town: Town) -> None:
    walker = Walker("km")
    assert "dump" in walker.get("speak_kind", "report", q="ខ្មែរ Dump")
    assert 'value="dump"' not in walker.get("speak_kind", "report", q="zzzz")
    assert walker.status == 200


def test_it_takes_a_report_from_the_first_page_to_the_saved_receipt(town: Town) -> None:
    walker = dumped(town)
    assert "Sweepers" in walker.page and WORDS in walker.page
    walker.post("send")
    assert walker.status == 200 and "Keep this receipt" in walker.page, walker.page
    receipt, case = walker.receipt, Case.objects.get()
    assert case.reference in walker.page and case.office == town.sweepers
    wrong = walker.post("saved", last="000" if receipt[-3:] != "000" else "111")
    assert walker.status == 422 and "not the last three digits" in wrong
    walker.post("saved", last=receipt[-3:].translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")))
    assert walker.status == 200 and "on its way" in walker.page
    assert receipt not in walker.page


def test_it_asks_an_address_for_notices_and_says_at_its_field_what_is_wrong(town: Town) -> None:
    walker = dumped(town)
    assert "only that something moved, never what" in walker.page
    for wrong, why in (("012 345 678", "messages to telephones"), ("dara@home", "not an e-mail address")):
        walker.post("send", notice_to=wrong)
        assert walker.status == 422 and why in walker.page and not Report.objects.exists()
        assert 'id="notice_to-error"' in walker.page and f'value="{wrong}"' in walker.page
        assert 'href="#notice_to"' in walker.page
    walker.post("change:words", notice_to="dara@example.org")
    walker.through({"words": WORDS})
    assert 'value="dara@example.org"' in walker.page
    walker.post("send", notice_to="dara@example.org")
    kept = NoticeContact.objects.get()
    assert kept.report == Report.objects.get() and b"dara" not in bytes(kept.sealed)
    assert "dara" not in walker.page


def test_it_asks_an_address_of_a_confidential_report_and_keeps_none_that_is_left_empty(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.through(
        {"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""}, {"words": WORDS},
        {"exposure": "confidential"}, {"name": ""}, {"climb": "no"},
    )  # fmt: skip
    assert walker.step == "check" and 'name="notice_to"' in walker.page
    walker.post("send", notice_to="")
    assert walker.status == 200 and not NoticeContact.objects.exists()


def test_it_never_asks_an_address_of_an_anonymous_report_nor_takes_one(town: Town) -> None:
    walker = Walker()
    walker.begin("conduct")
    walker.through(
        {"do": None, "place": town.commune.pk}, {"office": str(town.hall.pk)}, {"words": WORDS},
        {"exposure": "confidential"}, {"name": ""}, {"climb": "no"},
    )  # fmt: skip
    assert 'name="notice_to"' in walker.page
    walker.post("change:exposure", notice_to="dara@example.org")
    walker.through({"exposure": "anonymous"}, {"climb": "no"})
    assert walker.step == "check" and 'name="notice_to"' not in walker.page
    walker.post("send", notice_to="dara@example.org")
    assert walker.status == 200 and Report.objects.get().exposure == "anonymous"
    assert not NoticeContact.objects.exists()


def test_it_keeps_nothing_before_it_is_sent_and_no_cookie_ever(town: Town) -> None:
    walker = dumped(town)
    assert not Report.objects.exists() and not walker.client.cookies
    walker.post("send")
    assert Report.objects.count() == 1
    assert not walker.client.cookies and not Session.objects.exists()


def test_it_counts_once_when_it_is_sent_twice(town: Town) -> None:
    walker = dumped(town)
    check = walker.page
    walker.post("send")
    first = walker.receipt
    walker.page = check
    walker.post("send")
    assert walker.receipt == first and Report.objects.count() == 1


def test_it_counts_once_when_a_report_with_a_photo_is_sent_twice(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.through({"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""})
    walker.through({"photos": photo()}, {"exposure": "public"})
    check = walker.page
    walker.post("send")
    first = walker.receipt
    walker.page = check
    walker.post("send")
    assert walker.receipt == first and Report.objects.count() == 1


def test_it_says_at_the_field_what_is_missing(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.post()
    assert walker.status == 422 and "It is not said where this is." in walker.page
    walker.through({"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""})
    walker.post(words="")
    assert walker.status == 422 and "Nothing is said yet." in walker.page and 'id="words"' in walker.page
    walker.through({"words": "x"})
    walker.post(exposure="")
    assert walker.status == 422 and 'class="field wrong" id="exposure"' in walker.page


def test_it_takes_a_photo_alone_without_its_metadata_and_keeps_it_through_an_error(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.through({"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""})
    walker.post("add", photos=photo())
    assert walker.status == 200 and "data:image/webp" in walker.page
    walker.post(photos=photo(name="x.jpg"), voice=photo(name="voice.m4a"))
    assert walker.status == 422 and 'id="voice-error"' in walker.page
    assert walker.page.count("data:image/webp") == 2
    walker.post("next", drop="1")
    assert walker.page.count("data:image/webp") == 1
    walker.through({}, {"exposure": "public"}, {"do": "send"})
    report = Report.objects.get()
    vault = Vault.objects.of(town.sweepers, "cases")
    opener = town.opener(town.sweeper, town.sweepers)
    data, media_type = open_file(report.files.get().sealed, opener)
    assert vault and media_type == "image/webp" and b"SecretPhone" not in data


def test_it_lays_by_files_that_only_the_page_can_open_and_sweeps_what_was_sent(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.through({"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""})
    before = set((settings.HOME / "speak").iterdir()) if (settings.HOME / "speak").is_dir() else set()
    walker.post("add", photos=photo())
    (laid,) = set((settings.HOME / "speak").iterdir()) - before
    assert b"WEBP" not in laid.read_bytes()
    walker.through({}, {"exposure": "public"}, {"do": "send"})
    assert not laid.exists()


def test_it_shows_a_list_of_help_instead_of_going_on_and_keeps_nothing(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.through({"do": None, "place": town.commune.pk})
    page = walker.post(answer="yes")
    assert "Nearest help" in page and "Nothing has been stored so far." in page
    assert "I am safe, go on" not in page
    assert not Report.objects.exists()


def test_it_goes_back_and_changes_what_was_said(town: Town) -> None:
    walker = dumped(town)
    walker.post("change:words")
    assert walker.step == "words" and WORDS in walker.page
    walker.through({"words": "ផ្សេង"})
    assert walker.step == "check" and "ផ្សេង" in walker.page and WORDS not in walker.page
    walker.post("back")
    assert walker.step == "exposure"


def test_it_drops_the_point_of_a_report_that_is_not_for_everybody(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.through(
        {"lat": "12.3", "lon": "104.5", "do": None, "place": town.commune.pk},
        {"answer": ""}, {"answer": ""}, {"words": WORDS}, {"exposure": "confidential"},
    )  # fmt: skip
    assert walker.step == "who"
    walker.through({"name": "", "phone": ""})
    assert walker.step == "climb" and "Shire office" in walker.page
    walker.post()
    assert walker.status == 422 and 'id="climb-error"' in walker.page
    walker.through({"climb": "yes", "approved": "There is rubbish."}, {"do": "send"})
    report = Report.objects.get()
    assert report.latitude is None and report.approved is not None
    assert open_text(report.approved, town.opener(town.mayor, town.shire)) == "There is rubbish."


def test_it_never_asks_a_point_where_a_report_can_only_be_sealed(town: Town) -> None:
    walker = Walker()
    walker.begin("conduct")
    assert walker.step == "place" and 'name="lat"' not in walker.page and "data-gps" not in walker.page


def test_it_sends_a_complaint_past_the_office_complained_of(town: Town) -> None:
    walker = Walker()
    walker.begin("conduct")
    walker.through({"do": None, "place": town.commune.pk})
    assert walker.step == "office" and "Parish office" in walker.page
    walker.post()
    assert walker.status == 422 and "which office" in walker.page
    walker.through({"office": str(town.hall.pk)}, {"words": "He asked for money."})
    assert walker.step == "exposure"
    walker.through({"exposure": "anonymous"})
    assert walker.step == "climb", walker.page
    walker.through({"climb": "no"})
    assert "Ombudsman" in walker.page
    walker.post("send")
    case = Case.objects.get()
    assert case.office == town.ombudsman and case.about == town.hall


def test_it_offers_what_was_reported_nearby_and_joins_it(town: Town) -> None:
    town.file("dump")
    walker = Walker()
    walker.begin("dump")
    walker.post(lat="12.34567", lon="104.56789")
    assert walker.status == 422 and "no place that is known" in walker.page
    town.commune.latitude, town.commune.longitude = 12.34, 104.56
    town.commune.save(update_fields=["latitude", "longitude"])
    walker.through(
        {"lat": "១២.៣៤៥៦៧", "lon": "104.56790"},
        {"answer": ""}, {"answer": ""}, {"words": WORDS}, {"exposure": "public"},
    )  # fmt: skip
    assert walker.step == "near" and "Me too" in walker.page
    first = Case.objects.get()
    walker.through({"do": None, "joins": str(first.pk)}, {"do": "send"})
    assert Case.objects.get().reports == 2 and Heard.objects.filter(case=first).count() == 2


def test_it_wakes_what_was_answered_when_a_neighbour_still_sees_it(town: Town) -> None:
    first = town.file("dump")
    answer(by=town.by(town.boss), case=first.case, outcome="resolved_itself", words="gone")
    walker = Walker()
    walker.begin("dump", joins=first.case.reference)
    assert "Is it burning?" in walker.page
    walker.through({"answer": "no"}, {"answer": ""}, {"words": WORDS})
    assert walker.step == "check" and first.case.reference in walker.page
    walker.post("send")
    case = town.again(first.case)
    assert case.reports == 2 and case.state == "working" and case.reopened == 1


def test_it_joins_nothing_that_is_sealed(town: Town) -> None:
    sealed = town.file("dump", exposure="confidential", point=None)
    walker = Walker()
    walker.begin("dump", joins=sealed.case.reference)
    assert walker.step == "place" and sealed.case.reference not in walker.page


def test_it_offers_what_was_told_of_the_same_place_where_nobody_has_a_point(town: Town) -> None:
    first = town.file("dump", point=None).case
    walker = Walker()
    walker.begin("dump")
    walker.through(
        {"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""}, {"words": WORDS},
        {"exposure": "public"},
    )  # fmt: skip
    assert walker.step == "near" and "metres away" not in walker.page
    walker.through({"do": None, "joins": str(first.pk)}, {"do": "send"})
    assert Case.objects.get().reports == 2


def test_it_says_in_words_when_nobody_is_named_to_answer(town: Town) -> None:
    Vault.objects.filter(office=town.sweepers).delete()
    walker = Walker()
    walker.begin("dump")
    page = walker.post(do=None, place=town.commune.pk)
    assert "This cannot be sent here yet" in page and "Sweepers" in page and "Nothing was stored" in page
    walker.post("change:place")
    assert walker.step == "place"


def test_it_records_the_consent_of_whoever_is_helped(town: Town) -> None:
    walker = Walker()
    walker.begin("dump", **{"for": "other"})
    walker.post()
    assert walker.status == 422 and walker.step == "consent"
    walker.through(
        {"consent": "spoken"}, {"do": None, "place": town.commune.pk}, {"answer": ""}, {"answer": ""},
        {"words": WORDS}, {"exposure": "public"}, {"do": "send"},
    )  # fmt: skip
    assert "This receipt belongs to the person" in walker.page
    report = Report.objects.get()
    assert report.consent == "spoken" and report.helper == "helper"
    assert Entry.objects.get(verb="reports.hear").actor == "helper"
    walker.post("saved", last=walker.receipt[-3:])
    assert "Only the person can read the answers" in walker.page and not walker.client.cookies


def test_it_leaves_at_once_for_a_page_that_everybody_visits(town: Town) -> None:
    answer = Walker().client.get("/km/speak/leave/")
    assert answer.status_code == 302 and answer["Location"] == settings.EXIT_ADDRESS


def test_it_begins_anew_for_a_draft_that_is_not_from_here(town: Town) -> None:
    walker = Walker()
    walker.begin("dump")
    walker.saw(walker.client.post("/en/speak/on/", {"draft": "x" * 80, "step": "place"}))
    assert walker.status == 410 and "begin once more" in walker.page


def test_it_keeps_the_draft_when_the_language_is_changed(town: Town) -> None:
    walker = dumped(town)
    walker.post("change:words")
    walker.language = "km"
    walker.post("show")
    assert walker.step == "words" and WORDS in walker.page and 'lang="km"' in walker.page


def test_it_writes_no_word_to_a_log_or_a_page_address(town: Town, caplog: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        walker = dumped(town)
        walker.post("send")
    assert WORDS not in caplog.text and walker.receipt not in caplog.text
    assert "?" not in walker.answer.request["PATH_INFO"] + walker.answer.request.get("QUERY_STRING", "")
