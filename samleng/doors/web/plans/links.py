"""A one-use address for an owner without an account: made, shown once, and opened without signing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from samleng.answers.plans.verbs import links
from samleng.doors.web.plans.said_forms import LinkForm
from samleng.doors.web.plans.seen import at_fields, seen_action
from samleng.doors.web.qr import qr
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import signed_in, token_of, tried
from samleng.kit.media.rules import Brought
from samleng.kit.words.refusals import Refusal

# Nobody keeps, indexes or passes on what stands behind such an address.
PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
GONE = {"link_used": 410, "link_old": 410}


@signed_in
def make_link(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Make the address and show it, now and never again: the site keeps only its hash."""
    by = acting_for(request)
    one = seen_action(by, action_id)
    if request.method != "POST":
        return redirect("action", one.pk)
    link = links.give_link(by=by, action=one)
    address = settings.SITE_ADDRESS + reverse("action_link", args=[link.token])
    given = {
        "action": one,
        "link": link,
        "address": address,
        "qr": qr(address),
        "sample": one.programme.sample,
    }
    return private(render(request, "plans/link_made.html", given))


def private(answer: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        answer[name] = value
    return answer


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What was promised, and one thing to say of it; once, without an account."""
    try:
        link = links.find_link(token)
        one = link.action
        files = request.FILES if request.method == "POST" else None
        form = LinkForm(request.POST or None, files, action=one)
        if not form.is_valid():
            # A valid form is asked by the verb, which knows one that is sent twice.
            links.check_link(link)
    except Refusal as refusal:
        return gone(request, refusal)
    given: dict[str, Any] = {"action": one, "form": form, "link": link, "sample": one.programme.sample}
    if form.is_valid():
        refusals = tried(lambda: spend(token, form.cleaned_data, token_of(request)))
        if not refusals:
            return private(render(request, "plans/thanks.html", given))
        if refusals[0].code.startswith("link_") and refusals[0].code != "link_verb":
            return gone(request, refusals[0])
        at_fields(form, refusals)
    return private(render(request, "plans/link.html", given, status=422 if form.errors else 200))


def gone(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of an address that was used, is old, or never worked."""
    status = GONE.get(refusal.code, 404)
    return private(render(request, "plans/link_gone.html", {"refusal": refusal}, status=status))


def spend(token: str, given: dict[str, Any], request: UUID) -> None:
    done = given["do"] == "claim"
    links.update_by_link(
        token=token,
        what=given["do"],
        status="" if done else given["status"],
        percent=None if done else given["percent"] or None,
        note=given["note"],
        photos=[Brought(file.read()) for file in given["proofs"]],
        request=request,
    )
