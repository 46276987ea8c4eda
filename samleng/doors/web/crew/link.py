"""A crew's day behind its link: no sign-in, no cookie, no script needed.

Who knows the link's letters holds the crew, so no form needs a token against forgery. The link is its own
limit: it opens the crew's own orders, each of which ends once, with a few photos, and it dies of age.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from samleng.answers.cases.models import Evidence, Order
from samleng.answers.cases.rules.story import OPEN
from samleng.answers.cases.verbs.working import (
    GIVEN,
    MOST_PHOTOS,
    REASONS,
    Hands,
    could_not,
    finish,
    hands_of,
)
from samleng.doors.web.crew import seen
from samleng.doors.web.plans.links import private
from samleng.doors.web.visit import listed, tried
from samleng.kit.media.models import Blob
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import keep, open_small
from samleng.kit.words.refusals import Refusal


@require_safe
def day(request: HttpRequest, token: str) -> HttpResponse:
    """Today's work, each job nearest to the one before."""
    hands = hands_of(token)
    if hands is None:
        return shown(request, "crew/gone.html", {}, status=410)
    context = {
        "hands": hands,
        "jobs": seen.to_do(hands.crew),
        "finished": [
            {"order": one, "reason": seen.REASONS.get(one.reason, "")}
            for one in seen.finished_today(hands.crew)
        ],
        "sent": request.GET.get("sent") == "1",
        "token": token,
    }
    return shown(request, "crew/day.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, token: str, order_id: UUID) -> HttpResponse:
    """One job: where, what, and the two things that can be said of it."""
    hands = hands_of(token)
    if hands is None:
        return shown(request, "crew/gone.html", {}, status=410)
    order = own(hands, order_id)
    refusals: list[Refusal] = []
    if request.method == "POST":
        refusals = tried(lambda: said(request, hands, order))
        if not refusals:
            return sent(request, token)
    if request.headers.get("X-Crew"):
        return private(JsonResponse({"errors": [text for text, _at in listed(refusals)]}, status=422))
    context = {
        "hands": hands,
        "token": token,
        "job": seen.Job(order, order.case, order.case.overdue(order.day)),
        "photos": seen.reviewed_photos(order.case),
        "reasons": [(code, seen.REASONS[code]) for code in REASONS],
        "over": order.state != GIVEN or order.case.state not in OPEN,
        "most": MOST_PHOTOS,
        "errors": listed(refusals),
        "failed": request.POST.get("do", ""),
    }
    return shown(request, "crew/job.html", context, status=422 if refusals else 200)


def own(hands: Hands, order_id: UUID) -> Order:
    """The crew's own order; another's is as if absent."""
    order = seen.orders_of(hands.crew).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order


def said(request: HttpRequest, hands: Hands, order: Order) -> Order:
    """What the crew says of the job, with its photos drawn anew: no phone and no place stays in them."""
    before = kept(request, hands, "before")
    if request.POST.get("do") == "done":
        return finish(by=hands, order=order, before=before, after=kept(request, hands, "after"))
    return could_not(by=hands, order=order, reason=request.POST.get("reason", ""), before=before)


def kept(request: HttpRequest, hands: Hands, name: str) -> list[Blob]:
    """The photos of a field; more than can be taken are not even looked at."""
    files = request.FILES.getlist(name)[: MOST_PHOTOS + 1]
    owner = hands.crew.office.owner_key
    return [keep(by=hands, file=one, kind="photo", owner=owner, field=name) for one in files]


def sent(request: HttpRequest, token: str) -> HttpResponse:
    """Back to the list, so that reloading sends nothing twice."""
    address = f"{reverse('crew_day', args=[token])}?sent=1"
    if request.headers.get("X-Crew"):
        return private(JsonResponse({"to": address}))
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return private(answer)


@require_safe
def photo(request: HttpRequest, token: str, order_id: UUID, evidence_id: int) -> HttpResponse:
    """A reviewed photo of the thing, small."""
    hands = hands_of(token)
    if hands is None:
        raise Http404
    case = own(hands, order_id).case
    one = next((one for one in seen.reviewed_photos(case) if one.pk == evidence_id), None)
    if one is None:
        raise Http404
    return private(picture(one, case.sample))


def picture(one: Evidence, sample: bool) -> HttpResponse:
    """A picture of a case, small and marked where it is a demonstration's."""
    body = open_small(one.blob, "SAMPLE" if sample else "")
    return HttpResponse(body, headers=headers("image/webp", "SAMPLE-photo" if sample else "photo"))


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that no browser keeps and no other site hears of."""
    hands = context.get("hands")
    given = {"sample": bool(hands and hands.crew.office.sample), **context}
    return private(render(request, template, given, status=status))
