"""What a reporter does with the receipt: read, answer, judge, let wording go further, take it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Message, MessageFile
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    Reporter,
    changed,
    offices_readers,
    reader_of,
    reporters_case,
    told,
    words_of,
    write_step,
)
from samleng.answers.cases.timing import CLOCK
from samleng.answers.cases.verbs.answering import resumed
from samleng.answers.cases.verbs.moving import may_leave, next_office, offices_above, put
from samleng.answers.cases.verbs.working import again
from samleng.answers.cases.wording import held, refuse
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.sealing.verbs import forget, seal, seal_file
from samleng.kit.words.text import clean
from samleng.voices.reports.models import NoticeContact, Report
from samleng.voices.reports.rules.filing import Brought

BEST = 5


def my(by: Reporter, case: Case) -> Heard:
    """The reporter's own part in the case."""
    return case.heard.select_related("report").get(report=by.report)


@verb
def reply(*, by: Reporter, words: str, files: Iterable[Brought] = ()) -> Message:
    """Write to the office that has the case; a clock that stood for this answer runs again."""
    case = reporters_case(by)
    brought = list(files)
    plain = words_of(words) if words.strip() or not brought else ""
    readers = [reader_of(case.office), by.report.reader]
    message = Message.objects.create(
        case=case, report=by.report, office=case.office, from_reporter=True,
        sealed=seal(plain, readers), by=by.key,
    )  # fmt: skip
    for one in brought:
        MessageFile.objects.create(
            message=message, kind=one.kind, sealed=seal_file(one.data, one.media_type, readers)
        )
    if case.pause_reason == story.ASKED:
        resumed(case)
    step = write_step(by, case, "reply", report=by.report)
    changed(case, "state", *CLOCK)
    told(by, case, "reply", step)
    return message


@verb
def judge(*, by: Reporter, verdict: str, words: str = "", stars: int | None = None) -> Case:
    """Say how it was: fixed closes the case, everything else takes it back to the office or upwards."""
    case = reporters_case(by)
    heard = my(by, case)
    state = held(story.after_verdict, case.standing, verdict)
    if stars is not None and not 1 <= stars <= BEST:
        refuse(Misstep("stars", "stars"))
    heard.verdict, heard.verdict_on, heard.stars = verdict, timezone.localdate(), stars
    heard.save(update_fields=["verdict", "verdict_on", "stars"])
    if clean(words):
        Message.objects.create(
            case=case, report=by.report, office=case.office, from_reporter=True, by=by.key,
            sealed=seal(words_of(words), [reader_of(case.office), by.report.reader]),
        )  # fmt: skip
    answered = case.state not in story.OPEN
    judged(case, verdict, state)
    step = write_step(by, case, "judge", code=verdict, report=by.report)
    if answered and verdict in ("half", "not"):
        again(by, case)
    changed(case, "state", "verdict", "closed_on", "reopened", "answered_on", "outcome")
    told(by, case, "judge", step, verdict=verdict)
    return case


def judged(case: Case, verdict: str, state: str) -> None:
    """What a verdict does to the case; one “not fixed” outweighs the others' “fixed”."""
    case.verdict = verdict
    if state == story.CLOSED:
        if case.heard.filter(verdict__in=story.REOPENS).exists():
            case.verdict = case.heard.filter(verdict__in=story.REOPENS).order_by("-verdict_on")[0].verdict
            return
        case.state, case.closed_on = story.CLOSED, timezone.localdate()
    elif case.state not in story.OPEN:
        reopen(case)


def reopen(case: Case) -> None:
    """The case is the office's again; how often that happened is counted in public."""
    case.state, case.closed_on, case.answered_on, case.outcome = story.WORKING, None, None, ""
    case.reopened += 1


@verb
def still_there(*, by: Reporter) -> Case:
    """A neighbour who joined says that the thing is still there: the case goes back to whoever does it."""
    case = reporters_case(by)
    if case.state in story.OPEN:
        refuse(Misstep("not_answered", "verdict"))
    wake(by, case, my(by, case))
    return case


def wake(by: Actor, case: Case, heard: Heard) -> None:
    """What was called done is still there for somebody: the office has it again, and so has its crew."""
    heard.verdict, heard.verdict_on = "not", timezone.localdate()
    heard.save(update_fields=["verdict", "verdict_on"])
    case.verdict = "not"
    reopen(case)
    step = write_step(by, case, "still_there", code="not", party=story.NEIGHBOUR, report=heard.report)
    again(by, case)
    changed(case, "state", "verdict", "closed_on", "reopened", "answered_on", "outcome")
    told(by, case, "still_there", step)


def may_go_higher(case: Case, heard: Heard, today: date) -> bool:
    """Whether a reporter may ask for the next office: its day has passed, or they found it not fixed."""
    return case.state in story.LIVE and (case.overdue(today) or heard.verdict in story.REOPENS)


@verb
def ask_higher(*, by: Reporter) -> Case:
    """The reporter asks for the next office: not before the day has passed, or the answer was disputed."""
    case = reporters_case(by)
    held(story.live, case.standing)
    if not may_go_higher(case, my(by, case), timezone.localdate()):
        refuse(Misstep("too_early"))
    to = next_office(case)
    if to is None:
        refuse(Misstep("top"))
    may_leave(case, to)
    put(by, case, to, "disputed")
    step = write_step(by, case, "escalate", code="disputed", report=by.report)
    told(by, case, "escalate", step, to=str(to.pk), why="disputed")
    return case


@verb
def approve(*, by: Reporter, words: str) -> Report:
    """Let this wording, and no other, go beyond the office that has the case now."""
    case = reporters_case(by)
    report = Report.objects.select_for_update().get(pk=by.report.pk)
    before = report.approved
    readers = [*offices_readers([case.office, *offices_above(case)]), report.reader]
    report.approved = seal(words_of(words), readers)
    report.save(update_fields=["approved"])
    if before is not None:
        forget(before)
    step = write_step(by, case, "approve", report=report)
    told(by, case, "approve", step)
    return report


@verb
def withdraw(*, by: Reporter) -> Case:
    """Take a report back: its words and name are deleted; alone in its case, the case ends with it."""
    case = reporters_case(by)
    report = Report.objects.select_for_update().get(pk=by.report.pk)
    erased(report)
    report.withdrawn_at = timezone.now()
    report.save(update_fields=["withdrawn_at", "erased_at"])
    if case.heard.filter(report__withdrawn_at=None).exists():
        step = write_step(by, case, "leave", report=report)
    else:
        case.state, case.outcome, case.closed_on = story.CLOSED, "withdrawn", timezone.localdate()
        case.public_words, case.review_by = "", None
        step = write_step(by, case, "withdraw", code="withdrawn", report=report)
    changed(case, "state", "outcome", "closed_on", "public_words", "review_by")
    told(by, case, "withdraw", step)
    return case


def erased(report: Report) -> None:
    """What was sealed of a report is gone: words, wording, identity, files and every message about it."""
    sealed = [report.words, report.approved, report.identity]
    sealed += [one.sealed for one in report.files.select_related("sealed")]
    written = Message.objects.filter(report=report).select_related("sealed")
    for message in written.prefetch_related("files__sealed"):
        sealed += [message.sealed, *(one.sealed for one in message.files.all())]
    for one in sealed:
        if one is not None:
            forget(one)
    NoticeContact.objects.filter(report=report).delete()
    report.erased_at = timezone.now()


@verb
def seen(*, by: Reporter) -> Heard:
    """The reporter has read what there is."""
    heard = Heard.objects.get(report=by.report)
    heard.read_until = timezone.now()
    heard.save(update_fields=["read_until"])
    return heard
