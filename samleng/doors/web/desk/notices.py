"""What somebody was told, each with what it is about and a link to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action
from samleng.answers.cases.models import Case
from samleng.answers.plans.models import Meeting, Member, Plan
from samleng.doors.postman.models import Notice
from samleng.doors.web.templatetags.placed import place_name
from samleng.doors.web.templatetags.said import say_html
from samleng.voices.scorecards.models import Scorecard

SAID = {
    "card_planned": _("A scorecard meeting was planned for you."),
    "card_to_review": _("A scorecard was sent in and waits for review."),
    "card_sent_back": _("A scorecard was sent back to you for a correction."),
    "card_completed": _("Your scorecard is complete."),
    "request_to_decide": _("Somebody asks for a change of a scorecard."),
    "request_answered": _("Your request was answered."),
    "meeting_open": _("The meeting about your facility is open."),
    "meeting_closed": _("The meeting about your facility is closed."),
    "promise_given_to_you": _("A promise of your office was written down."),
    "claim_to_confirm": _("A promise is said to be done. Look whether it is true."),
    "claim_answered": _("People have looked at what your office did."),
    "claim_disputed": _("People say that what your office said to be done is not done, or no longer."),
    "matter_answered": _("The higher office has answered."),
    "more_time": _("A promise was given more time."),
    "worded_anew": _("A promise was worded anew."),
    "promise_dropped": _("A promise was given up."),
    "matter_unanswered": _("A matter put to your office waits for an answer."),
    "claim_unconfirmed": _("A promise said to be done still waits for your word."),
    "put_to_you": _("A matter was put to your office from below."),
    "plan_adopted": _("The plan was adopted."),
    "you_watch_a_plan": _("You were asked to watch over a plan."),
    "promise_falls_due": _("A promise of your office is due soon."),
    "promise_is_late": _("A promise of your office is late."),
    "case_to_triage": _("A new case waits for a first look."),
    "case_given_to_you": _("A case was given to you."),
    "case_came_to_you": _("A case came to your office."),
    "case_urgent": _("A case was marked as urgent."),
    "case_reply": _("A reporter wrote about a case of yours."),
    "case_judged": _("A reporter said how a case was dealt with."),
    "crew_could_not": _("A crew could not do its work."),
    "advice_to_answer": _("An ombudsman advises your office and waits for an answer."),
    "advice_answered": _("An authority answered the ombudsman's advice."),
}
PAGES = {
    "scorecards.scorecard": "card",
    "actions.action": "action",
    "plans.plan": "plan",
    "plans.meeting": "meeting",
    "cases.case": "case",
}


def told(person: Any) -> QuerySet[Notice]:
    """The notices of one person, newest first."""
    return Notice.objects.filter(person_id=person, kind__in=SAID).order_by("-at")


def entries(rows: Iterable[Notice]) -> list[dict[str, object]]:
    """The notices as a timeline draws them; the things they are about are asked for once a kind."""
    rows = list(rows)
    about = things(rows)
    return [
        {
            "when": row.at,
            "what": SAID[row.kind],
            "text": about.get((str(row.facts.get("thing")), str(row.facts.get("id"))), ""),
            "url": reverse("notice", args=[row.pk]),
            "picture": "check" if row.read_at else "bell",
        }
        for row in rows
    ]


def things(rows: Iterable[Notice]) -> Mapping[tuple[str, str], object]:
    """(kind, id) -> what the thing is called and where it is."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        wanted[str(row.facts.get("thing"))].add(str(row.facts.get("id")))
    found: dict[tuple[str, str], object] = {}
    cards = Scorecard.objects.filter(pk__in=wanted["scorecards.scorecard"])
    for card in cards.select_related("facility", "place__kind"):
        found["scorecards.scorecard", str(card.pk)] = where(card.facility.name, card.place)
    for action in Action.objects.filter(pk__in=wanted["actions.action"]).select_related("place__kind"):
        found["actions.action", str(action.pk)] = where(action.text, action.place)
    meetings = Meeting.objects.filter(pk__in=wanted["plans.meeting"])
    for meeting in meetings.select_related("facility", "place__kind"):
        found["plans.meeting", str(meeting.pk)] = where(meeting.facility.name, meeting.place)
    for plan in Plan.objects.filter(pk__in=wanted["plans.plan"]).select_related("place__kind"):
        found["plans.plan", str(plan.pk)] = where(str(plan.year), plan.place)
    for member in Member.objects.filter(pk__in=wanted["plans.member"]).select_related("plan__place__kind"):
        found["plans.member", str(member.pk)] = where(str(member.plan.year), member.plan.place)
    # A reference says nothing of what a sealed case is about, whoever looks over the shoulder.
    for pk, reference in Case.objects.filter(pk__in=wanted["cases.case"]).values_list("pk", "reference"):
        found["cases.case", str(pk)] = reference
    return found


def where(name: object, place: Any) -> object:
    return format_html("{} · {}", say_html(name), place_name(place))


def page_of(notice: Notice) -> tuple[str, Any]:
    """The page of what a notice is about: its name and the id it takes; the desk where it has none."""
    kind, pk = str(notice.facts.get("thing")), notice.facts.get("id")
    if kind == "plans.member":
        kind, pk = "plans.plan", Member.objects.filter(pk=pk).values_list("plan_id", flat=True).first()
    try:
        reverse(PAGES.get(kind, ""), args=[pk])
    except NoReverseMatch:
        return "desk", None
    return PAGES[kind], pk
