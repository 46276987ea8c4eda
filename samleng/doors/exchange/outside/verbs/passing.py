"""What our reporters say afterwards goes to the office's own system: not fixed, still there, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from samleng.answers.cases.models import PUBLIC, Case, Step
from samleng.answers.cases.rules.story import MERGED, OPEN, REOPENS
from samleng.doors.exchange.models import HandedOver, OutsideSystem, PassedOn
from samleng.doors.exchange.open311.wording import theirs
from samleng.doors.exchange.outside import reading, saying
from samleng.doors.exchange.outside.calling import File, Trouble, post
from samleng.doors.exchange.outside.keyed import far
from samleng.doors.exchange.outside.rules import pause
from samleng.doors.exchange.outside.verbs.sending import fell, keep, well
from samleng.insight.disclosure.models import Pin
from samleng.kit.words.text import say

AT_ONCE = 100
WORDS, LEFT = "words", "left"
# The steps of which they hear. Whatever else is said of a case, they or the office itself say.
TOLD = ("judge", "still_there", "withdraw")


def gather(system: OutsideSystem) -> None:
    """Mark what happened since to cases that are there; found by how the case stood at the last look."""
    changed = Q(seen=None) | ~Q(case__updated_at=F("seen"))
    rows = HandedOver.objects.filter(changed, system=system, state=HandedOver.HELD).select_related("case")
    for handed in rows[:AT_ONCE]:
        seen = handed.case.updated_at
        pin = Pin.objects.select_related("photo").filter(case_id=handed.case_id).first()
        if pin is not None and pin.updated_at < seen:
            # The map is not as far yet: looked at in the next round.
            continue
        for one, at in about(handed, pin):
            PassedOn.objects.get_or_create(handed=handed, about=one, defaults={"at": at})
        mark = saying.known_words(pin) if pin else ""
        keep(
            handed, seen=seen, with_words=handed.with_words or bool(mark),
            words_mark=mark or handed.words_mark,
        )  # fmt: skip


def about(handed: HandedOver, pin: Pin | None) -> Iterator[tuple[str, datetime]]:
    """What they do not know yet."""
    case = handed.case
    since = Q(at__gt=handed.sent_at) if handed.sent_at else Q()
    for step in Step.objects.filter(since, case=case, kind__in=TOLD).order_by("at", "pk"):
        yield f"step:{step.pk}", step.at
    mark = saying.known_words(pin) if pin is not None else ""
    # What went before such marks were kept is known there as it stands.
    before = handed.words_mark or (mark if handed.with_words else "")
    if pin is not None and mark and mark != before:
        yield f"{WORDS}:{mark}", pin.reviewed_at or case.updated_at
    if case.office_id != handed.system.office_id or case.state == MERGED or case.exposure != PUBLIC:
        yield LEFT, case.updated_at


def pass_on(system: OutsideSystem, now: datetime) -> None:
    """Send each piece of news until it arrives: under its own number it counts there once."""
    due = Q(next_at=None) | Q(next_at__lte=now)
    rows = PassedOn.objects.filter(due, handed__system=system, handed__state=HandedOver.HELD, done_at=None)
    for one in rows.select_related("handed__case", "handed__system").order_by("at", "pk")[:AT_ONCE]:
        fields, files = said(one)
        try:
            post(far(system), "servicerequestupdates", fields, files)
        except Trouble as trouble:
            not_passed(system, one, trouble, now)
            continue
        passed(one, now)
        well(system)


def said(one: PassedOn) -> tuple[dict[str, str], list[File]]:
    """The form of it: codes of ours in sentences of ours. What a reporter wrote is sealed and stays so."""
    handed, case = one.handed, one.handed.case
    if one.about.partition(":")[0] == WORDS:
        pin = Pin.objects.select_related("photo").filter(case_id=case.pk).first()
        words = say(pin.words, "") if pin else ""
        files = saying.files_of(handed.system, pin) if pin else []
        status = standing(case)
        fields = saying.update_of(handed, one.pk, status, words or str(_("A photo was added.")), one.at)
        if handed.system.photos == OutsideSystem.Photos.LINK and pin and saying.shows_photo(pin):
            fields["media_url"] = saying.photo_link(pin)
        # Without a status nothing is opened again by it.
        return {name: value for name, value in fields.items() if (name, value) != ("status", "open")}, files
    if one.about == LEFT:
        words, status = str(_("Another office has it now.")), "internal_referral"
    else:
        step = Step.objects.get(pk=one.about.removeprefix("step:"))
        status, words = of_step(step)
        return saying.update_of(handed, one.pk, status, words, one.at, code_of(step)), []
    return saying.update_of(handed, one.pk, status, words, one.at), []


def standing(case: Case) -> str:
    return theirs(case.state, case.outcome, case.state in OPEN)


def code_of(step: Step) -> str:
    """The step as a site of this house knows it again."""
    return step.code if step.kind == "judge" else step.kind


def of_step(step: Step) -> tuple[str, str]:
    """What a step of a reporter means there."""
    if step.kind == "withdraw":
        return "closed", str(_("Whoever reported it took it back."))
    if step.kind == "still_there":
        return "open", str(_("A neighbour says that it is still there."))
    sentences: dict[str, Any] = {
        "fixed": _("Whoever reported it says: it is fixed."),
        "half": _("Whoever reported it says: it is only half done."),
        "not": _("Whoever reported it says: it is not fixed."),
        "ignored": _("Whoever reported it says: nobody answered."),
        "refused": _("Whoever reported it does not accept the refusal."),
    }
    return "open" if step.code in REOPENS else "fixed", str(sentences.get(step.code, sentences["not"]))


def passed(one: PassedOn, now: datetime, trouble: str = "") -> None:
    one.done_at, one.trouble = now, trouble
    one.save(update_fields=["done_at", "trouble", "said"])
    if one.about == LEFT:
        keep(one.handed, state=HandedOver.OVER)


def not_passed(system: OutsideSystem, one: PassedOn, trouble: Trouble, now: datetime) -> None:
    """Later again. What they do not take at all is given up and said on the desk."""
    if trouble.code in ("not_there", "refused"):
        one.said = reading.what_they_say(trouble.body)
        passed(one, now, trouble.code)
        return
    one.tries, one.trouble, one.next_at = one.tries + 1, trouble.code, now + pause(one.tries + 1)
    one.save(update_fields=["tries", "trouble", "next_at"])
    fell(system, trouble, now)
    raise trouble
