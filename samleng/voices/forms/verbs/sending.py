"""A record comes in: counted once however often it is sent, with its files, corrections superseding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samleng.ground.offices.models import Programme
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied, require
from samleng.kit.ledger.rules import Actor, fresh_id
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.media.models import Blob
from samleng.kit.media.verbs import read_whole
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.keeping import keep_file
from samleng.voices.forms.models import Attachment, Form, State, Submission, Version
from samleng.voices.forms.placing import Lies, where_it_lies
from samleng.voices.forms.rules.answers import Answers, Sent, arranged, files_named, read_sent
from samleng.voices.forms.rules.names import plain_name
from samleng.voices.forms.rules.places import codes_said
from samleng.voices.forms.rules.reading import Unreadable
from samleng.voices.forms.verbs.reviewing import may_review
from samleng.voices.forms.wording import closed_form, missing_form, missing_version, not_taken


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What became of a record: the row, whether it was new, files that it does not name or that are empty."""

    submission: Submission
    fresh: bool
    left_out: list[str]
    empty: list[str]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A record that was read: its XML, what it says, on which version, with which files, where it lies."""

    version: Version
    sent: Sent
    xml: bytes
    answers: Answers
    named: list[str]
    lies: Lies


def send(
    *,
    by: Actor,
    programme: Programme,
    xml: bytes,
    files: Mapping[str, Any] | None = None,
    form_id: str | None = None,
    corrects: Submission | None = None,
) -> Kept:
    """Take a record and the files that came with it; durable when it returns.

    `files` are open files by name; `form_id`, where an address names the form, and `corrects`, where it
    names the record to correct (by its first version), must agree with what is sent. The same record again
    brings only its missing files; other content under its id is refused (409). What is slow (reading,
    cleaning pictures) happens before the write begins. A file with nothing in it (the phone was full) holds
    no record back: its place stays empty.
    """
    require(by, "forms.send", owner=programme.owner_key)
    try:
        taken = take(by, programme, xml, form_id, corrects)
    except Unreadable as unreadable:
        raise not_taken(unreadable, field="xml_submission_file") from unreadable
    given = {plain_name(name): file for name, file in (files or {}).items()}
    here = arrived(taken) if given else set()
    empty = [name for name in taken.named if name in given and not read_whole(given[name], 1)]
    blobs = {
        name: keep_file(by, given[name], name=name, owner=programme.owner_key)
        for name in taken.named
        if name in given and name not in here and name not in empty
    }
    submission, fresh = receive(by=by, taken=taken, blobs=blobs)
    left_out = [name for name in given if name not in taken.named]
    return Kept(submission=submission, fresh=fresh, left_out=left_out, empty=empty)


def take(
    by: Actor, programme: Programme, xml: bytes, form_id: str | None, corrects: Submission | None
) -> Taken:
    """Read a record and find what it belongs to; Unreadable or Refusal where that cannot be."""
    sent = read_sent(xml)
    check_address(sent, form_id, corrects)
    version = version_of(programme, sent)
    answers = arranged(sent.root, version.repeats)
    named = files_named(answers, version.binaries)
    lies = where_it_lies(by, programme.owner_key, codes_said(answers, version.places))
    return Taken(version=version, sent=sent, xml=xml, answers=answers, named=named, lies=lies)


def check_address(sent: Sent, form_id: str | None, corrects: Submission | None) -> None:
    """Refuse a record sent to another form's address, or as the correction of another record."""
    if form_id is not None and form_id != sent.form_id:
        raise Refusal(
            _("This record belongs to another form than the one it was sent to."),
            field="form",
            remedy=_("Send it to the address of its own form."),
            code="unlike",
        )
    if corrects is None:
        return
    chain = Q(pk=corrects.pk) | Q(first=corrects.pk)
    if not Submission.objects.filter(chain, instance_id=sent.deprecated_id, form=corrects.form_id).exists():
        raise Refusal(
            _("A correction must name the record it corrects (deprecatedID)."),
            field="deprecatedID",
            remedy=_("Write the instanceID of the record's newest version there."),
            code="unlike",
        )


def version_of(programme: Programme, sent: Sent) -> Version:
    """The published version the record was filled in on, with its form."""
    rows = Version.objects.lean().published().select_related("form")
    here = rows.filter(form__programme=programme, form__xml_id=sent.form_id)
    version = here.exclude(form__state=State.DRAFT).filter(version=sent.version).first()
    if version is not None:
        return version
    if Form.objects.published().filter(programme=programme, xml_id=sent.form_id).exists():
        raise missing_version(sent.version)
    raise missing_form(sent.form_id)


def arrived(taken: Taken) -> set[str]:
    """The files that came with this very record already; those a correction took over may still change."""
    known = Attachment.objects.filter(
        submission__form=taken.version.form, submission__instance_id=taken.sent.instance_id
    )
    own = known.filter(blob__isnull=False, arrived_at__gte=F("submission__received_at"))
    return set(own.values_list("name", flat=True))


