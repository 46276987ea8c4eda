"""The same done to many cases at once: each is asked for by itself, and who was refused is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from samleng.answers.cases.models import Case
from samleng.answers.cases.reading import many
from samleng.answers.cases.verbs.answering import acknowledge, assign
from samleng.answers.cases.verbs.moving import merge
from samleng.doors.web.cases.queue import back_to
from samleng.doors.web.cases.seen import require_desk
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.visit import listed, signed_in, tried, uuid_or_none
from samleng.ground.people.models import Person
from samleng.ground.people.permission import Denied
from samleng.ground.people.rules import Acting
from samleng.kit.words.refusals import Refusal, each

MOST_AT_ONCE = 200


@require_POST
@signed_in
def bulk(request: HttpRequest) -> HttpResponse:
    """Confirm receipt of the chosen cases, give them to somebody, or go on to make one of them."""
    by = acting_for(request)
    require_desk(by)
    chosen = picked(by, request.POST.getlist("case"))
    back = back_to(request.POST.get("back", "")[:400])
    if not chosen:
        messages.error(request, _("No case was chosen. Tick the ones you mean."))
        return redirect(back)
    what = request.POST.get("do")
    if what == "merge":
        query = urlencode([("case", str(one.pk)) for one in chosen])
        return redirect(f"{reverse('cases_merge')}?{query}")
    if what == "assign":
        person = person_of(request.POST.get("person", ""))
        done, refused = for_each(chosen, lambda one: assign(by=by, case=one, person=person))
    elif what == "acknowledge":
        done, refused = for_each(chosen, lambda one: acknowledge(by=by, case=one))
    else:
        raise Denied
    tell(request, done, refused)
    return redirect(back)


def picked(by: Acting, ids: list[str]) -> list[Case]:
    """The chosen cases that this person sees; the others are as if they were not there."""
    known = [one for one in map(uuid_or_none, ids[:MOST_AT_ONCE]) if one]
    return sorted(many(by, known), key=lambda one: (one.opened_at, one.pk))


def person_of(chosen: str) -> Person | None:
    if not chosen:
        return None
    found = Person.objects.filter(pk=uuid_or_none(chosen)).first()
    if found is None:
        raise Denied
    return found


def for_each(cases: list[Case], do: Callable[[Case], Any]) -> tuple[int, list[tuple[Case, str]]]:
    """Do it to each by itself; how many were done, and why the others were not."""
    done, refused = 0, []
    for one in cases:
        try:
            do(one)
            done += 1
        except Denied:
            refused.append((one, _("You may not do this to it.")))
        except Refusal as refusal:
            refused.append((one, " ".join(str(part.message) for part in each(refusal))))
    return done, refused


def tell(request: HttpRequest, done: int, refused: list[tuple[Case, str]]) -> None:
    if done:
        said = ngettext("%(n)s case was done.", "%(n)s cases were done.", done) % {"n": done}
        messages.success(request, said)
    for one, why in refused[:20]:
        messages.warning(request, f"{one.reference}: {why}")


@signed_in
def merge_many(request: HttpRequest) -> HttpResponse:
    """Choose which of the chosen cases stays; the others become part of it."""
    by = acting_for(request)
    require_desk(by, "cases.merge")
    asked = request.POST if request.method == "POST" else request.GET
    chosen = picked(by, asked.getlist("case"))
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        stays = next((one for one in chosen if str(one.pk) == asked.get("stays")), None)
        if stays is None:
            raise Denied
        refusals = tried(lambda: merge(by=by, case=stays, others=[one for one in chosen if one != stays]))
        if not refusals:
            messages.success(request, _("They are one case now."))
            return redirect("case", stays.pk)
        errors = listed(refusals)
    given = {
        "cases": chosen,
        "errors": errors,
        "trail": [(_("Cases"), reverse("cases")), (_("Make one of them"), "")],
    }
    return render(request, "cases/merge.html", given, status=422 if errors else 200)
