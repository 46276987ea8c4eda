"""One case: where it stands, what was said, who has it, and everything that may be done to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from samleng.answers.cases.models import Case
from samleng.answers.cases.reading import near
from samleng.answers.cases.rules.story import LIVE, OPEN
from samleng.answers.cases.timing import goes_up_on
from samleng.answers.cases.verbs.looking import look
from samleng.answers.cases.verbs.moving import next_office
from samleng.doors.exchange.models import Posting
from samleng.doors.web.cases import told
from samleng.doors.web.cases.acts import CODES, Before, Doing, first_of, offered
from samleng.doors.web.cases.forms import filled_in
from samleng.doors.web.cases.seen import at_fields, language, seen_case, status_of
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.templatetags.cased import category_name, pause_words
from samleng.doors.web.templatetags.said import dated
from samleng.doors.web.unlocked import opener_for, unlocked_of
from samleng.doors.web.visit import signed_in, token_of, tried
from samleng.ground.people.rules import Acting
from samleng.kit.ledger.permission import Denied
from samleng.kit.sealing.rules import Opener
from samleng.kit.words.text import say

# How far a case lies that may be the same, where the category says nothing.
NEAR_METRES = 150
MOST_ALIKE = 12


@require_safe
@never_cache
@signed_in
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case whole; what is sealed is open when one's key is, and that one looked is written down."""
    by = acting_for(request)
    one = seen_case(by, case_id)
    before = Before(by, one, request)
    opener = opened(request, by, one)
    given: dict[str, Any] = {
        "case": one,
        "doings": [one for one in offered(before) if one.often],
        "seldom": [one for one in offered(before) if not one.often],
        "first": first_of(before),
        "story": told.story_of(one, opener),
        "happened": told.happened(one),
        "tenures": one.tenures.select_related("office").order_by("-since"),
        "evidence": one.evidence.filter(blob__erased_at=None).select_related("blob").order_by("at"),
        "orders": one.orders.select_related("crew").order_by("-at"),
        "open": opener is not None,
        "has_key": unlocked_of(request) is not None,
        "unlock": f"{reverse('keys_unlock')}?next={request.path}",
        "next_office": next_office(one) if one.state in OPEN else None,
        "goes_up_on": goes_up_on(one) if one.state in OPEN and one.paused_on is None else None,
        "paused_why": pause_words(one) if one.paused_on else "",
        "overdue": one.overdue(timezone.localdate()),
        "may_moderate": before.has("cases.moderate") and not one.sealed,
        "may_send": before.open and before.has("cases.work") and not one.sealed,
        "may_redact": before.has("cases.redact"),
        "may_see_looks": before.has("cases.triage"),
        "sample": one.sample,
        "trail": trail_of(one),
    }
    return render(request, "cases/case.html", given)


def trail_of(one: Case, *here: Any) -> list[tuple[Any, str]]:
    """From the list of cases to this page."""
    steps: list[tuple[Any, str]] = [(_("Cases"), reverse("cases"))]
    steps.append((one.reference, reverse("case", args=[one.pk])))
    return [*steps, *((label, "") for label in here)]


def opened(request: HttpRequest, by: Acting, one: Case, what: str = "words") -> Opener | None:
    """The office's key if it is at hand; that it was used on this case is written down first."""
    opener = opener_for(request, one.office)
    if opener is not None:
        look(by=by, case=one, what=what)
    return opener


@never_cache
@signed_in
def act(request: HttpRequest, case_id: UUID, what: str) -> HttpResponse:
    """Do one thing to a case; what may be done is asked by the verb, what is offered stands in `acts`."""
    by = acting_for(request)
    one = seen_case(by, case_id)
    doing = CODES.get(what)
    before = Before(by, one, request)
    if doing is None or not before.has(doing.right):
        raise Denied
    if request.method != "POST" and not doing.when(before):
        return redirect("case", one.pk)
    form = form_of(doing, before)
    if request.method == "POST" and form.is_valid():
        refusals = tried(lambda: at_once(doing, before, form.cleaned_data, token_of(request)))
        if not refusals:
            return after(request, by, one, doing)
        at_fields(form, refusals)
    templates = templates_of(one, doing)
    given = {
        "case": one,
        "doing": doing,
        "form": form,
        "templates": templates,
        "story": told.story_of(one, opened(request, by, one)) if doing.templates else None,
        "next_office": next_office(one) if what == "escalate" else None,
        "sent_by": sent_by(one) if doing.templates or "said" in form.fields else [],
        "sample": one.sample,
        "trail": trail_of(one, doing.label),
    }
    return render(request, "cases/act.html", given, status=status_of(form))


