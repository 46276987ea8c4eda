"""`samleng telegram on|off|look`: tell Telegram where this site's bot is called, or no longer."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from samleng.doors.telegram.bot import Blocked, Refused, Unanswered, ask, ready
from samleng.doors.telegram.rules import WANTED
from samleng.kit.words.refusals import Refusal

Row = dict[str, str | int]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("on", "off", "look"))


def run(given: argparse.Namespace) -> int:
    if not ready():
        raise Refusal(
            _("This site has no bot."),
            field="SAMLENG_TELEGRAM_TOKEN",
            remedy=_("Make one with @BotFather; set SAMLENG_TELEGRAM_TOKEN and SAMLENG_TELEGRAM_BOT."),
            code="missing",
        )
    acts: dict[str, Callable[[], Row]] = {"on": on, "off": off, "look": look}
    failed = 0
    try:
        row = acts[given.act]()
    except (Blocked, Refused, Unanswered) as error:
        row, failed = {"bot": settings.TELEGRAM_BOT, "trouble": str(error) or type(error).__name__}, 1
    print(json.dumps(row) if given.json else "  ".join(f"{name}={value}" for name, value in row.items()))
    return failed


def on() -> Row:
    """The bot is called at this site from now on; what came meanwhile comes too."""
    name = ask("getMe").get("username", "")
    if name.lower() != settings.TELEGRAM_BOT.lower():
        raise Refusal(
            _("The token is that of @%(name)s.") % {"name": name},
            field="SAMLENG_TELEGRAM_BOT",
            remedy=_("Set both to the same bot."),
        )
    if not settings.HTTPS:
        raise Refusal(
            _("Telegram calls https addresses alone."),
            field="SAMLENG_ADDRESS",
            remedy=_("Serve the site by https and set its address."),
        )
    ask(
        "setWebhook", url=f"{settings.SITE_ADDRESS.rstrip('/')}{reverse('telegram_hook')}",
        secret_token=settings.TELEGRAM_SECRET, allowed_updates=list(WANTED), max_connections=4,
    )  # fmt: skip
    return look()


def off() -> Row:
    ask("deleteWebhook")
    return look()


def look() -> Row:
    """How it stands, as Telegram says: where the bot is called, what waits, what went wrong last."""
    said = ask("getWebhookInfo")
    return {
        "bot": settings.TELEGRAM_BOT,
        "url": said.get("url", ""),
        "waiting": said.get("pending_update_count", 0),
        "trouble": said.get("last_error_message", ""),
    }
