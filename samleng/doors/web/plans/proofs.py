"""What shows a promise: for whoever sees the promise, and for everyone once somebody has looked at it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samleng.answers.actions.models import Action, Proof
from samleng.answers.actions.steps import has_part_in
from samleng.answers.actions.verbs.following import SHOW, show_proof
from samleng.doors.web.plans.promises import plans_of, trail_of
from samleng.doors.web.plans.seen import seen_action
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.insight.disclosure.proofs import mark_of, released_proof
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import open_blob, open_small
from samleng.kit.words.refusals import Refusal


def seen_proof(by: Acting, action_id: UUID, proof_id: int) -> tuple[Action, Proof]:
    """The promise and what shows it, if this person may see the promise; Denied if not."""
    one = seen_action(by, action_id)
    found = Proof.objects.select_related("blob", "step").filter(pk=proof_id, step__action=one).first()
    if found is None or found.blob.erased_at is not None:
        raise Denied
    return one, found


@signed_in
def proof(request: HttpRequest, action_id: UUID, proof_id: int) -> HttpResponse:
    """The picture or paper itself, as it is kept."""
    _one, found = seen_proof(acting_for(request), action_id, proof_id)
    with open_blob(found.blob) as file:
        return HttpResponse(file.read(), headers=headers(found.blob.media_type, "proof"))


@signed_in
def small(request: HttpRequest, action_id: UUID, proof_id: int) -> HttpResponse:
    """The small picture that everyone would see."""
    one, found = seen_proof(acting_for(request), action_id, proof_id)
    try:
        body = open_small(found.blob, mark_of(one))
    except Refusal as undrawn:
        raise Http404 from undrawn
    return HttpResponse(body, headers=headers("image/webp", "proof"))


def told_of(proof_id: int, shown: bool) -> Any:
    """What follows from letting it be seen or taking it back, as everyone now finds it."""
    if not shown:
        return _("Nobody outside sees it any longer.")
    if released_proof(proof_id) is None:
        return _("Everyone sees it once the promise itself is public.")
    return _("Everyone can see it now.")


@signed_in
def show(request: HttpRequest, action_id: UUID, proof_id: int) -> HttpResponse:
    """Look at it once more, then let everyone see it, or take it back."""
    by = acting_for(request)
    one, found = seen_proof(by, action_id, proof_id)
    if not has_part_in(by, SHOW, one):
        raise Denied
    refused = []
    if request.method == "POST":
        shown = request.POST.get("shown") == "yes"
        refused = tried(lambda: show_proof(by=by, proof=found, shown=shown, request=token_of(request)))
        if not refused:
            messages.success(request, told_of(found.pk, shown))
            return redirect("action", one.pk)
    given = {
        "action": one,
        "proof": found,
        "refused": listed(refused),
        "sample": one.programme.sample,
        "trail": trail_of(
            plans_of(by, one), (_("Promise"), reverse("action", args=[one.pk])), _("Who may see this")
        ),
    }
    return render(request, "plans/show_proof.html", given, status=422 if refused else 200)
