"""A year after a case was closed nothing sealed of it is left, and nothing before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from samleng.answers.cases.models import Case, Note, Session
from samleng.answers.cases.verbs import forgetting
from samleng.answers.cases.verbs.answering import note
from samleng.answers.cases.verbs.forgetting import KEEP_DAYS, forget_due, forget_old, forget_report
from samleng.answers.cases.verbs.mediating import mediate
from samleng.answers.cases.verbs.moving import climb
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.sealing.models import Sealed, Wrap
from samleng.voices.reports.models import Report
from tests.town import Town


def closed(case: Case) -> date:
    Case.objects.filter(pk=case.pk).update(state="closed", next_due=None, closed_on=timezone.localdate())
    return timezone.localdate() + timedelta(days=KEEP_DAYS)


def test_it_keeps_everything_until_the_day(town: Town):
    case = town.file("slow").case
    assert forget_old(closed(case) - timedelta(days=1)) == 0
    assert not Sealed.objects.exclude(forgotten_at=None).exists()


def test_it_leaves_no_word_and_no_key(town: Town):
    case = town.file("conduct", approved="ok", may_climb=True).case
    note(by=town.by(town.sokha), case=case, words="Look into it")
    mediate(
        by=town.by(town.sokha), case=case, held_on=timezone.localdate(), parties=["complainant"],
        minutes="Both came",
    )  # fmt: skip
    assert forget_old(closed(case)) == 1
    report = Report.objects.get()
    assert report.erased_at is not None
    mine = [
        report.words_id,
        report.approved_id,
        Note.objects.get().sealed_id,
        Session.objects.get().minutes_id,
    ]
    assert not Wrap.objects.filter(sealed__in=mine).exists()
    assert {bytes(one.body) for one in Sealed.objects.filter(pk__in=mine)} == {b""}
    assert forget_old(closed(case)) == 0


def test_it_waits_for_the_last_report_before_it_takes_the_offices_notes(town: Town):
    first = town.file("dump")
    second = town.file("dump", joins=first.case)
    kept = note(by=town.by(town.sweeper), case=first.case, words="Two of them")
    closed(first.case)
    forget_report(by=SYSTEM, report=first.report)
    assert Sealed.objects.get(pk=kept.sealed_id).forgotten_at is None
    forget_report(by=SYSTEM, report=second.report)
    assert Sealed.objects.get(pk=kept.sealed_id).forgotten_at is not None


def test_it_is_done_by_the_clock_alone(town: Town):
    with pytest.raises(Denied):
        forget_report(by=town.by(town.boss), report=town.file("dump").report)


def test_it_goes_on_until_nothing_is_due(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting.forget_old, "__defaults__", (None, 1))
    days = [closed(town.file("slow").case) for _n in range(3)]
    assert (forget_due(days[0]), forget_due(days[0])) == (3, 0)


def test_it_lets_no_stuck_case_hold_up_the_others(town: Town):
    stuck = [town.file("conduct").case for _n in range(3)]
    free = town.file("conduct", approved="ok", may_climb=True).case
    Case.objects.filter(pk__in=[one.pk for one in stuck]).update(next_due=date(2020, 1, 1))
    day = timezone.localdate() + timedelta(days=200)
    assert climb(day, batch=2) == (1, 3)
    assert town.again(free).office == town.high_ombudsman
