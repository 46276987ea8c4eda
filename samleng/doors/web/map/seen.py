"""Reports and offices as public pages say them: names from the catalogue, the clock in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.timing import left_by
from samleng.doors.web.templatetags.said import dated, say
from samleng.insight.disclosure.categories import Categories
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.reports import steps_of, today_of
from samleng.insight.disclosure.rules.pins import CLOSED, FIXED, LATE, OPEN, Clock, others

# How a report stands: the house's chip, its tone and shape, and the words.
STANDS = {
    OPEN: ("open", "go", "half", _("Within its time")),
    LATE: ("delayed", "care", "clock", _("Overdue")),
    FIXED: ("kept", "sure", "ticks", _("Fixed")),
    CLOSED: ("completed", "good", "tick", _("Closed")),
}
ANSWERED = "answered"
# What a case may be in, in the words of whoever waits for it.
STATES = {
    "received": _("Received"),
    "acknowledged": _("The office has confirmed that it has it"),
    "asked": _("The office has asked something"),
    "admitted": _("Taken up"),
    "working": _("Work has begun"),
    "planned": _("Planned"),
    "mediating": _("Both sides are talking"),
    "transferred": _("Passed to another office"),
    "extended": _("The office has taken more time, with a reason"),
    "paused": _("Waiting, with a reason"),
    "escalated": _("Put to a higher office"),
    ANSWERED: _("The office has answered"),
    "resolved": _("The office says that it is solved"),
    "fixed": _("Fixed"),
    "half": _("Half fixed"),
    "not_fixed": _("Not fixed"),
    "settled": _("Settled between both sides"),
    "upheld_no_means": _("True, but there is no money for it now"),
    "not_upheld": _("Found not to be so"),
    "refused": _("Refused, with a reason"),
    "ignored": _("Never answered"),
    "other_body": _("Another body is responsible"),
    "withdrawn": _("Taken back by who reported it"),
    "duplicate": _("Reported already"),
    "reopened": _("Opened again"),
    "closed": _("Closed"),
}


@dataclass(frozen=True)
class Said:
    """A report as a list says it."""

    pin: Pin
    url: str
    name: str
    icon: str
    place: str
    clock: Clock
    when: str
    review: str
    others: int | None

    @property
    def chip(self) -> tuple[str, str, str, str]:
        code, tone, shape, words = STANDS[self.clock.group]
        return code, tone, shape, str(words)

    @property
    def shown(self) -> str:
        """What was written, once somebody has read it."""
        return say(self.pin.words) if self.pin.words else ""


def said(pin: Pin, known: Categories) -> Said:
    clock = today_of(pin)
    category = known.of(pin.category)
    return Said(
        pin=pin,
        url=reverse("map_report", args=[pin.reference]),
        name=name_of(pin.category, known),
        icon=category.icon if category else "",
        place=pin.place.label(language()),
        clock=clock,
        when=when(pin, clock),
        review=review(pin, clock),
        others=others(pin.me_too),
    )


def language() -> str:
    return (get_language() or "en").split("-")[0]


def name_of(code: str, known: Categories) -> str:
    """A category's name in the reader's language, as the catalogue has it today."""
    found = known.of(code)
    return say(found.name) if found else code


def state_word(state: str) -> str:
    return str(STATES.get(state, state.replace("_", " ")))


def when(pin: Pin, clock: Clock) -> str:
    """The clock in a sentence."""
    if clock.group == FIXED:
        return gettext("Fixed on %(day)s.") % {"day": dated(pin.closed_at)}
    if clock.group == CLOSED:
        return gettext("Closed on %(day)s.") % {"day": dated(pin.closed_at)}
    if clock.group == LATE and pin.due_on:
        past = left_by(pin.due_on, timezone.localdate()).days
        return ngettext(
            "Overdue: it was due on %(day)s, %(n)s working day ago.",
            "Overdue: it was due on %(day)s, %(n)s working days ago.",
            past,
        ) % {"day": dated(pin.due_on), "n": past}
    if pin.state == ANSWERED:
        return gettext("The office answered on %(day)s. Whoever reported it is asked how it was.") % {
            "day": dated(answer_day(pin))
        }
    if pin.due_on:
        return gettext("The office is to act by %(day)s.") % {"day": dated(pin.due_on)}
    return gettext("No day has been set for it.")


def answer_day(pin: Pin) -> datetime:
    """When the answer that stands was given; one that was taken up again had others before."""
    given = [at for at, state in steps_of(pin) if state == ANSWERED]
    return given[-1] if given else pin.answered_at or pin.updated_at


def review(pin: Pin, clock: Clock) -> str:
    """Whether words and photo still wait for somebody to look at them, in a sentence; else empty."""
    if clock.review_late:
        return gettext("What was written should have been reviewed by %(day)s. It has not been yet.") % {
            "day": dated(pin.review_due_on)
        }
    if clock.review_waits:
        return gettext("What was written is shown after review, by %(day)s at the latest.") % {
            "day": dated(pin.review_due_on)
        }
    return ""


def answered(pin: Pin, clock: Clock) -> str:
    """The first answer in a sentence; empty where none is owed yet."""
    if pin.answered_at is None:
        if clock.owed:
            return gettext("No answer yet; it was due by %(day)s.") % {"day": dated(pin.answer_due_on)}
        return ""
    if pin.answer_due_on is None:
        return gettext("First answered on %(day)s.") % {"day": dated(pin.answered_at)}
    if clock.in_time:
        return gettext("First answered on %(day)s, in time.") % {"day": dated(pin.answered_at)}
    return gettext("First answered on %(day)s, after the day it was due: %(due)s.") % {
        "day": dated(pin.answered_at),
        "due": dated(pin.answer_due_on),
    }


def timeline_of(steps: list[tuple[datetime, str]]) -> list[dict[str, Any]]:
    """The states of a report as the house draws a timeline."""
    return [{"when": at, "what": state_word(state), "picture": "check"} for at, state in steps]
