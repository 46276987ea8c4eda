"""A programme's own forms: brought from a workbook, opened and closed, counted, their answers taken out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from samleng.doors.exchange.openrosa import exports
from samleng.doors.exchange.openrosa.drafting import looked_at
from samleng.doors.web.programme.door import seen_programme
from samleng.doors.web.signin.accounts import acting_for
from samleng.doors.web.uploads import no_file
from samleng.doors.web.visit import listed, signed_in, tried
from samleng.ground.offices.models import Programme
from samleng.ground.people.rules import Acting, scope_of
from samleng.kit.ledger.permission import Denied
from samleng.voices.forms.models import Form, State, Submission, SubmissionQuerySet, Version
from samleng.voices.forms.rules.shape import MOST_FORM_BYTES
from samleng.voices.forms.verbs.publishing import (
    add_form_file,
    begin_draft,
    bring,
    close_form,
    open_form,
    read_answers,
)
from samleng.voices.forms.verbs.reviewing import readable
from samleng.voices.forms.wording import OWN_WARNINGS, pitfall

ASKS = ("forms.manage", "forms.read", "forms.give_key")


def rights(by: Acting, owner: str) -> dict[str, bool]:
    """What the reader may do with forms here, for showing and hiding links; the verbs ask again."""
    return {name.partition(".")[2]: by.may(name, owner=owner) for name in ASKS}


def asked(request: HttpRequest, programme_id: UUID) -> tuple[Acting, Programme, dict[str, bool]]:
    """Who asks, for which programme, and what they may do; Denied where that is nothing."""
    by = acting_for(request)
    programme = seen_programme(by, programme_id)
    may = rights(by, programme.owner_key)
    if not any(may.values()):
        raise Denied
    return by, programme, may


def seen_forms(programme: Programme, may: dict[str, bool]) -> QuerySet[Form]:
    rows = Form.objects.filter(programme=programme).select_related("programme")
    return rows if may["manage"] else rows.exclude(state=State.DRAFT)


def asked_form(programme: Programme, form_id: UUID, may: dict[str, bool]) -> Form:
    found = seen_forms(programme, may).filter(pk=form_id).first()
    if found is None:
        raise Denied
    return found


def trail(programme: Programme, *more: tuple[str, str]) -> list[tuple[Any, str]]:
    own = (_("Forms"), reverse("own_forms", args=[programme.pk]))
    return [(programme.name, reverse("programme", args=[programme.pk])), own, *more]


@signed_in
@never_cache
def forms(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """The programme's forms with how many records each has."""
    by, programme, may = asked(request, programme_id)
    found = list(seen_forms(programme, may).order_by("state", "title"))
    own = counted(by, programme, may)
    for one in found:
        one.records, one.last = own.get(one.pk, (0, None))  # type: ignore[attr-defined]
    context = {
        "programme": programme,
        "sample": programme.sample,
        "forms": found,
        "may": may,
        "trail": [(programme.name, reverse("programme", args=[programme.pk])), (_("Forms"), "")],
    }
    return render(request, "questionnaires/forms.html", context)


def counted(by: Acting, programme: Programme, may: dict[str, bool]) -> dict[UUID, tuple[int, datetime]]:
    """How many records each form has where the reader's area lies, and when the last one came."""
    scope = scope_of(
        by, "forms.read" if may["read"] else "forms.manage" if may["manage"] else "forms.give_key"
    )
    rows = SubmissionQuerySet(Submission).filter(form__programme=programme).within(scope).standing()
    found = rows.order_by().values_list("form").annotate(count=Count("pk"), last=Max("received_at"))
    return {form: (count, last) for form, count, last in found}


@signed_in
@never_cache
def form(request: HttpRequest, programme_id: UUID, form_id: UUID) -> HttpResponse:
    """One form: what waits to be done, what it asks, what came in."""
    _by, programme, may = asked(request, programme_id)
    return shown(request, programme, asked_form(programme, form_id, may), may)


def shown(
    request: HttpRequest, programme: Programme, found: Form, may: dict[str, bool], **more: Any
) -> HttpResponse:
    draft = found.draft if may["manage"] else None
    version = draft or found.current
    records, last = counted(acting_for(request), programme, may).get(found.pk, (0, None))
    context = {
        "programme": programme,
        "sample": programme.sample,
        "form": found,
        "draft": draft,
        "version": version,
        "questions": questions(version),
        "warnings": warnings_of(version) if draft and version else [],
        "files": list(version.files.order_by("name")) if version else [],
        "records": records,
        "last": last,
        "tables": list(enumerate(exports.tables(found))) if may["read"] else [],
        "may": may,
        "trail": trail(programme, (found.title, "")),
        **more,
    }
    return render(request, "questionnaires/form.html", context, status=422 if more.get("errors") else 200)


def questions(version: Version | None) -> int:
    return len(Version.objects.only("fields").get(pk=version.pk).fields) if version else 0


