"""What is kept of people ends on its day: identities first, then words, messages and notes."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Look, Note, Recommendation, Session, Step
from samleng.answers.cases.rules.story import CLOSED, MERGED
from samleng.answers.cases.verbs.following import erased
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import is_system
from samleng.kit.ledger.rules import SYSTEM, Actor
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.verbs import forget
from samleng.voices.reports.models import Report

# After closing: a year in which a case may still go to another authority, then nothing of it but its facts.
KEEP_DAYS = 365


def overdue_to_forget(today: date | None = None) -> Q:
    """The condition for cases whose people are to be forgotten."""
    today = today or timezone.localdate()
    return Q(state__in=[CLOSED, MERGED], closed_on__lte=today - timedelta(days=KEEP_DAYS))


def forget_due(today: date | None = None) -> int:
    """Forget all that is due; how many reports. The site's nightly scrubbing takes the last copies."""
    forgotten = 0
    while many := forget_old(today):
        forgotten += many
    return forgotten


def forget_old(today: date | None = None, limit: int = 500) -> int:
    """Forget what people said and who they were in cases closed a year ago; how many reports."""
    over = Case.objects.filter(overdue_to_forget(today)).values("pk")
    kept = Heard.objects.filter(case__in=over, report__erased_at=None).order_by("pk")
    many = [one.report for one in kept.select_related("report")[:limit]]
    for report in many:
        forget_report(by=SYSTEM, report=report)
    return len(many)


@verb
def forget_report(*, by: Actor, report: Report) -> Report:
    """Everything sealed of a report is gone, and with its case's last one whatever else was sealed there."""
    if not is_system(by):
        raise Denied
    report = Report.objects.select_for_update().get(pk=report.pk)
    erased(report)
    report.save(update_fields=["erased_at"])
    case = Heard.of(report).case
    if not case.heard.filter(report__erased_at=None).exists():
        for sealed in sealed_beside(case):
            forget(sealed)
    record(by=by, verb="reports.forget", thing=report, owner="", facts={}, tell=())
    return report


def sealed_beside(case: Case) -> list[Sealed]:
    """What offices sealed about a case for themselves and each other: notes, minutes, advice, reasons."""
    found: list[Sealed | None] = [
        one.sealed for one in Note.objects.filter(case=case).select_related("sealed")
    ]
    found += [one.minutes for one in Session.objects.filter(case=case).select_related("minutes")]
    for advice in Recommendation.objects.filter(case=case).select_related("sealed", "reply"):
        found += [advice.sealed, advice.reply]
    found += [one.reason for one in Look.objects.filter(case=case).select_related("reason")]
    found += [one.sealed for one in Step.objects.filter(case=case).select_related("sealed")]
    return [one for one in found if one is not None]
