"""What is kept of people ends on its day: identities first, then words, messages and notes."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Note
from samleng.answers.cases.rules.story import CLOSED, MERGED
from samleng.answers.cases.verbs.following import erased
from samleng.kit.ledger.rules import SYSTEM
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.sealing.verbs import forget
from samleng.voices.reports.models import Report

# After closing: a year in which a case may still go to another authority, then nothing of it but its facts.
KEEP_DAYS = 365


def overdue_to_forget(today: date | None = None) -> Q:
    """The condition for cases whose people are to be forgotten."""
    today = today or timezone.localdate()
    return Q(state__in=[CLOSED, MERGED], closed_on__lte=today - timedelta(days=KEEP_DAYS))


def forget_old(today: date | None = None, limit: int = 500) -> int:
    """Forget what people said and who they were in cases closed a year ago; how many reports."""
    found = Report.objects.filter(erased_at=None)
    ids = Case.objects.filter(overdue_to_forget(today)).values("pk")
    many = list(
        found.filter(pk__in=Heard.objects.filter(case__in=ids).values("report")).order_by("pk")[:limit]
    )
    for report in many:
        forget_report(by=SYSTEM, report=report)
    return len(many)


@verb
def forget_report(*, by: object, report: Report) -> Report:
    """Everything sealed of one report is gone, and the notes of its case with the last of them."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    erased(report)
    report.save(update_fields=["erased_at"])
    case = Heard.of(report).case
    if not case.heard.filter(report__erased_at=None).exists():
        for note in Note.objects.filter(case=case).select_related("sealed"):
            forget(note.sealed)
    record(by=SYSTEM, verb="reports.forget", thing=report, owner="", facts={}, tell=())
    return report
