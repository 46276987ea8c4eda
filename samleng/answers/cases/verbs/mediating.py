"""What an ombudsman does that decides nothing: bring both sides together, advise, and hear the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from samleng.answers.cases.models import Case, Recommendation, Session
from samleng.answers.cases.rules import story
from samleng.answers.cases.rules.mediation import ANSWERS, OUTCOMES, PARTIES
from samleng.answers.cases.rules.story import Misstep
from samleng.answers.cases.steps import (
    changed,
    locked,
    reader_of,
    refuse_unapproved,
    require_case,
    told,
    words_of,
    write_step,
)
from samleng.answers.cases.verbs.answering import receipt_confirmed, resumed
from samleng.answers.cases.wording import held, refuse
from samleng.ground.offices.models import Office
from samleng.ground.people.permission import require
from samleng.kit.ledger.rules import Actor
from samleng.kit.ledger.verbs import verb
from samleng.kit.sealing.verbs import seal
from samleng.kit.words.text import clean


@verb
def mediate(
    *,
    by: Actor,
    case: Case,
    held_on: date,
    parties: Iterable[str],
    outcome: str = "",
    minutes: str = "",
) -> Session:
    """Write down a sitting, planned or held; one that ended in an agreement does not close the case."""
    case = locked(case)
    require_case(by, "cases.mediate", case)
    held(story.live, case.standing)
    sat = sorted(set(parties))
    if not sat or not set(sat) <= set(PARTIES):
        refuse(Misstep("parties", "parties"))
    if outcome not in ("", *OUTCOMES) or (outcome and held_on > timezone.localdate()):
        refuse(Misstep("sitting", "outcome"))
    receipt_confirmed(case)
    resumed(case)
    case.state = story.WORKING
    sealed = seal(clean(minutes)[:4000], [reader_of(case.office)]) if clean(minutes) else None
    sitting = Session.objects.create(
        case=case, office=case.office, held_on=held_on, parties=sat, outcome=outcome, minutes=sealed,
        by=by.key,
    )  # fmt: skip
    step = write_step(by, case, "mediate", code=outcome)
    changed(case, "state", "acknowledged_on", "paused_on", "pause_reason", "pauses", "resolve_by", "admit_by")
    told(by, case, "mediate", step, outcome=outcome)
    return sitting


@verb
def recommend(*, by: Actor, case: Case, to: Office, words: str, answer_by: date) -> Recommendation:
    """Put a recommendation to the authority; its answer, or its silence, is part of the case."""
    case = locked(case)
    require_case(by, "cases.mediate", case)
    held(story.live, case.standing)
    refuse_unapproved(case)
    if answer_by <= timezone.localdate():
        refuse(Misstep("answer_day", "answer_by"))
    # The authority may be the office complained of: it reads these words, and nothing else of the case.
    readers = [reader_of(case.office), reader_of(to)]
    readers += [one.report.reader for one in case.heard.select_related("report")]
    made = Recommendation.objects.create(
        case=case, office=case.office, to=to, sealed=seal(words_of(words), readers), answer_by=answer_by,
        by=by.key,
    )  # fmt: skip
    step = write_step(by, case, "recommend")
    changed(case)
    told(by, case, "recommend", step, recommendation=str(made.pk), to=str(to.pk))
    return made


@verb
def respond(*, by: Actor, recommendation: Recommendation, answer: str, words: str = "") -> Recommendation:
    """The authority answers a recommendation: accepted, accepted in part, or refused with its reasons."""
    made = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    require(by, "cases.respond", owner=made.to.owner_key)
    if made.answer:
        refuse(Misstep("responded"))
    if answer not in ANSWERS:
        refuse(Misstep("answer", "answer"))
    if answer != "accepted" and not clean(words):
        refuse(Misstep("reason", "words"))
    case = locked(made.case)
    made.answer, made.answered_on = answer, timezone.localdate()
    if clean(words):
        readers = [reader_of(made.office), reader_of(made.to)]
        readers += [one.report.reader for one in case.heard.select_related("report")]
        made.reply = seal(words_of(words), readers)
    made.save(update_fields=["answer", "answered_on", "reply"])
    step = write_step(by, case, "respond", code=answer)
    changed(case)
    told(by, case, "respond", step, answer=answer)
    return made
