"""What reviewers find of records and say about them, as pyodk and other clients of ODK Central ask."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from samleng.doors.exchange.openrosa import said
from samleng.doors.exchange.openrosa.body import whole_body
from samleng.doors.exchange.openrosa.central import answered, read_record
from samleng.doors.exchange.openrosa.visit import Visit
from samleng.kit.words.refusals import Refusal
from samleng.voices.forms.models import ReviewState
from samleng.voices.forms.rules.reading import MIB
from samleng.voices.forms.verbs.reviewing import findings, review


def sent(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the request."""
    try:
        given = json.loads(whole_body(request, 1 * MIB) or b"{}")
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Refusal(_("This request is no JSON object."), remedy=_("Send it again."), code="unreadable")
    return given


def text_in(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(_("This is no text."), field=name, remedy=_("Write it between quotation marks."))
    return value or ""


def look(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    """Say what one finds of a record."""
    newest, first = read_record(visit, form_id, instance_id)
    given = sent(request)
    if "reviewState" in given:
        state = text_in(given, "reviewState") or ReviewState.RECEIVED
        review(by=visit.by, submission=newest, state=state)
        findings([newest])
    return answered(said.submission(newest, first))


def comments(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    """What was said about a record, the newest first."""
    _newest, first = read_record(visit, form_id, instance_id)
    return answered([said.comment(one) for one in first.reviews.exclude(comment="").order_by("-id")])


def comment(request: HttpRequest, visit: Visit, form_id: str, instance_id: str) -> HttpResponse:
    """Say something about a record."""
    newest, _first = read_record(visit, form_id, instance_id)
    return answered(
        said.comment(review(by=visit.by, submission=newest, comment=text_in(sent(request), "body")))
    )
