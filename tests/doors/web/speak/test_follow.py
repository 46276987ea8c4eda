"""Following a report by its receipt: nothing of it is kept by the site, and everything can be answered."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from samleng.answers.cases.models import Case, Message
from samleng.answers.cases.timing import calendar
from samleng.answers.cases.verbs import answering
from samleng.answers.cases.verbs.receiving import Received
from samleng.doors.web.cases import wording
from samleng.doors.web.speak import held, told
from samleng.doors.web.speak.frame import FOLLOWED
from samleng.kit.words.clock import add_working_days
from samleng.kit.words.khmer import to_khmer
from samleng.voices.reports.models import Report
from tests.doors.web.speak.walker import Walker, at, photo
from tests.town import Town

pytestmark = pytest.mark.django_db


def reading(town: Town, received: Received, language: str = "en") -> Walker:
    """Somebody who typed the receipt and reads their case."""
    walker = Walker(language)
    receipt = town.receipts[received.report.pk]
    walker.saw(walker.client.post(at("follow", language=language), {"receipt": receipt}, follow=True))
    assert walker.status == 200 and received.case.reference in walker.page, walker.page
    return walker


def act(walker: Walker, name: str, **fields: Any) -> str:
    return walker.saw(walker.client.post(at(name, language=walker.language), fields, follow=True))


def asked(town: Town, received: Received, words: str = "តើនៅកន្លែងណា?") -> None:
    answering.write_to(by=town.by(town.boss), case=received.case, words=words, waits=True)


def answered(town: Town, received: Received) -> None:
    answering.answer(
        by=town.by(town.sweeper), case=received.case, outcome="resolved_itself", words="It is clean now."
    )


def test_it_opens_a_case_by_khmer_digits_in_any_grouping(town: Town) -> None:
    received = town.file("dump")
    walker = Walker()
    typed = to_khmer(town.receipts[received.report.pk].replace(" ", ""))
    page = walker.saw(walker.client.post(at("follow"), {"receipt": typed}, follow=True))
    assert received.case.reference in page and "Answer due by" in page
    assert "គំនរសំរាមធំ" in page


def test_it_says_at_the_field_that_digits_do_not_check_and_works_nothing_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samleng.voices.reports.verbs.hearing.receipt_keys", lambda *given: 1 / 0)
    walker = Walker()
    walker.saw(walker.client.post(at("follow"), {"receipt": "123 456 789 012 345 678"}))
    assert walker.status == 422 and "This receipt number is not right." in walker.page
    assert 'id="receipt-error"' in walker.page


def test_it_does_not_open_a_receipt_under_which_nothing_was_sent(town: Town) -> None:
    from samleng.kit.words.codes import make_receipt_digits

    walker = Walker()
    walker.saw(walker.client.post(at("follow"), {"receipt": make_receipt_digits()}))
    assert walker.status == 422 and "Nothing was sent under this receipt" in walker.page
    assert not walker.client.cookies


def test_it_asks_for_the_receipt_before_it_shows_anything(town: Town) -> None:
    walker = Walker()
    for name in ("follow_case", "follow_reply", "follow_verdict", "follow_wording", "follow_take_back"):
        assert walker.client.get(at(name))["Location"] == at("follow")


def test_it_keeps_the_key_in_a_strict_cookie_alone(town: Town) -> None:
    received = town.file("dump")
    walker = reading(town, received)
    cookie = walker.client.cookies[FOLLOWED]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and int(cookie["max-age"]) <= 1200
    receipt = town.receipts[received.report.pk]
    assert receipt not in cookie.value and not Session.objects.exists()
    assert "no-store" in walker.answer["Cache-Control"]
    assert receipt not in walker.page and receipt.replace(" ", "") not in walker.page


def test_it_closes_after_its_minutes_and_when_it_is_told_to(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = town.file("dump")
    walker = reading(town, received)
    walker.client.get(at("follow_end"))
    assert walker.client.get(at("follow_case")).status_code == 302
    walker = reading(town, received)
    later = time.time() + held.MINUTES * 60 + 1
    monkeypatch.setattr("samleng.doors.web.speak.held.time.time", lambda: later)
    assert walker.client.get(at("follow_case")).status_code == 302


def test_it_shows_what_the_office_asked_and_sends_the_reply(town: Town) -> None:
    received = town.file("slow", exposure="anonymous")
    asked(town, received)
    walker = reading(town, received)
    assert "តើនៅកន្លែងណា?" in walker.page and "waits for your answer" in walker.page
    page = act(walker, "follow_reply", words="នៅផ្សារ", photos=photo())
    assert "នៅផ្សារ" in page and "follow/case/files/" in page
    message = Message.objects.get(from_reporter=True)
    sealed = message.files.get().sealed_id
    answer = walker.client.get(at("follow_file", sealed))
    assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
    assert "no-store" in answer["Cache-Control"]
    assert town.again(received.case).state == "working"


def test_it_does_not_give_one_reporter_the_files_of_another(town: Town) -> None:
    first, second = town.file("slow"), town.file("slow")
    walker = reading(town, first)
    act(walker, "follow_reply", words="x", photos=photo())
    sealed = Message.objects.get(from_reporter=True).files.get().sealed_id
    assert reading(town, second).client.get(at("follow_file", sealed)).status_code == 404


def test_it_refuses_an_empty_reply_at_its_field(town: Town) -> None:
    walker = reading(town, town.file("slow"))
    act(walker, "follow_reply", words=" ")
    assert walker.status == 422 and 'id="words-error"' in walker.page


def test_it_says_plainly_that_the_office_is_late(town: Town) -> None:
    received = town.file("slow")
    Case.objects.update(next_due=add_working_days(timezone.localdate(), -3, calendar()))
    page = reading(town, received).page
    assert "The office is 3 working days late." in page and "Ask the next office" in page


def test_it_offers_only_what_may_be_said_before_an_answer(town: Town) -> None:
    received = town.file("dump")
    page = reading(town, received).get("follow_verdict")
    assert 'value="ignored"' in page and 'value="half"' not in page
    answered(town, received)
    assert 'value="half"' in reading(town, received).get("follow_verdict")


def test_it_takes_a_verdict_back_to_the_office_and_counts_it(town: Town) -> None:
    received = town.file("dump")
    answered(town, received)
    walker = reading(town, received)
    assert "Say how it was" in walker.page and "It is clean now." in walker.page
    act(walker, "follow_verdict", verdict="")
    assert walker.status == 422 and 'id="verdict-error"' in walker.page
    page = act(walker, "follow_verdict", verdict="not", stars="២", words="Still there.")
    case = town.again(received.case)
    assert case.state == "working" and case.reopened == 1
    assert case.heard.get().stars == 2 and "It is not fixed" in page


def test_it_lets_words_go_further_and_then_asks_the_next_office(town: Town) -> None:
    received = town.file("slow", exposure="anonymous")
    Case.objects.update(next_due=timezone.localdate() - timedelta(days=3))
    walker = reading(town, received)
    act(walker, "follow_higher")
    assert walker.status == 422 and "not let any wording go" in walker.page
    act(walker, "follow_wording", words="Nobody came for weeks.")
    page = act(walker, "follow_higher")
    assert town.again(received.case).office == town.ombudsman
    assert "It went up to the next office" in page


def test_it_takes_a_report_back_and_its_words_are_gone(town: Town) -> None:
    received = town.file("slow")
    walker = reading(town, received)
    page = act(walker, "follow_take_back")
    assert "Your words are deleted." in page and "គំនរសំរាមធំ" not in page
    assert Report.objects.get().withdrawn_at is not None


def test_it_marks_what_is_new_once(town: Town) -> None:
    received = town.file("slow")
    asked(town, received)
    walker = reading(town, received)
    assert 'class="fresh"' in walker.page
    assert 'class="fresh"' not in walker.get("follow_case")


@pytest.mark.parametrize("kind", ["promised", "promise_kept", "promise_dropped", "stand", "could_not"])
def test_it_has_words_for_what_happened_on_both_pages(town: Town, kind: str) -> None:
    case = town.file("dump").case
    step = case.steps.create(kind=kind, code="fixed", state=case.state, on=timezone.localdate(), by="system")
    assert kind != told.step_entry(step)["what"]
    assert kind in wording.STEPS and kind != wording.STEPS[kind][1]
    assert told.step_entry(step)["text"] == (told.OUTCOMES["fixed"] if kind == "stand" else "")
