"""A report becomes a case, once, in the right hands, and says no more than it must."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.answers.cases.verbs import receiving
from samleng.answers.cases.verbs.receiving import Received, receive
from samleng.ground.people.verbs.accounts import seat
from samleng.kit.ledger.models import Entry
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import NotReadable, open_text
from samleng.kit.words.refusals import Refusal
from samleng.voices.reports.models import Report
from tests.town import ANYBODY, VISITOR, Town


def test_it_opens_a_case_in_the_hands_of_whoever_has_the_duty(town: Town):
    received = town.file("dump")
    case = received.case
    assert (case.office, case.state, case.exposure) == (town.sweepers, "received", "public")
    assert case.next_due == case.acknowledge_by > timezone.localdate()
    assert case.resolve_by > case.acknowledge_by
    assert case.review_by is not None
    assert received.fresh


def test_it_takes_the_same_report_once_however_often_it_is_sent(town: Town):
    filing = town.filing("dump")
    first = receive(by=VISITOR, filing=filing, place=town.commune)
    again = receive(by=VISITOR, filing=filing, place=town.commune)
    assert again.report == first.report and again.case == first.case and not again.fresh
    assert (Report.objects.count(), Case.objects.count()) == (1, 1)


def test_it_refuses_something_else_under_the_same_receipt(town: Town):
    first = town.filing("dump")
    receive(by=VISITOR, filing=first, place=town.commune)
    with pytest.raises(Refusal) as refused:
        receive(by=VISITOR, filing=town.filing("dump", receipt=first.receipt, words="x"), place=town.commune)
    assert refused.value.code == "receipt_taken"


@pytest.mark.django_db(transaction=True)
def test_it_keeps_nothing_of_a_report_outside_a_transaction(town: Town, monkeypatch: pytest.MonkeyPatch):
    filing, sealed = town.filing("dump"), Sealed.objects.count()
    monkeypatch.setattr(receiving, "committed", lambda write: write())
    with pytest.raises(TransactionManagementError):
        receive(by=VISITOR, filing=filing, place=town.commune)
    assert (Report.objects.count(), Case.objects.count(), Sealed.objects.count()) == (0, 0, sealed)


@pytest.mark.django_db(transaction=True)
def test_it_takes_one_report_that_comes_by_four_lines_at_once(town: Town):
    filing, wrong, start = town.filing("dump"), [], threading.Barrier(4)

    def send() -> None:
        start.wait()
        try:
            receive(by=VISITOR, filing=filing, place=town.commune)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong
    assert (Report.objects.count(), Case.objects.count()) == (1, 1)


def test_it_seals_words_to_the_office_and_the_reporter_alone(town: Town):
    received = town.file("slow", words="គេយកលុយ")
    words = received.report.words
    assert "គេយកលុយ" in open_text(words, town.opener(town.boss, town.sweepers))
    assert "គេយកលុយ" in open_text(words, town.reporter(received).opener)
    with pytest.raises(NotReadable):
        open_text(words, town.opener(town.sokha, town.ombudsman))
    assert "គេយកលុយ".encode() not in bytes(words.body)


def test_it_takes_a_complaint_about_an_official_past_the_office_to_the_ombudsman(town: Town):
    received = town.file("conduct", about=town.hall)
    assert received.case.office == town.ombudsman
    assert not Case.objects.seen_by(town.by(town.chief)).exists()


def test_it_goes_past_an_ombudsman_who_is_complained_of(town: Town):
    assert town.file("conduct", about=town.ombudsman).case.office == town.high_ombudsman


def test_it_goes_past_an_ombudsman_led_by_the_head_who_is_complained_of(town: Town):
    seat(by=SYSTEM, person=town.chief, role="ombudsman", office=town.ombudsman, since=date(2026, 1, 1))
    assert town.file("conduct", about=town.hall).case.office == town.high_ombudsman


def test_it_takes_a_complaint_about_the_only_office_with_the_duty_up_the_ladder(town: Town):
    received = town.file("slow", about=town.sweepers)
    assert received.case.office == town.ombudsman
    assert not Case.objects.seen_by(town.by(town.boss)).exists()


def test_it_never_keeps_a_point_or_public_words_of_a_sealed_case(town: Town):
    with pytest.raises(Refusal) as refused:
        town.file("conduct", point=town.filing("dump").point)
    assert refused.value.code == "point_not_kept"


def test_it_names_nobody_anonymously(town: Town):
    with pytest.raises(Refusal) as refused:
        town.file("conduct", identity=ANYBODY)
    assert refused.value.code == "named"


def test_it_seals_an_identity_to_the_custodians_and_not_to_the_office(town: Town):
    received = town.file("conduct", exposure="confidential", identity=ANYBODY)
    identity = received.report.identity
    assert ANYBODY.name in open_text(identity, town.opener(town.keeper, town.ombudsman, "identity"))
    with pytest.raises(NotReadable):
        open_text(identity, town.opener(town.sokha, town.ombudsman))


def test_it_is_closed_where_nobody_answers_and_says_so(town: Town):
    with pytest.raises(Refusal) as refused:
        town.file("slow", place=town.commune.parent.parent)
    assert refused.value.code == "closed_channel"
    assert not Report.objects.exists()


def test_it_is_closed_where_the_office_has_no_key(town: Town):
    from samleng.ground.keys.models import Vault

    Vault.objects.filter(office=town.sweepers).update(retired_at=timezone.now())
    with pytest.raises(Refusal) as refused:
        town.file("dump")
    assert refused.value.code == "no_vault"


def test_it_stores_nothing_when_an_answer_says_that_help_is_needed_at_once(town: Town):
    with pytest.raises(Refusal) as refused:
        town.file("dump", answers={"fire": "yes"})
    assert refused.value.code == "referral"
    assert not Report.objects.exists() and not Entry.objects.filter(verb="reports.hear").exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"category": "nothing"}, "category"),
        ({"exposure": "anonymous"}, "exposure"),
        ({"words": "x" * 4001}, "long"),
        ({"words": " ​"}, "empty"),
        ({"happened_on": timezone.localdate() + timedelta(days=2)}, "future"),
        ({"answers": {"size": "mountain"}}, "answer_wrong"),
        ({"answers": {"colour": "red"}}, "answer_wrong"),
        ({"on_behalf": True}, "consent"),
        ({"receipt": "123 456 789 012 345 678"}, "receipt"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_nothing(town: Town, given: dict, code: str):
    filing = town.filing(given.pop("category", "dump"), **{"exposure": "public", **given})
    with pytest.raises(Refusal) as refused:
        receive(by=VISITOR, filing=filing, place=town.commune)
    assert refused.value.code == code
    assert not Report.objects.exists()


def test_it_takes_a_place_where_nobody_could_put_a_pin(town: Town):
    case = town.file("dump", point=None).case
    assert (case.latitude, case.place) == (None, town.commune)


def test_it_lets_a_neighbour_join_instead_of_opening_another(town: Town):
    first = town.file("dump")
    second = town.file("dump", joins=first.case, words="ខ្ញុំក៏ឃើញដែរ")
    assert second.case == first.case
    assert town.again(first.case).reports == 2


def test_it_lets_nobody_join_what_is_sealed(town: Town):
    sealed = town.file("slow").case
    with pytest.raises(Refusal) as refused:
        town.file("slow", joins=sealed)
    assert refused.value.code == "not_alike"


def test_it_writes_no_word_place_or_category_of_a_sealed_case_into_the_ledger(town: Town):
    town.file("conduct", words="ខ្ញុំខ្លាចមេឃុំ", about=town.hall)
    for entry in Entry.objects.filter(verb__in=["reports.hear", "cases.receive"]):
        told = f"{entry.facts}{entry.content_hash}{entry.actor}"
        assert "ខ្លាច" not in told and "conduct" not in told
        assert "place" not in entry.facts and str(town.hall.pk) not in told


def test_it_lets_an_office_write_down_what_is_told_at_its_counter(town: Town):
    received = town.file("ask", office=town.sweepers, by=town.by(town.sweeper))
    assert received.case.office == town.sweepers
    with pytest.raises(Refusal):
        town.file("ask", office=town.sweepers, by=town.by(town.clerk))


def test_it_draws_another_reference_where_a_case_has_it(town: Town, monkeypatch: pytest.MonkeyPatch):
    first = town.file("dump").case
    drawn = iter([first.reference, first.reference, "26-000000017"])
    monkeypatch.setattr(receiving, "fresh_reference", lambda day: next(drawn))
    received = town.file("dump")
    assert received.case.reference == "26-000000017"
    assert Case.objects.count() == Report.objects.count() == 2
    # One row each for what was told and what became of it: what failed left none.
    assert Entry.objects.about(received.report).count() == Entry.objects.about(received.case).count() == 1


def test_it_keeps_what_a_door_writes_beside_it_or_neither(town: Town):
    with pytest.raises(LookupError):
        receive(by=VISITOR, filing=town.filing(), place=town.commune, beside=failing)
    assert not Report.objects.exists() and not Case.objects.exists() and not Sealed.objects.exists()


def failing(received: Received) -> None:
    assert received.case.pk and received.report.pk
    raise LookupError
