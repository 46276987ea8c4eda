"""Rating an office's service: a face, its parts, what women and men meet; and what the office sees of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from samleng.doors.web.guard import waiting
from samleng.doors.web.guard.doors import RATING
from samleng.doors.web.qr import qr
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.speak.frame import catalogue, shown, speaking
from samleng.doors.web.speak.pages import see
from samleng.doors.web.speak.sending import NO, YES
from samleng.doors.web.speak.turn import VISITOR
from samleng.doors.web.visit import listed, signed_in, token_of, tried
from samleng.ground.channels.models import CatalogueVersion
from samleng.ground.channels.rules import RatingForm
from samleng.ground.keys.models import Vault
from samleng.ground.offices.models import Office
from samleng.ground.services.models import Service
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.khmer import to_latin
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.reports.models import Rating
from samleng.voices.reports.verbs.rating import Given
from samleng.voices.reports.verbs.rating import rate as rate_office

# Fewer ratings than this show nobody's apart.
FEWEST_SHOWN = 6
PART, ASKED = "part-", "answer-"


def office_of(code: str) -> Office:
    found = Office.objects.select_related("kind", "place__kind").filter(code=code).first()
    if found is None:
        raise Denied
    return found


def form_for(version: CatalogueVersion, office: Office, wanted: str) -> tuple[RatingForm, Service | None]:
    """The form that is asked for, else the one meant for a service the office answers for, else the first."""
    forms = version.catalogue.rating_forms
    services = list(Service.objects.filter(pk__in=office.duties.values("service")).order_by("code"))
    fitting = next(
        ((form, one) for form in forms for one in services if one.code in form.services), (None, None)
    )
    named = version.catalogue.rating_form(wanted) if wanted else None
    form = named or fitting[0] or (forms[0] if forms else None)
    if form is None:
        raise Denied
    own = next((one for one in services if not form.services or one.code in form.services), None)
    return form, own


@require_safe
@speaking
def find(request: HttpRequest) -> HttpResponse:
    """Which service is rated: the kinds that can be rated, as among the things one may say."""
    version = catalogue()
    if version is None or version.catalogue.kind("rating") is None:
        raise Denied
    return see(reverse("speak_kind", args=["rating"]))


@require_http_methods(["GET", "HEAD", "POST"])
@speaking
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """One page: how it was, in a face; parts and questions are not required."""
    office, version = office_of(code), catalogue()
    if version is None:
        raise Denied
    form, service = form_for(version, office, request.POST.get("form") or request.GET.get("form", ""))
    errors: list[Refusal] = []
    if request.method == "POST":
        if wait := waiting.held_up(request, RATING, sample=office.sample):
            return wait
        vault = Vault.objects.of(office, "cases")
        errors = tried(
            lambda: rate_office(
                by=VISITOR, given=given_in(request, form), office=office, service=service,
                readers=(vault.reader,) if vault else (),
            )
        )  # fmt: skip
        if not errors:
            return see(reverse("rate_thanks", args=[office.code]))
        waiting.no_harm(request, RATING)
    context = {
        "office": office,
        "form": form,
        "version": version,
        "asked": asked_in(request, form, errors),
        "may_write": Vault.objects.of(office, "cases") is not None,
        "comment": request.POST.get("comment", ""),
        "token": request.POST.get("token") or uuid4(),
        "errors": listed([anchored(one, form) for one in errors]),
        "sample": office.sample,
    }
    return shown(request, "speak/rate.html", context, status=422 if errors else 200)


def given_in(request: HttpRequest, form: RatingForm) -> Given:
    """What was tapped; fields that the form does not have are not looked at."""
    post = request.POST
    answers: dict[str, Any] = {}
    for one in form.questions:
        if one.answers:
            many = post.getlist(f"{ASKED}{one.code}")
            answers[one.code] = many if one.kind == "choices" else post.get(f"{ASKED}{one.code}", "")
    return Given(
        uid=token_of(request), form=form.code, value=to_latin(post.get("value", "")),
        parts={one.code: to_latin(post.get(f"{PART}{one.code}", "")) for one in form.aspects},
        answers={key: value for key, value in answers.items() if value},
        comment=clean(post.get("comment", "")),
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A part or a question with what was tapped and what is wrong."""

    of: Any
    name: str
    given: tuple[str, ...]
    error: str


