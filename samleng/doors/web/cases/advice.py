"""Recommendations put to an authority: its own list, and the page where it answers one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from samleng.answers.cases.models import Recommendation
from samleng.answers.cases.verbs.mediating import respond
from samleng.doors.web.cases.forms import Respond
from samleng.doors.web.cases.seen import Unkept, offices_with, status_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.unlocked import opener_for
from samleng.doors.web.visit import carried_out, signed_in, token_of
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.sealing.verbs import open_many

A_PAGE = 25


def put_to(by: Acting) -> Any:
    """The recommendations put to the offices somebody answers for; nothing else of their cases."""
    return Recommendation.objects.filter(to__in=offices_with(by, "cases.respond"))


@require_safe
@never_cache
@signed_in
def recommendations(request: HttpRequest) -> HttpResponse:
    """What ombudsmen recommended to us: unanswered first, what must be answered soonest on top."""
    by = acting_for(request)
    offices = offices_with(by, "cases.respond")
    if not offices:
        raise Denied
    rows = (
        put_to(by)
        .select_related("office", "to")
        .order_by(F("answered_on").desc(nulls_first=True), "answer_by", "pk")
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    given = {"page": page, "today": timezone.localdate(), "sample": any(one.sample for one in offices)}
    return render(request, "cases/recommendations.html", given)


@never_cache
@signed_in
def recommendation(request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
    """One recommendation with its words, and the authority's answer; its case stays unknown."""
    by = acting_for(request)
    one = put_to(by).select_related("office", "to", "sealed", "reply").filter(pk=recommendation_id).first()
    if one is None:
        raise Denied
    opener = opener_for(request, one.to)
    texts = open_many([part for part in (one.sealed, one.reply) if part], opener) if opener else {}
    form = Respond(request.POST or None)

    def do(given: dict[str, Any]) -> object:
        return respond(
            by=by, recommendation=one, answer=given["answer"], words=Unkept(given["words"]),
            request=token_of(request),
        )  # fmt: skip

    if request.method == "POST" and carried_out(form, do):
        messages.success(request, _("Your answer is given."))
        return redirect("recommendations")
    given = {
        "one": one,
        "form": form,
        "words": texts.get(one.sealed_id),
        "reply": texts.get(one.reply_id),
        "open": opener is not None,
        "unlock": f"{reverse('keys_unlock')}?next={request.path}",
        "today": timezone.localdate(),
        "sample": one.to.sample,
        "trail": [(_("Recommendations put to us"), reverse("recommendations")), (_("Answer"), "")],
    }
    return render(request, "cases/recommendation.html", given, status=status_of(form))
