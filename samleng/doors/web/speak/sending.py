"""The end of the way: the check before sending, the sending itself, and the receipt that is left."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samleng.answers.cases.models import Case, Heard
from samleng.answers.cases.timing import goes_up_on
from samleng.answers.cases.verbs.moving import next_office
from samleng.answers.cases.verbs.receiving import Received, receive
from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import REPORT
from samleng.doors.web.qr import qr
from samleng.doors.web.speak import parked
from samleng.doors.web.speak.draft import Draft
from samleng.doors.web.speak.frame import shown
from samleng.doors.web.speak.steps import number, order, question_of
from samleng.doors.web.speak.turn import Turn
from samleng.doors.web.visit import listed, tried, uuid_or_none
from samleng.ground.channels.rules import Question
from samleng.kit.sealing.receipts import BUSY
from samleng.kit.words.codes import typed
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import say
from samleng.voices.reports.models import Report
from samleng.voices.reports.verbs.hearing import notice_contact

# Of a question, unlike the yes by which somebody agrees.
YES, NO = pgettext_lazy("answer to a question", "Yes"), pgettext_lazy("answer to a question", "No")

LONGEST_ADDRESS = 200


def reviewed(turn: Turn) -> list[tuple[Any, Any, str]]:
    """What was told, line by line: what it is, what was said, and the step where it is changed."""
    draft, place = turn.draft, turn.place
    rows: list[tuple[Any, Any, str]] = [(_("What it is about"), say(turn.category.name, turn.language), "")]
    rows.append((_("Where"), place.label(turn.language) if place else "", "place"))
    steps = order(turn)
    if "office" in steps:
        about = turn.about
        rows.append((_("Which office"), say(about.name, turn.language) if about else _("Not said"), "office"))
    for step in steps:
        question = question_of(turn, step)
        if question and draft.answers.get(question.code):
            rows.append((say(question.name, turn.language), answer_words(turn, question), step))
    rows.append((_("Your words"), draft.words or _("None written"), "words"))
    if draft.files:
        sounds = sum(one["kind"] == "sound" for one in draft.files)
        counted = ((_("Photos"), len(draft.files) - sounds), (_("Recordings"), sounds))
        rows += [(name, n, "words") for name, n in counted if n]
    return rows


def answer_words(turn: Turn, question: Question) -> str:
    """An answer as it was chosen, in the reader's language."""
    given = turn.draft.answers[question.code]
    names: dict[str, str] = {one.code: say(one.name, turn.language) for one in question.options}
    names |= {"yes": str(YES), "no": str(NO)} if question.kind == "yes_no" else {}
    many = given if isinstance(given, list) else [given]
    return ", ".join(names.get(str(one), str(one)) for one in many)


def check(turn: Turn) -> HttpResponse:
    """Everything once more, with who will answer and until when, before it is sent."""
    route = turn.route()
    if "near" not in turn.draft.done:
        # Looked for and not found: pressed twice, a report must not be offered itself as another one's.
        turn.draft.done = [*turn.draft.done, "near"]
    joined = joined_case(turn.draft)
    office = joined.office if joined else route.office if route else None
    context = {
        "turn": turn,
        "draft": turn.draft,
        "step": "check",
        "sample": office is not None and office.sample,
        "rows": reviewed(turn),
        "files": [parked.small(one) for one in turn.draft.files if one["kind"] == "photo"],
        "office": office,
        "joined": joined,
        "dues": turn.dues(),
        "above": turn.above(route),
        "climbs_on": turn.climbs_on(),
        "climbs": turn.draft.climb or turn.exposure == "public",
        "profile": turn.profile,
        "changes_exposure": "exposure" in order(turn),
        "errors": listed(turn.refusals),
        "wrong_notice": turn.wrong("notice_to"),
    }
    # Whoever looks it over at a busy time has waited by the time they send.
    context["ticket"] = turn.given(waiting.TICKET) or waiting.ahead(turn.request, REPORT)
    return shown(turn.request, "speak/check.html", context, status=422 if turn.refusals else 200)


def joined_case(draft: Draft) -> Case | None:
    key = uuid_or_none(draft.joins) if draft.joins else None
    return public_case(pk=key) if key else None


