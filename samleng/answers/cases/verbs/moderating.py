"""What was said in public categories is looked at before everyone reads it; identities open for a reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from samleng.answers.cases.models import Case, Evidence, Heard, MessageFile, Note, Step
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    changed,
    locked,
    opened_by,
    reader_of,
    require_case,
    told,
    words_of,
    write_step,
)
from samleng.answers.cases.wording import refuse
from samleng.ground.keys.models import Vault
from samleng.ground.people.permission import Denied
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import Area, Unsound, blackened
from samleng.kit.media.verbs import erase, keep, open_blob
from samleng.kit.sealing.models import Sealed
from samleng.kit.sealing.rules import Opener
from samleng.kit.sealing.verbs import forget, open_file, open_text, seal
from samleng.kit.words.text import clean
from samleng.voices.reports.models import ReportFile


@verb
def review(*, by: Actor, case: Case, public_words: str = "", pictures: Iterable[Blob] = ()) -> Case:
    """Let words and pictures of a public report be read by everyone, as they stand here; or none of them.

    Names and accusations are left out by whoever reviews: what is not let pass stays sealed.
    """
    case = locked(case)
    require_case(by, "cases.moderate", case)
    if case.sealed:
        raise Denied
    case.public_words = clean(public_words)[:4000]
    case.reviewed_on, case.review_by = timezone.localdate(), None
    step = write_step(by, case, "review")
    for blob in pictures:
        if blob.owner != case.owner_key or blob.erased_at is not None:
            raise Denied
        Evidence.objects.update_or_create(
            case=case, blob=blob, defaults={"step": step, "moment": "before", "shown": True}
        )
    changed(case, "public_words", "reviewed_on", "review_by")
    told(by, case, "review", step, words=bool(case.public_words))
    return case


@verb
def show(*, by: Actor, evidence: Evidence, shown: bool = True) -> Evidence:
    """Let everyone see a picture of the case, or take it back."""
    case = locked(evidence.case)
    require_case(by, "cases.moderate", case)
    if case.sealed:
        raise Denied
    evidence.shown = shown
    evidence.save(update_fields=["shown"])
    changed(case)
    told(by, case, "show", None, evidence=evidence.pk, shown=shown)
    return evidence


@verb
def open_identity(*, by: Actor, heard: Heard, reason: str, opener: Opener) -> str:
    """Read who a confidential report came from: only with the custodian's key, and never without a reason."""
    case = locked(heard.case)
    require_case(by, "cases.identity", case)
    why = words_of(reason, "reason")
    identity = heard.report.identity
    if identity is None:
        refuse(Misstep("nothing"))
    vault = Vault.objects.of(case.office, "identity")
    text = open_text(identity, opener)
    opened_by(by, case, "identity", seal(why, [vault.reader]) if vault else None)
    return text


@verb
def black_out(*, by: Actor, case: Case, file: Sealed, opener: Opener, areas: Iterable[Area] = ()) -> Evidence:
    """Let everyone see a photo that came sealed, on a copy drawn anew in which these areas are black.

    The sealed photo stays as it is; without areas the copy is whole.
    """
    case = locked(case)
    require_case(by, "cases.moderate", case)
    if case.sealed or not belongs(case, file):
        raise Denied
    data, _media_type = open_file(file, opener)
    blob = keep(by=by, file=covered(data, areas), kind="photo", owner=case.owner_key)
    step = write_step(by, case, "redact")
    hung, _made = Evidence.objects.update_or_create(
        case=case, blob=blob, defaults={"step": step, "moment": "before", "shown": True}
    )
    changed(case)
    told(by, case, "black_out", step, evidence=hung.pk)
    return hung


@verb
def black_out_picture(*, by: Actor, evidence: Evidence, areas: Iterable[Area]) -> Evidence:
    """Put a copy with black areas in the place of a picture the office keeps; the former one is erased."""
    case = locked(evidence.case)
    require_case(by, "cases.moderate", case)
    before = evidence.blob
    with open_blob(before) as kept:
        blob = keep(by=by, file=covered(kept.read(), areas), kind="photo", owner=case.owner_key)
    step = write_step(by, case, "redact")
    evidence.blob = blob
    evidence.save(update_fields=["blob"])
    if before.pk != blob.pk and not before.needed:
        erase(by=by, blob=before)
    changed(case)
    told(by, case, "black_out", step, evidence=evidence.pk)
    return evidence


def covered(data: bytes, areas: Iterable[Area]) -> bytes:
    try:
        return blackened(data, areas)
    except Unsound as unsound:
        refuse(Misstep("picture", "areas") if unsound.code != "area" else Misstep("area", "areas"))


def belongs(case: Case, file: Sealed) -> bool:
    """Whether a sealed file came with a report or a message of the case."""
    reports = ReportFile.objects.filter(sealed=file, report__in=case.heard.values("report"))
    return reports.exists() or MessageFile.objects.filter(sealed=file, message__case=case).exists()


@verb
def redact_note(*, by: Actor, note: Note, words: str = "") -> Note:
    """Put other words in the place of a note, or none: what stood there is deleted for good."""
    case = locked(note.case)
    require_case(by, "cases.redact", case)
    note = Note.objects.select_for_update().get(pk=note.pk)
    if note.office_id != case.office_id:
        raise Denied
    before, note.sealed = note.sealed, seal(clean(words)[:4000], [reader_of(case.office)])
    note.save(update_fields=["sealed"])
    forget(before)
    told(by, case, "redact", write_step(by, case, "redact"), note=str(note.pk))
    return note


@verb
def redact_said(*, by: Actor, step: Step, words: str = "") -> Step:
    """Put other words in the place of what the office said in public, or none."""
    case = locked(step.case)
    require_case(by, "cases.redact", case)
    step.said = clean(words)[:4000]
    step.save(update_fields=["said"])
    changed(case)
    told(by, case, "redact", write_step(by, case, "redact"), said=str(step.pk))
    return step