def sent_by(one: Case) -> list[str]:
    """Which other systems sent its reports: nobody there can open what is sealed to a receipt."""
    rows = Posting.objects.filter(report__in=one.heard.values("report"))
    return sorted(set(rows.values_list("key__label", flat=True)))


def at_once(doing: Doing, before: Before, given: dict[str, Any], token: UUID) -> object:
    """The files that come with it and the verb itself: all of it or nothing."""
    with transaction.atomic():
        return doing.do(before, given, token)


def after(request: HttpRequest, by: Acting, one: Case, doing: Doing) -> HttpResponse:
    """Back to the case, or to the list when it went where one may not follow."""
    messages.success(request, _("Done: %(what)s.") % {"what": doing.label})
    still = Case.objects.seen_by(by).filter(pk=one.pk).exists()
    return redirect("case", one.pk) if still else redirect("cases")


def form_of(doing: Doing, before: Before) -> Any:
    """The form of a doing for this case, with a template's words when one was picked."""
    request, one = before.request, before.case
    files = request.FILES if request.method == "POST" else None
    more: dict[str, Any] = {}
    if doing.code == "merge":
        more["choices"] = alike(before)
    picked = request.GET.get("template", "")
    found = templates_of(one, doing)
    if picked.isdecimal() and int(picked[:4]) < len(found):
        name = "reason" if doing.code == "extend" else "words"
        more["initial"] = {name: found[int(picked[:4])]["text"]}
    return doing.form(request.POST or None, files, case=one, **more)


def templates_of(one: Case, doing: Doing) -> list[dict[str, Any]]:
    """Words that fit the case and what is done, filled in, in the language of who reported."""
    if not doing.templates:
        return []
    first = one.heard.select_related("report").order_by("report__heard_at").first()
    spoken = first.report.language if first else language()
    known = {
        "reference": one.reference,
        "office": say(one.office.name, spoken),
        "due": dated(one.resolve_by),
        "category": category_name(one),
        "phone": one.office.phone,
        "reason": "",
    }
    catalogue = one.catalogue.catalogue
    return [
        {"text": filled_in(say(words.text, spoken), known), "state": state}
        for state in doing.templates
        for words in catalogue.templates_for(one.category, state)[:2]
    ]


def alike(before: Before) -> list[tuple[str, Any]]:
    """Cases that may be the same: near it, or of its category in its place; only those this person sees."""
    one = before.case
    seen = Case.objects.seen_by(before.by, "cases.merge").filter(
        category=one.category, exposure=one.exposure, office=one.office_id, state__in=LIVE
    )
    apart: dict[Any, str] = {}
    if one.latitude is not None and one.longitude is not None:
        reach = one.of.near_metres or NEAR_METRES
        for found in near(one.category, one.latitude, one.longitude, reach):
            apart[found.case.pk] = _("%(metres)s m away") % {"metres": found.metres}
    near_ids = [pk for pk in apart if pk != one.pk]
    rows = list(seen.filter(pk__in=near_ids).with_context())
    rest = seen.filter(place=one.place_id).exclude(pk__in=[one.pk, *near_ids]).with_context()
    rows += list(rest.order_by("-opened_on", "pk")[: MOST_ALIKE - len(rows)])
    here = _("the same place")
    return [
        (str(row.pk), f"{row.reference} · {dated(row.opened_on)} · {apart.get(row.pk, here)}") for row in rows
    ]


@require_safe
@never_cache
@signed_in
def looks(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who opened what of a case, and when: for whoever directs the desk."""
    by = acting_for(request)
    one = seen_case(by, case_id, "cases.triage")
    rows = list(one.looks.order_by("-at")[:500])
    names = told.named({row.by for row in rows})
    entries = [(row, names.get(row.by, row.by)) for row in rows]
    given = {"case": one, "looks": entries, "sample": one.sample, "trail": trail_of(one, _("Who looked"))}
    return render(request, "cases/looks.html", given)
