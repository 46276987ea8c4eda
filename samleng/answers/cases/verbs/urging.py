"""What comes before everything else: an office says so with a reason, and may take it back."""

from __future__ import annotations

from samleng.answers.cases.models import Case, Note
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import changed, locked, reader_of, require_case, told, words_of, write_step
from samleng.answers.cases.wording import held, refuse
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.sealing.verbs import seal


@verb
def mark_urgent(*, by: Actor, case: Case, why: str, words: str = "") -> Case:
    """Put the case above the others at the desk; `words` stay with the office, as a note.

    Whoever answers may say so. Its clock runs on as it was promised.
    """
    case = locked(case)
    require_case(by, "cases.answer", case)
    held(story.may_mark_urgent, case.standing, why)
    if case.urgent:
        refuse(Misstep("urgent"))
    case.urgent, case.urgent_why = True, why
    step = write_step(by, case, "urgent", code=why)
    changed(case, "urgent", "urgent_why")
    remembered(by, case, words)
    told(by, case, "mark_urgent", step, why=why)
    return case


@verb
def take_urgent_back(*, by: Actor, case: Case, words: str = "") -> Case:
    """The case waits its turn again; only whoever directs the desk may say so."""
    case = locked(case)
    require_case(by, "cases.triage", case)
    held(story.live, case.standing)
    if not case.urgent:
        refuse(Misstep("not_urgent"))
    case.urgent, case.urgent_why = False, ""
    step = write_step(by, case, "not_urgent")
    changed(case, "urgent", "urgent_why")
    remembered(by, case, words)
    told(by, case, "take_urgent_back", step)
    return case


def remembered(by: Actor, case: Case, words: str) -> None:
    """What else there is to say of it, sealed for the office alone."""
    if words.strip():
        sealed = seal(words_of(words), [reader_of(case.office)])
        Note.objects.create(case=case, office=case.office, sealed=sealed, by=by.key)
