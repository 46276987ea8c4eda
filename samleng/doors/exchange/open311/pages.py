"""GeoReport v2: where the server is, what can be reported, and what was reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from samleng.doors.exchange.open311 import asking, offered, said, source
from samleng.doors.exchange.open311.documents import XML
from samleng.doors.exchange.open311.faults import NOT_FOUND, together, wrong
from samleng.doors.exchange.open311.rows import ROOT, document
from samleng.doors.exchange.open311.verbs import key_of
from samleng.doors.exchange.open311.visit import Document, Visit, refused
from samleng.insight.disclosure.reports import photo_of, report
from samleng.insight.disclosure.told import Found, Sought, found, happened, is_told, last_happened, naming
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


def listed(request: HttpRequest, visit: Visit) -> Document:
    """The requests that were asked for."""
    return requests(visit)


def requests(visit: Visit) -> Document:
    """The requests that were asked for, newest first, and where the list goes on."""
    asked = asking.read(visit.given, now=timezone.now())
    if unknown := [code for code in asked.services if not known(code)]:
        raise wrong(
            _("There is no service with this service_code: %(code)s.") % {"code": unknown[0]}, NOT_FOUND
        )
    names = naming()
    rows = found(source.sought(asked))
    if asked.ids and not rows:
        raise wrong(_("There is no request with this service_request_id."), NOT_FOUND)
    shown = rows[: asked.page_size]
    return Document(
        root=ROOT,
        content=document(visit, shown, names, extensions=asked.extensions),
        headers=goes_on(visit, **behind(asked, shown[-1]))
        if len(rows) > len(shown)
        else before(visit, asked),
    )


def before(visit: Visit, asked: asking.Asked) -> dict[str, str] | None:
    """Where the newest is that lies before the ninety days, if more of them were asked for."""
    if (earlier := asked.when.earlier) is None:
        return None
    newest = found(source.sought(replace(asked, when=earlier, after=None, page=1, page_size=1)))
    return goes_on(visit, end_date=source.moment_of(newest[0].requested)) if newest else None


def known(code: str) -> bool:
    """Whether a category is offered now, or was when something public was reported in it."""
    listed = offered.catalogue()
    found = listed.category(code) if listed else None
    return bool(listed and found and offered.open_to_all(listed, found)) or is_told(code)


def behind(asked: asking.Asked, last: Found) -> dict[str, Any]:
    """What the next page is asked for by: behind the last row, whatever comes in meanwhile."""
    return {"page": asked.page + 1, "after": asking.mark_of(source.moment_of(last.requested), last.id)}


def goes_on(visit: Visit, *, page: int = 1, after: Any = "", **changed: datetime) -> dict[str, str]:
    """Where the list goes on, as RFC 8288 says it."""
    moments = {name: value.isoformat() for name, value in changed.items()}
    given = {**visit.given, **moments, "page": str(page), "after": str(after)}
    # Written in percents throughout: nothing in it ends the header or its line.
    query = urlencode({name: value for name, value in given.items() if value})
    return {"Link": f'<{visit.base}{quote(visit.path)}?{query}>; rel="next"'}


def one_request(request: HttpRequest, visit: Visit, reference: str) -> Document:
    """One request, as a list of one."""
    look = asking.Reading(visit.given)
    extensions = look.flag("extensions")
    together(look.faults)
    pin, names = report(reference), naming()
    rows = found(Sought(references=(pin.reference,), most=1)) if pin else []
    if not rows:
        raise wrong(_("There is no request with this service_request_id."), NOT_FOUND)
    return Document(root=ROOT, content=document(visit, rows, names, extensions=extensions))


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
    after = look.whole("after", 0, asking.FARTHEST)
    together(look.faults)
    end = min(when.end or now, now)
    start = when.start or end - LATELY
    skip = 0 if after else (page - 1) * page_size
    rows = happened(start, end, after=after, skip=skip, most=page_size + 1)
    shown, headers = rows[:page_size], None
    if len(rows) > len(shown):
        # What was asked for by no moment of its own stays as it was on the first page.
        fixed = {"end_date": end} if when.start else {"start_date": start, "end_date": end}
        headers = goes_on(visit, page=page + 1, after=shown[-1].id, **fixed)
    elif when.earlier and (last := last_happened(when.earlier.start, when.earlier.end)):
        headers = goes_on(visit, end_date=source.moment_of(last))
    content = [said.update(source.note_of(one, visit.language)) for one in shown]
    return Document(root="service_request_updates", content=content, headers=headers)
