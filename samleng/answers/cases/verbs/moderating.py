"""What was said in public categories is looked at before everyone reads it; identities open for a reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from samleng.answers.cases.models import Case, Evidence, Heard
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    changed,
    locked,
    opened_by,
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
from samleng.kit.sealing.rules import Opener
from samleng.kit.sealing.verbs import open_text, seal
from samleng.kit.words.text import clean


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
