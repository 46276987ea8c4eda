"""What every verb about a case does first and last: a file of its own because the rules know no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from samleng.answers.cases.models import Case, Heard, Look, Step, context
from samleng.answers.cases.rules.story import CLOCK, OFFICE, OPEN, REPORTER, Misstep
from samleng.answers.cases.wording import refuse
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import is_system
from samleng.kit.commit.rows import put
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import record
from samleng.kit.sealing.rules import Opener, Reader
from samleng.kit.words.codes import make_code
from samleng.kit.words.text import clean
from samleng.voices.reports.models import Report

LONGEST = 4000
REFERENCE_DIGITS = 9


@dataclass(frozen=True, kw_only=True, repr=False)
class Reporter(Actor):
    """Whoever holds a report's receipt, with the key that came out of it; nobody's name."""

    report: Report
    opener: Opener


def reporter_of(report: Report, private: bytes, via: str) -> Reporter:
    """The reporter as verbs know them."""
    key = report.reader.key
    return Reporter(key=key, owner=key, via=via, report=report, opener=Opener(key, private))


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends."""
    return Case.objects.with_context().select_for_update(of=("self",)).get(pk=case.pk)


def allowed(by: Actor, right: str, case: Case) -> bool:
    """Whether somebody may do this to the case: by a seat in its office, and only if they see it at all."""
    if is_system(by):
        return True
    if not by.may(right, owner=case.owner_key):
        return False
    return Case.objects.seen_by(by, right).filter(pk=case.pk).exists()


def require_case(by: Actor, right: str, case: Case) -> None:
    """As `allowed`, and Denied if not."""
    if not allowed(by, right, case):
        raise Denied


def reporters_case(by: Reporter) -> Case:
    """The case of the reporter's report, held until the transaction ends; the one it was joined to."""
    case = Heard.of(by.report).case
    while case.merged_into_id is not None:
        case = case.merged_into
    return locked(case)


def refuse_unapproved(case: Case, field: str = "") -> None:
    """A sealed case goes beyond its office only when each of its reporters approved a wording for that."""
    if case.sealed and case.heard.filter(report__approved=None).exists():
        refuse(Misstep("not_approved", field))


def words_of(text: str, field: str = "words") -> str:
    """The text cleaned; a Refusal when it is empty or too long."""
    plain = clean(text)
    if not plain:
        refuse(Misstep("words", field))
    if len(plain) > LONGEST:
        refuse(Misstep("long", field, most=LONGEST))
    return plain


def vault_of(office: Office) -> Vault:
    """The vault an office's words are sealed to; a Refusal when it has none yet."""
    vault = Vault.objects.of(office, "cases")
    if vault is None:
        refuse(Misstep("no_vault"))
    return vault


def reader_of(office: Office) -> Reader:
    return vault_of(office).reader


def party_of(by: Actor) -> str:
    """Whose voice a step is."""
    if isinstance(by, Reporter):
        return REPORTER
    return CLOCK if is_system(by) else OFFICE


def write_step(by: Actor, case: Case, kind: str, **facts: Any) -> Step:
    """One step of the case's story."""
    step = fresh_step(by, case, kind, **facts)
    put([step])
    return step


def fresh_step(by: Actor, case: Case, kind: str, **facts: Any) -> Step:
    """One step, not yet written."""
    return Step(
        case=case, kind=kind, party=facts.pop("party", "") or party_of(by), office=case.office,
        state=case.state, on=timezone.localdate(), by=by.key, **facts,
    )  # fmt: skip


def changed(case: Case, *fields: str) -> None:
    """Keep what a verb changed, with the clock's next day as it follows from it."""
    case.updated_at = timezone.now()
    case.next_due = next_due(case)
    case.save(update_fields=[*fields, "updated_at", "next_due"])


def next_due(case: Case) -> Any:
    """The day that counts now: to confirm receipt, to decide whose matter it is, to answer; else none."""
    if case.state not in OPEN:
        return None
    if case.acknowledged_on is None:
        return case.acknowledge_by
    if case.kind == "complaint" and case.admitted_on is None:
        return case.admit_by
    return case.resolve_by


def told(by: Actor, case: Case, name: str, step: Step | None = None, **facts: Any) -> None:
    """One ledger row about the case: ids and codes only. The map hears of public cases alone."""
    if step is not None:
        facts["step"] = str(step.pk)
    record(
        by=by, verb=f"cases.{name}", thing=case, owner=case.owner_key, facts={**context(case), **facts},
        tell=("postman",) if case.sealed else ("pins", "postman"),
    )  # fmt: skip


def opened_by(by: Actor, case: Case, what: str, reason: Any = None) -> Look:
    """Write down that somebody opened what was sealed."""
    look = Look.objects.create(case=case, what=what, by=by.key, reason=reason)
    record(
        by=by, verb="cases.look", thing=case, owner=case.owner_key,
        facts={"what": what, "look": look.pk}, tell=(),
    )  # fmt: skip
    return look


def offices_readers(offices: Iterable[Office]) -> list[Reader]:
    """The vaults of those offices that have one."""
    return list(Vault.objects.readers([one.pk for one in offices]).values())


def fresh_reference(day: date) -> str:
    """A number that people call a case by: the year, then digits of which the last checks."""
    return f"{day.year % 100:02d}-{make_code(length=REFERENCE_DIGITS)}"


def named(case: Case, today: date) -> None:
    """Save a new case under a reference that nobody has."""
    for tries_left in reversed(range(10)):
        case.reference = fresh_reference(today)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
            return
        except IntegrityError:
            if not tries_left:
                raise
