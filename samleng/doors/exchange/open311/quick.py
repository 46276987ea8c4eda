"""GET requests without a framework in between: most of what other systems call, and most of what it costs.

It answers what is well asked and nothing else: for everything that is not (a fault, a host that is not ours,
an error) it says nothing, and the same call goes the long way (visit.py), which answers it with all it takes.
"""

from __future__ import annotations

import functools
import logging
import zlib
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.middleware.gzip import re_accepts_gzip
from django.utils import translation

from samleng.doors.exchange.open311.asking import SPACE
from samleng.doors.exchange.open311.documents import JSON, KINDS, XML
from samleng.doors.exchange.open311.faults import Wrong
from samleng.doors.exchange.open311.pages import requests
from samleng.doors.exchange.open311.visit import Visit, known_jurisdiction
from samleng.doors.exchange.straight import DATA_ALONE

FORMS = {f"/open311/v2/requests.{form}": form for form in (XML, JSON)}
# How zlib is told to write as gzip does.
GZIP = 31
Answer = tuple[list[tuple[str, str]], bytes]

log = logging.getLogger("samleng.open311")


def in_a_thread(*asked: str) -> Answer | None:
    """The same in a thread that may have lost its connection since it last asked."""
    connection.close_if_unusable_or_obsolete()
    return quick(*asked)


def quick(path: str, query: str, host: str, languages: str, packing: str, scheme: str) -> Answer | None:
    """Headers and body of the answer; None where it has to go the long way."""
    form = FORMS.get(path)
    if form is None or not is_ours(host):
        return None
    try:
        found = answered(path, form, query, host, languages, scheme)
    except (Wrong, ValueError, SuspiciousOperation):
        return None
    except Exception:
        log.exception("a quick Open311 call failed")
        return None
    return packed(*found) if found and unpacks(packing) else found


def answered(path: str, form: str, query: str, host: str, languages: str, scheme: str) -> Answer | None:
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    given = {name: stripped for name, value in pairs if (stripped := value.strip(SPACE))}
    if "%00" in query or not (query.isascii() and query.isprintable() and known_jurisdiction(given)):
        return None
    language = language_of(given.get("locale", ""), languages)
    scheme = "https" if settings.HTTPS else scheme
    visit = Visit(given=given, language=language, base=f"{scheme}://{host}", form=form, path=path)
    with translation.override(language):
        document = requests(visit)
    headers = [*always(form, scheme == "https"), ("content-language", language)]
    headers += ((name.lower(), value) for name, value in (document.headers or {}).items())
    return headers, document.content


def unpacks(packing: str) -> bool:
    """Whether the other side takes packed answers."""
    return bool(re_accepts_gzip.search(packing))


def packed(headers: list[tuple[str, str]], body: bytes) -> Answer:
    """The same packed fast rather than small; nothing secret stands beside what a stranger chose."""
    packer = zlib.compressobj(1, wbits=GZIP)
    small = packer.compress(body) + packer.flush()
    return ([*headers, ("content-encoding", "gzip")], small) if len(small) < len(body) else (headers, body)


@functools.cache
def always(form: str, secure: bool) -> tuple[tuple[str, str], ...]:
    """What every answer of this door says beside itself."""
    strict = (("strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}"),)
    return (
        ("content-type", KINDS[form]),
        ("access-control-allow-origin", "*"),
        ("cache-control", "no-cache"),
        ("access-control-expose-headers", "Link, Retry-After"),
        ("vary", "Accept, Accept-Language, Accept-Encoding"),
        ("content-security-policy", DATA_ALONE),
        ("x-frame-options", settings.X_FRAME_OPTIONS),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cross-origin-opener-policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", settings.SECURE_REFERRER_POLICY),
        *(strict if secure and settings.SECURE_HSTS_SECONDS else ()),
    )


@functools.lru_cache(maxsize=200)
def is_ours(host: str) -> bool:
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


@functools.lru_cache(maxsize=500)
def language_of(asked: str, languages: str) -> str:
    """The language asked for by `locale`, else by the header, else the site's."""
    asked = asked.split("-")[0].lower()
    if asked in dict(settings.LANGUAGES):
        return asked
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = languages
    return translation.get_language_from_request(request)
