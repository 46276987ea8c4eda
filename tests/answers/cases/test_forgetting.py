"""What people said and who they were ends a year after their case."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.verbs.answering import note, write_to
from samleng.answers.cases.verbs.following import reply
from samleng.answers.cases.verbs.forgetting import forget_old
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import path_of
from samleng.voices.reports.models import Report
from samleng.voices.reports.rules.filing import Brought
from tests.town import ANYBODY, Town

VOICE = Brought("sound", b"voice" * 100, "audio/mpeg")


def ended(case: Case, on: date) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed", outcome="settled", closed_on=on, next_due=None)


def test_it_forgets_words_names_files_messages_and_notes_a_year_after_the_end(town: Town):
    received = town.file("conduct", exposure="confidential", identity=ANYBODY, files=(VOICE,))
    by = town.by(town.sokha)
    write_to(by=by, case=received.case, words="x")
    reply(by=town.reporter(received), words="y", files=(VOICE,))
    note(by=by, case=received.case, words="z")
    files = [path_of(one.pk) for one in Sealed.objects.filter(is_file=True)]
    assert files and all(path.exists() for path in files)
    today = timezone.localdate()
    ended(received.case, today - timedelta(days=364))
    assert forget_old(today) == 0
    ended(received.case, today - timedelta(days=365))
    assert forget_old(today) == 1 and forget_old(today) == 0
    assert not Sealed.objects.filter(forgotten_at=None).exists()
    assert not any(bytes(one.body) for one in Sealed.objects.all())
    # The facts that sums are made of stay.
    assert Heard.of(Report.objects.get()).case.outcome == "settled"


def test_it_keeps_what_is_still_open(town: Town):
    town.file("conduct")
    assert forget_old(timezone.localdate() + timedelta(days=4000)) == 0
