"""The part of ODK Central's API by which programs list forms, send records and read them (pyodk)."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from samleng.doors.exchange.openrosa import said
from samleng.doors.exchange.openrosa.body import whole_body
from samleng.doors.exchange.openrosa.visit import (
    SESSION_HOURS,
    Visit,
    fits,
    key_behind,
    refusal_as_json,
    refused_json,
    session_of,
    xml,
)
from samleng.kit.ledger.permission import Denied
from samleng.kit.media.rules import LIMITS, headers
from samleng.kit.media.verbs import open_blob
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.keeping import keep_file
from samleng.voices.forms.models import Attachment, Form, State, Submission, Version
from samleng.voices.forms.rules.names import plain_name
from samleng.voices.forms.rules.reading import MIB, MOST_BYTES
from samleng.voices.forms.verbs.publishing import read_answers
from samleng.voices.forms.verbs.reviewing import findings, readable
from samleng.voices.forms.verbs.sending import Kept, add_file, send
from samleng.voices.forms.wording import missing_file, missing_form, missing_record

A_LOGIN = 1 * MIB
MOST_LISTED = 10_000


@csrf_exempt
def sessions(request: HttpRequest) -> HttpResponse:
    """Change one's sign-in name and a key for a token that is good for a day."""
    if request.method != "POST":
        return refused_json(_("This cannot be done here."), 405)
    try:
        given = json.loads(whole_body(request, A_LOGIN) or b"{}")
        key = fits(str(given["email"]), str(given["password"]))
    except Refusal as refusal:
        return refusal_as_json(request, refusal)
    except (ValueError, KeyError, TypeError):
        return refused_json(_("Send “email” and “password” as JSON."), 400)
    if key is None:
        return refused_json(_("The sign-in name or the key is not right."), 401)
    return answered(said.session(session_of(key), timezone.now(), SESSION_HOURS))


