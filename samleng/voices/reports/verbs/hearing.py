"""A report is heard: sealed as it comes in, once however often it is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import Category
from samleng.ground.offices.models import Office
from samleng.ground.people.sealing import blind_index, plain_contact
from samleng.ground.people.sealing import seal as seal_contact
from samleng.ground.places.models import Place
from samleng.ground.services.models import Facility
from samleng.kit.commit.asking import Question
from samleng.kit.commit.rows import put
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record
from samleng.kit.sealing.ahead import ahead
from samleng.kit.sealing.receipts import receipt_keys
from samleng.kit.sealing.rules import Keypair, Reader, fresh_keypair
from samleng.kit.sealing.verbs import Prepared, file_ahead, keep_prepared, sealed_ahead
from samleng.kit.words.codes import valid_receipt_digits
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.reports.models import NoticeContact, Report, ReportFile
from samleng.voices.reports.rules.asking import checked_answers
from samleng.voices.reports.rules.filing import (
    PUBLIC,
    Filing,
    Unfit,
    checked,
    exposure_for,
    kind_of_contact,
)
from samleng.voices.reports.wording import refused


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who may open what of a report: its words, who said it, and the wording that may go further."""

    words: tuple[Reader, ...]
    identity: tuple[Reader, ...] = ()
    beyond: tuple[Reader, ...] = ()


@dataclass(frozen=True, repr=False)
class Slip:
    """A receipt turned into what the site works with: a look-up and the reporter's key. Slow to make."""

    lookup: str
    keys: Keypair
    # Nobody has its receipt, so nothing was ever sent under it before.
    nobodys: bool = False


def slip_for(receipt: str) -> Slip:
    """The slip of a receipt; Refusal when its digits do not check, or when too many are asked at once."""
    digits = valid_receipt_digits(receipt)
    if digits is None:
        raise refused(Unfit("receipt", "receipt"))
    return Slip(*receipt_keys(digits, settings.RECEIPT_SALT.encode()))


def slip_ready() -> tuple[str, Slip] | None:
    """A fresh receipt whose slip is made already; None when none is ready: then draw one."""
    found = ahead().take()
    return (found.receipt, Slip(found.lookup, found.keys)) if found else None


def slip_of_nobody() -> Slip:
    """The slip of a receipt that nobody is given: drawn, not derived, so that there is nothing to guess."""
    return Slip(os.urandom(32).hex(), fresh_keypair(), nobodys=True)


def looked_at(filing: Filing, category: Category) -> Filing:
    """The filing held against its category; Refusal at the first thing that is wrong."""
    try:
        exposure_for(filing.exposure, category.exposure, category.exposures)
        checked(filing, today=timezone.localdate())
        checked_answers(category, filing.answers)
        if category.only_referral:
            raise Unfit("referral", "category")
        if not filing.says_something:
            raise Unfit("empty", "words")
    except Unfit as unfit:
        raise refused(unfit) from unfit
    return filing


# Most often there is none, and that is asked for every report. Whoever follows one is answered by `under`
# alone: there a receipt that is known must cost no more than one that is not.
any_under = Question(lambda lookup: Report.objects.filter(lookup=lookup).values_list("pk"))


