"""GeoReport v2: where the server is, what can be reported, and what was reported."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from samleng.doors.exchange.open311 import offered, said
from samleng.doors.exchange.open311.faults import NOT_FOUND, wrong
from samleng.doors.exchange.open311.visit import Document, Visit

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
    return Document(root="services", content=[said.service(one) for one in offered.services(visit.language)])


def definition(request: HttpRequest, visit: Visit, code: str) -> Document:
    """The questions of one service."""
    found = offered.service(code, visit.language)
    if found is None:
        raise wrong(_("There is no service with this service_code."), NOT_FOUND)
    return Document(root="service_definition", content=said.definition(found))
