"""At the counter: a question answered at once, a complaint on somebody's behalf, a letter taken in.

Nothing is stored before it is sealed: what is wrong comes back in the page alone, and where a list of help
belongs to the matter it is read aloud first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samleng.answers.cases.models import Case
from samleng.answers.cases.seeing import COUNTER, LETTER
from samleng.answers.cases.verbs.intake import answer_at_once, came_as_letter
from samleng.answers.cases.verbs.receiving import receive
from samleng.doors.web.counter.door import counter_of, unkept
from samleng.doors.web.counter.forms import Ask, Complain, Told, Wrote
from samleng.doors.web.plans.links import private
from samleng.doors.web.speak.spoken import voices
from samleng.doors.web.visit import at_fields, tried
from samleng.ground.channels.models import CatalogueVersion, HelpNumber
from samleng.ground.offices.models import Office
from samleng.ground.people.rules import Acting
from samleng.kit.media.rules import LIMITS, Unsound, clean, photo_or_scan
from samleng.kit.media.wording import unfit
from samleng.kit.words.codes import in_threes, typed
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import filled, say
from samleng.voices.reports.rules.filing import MOST_FILES, Brought, Filing, Identity

TITLES = {
    "question": (_("A question at the counter"), Ask),
    "complaint": (_("A complaint or report at the counter"), Complain),
    "letter": (_("A letter that came"), Wrote),
}


@unkept
def counter(request: HttpRequest) -> HttpResponse:
    """The counter: what somebody comes with."""
    _by, offices = counter_of(request)
    context = {
        "offices": offices,
        "help": HelpNumber.objects.filled(current().catalogue),
        "trail": [(gettext("My work"), reverse("desk")), (gettext("At the counter"), "")],
        "sample": any(one.sample for one in offices),
    }
    return render(request, "counter/counter.html", context)


@unkept
def help_lists(request: HttpRequest) -> HttpResponse:
    """The lists of help, to be read aloud before anything is written down."""
    counter_of(request)
    version = current()
    context = {
        "lists": HelpNumber.objects.filled(version.catalogue),
        "voices": voices(version),
        "trail": [(gettext("At the counter"), reverse("counter")), (gettext("Who helps at once"), "")],
    }
    return render(request, "counter/help.html", context)


@unkept
def question(request: HttpRequest) -> HttpResponse:
    """A question, answered on the spot or kept."""
    return taken_in(request, "question")


@unkept
def complaint(request: HttpRequest) -> HttpResponse:
    """A complaint or a report that an officer writes down for somebody."""
    return taken_in(request, "complaint")


@unkept
def letter(request: HttpRequest) -> HttpResponse:
    """A letter with its days, sheets and scan."""
    return taken_in(request, "letter")


def current() -> CatalogueVersion:
    version = CatalogueVersion.objects.current()
    if version is None:
        raise Refusal(
            gettext("Nothing can be taken in yet: the site has no list of matters."),
            remedy=gettext("Ask whoever runs the site to publish one."),
            code="missing",
        )
    return version


def taken_in(request: HttpRequest, what: str) -> HttpResponse:
    """The form of one of the three, or what became of it."""
    by, offices = counter_of(request)
    asked = request.POST.get("office") or request.GET.get("office")
    office = next((one for one in offices if str(one.pk) == asked), offices[0])
    title, kind = TITLES[what]
    version = current()
    form = kind(request.POST or None, request.FILES or None, office=office, version=version)
    wrong = False
    if form.is_bound and form.stopped is None and not form.unasked and form.is_valid():
        done: list[Case] = []
        refusals = tried(lambda: done.append(filed(by, office, form, what)))
        if not refusals:
            return told(request, done[0], form)
        at_fields(form, refusals, called_otherwise)
        wrong = True
    elif form.is_bound and form.stopped is None and not form.unasked:
        wrong = True
    return shown(request, form, what, title, offices, wrong)


def called_otherwise(name: str) -> list[str]:
    """The field of the form that a verb calls by another name."""
    return {"helper_consent": ["consent"], "point": ["place"]}.get(name, [])


def shown(
    request: HttpRequest, form: Told, what: str, title: Any, offices: list[Office], wrong: bool
) -> HttpResponse:
    """The form; above it the list of help that belongs to the matter."""
    stopped = form.stopped if form.is_bound else None
    context = {
        "form": form,
        "what": what,
        "title": title,
        "office": form.at,
        "others": [one for one in offices if one.pk != form.at.pk],
        "referral": stopped,
        "final": stopped is not None and form.final,
        "heard": form.is_bound and form.data.get("heard") == "yes",
        "voices": voices(form.version),
        "unasked": form.is_bound and stopped is None and form.unasked,
        "asked_mark": form.asked_mark if form.is_bound and stopped is None else "",
        "wrong": wrong,
        "sample": form.at.sample,
        "trail": [(gettext("At the counter"), reverse("counter")), (title, "")],
    }
    return render(request, "counter/intake.html", context, status=422 if wrong else 200)


def filed(by: Acting, office: Office, form: Told, what: str) -> Case:
    """Seal what was told and make a case of it; sent again it is the same case."""
    given, category = form.cleaned_data, form.meant[0]
    taker = replace(by, via=LETTER if what == "letter" else COUNTER)
    about = given.get("about")
    if category.about_official and office.kind.code not in form.catalogue.ombudsmen:
        raise elsewhere(form, office)
    filing = Filing(
        category=category.code, exposure=given.get("exposure") or category.exposure,
        receipt=given["receipt"], language=form.initial["language"], words=given["words"],
        answers=form.answers, files=brought(given.get("files", ())), happened_on=given.get("happened_on"),
        identity=Identity(name=given.get("name", "").strip(), phone=given.get("phone", "").strip()),
        approved=given["words"] if given.get("climb") else "", may_climb=bool(given.get("climb")),
        on_behalf=True, helper_consent=given.get("consent") or ("letter" if what == "letter" else "spoken"),
    )  # fmt: skip
    case = receive(
        by=taker, filing=filing, place=given.get("place") or office.place, about=about, office=office
    ).case
    if what == "letter":
        came_as_letter(
            by=taker, case=case, came_on=given["came_on"], sheets=given["sheets"], dated_on=given["dated_on"]
        )
    if given.get("answer", "").strip():
        case = answer_at_once(by=taker, case=case, words=given["answer"])
    return Case.objects.with_context().get(pk=case.pk)


def elsewhere(form: Told, office: Office) -> Refusal:
    """A complaint about somebody in office is not written down here; whoever hears such is named."""
    found: list[Office] = []
    for code in form.catalogue.ombudsmen:
        found += Office.objects.over(office.place, code)
    names = "; ".join(
        " ".join(part for part in (say(one.name, form.tongue), one.phone) if part) for one in found
    )
    remedy = (
        filled(gettext("Send the person there: %(names)s"), names=names)
        if names
        else gettext("No such office is named here yet.")
    )
    return Refusal(
        gettext(
            "A complaint about somebody in office is heard by the citizens’ office. Nothing was written down."
        ),
        field="category", remedy=remedy, code="elsewhere",
    )  # fmt: skip


def brought(files: Iterable[UploadedFile]) -> tuple[Brought, ...]:
    """Photos drawn anew and papers looked at, before they are sealed."""
    made = []
    for one in list(files)[: MOST_FILES + 1]:
        data = one.read(LIMITS["scan"] + 1)
        kind = photo_or_scan(data)
        try:
            cleaned = clean(kind, data)
        except Unsound as unsound:
            raise unfit(unsound.code, "files", **unsound.params) from unsound
        made.append(Brought(kind=kind, data=cleaned.data, media_type=cleaned.media_type))
    return tuple(made)


def told(request: HttpRequest, case: Case, form: Told) -> HttpResponse:
    """What became of it, with the receipt: shown once, printed for the person, and kept nowhere."""
    digits = form.cleaned_data["receipt"]
    context = {
        "case": case,
        "groups": in_threes(typed(digits)).split(" "),
        "receipt": digits,
        "at_once": case.state == "closed",
        "office": form.at,
        "sample": case.sample,
    }
    return private(render(request, "counter/taken.html", context))
