"""A rating is given: a face for an office's service, once, by nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import RatingForm
from samleng.ground.offices.models import Office
from samleng.ground.services.models import Service
from samleng.kit.ledger.rules import Actor, fingerprint
from samleng.kit.ledger.verbs import record, verb
from samleng.kit.sealing.rules import Reader
from samleng.kit.sealing.verbs import seal
from samleng.kit.words.text import clean
from samleng.voices.reports.models import Rating
from samleng.voices.reports.rules.asking import checked_answer
from samleng.voices.reports.rules.filing import LONGEST_WORDS, Unfit
from samleng.voices.reports.rules.ratings import SEXES, parts_on, value_on
from samleng.voices.reports.wording import refused


@dataclass(frozen=True, kw_only=True, repr=False)
class Given:
    """What somebody gave: a value, parts, answers, perhaps words; `uid` was drawn by the page."""

    uid: UUID
    form: str
    value: object
    parts: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    sex: str = ""
    comment: str = ""
    transaction: str = ""

    def content_digest(self) -> str:
        """Codes and values alone: nothing that was written goes into it."""
        told = {"form": self.form, "value": str(self.value), "sex": self.sex, "transaction": self.transaction}
        told |= {f"part:{code}": str(value) for code, value in self.parts.items()}
        return fingerprint(told | {f"answer:{code}": str(value) for code, value in self.answers.items()})


def read(form: RatingForm, given: Given) -> dict[str, Any]:
    """The rating as it is kept; Refusal at the first thing that is wrong."""
    try:
        highest = max(form.values)
        kept = {
            "value": value_on(highest, given.value),
            "parts": parts_on(highest, frozenset(one.code for one in form.aspects), given.parts),
            "sex": given.sex if given.sex in SEXES else "",
        }
        asked = {question.code: question for question in form.questions}
        for code, answer in given.answers.items():
            if code not in asked or not asked[code].answers:
                raise Unfit("answer_wrong", code)
            checked_answer(asked[code], answer)
        if len(given.comment) > LONGEST_WORDS:
            raise Unfit("long", "comment", most=LONGEST_WORDS)
    except Unfit as unfit:
        raise refused(unfit) from unfit
    return kept | {"answers": {code: answer for code, answer in given.answers.items() if answer}}


@verb
def rate(
    *,
    by: Actor,
    given: Given,
    office: Office,
    service: Service | None = None,
    readers: tuple[Reader, ...] = (),
    sample: bool = False,
) -> Rating:
    """Keep a rating of an office; the same one again is the same. Words are sealed to `readers`."""
    catalogue = CatalogueVersion.objects.current()
    form = catalogue.catalogue.rating_form(given.form) if catalogue else None
    if catalogue is None or form is None:
        raise refused(Unfit("rating", "form"))
    kept = Rating.objects.filter(pk=given.uid).first()
    if kept is not None:
        if (kept.digest, kept.office_id) != (given.content_digest(), office.pk):
            raise refused(Unfit("rating_taken"))
        return kept
    facts = read(form, given)
    words = clean(given.comment)
    rating = Rating.objects.create(
        id=given.uid, catalogue=catalogue, form=form.code, office=office, service=service,
        transaction=given.transaction[:60], place=office.place, digest=given.content_digest(), door=by.via,
        given_on=timezone.localdate(), sample=sample or office.sample,
        comment=seal(words, readers) if words and readers else None, **facts,
    )  # fmt: skip
    record(
        by=by, verb="reports.rate", thing=rating, owner=office.owner_key,
        facts={"office": str(office.pk), "form": form.code}, tell=(),
    )  # fmt: skip
    return rating
