"""Each step of a case reaches whoever has to act next; reporters hear that something moved, and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from samleng.answers.cases.models import Case
from samleng.answers.cases.verbs.answering import acknowledge, assign, note, write_to
from samleng.answers.cases.verbs.following import reply, withdraw
from samleng.answers.cases.verbs.forgetting import KEEP_DAYS, forget_due
from samleng.answers.cases.verbs.mediating import recommend
from samleng.answers.cases.verbs.moving import escalate, transfer
from samleng.doors.postman.models import Notice, Nudge
from samleng.doors.postman.rules import WAITS, next_wait
from samleng.doors.postman.verbs import nudging
from samleng.doors.postman.verbs.nudging import send_nudges
from samleng.doors.postman.verbs.telling import tell
from samleng.ground.people.sealing import blind_index
from samleng.kit.ledger.models import Entry
from samleng.kit.words.refusals import Refusal
from samleng.voices.reports.models import NoticeContact
from tests.town import Town, town

__all__ = ["town"]
DARA = "dara@example.org"


def told(clear: bool = False) -> set[tuple[str, str]]:
    while tell():
        pass
    rows = list(Notice.objects.values_list("person__name", "kind"))
    Notice.objects.all().delete()
    return set() if clear else set(rows)


def sent() -> list[Any]:
    """The messages that went out since the last time."""
    while tell():
        pass
    send_nudges()
    out, mail.outbox = mail.outbox, []
    return out


# --- staff -------------------------------------------------------------------------------------------------


def test_it_brings_a_new_case_to_those_who_triage_at_its_office(town: Town):
    case = town.file("dump").case
    assert told() == {(town.boss.name, "case_to_triage")}
    town.file("conduct")
    tell()
    assert set(Notice.objects.values_list("person__name", flat=True)) == {town.sokha.name}
    assert set(Notice.objects.get().facts) == {"thing", "id"} and case.reference


def test_it_never_tells_the_office_complained_of(town: Town):
    town.file("conduct", about=town.ombudsman)
    assert told() == {(town.chan.name, "case_to_triage")}


def test_it_tells_whoever_a_case_is_given_to_and_nobody_what_they_did_themselves(town: Town):
    case = town.file("dump").case
    told(clear=True)
    assign(by=town.by(town.boss), case=case, person=town.sweeper)
    assert told() == {(town.sweeper.name, "case_given_to_you")}
    reply(by=town.reporter(town.file("dump", joins=case)), words="Still there")
    assert (town.sweeper.name, "case_reply") in told()


def test_it_tells_the_next_office_when_a_case_comes_up(town: Town):
    received = town.file("conduct", approved="ok", may_climb=True)
    told(clear=True)
    escalate(by=town.by(town.sokha), case=received.case)
    assert told() == {(town.chan.name, "case_came_to_you")}


def test_it_tells_an_advised_authority_of_the_advice_and_nothing_of_the_case(town: Town):
    case = town.file("conduct", approved="ok", may_climb=True).case
    told(clear=True)
    made = recommend(
        by=town.by(town.sokha), case=case, to=town.shire, words="Put up the prices",
        answer_by=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    tell()
    facts = [one.facts for one in Notice.objects.filter(kind="advice_to_answer")]
    assert facts and all(one == {"thing": "cases.recommendation", "id": str(made.pk)} for one in facts)


# --- reporters ---------------------------------------------------------------------------------------------


def test_it_tells_a_reporter_who_left_an_address_and_no_other(town: Town):
    case = town.file("slow", notice_to=DARA.upper()).case
    town.file("slow")
    assert sent() == []
    acknowledge(by=town.by(town.boss), case=case)
    (message,) = sent()
    assert message.to == [DARA]
    assert sent() == []


def test_it_says_only_that_something_moved_and_where_to_look(town: Town):
    case = town.file("slow", notice_to=DARA, language="en").case
    write_to(by=town.by(town.boss), case=case, words="We come on Friday")
    (message,) = sent()
    whole = f"{message.subject}\n{message.body}"
    assert message.body.count("http") == 1 and "/follow/ " in message.body
    for hidden in (case.reference, str(case.pk), "Sweep", "Slow", "SWEEP", "Friday", case.category):
        assert hidden not in whole


def test_it_waits_with_one_word_for_many_steps(town: Town):
    case = town.file("dump", notice_to=DARA).case
    acknowledge(by=town.by(town.boss), case=case)
    write_to(by=town.by(town.boss), case=case, words="One")
    write_to(by=town.by(town.boss), case=case, words="Two")
    assert len(sent()) == 1
    write_to(by=town.by(town.boss), case=case, words="Three")
    assert len(sent()) == 1


def test_it_is_silent_about_an_office_s_own_affairs_and_the_reporter_s_own_words(town: Town):
    received = town.file("dump", notice_to=DARA)
    note(by=town.by(town.boss), case=received.case, words="For us")
    assign(by=town.by(town.boss), case=received.case, person=town.sweeper)
    reply(by=town.reporter(received), words="More")
    assert sent() == []


def test_it_tells_only_the_reporter_written_to(town: Town):
    first = town.file("dump", notice_to=DARA)
    town.file("dump", notice_to="sok@example.org", joins=first.case)
    heard = first.case.heard.get(report=first.report)
    write_to(by=town.by(town.boss), case=first.case, words="Where exactly?", heard=heard)
    assert [one.to for one in sent()] == [[DARA]]
    transfer(by=town.by(town.boss), case=first.case, to=town.shire, reason="Theirs")
    assert len(sent()) == 2


def test_it_keeps_the_address_sealed_and_nowhere_else(town: Town):
    report = town.file("slow", notice_to=DARA).report
    kept = NoticeContact.objects.get(report=report)
    assert kept.blind_index == blind_index("email", DARA)
    assert b"dara" not in bytes(kept.sealed)
    assert "dara" not in str(list(Entry.objects.values_list("facts", flat=True)))
    assert report.identity is None


@pytest.mark.parametrize(
    "given", [{"category": "conduct"}, {"category": "slow", "notice_to": "012 345 678"}, {"notice_to": "a@b"}]
)
def test_it_refuses_what_cannot_or_must_not_be_told(town: Town, given: dict[str, str]):
    with pytest.raises(Refusal):
        town.file(**{"notice_to": DARA, **given})
    assert not Case.objects.exists()


def test_it_forgets_the_address_with_the_report(town: Town):
    received = town.file("dump", notice_to=DARA)
    withdraw(by=town.reporter(received))
    assert not NoticeContact.objects.exists()
    again = town.file("dump", notice_to=DARA).case
    acknowledge(by=town.by(town.boss), case=again)
    Case.objects.filter(pk=again.pk).update(state="closed", next_due=None, closed_on=timezone.localdate())
    forget_due(timezone.localdate() + timedelta(days=KEEP_DAYS))
    assert not NoticeContact.objects.exists() and sent() == [] and not Nudge.objects.exists()


def test_it_tries_again_later_and_names_the_address_in_no_log(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    case = town.file("dump", notice_to=DARA).case
    acknowledge(by=town.by(town.boss), case=case)

    def broken(address: str, *_more: str) -> None:
        raise ConnectionError(f"550 {address} unknown")

    with monkeypatch.context() as patched:
        patched.setattr(nudging, "CARRIERS", {"email": broken})
        assert sent() == []
        assert sent() == [] and Nudge.objects.get().tries == 1
    assert "dara" not in caplog.text and "ConnectionError" in caplog.text
    Nudge.objects.update(next_try_at=timezone.now())
    assert len(sent()) == 1


@pytest.mark.once
def test_it_gives_up_in_the_end():
    assert next_wait(1) == 1 and next_wait(len(WAITS)) == 1440 and next_wait(len(WAITS) + 1) is None
