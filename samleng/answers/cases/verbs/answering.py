"""What an office does with a case: confirm receipt, decide whose it is, ask, answer, stop the clock."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from samleng.answers.cases.models import Case, Evidence, Heard, Message, MessageFile, Note, Step
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    changed,
    locked,
    reader_of,
    require_case,
    told,
    words_of,
    write_step,
)
from samleng.answers.cases.timing import CLOCK, lengthen, run_on, stop_clock
from samleng.answers.cases.wording import held, refuse
from samleng.ground.people.models import Person, Seat
from samleng.kit.ledger.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.media.models import Blob
from samleng.kit.sealing.verbs import seal, seal_file
from samleng.kit.words.text import clean
from samleng.voices.reports.rules.filing import Brought


@verb
def acknowledge(*, by: Actor, case: Case) -> Case:
    """The office confirms to the reporter that it has the case."""
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.may_acknowledge, case.standing)
    receipt_confirmed(case)
    step = write_step(by, case, "acknowledge")
    changed(case, "state", "acknowledged_on")
    told(by, case, "acknowledge", step)
    return case


def receipt_confirmed(case: Case) -> None:
    """Whatever an office does first also confirms receipt."""
    if case.acknowledged_on is None:
        case.acknowledged_on = timezone.localdate()
    if case.state == story.RECEIVED:
        case.state = story.ACKNOWLEDGED


@verb
def decide(*, by: Actor, case: Case, jurisdiction: str, kind: str = "") -> Case:
    """Say whose matter it is, and whether it is a complaint at all: a question is not a complaint."""
    case = locked(case)
    require_case(by, "cases.triage", case)
    held(story.live, case.standing)
    if jurisdiction not in story.JURISDICTIONS:
        refuse(Misstep("whose", "jurisdiction"))
    receipt_confirmed(case)
    case.jurisdiction, case.admitted_on = jurisdiction, case.admitted_on or timezone.localdate()
    case.kind = kind or case.kind
    step = write_step(by, case, "decide", code=jurisdiction)
    changed(case, "state", "acknowledged_on", "jurisdiction", "admitted_on", "kind")
    told(by, case, "decide", step, jurisdiction=jurisdiction)
    return case


@verb
def assign(*, by: Actor, case: Case, person: Person | None) -> Case:
    """Give the case to somebody of the office, or to nobody again."""
    case = locked(case)
    require_case(by, "cases.assign", case)
    held(story.live, case.standing)
    if person is not None and not sits_in(person, case):
        refuse(Misstep("person", "person"))
    case.assigned = person
    step = write_step(by, case, "assign")
    changed(case, "assigned")
    told(by, case, "assign", step, person=str(person.pk) if person else "")
    return case


def sits_in(person: Person, case: Case) -> bool:
    return Seat.objects.live().filter(person=person, office_id=case.office_id).exists()


@verb
def note(*, by: Actor, case: Case, words: str) -> Note:
    """Write something down for the office alone; it stays with the office when the case moves on."""
    case = locked(case)
    require_case(by, "cases.note", case)
    sealed = seal(words_of(words), [reader_of(case.office)])
    kept = Note.objects.create(case=case, office=case.office, sealed=sealed, by=by.key)
    told(by, case, "note", note=str(kept.pk))
    return kept


@verb
def write_to(
    *, by: Actor, case: Case, words: str, heard: Heard | None = None, files: Iterable[Brought] = (),
    waits: bool = False, said: str = "",
) -> list[Message]:  # fmt: skip
    """Write to the reporter, or to every reporter of the case; `waits` stops the clock for their answer.

    `said` stands in public beside a public case, as it does in an answer. A recording or
    photos may stand for the words.
    """
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.may_work, case.standing)
    brought = list(files)
    plain = words_of(words) if words.strip() or not brought else ""
    receipt_confirmed(case)
    if case.state == story.ACKNOWLEDGED:
        case.state = story.WORKING
    if waits:
        held(stop_clock, case, story.ASKED)
        case.state = story.WAITING
    public = words_of(said, "said") if said.strip() and not case.sealed else ""
    step = write_step(by, case, "ask" if waits else "write", said=public)
    changed(case, "state", "acknowledged_on", *CLOCK)
    sent = [send(by, case, one, plain, brought) for one in addressed(case, heard)]
    told(by, case, "write_to", step, reports=[str(one.report_id) for one in sent])
    return sent


def addressed(case: Case, heard: Heard | None) -> list[Heard]:
    """Whom an office writes to: the one named, or all who reported."""
    if heard is None:
        return list(case.heard.select_related("report"))
    if heard.case_id != case.pk:
        raise Denied
    return [heard]


def send(by: Actor, case: Case, heard: Heard, words: str, files: Iterable[Brought] = ()) -> Message:
    """One message, sealed to the office and to the reporter."""
    readers = [reader_of(case.office), heard.report.reader]
    message = Message.objects.create(
        case=case, report=heard.report, office=case.office, from_reporter=by.key == heard.report.reader.key,
        sealed=seal(words, readers), by=by.key,
    )  # fmt: skip
    for one in files:
        MessageFile.objects.create(
            message=message, kind=one.kind, sealed=seal_file(one.data, one.media_type, readers)
        )
    return message


@verb
def answer(
    *, by: Actor, case: Case, outcome: str, words: str = "", said: str = "", evidence: Iterable[Blob] = (),
    photos: Iterable[Brought] = (),
) -> Case:  # fmt: skip
    """The office says how the matter ended, to the reporters and, in public categories, to everyone.

    `words` go sealed to the reporters, `said` stands in public beside the case. `evidence` are the office's
    own pictures of a public matter; `photos` (of a sealed one) and a recording go sealed with the words, and
    nothing of a sealed matter is kept otherwise. It is a claim until the reporter says how it was.
    """
    case = locked(case)
    require_case(by, "cases.answer", case)
    shown, brought = list(evidence), list(photos)
    wanted = case.of.evidence != "none" and not case.evidence.filter(moment="after").exists()
    held(
        story.may_answer, case.standing, outcome, evidence_wanted=wanted, reason=words + said,
        evidence=bool(shown or (case.sealed and shows(brought))),
    )  # fmt: skip
    receipt_confirmed(case)
    resumed(case)
    case.state, case.outcome, case.answered_on = story.ANSWERED, outcome, timezone.localdate()
    public = words_of(said, "said") if said.strip() and not case.sealed else ""
    step = write_step(by, case, "answer", code=outcome, said=public)
    hang(step, shown, "after")
    changed(case, "state", "outcome", "answered_on", "acknowledged_on", *CLOCK)
    plain = words_of(words) if words.strip() else ""
    for heard in case.heard.select_related("report") if plain or brought else ():
        send(by, case, heard, plain, brought)
    told(by, case, "answer", step, outcome=outcome)
    return case


@verb
def take_answer_back(*, by: Actor, case: Case) -> Case:
    """The office takes its answer back before anybody judged it: it works on the matter again."""
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.may_take_back, case.standing)
    case.state, case.outcome, case.answered_on = story.WORKING, "", None
    step = write_step(by, case, "take_back")
    changed(case, "state", "outcome", "answered_on")
    told(by, case, "take_answer_back", step)
    return case


def shows(brought: Iterable[Brought]) -> bool:
    """Whether any of it is a picture."""
    return any(one.kind == "photo" for one in brought)


def hang(step: Step, blobs: Iterable[Blob], moment: str) -> None:
    """Pictures that show the thing; each must be a file of the case's office.

    A sealed case has none: they lie open on the disk. Its photos go sealed with a message.
    """
    for blob in blobs:
        if step.case.sealed or blob.owner != step.case.owner_key or blob.erased_at is not None:
            raise Denied
        Evidence.objects.get_or_create(case=step.case, blob=blob, defaults={"step": step, "moment": moment})


@verb
def pause(*, by: Actor, case: Case, reason: str) -> Case:
    """Stop the clock for one of the reasons its profile knows; everyone may see that it stands and why."""
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.live, case.standing)
    held(stop_clock, case, reason)
    receipt_confirmed(case)
    case.state = story.WAITING
    step = write_step(by, case, "pause", code=reason)
    changed(case, "state", "acknowledged_on", *CLOCK)
    told(by, case, "pause", step, reason=reason)
    return case


@verb
def resume(*, by: Actor, case: Case) -> Case:
    """Let the clock run again; the days it stood are not counted."""
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.may_resume, case.standing)
    resumed(case)
    step = write_step(by, case, "resume")
    changed(case, "state", *CLOCK)
    told(by, case, "resume", step)
    return case


def resumed(case: Case) -> None:
    """The clock runs on, if it stood."""
    run_on(case)
    if case.state == story.WAITING:
        case.state = story.WORKING


@verb
def extend(*, by: Actor, case: Case, reason: str) -> Case:
    """Take more time, once, with a reason that the reporter is told."""
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.live, case.standing)
    held(lengthen, case, clean(reason))
    step = write_step(by, case, "extend", said="" if case.sealed else clean(reason))
    changed(case, *CLOCK)
    for heard in case.heard.select_related("report"):
        send(by, case, heard, clean(reason))
    told(by, case, "extend", step, resolve_by=case.resolve_by.isoformat())
    return case
