"""One call of another system: which form it is answered in, whose site this is, and what went wrong."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from samleng.doors.exchange.models import ApiKey
from samleng.doors.exchange.open311.asking import SPACE
from samleng.doors.exchange.open311.documents import JSON, KINDS, XML, written
from samleng.doors.exchange.open311.faults import NO_KEY, NOT_FOUND, Fault, Wrong, of_refusal, wrong
from samleng.doors.exchange.open311.verbs import key_of
from samleng.kit.words.refusals import Refusal

log = logging.getLogger("samleng.open311")
FORMS_SENT = ("application/x-www-form-urlencoded", "multipart/form-data")
NOT_A_FORM = 415
BUSY, AGAIN_AFTER = 503, 5
# PostgreSQL: it gave way to another writer, or the lock did not come in time.
NOT_ITS_TURN = ("40001", "40P01", "55P03")
# Of JSON and XML, as a browser's or a program's Accept header may call them.
SPOKEN = {"application/json": JSON, "text/json": JSON, "text/xml": XML, "application/xml": XML}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a view is told of a call: its parameters without the empty ones, and the language to answer in."""

    given: Mapping[str, str]
    language: str
    base: str
    form: str = XML
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a view answers: the root's name, and what is in it; bytes are the document as it is sent."""

    root: str
    content: Any
    status: int = 200
    headers: Mapping[str, str] | None = None


View = Callable[..., Document]


def spoken(**views: View) -> Callable[..., HttpResponse]:
    """Views by method, answered in the form that the address ends with; faults are a list in that form."""

    @csrf_exempt
    @gzip_page
    def run(request: HttpRequest, form: str | None = None, **more: Any) -> HttpResponse:
        form = form.lower() if form else preferred(request)
        with translation.override(language_of(request)):
            return dressed(answered(request, form, views, more), request)

    return run


def answered(
    request: HttpRequest, form: str, views: Mapping[str, View], more: Mapping[str, Any]
) -> HttpResponse:
    """What the view says, or why it says nothing."""
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method == "OPTIONS":
        return told_beforehand(allowed(views))
    if method not in views:
        answer = refused(form, wrong(_("This cannot be done here."), 405))
        answer["Allow"] = allowed(views)
        return answer
    try:
        document = views[method](request, visited(request, form), **more)
        content = document.content
        body = content if isinstance(content, bytes) else written(document.root, content, form)
        return HttpResponse(
            body, status=document.status, content_type=KINDS[form], headers=dict(document.headers or {})
        )
    except Wrong as fault:
        return refused(form, fault)
    except Refusal as refusal:
        return refused(form, of_refusal(refusal))
    except DataError:
        # A number or a text that no column of the database holds.
        return refused(form, wrong(_("Something in what was sent is too large to be understood.")))
    except OperationalError as error:
        if not waited_in_vain(error):
            log.exception("an Open311 call failed")
            return refused(form, wrong(_("Something went wrong here. Send it once more later."), 500))
        # Nothing was written: other systems may send it again at once, and are told so.
        fault = wrong(_("Too much is being written here just now. Send it once more in a few seconds."), BUSY)
        fault.retry_after = AGAIN_AFTER
        return refused(form, fault)
    except Exception:
        log.exception("an Open311 call failed")
        return refused(form, wrong(_("Something went wrong here. Send it once more later."), 500))


def waited_in_vain(error: OperationalError) -> bool:
    """Whether a call only waited too long for its turn to write, and so wrote nothing."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in NOT_ITS_TURN or "database is locked" in str(error)


def told_beforehand(methods: str) -> HttpResponse:
    """What may be done here, for browsers that ask before another site's page does it (CORS)."""
    headers = {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, Prefer, X-Requested-With",
        "Access-Control-Max-Age": "86400",
    }
    answer = HttpResponse(status=204, headers=headers)
    # There is nothing of which it could be the kind.
    del answer["Content-Type"]
    return answer


