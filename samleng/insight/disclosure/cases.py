"""What of a case everyone may know, read from how the case stands now: no pin is made from a ledger row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from samleng.answers.cases.models import Case, Evidence, Heard
from samleng.answers.cases.models import Step as CaseStep
from samleng.answers.cases.rules.story import CLOSED, CONTENT, FIXED, MERGED
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.rules.pins import PUBLIC, PinFacts, PublicAnswer, Step
from samleng.kit.media.models import Blob

WITHDRAWN = "withdrawn"
# What everyone is told of a case that its office calls fixed and nobody confirmed.
ONLY_CLAIMED = "claimed"
# An office's first real answer: its own, or its crew's that has done it.
ANSWERS = ("answer", "done")


def on_map(case: Case) -> bool:
    """Whether a case has a pin at all: public, not taken back, and not a signpost to another."""
    return case.exposure == PUBLIC and case.state != MERGED and case.outcome != WITHDRAWN


def facts_of(cases: Collection[Case]) -> list[PinFacts]:
    """The facts of public cases, in their order; four queries however many they are."""
    ids = [one.pk for one in cases]
    steps: dict[UUID, list[CaseStep]] = defaultdict(list)
    for step in CaseStep.objects.filter(case__in=ids).order_by("at", "pk"):
        steps[step.case_id].append(step)
    languages: dict[UUID, str] = {}
    opening = Heard.objects.filter(case__in=ids).order_by("-report__heard_at", "-pk")
    for case_id, language in opening.values_list("case_id", "report__language"):
        languages[case_id] = language
    photos: dict[UUID, list[Evidence]] = defaultdict(list)
    shown = Evidence.objects.filter(case__in=ids, shown=True, blob__erased_at=None)
    for one in shown.order_by("at", "pk"):
        photos[one.case_id].append(one)
    return [facts(one, steps[one.pk], languages.get(one.pk, ""), photos[one.pk]) for one in cases]


def facts(case: Case, steps: Sequence[CaseStep], language: str, photos: Iterable[Evidence]) -> PinFacts:
    """One case as everyone may know it; what waits for review is not in it."""
    reviewed = reviewed_at(case, steps)
    photo = photo_of(photos) if reviewed else None
    service = case.service
    tongue = language or settings.LANGUAGE_CODE
    return PinFacts(
        case_id=case.pk, reference=case.reference, category=case.category, exposure=case.exposure,
        state=case.state, outcome=outcome_of(case), requested_at=case.opened_at, updated_at=case.updated_at,
        place_id=case.place_id, office_id=case.office_id,
        service=service.code if service else "", sector=service.sector.code if service else "",
        latitude=case.latitude, longitude=case.longitude, blur_metres=case.of.blur_metres,
        closed_at=closed_at(case, steps), answered_at=answered_at(case, steps),
        answer_due_on=case.resolve_by, due_on=None if case.paused_on else case.next_due,
        me_too=max(0, case.reports - 1),
        words={tongue: case.public_words} if reviewed and case.public_words else None,
        photo_id=photo.blob_id if photo else None, reviewed_at=reviewed, review_due_on=case.review_by,
        steps=tuple(changes(steps)),
        answers=tuple(
            PublicAnswer(at=one.at, text={settings.LANGUAGE_CODE: one.said}) for one in steps if one.said
        ),
        sample=case.sample,
    )  # fmt: skip


def outcome_of(case: Case) -> str:
    """How it ended: mended is only what whoever reported it found mended."""
    if case.state == CLOSED and case.outcome == FIXED and case.verdict not in CONTENT:
        return ONLY_CLAIMED
    return case.outcome


def reviewed_at(case: Case, steps: Sequence[CaseStep]) -> datetime | None:
    """When somebody last looked at the words and the pictures."""
    if case.reviewed_on is None:
        return None
    looked = [one.at for one in steps if one.kind == "review"]
    return looked[-1] if looked else midnight(case.reviewed_on)


def photo_of(photos: Iterable[Evidence]) -> Evidence | None:
    """The picture beside a pin: how it was found, else whatever may be seen of it."""
    shown = list(photos)
    return next((one for one in shown if one.moment == "before"), shown[0] if shown else None)


def proof_of(pin: Pin) -> Blob | None:
    """The newest picture from afterwards that somebody let everyone see; none before the first review."""
    if pin.reviewed_at is None:
        return None
    shown = Evidence.objects.filter(case=pin.case_id, moment="after", shown=True, blob__erased_at=None)
    last = shown.select_related("blob").order_by("-at", "-pk").first()
    return last.blob if last else None


def closed_at(case: Case, steps: Sequence[CaseStep]) -> datetime | None:
    """When the case was closed, as it is closed now."""
    if case.state != CLOSED:
        return None
    since: datetime | None = None
    for one in steps:
        since = (since or one.at) if one.state == CLOSED else None
    return since or midnight(case.closed_on or case.opened_on)


def answered_at(case: Case, steps: Sequence[CaseStep]) -> datetime | None:
    """When the office that has the case now first answered it."""
    own = [one.at for one in steps if one.kind in ANSWERS and one.office_id == case.office_id]
    return own[0] if own else None


def changes(steps: Iterable[CaseStep]) -> Iterable[Step]:
    """Each state the case came into, and when."""
    before = ""
    for one in steps:
        if one.state != before:
            yield Step(at=one.at, state=one.state)
        before = one.state


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def stands_in(case: Case) -> Case:
    """The case that this one was joined to, through however many joinings; itself where it was not."""
    while case.merged_into is not None:
        case = case.merged_into
    return case


def whole(cases: Any) -> Any:
    """Cases with what their facts ask for."""
    return cases.select_related("catalogue", "service__sector", "merged_into")
