"""The address that Telegram calls: known by its secret, taken once, answered at once with what is to be said.

What is said goes back in the answer itself, as the Bot API has it: nothing is called while Telegram waits.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from samleng.doors.postman.verbs.bringing import address
from samleng.doors.telegram.bot import ready
from samleng.doors.telegram.rules import MOST_BYTES, Asked, read_update
from samleng.doors.telegram.verbs import BEGUN, BOT, CHATTER, ENDED, NONE, USED, chat_language, take

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name of a header


@csrf_exempt
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Take one update. What nobody here can read is answered as taken: else it would come again for a day."""
    if not ready():
        raise Http404
    given = request.headers.get(SECRET, "")
    if not hmac.compare_digest(given.encode(), settings.TELEGRAM_SECRET.encode()):
        return HttpResponse(status=403)
    asked = read(request)
    if asked is None:
        return HttpResponse(status=200)
    before = chat_language(asked)
    code = take(by=CHATTER, asked=asked)
    if not code:
        return HttpResponse(status=200)
    language = chat_language(asked) if code == BEGUN else before
    return JsonResponse({"method": "sendMessage", "chat_id": asked.chat, "text": said(code, language)})


def read(request: HttpRequest) -> Asked | None:
    """The update, where one of a size that is of use came."""
    body = request.read(MOST_BYTES + 1)
    try:
        return read_update(json.loads(body)) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None


def said(code: str, language: str) -> str:
    """The answer of a code, in the chat's language."""
    known = {tag for tag, _name in settings.LANGUAGES}
    with override(language if language in known else settings.LANGUAGE_CODE):
        return WORDS[code]()


def begun() -> str:
    return gettext(
        "From now on news of public reports from the area you chose comes here.\n\n"
        "I am a program. Telegram knows that you get them. To stop, write /stop"
    )


def used() -> str:
    return gettext(
        "This link is good once, for an hour. If you opened it here before, it works already. Otherwise make "
        "a new one:\n%(page)s"
    ) % {"page": address("alerts")}


def ended() -> str:
    return gettext("Nothing more comes. This chat is forgotten here.")


def none() -> str:
    return gettext("Nothing comes to this chat. News of an area is chosen here:\n%(page)s") % {
        "page": address("alerts")
    }


def bot() -> str:
    return gettext(
        "I am a program that brings news of public reports. Nobody reads what is written here, and none of "
        "it is kept.\n\n"
        "To complain, ask or report, do it here, where it is safe:\n%(speak)s\n\n"
        "To choose news of an area:\n%(page)s\n\nTo stop them, write /stop"
    ) % {"speak": address("speak"), "page": address("alerts")}


WORDS: dict[str, Callable[[], str]] = {BEGUN: begun, USED: used, ENDED: ended, NONE: none, BOT: bot}
