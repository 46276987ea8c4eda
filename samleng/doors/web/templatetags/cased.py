"""What the desk of cases says about one: its state as a chip, its clock in days, its category by name."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samleng.answers.cases.models import Case
from samleng.answers.cases.rules.story import OPEN
from samleng.answers.cases.timing import left_by, profile_of
from samleng.doors.web.cases import wording
from samleng.doors.web.templatetags.drawn import icon
from samleng.doors.web.templatetags.parts import status_chip
from samleng.doors.web.templatetags.said import dated, say
from samleng.ground.channels.deadlines import Left

register = template.Library()
# From so few working days on it is said in another colour.
NEAR_DAYS = 2


@register.simple_tag
def case_chip(state: str) -> SafeString:
    """Where a case stands, as shape, word and colour."""
    shape, tone, word = wording.STATES.get(state, ("ring", "", state))
    return status_chip(state, word, tone, shape)


@register.filter
def case_state(state: str) -> str:
    return str(wording.STATES[state][2]) if state in wording.STATES else state


@register.filter
def case_kind(kind: str) -> str:
    return str(wording.KINDS.get(kind, kind))


@register.filter
def exposure_word(exposure: str) -> str:
    return str(wording.EXPOSURES.get(exposure, exposure))


@register.filter
def outcome_word(outcome: str) -> str:
    return str(wording.OUTCOMES.get(outcome, outcome))


@register.filter
def verdict_word(verdict: str) -> str:
    return str(wording.VERDICTS.get(verdict, verdict))


@register.filter
def jurisdiction_word(code: str) -> str:
    return str(wording.JURISDICTIONS.get(code, code))


@register.filter
def urgent_word(code: str) -> str:
    return str(wording.URGENT.get(code, code))


@register.filter
def moved_word(why: str) -> str:
    return str(wording.WHY_MOVED.get(why, why))


@register.filter
def look_word(what: str) -> str:
    return str(wording.LOOKS.get(what, what))


@register.filter
def party_word(code: str) -> str:
    return str(wording.PARTIES.get(code, code))


@register.filter
def sitting_word(code: str) -> str:
    return str(wording.SITTINGS.get(code, code))


@register.filter
def answer_word(code: str) -> str:
    return str(wording.ANSWERS.get(code, code))


@register.filter
def category_name(case: Case) -> str:
    """The category as the case's own version of the catalogue calls it."""
    category = case.of
    return say(category.name) if category else case.category


def pause_words(case: Case) -> str:
    """Why the clock stands, as the case's profile calls it."""
    found = next((one for one in profile_of(case).pauses if one.code == case.pause_reason), None)
    return say(found.name) if found else case.pause_reason


@register.simple_tag
def clock(case: Case, long: bool = False) -> SafeString:
    """How the case stands against its clock: working days left or over, or why the clock stands."""
    today = timezone.localdate()
    if case.state not in OPEN or case.next_due is None:
        day = case.closed_on or case.answered_on
        return format_html('<span class="soft">{}</span>', dated(day, "short") if day else "–")
    if case.paused_on is not None:
        return format_html(
            '<span class="clock still">{}<span>{}{}</span></span>', icon("pause-circle"),
            _("stands since %(day)s") % {"day": dated(case.paused_on, "short")},
            f": {pause_words(case)}" if long else "",
        )  # fmt: skip
    left = left_by(case.next_due, today)
    kind = "over" if left.over else "near" if left.days <= NEAR_DAYS else ""
    return format_html(
        '<span class="clock {}">{}<span><b>{}</b> <span class="soft">{}</span></span></span>',
        kind, icon("exclamation-triangle" if left.over else "clock"), left_words(left, case.next_due, today),
        dated(case.next_due, "short"),
    )  # fmt: skip


def left_words(left: Left, due: date, today: date) -> str:
    """The clock's own days in words: how many are left or over."""
    if left.over and left.days == 0:
        return _("its day has passed")
    if left.over:
        return ngettext("%(n)s working day over", "%(n)s working days over", left.days) % {"n": left.days}
    if due == today:
        return _("due today")
    return ngettext("%(n)s working day left", "%(n)s working days left", left.days) % {"n": left.days}


@register.simple_tag
def due_step(case: Case) -> str:
    """What the day that counts now is for."""
    if case.acknowledged_on is None:
        return _("to confirm receipt")
    if case.kind == "complaint" and case.admitted_on is None:
        return _("to decide whose matter it is")
    return _("to answer")


@register.filter
def file_kind(kind: str) -> str:
    """A file as somebody asks for it."""
    return _("Recording") if kind == "sound" else _("Photo")
