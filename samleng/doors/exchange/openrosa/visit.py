"""Who stands behind a request of Collect, Kobo or a program, and how it is told what became of it."""

from __future__ import annotations

import base64
import binascii
import functools
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.http import http_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from samleng.doors.door import http_status
from samleng.doors.exchange.openrosa.body import MOST_POSTED
from samleng.ground.offices.models import Programme
from samleng.kit.ledger.permission import Denied
from samleng.kit.words.refusals import Refusal, each
from samleng.kit.words.text import UNPRINTABLE
from samleng.voices.forms.models import Key
from samleng.voices.forms.rules.keys import SEND, ByKey
from samleng.voices.forms.rules.names import number
from samleng.voices.forms.verbs.keys import holder, key_of

log = logging.getLogger("samleng.openrosa")
SESSION_HOURS = 24
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "testserver")
# What ODK Central calls each; programs written for it look at these.
CENTRAL = {401: 401.2, 403: 403.1, 404: 404.1, 409: 409.3, 413: 400.18, 500: 500.1, 501: 501.1}
View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request let in: who acts by which key, in which programme, below which address."""

    by: ByKey
    key: Key
    programme: Programme
    base: str


def session_of(key: Key) -> str:
    """A token that stands for the key for a day."""
    return signing.dumps(str(key.pk), salt="forms.session")


def key_behind(request: HttpRequest, token: str | None) -> Key | None:
    """The live key that a request shows: in its address, as a session, or as a password."""
    if token is not None:
        found = key_of(token)
        # An address ends up in histories and logs: a key that opens answers is not taken from one.
        return found if found and found.purpose == SEND else None
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return of_session(given.strip())
    if scheme.lower() == "basic" and sealed(request):
        return of_password(given.strip())
    return None


def sealed(request: HttpRequest) -> bool:
    """Whether a password may be read here: the line is encrypted, or it does not leave this machine."""
    return (
        settings.HTTPS or request.get_host().rpartition(":")[0] in LOOPBACK or request.get_host() in LOOPBACK
    )


def of_session(given: str) -> Key | None:
    try:
        pk = signing.loads(given, salt="forms.session", max_age=SESSION_HOURS * 3600)
    except signing.BadSignature:
        return None
    live = Key.objects.live().select_related("programme", "person")
    return live.filter(pk=pk, person__is_active=True).first()


def of_password(given: str) -> Key | None:
    try:
        name, _colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return fits(name, password)


def fits(name: str, password: str) -> Key | None:
    """The key given as a password, if it is that person's."""
    found = key_of(password)
    return found if found and found.person.username == name else None


def origin(request: HttpRequest) -> str:
    """Scheme and host under which the client knows this site."""
    return f"{'https' if settings.HTTPS else request.scheme}://{request.get_host()}"


def let_in(request: HttpRequest, project: int, token: str | None) -> Visit:
    """The visit, or Denied: no key, or a key of another programme, whose forms are as if absent."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        # No name has this sign in it, and PostgreSQL does not even let it be looked for.
        raise Refusal(_("There is nothing at this address."), code="missing")
    key = key_behind(request, token)
    if key is None or number(key.programme_id) != project:
        raise Denied
    via = "openrosa" if token is not None else "api"
    path = f"/v1/key/{token}" if token is not None else "/v1"
    return Visit(
        by=holder(key, via=via),
        key=key,
        programme=key.programme,
        base=f"{origin(request)}{path}/projects/{project}",
    )


def openrosa(*methods: str) -> Callable[[View], View]:
    """For a view that speaks OpenRosa: its headers, its message in XML, 401 where somebody may not."""

    def dressed(view: View) -> View:
        @csrf_exempt
        @functools.wraps(view)
        def run(request: HttpRequest, project: int, token: str | None = None, **more: Any) -> HttpResponse:
            if request.method not in methods:
                answer = message(_("This cannot be done here."), "error", 405)
                answer["Allow"] = ", ".join(methods)
                return with_headers(answer)
            return with_headers(spoken(view, request, project, token, **more))

        return run

    return dressed


def spoken(view: View, request: HttpRequest, project: int, token: str | None, **more: Any) -> HttpResponse:
    """What the view answers, or why it does not, in the language of the key's owner."""
    language = translation.get_language()
    try:
        visit = let_in(request, project, token)
        language = visit.key.person.language
        with translation.override(language):
            return view(request, visit, **more)
    except Refusal as refusal:
        with translation.override(language):
            status = 401 if isinstance(refusal, Denied) else http_status(refusal.code, otherwise=400)
            return message(told(refusal, status), "error", status)
    except Exception:
        # Without its headers Collect would take the answer for that of some other server.
        log.exception("a phone's request failed")
        with translation.override(language):
            return message(went_wrong(), "error", 500)