@verb
def receive(*, by: Actor, taken: Taken, blobs: Mapping[str, Blob]) -> tuple[Submission, bool]:
    """Write a record that was read, or add to the one that is here; whether it was new."""
    form, sent = taken.version.form, taken.sent
    require(by, "forms.send", owner=form.owner_key)
    same = Submission.objects.lean().filter(form=form, instance_id=sent.instance_id)
    mine, known = row_of(by, taken), same.first()
    if known is None:
        correct(by, mine, sent)
        if form.state != State.OPEN:
            raise closed_form()
        # ON CONFLICT DO NOTHING waits for another phone that sends the same, instead of failing.
        Submission.objects.bulk_create([mine], ignore_conflicts=True)
        known = same.first()
    if known is None:
        raise outdated()
    if known.payload_hash != sent.digest:
        raise other_answers()
    fresh = known.pk == mine.pk
    if fresh:
        begin_files(mine, taken.named)
        facts = {"form": str(form.pk), "version": str(taken.version.pk)}
        facts |= {"corrects": str(mine.supersedes_id)} if mine.supersedes_id else {}
        record(
            by=by,
            verb="forms.send",
            thing=mine,
            owner=form.owner_key,
            facts=facts,
            content=sent.digest,
            tell=(),
        )
    lay_files(by, known, blobs)
    return known, fresh


def row_of(by: Actor, taken: Taken) -> Submission:
    """The row of a record, not yet written."""
    return Submission(
        id=fresh_id(),
        form=taken.version.form,
        version=taken.version,
        instance_id=taken.sent.instance_id,
        payload_hash=taken.sent.digest,
        xml=taken.xml,
        answers=taken.answers,
        place_id=taken.lies.place,
        implementer_id=taken.lies.implementer,
        sender_id=UUID(by.person) if isinstance(by, Acting) and by.person else None,
    )


def other_answers() -> Refusal:
    return Refusal(
        _("A record with this number is here already, with other answers."),
        field="instanceID",
        remedy=_("Nothing was overwritten. To correct a record, edit it and send it as a correction."),
        code="conflict",
    )


def correct(by: Actor, mine: Submission, sent: Sent) -> None:
    """Tie a correction to the newest version of what it corrects; refuse one of something older.

    To know a record's number is not yet a right to it: for anybody else it is as if it were not here.
    """
    if not sent.deprecated_id:
        return
    same = Submission.objects.lean().filter(form=mine.form, instance_id=sent.deprecated_id)
    before = same.select_related("place").first()
    if before is None or not may_correct(by, mine.sender_id, before):
        raise Refusal(
            _("The record that this one corrects is not here."),
            field="deprecatedID",
            remedy=_("Send the first record, then the correction."),
            code="missing",
        )
    if Submission.objects.filter(supersedes=before).exists():
        raise outdated()
    mine.supersedes, mine.first_id = before, before.first_id or before.pk


def may_correct(by: Actor, sender: UUID | None, before: Submission) -> bool:
    """Whoever has sent a version of the record, and whoever looks through the records of where it lies."""
    first = before.first_id or before.pk
    chain = Submission.objects.filter(Q(pk=first) | Q(first=first))
    if sender is not None and chain.filter(sender=sender).exists():
        return True
    try:
        may_review(by, before)
    except Denied:
        return False
    return True


def outdated() -> Refusal:
    return Refusal(
        _("Somebody has corrected this record already."),
        field="deprecatedID",
        remedy=_("Get the newest version of the record and correct that one."),
        code="conflict",
    )


def begin_files(mine: Submission, named: list[str]) -> None:
    """A place for every file the record names; a correction takes over those that its record has."""
    if not named:
        return
    before = {}
    if mine.supersedes_id:
        rows = Attachment.objects.filter(submission=mine.supersedes_id, name__in=named, blob__isnull=False)
        before = {row.name: row for row in rows}
    Attachment.objects.bulk_create(
        [
            Attachment(
                submission=mine,
                name=name,
                blob_id=before[name].blob_id if name in before else None,
                arrived_at=before[name].arrived_at if name in before else None,
            )
            for name in named
        ]
    )


def lay_files(by: Actor, submission: Submission, blobs: Mapping[str, Blob]) -> None:
    """Put files in their places; a correction's own file takes the place of one it had taken over."""
    own = Attachment.objects.filter(submission=submission)
    for name, blob in blobs.items():
        changed = own.filter(name=name).exclude(blob=blob).update(blob=blob, arrived_at=timezone.now())
        if changed:
            record(
                by=by,
                verb="forms.add_file",
                thing=submission,
                owner=blob.owner,
                facts={"blob": str(blob.pk)},
                tell=(),
            )


@verb
def add_file(*, by: Actor, submission: Submission, name: str, blob: Blob) -> Attachment:
    """Bring a file that a record names; the same again is the same, another under its name is refused."""
    require(by, "forms.send", owner=submission.form.owner_key)
    place = (
        Attachment.objects.select_for_update().filter(submission=submission, name=plain_name(name)).first()
    )
    if place is None:
        raise Refusal(
            _("The record names no file of this name."),
            field="file",
            remedy=_("Send only the files that stand in the record."),
            code="missing",
        )
    if place.blob_id not in (None, blob.pk):
        raise Refusal(
            _("Another file of this name is here already."),
            field="file",
            remedy=_("Nothing was overwritten."),
            code="conflict",
        )
    lay_files(by, submission, {place.name: blob})
    place.refresh_from_db()
    return place
