"""The Bot API, as far as it is needed: one method at a time, at the address that the site sets."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from samleng.kit.calls.calling import Trouble, call

MOST_ANSWER = 256 * 1024
# It says so, without saying for how long.
PATIENCE = 30


class Blocked(Exception):
    """Whoever has the chat wants nothing from the bot, or the chat is no more."""


class Refused(Exception):
    """Telegram does not do it, and would not do it again. Holds what it said, and never the token."""


class Unanswered(Exception):
    """Telegram cannot be reached, does not know the bot, or wants patience for so many seconds."""

    def __init__(self, why: str, patience: int) -> None:
        super().__init__(why)
        self.patience = patience


def ready() -> bool:
    """Whether the site has a bot."""
    return bool(settings.TELEGRAM_TOKEN and settings.TELEGRAM_BOT)


def ask(method: str, **given: object) -> Any:
    """Call a method; what it gives back."""
    address = f"{settings.TELEGRAM_API}/bot{settings.TELEGRAM_TOKEN}/{method}"
    headers = {"Content-Type": "application/json", "User-Agent": "Samleng"}
    body = json.dumps(given, ensure_ascii=False).encode()
    try:
        # The address is the site's own setting: a server for bots may stand in this house.
        answer = call("POST", address, headers, body, private=True, most=MOST_ANSWER)
        said = read(answer.body)
    except Trouble as trouble:
        raise meant(trouble) from None
    if said.get("ok") is not True:
        raise Unanswered("unreadable", PATIENCE)
    return said.get("result")


def read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def meant(trouble: Trouble) -> Exception:
    """What an answer that is none of 2xx means for the message, and for all that come after it."""
    said = read(trouble.body)
    about = str(said.get("description", ""))[:200]
    if trouble.status == 429:
        more = said.get("parameters")
        asked = more.get("retry_after") if isinstance(more, dict) else None
        wait = asked if isinstance(asked, int) and 0 < asked < 86_400 else trouble.patience or PATIENCE
        return Unanswered("too much at once", wait)
    if trouble.status == 403 or (trouble.status == 400 and "chat not found" in about.lower()):
        return Blocked()
    if trouble.status == 400:
        return Refused(about)
    # 401 and 404: the token is none of theirs. That is no chat's fault.
    return Unanswered(f"{trouble.code} {trouble.status or ''}".strip(), 60 if not trouble.status else 300)
