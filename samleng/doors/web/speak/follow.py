"""Following what one said: the receipt opens it, for one page at a time, and nothing of it is kept."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from samleng.answers.cases.models import Case, Heard, Message, MessageFile
from samleng.answers.cases.reading import Thread, thread
from samleng.answers.cases.rules.story import OPEN
from samleng.answers.cases.steps import Reporter
from samleng.answers.cases.timing import goes_up_on, left_of
from samleng.answers.cases.verbs import following
from samleng.answers.cases.verbs.moving import next_office
from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import RECEIPT, REPLY
from samleng.doors.web.speak import held, told
from samleng.doors.web.speak.frame import View, shown, speaking
from samleng.doors.web.speak.pages import see
from samleng.doors.web.speak.parked import LIMITS, cleaned, read_whole
from samleng.doors.web.visit import listed, tried
from samleng.kit.media.rules import headers
from samleng.kit.media.spoken import voice_note
from samleng.kit.sealing.receipts import BUSY
from samleng.kit.sealing.verbs import NotReadable, open_file, open_many
from samleng.kit.words.codes import valid_receipt_digits
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.voices.reports.models import Report, ReportFile
from samleng.voices.reports.rules.filing import MOST_FILES, Brought, Unfit
from samleng.voices.reports.verbs.hearing import slip_for
from samleng.voices.reports.wording import refused

LONGEST_RECEIPT = 80


@require_http_methods(["GET", "HEAD", "POST"])
@speaking
def find(request: HttpRequest) -> HttpResponse:
    """Type the receipt: digits that do not check are said at once, and cost the site nothing."""
    errors: list[Refusal] = []
    if request.method == "POST":
        receipt = request.POST.get("receipt", "")[:LONGEST_RECEIPT]
        # Digits that do not check cost nothing and say nothing; only those that do are counted.
        counted = valid_receipt_digits(receipt) is not None
        if counted and (wait := waiting.held_up(request, RECEIPT)):
            return wait
        slips: list[Any] = []
        errors = tried(lambda: slips.append(slip_for(receipt)))
        if any(one.code == BUSY for one in errors):
            waiting.no_harm(request, RECEIPT)
            return waiting.busy_page(request)
        if slips and Report.objects.under(slips[0].lookup) is not None:
            waiting.no_harm(request, RECEIPT)
            answer = see(reverse("follow_case"))
            held.hold_slip(answer, slips[0])
            return answer
        errors = [typed_wrong(one) for one in errors] or [unknown()]
    typed = request.POST.get("receipt", "")[:LONGEST_RECEIPT]
    context = {"errors": listed(errors), "wrong": errors[0] if errors else None, "typed": typed}
    return shown(request, "speak/follow.html", context, status=422 if errors else 200)


def typed_wrong(refusal: Refusal) -> Refusal:
    """For somebody who types a receipt, in place of what a page that draws one would say."""
    if refusal.code != "receipt":
        return refusal
    return Refusal(
        _("This receipt number is not right."),
        field="receipt",
        remedy=_("Compare it with your receipt: it has six groups of three digits."),
        code="receipt",
    )


def unknown() -> Refusal:
    return Refusal(
        _("Nothing was sent under this receipt, or it is deleted already."),
        field="receipt",
        remedy=_("Look at each group of digits once more."),
        code="missing",
    )


def followed(view: Callable[..., HttpResponse]) -> View:
    """A page of whoever typed the receipt of a report; others are asked for it."""

    @speaking
    @functools.wraps(view)
    def run(request: HttpRequest, *given: Any, **more: Any) -> HttpResponse:
        by = held.reporter_in(request)
        if by is None:
            return redirect("follow")
        posts = request.method == "POST"
        if posts and (wait := waiting.held_up(request, REPLY, named=by.report.lookup)):
            return wait
        answer = view(request, by, *given, **more)
        if not answer.cookies:
            held.hold(answer, by.report.lookup, by.opener.private)
        return answer

    return run


def heard_of(by: Reporter) -> Heard:
    """The reporter's part in their case."""
    return Heard.objects.select_related("report").get(report=by.report)


