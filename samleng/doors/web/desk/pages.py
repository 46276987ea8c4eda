"""The desk: what waits for me, where, since when, and what I was told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.doors.postman import verbs as postman
from samleng.doors.postman.models import Notice
from samleng.doors.web.desk.waiting import waiting_for, watches
from samleng.doors.web.signin.accounts import acting_for

SAID = {
    "card_planned": _("A scorecard meeting was planned for you."),
    "card_to_review": _("A scorecard was sent in and waits for review."),
    "card_sent_back": _("A scorecard was sent back to you for a correction."),
    "card_completed": _("Your scorecard is complete."),
    "request_to_decide": _("Somebody asks for a change of a scorecard."),
    "request_answered": _("Your request was answered."),
    "promise_given_to_you": _("A promise of your office was written down."),
    "claim_to_confirm": _("A promise is said to be done. Look whether it is true."),
    "claim_answered": _("People have looked at what your office did."),
    "put_to_you": _("A matter was put to your office from below."),
    "plan_adopted": _("The plan was adopted."),
    "you_watch_a_plan": _("You were asked to watch over a plan."),
    "promise_falls_due": _("A promise of your office falls due."),
    "promise_is_late": _("A promise of your office is late."),
}
PAGES = {"scorecards.scorecard": "card", "actions.action": "action", "plans.plan": "plan"}


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """One list of what waits, oldest first; the newest notices beside it."""
    acting = acting_for(request)
    waiting = Paginator(waiting_for(acting), 25).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/desk.html",
        {
            "waiting": waiting,
            "notices": notices(request)[:8],
            "watches": watches(acting),
            "acting": acting,
            "roles": sorted({seat.role for seat in acting.seats}),
        },
    )


def notices(request: HttpRequest) -> list[dict[str, object]]:
    rows = Notice.objects.filter(person_id=request.user.pk).order_by("-at")[:200]
    return [
        {
            "when": row.at,
            "what": SAID[row.kind],
            "url": reverse("notice", args=[row.pk]),
            "new": row.read_at is None,
        }
        for row in rows
        if row.kind in SAID
    ]


@login_required
def all_notices(request: HttpRequest) -> HttpResponse:
    page = Paginator(notices(request), 25).get_page(request.GET.get("page"))
    return render(request, "desk/notices.html", {"page": page})


@login_required
def open_notice(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    notice = postman.read(person_id=str(request.user.pk), notice_id=notice_id)
    if notice is None:
        return redirect("desk")
    try:
        return redirect(PAGES.get(str(notice.facts.get("thing")), "desk"), notice.facts["id"])
    except NoReverseMatch:
        return redirect("desk")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    for row in Notice.objects.filter(person_id=request.user.pk, read_at=None).values_list("pk", flat=True):
        postman.read(person_id=str(request.user.pk), notice_id=str(row))
    return redirect("notices")