def heard_before(slip: Slip, filing: Filing) -> Report | None:
    """The same report when it was sent before; Refusal when the receipt is another's."""
    kept = Report.objects.under(slip.lookup) if any_under(slip.lookup) else None
    if kept is not None and kept.digest != filing.digest(slip.keys.private):
        raise refused(Unfit("receipt_taken", "receipt"))
    return kept


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A report with all that was said in it, sealed: ready to be written down."""

    report: Report
    sealed: tuple[Prepared, ...]
    files: tuple[ReportFile, ...]
    behalf: bool
    notice_to: str


def spoken(
    *,
    by: Actor,
    filing: Filing,
    slip: Slip,
    catalogue: CatalogueVersion,
    category: Category,
    place: Place,
    audience: Audience,
    about: Office | None = None,
    facility: Facility | None = None,
    sample: bool = False,
) -> Spoken:
    """What one person said, sealed to whoever may read it, before any transaction: sealing takes its time."""
    report = Report(
        catalogue=catalogue, category=category.code, kind=category.kind, exposure=filing.exposure,
        place=place, about=about, facility=facility, door=by.via, language=filing.language,
        happened_on=filing.happened_on, lookup=slip.lookup, public_key=slip.keys.public,
        digest=filing.digest(slip.keys.private), helper=by.key if filing.on_behalf else "",
        consent=filing.helper_consent[:20] if filing.on_behalf else "", sample=sample,
    )  # fmt: skip
    if filing.point is not None and filing.exposure == PUBLIC:
        report.latitude, report.longitude = filing.point.latitude, filing.point.longitude
    readers = (*audience.words, report.reader)
    sealed = [sealed_ahead(said(filing), readers)]
    report.words = sealed[0].sealed
    if (approved := approved_words(filing)) and audience.beyond:
        sealed.append(sealed_ahead(approved, (*audience.beyond, *readers)))
        report.approved = sealed[-1].sealed
    if filing.identity.given and audience.identity:
        sealed.append(sealed_ahead(filing.identity.as_text(), audience.identity))
        report.identity = sealed[-1].sealed
    pictures = [file_ahead(one.data, one.media_type, readers) for one in filing.files]
    return Spoken(
        report=report, sealed=(*sealed, *pictures), files=files_of(report, filing, pictures),
        behalf=filing.on_behalf, notice_to=filing.notice_to,
    )  # fmt: skip


def files_of(report: Report, filing: Filing, pictures: Sequence[Prepared]) -> tuple[ReportFile, ...]:
    """The photos and recordings of a report, in their order."""
    return tuple(
        ReportFile(report=report, position=position, kind=one.kind, sealed=made.sealed)
        for position, (one, made) in enumerate(zip(filing.files, pictures, strict=True))
    )


def hear(*, by: Actor, spoken: Spoken) -> Report:
    """Keep what one person said, in the transaction of whoever takes it up. Anybody may speak.

    Without one a report could be left half written, which nothing here ever is: TransactionManagementError.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a report is heard in the transaction of whoever takes it up")
    report = spoken.report
    keep_prepared(spoken.sealed)
    put([report])
    keep_contact(report, spoken.notice_to)
    put(spoken.files)
    facts = {"exposure": report.exposure, "door": report.door, "behalf": spoken.behalf}
    record(by=by, verb="reports.hear", thing=report, owner="", facts=facts, tell=())
    return report


def keep_contact(report: Report, notice_to: str) -> None:
    """Keep, for the postman alone, where the reporter wants to hear that something moved."""
    if not notice_to.strip():
        return
    kind, plain = notice_contact(notice_to)
    NoticeContact.objects.create(
        report=report, kind=kind, sealed=seal_contact(plain), blind_index=blind_index(kind, plain)
    )


def notice_contact(notice_to: str) -> tuple[str, str]:
    """How it is reached and in which one form it is kept; a Refusal at its field for what cannot be told."""
    kind = kind_of_contact(notice_to)
    if kind not in settings.NOTICE_KINDS:
        raise refused(Unfit("notice_kind", "notice_to"))
    try:
        return kind, plain_contact(kind, notice_to)
    except Refusal as wrong:
        raise Refusal(wrong.message, field="notice_to", remedy=wrong.remedy, code=wrong.code) from wrong


def said(filing: Filing) -> str:
    """Words and answers as they are sealed: {"words": ..., "answers": {...}} in JSON."""
    answers = {code: value for code, value in filing.answers.items() if value not in ("", None, [])}
    return json.dumps({"words": clean(filing.words), "answers": answers}, ensure_ascii=False)


def approved_words(filing: Filing) -> str:
    """The wording that may leave the first office; what is public anyway may go as it is."""
    return clean(filing.approved or (filing.words if filing.exposure == PUBLIC else ""))