def public_case(**which: Any) -> Case | None:
    """A case that everybody may see, or the one it was joined to."""
    found = Case.objects.with_context().filter(exposure="public", **which).first()
    while found is not None and found.merged_into_id is not None:
        found = Case.objects.with_context().get(pk=found.merged_into_id)
    return found


def take_notice(turn: Turn) -> None:
    """Where notices go, if somebody wants any; a page that does not ask for it leaves it as it was."""
    if turn.asks_notice and "notice_to" in turn.request.POST:
        turn.draft.notice_to = turn.given("notice_to")[:LONGEST_ADDRESS]


def send(turn: Turn) -> HttpResponse:
    """Send it; what is refused stands above the check. Sent twice it is the same report."""
    if turn.asks_notice and turn.draft.notice_to:
        # Before anybody waits a turn for it.
        turn.refusals = tried(lambda: notice_contact(turn.draft.notice_to))
        if turn.refusals:
            return check(turn)
    draft: dict[str, Any] = {"draft": turn.draft, "step": "check"}
    if wait := waiting.held_up(turn.request, REPORT, **draft):
        return wait
    outcome: list[Received] = []
    turn.refusals = tried(lambda: outcome.append(filed(turn)))
    if turn.refusals:
        waiting.no_harm(turn.request, REPORT)
        busy = any(one.code == BUSY for one in turn.refusals)
        return waiting.busy_page(turn.request, **draft) if busy else check(turn)
    parked.drop(turn.draft.files)
    return receipt(turn, outcome[0].case)


def filed(turn: Turn) -> Received:
    place = turn.place
    if place is None:
        raise Refusal(_("It is not said where this is."), field="place")
    try:
        files = parked.brought(turn.draft.files)
    except Refusal:
        # Pressed twice: the first time took the photos along.
        sent = sent_before(turn.draft)
        if sent is None:
            raise
        return sent
    return receive(
        by=turn.by, filing=turn.filing(files=files), place=place, about=turn.about,
        joins=joined_case(turn.draft), slip=turn.draft.slip(),
    )  # fmt: skip


def sent_before(draft: Draft) -> Received | None:
    """What became of the draft when it was sent a moment ago; None when it never was."""
    report = Report.objects.under(draft.slip().lookup)
    return Received(case=Heard.of(report).case, report=report, fresh=False) if report else None


def receipt(turn: Turn, case: Case, errors: list[Refusal] | None = None) -> HttpResponse:
    """The receipt, to be written down, printed or photographed: the only way back to the report.

    Nothing else of the draft goes on: the next page knows the receipt's number and the case's reference.
    """
    left = Draft(receipt=turn.draft.receipt, reference=case.reference, behalf=turn.draft.behalf)
    address = f"{settings.SITE_ADDRESS}{reverse('follow')}#{typed(left.receipt)}"
    wrong = errors or []
    context = {
        "groups": left.receipt.split(" "),
        "case": case,
        "draft": left,
        "qr": qr(address),
        "climbs_on": goes_up_on(case),
        "above": next_office(case),
        "sample": case.sample,
        "errors": listed(wrong),
        "wrong": f"{wrong[0].message} {wrong[0].remedy}" if wrong else "",
    }
    return shown(turn.request, "speak/receipt.html", context, status=422 if wrong else 200)


def saved(turn: Turn) -> HttpResponse:
    """Whether the receipt was really kept: its last group is asked for before the page lets go of it."""
    draft = turn.draft
    case = Case.objects.with_context().filter(reference=draft.reference).first()
    if case is None:
        raise LookupError(draft.reference)
    last = draft.receipt.split(" ")[-1]
    if number(turn.given("last")) != int(last) or len(turn.digits("last")) != len(last):
        why = Refusal(
            _("These are not the last three digits of the receipt."),
            field="last",
            remedy=_("Look at the receipt you kept and write its last group."),
            code="last",
        )
        return receipt(turn, case, [why])
    context = {"case": case, "behalf": draft.behalf, "sample": case.sample}
    return shown(turn.request, "speak/sent.html", context)
