"""GeoReport v2: where the server is, what can be reported, and what was reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.doors.exchange.open311 import asking, offered, said, source
from samleng.doors.exchange.open311.documents import XML
from samleng.doors.exchange.open311.faults import NOT_FOUND, together, wrong
from samleng.doors.exchange.open311.verbs import key_of
from samleng.doors.exchange.open311.visit import Document, Visit, refused
from samleng.insight.disclosure.models import Pin
from samleng.insight.disclosure.reports import photo_of, report
from samleng.kit.media.rules import headers

# So far back goes news that nobody said how far back to look for.
LATELY = timedelta(days=1)
TOKENS = "open311.token"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def discovery(request: HttpRequest, visit: Visit) -> Document:
    """Where the server is, in which forms it speaks, and where a key is given."""
    since = offered.since()
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{visit.base}/open311/v2",
        "changeset": since,
        "type": "test" if settings.DEBUG else "production",
        "formats": ["text/xml", "application/json"],
    }
    content = {
        "changeset": since,
        "contact": settings.CONTACT,
        "key_service": _("Ask the office or programme for which you report: its head gives a key."),
        "endpoints": [endpoint],
    }
    return Document(root="discovery", content=content)


def services(request: HttpRequest, visit: Visit) -> Document:
    """Everything that can be reported."""
    keyed = key_of(visit.given.get("api_key", "")) is not None
    found = offered.services(visit.language, keyed=keyed)
    return Document(root="services", content=[said.service(one) for one in found])


def definition(request: HttpRequest, visit: Visit, code: str) -> Document:
    """The questions of one service."""
    found = offered.service(code, visit.language)
    if found is None:
        raise wrong(_("There is no service with this service_code."), NOT_FOUND)
    return Document(root="service_definition", content=said.definition(found))


def requests(request: HttpRequest, visit: Visit) -> Document:
    """The requests that were asked for, newest first, and where the list goes on."""
    asked = asking.read(visit.given, now=timezone.now())
    if unknown := [code for code in asked.services if not known(code)]:
        raise wrong(
            _("There is no service with this service_code: %(code)s.") % {"code": unknown[0]}, NOT_FOUND
        )
    found = source.found(asked)
    found = found if asked.extensions else source.without_history(found)
    pins = list(found[asked.first : asked.first + asked.page_size + 1])
    more = len(pins) > asked.page_size
    if asked.ids and not pins:
        raise wrong(_("There is no request with this service_request_id."), NOT_FOUND)
    shown = pins[: asked.page_size]
    rows = source.shown(shown, visit.language, visit.base, extensions=asked.extensions)
    return Document(
        root="service_requests",
        content=said.rows(rows, extensions=asked.extensions),
        headers=after(request, page=str(asked.page + 1)) if more else before(request, asked),
    )


def before(request: HttpRequest, asked: asking.Asked) -> dict[str, str] | None:
    """Where the newest is that lies before the ninety days, if more of them were asked for."""
    if (earlier := asked.when.earlier) is None:
        return None
    pin = source.found(replace(asked, when=earlier)).only("requested_at").first()
    return after(request, end_date=pin.requested_at.isoformat(), page="1") if pin else None


def known(code: str) -> bool:
    """Whether a category is offered now, or was when something public was reported in it."""
    return offered.service(code, "en") is not None or Pin.objects.filter(category=code).exists()


def after(request: HttpRequest, **changed: str) -> dict[str, str]:
    """Where the list goes on, as RFC 8288 says it."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    # Written in percents throughout: nothing in it ends the header or its line.
    return {"Link": f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'}


def one_request(request: HttpRequest, visit: Visit, reference: str) -> Document:
    """One request, as a list of one."""
    look = asking.Reading(visit.given)
    extensions = look.flag("extensions")
    together(look.faults)
    pin = report(reference)
    if pin is None:
        raise wrong(_("There is no request with this service_request_id."), NOT_FOUND)
    rows = source.shown([pin], visit.language, visit.base, extensions=extensions)
    return Document(root="service_requests", content=said.rows(rows, extensions=extensions))


def photo(request: HttpRequest, reference: str) -> HttpResponse:
    """The reviewed photo of a request, small."""
    pin = report(reference) if "\x00" not in reference else None
    picture = photo_of(pin) if pin else None
    if picture is None:
        return refused(XML, wrong(_("There is no such photo, or not yet."), NOT_FOUND))
    answer = HttpResponse(picture, headers=headers("image/webp", reference))
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def token(request: HttpRequest, visit: Visit, token: str) -> Document:
    """The number behind a token."""
    try:
        reference = signing.loads(token, salt=TOKENS)
    except signing.BadSignature:
        raise wrong(_("There is no such token."), NOT_FOUND) from None
    return Document(root="service_requests", content=[{"service_request_id": reference, "token": token}])


def token_for(reference: str) -> str:
    return signing.dumps(reference, salt=TOKENS, compress=True)


def updates(request: HttpRequest, visit: Visit) -> Document:
    """What happened to public requests between two moments, as mySociety's pair of calls has it."""
    look = asking.Reading(visit.given)
    now = timezone.now()
    when = asking.window(look, now, open_ended=True)
    page = look.whole("page", 1, asking.LAST_PAGE)
    page_size = look.whole("page_size", asking.MOST, asking.MOST)
    together(look.faults)
    end = min(when.end or now, now)
    notes = source.news(when.start or end - LATELY, end, visit.language)
    shown = notes[(page - 1) * page_size : page * page_size]
    headers = None
    if len(notes) > page * page_size:
        headers = after(request, page=str(page + 1))
    elif when.earlier and source.anything_by(when.earlier.end):
        headers = after(request, end_date=when.earlier.end.isoformat(), page="1")
    return Document(
        root="service_request_updates", content=[said.update(one) for one in shown], headers=headers
    )