# Said by pyxform without a row, and by us with one.
SAID_BETTER = "The following language declarations"


def warnings_of(version: Version) -> list[str]:
    return [warning(one) for one in version.warnings if not one.get("said", "").startswith(SAID_BETTER)]


def warning(kept: dict[str, Any]) -> str:
    """What to mind about a draft, in a sentence; pyxform's own stay in its words."""
    if "said" in kept:
        return str(kept["said"])
    if kept["own"] in OWN_WARNINGS:
        return str(OWN_WARNINGS[kept["own"]])
    told = pitfall(kept)
    return _("Row %(row)d: %(what)s") % {"row": told.row, "what": f"{told.message} {told.remedy}"}


@signed_in
def bring_one(request: HttpRequest, programme_id: UUID, form_id: UUID | None = None) -> HttpResponse:
    """Upload a form, or a new version of one; what is wrong is told with its row and what to do."""
    by, programme, may = asked(request, programme_id)
    if not may["manage"]:
        raise Denied
    only = asked_form(programme, form_id, may) if form_id else None
    made: list[Version] = []
    refusals: list[Any] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        refusals = (
            [no_file()] if file is None else tried(lambda: made.append(brought(by, programme, file, only)))
        )
        if made:
            return redirect("own_form", programme.pk, made[0].form_id)
    context = {
        "programme": programme,
        "sample": programme.sample,
        "form": only,
        "refused": refusals,
        "errors": listed(refusals),
        "trail": trail(programme, (_("Upload a form"), "")),
    }
    return render(request, "questionnaires/new.html", context, status=422 if refusals else 200)


def brought(by: Acting, programme: Programme, file: UploadedFile, only: Form | None) -> Version:
    name = file.name or "form"
    data = looked_at(file.read(MOST_FORM_BYTES + 1), Path(name).suffix.lower())
    return bring(by=by, programme=programme, data=data, filename=name, only=only)


@require_POST
@signed_in
def bring_file(request: HttpRequest, programme_id: UUID, form_id: UUID) -> HttpResponse:
    """Bring the pictures, sounds and lists a form shows; a published version gets a draft beside it."""
    by, programme, may = asked(request, programme_id)
    found = asked_form(programme, form_id, may)
    given = request.FILES.getlist("file")
    refusals = [] if given else [no_file()]
    if given and may["manage"]:
        draft = begin_draft(by=by, form=found)
        for one in given:
            refusals += tried(
                lambda one=one: add_form_file(by=by, version=draft, name=one.name or "", file=one)
            )
    if refusals:
        return shown(request, programme, found, may, errors=listed(refusals))
    messages.success(request, _("It is kept."))
    return redirect("own_form", programme.pk, found.pk)


@require_POST
@signed_in
def open_one(request: HttpRequest, programme_id: UUID, form_id: UUID) -> HttpResponse:
    """Publish the draft, or open a closed form again."""
    by, programme, may = asked(request, programme_id)
    found = asked_form(programme, form_id, may)
    version = request.POST.get("version", "").strip()
    refusals = tried(lambda: open_form(by=by, form=found, as_version=version))
    if refusals:
        return shown(request, programme, found, may, errors=listed(refusals))
    messages.success(request, _("The form is open. Phones find it when they look for forms."))
    return redirect("own_form", programme.pk, found.pk)


@require_POST
@signed_in
def close_one(request: HttpRequest, programme_id: UUID, form_id: UUID) -> HttpResponse:
    """Take no more records."""
    by, programme, may = asked(request, programme_id)
    found = asked_form(programme, form_id, may)
    close_form(by=by, form=found)
    messages.success(request, _("The form is closed. What came in stays."))
    return redirect("own_form", programme.pk, found.pk)


def read(
    request: HttpRequest, programme_id: UUID, form_id: UUID, what: str
) -> tuple[Form, SubmissionQuerySet]:
    """The form and those of its records that the reader may see; the look is written down."""
    by, programme, may = asked(request, programme_id)
    form = read_answers(by=by, form=asked_form(programme, form_id, may), what=what)
    return form, readable(by, form)


@require_safe
@signed_in
def book(request: HttpRequest, programme_id: UUID, form_id: UUID) -> HttpResponse:
    return exports.book_of(*read(request, programme_id, form_id, "xlsx"))


@require_safe
@signed_in
def packed(request: HttpRequest, programme_id: UUID, form_id: UUID) -> HttpResponse:
    return exports.zip_of(*read(request, programme_id, form_id, "csv"))


@require_safe
@signed_in
def table(request: HttpRequest, programme_id: UUID, form_id: UUID, table: int) -> HttpResponse:
    """One table as CSV: 0 the records, then the repeats."""
    found, records = read(request, programme_id, form_id, "csv")
    every = exports.tables(found)
    if table >= len(every):
        raise Denied
    return exports.csv_of(found, every[table], records)