def visited(request: HttpRequest, form: str) -> Visit:
    """What was sent, once it is clear that it can be read and that it is meant for this site."""
    if request.META.get("samleng.too_large"):
        raise wrong(_("What you sent is larger than anything that is taken here."), 413)
    if request.method == "POST":
        a_form(request)
    given = parameters(request)
    if not known_jurisdiction(given):
        raise wrong(_("This jurisdiction_id is not served here."), NOT_FOUND)
    scheme = "https" if settings.HTTPS else request.scheme
    return Visit(
        given=given,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        base=f"{scheme}://{request.get_host()}",
        form=form,
        path=request.path,
    )


def known_jurisdiction(given: Mapping[str, str]) -> bool:
    """Whether it is meant for this site, or for any."""
    return given.get("jurisdiction_id", "") in ("", settings.JURISDICTION)


def a_form(request: HttpRequest) -> None:
    """GeoReport sends forms; whatever else comes with a body would be read as an empty one."""
    empty = request.META.get("CONTENT_LENGTH") in (None, "", "0")
    if not empty and (
        request.content_type not in FORMS_SENT
        or request.headers.get("Content-Encoding", "identity").lower() != "identity"
    ):
        raise wrong(
            _(
                "Send a form: application/x-www-form-urlencoded, or multipart/form-data with photos, "
                "neither of them packed."
            ),
            NOT_A_FORM,
        )


def parameters(request: HttpRequest) -> dict[str, str]:
    """Address and body together; an empty parameter is an absent one.

    U+0000, which no database holds, becomes the sign for what could not be read, as in pages.
    """
    try:
        both = {**request.GET.dict(), **(request.POST.dict() if request.method == "POST" else {})}
    except (MultiPartParserError, BadRequest, SuspiciousOperation, UnicodeError) as unreadable:
        raise wrong(_("The form that was sent cannot be read.")) from unreadable
    if "%00" in request.path:
        raise wrong(_("There is a sign in it that no text has."))
    values = {name: str(value).replace("\x00", "\ufffd").strip(SPACE) for name, value in both.items()}
    return {name: value for name, value in values.items() if value}


def keyed(visit: Visit) -> ApiKey:
    """The key that came with the call; without a good one nothing is written here."""
    key = key_of(visit.given.get("api_key", ""))
    if key is None:
        raise wrong(_("The api_key is missing or does not hold. Ask for one (see discovery)."), NO_KEY)
    return key


def preferred(request: HttpRequest) -> str:
    """The form of an address without an ending: JSON for whoever would rather have it, else XML."""
    wished = (f"{kind.main_type}/{kind.sub_type}".lower() for kind in request.accepted_types)
    return next((SPOKEN[one] for one in wished if one in SPOKEN), XML)


def language_of(request: HttpRequest) -> str:
    """The language asked for by `locale`, else by the header, else the site's."""
    asked = request.GET.get("locale", "").split("-")[0].lower()
    return (
        asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
    )


def refused(form: str, fault: Wrong) -> HttpResponse:
    content = [one.as_document() for one in fault.faults]
    answer = HttpResponse(written("errors", content, form), status=fault.status, content_type=KINDS[form])
    if fault.status == 413:
        answer["Connection"] = "close"
    if fault.retry_after:
        answer["Retry-After"] = str(fault.retry_after)
    return answer


def dressed(answer: HttpResponse, request: HttpRequest) -> HttpResponse:
    """The headers all answers have: pages of other sites may read what everybody may."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Expose-Headers"] = "Link, Retry-After"
    answer.setdefault("Cache-Control", "no-cache" if request.method in ("GET", "HEAD") else "no-store")
    answer["Vary"] = "Accept, Accept-Language"
    answer["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return answer


def allowed(views: Mapping[str, View]) -> str:
    return ", ".join(dict.fromkeys([*views, *(["HEAD"] if "GET" in views else []), "OPTIONS"]))


def nothing(request: HttpRequest, visit: Visit, **_more: Any) -> Document:
    """An address that there is not."""
    raise wrong(_("There is nothing at this address."), NOT_FOUND)


@functools.cache
def nowhere() -> Callable[..., HttpResponse]:
    return spoken(GET=nothing, POST=nothing)


def fault(description: Any, code: int) -> Fault:
    return Fault(code=code, description=description)