def case_of(by: Reporter) -> Case:
    """The case of the report, or the one that case was joined to."""
    case = Case.objects.with_context().get(pk=heard_of(by).case_id)
    while case.merged_into_id is not None:
        case = Case.objects.with_context().get(pk=case.merged_into_id)
    return case


def about(request: HttpRequest, by: Reporter, **more: Any) -> dict[str, Any]:
    """What every page of a case shows: where it stands, whose it is, and the clock."""
    case, heard = case_of(by), heard_of(by)
    today = timezone.localdate()
    return {
        "case": case,
        "heard": heard,
        "category": case.of,
        "state": told.state_words(case),
        "state_heard": told.state_heard(case),
        "overdue": case.overdue(today),
        "late": left_of(case, today),
        "open": case.state in told.STATES and case.state not in ("closed", "merged", "answered"),
        "above": next_office(case),
        "climbs_on": goes_up_on(case) if case.next_due else None,
        "may_ask_higher": following.may_go_higher(case, heard, today),
        "sample": case.sample,
        **more,
    }


@require_safe
@followed
def story(request: HttpRequest, by: Reporter) -> HttpResponse:
    """Everything the reporter may read of it, in order, with the day until which the office must answer."""
    heard = heard_of(by)
    read = thread(heard)
    context = about(
        request, by, entries=entries(by, read), own=own_words(by),
        files=list(by.report.files.select_related("sealed")),
        verdict=next((words for code, _face, words in told.VERDICTS if code == heard.verdict), ""),
    )  # fmt: skip
    answer = shown(request, "speak/story.html", context)
    if any(is_new(heard, one) for one in read.messages):
        following.seen(by=by)
    return answer


def is_new(heard: Heard, message: Message) -> bool:
    """Whether the office wrote it after the reporter last looked."""
    read_until = heard.read_until
    return not message.from_reporter and (read_until is None or message.at > read_until)


def own_words(by: Reporter) -> str:
    """The reporter's own words; "" when they are deleted or were none."""
    if by.report.words is None or by.report.erased_at is not None:
        return ""
    text = open_many([by.report.words], by.opener).get(by.report.words.pk, "")
    return str(json.loads(text).get("words", "")) if text else ""


def entries(by: Reporter, read: Thread) -> list[dict[str, Any]]:
    """Steps and messages as one story, the newest first; messages are opened for this page alone."""
    words = open_many([one.sealed for one in read.messages], by.opener)
    spoken = [
        {
            "when": one.at,
            "what": _("You wrote") if one.from_reporter else _("The office wrote"),
            "picture": "chat-bubble-left-right",
            "who": "" if one.from_reporter else one.office.name,
            "text": words.get(one.sealed.pk, ""),
            "message": True,
            "mine": one.from_reporter,
            "fresh": is_new(read.heard, one),
            "files": list(one.files.all()),
        }
        for one in read.messages
    ]
    # A message stands for itself; what only says that there was one would say it twice.
    happened = [told.step_entry(one) for one in read.steps if one.kind not in ("reply", "write")]
    return sorted([*spoken, *happened], key=lambda one: one["when"], reverse=True)


@require_http_methods(["GET", "HEAD", "POST"])
@followed
def reply(request: HttpRequest, by: Reporter) -> HttpResponse:
    """Write or speak to the office, with photos."""
    typed, errors = request.POST.get("words", ""), []
    if request.method == "POST":
        files: list[Brought] = []
        errors = tried(lambda: files.extend(files_in(request)))
        errors = errors or tried(lambda: following.reply(by=by, words=typed, files=files))
        if not errors:
            return see(reverse("follow_case"))
    context = about(request, by, typed=typed, errors=listed(errors), wrong=at_field(errors))
    return shown(request, "speak/reply.html", context, status=422 if errors else 200)


def files_in(request: HttpRequest) -> list[Brought]:
    """Photos and a recording that came with a form, cleaned."""
    found = []
    for kind, name in (("photo", "photos"), ("sound", "voice")):
        for file in request.FILES.getlist(name):
            data = read_whole(file, LIMITS[kind])
            fit = voice_note(data, name) if kind == "sound" else cleaned(kind, data, name)
            found.append(Brought(kind, fit.data, fit.media_type))
    if len(found) > MOST_FILES:
        raise refused(Unfit("files", "photos", most=MOST_FILES))
    return found


