"""Forms brought by a program: created, drafted anew, given their files, published (pyodk's `forms`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.guards import check_workbook
from samleng.doors.exchange.openrosa import said
from samleng.doors.exchange.openrosa.body import whole_body
from samleng.doors.exchange.openrosa.central import answered, seen_form
from samleng.doors.exchange.openrosa.visit import Visit
from samleng.kit.ledger.permission import require
from samleng.kit.media.rules import LIMITS, MIB
from samleng.kit.words.refusals import Refusal
from samleng.kit.words.text import clean
from samleng.voices.forms.models import Form, Version
from samleng.voices.forms.rules.shape import MOST_FORM_BYTES
from samleng.voices.forms.verbs.publishing import add_form_file, begin_draft, bring, open_form

ENDINGS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "text/csv": ".csv",
    "application/xml": ".xml",
    "text/xml": ".xml",
}


def looked_at(data: bytes, ending: str) -> bytes:
    """The file, after a look for bombs and macros where it is a packed workbook."""
    if ending == ".xlsx":
        with tempfile.NamedTemporaryFile(suffix=ending) as file:
            file.write(data)
            file.flush()
            check_workbook(Path(file.name))
    return data


def brought(request: HttpRequest, visit: Visit, only: Form | None = None) -> Version:
    """The draft made of the file in the request."""
    require(visit.by, "forms.manage", owner=visit.programme.owner_key)
    ending = ENDINGS.get(request.headers.get("Content-Type", "").partition(";")[0].strip(), "")
    data = looked_at(whole_body(request, MOST_FORM_BYTES), ending)
    fallback = clean(unquote(request.headers.get("X-XlsForm-FormId-Fallback", "")))[:100]
    return bring(
        by=visit.by,
        programme=visit.programme,
        data=data,
        filename=f"{fallback or 'form'}{ending}",
        form_id=fallback,
        only=only,
        heed_warnings=not is_yes(request, "ignoreWarnings"),
        new=only is None,
    )


def is_yes(request: HttpRequest, name: str) -> bool:
    return request.GET.get(name, "").lower() in ("true", "1", "yes")


def create(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Bring a new form, and open it at once where `publish` asks for it."""
    draft = brought(request, visit)
    if is_yes(request, "publish"):
        open_form(by=visit.by, form=draft.form)
    draft.refresh_from_db(fields=["published_at"])
    draft.form.refresh_from_db()
    return answered(said.form(draft.form, draft))


def begin(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """A new draft: of the file that was sent, or of the published version where none was."""
    form = seen_form(visit, form_id)
    if request.headers.get("Content-Type", "").partition(";")[0].strip() in ENDINGS:
        brought(request, visit, only=form)
    else:
        begin_draft(by=visit.by, form=form)
    return answered({"success": True})


def draft_of(visit: Visit, form_id: str) -> Version:
    require(visit.by, "forms.manage", owner=visit.programme.owner_key)
    draft = seen_form(visit, form_id).draft
    if draft is None:
        raise Refusal(
            _("This form has no draft."), remedy=_("Begin a new version of it first."), code="missing"
        )
    return draft


def draft(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    found = draft_of(visit, form_id)
    return answered(said.form(found.form, found))


def draft_files(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    return answered([said.form_file(one) for one in draft_of(visit, form_id).files.order_by("name")])


def bring_draft_file(request: HttpRequest, visit: Visit, form_id: str, name: str) -> HttpResponse:
    """Bring one file that the draft shows."""
    found = draft_of(visit, form_id)
    data = whole_body(request, LIMITS["file"] + MIB)
    add_form_file(by=visit.by, version=found, name=name, file=data)
    return answered({"success": True})


def publish(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """Open the draft, under another version where `version` names one."""
    draft_of(visit, form_id)
    form = seen_form(visit, form_id)
    open_form(by=visit.by, form=form, as_version=request.GET.get("version", ""))
    return answered({"success": True})