def answered(body: Any, status: int = 200) -> HttpResponse:
    answer = JsonResponse(body, safe=False, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@csrf_exempt
def me(request: HttpRequest) -> HttpResponse:
    """Whom the token stands for."""
    key = key_behind(request, None)
    if key is None:
        return refused_json(_("Sign in first, with your key as the password."), 401)
    return answered(said.person(key))


@csrf_exempt
def projects(request: HttpRequest) -> HttpResponse:
    """The one programme the key opens."""
    key = key_behind(request, None)
    if key is None:
        return refused_json(_("Sign in first, with your key as the password."), 401)
    return answered([said.project(key.programme, key.made_at)])


def project(request: HttpRequest, visit: Visit) -> HttpResponse:
    return answered(said.project(visit.programme, visit.key.made_at))


# --- forms -----------------------------------------------------------------------------------------------


def may(visit: Visit, verb: str) -> bool:
    return visit.by.may(verb, owner=visit.programme.owner_key)


def seen_forms(visit: Visit) -> QuerySet[Form]:
    """The forms of the programme; a draft only for those who make forms."""
    rows = Form.objects.filter(programme=visit.programme).order_by("xml_id")
    if may(visit, "forms.manage"):
        return rows
    if not may(visit, "forms.send") and not may(visit, "forms.read"):
        raise Denied
    return rows.exclude(state=State.DRAFT)


def seen_form(visit: Visit, form_id: str) -> Form:
    found = seen_forms(visit).filter(xml_id=form_id).first()
    if found is None:
        raise missing_form(form_id)
    return found


def shown_version(form: Form) -> Version:
    """The published version, else the draft."""
    rows = form.versions.lean()
    return rows.get(pk=form.current_id) if form.current_id else rows.get(published_at=None)


def forms(request: HttpRequest, visit: Visit) -> HttpResponse:
    return answered([said.form(one, shown_version(one)) for one in seen_forms(visit)])


def form(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    found = seen_form(visit, form_id)
    return answered(said.form(found, shown_version(found)))


def versions(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    found = seen_form(visit, form_id)
    rows = found.versions.lean().published().order_by("-published_at")
    return answered([said.form(found, one) for one in rows])


def fields(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """What the form asks, in order."""
    shown = Version.objects.get(pk=shown_version(seen_form(visit, form_id)).pk)
    return answered([said.field(one, shown.repeats) for one in shown.fields])


def form_files(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    shown = shown_version(seen_form(visit, form_id))
    return answered([said.form_file(one) for one in shown.files.order_by("name")])


# --- records ---------------------------------------------------------------------------------------------


def read_form(visit: Visit, form_id: str, what: str) -> Form:
    """The form whose answers are about to be read; the look is written down."""
    found = seen_form(visit, form_id)
    return read_answers(by=visit.by, form=found, what=what)


def submissions(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """The records that stand, the newest first; `limit` and `offset` divide a long list."""
    found = read_form(visit, form_id, "list")
    rows = readable(visit.by, found).standing().lean().select_related("first").order_by("-id")
    start = whole_number(request.GET.get("offset"), 0)
    count = min(whole_number(request.GET.get("limit"), MOST_LISTED), MOST_LISTED)
    some = rows.defer("xml", "answers", "first__xml", "first__answers")[start : start + count]
    listed = list(some)
    findings(listed)
    return answered([said.submission(one, one.first or one) for one in listed])


def whole_number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else otherwise


def record_of(form: Form, instance_id: str) -> tuple[Submission, Submission]:
    """A record by its first number: the version that stands now, and the first."""
    rows = form.submissions.lean().select_related("form", "place")
    first = rows.filter(instance_id=instance_id, first=None).first()
    if first is None:
        raise missing_record()
    newest = rows.standing().filter(first=first).first() or first
    findings([newest])
    return newest, first


def read_record(
    visit: Visit, form_id: str, instance_id: str, what: str = "record"
) -> tuple[Submission, Submission]:
    """The same, to be read: as if it were not there where it lies outside of the reader's area."""
    form = read_form(visit, form_id, what)
    newest, first = record_of(form, instance_id)
    if not readable(visit.by, form).filter(pk=newest.pk).exists():
        raise missing_record()
    return newest, first


def submission(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    newest, first = read_record(visit, form_id, instance_id)
    return answered(said.submission(newest, first))


def submission_xml(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    """The record's newest version as it was sent."""
    newest, _first = read_record(visit, form_id, instance_id)
    return xml(bytes(newest.xml))


def create(request: HttpRequest, visit: Visit, form_id: str) -> HttpResponse:
    """Take a record; the files it names come after it, one by one."""
    kept = taken(request, visit, form_id)
    findings([kept.submission])
    return answered(said.submission(kept.submission, kept.submission.first or kept.submission))


def edit(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    """Take a correction of a record; it must name the newest version it corrects."""
    before = sent_record(visit, form_id, instance_id)
    first = before.first or before
    given = taken(request, visit, form_id, corrects=first)
    findings([given.submission])
    return answered(said.submission(given.submission, first))


def taken(request: HttpRequest, visit: Visit, form_id: str, corrects: Submission | None = None) -> Kept:
    body = whole_body(request, MOST_BYTES)
    return send(by=visit.by, programme=visit.programme, xml=body, form_id=form_id, corrects=corrects)


# --- files of a record -----------------------------------------------------------------------------------


def sent_record(visit: Visit, form_id: str, instance_id: str) -> Submission:
    """The record one may correct and bring files for: one's own, or any that one may read."""
    form = seen_form(visit, form_id)
    newest, first = record_of(form, instance_id)
    mine = visit.by.person in (str(first.sender_id), str(newest.sender_id))
    if not mine and not readable(visit.by, form).filter(pk=newest.pk).exists():
        raise missing_record()
    return newest


def attachments(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    """The files the record names, and which are here."""
    rows = sent_record(visit, form_id, instance_id).attachments.order_by("name")
    return answered([said.attachment(one) for one in rows])


def bring_attachment(
    request: HttpRequest, visit: Visit, form_id: str, instance_id: str, name: str
) -> HttpResponse:
    """Bring one file that the record names."""
    newest = sent_record(visit, form_id, instance_id)
    if not newest.attachments.filter(name=plain_name(name)).exists():
        raise missing_file(name)
    data = whole_body(request, LIMITS["file"] + MIB)
    blob = keep_file(visit.by, data, name=name, owner=visit.programme.owner_key)
    add_file(by=visit.by, submission=newest, name=name, blob=blob)
    return answered({"success": True})


def attachment(request: HttpRequest, visit: Visit, form_id: str, instance_id: str, name: str) -> HttpResponse:
    """One file of a record."""
    newest, _first = read_record(visit, form_id, instance_id, "file")
    place = Attachment.objects.select_related("blob").filter(submission=newest, name=plain_name(name)).first()
    if place is None or place.blob is None:
        raise missing_file(name)
    return FileResponse(open_blob(place.blob), headers=headers(place.blob.media_type))
