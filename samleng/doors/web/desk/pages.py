"""The desk: what waits for me, where, since when, and what I was told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from samleng.doors.postman.verbs import telling as postman
from samleng.doors.web.desk.notices import entries, page_of, told
from samleng.doors.web.desk.pledged import watches
from samleng.doors.web.desk.waiting import waiting_for
from samleng.doors.web.desk.ways import ways
from samleng.doors.web.signin.accounts import acting_for

NEWEST = 8
A_PAGE = 25


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """One list of what waits, the longest waiting first; the newest notices below it."""
    acting = acting_for(request)
    return render(
        request,
        "desk/desk.html",
        {
            "waiting": Paginator(waiting_for(acting), A_PAGE).get_page(request.GET.get("page")),
            "notices": entries(told(request.user.pk)[:NEWEST]),
            "watches": watches(acting),
            "ways": ways(acting),
        },
    )


@login_required
def all_notices(request: HttpRequest) -> HttpResponse:
    page = Paginator(told(request.user.pk), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/notices.html", {"page": page, "entries": entries(page.object_list)})


@login_required
def open_notice(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    notice = postman.read(person_id=str(request.user.pk), notice_id=notice_id)
    name, pk = page_of(notice) if notice else ("desk", None)
    return redirect(name, pk) if pk else redirect(name)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    postman.read_all(person_id=str(request.user.pk))
    return redirect("notices")