def at_field(errors: list[Refusal]) -> dict[str, str]:
    return {str(one.field): f"{one.message} {one.remedy}".strip() for one in errors}


@require_http_methods(["GET", "HEAD", "POST"])
@followed
def verdict(request: HttpRequest, by: Reporter) -> HttpResponse:
    """Say how it was, in a face, and how the office dealt with it."""
    errors: list[Refusal] = []
    if request.method == "POST":
        stars = to_latin(request.POST.get("stars", ""))
        given = int(stars) if stars.isascii() and stars.isdigit() and len(stars) < 3 else None
        errors = tried(
            lambda: following.judge(
                by=by, verdict=request.POST.get("verdict", ""), words=request.POST.get("words", ""),
                stars=given,
            )
        )  # fmt: skip
        if not errors:
            return see(reverse("follow_case"))
    context = about(
        request, by, verdicts=verdicts_now(case_of(by)), stars=told.STARS, errors=listed(errors),
        wrong=at_field(errors),
        chosen=request.POST.get("verdict", ""), typed=request.POST.get("words", ""),
    )  # fmt: skip
    return shown(request, "speak/verdict.html", context, status=422 if errors else 200)


def verdicts_now(case: Case) -> list[Any]:
    """What may be said of it now: before an answer, only that it is fixed or that nobody cared."""
    return [one for one in told.VERDICTS if case.state not in OPEN or one[0] in ("fixed", "ignored")]


@require_http_methods(["GET", "HEAD", "POST"])
@followed
def wording(request: HttpRequest, by: Reporter) -> HttpResponse:
    """Let a wording go beyond the office: the one that stands, or another."""
    before = by.report.approved
    stands = open_many([before], by.opener).get(before.pk, "") if before else ""
    typed, errors = request.POST.get("words", stands or own_words(by)), []
    if request.method == "POST":
        errors = tried(lambda: following.approve(by=by, words=typed))
        if not errors:
            return see(reverse("follow_case"))
    context = about(
        request, by, typed=typed, stands=stands, errors=listed(errors), wrong=at_field(errors)
    )  # fmt: skip
    return shown(request, "speak/wording.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@followed
def higher(request: HttpRequest, by: Reporter) -> HttpResponse:
    """Ask that the next office takes it."""
    errors: list[Refusal] = []
    if request.method == "POST":
        errors = tried(lambda: following.ask_higher(by=by))
        if not errors:
            return see(reverse("follow_case"))
    context = about(request, by, errors=listed(errors), wrong=at_field(errors))
    return shown(request, "speak/higher.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@followed
def take_back(request: HttpRequest, by: Reporter) -> HttpResponse:
    """Take the report back: its words are deleted, here and at the office."""
    errors: list[Refusal] = []
    if request.method == "POST":
        errors = tried(lambda: following.withdraw(by=by))
        if not errors:
            return see(reverse("follow_case"))
    return shown(request, "speak/take_back.html", about(request, by, errors=listed(errors)))


@require_safe
@followed
def file(request: HttpRequest, by: Reporter, sealed_id: UUID) -> HttpResponse:
    """A photo or recording of the reporter's own report or of a message to them, opened for this answer."""
    own = ReportFile.objects.filter(report=by.report, sealed=sealed_id).select_related("sealed").first()
    sent = MessageFile.objects.filter(message__report=by.report, sealed=sealed_id)
    found = own or sent.select_related("sealed").first()
    try:
        if found is None:
            raise NotReadable
        data, media_type = open_file(found.sealed, by.opener)
    except NotReadable:
        return HttpResponse(status=404)
    return HttpResponse(data, headers=headers(media_type, "file"))


@require_http_methods(["GET", "HEAD", "POST"])
@speaking
def end(request: HttpRequest) -> HttpResponse:
    """Close what is open in this browser."""
    answer = see(reverse("follow"))
    held.let_go(answer)
    return answer
