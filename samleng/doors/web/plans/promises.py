"""A promise: what was said, what was done, what the people say of it, and who may speak now."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from samleng.answers.actions.models import Action, Step
from samleng.answers.actions.verbs import climbing, following
from samleng.answers.plans.models import Member
from samleng.answers.plans.reading import actions_seen_by
from samleng.answers.plans.verbs import links, watching
from samleng.doors.web.plans.forms import StepForm
from samleng.doors.web.plans.pages import form_errors
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import Upload
from samleng.kit.media.verbs import keep

REPORT, CLAIM, FIXED, HALF, NOT, CLIMB, DROP = "report", "claim", "fixed", "half", "not", "escalate", "drop"
DOINGS = {
    REPORT: _("Say how far it is"),
    CLAIM: _("Say that it is done"),
    FIXED: _("Yes, it was kept"),
    HALF: _("It was half kept"),
    NOT: _("No, it was not kept"),
    CLIMB: _("It needs a higher level"),
    DROP: _("It is given up"),
}
SAID = {"progress": _("How far it is"), "claim": _("Said to be done"), "verdict": _("What people say")}


def seen_action(by: Acting, action_id: UUID) -> Action:
    rows = actions_seen_by(by).select_related(
        "framework",
        "programme",
        "place__kind",
        "office",
        "facility__service",
        "community_result",
        "provider_result",
    )
    action = rows.filter(pk=action_id).first()
    if action is None:
        raise Denied
    return action


def watches(by: Acting, action: Action) -> bool:
    members = Member.objects.filter(person_id=by.person, until=None, plan__items__action_id=action.pk)
    return members.exists()


def doings(by: Acting, action: Action) -> list[tuple[str, Any]]:
    """What this person may say of the promise now, in the order of use."""
    kind = action.framework.method.plan.status(action.status).kind
    owner, path = list(action.office_keys), action.place.path
    found: list[str] = []
    if kind == "open":
        found += (
            [REPORT] if by.may("actions.report_progress", owner=[*owner, action.owner_key], path=path) else []
        )
        found += [CLAIM] if by.may("actions.claim", owner=owner, path=path) else []
        found += [CLIMB] if by.may("actions.escalate", owner=[*owner, action.owner_key], path=path) else []
        found += [DROP] if by.may("actions.drop", owner=owner, path=path) else []
    elif kind == "done" and action.confirmed_on is None:
        may = by.may("actions.confirm", owner=action.owner_key, path=path) or watches(by, action)
        found += [FIXED, HALF, NOT] if may else []
    return [(one, DOINGS[one]) for one in found]


@signed_in
def action(request: HttpRequest, action_id: UUID) -> HttpResponse:
    by = acting_for(request)
    return show(request, by, seen_action(by, action_id))


def show(request: HttpRequest, by: Acting, one: Action, **more: Any) -> HttpResponse:
    allowed = doings(by, one)
    given: dict[str, Any] = {
        "action": one,
        "status": one.framework.method.plan.status(one.status),
        "ours": centre(one.community_result),
        "theirs": centre(one.provider_result),
        "steps": list(one.steps.order_by("-at").prefetch_related("proofs")),
        "form": form_of(one, allowed),
        "allowed": allowed,
        "may_link": by.may("plans.give_link", owner=[one.owner_key, *one.office_keys], path=one.place.path),
        "said": SAID,
        "sample": one.programme.sample,
        "token": uuid4(),
        "errors": [],
    }
    return render(request, "plans/action.html", given | more, status=422 if more.get("errors") else 200)


def centre(result: Any) -> Fraction | None:
    known = result is not None and result.central_milli is not None
    return Fraction(result.central_milli, 1000) if known else None


def form_of(one: Action, allowed: list[tuple[str, Any]], *data: Any) -> StepForm:
    language = (get_language() or "km")[:2]
    return StepForm(*data, method=one.framework.method, doings=allowed, language=language)


@require_POST
@signed_in
def speak(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Say what the form says: progress, a claim, a verdict, a higher level, or that it is given up."""
    by = acting_for(request)
    one = seen_action(by, action_id)
    form = form_of(one, doings(by, one), request.POST, request.FILES)
    if not form.is_valid():
        return show(request, by, one, form=form, errors=form_errors(form))
    if refusals := tried(lambda: said(by, one, form.cleaned_data, token_of(request))):
        return show(request, by, one, form=form, errors=listed(refusals))
    return redirect("action", one.pk)


def said(by: Acting, one: Action, given: dict[str, Any], token: UUID) -> Step:
    note, what = given["note"], given["do"]
    photo = given.get("photo")
    proofs = [keep(by=by, file=photo, kind="photo", owner=one.owner_key, field="photo")] if photo else []
    if what == REPORT:
        return following.report_progress(
            by=by,
            action=one,
            status=given["status"],
            percent=given["percent"],
            note=note,
            proofs=proofs,
            request=token,
        )
    if what == CLAIM:
        return following.claim(by=by, action=one, proofs=proofs, reason=note, request=token)
    if what == CLIMB:
        return climbing.escalate(by=by, action=one, reason=note, request=token)
    if what == DROP:
        return following.drop(by=by, action=one, reason=note, request=token)
    confirm = watching.confirm if watches(by, one) else following.confirm
    return confirm(by=by, action=one, verdict=what, reason=note, request=token)


@require_POST
@signed_in
def make_link(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """A one-use address for an owner without an account; shown now and never again."""
    by = acting_for(request)
    one = seen_action(by, action_id)
    link = links.give_link(by=by, action=one)
    address = settings.SITE_ADDRESS + reverse("action_link", args=[link.token])
    picture = segno.make(address, error="m").svg_inline(scale=4)
    return show(request, by, one, link=address, link_picture=mark_safe(picture))  # noqa: S308  drawn by segno


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a one-use link: what was promised, and one thing to say of it. No account needed."""
    one = links.check_link(links.find_link(token)).action
    allowed = [(REPORT, DOINGS[REPORT]), (CLAIM, DOINGS[CLAIM])]
    given: dict[str, Any] = {"action": one, "sample": one.programme.sample, "token": uuid4(), "errors": []}
    form = form_of(one, allowed, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: spend(token, form.cleaned_data, token_of(request)))
        if not refusals:
            return render(request, "plans/thanks.html", given)
        given["errors"] = listed(refusals)
    elif request.method == "POST":
        given["errors"] = form_errors(form)
    return render(request, "plans/link.html", given | {"form": form}, status=422 if given["errors"] else 200)


def spend(token: str, given: dict[str, Any], request: UUID) -> None:
    photo = given.get("photo")
    links.update_by_link(
        token=token,
        what="claim" if given["do"] == CLAIM else "progress",
        status="" if given["do"] == CLAIM else given["status"],
        percent=given["percent"] if given["do"] == REPORT else None,
        note=given["note"],
        photos=[Upload(photo.read())] if photo else [],
        request=request,
    )