def asked_in(request: HttpRequest, form: RatingForm, errors: list[Refusal]) -> dict[str, Any]:
    """The whole, its parts and the questions, as they were answered before an error."""
    wrong = {str(one.field): f"{one.message} {one.remedy}".strip() for one in errors}

    def row(of: Any, name: str, field: str) -> Row:
        return Row(of, name, tuple(request.POST.getlist(name)), wrong.get(field, ""))

    return {
        "whole": row(form, "value", "value"),
        "parts": [row(one, f"{PART}{one.code}", one.code) for one in form.aspects],
        "questions": [row(one, f"{ASKED}{one.code}", one.code) for one in form.questions if one.answers],
    }


def anchored(refusal: Refusal, form: RatingForm) -> Refusal:
    """The refusal with the field as the page calls it."""
    names = {one.code: f"{PART}{one.code}" for one in form.aspects}
    names |= {one.code: f"{ASKED}{one.code}" for one in form.questions}
    field = names.get(str(refusal.field), refusal.field)
    return Refusal(refusal.message, field=field, remedy=refusal.remedy, code=refusal.code)


@require_safe
@speaking
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """The page after a rating: the same for everybody."""
    office = office_of(code)
    return shown(request, "speak/rated.html", {"office": office, "sample": office.sample})


@require_safe
@speaking
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet to hang up in an office: how to rate it and how to say more, each with its QR."""
    office, version = office_of(code), catalogue()
    if version is None:
        raise Denied
    form, _service = form_for(version, office, "")
    ways = [
        (_("How was the service? Rate it"), settings.SITE_ADDRESS + reverse("rate", args=[office.code])),
        (_("Complain, ask or report"), settings.SITE_ADDRESS + reverse("speak")),
    ]
    context = {
        "office": office,
        "form": form,
        "ways": [(text, address, qr(address)) for text, address in ways],
        "sample": office.sample,
    }
    return shown(request, "speak/poster.html", context)


@require_safe
@signed_in
@speaking
def mine(request: HttpRequest) -> HttpResponse:
    """The offices whose ratings somebody may see; where it is one, that one's at once."""
    by = acting_for(request)
    keys = {seat.office for seat in by.seats if seat.office and "cases.see" in seat.rights.verbs}
    offices = list(Office.objects.filter(pk__in=keys).select_related("kind", "place__kind").order_by("code"))
    if len(offices) == 1:
        return see(reverse("rate_results", args=[offices[0].code]))
    return shown(request, "speak/rated_offices.html", {"offices": offices})


@require_safe
@signed_in
@speaking
def results(request: HttpRequest, code: str) -> HttpResponse:
    """What an office's own people see of its ratings: how many, which faces, which parts; nobody's alone."""
    office = office_of(code)
    if not acting_for(request).may("cases.see", owner=office.owner_key):
        raise Denied
    version = catalogue()
    kept = list(Rating.objects.of_office(office).order_by("-given_on")[:20_000])
    tables = [
        table(form, [one for one in kept if one.form == form.code])
        for form in (version.catalogue.rating_forms if version else ())
        if any(one.form == form.code for one in kept)
    ]
    context = {"office": office, "tables": tables, "fewest": FEWEST_SHOWN, "sample": office.sample}
    return shown(request, "speak/ratings.html", context)


def table(form: RatingForm, ratings: list[Rating]) -> dict[str, Any]:
    """One form's ratings: n for each face, for the whole and each part; answers counted alike."""
    enough = len(ratings) >= FEWEST_SHOWN
    lines = [(form.name, Counter(one.value for one in ratings))] if enough else []
    for part in form.aspects if enough else ():
        values = [one.parts[part.code] for one in ratings if part.code in one.parts]
        if len(values) >= FEWEST_SHOWN:
            lines.append((part.name, Counter(values)))
    asked = []
    for question in form.questions if enough else ():
        answers = [one.answers[question.code] for one in ratings if one.answers.get(question.code)]
        if len(answers) >= FEWEST_SHOWN:
            flat = Counter(code for one in answers for code in (one if isinstance(one, list) else [one]))
            names: dict[str, Any] = {one.code: one.name for one in question.options}
            names |= {"yes": YES, "no": NO}
            cells = [(names.get(code, code), flat.get(code, 0)) for code in question.answers]
            asked.append((question.name, cells))
    return {
        "form": form, "n": len(ratings), "enough": enough, "asked": asked,
        "lines": [(name, [counted.get(one.value, 0) for one in form.points]) for name, counted in lines],
        "language": get_language(),
    }  # fmt: skip
