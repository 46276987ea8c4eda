"""OpenRosa, as Collect and Kobo speak it: the list of forms, their files, and records coming in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from samleng.doors.exchange.openrosa.body import posted
from samleng.doors.exchange.openrosa.visit import Visit, in_xml, message, openrosa, xml
from samleng.kit.ledger.permission import require
from samleng.kit.media.rules import headers
from samleng.kit.media.verbs import open_blob
from samleng.voices.forms.models import Form, FormFile, State, Version
from samleng.voices.forms.rules.names import plain_name
from samleng.voices.forms.verbs.sending import Kept, send
from samleng.voices.forms.wording import missing_file, missing_form, missing_version

NO_VERSION = "___"


def open_forms(visit: Visit) -> QuerySet[Form]:
    """The forms somebody may fill in."""
    require(visit.by, "forms.send", owner=visit.programme.owner_key)
    return Form.objects.filter(programme=visit.programme, state=State.OPEN)


def asked_form(visit: Visit, form_id: str) -> Form:
    """A form that was published, also one that is closed: a phone may still need its files."""
    require(visit.by, "forms.send", owner=visit.programme.owner_key)
    found = Form.objects.published().filter(programme=visit.programme, xml_id=form_id).first()
    if found is None:
        raise missing_form(form_id)
    return found


def asked_version(form: Form, version: str | None) -> Version:
    """The form's current version, or the one asked for ("___" is the one without a name)."""
    rows = form.versions.published().defer("fields")
    if version is None:
        return rows.get(pk=form.current_id)
    name = "" if version == NO_VERSION else version
    found = rows.filter(version=name).first()
    if found is None:
        raise missing_version(name)
    return found


@openrosa("GET", "HEAD")
def form_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The open forms; `formID` asks for one, `verbose` says more, `listAllVersions` also lists older ones."""
    forms = open_forms(visit).order_by("title", "xml_id")
    if wanted := request.GET.get("formID"):
        forms = forms.filter(xml_id=wanted)
    rows = Version.objects.lean().published().filter(form__in=forms).select_related("form")
    every = request.GET.get("listAllVersions", "").lower() in ("true", "1")
    if not every:
        rows = rows.filter(pk__in=forms.values("current"))
    rows = rows.annotate(shows=Exists(FormFile.objects.filter(version=OuterRef("pk"))))
    verbose = request.GET.get("verbose", "").lower() in ("true", "1")
    ordered = rows.order_by("form__title", "form__xml_id", "-published_at")
    items = "".join(listed(visit.base, row, every, verbose) for row in ordered)
    return xml(f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{items}</xforms>')


def listed(base: str, row: Version, every: bool, verbose: bool) -> str:
    address = f"{base}/forms/{quote(row.form.xml_id, safe='')}"
    if every:
        address += f"/versions/{quote(row.version or NO_VERSION, safe='')}"
    parts = [
        ("formID", row.form.xml_id),
        ("name", row.title),
        ("version", row.version),
        ("hash", f"md5:{row.md5}"),
        ("descriptionText", ", ".join(row.languages)) if verbose else ("", ""),
        ("downloadUrl", f"{address}.xml"),
        ("manifestUrl", f"{address}/manifest") if row.shows else ("", ""),  # type: ignore[attr-defined]
    ]
    return f"<xform>{elements(parts)}</xform>"


def elements(parts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<{name}>{in_xml(text)}</{name}>" for name, text in parts if name)


@openrosa("GET", "HEAD")
def form_xml(request: HttpRequest, visit: Visit, form_id: str, version: str | None = None) -> HttpResponse:
    """The form itself."""
    return xml(bytes(asked_version(asked_form(visit, form_id), version).xform))


@openrosa("GET", "HEAD")
def manifest(request: HttpRequest, visit: Visit, form_id: str, version: str | None = None) -> HttpResponse:
    """The files a form shows, as far as they were brought."""
    form = asked_form(visit, form_id)
    found = asked_version(form, version)
    address = f"{visit.base}/forms/{quote(form_id, safe='')}"
    if version is not None:
        address += f"/versions/{quote(version, safe='')}"
    files = found.files.exclude(blob=None).order_by("name")
    items = "".join(of_manifest(address, files))
    return xml(f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{items}</manifest>')


def of_manifest(address: str, files: Iterable[FormFile]) -> Iterator[str]:
    for one in files:
        parts = [
            ("filename", one.name),
            ("hash", f"md5:{one.md5}"),
            ("downloadUrl", f"{address}/attachments/{quote(one.name, safe='')}"),
        ]
        yield f"<mediaFile>{elements(parts)}</mediaFile>"


@openrosa("GET", "HEAD")
def form_file(
    request: HttpRequest, visit: Visit, form_id: str, name: str, version: str | None = None
) -> HttpResponse:
    """One file a form shows."""
    found = asked_version(asked_form(visit, form_id), version)
    place = found.files.select_related("blob").filter(name=plain_name(name)).exclude(blob=None).first()
    if place is None or place.blob is None:
        raise missing_file(name)
    return FileResponse(open_blob(place.blob), headers=headers(place.blob.media_type))


@openrosa("HEAD", "POST")
def submission(request: HttpRequest, visit: Visit) -> HttpResponse:
    """HEAD: may one send, and how much at once. POST: a record, or a part of its files."""
    if request.method == "HEAD":
        require(visit.by, "forms.send", owner=visit.programme.owner_key)
        return HttpResponse(status=204, content_type="text/xml; charset=utf-8")
    given = posted(request)
    kept = send(by=visit.by, programme=visit.programme, xml=given.xml, files=given.files)
    return message(thanks(kept), "submit_success", 201)


def thanks(kept: Kept) -> str:
    """What the phone shows when a record is safe."""
    parts = [_("The record is here, thank you.") if kept.fresh else _("This record was here already.")]
    if kept.left_out:
        parts.append(
            _("Not kept, as the record does not name them: %(names)s.") % {"names": some(kept.left_out)}
        )
    if kept.empty:
        parts.append(_("Not kept, as nothing was in them: %(names)s.") % {"names": some(kept.empty)})
    return " ".join(parts)


def some(names: list[str]) -> str:
    return ", ".join(name[:60] for name in names[:5])