@csrf_exempt
def nothing_for_phones(request: HttpRequest, token: str, rest: str) -> HttpResponse:
    """An address that there is not, said so that a phone shows it."""
    key = key_behind(request, token)
    with translation.override(key.person.language if key else translation.get_language()):
        text = _("There is nothing at this address. Scan the code of the programme once more.")
        return with_headers(message(text, "error", 404))


# What ODK Central has and this site has not (docs/forms.md); the rest of what is unknown is a misspelling.
ELSEWHERE = re.compile(
    r"\.svc|/(datasets|app-users|public-links|assignments|roles|keys|audits|dataset-properties|diffs)(/|$)"
    r"|^(users|roles|assignments|audits|config|backup|user-preferences)(/|$)|/draft/(test|submissions)"
    r"|submissions/[^/]+/(audits|diffs|edit)$|^projects/\d+/key$"
)


@csrf_exempt
def nothing_for_programs(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that there is not, or one of ODK Central's that is not served here."""
    if ELSEWHERE.search(rest):
        return refused_json(
            _("ODK Central does this; here it cannot be done. docs/forms.md says what can."), 501
        )
    return refused_json(_("There is nothing at this address."), 404)


def with_headers(answer: HttpResponse) -> HttpResponse:
    """The headers without which a client takes the answer for that of some other server."""
    answer["X-OpenRosa-Version"] = "1.0"
    answer["X-OpenRosa-Accept-Content-Length"] = str(MOST_POSTED)
    answer["Date"] = http_date(now().timestamp())
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Authorization"
    if answer.status_code == 401:
        answer["WWW-Authenticate"] = 'Basic realm="Samleng", charset="UTF-8"'
    return answer


def told(refusal: Refusal, status: int) -> str:
    if status == 401:
        return _("This phone may not do that here. Ask the programme for a new code to scan.")
    return " ".join(f"{one.message} {one.remedy}".strip() for one in each(refusal))


def went_wrong() -> str:
    return _("Something went wrong here. Nothing is lost: send it once more later.")


def in_xml(text: str) -> str:
    """A text as it may stand in XML, which knows no control signs at all."""
    return escape(UNPRINTABLE.sub("", text).replace("\ufffe", "").replace("\uffff", ""))


def message(text: str, nature: str, status: int) -> HttpResponse:
    """An OpenRosa answer; the text is shown to whoever holds the phone."""
    body = (
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{in_xml(text)}</message></OpenRosaResponse>'
    )
    return xml(body, status)


def xml(body: str | bytes, status: int = 200) -> HttpResponse:
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n' if isinstance(body, str) else b""
    content = head + body.encode() if isinstance(body, str) else body
    return HttpResponse(content, content_type="text/xml; charset=utf-8", status=status)


def machine(**views: View) -> View:
    """Views by method that answer programs in JSON; the rest is 405."""

    @csrf_exempt
    def run(request: HttpRequest, project: int, **more: Any) -> HttpResponse:
        view = views.get("GET" if request.method == "HEAD" else str(request.method))
        if view is None:
            answer = refused_json(_("This cannot be done here."), 405)
            answer["Allow"] = ", ".join(views)
            return answer
        try:
            if key_behind(request, None) is None:
                return refused_json(_("Sign in first, with your key as the password."), 401)
            return view(request, let_in(request, project, None), **more)
        except Refusal as refusal:
            return refusal_as_json(request, refusal)
        except Exception:
            log.exception("a program's request failed")
            return refused_json(went_wrong(), 500)

    return run


def refusal_as_json(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = http_status(refusal.code, otherwise=400)
    said = " ".join(f"{one.message} {one.remedy}".strip() for one in each(refusal))
    answer = refused_json(said, status, {"refusals": [one.as_json() for one in each(refusal)]})
    if status == 413:
        answer["Connection"] = "close"
    return answer


def refused_json(text: str, status: int, details: Mapping[str, Any] | None = None) -> HttpResponse:
    body = {"message": text, "code": CENTRAL.get(status, float(status)), "details": dict(details or {})}
    answer = JsonResponse(body, status=status)
    answer["Cache-Control"] = "no-store"
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="Samleng", charset="UTF-8"'
    return answer
