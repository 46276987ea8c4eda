"""Speaking, page by page: choose what it is, tell it, see who will answer and until when, keep the receipt.

No session, no cookie and no row: until it is sent, the draft lives in the page of whoever writes it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import READY
from samleng.doors.web.public.pages import above, label
from samleng.doors.web.speak import finding, sending, steps
from samleng.doors.web.speak.draft import Draft, draft_in, receipt_ready
from samleng.doors.web.speak.frame import FOLLOWED, catalogue, exit_address, shown, speaking
from samleng.doors.web.speak.turn import Turn
from samleng.doors.web.visit import listed
from samleng.ground.places.search import search
from samleng.kit.ledger.permission import Denied
from samleng.voices.reports.rules.filing import PUBLIC

LONGEST_TYPED = 200


@require_safe
@speaking
def start(request: HttpRequest) -> HttpResponse:
    """What kind of thing somebody wants to say; or a category at once, found by words of theirs."""
    version = catalogue()
    typed = request.GET.get("q", "")[:LONGEST_TYPED].strip()
    context: dict[str, Any] = {
        "version": version,
        "typed": typed,
        "behalf": request.GET.get("for") == "other",
        "shelves": finding.found(version.catalogue, "", typed) if version and typed else [],
    }
    return shown(request, "speak/start.html", context)


@require_safe
@speaking
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """The categories of one kind, by group; or those that fit what was typed."""
    version = catalogue()
    found = version.catalogue.kind(kind) if version else None
    if version is None or found is None:
        raise Denied
    typed = request.GET.get("q", "")[:LONGEST_TYPED].strip()
    context = {
        "version": version,
        "kind": found,
        "typed": typed,
        "behalf": request.GET.get("for") == "other",
        "shelves": finding.found(version.catalogue, kind, typed),
    }
    return shown(request, "speak/kind.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@speaking
def step(request: HttpRequest) -> HttpResponse:
    """One step of the way. A page without a draft, or with one too old, begins anew."""
    version = catalogue()
    if request.method != "POST" or version is None:
        return redirect("speak")
    do = request.POST.get("do", "")
    if do == "begin" or request.POST.get("category"):
        return begun(request, version)
    draft = draft_in(request.POST.get("draft", ""))
    if draft is None:
        return shown(request, "speak/gone.html", {}, status=410)
    turn = Turn(request, draft, version)
    if draft.reference:
        return sending.saved(turn)
    if version.catalogue.category(draft.category) is None:
        return shown(request, "speak/gone.html", {}, status=410)
    return acted(turn, request.POST.get("step", ""), do)


def begun(request: HttpRequest, version: Any) -> HttpResponse:
    """A new draft about the category that was chosen, with a receipt of its own from the beginning."""
    code = request.POST.get("category", "")
    category = version.catalogue.category(code)
    if category is None:
        raise Denied
    ready = {} if waiting.no_room(request, READY) else receipt_ready()
    draft = Draft(category=code, kind=category.kind, behalf=request.POST.get("for") == "other", **ready)
    joined = sending.public_case(reference=request.POST.get("joins", "")[:40])
    if joined is not None and joined.category == code:
        # Somebody came from a report that everybody sees, and says the same of it.
        draft.joins, draft.place, draft.exposure = str(joined.pk), joined.place_id, PUBLIC
        draft.done = ["place", "exposure", "near"]
    return page(Turn(request, draft, version))


def acted(turn: Turn, at: str, do: str) -> HttpResponse:
    """What the button that was pressed asks for."""
    if at not in steps.order(turn) and at != "check":
        return page(turn)
    if at == "check":
        sending.take_notice(turn)
    if do == "show":
        return page(turn, at)
    if do == "back":
        if not turn.draft.done:
            return redirect("speak_kind", turn.draft.kind)
        steps.before(turn, at)
        return page(turn)
    if do.startswith("change:"):
        steps.again(turn, do.removeprefix("change:"))
        return page(turn)
    if do == "send" and at == "check":
        return sending.send(turn) if steps.now(turn) == "check" else page(turn)
    if do == "find" or turn.given("inside"):
        return page(turn, at)
    return taken(turn, at)


def taken(turn: Turn, at: str) -> HttpResponse:
    """Take the answer of a step and show what comes next; the same page again where something is wrong."""
    refusals = steps.take(turn, at)
    turn.refusals = [one for one in refusals if one.code != steps.STAY]
    if refusals:
        return page(turn, at)
    stopped = steps.stopping(turn, at)
    if stopped is not None:
        turn.draft.answers.pop(at.removeprefix("q-"), None)
        context = {"turn": turn, "draft": turn.draft, "step": at, "referral": stopped, "stopped": True}
        return shown(turn.request, "speak/help.html", context)
    turn.draft.done = [*(one for one in turn.draft.done if one != at), at]
    return page(turn)


def page(turn: Turn, at: str = "") -> HttpResponse:
    """The page of a step; where nobody is named to answer, a page that says so instead of the next step."""
    at = at or steps.now(turn)
    if at == "rate":
        about = turn.about
        if about is None:
            raise Denied
        query = urlencode({"form": turn.category.rating_form})
        return see(f"{reverse('rate', args=[about.code])}?{query}")
    if closed(turn, at):
        opening = turn.opening()
        context = {"turn": turn, "draft": turn.draft, "step": at, "opening": opening}
        return shown(turn.request, "speak/closed.html", context)
    if at == "check":
        return sending.check(turn)
    only_help = at == "help" and turn.category.only_referral
    context = {
        "turn": turn,
        "draft": turn.draft,
        "step": at,
        "only_help": only_help,
        # What a phone may fetch while it has signal, to show it where it has none.
        "ahead": " ".join(steps.order(turn)),
        "errors": listed(turn.refusals),
        **steps.asked(turn, at),
    }
    template = "question" if at.startswith("q-") else at
    return shown(turn.request, f"speak/{template}.html", context, status=422 if turn.refusals else 200)


def closed(turn: Turn, at: str) -> bool:
    """Whether it is known where this is, and nobody is named to answer it there."""
    if at in ("help", "consent", "place", "office") or turn.category.kind == "rating":
        return False
    opening = turn.opening()
    return opening is not None and not opening.open


def see(address: str) -> HttpResponse:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Places for what has been typed so far; nobody's draft comes along."""
    asked = request.GET.get("q", "")[:LONGEST_TYPED].strip()
    found = search(asked, limit=8) if len(asked) > 1 else []
    rows = [{"id": one.pk, "text": label(one), "hint": above(one)} for one in found if one.level >= 2]
    return JsonResponse({"places": rows})


@require_safe
@speaking
def leave(request: HttpRequest) -> HttpResponse:
    """Away from here at once, to a page that everybody visits; nothing stays open behind it."""
    answer = HttpResponseRedirect(exit_address())
    answer.delete_cookie(FOLLOWED, samesite="Strict")
    # Only what was kept for speed: a wiped storage or a lost sign-in would itself tell of the visit.
    answer["Clear-Site-Data"] = '"cache"'
    return answer
